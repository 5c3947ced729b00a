//! Tasks and my day: what is to be done, by when, about whom.

use std::sync::Arc;

use crate::support::{Answer, Client, Database, PASSWORD, Person, Server, rapport};

/// A contact added by hand; the path of its page.
async fn contact(client: &Client, name: &str) -> String {
    client.fill("/contacts/new", &[("Shown as", name)]).await.expect_redirect()
}

/// Adds a task about a record and returns the answer.
async fn add(client: &Client, about: &str, subject: &str, due: &str) -> Answer {
    let page = match about.strip_prefix("/contacts/") {
        Some(id) => format!("/tasks/new?about=contact:{id}"),
        None => "/tasks/new".to_owned(),
    };
    client.fill(&page, &[("Subject", subject), ("Due", due)]).await
}

/// The day so many days from today where the server's clock is, as date fields hold it.
async fn day(client: &Client, offset: i64) -> String {
    let form = client.page("/tasks/new").await.form("Subject");
    let today = form.field("Due").value.clone();
    shifted(&today, offset)
}

/// Days of the proleptic Gregorian calendar, counted (Howard Hinnant's `days_from_civil` and back).
fn shifted(day: &str, offset: i64) -> String {
    let parts: Vec<i64> = day.split('-').map(|part| part.parse().expect("a date has numbers")).collect();
    let (y, m, d) = (parts[0] - i64::from(parts[1] <= 2), parts[1], parts[2]);
    let (era, year) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + d - 1;
    let days = era * 146_097 + year * 365 + year / 4 - year / 100 + of_year + offset;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (d, m) = (of_year - (153 * month + 2) / 5 + 1, month + if month < 10 { 3 } else { -9 });
    format!("{:04}-{m:02}-{d:02}", year + era * 400 + i64::from(m <= 2))
}

#[tokio::test]
async fn completing_a_task_is_told_on_the_record_and_can_be_undone() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let contact = contact(&rep, "Thandiwe Dube").await;
    let today = day(&rep, 0).await;
    assert_eq!(add(&rep, &contact, "Send the quote", &today).await.expect_redirect(), contact);

    let done = rep.press(&contact, "Complete: Send the quote").await;
    assert_eq!(done.expect_redirect(), contact);
    let page = rep.page(&contact).await;
    assert!(page.says("“Send the quote” is done"), "{}", page.text());
    assert!(page.says("Rui Costa completed a task: Send the quote"), "{}", page.text());
    assert!(!rep.page("/tasks?owner=me&status=open").await.says("Send the quote"));
}

#[tokio::test]
async fn undo_opens_a_task_again_and_leads_back_to_where_it_was_done() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let today = day(&rep, 0).await;
    add(&rep, "", "Draft the contract", &today).await.expect_redirect();

    assert_eq!(rep.press("/", "Complete: Draft the contract").await.expect_redirect(), "/");
    assert_eq!(rep.press("/", "Undo").await.expect_redirect(), "/");
    let page = rep.page("/").await;
    assert!(page.says("“Draft the contract” is open again"), "{}", page.text());
    assert!(page.says("1 for today"), "{}", page.text());
}

#[tokio::test]
async fn what_came_of_a_task_stands_on_the_timelines_it_concerns() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let contact = contact(&rep, "Aoife Ní Bhriain").await;
    let today = day(&rep, 0).await;
    add(&rep, &contact, "Call about the audit", &today).await.expect_redirect();
    let task = rep.page(&contact).await.link("Call about the audit");
    rep.fill(&task, &[("What came of it", "She wants it *in spring*.")]).await.expect_redirect();
    assert!(rep.page(&contact).await.says("She wants it in spring."));
    assert_eq!(rep.page(&task).await.fact("Status"), "Done");
}

#[tokio::test]
async fn the_overdue_list_holds_what_is_past_and_open() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for (subject, offset) in [("Late", -1), ("Now", 0), ("Soon", 1)] {
        let due = day(&rep, offset).await;
        add(&rep, "", subject, &due).await.expect_redirect();
    }
    let overdue = "/tasks?owner=me&status=open&overdue=yes";
    let page = rep.page(overdue).await;
    assert!(page.says("1 task") && page.says("Late"), "{}", page.text());
    let today = rep.page("/tasks?owner=me&status=open&due.from=today&due.to=today").await;
    assert!(today.says("Now") && !today.says("Soon"), "{}", today.text());
    assert_eq!(rep.press(overdue, "Complete: Late").await.expect_redirect(), overdue);
    assert!(rep.page(overdue).await.says("Nothing matches"));
    let csv = rep.get("/tasks.csv?overdue=no").await.expect(200).text();
    assert_eq!(csv.lines().count(), 4, "{csv}");
}

/// The zones furthest apart: where one day is over, it has hardly begun in the other.
#[tokio::test]
async fn a_day_is_over_where_the_reader_is() {
    let mut overdue = Vec::new();
    let mut due = None;
    for zone in ["Pacific/Kiritimati", "Etc/GMT+12"] {
        let database: Arc<Database> = Database::empty();
        rapport(&database, &["setup", "--company", "Harbour Tools", "--time-zone", zone]).expect_done();
        database.add(Person::Rep.email(), Person::Rep.name(), Person::Rep.role(), None, PASSWORD);
        let server = Server::on(database);
        let rep = server.sign_in_as(Person::Rep).await;
        let day = match &due {
            None => day(&rep, -1).await,
            Some(day) => String::clone(day),
        };
        add(&rep, "", "Send the papers", &day).await.expect_redirect();
        due = Some(day);
        overdue.push(rep.page("/tasks?overdue=yes").await.says("Send the papers"));
    }
    assert_eq!(overdue, [true, false]);
}

#[tokio::test]
async fn a_wrong_due_date_is_told_beside_its_field_and_nothing_typed_is_lost() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for (due, time, field, says) in [
        ("2026-02-30", "", "Due", "not a day"),
        ("", "15:00", "Due", "needs a day"),
        ("2026-02-20", "25:61", "Time", "not a time"),
    ] {
        let fields = [("Subject", "Plan the kick-off"), ("Due", due), ("Time", time), ("Notes", "Bring cake")];
        let form = rep.fill("/tasks/new", &fields).await.expect(422).html().form("Subject");
        assert!(form.field(field).error.as_deref().is_some_and(|error| error.contains(says)), "{due} {time}");
        assert_eq!((form.field("Due").value.as_str(), form.field("Time").value.as_str()), (due, time));
        assert_eq!(form.field("Notes").value.trim(), "Bring cake");
    }
}

#[tokio::test]
async fn two_people_who_change_one_task_see_both_versions() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let task = rep.fill("/tasks/new", &[("Subject", "Book the technician")]).await.expect_redirect();
    let edit = format!("{task}/edit");
    let mine = rep.page(&edit).await.form("Subject").set("Priority", "High");
    manager.fill(&edit, &[("Subject", "Book two technicians")]).await.expect_redirect();
    let both = rep.submit(&edit, &mine).await.expect(409).html();
    assert!(both.says("Book two technicians") && both.says("High"), "{}", both.text());
}

#[tokio::test]
async fn a_deleted_task_comes_back_by_undo() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let task = rep.fill("/tasks/new", &[("Subject", "Read the price list")]).await.expect_redirect();
    let list = rep.press(&task, "Delete").await.expect_redirect();
    let form = rep.page(&list).await.form("Undo").press("Undo");
    rep.get(&task).await.expect(404);
    assert_eq!(rep.submit(&list, &form).await.expect_redirect(), task);
    assert_eq!(rep.page(&task).await.heading(), "Read the price list");
}

#[tokio::test]
async fn my_day_shows_what_needs_me_and_nobody_else() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    assert!(rep.page("/").await.says("Nothing needs you"));
    for (subject, offset) in [("Call back", -2), ("Send the report", 0), ("Next week", 7)] {
        let due = day(&rep, offset).await;
        add(&rep, "", subject, &due).await.expect_redirect();
    }
    let page = rep.page("/").await;
    assert!(page.says("1 overdue, 1 for today") && !page.says("Next week"), "{}", page.text());
    assert!(!other.page("/").await.says("Call back"));
}

#[tokio::test]
async fn a_mention_stays_on_my_day_until_it_is_seen() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let contact = contact(&rep, "Kaoru Minami").await;
    rep.fill(&contact, &[("Text", "@Mina Osei she asks for you")]).await.expect_redirect();
    let page = manager.page("/").await;
    assert!(page.says("Rui Costa on Kaoru Minami"), "{}", page.text());
    assert!(!rep.page("/").await.says("You are mentioned"));
    let seen =
        page.all("button").filter_map(|b| b.attr("aria-label")).find(|l| l.starts_with("Seen")).map(str::to_owned);
    manager.press("/", &seen.expect("a mention can be marked as seen")).await.expect_redirect();
    assert!(!manager.page("/").await.says("You are mentioned"));
}

#[tokio::test]
async fn an_admin_of_a_fresh_company_is_told_where_to_begin() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    assert!(admin.page("/").await.says("Import what you have"));
    contact(&admin, "Someone").await;
    assert!(!admin.page("/").await.says("Import what you have"));
}

#[tokio::test]
async fn who_completes_a_task_is_asked_what_came_of_it_and_what_is_next() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let ana = contact(&rep, "Ana Souza").await;
    let about = ana.trim_start_matches('/').replace("contacts/", "contact:");
    let fields = [("about", about.as_str()), ("words", "Call Ana today"), ("seen", "Call Ana today")];
    rep.post("/tasks/quick", &fields).await.expect_redirect();
    let task = rep.page(&ana).await.link("Call Ana");
    let done = rep.press(&task, "Complete").await;
    let ask = rep.follow(&done).await.link("What came of it?");
    for (label, typed) in [("Minutes", "ages"), ("Next task", "call again 31 February")] {
        let form = rep.page(&ask).await.form("Save").set("What came of it", "Wants a quote").set(label, typed);
        let refused = rep.submit(&ask, &form).await.expect(422).html();
        assert!(refused.field(label).error.is_some(), "{label}: {}", refused.text());
        assert_eq!(refused.field("What came of it").value.trim(), "Wants a quote");
    }
    let form = rep.page(&ask).await.form("Save").set("What came of it", "Wants a quote").set("Minutes", "12");
    let saved = rep.submit(&ask, &form.set("Next task", "Send quote in 3 days")).await;
    let after = rep.follow(&saved).await;
    assert!(after.says("Call logged. Next: “Send quote”, due "), "{}", after.text());
    let record = rep.page(&ana).await;
    assert!(record.says("called, reached, 12 min") && record.says("Wants a quote") && record.says("Send quote"));
    assert!(rep.page(&task).await.says("Wants a quote"));
}

#[tokio::test]
async fn a_call_is_logged_with_its_next_task_or_not_at_all() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let fields = [("Given name", "Ana"), ("Family name", "Souza"), ("Phone", "+55 11 95550 0142")];
    let ana = rep.fill("/contacts/new", &fields).await.expect_redirect();
    // From the list: the number calls, and beside it the call is logged; then the list is there again.
    let list = rep.page("/contacts?q=souza").await;
    assert!(list.links().iter().any(|l| l.href.starts_with("tel:+5511")), "the number can be called");
    let log = list.links().into_iter().find(|l| l.href.starts_with("/timeline/new?")).expect("a call can be logged");
    let form = || async {
        rep.page(&log.href).await.form("Next task").set("Text", "Asked for *prices*").set("Outcome", "Left a message")
    };
    let refused = rep.submit(&log.href, &form().await.set("Next task", "call 30 February")).await.expect(422).html();
    assert!(refused.field("Next task").error.is_some() && refused.field("Text").value.trim() == "Asked for *prices*");
    assert!(!rep.page(&ana).await.says("Asked for prices"), "neither was saved");
    let saved = rep.submit(&log.href, &form().await.set("Next task", "call again tomorrow")).await;
    let back = rep.follow(&saved).await;
    assert!(back.says("Call saved. Next: “call again”, due "), "{}", back.text());
    assert!(back.says("souza"), "it is the list that was asked from");
    let record = rep.page(&ana).await;
    assert!(record.says("left a message") && record.says("call again"));
    // The composer adds a task alone, too.
    let about = ana.trim_start_matches('/').replace("contacts/", "contact:");
    let task = [("about", about.as_str()), ("kind", "task"), ("words", "Send the list on Friday")];
    let added = rep.post("/timeline", &task).await;
    assert!(rep.follow(&added).await.says("Task added: “Send the list”, due "));
    let empty = [("about", about.as_str()), ("kind", "task"), ("words", " ")];
    assert!(rep.post("/timeline", &empty).await.expect(422).html().field("Next task").error.is_some());
    // Whoever is not to be called has no number to press.
    let edit = format!("{ana}/edit");
    rep.submit(&edit, &rep.page(&edit).await.form("Given name").check("Do not call")).await.expect_redirect();
    assert!(!rep.page("/contacts?q=souza").await.links().iter().any(|l| l.href.starts_with("tel:")));
}
