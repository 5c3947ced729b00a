//! Competitors: who else sells to our customers, and which deals they are in.

use crate::support::*;

#[tokio::test]
async fn a_deal_has_several_competitors_by_name() {
    let server = Server::start();
    let (manager, rep) = (server.sign_in_as(Person::Manager).await, server.sign_in_as(Person::Rep).await);
    let known = [("Name", "Lumen"), ("Strengths", "Cheap probes"), ("How we win", "Show the service map")];
    manager.fill("/settings/competitors/new", &known).await.expect_redirect();
    let deal = rep.fill("/deals/new", &[("Name", "Line 4"), ("Amount", "100")]).await.expect_redirect();
    rep.fill(&deal, &[("Add a competitor", "  LUMEN "), ("What they offer here", "Two lines")]).await.expect_redirect();
    rep.fill(&deal, &[("Add a competitor", "Brightly")]).await.expect_redirect();
    let page = rep.page(&deal).await;
    for words in ["Lumen", "Two lines", "Cheap probes", "Show the service map", "Brightly"] {
        assert!(page.says(words), "{words}: {}", page.text());
    }
    assert!(!page.says("LUMEN"), "one that is known keeps its spelling");
    let refused = rep.fill(&deal, &[("Add a competitor", " ")]).await.expect(422).html();
    assert!(refused.says("Who is it?"));
    let list = manager.page("/settings/competitors").await;
    assert_eq!(list.row("Lumen")[1..], ["1 open deals against Lumen", "0", "0", "0"], "{:?}", list.row("Lumen"));
    let found =
        rep.page(&list.links().into_iter().find(|l| l.href.contains("competitor=")).expect("a link").href).await;
    assert!(found.says("Line 4"));
    let csv = rep.get("/deals.csv?columns=name,competitors").await.expect(200).text();
    assert!(csv.contains("Lumen, Brightly"), "{csv}");
    // Lost to one of them.
    let close = format!("{deal}/closure/new?outcome=lost");
    rep.fill(&close, &[("Main reason", "Price"), ("Lost to", "brightly")]).await.expect_redirect();
    assert_eq!(rep.page(&deal).await.fact("Lost to"), "Brightly");
    assert_eq!(manager.page("/settings/competitors").await.row("Brightly")[1..], ["0", "0", "1", "1"]);
    let kept = rep.press(&deal, "Take Brightly out of the deal").await;
    assert!(rep.follow(&kept).await.says("The deal was lost to Brightly"));
    let gone = rep.press(&deal, "Take Lumen out of the deal").await;
    assert!(rep.follow(&gone).await.says("Competitor taken out of the deal"));
    // A new name goes to the deals too.
    let edit = manager.page("/settings/competitors").await.link("Brightly");
    manager.fill(&edit, &[("Name", "Brightly Inc")]).await.expect_redirect();
    assert_eq!(rep.page(&deal).await.fact("Lost to"), "Brightly Inc");
}

#[tokio::test]
async fn what_is_wrong_with_a_competitor_stands_beside_its_field() {
    let server = Server::start();
    let manager = server.sign_in_as(Person::Manager).await;
    let page = "/settings/competitors/new";
    manager.fill(page, &[("Name", "Lumen")]).await.expect_redirect();
    let refused = manager.fill(page, &[("Name", "lumen")]).await.expect(422).html();
    assert!(refused.says("There is a competitor “Lumen” already"));
    let refused = manager.fill(page, &[("Name", ""), ("Web site", "javascript:x")]).await.expect(422).html();
    assert!(refused.says("Write a name") && refused.says("https://acme.example"));
    let nav = manager.page("/settings/competitors").await;
    assert!(!nav.says("Pipelines and stages"), "a manager is shown no settings that are not theirs");
}
