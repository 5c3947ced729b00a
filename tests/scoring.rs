//! Scores of leads: rules over fields and behaviour, why a lead has its points, and what happens when rules change.

use crate::support::*;

async fn lead(client: &Client, name: &str, more: &[(&str, &str)]) -> String {
    let fields = [&[("Shown as", name), ("Lifecycle", "Lead")], more].concat();
    client.fill("/contacts/new", &fields).await.expect_redirect()
}

async fn rule(admin: &Client, name: &str, points: &str, fields: &[(&str, &str)]) -> Answer {
    let own = [("name", name), ("points", points), ("active", "true"), ("least", "1"), ("days", "30")];
    admin.post("/settings/scoring", &[&own[..], fields].concat()).await
}

const HEADS: [(&str, &str); 3] = [("field", "job_title"), ("test", "has"), ("value", "head, director")];

async fn score(client: &Client, url: &str) -> String {
    let page = client.page(url).await;
    if page.says("Score") { page.fact("Score") } else { String::new() }
}

/// Waits until the job has given this score.
async fn becomes(client: &Client, url: &str, wanted: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(40);
    while score(client, url).await != wanted {
        assert!(std::time::Instant::now() < until, "the score is {}, not {wanted}", score(client, url).await);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn called(client: &Client, url: &str, outcome: &str) {
    let about = url.trim_start_matches('/').replace("contacts/", "contact:");
    let fields = [("about", about.as_str()), ("kind", "call"), ("outcome", outcome)];
    client.post("/timeline", &fields).await.expect_redirect();
}

#[tokio::test]
async fn a_score_follows_what_is_known_and_done_and_says_why() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    rep.get("/settings/scoring").await.expect(403);
    let old = lead(&rep, "Olga", &[("Job title", "Head of quality")]).await;
    let wrong = rule(&admin, "", "none", &[("behaviour", "call_reached"), ("days", "9999")]).await.expect(422).html();
    assert!(wrong.says("Write a name") && wrong.says("Write whole points") && wrong.says("from 1 to 730"));
    assert_eq!(wrong.field("Within days").value, "9999");
    assert!(rule(&admin, "All", "5", &[]).await.expect(422).html().says("else every lead has these points"));
    rule(&admin, "Head or director", "15", &HEADS).await.expect_redirect();
    becomes(&rep, &old, "15").await;
    let talked = [("behaviour", "call_reached"), ("cap", "25")];
    rule(&admin, "Talked with us", "10", &talked).await.expect_redirect();
    rule(&admin, "Unwilling", "-5", &[("field", "rating"), ("test", "is"), ("value", "Cold")]).await.expect_redirect();
    // In the same breath as what is saved.
    let ana = lead(&rep, "Ana", &[("Job title", "Director")]).await;
    assert_eq!(score(&rep, &ana).await, "15");
    called(&rep, &ana, "no_answer").await;
    assert_eq!(score(&rep, &ana).await, "15");
    for _ in 0..3 {
        called(&rep, &ana, "reached").await;
    }
    let page = rep.page(&ana).await;
    assert_eq!(page.fact("Score"), "40");
    assert!(page.says("+15 Head or director"), "{}", page.text());
    assert!(page.says("+25 Talked with us: 3 times in 30 days (left of 30)"), "{}", page.text());
    let entry = server.database().number("SELECT max(id) FROM timeline_entries WHERE kind = 'call'");
    for _ in 0..2 {
        let last =
            server.database().number("SELECT max(id) FROM timeline_entries WHERE kind = 'call' AND deleted_at IS NULL");
        rep.post::<&str, &str>(&format!("/timeline/{last}/deletion"), &[]).await.expect_redirect();
    }
    assert_eq!(score(&rep, &ana).await, "25");
    rep.post::<&str, &str>(&format!("/timeline/{entry}/restoration"), &[]).await.expect_redirect();
    assert_eq!(score(&rep, &ana).await, "35");
    let form =
        rep.page(&format!("{ana}/edit")).await.form("Save contact").set("Rating", "Cold").set("Job title", "Buyer");
    rep.submit(&ana, &form).await.expect_redirect();
    assert_eq!(score(&rep, &ana).await, "15");
    assert!(rep.page(&ana).await.says("−5 Unwilling"));
    // The list sorts and filters by it; the trial tells why.
    let names: Vec<String> = rep
        .page("/leads?sort=-score&score.from=15")
        .await
        .rows()
        .into_iter()
        .filter_map(|r| r.get(1).cloned())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(rep.page("/leads?score.from=16").await.says("No leads"));
    let found = admin.page("/settings/scoring?q=ana").await;
    let trial = admin.page(&found.link("Try Ana")).await;
    assert!(
        trial.says("Ana: 15") && trial.says("Job title has the word head, director: Buyer") && trial.says("Nothing")
    );
    assert!(trial.says("twice in 30 days"), "{}", trial.text());
}

#[tokio::test]
async fn rules_and_limits_that_change_reach_every_lead_and_age_takes_points_away() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let ana = lead(&rep, "Ana", &[("Job title", "Head of sales")]).await;
    let ben = lead(&rep, "Ben", &[("Job title", "Buyer")]).await;
    rule(&admin, "Heads", "60", &HEADS).await.expect_redirect();
    let fading = [("behaviour", "call_reached"), ("half_life", "10")];
    rule(&admin, "Talked", "40", &fading).await.expect_redirect();
    called(&rep, &ben, "reached").await;
    becomes(&rep, &ben, "40").await;
    becomes(&rep, &ana, "60").await;
    let bad = admin.post("/settings/scoring/limits", &[("least", "9"), ("most", "3")]).await.expect(422).html();
    assert!(bad.says("the smaller one first") && bad.field("At least").value == "9");
    let page = admin.page("/settings/scoring").await;
    let form = page.form("Save limits").set("At most", "50");
    admin.submit("/settings/scoring", &form).await.expect_redirect();
    admin.submit("/settings/scoring", &form).await.expect(409);
    becomes(&rep, &ana, "50").await;
    // Ten days later.
    let database = server.database();
    database.execute("UPDATE timeline_links SET at = '2026-01-01 10:00:00' WHERE kind = 'call'");
    database.execute("UPDATE contacts SET recheck_at = '2026-01-01 10:00:00' WHERE recheck_at IS NOT NULL");
    becomes(&rep, &ben, "").await;
    let url = page.link("Heads");
    let edit = admin.page(&url).await.form("Save rule");
    admin.submit(&url, &edit.clone().set("Points", "20")).await.expect_redirect();
    becomes(&rep, &ana, "20").await;
    admin.submit(&url, &edit).await.expect(409);
    admin.post::<&str, &str>(&format!("{url}/deletion"), &[]).await.expect_redirect();
    becomes(&rep, &ana, "").await;
}

#[tokio::test]
async fn a_file_of_leads_and_a_web_form_are_scored() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    rule(&admin, "Heads", "60", &HEADS).await.expect_redirect();
    let path = server.database().folder().join("leads.csv");
    std::fs::write(&path, "Name,E-mail,Job title\nAna,ana@a.example,Head of sales\n").expect("a file");
    server.rapport(&["import", "leads", &path.to_string_lossy()]).expect_done();
    let ana = rep.page("/leads").await.link("Ana");
    becomes(&rep, &ana, "60").await;
    let form = admin.page("/settings/forms/new").await.form("Save form").set("Name", "Contact us");
    let made = admin.submit("/settings/forms", &form).await.expect_redirect();
    let links = admin.page(&made).await.links();
    let path = links.into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/")).expect("its address is shown");
    rule(&admin, "Wrote", "5", &[("behaviour", "form_sent"), ("least", "2")]).await.expect_redirect();
    let stranger = server.client();
    for (wanted, _) in [("60", 1), ("70", 2)] {
        let sent = [("given_name", "Ana"), ("family_name", "A"), ("email", "ana@a.example"), ("message", "Hello.")];
        let request = stranger.request("POST", &path).form(&sent);
        stranger.send("POST", &path, request).await.expect(200);
        becomes(&rep, &ana, wanted).await;
    }
    assert!(rep.page(&ana).await.says("+10 Wrote: twice in 30 days"));
}
