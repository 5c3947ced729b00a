//! What admins set: the company, people and their leaving, teams, the change log, jobs.

use crate::support::{Client, Html, PASSWORD, Person, Server};

#[tokio::test]
async fn a_company_keeps_what_its_admin_saved() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let fields = [("Name", "Harbour Tools and Sons"), ("Fiscal year starts in", "4"), ("Country", "PT")];
    admin.fill("/settings/company", &fields).await.expect(303);
    let page = admin.page("/settings/company").await;
    assert_eq!(page.field("Name").value, "Harbour Tools and Sons");
    assert_eq!(page.field("Fiscal year starts in").value, "4");
    assert!(admin.page("/settings/changes").await.says("Harbour Tools and Sons"));
}

#[tokio::test]
async fn two_admins_editing_the_company_see_both_versions() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let stale = admin.page("/settings/company").await.form("Name").set("Name", "Mine");
    admin.fill("/settings/company", &[("Name", "Theirs")]).await.expect(303);
    let both = admin.submit("/settings/company", &stale).await.expect(409).html();
    assert!(both.says("Mine") && both.says("Theirs"), "{}", both.text());
}

#[tokio::test]
async fn what_only_the_other_admin_changed_is_not_taken_back() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let team = team(&admin, "North").await;
    let rep = person(&admin, Person::Rep).await;
    for (url, mine, theirs) in [
        ("/settings/company", ("Name", "Mine"), ("Fiscal year starts in", "4")),
        (team.as_str(), ("Name", "Far north"), ("Led by", "Olu Bright")),
        (rep.as_str(), ("Name", "Rui C."), ("E-mail", "rui.costa@harbour.example")),
        ("/profile", ("Name", "Ada L."), ("Theme", "Dark")),
    ] {
        let stale = admin.page(url).await.form(mine.0).set(mine.0, mine.1);
        admin.fill(url, &[theirs]).await.expect(303);
        let both = admin.submit(url, &stale).await.expect(409).html();
        admin.submit(url, &both.form("Save what is chosen")).await.expect(303);
        let page = admin.page(url).await;
        let kept = page.field(theirs.0);
        let before = stale.field(theirs.0);
        assert_eq!(page.field(mine.0).value, mine.1, "{url}");
        assert_ne!(kept.value, before.value, "{url}: what they saved stays");
    }
}

#[tokio::test]
async fn the_change_log_tells_of_passwords_sessions_and_teams() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let rep = server.sign_in_as(Person::Rep).await;
    let fields = [("Current password", PASSWORD), ("New password", "eleven brass lamps at dawn")];
    rep.fill("/profile", &fields).await.expect(303);
    let log = admin.page("/settings/changes").await;
    assert!(log.says("Rui Costa changed: person Rui Costa Password: set"), "{}", log.text());
    let rui = person(&admin, Person::Rep).await;
    admin.press(&rui, "End all sessions").await.expect(303);
    assert!(admin.page("/settings/changes").await.says("Sessions: ended"));
    let add = ["user", "add", "--email", "new@harbour.example", "--name", "New", "--role", "rep", "--team", "East"];
    server.rapport(&add).expect_done();
    let log = admin.page("/settings/changes").await;
    assert!(log.says("Rapport added: team") && log.says("Name: East"), "{}", log.text());
}

#[tokio::test]
async fn a_person_without_an_address_exists_and_cannot_sign_in() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let form = admin.page("/settings/people/new").await.form("Send invitation");
    let asked = form.clone().set("Name", "Wil Byers").check("Send invitation");
    let refused = admin.submit("/settings/people/new", &asked).await.expect(422).html();
    assert!(refused.field("E-mail").error.is_some(), "an invitation needs an address");
    let form = form.set("Name", "Wil Byers").uncheck("Send invitation");
    admin.submit("/settings/people/new", &form).await.expect(303);
    let rows = admin.page("/settings/people?show=waiting").await.rows();
    let wil = rows.iter().find(|row| row[0].ends_with("Wil Byers")).unwrap_or_else(|| panic!("no Wil in {rows:?}"));
    assert!(wil.iter().any(|cell| cell == "Without e-mail"), "{wil:?}");
}

#[tokio::test]
async fn an_address_belongs_to_one_person() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let form = admin.page("/settings/people/new").await.form("Send invitation");
    let form = form.set("Name", "Another Rui").set("E-mail", Person::Rep.email());
    let refused = admin.submit("/settings/people/new", &form).await.expect(422).html();
    assert!(refused.field("E-mail").error.is_some());
    assert_eq!(refused.field("Name").value, "Another Rui");
}

#[tokio::test]
async fn a_new_role_holds_at_once() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let manager = server.sign_in_as(Person::Manager).await;
    manager.get("/settings").await.expect(403);
    let person = person(&admin, Person::Manager).await;
    let form = admin.page(&person).await.form("Name").choose("Admin");
    admin.submit(&person, &form).await.expect(303);
    manager.page("/settings").await;
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let own = person(&admin, Person::Admin).await;
    let form = admin.page(&own).await.form("Name").choose("Rep");
    let refused = admin.submit(&own, &form).await.expect(422).html();
    assert!(refused.says("last admin"), "{}", refused.text());
    let leaving = format!("{own}/deactivation/new");
    let form = admin.page(&leaving).await.form("Deactivate");
    let refused = admin.submit(&leaving, &form).await.expect(422).html();
    assert!(refused.says("last admin"), "{}", refused.text());
    admin.page("/settings").await;
}

#[tokio::test]
async fn someone_who_leaves_hands_over_what_is_open() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let rep = server.sign_in_as(Person::Rep).await;
    rep.fill("/contacts/new", &[("Given name", "Bo Lindgren")]).await.expect(303);
    let ana = rep.fill("/contacts/new", &[("Given name", "Ana Souza")]).await.expect_redirect();
    let leaver = person(&admin, Person::Rep).await;
    let leaving = format!("{leaver}/deactivation/new");
    let page = admin.page(&leaving).await;
    assert!(page.says("2 contacts"), "{}", page.text());
    let nobody_chosen = admin.submit(&leaving, &page.form("Who takes over")).await.expect(422).html();
    assert!(nobody_chosen.field("Who takes over").error.is_some());
    rep.page("/contacts").await;

    let successor = id_of(&person(&admin, Person::OtherRep).await);
    admin.fill(&leaving, &[("Who takes over", &successor)]).await.expect(303);
    rep.get("/contacts").await.expect(303);
    let refused = server.client().post("/sign-in", &[("email", Person::Rep.email()), ("password", PASSWORD)]).await;
    refused.expect(422);
    let other = server.sign_in_as(Person::OtherRep).await;
    let mine = other.page("/contacts?owner=me").await;
    assert!(mine.says("Ana Souza") && mine.says("Bo Lindgren"), "{}", mine.text());
    let record = other.page(&ana).await;
    assert!(record.says(Person::OtherRep.name()), "the record says who took it over: {}", record.text());

    admin.press(&leaver, "Reactivate").await.expect(303);
    server.sign_in_as(Person::Rep).await;
}

#[tokio::test]
async fn records_left_behind_stay_where_they_are() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let rep = server.sign_in_as(Person::Rep).await;
    rep.fill("/contacts/new", &[("Given name", "Ana Souza")]).await.expect(303);
    let leaver = person(&admin, Person::Rep).await;
    admin.fill(&format!("{leaver}/deactivation/new"), &[("Who takes over", "nobody")]).await.expect(303);
    assert!(admin.page(&format!("/contacts?owner={}", id_of(&leaver))).await.says("Ana Souza"));
}

#[tokio::test]
async fn who_sees_whose_records_holds_for_everyone_at_once() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let north = server.sign_in_as(Person::Rep).await;
    let south = server.sign_in_as(Person::OtherRep).await;
    let leader = server.sign_in_as(Person::Manager).await;
    let saved = north.fill("/contacts/new", &[("Given name", "Ana Souza")]).await.expect_redirect();
    south.page(&saved).await;

    for (choice, seen_by_leader) in [
        ("People see their own team and the teams below", true),
        ("People see their own records; managers see their teams", true),
    ] {
        let form = admin.page("/settings/company").await.form("Name").choose(choice);
        admin.submit("/settings/company", &form).await.expect(303);
        south.get(&saved).await.expect(404);
        assert!(!south.page("/contacts").await.says("Ana Souza"), "{choice}: in the list");
        assert!(!south.get("/contacts.csv").await.text().contains("Ana Souza"), "{choice}: in the export");
        assert!(!south.page("/search?q=souza").await.says("Ana Souza"), "{choice}: in the search");
        assert_eq!(leader.get(&saved).await.status == 200, seen_by_leader, "{choice}: the team's manager");
        admin.page(&saved).await;
    }
}

#[tokio::test]
async fn teams_form_a_tree_without_circles() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let north = team(&admin, "North").await;
    admin.fill("/settings/teams/new", &[("Name", "Fjord"), ("Part of", &id_of(&north))]).await.expect(303);
    let fjord = team(&admin, "Fjord").await;
    let offered = admin.page(&north).await.field("Part of");
    assert!(!format!("{offered:?}").contains("Fjord"), "a team below is not offered: {offered:?}");
    let form = admin.page(&north).await.form("Name").force("parent", &id_of(&fjord));
    let refused = admin.submit(&north, &form).await.expect(422).html();
    assert!(refused.says("cannot be part of itself"), "{}", refused.text());

    let twice = admin.fill("/settings/teams/new", &[("Name", "fjord")]).await.expect(422).html();
    assert!(twice.field("Name").error.is_some(), "a name is taken in any case");
    let full = admin.post(&format!("{north}/deletion"), &[("", "")]).await.expect(400);
    assert!(full.html().says("not empty"), "{}", full.excerpt());
    admin.press(&fjord, "Delete").await.expect(303);
    admin.get(&fjord).await.expect(404);
}

#[tokio::test]
async fn whoever_leads_a_team_sees_its_records() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let form = admin.page("/settings/company").await.form("Name");
    let form = form.choose("People see their own records; managers see their teams");
    admin.submit("/settings/company", &form).await.expect(303);
    let rep = server.sign_in_as(Person::Rep).await;
    let other = server.sign_in_as(Person::OtherRep).await;
    let saved = rep.fill("/contacts/new", &[("Given name", "Ana Souza")]).await.expect_redirect();
    other.get(&saved).await.expect(404);
    let north = team(&admin, "North").await;
    let leader = id_of(&person(&admin, Person::OtherRep).await);
    admin.fill(&north, &[("Led by", &leader)]).await.expect(303);
    other.page(&saved).await;
}

#[tokio::test]
async fn the_change_log_goes_back_page_by_page() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    for n in 0..60 {
        admin
            .post("/contacts", &[("given_name", format!("Person {n}").as_str()), ("anyway", "true")])
            .await
            .expect(303);
    }
    let mut page = admin.page("/settings/changes").await;
    assert!(page.says("Person 59") && !page.says("Person 3 now"), "the newest first: {}", page.text());
    let mut pages = 1;
    while page.says("Older") {
        page = admin.page(&page.link("Older")).await;
        pages += 1;
    }
    assert!(pages >= 2 && page.says("Harbour Tools"), "it begins with the company");
}

#[tokio::test]
async fn admins_see_how_jobs_are_doing() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let page: Html = admin.page("/settings/jobs").await;
    assert!(page.says("Outgoing mail") && page.says("Nightly clearing"), "{}", page.text());
    assert!(page.says("No mail server is set"), "{}", page.text());
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_tried_again_and_said() {
    // A port that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("it has an address").port();
    drop(free);
    let url = format!("smtp://127.0.0.1:{port}");
    let server = Server::with(crate::support::Database::company(), &["--smtp-url", &url], &[]);
    let admin = server.sign_in_as(Person::Admin).await;
    server.client().post("/password-resets", &[("email", Person::Rep.email())]).await.expect(200);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let page = admin.page("/settings/jobs").await;
        if page.says("did not take the last try") {
            assert!(page.says("One mail waits"), "{}", page.text());
            break;
        }
        assert!(std::time::Instant::now() < until, "{}", page.text());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Path of a person's page.
async fn person(admin: &Client, person: Person) -> String {
    admin.page("/settings/people").await.link(person.name())
}

/// Path of a team's page.
async fn team(admin: &Client, name: &str) -> String {
    admin.page("/settings/teams").await.link(name)
}

fn id_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
