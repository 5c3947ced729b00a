//! Mail through a real mail server: what it refuses, loses and leaves open.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::support::*;

const JOBS: &str = "/settings/jobs";

fn with_mail(database: Arc<Database>, smtp: &Smtp) -> Server {
    Server::with(database, &["--smtp-url", &smtp.url()], &[])
}

/// Queues a mail to this person.
async fn cause_mail(server: &Server, person: Person) {
    server.client().fill("/password-resets/new", &[("E-mail", person.email())]).await.expect(200);
}

/// The page of jobs, as soon as it says this.
async fn jobs_saying(admin: &Client, words: &str) -> Html {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let page = admin.page(JOBS).await;
        if page.says(words) {
            return page;
        }
        assert!(Instant::now() < until, "the page never says “{words}”: {}", page.text());
        tokio::task::yield_now().await;
    }
}

/// Seconds until the waiting mail is tried again.
fn next_try(page: &Html) -> i64 {
    let trouble = page.all("p").find(|p| p.text().contains("next")).expect("the page says when it tries again");
    let time = trouble
        .descendants()
        .filter(|element| element.tag() == "time")
        .last()
        .and_then(|time| time.attr("datetime"))
        .expect("a time that machines read");
    let at: DateTime<Utc> = time.parse().expect("ISO 8601");
    (at - Utc::now()).num_seconds()
}

#[tokio::test]
async fn mail_for_later_is_tried_again_ever_later_and_arrives_once() {
    let smtp = Smtp::start();
    smtp.then(&[Handling::Answer(451), Handling::HangUp, Handling::Answer(421)]);
    let server = with_mail(Database::company(), &smtp);
    let admin = server.sign_in_as(Person::Admin).await;
    cause_mail(&server, Person::Rep).await;
    for (tries, seconds) in [(1, 60), (2, 120), (3, 240)] {
        smtp.expect_tries(tries);
        let page = jobs_saying(&admin, &format!("That was try {tries}.")).await;
        let left = next_try(&page);
        assert!((seconds - 45..=seconds).contains(&left), "after {tries} tries the next is in {left} s");
        admin.press(JOBS, "Try now").await.expect_redirect();
    }
    let page = jobs_saying(&admin, "Nothing waits.").await;
    assert!(page.says("The last one left"), "{}", page.text());
    let mails = smtp.expect_taken(1);
    assert_eq!(header(&mails[0], "To"), Person::Rep.email());
    smtp.expect_tries(4);
    let log = admin.page("/settings/changes").await;
    assert!(log.says("Outgoing mail") && log.says("tried at once"), "{}", log.text());
}

#[tokio::test]
async fn refused_mail_is_parked_until_an_admin_tries_or_drops_it() {
    let smtp = Smtp::start();
    smtp.then(&[Handling::Answer(550), Handling::Answer(554)]);
    let server = with_mail(Database::company(), &smtp);
    let admin = server.sign_in_as(Person::Admin).await;
    cause_mail(&server, Person::Rep).await;
    let parked = jobs_saying(&admin, "Parked mails").await;
    assert!(parked.says(Person::Rep.email()) && parked.says("550") && parked.says("as told"), "{}", parked.text());
    assert!(parked.says("Nothing waits."), "what is parked is not tried by itself");

    cause_mail(&server, Person::Agent).await;
    let parked = jobs_saying(&admin, "554").await;
    let press = async |word: &str, person: Person| {
        let meant = |name: &str| name.starts_with(word) && name.ends_with(person.email());
        let button = parked.all("button").find(|button| button.attr("aria-label").is_some_and(meant));
        let action = button.and_then(|button| button.closest("form")?.attr("action")).expect("a button for this mail");
        admin.post::<&str, &str>(action, &[]).await
    };
    press("Try again", Person::Rep).await.expect_redirect();
    let mails = smtp.expect_taken(1);
    assert_eq!(header(&mails[0], "To"), Person::Rep.email());
    press("Drop", Person::Agent).await.expect_redirect();
    press("Drop", Person::Agent).await.expect(404);
    let page = admin.page(JOBS).await;
    assert!(!page.says("Parked mails"), "{}", page.text());
    smtp.expect_tries(3);
    let log = admin.page("/settings/changes").await;
    for told in [Person::Rep.email(), "to be tried again", Person::Agent.email(), "dropped"] {
        assert!(log.says(told), "the change log lacks {told}: {}", log.text());
    }
}

#[tokio::test]
async fn a_mail_survives_the_death_of_its_server_before_the_mail_server_had_it() {
    let smtp = Smtp::start();
    smtp.then(&[Handling::StallBefore]);
    let database = Database::durable_company();
    let mut server = with_mail(database.clone(), &smtp);
    cause_mail(&server, Person::Rep).await;
    smtp.expect_tries(1);
    server.kill();
    smtp.expect_taken(0);

    let server = after_the_lease(database, &smtp);
    smtp.expect_taken(1);
    let admin = server.sign_in_as(Person::Admin).await;
    jobs_saying(&admin, "Nothing waits.").await;
    smtp.expect_tries(2);
}

#[tokio::test]
async fn a_mail_that_was_taken_as_its_server_died_comes_again_under_the_same_message_id() {
    let smtp = Smtp::start();
    smtp.then(&[Handling::StallAfter]);
    let database = Database::durable_company();
    let mut server = with_mail(database.clone(), &smtp);
    cause_mail(&server, Person::Rep).await;
    smtp.expect_taken(1);
    server.kill();

    let server = after_the_lease(database, &smtp);
    let mails = smtp.expect_taken(2);
    assert_eq!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
    assert_eq!(mails[0], mails[1], "the same mail in every word");
    let admin = server.sign_in_as(Person::Admin).await;
    jobs_saying(&admin, "Nothing waits.").await;
    smtp.expect_tries(2);
}

/// Another server, once the job that the killed one held is free.
fn after_the_lease(database: Arc<Database>, smtp: &Smtp) -> Server {
    database.execute("UPDATE jobs SET leased_until = last_started_at");
    with_mail(database, smtp)
}
