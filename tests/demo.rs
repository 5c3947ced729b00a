//! The made-up company: large enough, alive, made once.

use std::time::{Duration, Instant};

use crate::support::{Database, Server, rapport};

/// What `rapport demo` prints for everyone.
const DEMO_PASSWORD: &str = "seven lanterns on the pier";

#[tokio::test]
async fn someone_of_every_role_can_sign_in_with_what_the_demo_prints() {
    let database = Database::demo();
    let printed = rapport(&database, &["demo", "--fill-only"]).expect_done().stdout;
    assert!(printed.contains(DEMO_PASSWORD), "{printed}");
    let server = Server::on(database);
    let mut roles = Vec::new();
    for line in printed.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [role, email, ..] = words.as_slice() else { continue };
        if !email.contains('@') {
            continue;
        }
        roles.push(role.to_string());
        let client = server.client();
        client.fill("/sign-in", &[("E-mail", email), ("Password", DEMO_PASSWORD)]).await.expect_redirect();
        let day = client.page("/").await;
        // What is due today is overdue late in the day, so only this holds at any hour.
        assert!(day.says("overdue") && day.says("To do"), "{role}: {}", day.text());
    }
    assert_eq!(roles, ["Admin", "Manager", "Rep", "Agent"]);
}

#[tokio::test]
async fn the_demo_is_as_large_as_it_says_and_a_second_run_adds_nothing() {
    let database = Database::demo();
    let again = rapport(&database, &["demo", "--fill-only"]).expect_done().stdout;
    assert!(again.contains("there already"), "{again}");
    let server = Server::on(database);
    let admin = server.client();
    let sign_in = [("E-mail", "ingrid@varde.example"), ("Password", DEMO_PASSWORD)];
    admin.fill("/sign-in", &sign_in).await.expect_redirect();
    assert!(admin.page("/accounts").await.says("300 accounts"));
    assert!(admin.page("/contacts").await.says("2,000 contacts"));
    let deals = admin.get("/deals.csv").await.expect(200).text();
    // The head, 800 deals, and that of a lead who was qualified today.
    assert_eq!(deals.lines().count(), 802);
    for (filter, least) in [("status=won", 120), ("status=lost", 120), ("status=open", 120), ("stuck=yes", 10)] {
        let rows = admin.get(&format!("/deals.csv?{filter}")).await.expect(200).text().lines().count();
        assert!(rows > least, "{filter}: {rows}");
    }
    for filter in ["overdue=yes&status=open", "status=done", "due.from=today&due.to=today"] {
        assert!(admin.get(&format!("/tasks.csv?{filter}")).await.expect(200).text().lines().count() > 10, "{filter}");
    }
    let names = admin.get("/contacts.csv").await.expect(200).text();
    let scripts = [('\u{600}', '\u{6ff}'), ('\u{590}', '\u{5ff}'), ('\u{400}', '\u{4ff}'), ('\u{370}', '\u{3ff}')];
    let more = [('\u{4e00}', '\u{9fff}'), ('\u{ac00}', '\u{d7a3}'), ('\u{e00}', '\u{e7f}'), ('\u{900}', '\u{97f}')];
    for (first, last) in scripts.into_iter().chain(more) {
        assert!(names.chars().any(|c| (first..=last).contains(&c)), "no name between {first:?} and {last:?}");
    }
}

#[tokio::test]
async fn a_rep_of_the_demo_sees_why_deals_need_them() {
    let server = Server::on(Database::demo());
    let rep = server.client();
    let sign_in = [("E-mail", "elina@varde.example"), ("Password", DEMO_PASSWORD)];
    rep.fill("/sign-in", &sign_in).await.expect_redirect();
    let day = rep.page("/").await;
    assert!(day.says("Deals that need you"), "{}", day.text());
    let reasons = ["close date passed", "no next step", "too long in its stage", "was due"];
    assert!(reasons.iter().any(|reason| day.says(reason)), "{}", day.text());
}

#[test]
fn the_demo_is_made_quickly() {
    let database = Database::empty();
    let begun = Instant::now();
    rapport(&database, &["demo", "--fill-only"]).expect_done();
    // Twenty seconds are promised for a release build on two cores; this one is not, and others run beside it.
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn a_company_of_ones_own_is_not_taken_for_a_demo() {
    let told = rapport(&Database::company(), &["demo", "--fill-only"]).expect_failure(1);
    assert!(told.contains("Harbour Tools") && told.contains("--data"), "{told}");
}

#[tokio::test]
async fn the_demo_shows_leads_that_wait_in_a_queue_and_decisions_that_can_be_taken_back() {
    let server = Server::demo();
    let waiting = "SELECT count(*) FROM contacts WHERE queue_id IS NOT NULL AND owner_id IS NULL";
    assert!(server.database().number(waiting) > 2, "leads wait");
    for qualified in ["TRUE", "FALSE"] {
        let made = format!("SELECT count(*) FROM qualifications WHERE qualified = {qualified}");
        assert!(server.database().number(&made) > 0, "{qualified}");
    }
}
