//! A lead on its whole way, from a stranger's form to money, as those who sell see it.

use crate::support::*;
use fantoccini::{Locator, key::Key};

/// Form, rule and stage rule, as an admin sets them up; gives the address of the form.
async fn set_up(server: &Server) -> String {
    let admin = server.sign_in_as(Person::Admin).await;
    let form = admin.page("/settings/forms/new").await.form("Save form").set("Name", "Contact us");
    let form = form.set("Seconds that a person needs at least", "0");
    let url = admin.submit("/settings/forms", &form).await.expect_redirect();
    let links = admin.page(&url).await.links().into_iter().map(|l| l.href);
    let path = links.into_iter().find(|l| l.starts_with("/forms/")).expect("its address is shown");
    let rui = server.database().number("SELECT id FROM users WHERE name = 'Rui Costa'").to_string();
    let rule = [
        ("name", "Web"),
        ("active", "true"),
        ("field", "source"),
        ("test", "is"),
        ("value", "Web form"),
        ("target", "owner"),
        ("owner", rui.as_str()),
    ];
    admin.post("/settings/assignment", &rule).await.expect(303);
    let pipeline = admin.page("/settings/pipelines").await.link("Sales");
    let rules = admin.page(&pipeline).await.link("Rules of Proposal");
    let form = admin.page(&rules).await.form("Save rules").check("Next step");
    admin.submit(&rules, &form.press("Save rules")).await.expect_redirect();
    path
}

/// What a tile of my day says.
async fn tile(browser: &Browser, label: &str) -> String {
    let path = format!("//div[contains(@class, 'tile')][dt[starts-with(., '{label}')]]/dd");
    browser.visit("/").await;
    browser.find_shown(&path, label).await.text().await.expect("a tile has a text")
}

#[tokio::test]
async fn a_lead_goes_from_the_form_to_a_won_deal() {
    let server = Server::start();
    let path = set_up(&server).await;

    let stranger = Browser::open(&server).await;
    stranger.visit(&path).await;
    for (label, typed) in [
        ("First name", "Ana"),
        ("Last name", "Souza"),
        ("E-mail", "ana@verde.example"),
        ("Phone", "+55 11 95550 0142"),
        ("Company", "Verde Log"),
    ] {
        if stranger.text().await.contains(label) {
            stranger.fill(label, typed).await;
        }
    }
    stranger.press("Send").await;
    stranger.wait_for_text("Thank you").await;

    // It is given to the rep, who is told and finds it waiting on the day.
    let rep = Browser::open(&server).await;
    rep.sign_in_as(Person::Rep).await;
    assert_eq!(tile(&rep, "Won this quarter").await, "$0");
    rep.visit("/notifications").await;
    rep.wait_for_text("Ana Souza").await;
    rep.visit("/leads").await;
    rep.press("Ana Souza").await;
    rep.wait_for_path(|path| path.starts_with("/contacts/")).await;
    let lead = rep.path().await;
    // Two keys log the call; between them stands what one has to say of it.
    rep.find_shown("//textarea[@id='said-text']", "the composer").await;
    rep.find(Locator::Css("body")).await.expect("a body").send_keys("l").await.expect("keys are typed");
    rep.field("Outcome").await;
    rep.fill("Text", "Wants six heads.").await;
    rep.fill("Next task", "send the quote tomorrow").await;
    rep.find_shown("//*[@id='said-understood'][contains(., 'send the quote')]", "what was understood").await;
    rep.keys(&[Key::Control, Key::Enter]).await;
    rep.wait_for_text("Call saved. Next: “send the quote”").await;
    rep.wait_for_text("called, reached").await;

    rep.press("Qualify").await;
    rep.fill("Deal", "Six heads").await;
    rep.fill("Amount", "1800").await;
    rep.press("Qualify and make deal").await;
    rep.wait_for_path(|path| path.starts_with("/deals/")).await;
    let deal = rep.path().await;
    rep.wait_for_text("Ana Souza is qualified").await;

    // On the board the stage asks for what lacks, right there.
    rep.visit("/deals/board").await;
    let column = |stage: &str| format!("//section[@data-name='{stage}']");
    let card = |stage: &str| format!("{}//li[.//h3[normalize-space(.)='Six heads']]", column(stage));
    let from = rep.find_shown(&card("Qualification"), "the card").await;
    let to = rep.find_shown(&format!("{}//ol", column("Proposal")), "the column").await;
    rep.drag(from, to).await;
    rep.wait_for_path(|path| path.contains("/requirements/new")).await;
    rep.wait_for_text("Proposal asks for: next step").await;
    rep.fill("Next step", "Send the quote").await;
    rep.press("Move to Proposal").await;
    rep.find_shown(&card("Proposal"), "the card in Proposal").await;

    // A quote of what is offered, accepted by the customer.
    let hands = server.sign_in_as(Person::Rep).await;
    let line = [("Text", "Torque head"), ("Quantity", "6"), ("Price of one", "350"), ("Tax in %", "25")];
    hands.fill(&format!("{deal}/products/new"), &line).await.expect_redirect();
    rep.visit(&deal).await;
    rep.press("Make a quote").await;
    rep.wait_for_path(|path| path.starts_with("/quotes/")).await;
    rep.press("Send").await;
    rep.press("Send quote").await;
    rep.wait_for_text("is on its way to ana@verde.example").await;
    let mail = server.mail_to("ana@verde.example").await;
    let at = mail.find("/q/").expect("the mail has a link");
    let link = mail[at..].split_whitespace().next().unwrap_or_default().to_owned();
    stranger.visit(&link).await;
    stranger.fill("Your name", "Ana Souza").await;
    stranger.find(Locator::Css("#agreed")).await.expect("a box to tick").click().await.expect("it can be ticked");
    stranger.press("Accept quote").await;
    stranger.wait_for_text("Ana Souza accepted this quote").await;

    rep.visit("/notifications").await;
    rep.wait_for_text("says that Ana Souza accepted Q-").await;
    rep.visit(&deal).await;
    rep.press("Won").await;
    rep.wait_for_path(|path| path.contains("/closure/new")).await;
    let reason = rep.field("Main reason").await;
    reason.select_by_index(1).await.expect("there are reasons");
    let button = rep.find_shown("//dialog//button[normalize-space(.)='Close as won']", "the button").await;
    button.click().await.expect("it can be pressed");
    rep.wait_for_path(|path| path == deal).await;
    rep.wait_for_text("Six heads closed as won").await;
    // The board is told by a status what the stage asks for, which Chromium logs.
    let complaints = rep.complaints().await;
    assert!(complaints.iter().all(|line| line.contains("status of 428")), "{complaints:?}");

    // Visible in lists, on every timeline, and in what it adds up to, for the rep and for the manager.
    assert!(tile(&rep, "Won this quarter").await.starts_with("$2"), "2,100 is won");
    rep.visit(&lead).await;
    rep.wait_for_text("Wants six heads.").await;
    let timeline = rep.text().await;
    for words in ["sent the form “Contact us”", "accepted by Ana Souza", "Six heads"] {
        assert!(timeline.contains(words), "{words}: {timeline}");
    }
    let manager = Browser::open(&server).await;
    manager.sign_in_as(Person::Manager).await;
    manager.visit("/deals?status=won").await;
    manager.wait_for_text("Six heads").await;
    assert!(manager.text().await.contains("2,100"), "{}", manager.text().await);
    manager.visit("/quotes?state=accepted").await;
    manager.wait_for_text("Six heads").await;
    assert_eq!(manager.complaints().await, Vec::<String>::new());
}
