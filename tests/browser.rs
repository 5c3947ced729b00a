//! What only a browser shows: cards that are moved by key and by mouse, dialogs left and used by keyboard alone.

use crate::support::*;
use fantoccini::{Locator, key::Key};

/// A rep's browser on the board, with one deal in Qualification; its address.
async fn board(server: &Server, deal: &str) -> (Browser, String) {
    let rep = server.sign_in_as(Person::Rep).await;
    let url = rep.fill("/deals/new", &[("Name", deal), ("Amount", "4000")]).await.expect_redirect();
    let browser = Browser::open(server).await;
    browser.sign_in_as(Person::Rep).await;
    browser.visit("/deals/board").await;
    (browser, url)
}

/// The column of a stage.
fn column(stage: &str) -> String {
    format!("//section[@data-name='{stage}']")
}

/// The card of a deal in a column.
fn card(stage: &str, deal: &str) -> String {
    format!("{}//li[.//h3[normalize-space(.)='{deal}']]", column(stage))
}

/// Waits until the deal's card stands in a column and the server has answered.
async fn wait_for_card(browser: &Browser, stage: &str, deal: &str) {
    let settled = format!("{}[not(@aria-busy='true')]", card(stage, deal));
    browser.find_shown(&settled, &format!("{deal} in {stage}")).await;
}

/// Waits for what the board says about a move, to the eye or to a screen reader.
async fn wait_for_status(browser: &Browser, words: &str) {
    let said = format!("//*[@data-board-status][contains(., '{words}')]");
    browser.until(words, async || browser.find(Locator::XPath(&said)).await.ok()).await;
}

#[tokio::test]
async fn a_card_moves_by_keyboard() {
    let server = Server::start();
    let (browser, deal) = board(&server, "Torque heads").await;
    browser.tab_to("the card", "el.closest('[data-card]') && el.matches('h3 a')").await;
    browser.keys(&[Key::Shift, Key::Right]).await;
    wait_for_status(&browser, "Moved to Needs analysis.").await;
    wait_for_card(&browser, "Needs analysis", "Torque heads").await;
    // The focus goes along, so that the next press moves it on.
    let focused = "const el = document.activeElement; return el.closest('[data-stage]')?.dataset.name";
    browser
        .until("the focus on the card", async || {
            (browser.execute(focused, vec![]).await.ok()? == "Needs analysis").then_some(())
        })
        .await;
    browser.keys(&[Key::Shift, Key::Right]).await;
    wait_for_status(&browser, "Moved to Proposal.").await;
    browser.visit("/deals/board").await;
    wait_for_card(&browser, "Proposal", "Torque heads").await;
    assert_eq!(server.sign_in_as(Person::Rep).await.page(&deal).await.fact("Stage"), "Proposal");
}

#[tokio::test]
async fn a_card_moves_by_mouse() {
    let server = Server::start();
    let (browser, deal) = board(&server, "Torque heads").await;
    let from = browser.find_shown(&card("Qualification", "Torque heads"), "the card").await;
    let to = browser.find_shown(&format!("{}//ol", column("Negotiation")), "the column").await;
    browser.drag(from, to).await;
    wait_for_status(&browser, "Moved to Negotiation.").await;
    wait_for_card(&browser, "Negotiation", "Torque heads").await;
    assert_eq!(browser.path().await, "/deals/board", "dropping a card does not open it");
    assert_eq!(server.sign_in_as(Person::Rep).await.page(&deal).await.fact("Stage"), "Negotiation");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_card_moves_by_its_menu_without_script() {
    let server = Server::start();
    let (browser, _) = board(&server, "Torque heads").await;
    browser.javascript(false).await;
    browser.visit("/deals/board").await;
    let there = browser.find(Locator::XPath(&card("Qualification", "Torque heads"))).await.expect("the card is there");
    // Its button shows when one points at the card.
    browser.hover(there).await;
    browser.press("Move Torque heads").await;
    browser.press("Proposal").await;
    browser.wait_for_text("Moved to Proposal").await;
    wait_for_card(&browser, "Proposal", "Torque heads").await;
    browser.press("Undo").await;
    wait_for_card(&browser, "Qualification", "Torque heads").await;
}

#[tokio::test]
async fn a_card_that_another_moved_goes_where_they_put_it() {
    let server = Server::start();
    let (browser, deal) = board(&server, "Torque heads").await;
    let other = server.sign_in_as(Person::OtherRep).await;
    let page = other.page(&deal).await;
    let step = page.all("button").map(|b| b.text()).find(|text| text.starts_with("Verbal yes")).expect("a last stage");
    other.submit(&deal, &page.form(&step).press(&step)).await.expect_redirect();
    browser.tab_to("the card", "el.matches('[data-card] h3 a')").await;
    browser.keys(&[Key::Shift, Key::Right]).await;
    browser.wait_for_text("Not moved: Olu Bright changed Torque heads meanwhile, and it is in Verbal yes now.").await;
    wait_for_card(&browser, "Verbal yes", "Torque heads").await;
}

#[tokio::test]
async fn a_refused_move_goes_back() {
    let server = Server::start();
    let (browser, deal) = board(&server, "Torque heads").await;
    let other = server.sign_in_as(Person::OtherRep).await;
    other.press(&deal, "Delete").await.expect_redirect();
    let from = browser.find_shown(&card("Qualification", "Torque heads"), "the card").await;
    let to = browser.find_shown(&format!("{}//ol", column("Proposal")), "the column").await;
    browser.drag(from, to).await;
    browser.wait_for_text("Not moved").await;
    wait_for_card(&browser, "Qualification", "Torque heads").await;
    let count = browser.find(Locator::XPath(&format!("{}//*[@data-count]", column("Qualification")))).await;
    let count = count.expect("a column has a count").text().await.expect("the count is read");
    assert_eq!(count, "1", "and the counts with it");
}

#[tokio::test]
async fn a_deal_is_closed_by_keyboard_alone() {
    let server = Server::start();
    let (browser, deal) = board(&server, "Clinic rollout").await;
    browser.visit(&deal).await;
    let lost = "el.textContent.trim() === 'Lost'";
    browser.tab_to("Lost", lost).await;
    browser.keys(&[Key::Enter]).await;
    browser.wait_for_path(|path| path.contains("/closure/new")).await;
    // Escape leads back, from within a field too.
    browser.tab_to("the amount", "el.id === 'amount'").await;
    browser.keys(&[Key::Escape]).await;
    browser.wait_for_path(|path| path == deal).await;
    browser.tab_to("Lost", lost).await;
    browser.keys(&[Key::Enter]).await;
    browser.wait_for_path(|path| path.contains("/closure/new")).await;
    // What lies beneath is out of reach.
    for _ in 0..25 {
        browser.keys(&[Key::Tab]).await;
        let script = "const el = document.activeElement; return el === document.body || Boolean(el.closest('dialog'))";
        assert_eq!(browser.execute(script, vec![]).await.expect("the focus is read"), true, "the focus stays");
    }
    browser.tab_to("the button", "el.matches('dialog .primary')").await;
    browser.keys(&[Key::Enter]).await;
    browser.wait_for_text("Choose the main reason").await;
    assert_eq!(browser.accessibility_faults().await, Vec::<String>::new());
    browser.tab_to("the reason", "el.id === 'reason'").await;
    browser.active_element().await.expect("a field has the focus").send_keys("Price").await.expect("keys are typed");
    browser.tab_to("the button", "el.matches('dialog .primary')").await;
    browser.keys(&[Key::Enter]).await;
    browser.wait_for_path(|path| path == deal).await;
    browser.wait_for_text("Clinic rollout closed as lost").await;
}

#[tokio::test]
async fn a_call_opens_the_composer() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let fields = [("Given name", "Ana"), ("Family name", "Souza"), ("Phone", "+55 11 95550 0142")];
    let ana = rep.fill("/contacts/new", &fields).await.expect_redirect();
    let browser = Browser::open(&server).await;
    browser.sign_in_as(Person::Rep).await;
    browser.visit(&ana).await;
    browser.press("More actions").await;
    browser.press("Log a call").await;
    browser.field("Outcome").await;
    let script = "return document.activeElement.id";
    assert_eq!(browser.execute(script, vec![]).await.expect("the focus is read"), "said-text");
    assert_eq!(browser.path().await, ana, "nothing was loaded for it");
}
