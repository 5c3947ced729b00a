//! Speed to lead: clocks, targets by source, who is told when one is late, the report, and leads on one's day.

use crate::support::*;

const TARGETS: &str = "/settings/response-times";

const NOBODY: [(&str, &str); 1] = [("Owner", "Nobody")];

/// Sets what holds for every source without a target of its own.
async fn rest(admin: &Client, minutes: &str) -> Answer {
    let form = admin.page(TARGETS).await.form("Save Every other source").set("Every other source", minutes);
    admin.submit(TARGETS, &form.press("Save Every other source")).await
}

async fn lead(client: &Client, name: &str, more: &[(&str, &str)]) -> String {
    let fields = [&[("Shown as", name), ("Lifecycle", "Lead")], more].concat();
    client.fill("/contacts/new", &fields).await.expect_redirect()
}

/// Logs what was said with somebody.
async fn log(client: &Client, url: &str, kind: &str, more: &[(&str, &str)]) {
    let about = url.trim_start_matches('/').replace("contacts/", "contact:");
    let fields = [&[("about", about.as_str()), ("kind", kind), ("text", "Words")], more].concat();
    client.post("/timeline", &fields).await.expect_redirect();
}

fn id(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

/// Puts the arrival of a lead back by so many hours, and its times with it.
fn age(server: &Server, url: &str, arrived: &str, by: &str) {
    let set = format!("arrived_at = '{arrived}', answer_by = '{by}', answer_due_at = '{by}', answer_tell_at = '{by}'");
    server.database().execute(&format!("UPDATE contacts SET {set} WHERE id = {}", id(url)));
}

#[tokio::test]
async fn a_clock_runs_by_the_source_until_a_colleague_calls() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let before = lead(&rep, "Early Bird", &[]).await;
    let wrong = rest(&admin, "soon").await.expect(422).html();
    assert_eq!(wrong.field("Every other source").value, "soon");
    assert!(wrong.says("Write whole minutes"));
    rest(&admin, "90").await.expect_redirect();
    let add = [("Another source", "Fair"), ("Minutes", "5")];
    admin.fill(TARGETS, &add).await.expect_redirect();
    assert!(admin.fill(TARGETS, &[("Another source", "fair")]).await.expect(422).html().says("has a target already"));
    let none = [("Another source", "Old list"), ("Minutes", "")];
    admin.fill(TARGETS, &none).await.expect_redirect();
    rep.get(TARGETS).await.expect(403);
    let (fair, other) = (lead(&rep, "Ana", &[("Source", "FAIR")]).await, lead(&rep, "Ben", &[]).await);
    let quiet = lead(&rep, "Cleo", &[("Source", "Old list")]).await;
    assert_eq!(rep.page(&fair).await.fact("First answer"), "5 min left");
    assert_eq!(rep.page(&other).await.fact("First answer"), "1 h 30 min left");
    for url in [&quiet, &before] {
        assert!(!rep.page(url).await.says("First answer"), "no clock runs");
    }
    let tab = rep.page(&rep.page("/leads").await.link("To answer first 2")).await;
    let names: Vec<String> = tab.rows().into_iter().filter_map(|row| row.get(1).cloned()).collect();
    assert!(names[0].contains("Ana") && names[1].contains("Ben") && names.len() == 2, "{names:?}");
    // A note is no answer, a call that nobody took is one.
    log(&rep, &fair, "note", &[]).await;
    assert_eq!(rep.page(&fair).await.fact("First answer"), "5 min left");
    log(&rep, &fair, "call", &[("outcome", "no_answer")]).await;
    assert_eq!(rep.page(&fair).await.fact("First answer"), "Answered in under a minute Rui Costa");
    assert!(rep.page("/leads").await.says("Answered in under a minute"));
    // Without that call they still wait; a second one does not move the first.
    let entry = server.database().number("SELECT max(id) FROM timeline_entries WHERE kind = 'call'");
    rep.post::<&str, &str>(&format!("/timeline/{entry}/deletion"), &[]).await.expect_redirect();
    assert_eq!(rep.page(&fair).await.fact("First answer"), "5 min left");
    rep.post::<&str, &str>(&format!("/timeline/{entry}/restoration"), &[]).await.expect_redirect();
    log(&admin, &fair, "meeting", &[]).await;
    assert!(rep.page(&fair).await.fact("First answer").contains("Rui Costa"));
    // What is promised from now on changes nothing for who is there.
    let form = admin.page(TARGETS).await.form("Save Fair").set("Fair", "1").press("Save Fair");
    admin.submit(TARGETS, &form).await.expect_redirect();
    admin.submit(TARGETS, &form).await.expect(409);
    rest(&admin, "").await.expect_redirect();
    assert_eq!(rep.page(&other).await.fact("First answer"), "1 h 30 min left");
}

#[tokio::test]
async fn who_is_decided_about_waits_no_more_until_that_is_taken_back() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    rest(&admin, "90").await.expect_redirect();
    let url = lead(&rep, "Ana", &[]).await;
    let decide = |what: &str| format!("{}/{what}", url.replace("/contacts/", "/leads/"));
    let waits = async || rep.page(&url).await.says("1 h 30 min left");
    let open = rep.page(&decide("qualification/new")).await.form("Qualify only").press("Qualify only");
    rep.submit(&decide("qualification/new"), &open).await.expect_redirect();
    assert!(!waits().await);
    rep.post::<&str, &str>(&decide("qualification/undoing"), &[]).await.expect_redirect();
    assert!(waits().await);
    let no = decide("disqualification/new");
    let form = rep.page(&no).await.form("Disqualify").set("Reason", "Not this year").press("Disqualify");
    rep.submit(&no, &form).await.expect_redirect();
    assert!(!waits().await);
    rep.post::<&str, &str>(&decide("qualification/undoing"), &[]).await.expect_redirect();
    assert!(waits().await);
    rep.post::<&str, &str>(&format!("{url}/deletion"), &[]).await.expect_redirect();
    assert_eq!(server.database().number("SELECT count(*) FROM contacts WHERE answer_due_at IS NOT NULL"), 0);
    rep.post::<&str, &str>(&format!("{url}/restoration"), &[]).await.expect_redirect();
    assert!(waits().await);
}

/// Waits until this person's notices say so.
async fn told(client: &Client, words: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(40);
    while !client.page("/notifications").await.says(words) {
        assert!(std::time::Instant::now() < until, "nobody said “{words}”");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn whose_lead_is_late_is_told_once_also_by_two_servers() {
    let server = Server::start();
    let _second = Server::on(server.database());
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let (manager, other) = (server.sign_in_as(Person::Manager).await, server.sign_in_as(Person::OtherRep).await);
    rest(&admin, "90").await.expect_redirect();
    let north = server.database().number("SELECT id FROM teams WHERE name = 'North'").to_string();
    admin.post("/settings/queues", &[("name", "Cold"), ("team", &north)]).await.expect_redirect();
    let own = lead(&rep, "Ana Own", &[("Owner", "Rui Costa")]).await;
    let (queued, nobody) = (lead(&rep, "Ben Queued", &NOBODY).await, lead(&rep, "Cleo Nobody", &NOBODY).await);
    server.database().execute(&format!("UPDATE contacts SET queue_id = 1 WHERE id = {}", id(&queued)));
    for url in [&own, &queued, &nobody] {
        age(&server, url, "2026-01-01 10:00:00", "2026-01-01 11:30:00");
    }
    for (client, name) in [(&rep, "Ana Own"), (&rep, "Ben Queued"), (&manager, "Ben Queued"), (&manager, "Cleo Nobody")]
    {
        told(client, &format!("reminds you to answer: {name}")).await;
    }
    let count = |page: Html| page.text().matches("reminds you to answer").count();
    assert_eq!(count(rep.page("/notifications").await), 2);
    assert_eq!(count(manager.page("/notifications").await), 2);
    assert_eq!(count(admin.page("/notifications").await), 1, "whoever leads hears of what nobody has");
    assert_eq!(count(other.page("/notifications").await), 0);
    assert!(rep.page(&own).await.fact("First answer").contains("late"));
    assert!(rep.page("/notifications/choices").await.says("A lead waits too long for an answer"));
    // On their days: one's own, and what can be taken.
    let day = rep.page("/").await;
    assert!(day.says("Leads waiting") && day.says("Ana Own") && day.says("Queue Cold") && !day.says("Cleo Nobody"));
    let form = day.form("Take Ben Queued").press("Take Ben Queued");
    rep.submit("/", &form).await.expect_redirect();
    assert!(rep.page(&queued).await.fact("Owner").contains("Rui Costa"));
    assert!(!other.page("/").await.says("Leads waiting"));
}

#[tokio::test]
async fn the_report_counts_what_its_lists_show() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    assert!(rep.page("/leads/speed").await.says("No leads arrived"));
    rest(&admin, "60").await.expect_redirect();
    let mine = &[("Source", "Fair, autumn"), ("Owner", "Rui Costa")][..];
    let mut urls = Vec::new();
    for (at, name) in ["Ana", "Ben", "Cleo", "Dina"].into_iter().enumerate() {
        let url = lead(&rep, name, if at < 3 { mine } else { &NOBODY[..] }).await;
        age(&server, &url, "2026-02-10 10:00:00", "2026-02-10 11:00:00");
        urls.push(url);
    }
    log(&rep, &urls[0], "call", &[("at", "2026-02-10T10:10")]).await;
    log(&rep, &urls[1], "call", &[("at", "2026-02-10T12:00")]).await;
    let page = rep.page("/leads/speed?period=2026-02").await;
    let row = page.row("Fair, autumn");
    assert_eq!(
        row[1..],
        ["3 arrived, Fair, autumn", "2 answered, Fair, autumn", "33 %", "1 h 5 min", "2 h", "1 wait, Fair, autumn"]
    );
    assert!(page.row("Not known")[1].starts_with('1') && page.row("Rui Costa")[1].starts_with('3'));
    for (link, count) in [
        ("3 arrived, Fair, autumn", 3),
        ("2 answered, Fair, autumn", 2),
        ("1 wait, Fair, autumn", 1),
        ("1 arrived, Not known", 1),
        ("3 arrived, Rui Costa", 3),
        ("1 wait, Nobody", 1),
    ] {
        let list = rep.page(&page.link(link)).await;
        assert_eq!(list.rows().len(), count, "{link}: {}", list.text());
    }
    let csv = rep.get("/leads/speed.csv?period=2026-02").await.expect(200).text();
    assert!(csv.contains("Source,\"Fair, autumn\",3,2,33,3900,7200,1"), "{csv}");
    // Whoever sees only their own counts only those.
    let form = admin.page("/settings/company").await.form("Save company");
    let form = form.choose("People see their own records; managers see their teams");
    admin.submit("/settings/company", &form).await.expect_redirect();
    let other = server.sign_in_as(Person::OtherRep).await;
    assert!(!other.page("/leads/speed?period=2026-02").await.says("Fair, autumn"));
    server.sign_in_as(Person::Agent).await.get("/leads/speed").await.expect(403);
}

#[tokio::test]
async fn who_was_given_up_and_writes_again_is_a_new_lead_of_the_same_owner() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    rest(&admin, "60").await.expect_redirect();
    let form = admin.page("/settings/forms/new").await.form("Save form").set("Name", "Contact us");
    let made = admin.submit("/settings/forms", &form).await.expect_redirect();
    let links = admin.page(&made).await.links();
    let path = links.into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/")).expect("its address is shown");
    server.database().add("gone@a.example", "Gone Away", "rep", None, "six empty lighthouses");
    let mut urls = Vec::new();
    for (name, email, owner) in
        [("Ana Souza", "ana@acme.example", "Rui Costa"), ("Ben Berg", "ben@b.example", "Gone Away")]
    {
        let url = lead(&rep, name, &[("E-mail", email), ("Owner", owner)]).await;
        log(&rep, &url, "call", &[]).await;
        let no = format!("{}/disqualification/new", url.replace("/contacts/", "/leads/"));
        let form = rep.page(&no).await.form("Disqualify").set("Reason", "Not this year").press("Disqualify");
        rep.submit(&no, &form).await.expect_redirect();
        urls.push(url);
    }
    // That was a while ago.
    server
        .database()
        .execute("UPDATE contacts SET arrived_at = '2026-01-01 10:00:00', first_touch_at = '2026-01-01 10:00:00'");
    server.database().execute("UPDATE timeline_links SET at = '2026-01-01 10:00:00'");
    server.database().execute("UPDATE users SET deactivated_at = updated_at WHERE name = 'Gone Away'");
    let stranger = server.client();
    for (given, family, email) in [("Ana", "Souza", "ana@acme.example"), ("Ben", "Berg", "ben@b.example")] {
        let sent = [("given_name", given), ("family_name", family), ("email", email), ("message", "We are ready.")];
        let request = stranger.request("POST", &path).form(&sent);
        stranger.send("POST", &path, request).await.expect(200);
    }
    let page = rep.page(&urls[0]).await;
    assert!(page.fact("Lead status").contains("New") && page.fact("Owner").contains("Rui Costa"));
    assert_eq!(page.fact("First answer"), "1 h left", "they wait anew");
    assert!(!page.says("Take back") && !page.says("Not this year:"), "{}", page.text());
    assert!(page.says("Disqualified") && page.says("A web form"), "the timeline says so: {}", page.text());
    let notices = rep.page("/notifications").await;
    assert!(notices.says("Rapport brought back: Ana Souza") && !notices.says("received the form"));
    assert!(rep.page(&urls[1]).await.fact("Owner").contains("Nobody"), "whoever left keeps no lead");
}
