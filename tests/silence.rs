//! Deals that stand still or hear nothing: on the board, on their record, in lists and on my day.

use crate::support::*;

/// A deal that was added so many days ago.
async fn deal(server: &Server, rep: &Client, name: &str, days: i64) -> String {
    let fields = [("Name", name), ("Amount", "4000"), ("Next step", "Call")];
    let url = rep.fill("/deals/new", &fields).await.expect_redirect();
    let then = (chrono::Utc::now() - chrono::Duration::days(days)).format("%Y-%m-%d %H:%M:%S");
    let id = url.rsplit('/').next().expect("an address has parts");
    server
        .database()
        .execute(&format!("UPDATE deals SET created_at = '{then}', stage_entered_at = '{then}' WHERE id = {id}"));
    server.database().execute(&format!("UPDATE deal_moves SET at = '{then}' WHERE deal_id = {id}"));
    url
}

async fn call(rep: &Client, deal: &str, outcome: &str) {
    let about = format!("deal:{}", deal.rsplit('/').next().expect("an address has parts"));
    let fields = [("about", about.as_str()), ("kind", "call"), ("outcome", outcome), ("text", "Rang")];
    rep.post("/timeline", &fields).await.expect_redirect();
}

#[tokio::test]
async fn a_deal_without_a_word_is_silent_until_somebody_calls() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&server, &rep, "Line 4", 21).await;
    assert!(rep.page(&deal).await.says("Silent for 21 days. 21 days in Qualification. Last touch never"));
    assert!(rep.page("/deals/board").await.says("Silent for 21 days"));
    let day = rep.page("/").await;
    assert!(day.says("it is silent for 21 days"), "{}", day.text());
    let silent = "/deals?status=open&silent=yes";
    assert!(rep.page(silent).await.says("Line 4"));
    call(&rep, &deal, "no_answer").await;
    let page = rep.page(&deal).await;
    assert!(page.says("Last touch now, last answer never") && !page.says("Silent for"), "{}", page.text());
    assert!(!rep.page(silent).await.says("Line 4"));
    call(&rep, &deal, "reached").await;
    assert!(rep.page(&deal).await.says("last answer now"));
    // A deleted call says nothing.
    for _ in 0..2 {
        let page = rep.page(&deal).await;
        let entry =
            page.links().into_iter().find(|l| l.href.starts_with("/timeline/")).expect("the call is listed").href;
        rep.post::<&str, &str>(&entry.replace("/edit", "/deletion"), &[]).await.expect_redirect();
    }
    assert!(rep.page(&deal).await.says("Silent for 21 days"));
}

#[tokio::test]
async fn the_days_of_silence_are_the_pipelines_own() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let deal = deal(&server, &rep, "Line 4", 21).await;
    let pipeline = admin.page("/settings/pipelines").await.link("Sales");
    assert_eq!(admin.page(&pipeline).await.field("Silent after days").value, "14");
    let refused = admin.fill(&pipeline, &[("Silent after days", "soon")]).await.expect(422).html();
    assert!(refused.says("Days are a whole number") && refused.field("Silent after days").value == "soon");
    admin.fill(&pipeline, &[("Silent after days", "30")]).await.expect_redirect();
    assert!(!rep.page(&deal).await.says("Silent for"));
    admin.fill(&pipeline, &[("Silent after days", "")]).await.expect_redirect();
    assert!(!rep.page("/deals?silent=yes").await.says("Line 4"));
}

#[tokio::test]
async fn a_stage_is_compared_with_what_won_deals_took() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for days in [6, 8, 8, 9, 40] {
        let won = deal(&server, &rep, &format!("Won {days}"), days).await;
        rep.fill(&format!("{won}/closure/new?outcome=won"), &[("Main reason", "Price")]).await.expect_redirect();
    }
    let slow = deal(&server, &rep, "Line 4", 19).await;
    let page = rep.page(&slow).await;
    assert!(page.says("19 days in Qualification; won deals took 8"), "{}", page.text());
    assert!(rep.page("/deals/board").await.says("19 days here, stuck after 14; won deals took 8"));
    assert!(rep.page("/").await.says("5 days too long in its stage (won deals took 8)"));
}

#[tokio::test]
async fn an_amount_that_somebody_else_changed_is_told_on_my_day() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let fields = [("Name", "Line 4"), ("Amount", "4000"), ("Next step", "Call")];
    let deal = rep.fill("/deals/new", &fields).await.expect_redirect();
    assert!(!rep.page("/").await.says("Olu Bright changed its amount"));
    other.fill(&format!("{deal}/edit"), &[("Amount", "3000")]).await.expect_redirect();
    let day = rep.page("/").await;
    assert!(day.says("Olu Bright changed its amount"), "{}", day.text());
}
