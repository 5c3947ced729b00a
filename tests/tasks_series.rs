//! Tasks that come again, that are said in a line, put off, handed over and reminded of.

use std::time::{Duration, Instant};

use crate::support::{Client, Html, Person, Server};

/// Sends a line as a reader without script does; the form it leads to.
async fn said(client: &Client, words: &str) -> Html {
    let form = client.page("/tasks").await.form("New task").set("New task", words);
    client.submit("/tasks", &form.press("Add")).await.expect(200).html()
}

/// The list of open tasks.
async fn open(client: &Client) -> Html {
    client.page("/tasks?status=open").await
}

#[tokio::test]
async fn a_line_is_shown_as_it_was_understood_before_it_is_saved() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let page = said(&rep, "call Maria tomorrow 15:00 !!").await;
    assert!(page.says("Understood") && page.says("15:00"), "{}", page.text());
    let form = page.form("Subject");
    assert_eq!((form.field("Subject").value.as_str(), form.field("Time").value.as_str()), ("call Maria", "15:00"));
    assert!(!open(&rep).await.says("call Maria"), "nothing is saved yet");
    rep.submit("/tasks/quick", &form.press("Save task")).await.expect_redirect();
    let list = open(&rep).await;
    assert!(list.says("call Maria") && list.says("Tomorrow 15:00") && list.says("High"), "{}", list.text());
}

#[tokio::test]
async fn a_line_that_was_seen_is_added_at_once() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let seen = rep.get("/tasks/understood?words=ring+the+plant+tomorrow").await.expect(200).text();
    assert!(seen.contains("ring the plant") && seen.contains("Due"), "{seen}");
    let fields = [("words", "ring the plant tomorrow"), ("seen", "ring the plant tomorrow"), ("back", "/")];
    assert_eq!(rep.post("/tasks/quick", &fields).await.expect_redirect(), "/");
    assert!(open(&rep).await.says("ring the plant"));
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_a_sentence_and_nothing_is_lost() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let form = rep.page("/tasks").await.form("New task").set("New task", "pay on 31 February");
    let page = rep.submit("/tasks", &form.press("Add")).await.expect(422).html();
    assert!(page.says("“31 February” does not exist"), "{}", page.text());
    assert!(page.form("Subject").field("Subject").value.contains("31 February"));
}

#[tokio::test]
async fn done_the_next_of_a_series_is_made_and_reopening_unmakes_it() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let form = said(&rep, "every day water the plants for 2 times").await.form("Subject");
    let task = rep.submit("/tasks/quick", &form.press("Save task")).await.expect_redirect();
    let page = rep.page("/tasks").await;
    assert!(page.says("water the plants"), "{task}");
    let first = page.link("water the plants");
    assert!(rep.page(&first).await.says("Every day, 2 times with this one"));
    rep.press(&first, "Complete").await.expect_redirect();
    let second = open(&rep).await.link("water the plants");
    assert_ne!(first, second);
    assert!(rep.page(&second).await.says("this once more"), "{}", rep.page(&second).await.text());
    rep.press(&first, "Open again").await.expect_redirect();
    assert_eq!(open(&rep).await.link("water the plants"), first, "the next one is unmade");
    rep.get(&second).await.expect(404);
    rep.press(&first, "Complete").await.expect_redirect();
    let second = open(&rep).await.link("water the plants");
    rep.press(&second, "Complete").await.expect_redirect();
    rep.page(&second).await;
    assert!(!open(&rep).await.says("water the plants"), "the series is over");
}

#[tokio::test]
async fn a_task_is_put_off_and_handed_over_and_both_are_taken_back() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    rep.fill("/tasks/new", &[("Subject", "Draft the contract")]).await.expect_redirect();
    let task = open(&rep).await.link("Draft the contract");
    let steps = format!("{task}/steps/new");
    let form = rep.page(&steps).await.form("Next week").press("Next week");
    rep.submit(&steps, &form).await.expect_redirect();
    let page = rep.page(&task).await;
    assert!(page.says("Monday") || page.says("is due"), "{}", page.text());
    let moved = page.fact("Due");
    rep.submit(&task, &page.form("Undo").press("Undo")).await.expect_redirect();
    assert_ne!(rep.page(&task).await.fact("Due"), moved);
    let refused = rep.page(&steps).await.form("On").set("On", "2026-02-31").press("Move to that day");
    assert!(rep.submit(&steps, &refused).await.expect(422).html().says("is not a day"));
    // Nobody undoes what somebody changed since.
    let form = rep.page(&steps).await.form("Tomorrow").press("Tomorrow");
    rep.submit(&steps, &form).await.expect_redirect();
    let flash = rep.page(&task).await.form("Undo").press("Undo");
    let form = other.page(&steps).await.form("Next week").press("Next week");
    other.submit(&steps, &form).await.expect_redirect();
    let after = other.page(&task).await.fact("Due");
    rep.submit(&task, &flash).await.expect_redirect();
    assert_eq!(rep.page(&task).await.fact("Due"), after);
}

#[tokio::test]
async fn a_reminder_is_told_once() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    // Due in a minute, reminded ten minutes before: that moment has come.
    let form = said(&rep, "ring the plant in 2 minutes").await.form("Subject").set("Reminder", "10 minutes before");
    rep.submit("/tasks/quick", &form.press("Save task")).await.expect_redirect();
    let until = Instant::now() + Duration::from_secs(40);
    while !rep.page("/notifications").await.says("reminds you of a task") {
        assert!(Instant::now() < until, "nobody was reminded");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let told = rep.page("/notifications").await.text().matches("reminds you of a task").count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn several_tasks_are_completed_and_put_off_at_once() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for subject in ["One", "Two"] {
        rep.fill("/tasks/new", &[("Subject", subject)]).await.expect_redirect();
    }
    let list = "/tasks?owner=me&status=open";
    let form = rep.page(list).await.form("Select One").check("Select One").check("Select Two").press("Tomorrow");
    rep.submit(list, &form).await.expect_redirect();
    let page = rep.page(list).await;
    assert!(page.says("2 tasks due tomorrow"), "{}", page.text());
    rep.submit(list, &page.form("Undo").press("Undo")).await.expect_redirect();
    let form = rep.page(list).await.form("Select One").check("Select One").press("Complete");
    rep.submit(list, &form).await.expect_redirect();
    assert!(rep.page(list).await.says("1 task done"));
    assert!(rep.page("/tasks?status=done").await.says("One"));
}

#[tokio::test]
async fn a_company_has_types_of_its_own() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    admin.fill("/settings/task-types", &[("Name", "Site visit"), ("Icon", "pin")]).await.expect_redirect();
    let again = admin.fill("/settings/task-types", &[("Name", "site VISIT")]).await.expect(422).html();
    assert!(again.says("This type is there already"));
    let form = said(&rep, "site visit at the mill tomorrow").await.form("Subject");
    rep.submit("/tasks/quick", &form.press("Save task")).await.expect_redirect();
    assert!(open(&rep).await.says("Site visit"));
}
