//! What people are told of, where and how often.

use crate::support::*;
use futures_util::StreamExt;

/// The texts of a person's list, newest first.
async fn told(client: &Client) -> Vec<String> {
    let page = client.page("/notifications").await;
    page.classed("plain-link").map(|button| button.text()).collect()
}

#[tokio::test]
async fn the_new_owner_is_told_once_and_nobody_of_their_own_doings() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let other = server.sign_in_as(Person::OtherRep).await;
    let deal = rep.fill("/deals/new", &[("Name", "Mill")]).await.expect_redirect();
    assert!(told(&rep).await.is_empty(), "nobody hears of what they did");
    rep.fill(&format!("{deal}/edit"), &[("Owner", "Olu Bright")]).await.expect_redirect();
    assert_eq!(told(&other).await, ["Rui Costa gave you a deal: Mill (unread)"]);
    assert!(other.page("/").await.elements().any(|e| e.attr("aria-label") == Some("Notifications, 1 unread")));
    // Opening it leads to the record and marks it as read.
    assert_eq!(other.press("/notifications", "Rui Costa gave you a deal: Mill (unread)").await.expect_redirect(), deal);
    assert_eq!(told(&other).await, ["Rui Costa gave you a deal: Mill"]);
    other.fill(&format!("{deal}/edit"), &[("Next step", "Call")]).await.expect_redirect();
    assert_eq!(told(&other).await.len(), 1, "another change is no news of an owner");
}

#[tokio::test]
async fn many_records_given_at_once_are_one_event() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let mut fields = vec![("do", "assign".to_owned())];
    let ControlKind::Select(colleagues) = rep.page("/contacts/new").await.field("Owner").kind else {
        panic!("the owner is chosen from a list")
    };
    let owner = colleagues.into_iter().find(|(_, name)| name == "Olu Bright").expect("a colleague").0;
    for name in ["Ana", "Ben", "Cleo"] {
        let url = rep.fill("/contacts/new", &[("Given name", name)]).await.expect_redirect();
        fields.push(("id", url.rsplit('/').next().expect("a number").to_owned()));
    }
    fields.push(("owner", owner));
    rep.post("/contacts/selection", &fields).await.expect(303);
    let other = server.sign_in_as(Person::OtherRep).await;
    assert_eq!(told(&other).await, ["Rui Costa gave you a contact: Ana and 2 more (unread)"]);
    assert_eq!(told(&rep).await.len(), 0);
}

#[tokio::test]
async fn a_mention_is_told_to_who_may_see_the_record() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let deal = admin.fill("/deals/new", &[("Name", "Mill"), ("Owner", "Rui Costa")]).await.expect_redirect();
    let company = admin.page("/settings/company").await.form("Save company");
    let own = company.choose("People see their own records; managers see their teams").press("Save company");
    admin.submit("/settings/company", &own).await.expect_redirect();
    let form = admin.page(&deal).await.form("Text").set("Text", "Ask @Rui Costa and @Olu Bright");
    admin.submit(&deal, &form.press("Save")).await.expect_redirect();
    let rep = server.sign_in_as(Person::Rep).await;
    let texts = told(&rep).await;
    assert_eq!(
        texts,
        ["Ada Lindqvist mentioned you on: Mill (unread)", "Ada Lindqvist gave you a deal: Mill (unread)"]
    );
    assert!(told(&server.sign_in_as(Person::OtherRep).await).await.is_empty());
    let page = rep.page(&deal).await;
    assert!(page.all("strong").any(|s| s.text() == "@Rui Costa"), "mentions stand out");
    rep.press("/notifications", "Mark all as read").await.expect_redirect();
    assert!(rep.page("/notifications?show=unread").await.says("Nothing unread"));
}

#[tokio::test]
async fn what_is_chosen_to_come_by_mail_comes_once() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let other = server.sign_in_as(Person::OtherRep).await;
    let choices = other.page("/notifications/choices").await.form("Save");
    let choices = choices.set("Something is given to you", "By mail at once").press("Save");
    other.submit("/notifications/choices", &choices).await.expect_redirect();
    rep.fill("/deals/new", &[("Name", "Mill"), ("Owner", "Olu Bright")]).await.expect_redirect();
    let mail = server.mail_to(Person::OtherRep.email()).await;
    assert!(mail.contains("Rui Costa gave you a deal: Mill"), "{mail}");
    assert!(mail.contains("/deals/1"), "{mail}");
    // A second event makes a second mail, which is all there is: the first was not sent again.
    rep.fill("/deals/new", &[("Name", "Saw"), ("Owner", "Olu Bright")]).await.expect_redirect();
    let mails = server.mails_to(Person::OtherRep.email(), 2).await;
    assert_eq!(mails.iter().filter(|m| m.contains("gave you a deal: Mill")).count(), 1);
}

#[tokio::test]
async fn an_open_page_hears_at_once_whichever_server_it_is_on() {
    let one = Server::start();
    let two = Server::on(one.database());
    let rep = one.sign_in_as(Person::Rep).await;
    let other = two.sign_in_as(Person::OtherRep).await;
    let request = other.request("GET", "/notifications/live").header("Accept", "text/event-stream");
    let mut news = request.send().await.expect("the server answers").bytes_stream();
    let mut next = async || {
        loop {
            let bytes = news.next().await.expect("the line is open").expect("it is whole");
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some(data) = text.strip_prefix("data: ") {
                break serde_json::from_str::<serde_json::Value>(data.trim()).expect("JSON");
            }
        }
    };
    assert_eq!(next().await["unread"], 0);
    rep.fill("/deals/new", &[("Name", "Mill"), ("Owner", "Olu Bright")]).await.expect_redirect();
    let heard = next().await;
    assert_eq!((heard["unread"].as_i64(), heard["text"].as_str()), (Some(1), Some("Rui Costa gave you a deal: Mill")));
}
