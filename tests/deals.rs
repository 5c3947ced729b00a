//! Deals: moved, closed, lost races, totals in several currencies, stages taken out, boards of thousands.

use crate::support::*;

/// Adds a deal and returns its address.
async fn add(client: &Client, fields: &[(&str, &str)]) -> String {
    client.fill("/deals/new", fields).await.expect_redirect()
}

/// The number at the end of an address.
fn number(url: &str) -> &str {
    url.rsplit('/').next().expect("an address has parts")
}

/// The column of a stage on the board.
fn column<'a>(board: &'a Html, stage: &str) -> Element<'a> {
    board
        .all("section")
        .find(|s| s.attr("data-name") == Some(stage))
        .unwrap_or_else(|| panic!("no column {stage} on the board"))
}

/// The number of a stage, as the board has it.
async fn stage(client: &Client, name: &str) -> String {
    let board = client.page("/deals/board").await;
    column(&board, name).attr("data-stage").expect("a column names its stage").to_owned()
}

/// Names of the cards in a column, in order.
fn cards(board: &Html, stage: &str) -> Vec<String> {
    column(board, stage).descendants().filter(|e| e.tag() == "h3").map(|e| e.text()).collect()
}

/// Count and total in the head of a column.
fn head(board: &Html, stage: &str) -> String {
    let header = column(board, stage).children().find(|e| e.tag() == "header").expect("a column has a head");
    header.text()
}

fn version(page: &Html) -> String {
    let hidden = page.all("input").find(|i| i.attr("name") == Some("version")).expect("the page names its version");
    hidden.attr("value").unwrap_or("").to_owned()
}

/// Presses a stage of the path on the deal's page.
async fn step(client: &Client, deal: &str, stage: &str) -> Answer {
    let page = client.page(deal).await;
    let buttons = page.all("button").map(|b| b.text());
    let button = buttons.into_iter().find(|text| text.starts_with(stage)).expect("the stage is on the path");
    client.submit(deal, &page.form(&button).press(&button)).await
}

/// Moves a card as the script of the board does.
async fn drag(client: &Client, deal: &str, version: &str, from: &str, to: &str) -> Answer {
    let path = format!("{deal}/stage");
    let request = client
        .request("POST", &path)
        .header("Accept", "text/plain")
        .header("Sec-Fetch-Site", "same-origin")
        .form(&[("version", version), ("from", from), ("stage", to)]);
    client.send("POST", &path, request).await
}

#[tokio::test]
async fn a_moved_deal_keeps_its_history() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Line 4 retrofit"), ("Amount", "52,500"), ("Expected close", "2026-11-06")]).await;
    step(&rep, &deal, "Needs analysis").await.expect_redirect();
    rep.fill(
        &format!("{deal}/edit"),
        &[("Name", "Line 4 retrofit"), ("Amount", "48000"), ("Expected close", "2026-11-20")],
    )
    .await
    .expect_redirect();
    let page = rep.page(&deal).await;
    for words in [
        "First in Qualification",
        "Qualification to Needs analysis",
        "Amount from $52,500.00 to $48,000.00",
        "Close date from 6 Nov 2026 to 20 Nov 2026",
    ] {
        assert!(page.says(words), "the history says: {words}");
    }
    assert_eq!(page.fact("Stage"), "Needs analysis");
}

#[tokio::test]
async fn a_move_can_be_undone() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Line 4 retrofit")]).await;
    let moved = step(&rep, &deal, "Proposal").await;
    let page = rep.follow(&moved).await;
    assert!(page.says("Moved to Proposal"));
    rep.submit(&deal, &page.form("Undo").press("Undo")).await.expect_redirect();
    assert_eq!(rep.page(&deal).await.fact("Stage"), "Qualification");
}

#[tokio::test]
async fn a_lost_race_says_so() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let deal = add(&rep, &[("Name", "Torque heads")]).await;
    let seen = version(&rep.page(&deal).await);
    let (first, second, third) =
        (stage(&rep, "Qualification").await, stage(&rep, "Needs analysis").await, stage(&rep, "Proposal").await);
    let moved = drag(&other, &deal, &seen, &first, &second).await.expect(200);
    assert_eq!(moved.text(), "2", "the answer is the new version alone");
    let refused = drag(&rep, &deal, &seen, &first, &third).await.expect(409);
    assert_eq!(
        refused.text(),
        "Not moved: Olu Bright changed Torque heads meanwhile, and it is in Needs analysis now."
    );
    assert_eq!(rep.page(&deal).await.fact("Stage"), "Needs analysis", "no move is lost");
    // A change to another field meanwhile does not hinder a move.
    other.fill(&format!("{deal}/edit"), &[("Name", "Torque heads, 6")]).await.expect_redirect();
    drag(&rep, &deal, "2", &second, &third).await.expect(200);
    assert_eq!(rep.page(&deal).await.fact("Stage"), "Proposal");
    // Without script the board says it as well.
    let fields = [("version", "2"), ("from", first.as_str()), ("stage", second.as_str()), ("back", "/deals/board")];
    let answer = rep.post(&format!("{deal}/stage"), &fields).await;
    assert_eq!(answer.location.as_deref(), Some("/deals/board"));
    assert!(rep.follow(&answer).await.says("Not moved"));
}

#[tokio::test]
async fn two_editors_of_a_deal_see_both_versions() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let deal = add(&rep, &[("Name", "Torque heads"), ("Amount", "4000")]).await;
    let edit = format!("{deal}/edit");
    let form = rep.page(&edit).await.form("Name").set("Amount", "4500");
    other.fill(&edit, &[("Name", "Torque heads"), ("Amount", "3900")]).await.expect_redirect();
    let conflict = rep.submit(&edit, &form).await.expect(409).html();
    assert!(conflict.says("4500") && conflict.says("3900.00"));
    assert!(rep.page(&deal).await.says("$3,900.00"), "nothing is overwritten");
}

#[tokio::test]
async fn closing_asks_for_a_reason() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Clinic rollout"), ("Amount", "96500")]).await;
    step(&rep, &deal, "Proposal").await.expect_redirect();
    let close = format!("{deal}/closure/new?outcome=lost");
    let refused = rep.fill(&close, &[("Main reason", "Choose one"), ("Lost to", "Torqwell")]).await.expect(422).html();
    assert!(refused.says("Choose the main reason"));
    assert_eq!(refused.field("Lost to").value, "Torqwell", "what was typed is kept");
    rep.fill(&close, &[("Main reason", "Price"), ("Lost to", "Torqwell")]).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert!(page.says("Lost on") && page.says(": Price"));
    assert_eq!((page.fact("Stage"), page.fact("Lost to")), ("Lost".into(), "Torqwell".into()));
    assert!(cards(&rep.page("/deals/board").await, "Proposal").is_empty(), "a closed deal leaves the board");
    rep.press(&deal, "Reopen").await.expect_redirect();
    let page = rep.page(&deal).await;
    assert_eq!(page.fact("Stage"), "Proposal", "it goes on where it stood");
    assert!(page.says("Proposal to Lost") && page.says("Lost to Proposal"), "its history stays");
}

#[tokio::test]
async fn what_was_signed_before_it_was_entered_keeps_its_day() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Clinic rollout"), ("Amount", "96500")]).await;
    let close = format!("{deal}/closure/new?outcome=won");
    let refused = rep.fill(&close, &[("Closed on", "2090-03-02"), ("Main reason", "Price")]).await.expect(422).html();
    assert!(refused.field("Closed on").error.is_some(), "but not a day to come");
    rep.fill(&close, &[("Closed on", "2020-03-02"), ("Main reason", "Price")]).await.expect_redirect();
    assert!(rep.page(&deal).await.says("2 Mar 2020"));
}

#[tokio::test]
async fn the_stage_decides_the_pipeline() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    assert!(admin.page("/deals/new").await.all("optgroup").next().is_none(), "one pipeline needs no name");
    let second = admin.fill("/settings/pipelines", &[("Name", "Renewals")]).await.expect_redirect();
    let page = admin.page("/deals/new").await;
    let groups: Vec<_> = page.all("optgroup").filter_map(|g| g.attr("label").map(str::to_owned)).collect();
    assert_eq!(groups.len(), 2, "{groups:?}");
    let renewals = page.all("optgroup").find(|g| g.attr("label") == Some("Renewals")).expect("a group of its own");
    let proposal = renewals.descendants().find(|o| o.text() == "Proposal").expect("its stages are in it");
    let stage = proposal.attr("value").expect("an option has a value").to_owned();
    let deal = add(&admin, &[("Name", "Renewal"), ("Stage", &stage)]).await;
    assert!(admin.page(&format!("/deals/board?pipeline={}", number(&second))).await.says("Renewal"));
    admin.fill(&format!("{deal}/edit"), &[("Currency", "CHF")]).await.expect_redirect();
    let form = admin.page("/deals/new").await.form("Currency").set("Name", "Gold").force("currency", "XAU");
    admin.submit("/deals/new", &form).await.expect(422);
}

#[tokio::test]
async fn amounts_are_read_as_their_reader_writes_them() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    rep.fill("/deals/new", &[("Name", "Half"), ("Amount", "12.345")]).await.expect(422);
    rep.fill("/profile", &[("Dates and numbers", "de-DE")]).await.expect_redirect();
    let deal = add(&rep, &[("Name", "Whole"), ("Amount", "12.345")]).await;
    let edit = format!("{deal}/edit");
    assert_eq!(rep.page(&edit).await.field("Amount").value, "12345,00", "a field holds what it would read");
    rep.fill(&edit, &[("Amount", "12,5")]).await.expect_redirect();
    assert!(rep.page(&deal).await.says("12,50"));
}

#[tokio::test]
async fn what_only_the_other_changed_of_a_next_step_is_not_taken_back() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let deal = add(&rep, &[("Name", "Torque heads")]).await;
    let stale = rep.page(&deal).await.form("Save next step").set("Next step on", "2030-01-02");
    let stale = stale.set("Next step", "Call");
    rep.submit(&deal, &stale).await.expect_redirect();
    let stale = rep.page(&deal).await.form("Save next step").set("Next step on", "2030-02-03");
    other.fill(&deal, &[("Next step", "Visit")]).await.expect_redirect();
    let both = rep.submit(&deal, &stale).await.expect(409).html();
    rep.submit(&deal, &both.form("Save what is chosen")).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert!(page.says("Visit") && page.says("3 Feb 2030"), "{}", page.text());
}

#[tokio::test]
async fn closing_is_a_dialog_over_the_deal() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Clinic rollout"), ("Amount", "96500")]).await;
    let close = format!("{deal}/closure/new?outcome=won");
    let refused = rep.fill(&close, &[("Main reason", "Choose one")]).await.expect(422).html();
    for page in [rep.page(&close).await, refused] {
        let dialog = page.all("dialog").next().expect("there is a dialog");
        assert!(dialog.has("open") && dialog.text().contains("Close Clinic rollout"));
        let ways_back = dialog.descendants().filter(|e| e.attr("href") == Some(deal.as_str()));
        assert_eq!(ways_back.count(), 2, "Cancel and the cross");
        let main = page.all("main").next().expect("the page is beneath");
        assert!(main.text().contains("Stage history"), "the deal shows beneath");
        assert!(main.parent().is_some_and(|shell| shell.has("inert")), "and is out of reach");
        assert!(page.all("nav").filter(|n| n.attr("id") == Some("nav")).all(|n| n.has("inert")));
    }
    assert!(rep.page(&deal).await.all("dialog").next().is_none());
}

#[tokio::test]
async fn an_empty_board_says_what_would_be_there() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let board = rep.page("/deals/board").await;
    assert!(board.says("No open deals yet") && board.says("Add the first deal"));
    add(
        &rep,
        &[
            ("Name", "Torque heads"),
            ("Next step", "Call after their board meeting about the budget of the plant"),
            ("Next step on", "2025-03-05"),
        ],
    )
    .await;
    let board = rep.page("/deals/board").await;
    assert!(!board.says("No open deals yet"));
    let day = board.all("time").find(|t| t.attr("datetime") == Some("2025-03-05")).expect("the day has its own place");
    assert_eq!(day.text(), "5 Mar 2025");
    let none = rep.page("/deals/board?owner=none").await;
    assert!(none.says("No open deal matches") && none.says("Show all deals"));
}

#[tokio::test]
async fn totals_are_in_the_companys_currency() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    for (name, amount, currency) in [("A", "1000", "USD"), ("B", "200", "EUR"), ("C", "90000", "JPY")] {
        add(&admin, &[("Name", name), ("Amount", amount), ("Currency", currency)]).await;
    }
    let board = admin.page("/deals/board").await;
    assert!(
        head(&board, "Qualification").contains("$1,000 and €200 and ¥90,000 without a rate"),
        "{}",
        head(&board, "Qualification")
    );
    let rates = "/settings/rates";
    for (from, rate) in [("2020-01-01", "1.5"), ("2026-01-01", "1.1"), ("2999-01-01", "9")] {
        let fields = [("Currency", "EUR"), ("From", from), ("One unit is worth", rate)];
        admin.fill(rates, &fields).await.expect_redirect();
    }
    let board = admin.page("/deals/board").await;
    let words = head(&board, "Qualification");
    assert!(words.contains("$1,220 at today’s rates and ¥90,000 without a rate"), "{words}");
    assert!(admin.page("/deals").await.says("3 deals, $1,220 at 1.1 for EUR, and ¥90,000 without a rate"));
    assert!(admin.page("/deals/board").await.says("3 open, $1,220 at 1.1 for EUR"));
    for code in ["USD", "XAU", "QQQ"] {
        let fields = [("Currency", code), ("From", "2026-01-01"), ("One unit is worth", "1")];
        admin.fill(rates, &fields).await.expect(422);
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_says_so_and_an_address_means_the_same_to_everyone() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for (name, amount) in [("Small", "900"), ("Large", "1250.50")] {
        add(&rep, &[("Name", name), ("Amount", amount)]).await;
    }
    for (at, sentence) in [
        ("/deals?amount.from=abc", "Amount: “abc” is not an amount"),
        ("/deals?close.from=2027-02-30", "Expected close: “2027-02-30” is not a day"),
        ("/deals/board?close.to=soon", "Expected close: “soon” is not a day"),
    ] {
        let page = rep.page(at).await;
        assert!(page.says(sentence) && !page.says("Large"), "{at}: {}", page.text());
    }
    let profile = rep.page("/profile").await.form("Save profile").set("Dates and numbers", "German (Germany)");
    rep.submit("/profile", &profile).await.expect_redirect();
    let typed = rep.page("/deals").await.form("Amount in USD from").set("Amount in USD from", "1.250,50").press("Show");
    let address = rep.submit("/deals", &typed).await.expect_redirect();
    assert_eq!(address, "/deals?amount.from=1250.50");
    let other = server.sign_in_as(Person::OtherRep).await;
    for reader in [&rep, &other] {
        let page = reader.page(&address).await;
        assert!(page.says("Large") && !page.says("Small"), "{}", page.text());
    }
    assert_eq!(rep.page(&address).await.form("Amount in USD from").field("Amount in USD from").value, "1250,50");
}

#[tokio::test]
async fn totals_count_all_deals_not_only_those_loaded() {
    let server = Server::start();
    let mut csv = String::from("Deal name,Stage,Amount,Currency,Close date\n");
    for n in 0..3000 {
        csv.push_str(&format!("Deal {n:04},Proposal,10.00,USD,2027-{:02}-{:02}\n", n % 12 + 1, n % 28 + 1));
    }
    let folder = Folder::new();
    let file = folder.path().join("deals.csv");
    std::fs::write(&file, csv).expect("the file is written");
    server.rapport(&["import", "deals", file.to_str().expect("a path in ASCII")]).expect_done();
    let rep = server.sign_in_as(Person::Rep).await;
    let mut path = "/deals/board?sort=close".to_owned();
    let board = rep.page(&path).await;
    let words = head(&board, "Proposal");
    assert!(words.contains("3,000") && words.contains("$30,000"), "{words}");
    let mut seen = Vec::new();
    for _ in 0..4 {
        let board = rep.page(&path).await;
        let names = cards(&board, "Proposal");
        assert_eq!(names.len(), 25);
        seen.extend(names);
        assert!(head(&board, "Proposal").contains("$30,000"), "the total stays on every page");
        let more = column(&board, "Proposal").descendants().filter(|e| e.tag() == "a" && e.closest("p").is_some());
        let more = more.filter(|e| e.closest("p").is_some_and(|p| p.has_class("more"))).last();
        path = more.and_then(|a| a.attr("href")).expect("there are more").to_owned();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 100, "no card comes twice");
    let csv = rep.get("/deals.csv?close.to=2027-01-31").await.expect(200).text();
    assert_eq!(csv.lines().count(), 1 + 250, "the export has every deal that matches");
}

#[tokio::test]
async fn a_board_shows_what_its_filters_ask_for() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    add(&rep, &[("Name", "Mine"), ("Expected close", "2027-01-15"), ("Tags", "Retrofit")]).await;
    add(&rep, &[("Name", "Nobody’s"), ("Owner", "Nobody"), ("Expected close", "2027-05-15")]).await;
    for (query, names) in [
        ("", vec!["Mine", "Nobody’s"]),
        ("?owner=me", vec!["Mine"]),
        ("?owner=none", vec!["Nobody’s"]),
        ("?close.from=2027-02-01", vec!["Nobody’s"]),
        ("?close.to=2027-02-01", vec!["Mine"]),
        ("?tag=1", vec!["Mine"]),
    ] {
        let board = rep.page(&format!("/deals/board{query}")).await;
        let mut found = cards(&board, "Qualification");
        found.sort();
        assert_eq!(found, names, "{query}");
    }
    rep.get("/deals/board?pipeline=99").await.expect(404);
}

#[tokio::test]
async fn removing_a_stage_moves_its_deals() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let deal = add(&admin, &[("Name", "Spare sensors"), ("Stage", "Negotiation")]).await;
    let binned = add(&admin, &[("Name", "Old sensors"), ("Stage", "Negotiation")]).await;
    admin.press(&binned, "Delete").await.expect_redirect();
    let settings = admin.page("/settings/pipelines/1").await;
    let link = settings.all("a").find(|a| a.attr("aria-label") == Some("Remove Negotiation"));
    let removal = link.and_then(|a| a.attr("href")).expect("a stage can be removed").to_owned();
    assert!(admin.page(&removal).await.says("1 deal is in this stage"));
    admin.fill(&removal, &[("Move its deals to", "Proposal")]).await.expect_redirect();
    let page = admin.page(&deal).await;
    assert_eq!(page.fact("Stage"), "Proposal");
    admin.post(&format!("{binned}/restoration"), &[("", "")]).await.expect_redirect();
    assert_eq!(admin.page(&binned).await.fact("Stage"), "Proposal", "what was in the bin moved too");
    assert!(!admin.page("/deals/board").await.says("Negotiation"));
}

#[tokio::test]
async fn stages_are_added_renamed_and_put_in_order() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let url = "/settings/pipelines/1";
    let names = async || -> Vec<String> {
        let board = admin.page("/deals/board").await;
        board.all("section").filter_map(|s| s.attr("data-name").map(str::to_owned)).collect()
    };
    let form = admin.page(url).await.form("Save pipeline");
    let form = form.set("Name of stage 1", "Fresh").set("Name of stage 6", "Paper work").press("Save pipeline");
    admin.submit(url, &form).await.expect_redirect();
    assert_eq!(names().await, ["Fresh", "Needs analysis", "Proposal", "Negotiation", "Verbal yes", "Paper work"]);
    admin.press(url, "Move Paper work up").await.expect_redirect();
    assert_eq!(names().await, ["Fresh", "Needs analysis", "Proposal", "Negotiation", "Paper work", "Verbal yes"]);
    let form = admin.page(url).await.form("Save pipeline").set("Chance of stage 1", "101").press("Save pipeline");
    assert!(admin.submit(url, &form).await.expect(422).html().says("from 0 to 100"));
}

#[tokio::test]
async fn agents_cannot_change_deals() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let agent = server.sign_in_as(Person::Agent).await;
    let deal = add(&rep, &[("Name", "Torque heads")]).await;
    let page = agent.page(&deal).await;
    assert_eq!(page.heading(), "Torque heads");
    assert!(
        !page.all("a").any(|a| a.attr("href").is_some_and(|h| h.ends_with("/edit"))),
        "no way to change it is shown"
    );
    for path in ["stage", "next-step", "closure", "reopening", "deletion", "people", "products"] {
        agent.post(&format!("{deal}/{path}"), &[("version", "1")]).await.expect(403);
    }
    agent.get(&format!("{deal}/edit")).await.expect(403);
    agent.post(&deal, &[("name", "Mine now"), ("version", "1")]).await.expect(403);
    agent.get(&format!("/deals/{}", number(&deal))).await.expect(200);
}

#[tokio::test]
async fn people_and_products_stand_on_the_deal() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    admin.fill("/contacts/new", &[("Given name", "Karl"), ("Family name", "Lindqvist")]).await.expect_redirect();
    admin.fill("/products/new", &[("Name", "Torque head"), ("List price", "1450")]).await.expect_redirect();
    let deal = add(&admin, &[("Name", "Torque heads")]).await;
    let found = format!("{deal}/people/new?q=lind");
    admin.fill(&found, &[("Role of Karl Lindqvist", "Champion")]).await.expect_redirect();
    let product = format!("{deal}/products/new");
    admin.fill(&product, &[("Product", "Torque head"), ("Quantity", "0")]).await.expect(422);
    admin.fill(&product, &[("Product", "Torque head"), ("Quantity", "6")]).await.expect_redirect();
    let page = admin.page(&deal).await;
    assert!(page.says("Karl Lindqvist") && page.says("Champion"));
    assert!(page.says("$8,700.00"), "six at the price of the list");
    admin.press(&deal, "Remove Torque head").await.expect_redirect();
    admin.press(&deal, "Take Karl Lindqvist out of the deal").await.expect_redirect();
    let page = admin.page(&deal).await;
    assert!(page.says("Nobody is named yet") && page.says("None yet"));
}

#[tokio::test]
async fn a_deal_without_a_next_step_is_found() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Silent one")]).await;
    let view = "/deals?status=open&no_next_step=yes";
    assert!(rep.page(view).await.says("Silent one"));
    assert!(rep.page(&deal).await.says("No next step"));
    rep.fill(&deal, &[("Next step", "Call Ana"), ("Next step on", "2099-01-05")]).await.expect_redirect();
    assert!(rep.page(&deal).await.says("Call Ana"));
    assert!(!rep.page(view).await.says("Silent one"));
    let form = rep.page(&deal).await.form("Save next step").set("Next step", "");
    assert!(rep.submit(&deal, &form).await.expect(422).html().says("What happens on that day?"));
}

#[tokio::test]
async fn an_amount_beyond_counting_is_refused() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Line 4 retrofit"), ("Amount", "10000000000000")]).await;
    for amount in ["10000000000000.01", "90000000000000000"] {
        let refused = rep.fill("/deals/new", &[("Name", "Moon base"), ("Amount", amount)]).await.expect(422).html();
        assert!(refused.says("is larger than Rapport can count: write at most 10000000000000.00."));
        assert_eq!(refused.field("Name").value, "Moon base", "what was typed is kept");
    }
    assert!(rep.page("/deals/board").await.says("Line 4 retrofit"), "the board stays up");
    let admin = server.sign_in_as(Person::Admin).await;
    admin.fill("/products/new", &[("Name", "Torque head")]).await.expect_redirect();
    let product = format!("{deal}/products/new");
    let many = [("Product", "Torque head"), ("Quantity", "1000000"), ("Price of one", "1000000000")];
    let form = admin.page(&product).await;
    let price = form.form("Quantity").labels().into_iter().find(|l| l.starts_with("Price")).expect("a price is asked");
    let many = many.map(|(label, value)| (if label == "Price of one" { price.as_str() } else { label }, value));
    assert!(admin.fill(&product, &many).await.expect(422).html().says("more than Rapport can count"));
}

#[tokio::test]
async fn a_priced_deal_keeps_its_currency() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    admin.fill("/products/new", &[("Name", "Torque head"), ("List price", "1450")]).await.expect_redirect();
    let deal = add(&admin, &[("Name", "Torque heads")]).await;
    let product = format!("{deal}/products/new");
    admin.fill(&product, &[("Product", "Torque head"), ("Quantity", "6")]).await.expect_redirect();
    let edit = format!("{deal}/edit");
    let refused = admin.fill(&edit, &[("Currency", "EUR")]).await.expect(422).html();
    assert!(refused.says("Its products have prices in USD: keep USD, or take the products out first."));
    admin.press(&deal, "Remove Torque head").await.expect_redirect();
    admin.fill(&edit, &[("Currency", "EUR")]).await.expect_redirect();
}

#[tokio::test]
async fn the_change_log_knows_what_became_of_a_note() {
    let server = Server::start();
    let (rep, admin) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Admin).await);
    let deal = add(&rep, &[("Name", "Line 4 retrofit")]).await;
    let about = format!("deal:{}", number(&deal));
    rep.post("/timeline", &[("about", about.as_str()), ("kind", "note"), ("text", "They want six.")])
        .await
        .expect_redirect();
    let links = rep.page(&deal).await.links();
    let edit = links.into_iter().map(|l| l.href).find(|l| l.starts_with("/timeline/")).expect("a note can be edited");
    rep.fill(&edit, &[("Text", "They want eight.")]).await.expect_redirect();
    let log = admin.page("/settings/changes").await;
    assert!(log.says("They want six.") && log.says("They want eight."), "both words are kept");
    // An admin who deletes someone else's note can take that back.
    let deleted = admin.press(&edit, "Delete").await;
    let page = admin.follow(&deleted).await;
    assert!(!page.says("They want eight."));
    admin.submit(&deal, &page.form("Undo").press("Undo")).await.expect_redirect();
    assert!(admin.page(&deal).await.says("They want eight."));
}

#[tokio::test]
async fn a_stage_asks_for_what_is_missing_and_takes_it_right_there() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let rules = |stage: &str| admin_link(&admin, stage.to_owned());
    let proposal = rules("Proposal").await;
    let form = admin.page(&proposal).await.form("Save rules").check("Amount").check("Next step");
    admin.submit(&proposal, &form.press("Save rules")).await.expect_redirect();
    let first = rules("Qualification").await;
    let form = admin
        .page(&first)
        .await
        .form("Save rules")
        .set("Checklist", "Budget confirmed\n\nBudget confirmed\nWho decides");
    admin.submit(&first, &form.press("Save rules")).await.expect_redirect();

    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Mill")]).await;
    let (start, there) = (stage_number(&first), stage_number(&proposal));
    let stage = format!("{deal}/stage");
    let dialog = rep.post(&stage, &[("stage", &there), ("from", &start)]).await.expect_redirect();
    assert!(dialog.starts_with(&format!("{deal}/requirements/new")), "{dialog}");
    let asked = rep.page(&dialog).await;
    assert!(asked.says("Proposal asks for: amount, next step. Still to be ticked: Budget confirmed, Who decides."));
    // What is typed is kept when something still lacks.
    let form = asked.form("Move to Proposal").set("Amount", "1200").check("Budget confirmed");
    let again = rep.submit(&dialog, &form.press("Move to Proposal")).await.expect(422).html();
    assert!(again.says("Proposal asks for: next step") && again.field("Amount").value == "1200", "{}", again.text());
    assert!(rep.page(&deal).await.fact("Stage").contains("Qualification"), "nothing was saved by halves");
    assert!(!rep.page(&deal).await.says("1,200"));
    let form = again.form("Move to Proposal").set("Next step", "Send it").check("Who decides");
    assert_eq!(rep.submit(&dialog, &form.press("Move to Proposal")).await.expect_redirect(), deal);
    let page = rep.page(&deal).await;
    assert!(page.fact("Stage").contains("Proposal") && page.says("1,200") && page.says("Send it"), "{}", page.text());
    // Back is free, and the form obeys the same rule.
    rep.post(&stage, &[("stage", &start), ("from", &there)]).await.expect_redirect();
    rep.fill(&format!("{deal}/edit"), &[("Amount", "")]).await.expect_redirect();
    let refused = rep.fill(&format!("{deal}/edit"), &[("Stage", "Proposal")]).await.expect(422).html();
    assert!(refused.says("Proposal asks for: amount."), "{}", refused.text());
    // A script that drops a card there is told where to ask.
    let request = rep.request("POST", &stage).header("Accept", "text/plain").header("Sec-Fetch-Site", "same-origin");
    let body = [("stage", there.as_str()), ("from", &start), ("back", "/deals/board")];
    let answer = rep.send("POST", &stage, request.form(&body)).await.expect(428);
    assert!(answer.text().contains("/requirements/new?stage="), "{}", answer.text());
}

/// The address of a stage's rules, by its name.
async fn admin_link(admin: &Client, stage: String) -> String {
    let pipeline = admin.page("/settings/pipelines").await.link("Sales");
    admin.page(&pipeline).await.link(&format!("Rules of {stage}"))
}

/// `3` of `/settings/pipelines/1/stages/3/rules`.
fn stage_number(rules: &str) -> String {
    rules.trim_end_matches("/rules").rsplit('/').next().expect("a number").to_owned()
}

#[tokio::test]
async fn winning_asks_for_what_the_won_stage_wants() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let pipeline = admin.page("/settings/pipelines").await.link("Sales");
    let won = admin.page(&pipeline).await.link("Won");
    let form = admin.page(&won).await.form("Save rules").check("Source").press("Save rules");
    admin.submit(&won, &form).await.expect_redirect();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = add(&rep, &[("Name", "Mill"), ("Amount", "10")]).await;
    let dialog = rep.get(&format!("{deal}/closure/new?outcome=won")).await.expect_redirect();
    let form = rep.page(&dialog).await.form("Move to Won").set("Source", "Fair").press("Move to Won");
    let close = rep.submit(&dialog, &form).await.expect_redirect();
    assert_eq!(close, format!("{deal}/closure/new?outcome=won"));
    rep.fill(&close, &[("Main reason", "Price")]).await.expect_redirect();
    assert!(rep.page(&deal).await.fact("Stage").contains("Won"));
    // Losing asks for nothing.
    let other = add(&rep, &[("Name", "Saw")]).await;
    rep.fill(&format!("{other}/closure/new?outcome=lost"), &[("Main reason", "Price")]).await.expect_redirect();
}

#[tokio::test]
async fn the_board_opens_where_there_are_deals() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let second = admin.fill("/settings/pipelines", &[("Name", "Renewals")]).await.expect_redirect();
    assert!(admin.page("/deals/board").await.says("Sales"));
    add(&admin, &[("Name", "Renewal of the mill")]).await;
    let deal = admin.page("/deals?status=open").await.link("Renewal of the mill");
    let page = admin.page(&format!("{deal}/edit")).await;
    let group = page.all("optgroup").find(|g| g.attr("label") == Some("Renewals")).expect("a group of its own");
    let stage = group.children().next().and_then(|o| o.attr("value")).expect("a stage").to_owned();
    admin.fill(&format!("{deal}/edit"), &[("Stage", &stage)]).await.expect_redirect();
    assert!(admin.page("/deals/board").await.says("Renewal of the mill"), "{second} has the only open deal");
}
