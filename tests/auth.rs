//! How people come in: set-up, invitations, sign-in, lost passwords, sessions.

use crate::support::{Client, Database, Engine, PASSWORD, Person, Server};

const FRESH: &str = "copper lantern by the quay";

#[tokio::test]
async fn a_set_up_link_makes_the_company_and_its_first_admin_once() {
    let server = Server::on(Database::empty());
    let link = server.set_up_link();
    let visitor = server.client();
    assert_eq!(visitor.get("/sign-in").await.expect_redirect(), "/set-up");
    assert!(visitor.page("/set-up").await.says("Set up:"));

    let fields = [
        ("Company name", "Solheim Optics"),
        ("Currency of totals", "NOK"),
        ("Time zone", "Europe/Oslo"),
        ("Country", "NO"),
        ("Your name", "Ida Solheim"),
        ("E-mail", "ida@solheim.example"),
        ("Password", "password1"),
    ];
    let weak = visitor.fill(&link, &fields).await.expect(422).html();
    assert!(weak.field("Password").error.is_some(), "a weak password is told beside its field");
    assert_eq!(weak.field("Company name").value, "Solheim Optics", "what was typed stays");

    let fields = fields.map(|(label, value)| if label == "Password" { (label, FRESH) } else { (label, value) });
    let saved = visitor.fill(&link, &fields).await;
    assert_eq!(saved.expect_redirect(), "/");
    let company = visitor.page("/settings/company").await;
    assert_eq!(company.field("Name").value, "Solheim Optics");
    assert_eq!(company.field("Currency of totals").value, "NOK");

    let stranger = server.client();
    let used = stranger.get(&link).await.expect(410).html();
    assert!(used.says("set up already"), "{}", used.text());
    stranger.post(&link, &[("company", "Another")]).await.expect(410);
    server.sign_in("ida@solheim.example", FRESH).await;
}

#[tokio::test]
async fn a_restart_prints_another_set_up_link_and_the_old_one_stops() {
    let database = Database::empty();
    let mut first = Server::on(database.clone());
    let old = first.set_up_link();
    first.stop();
    let second = Server::on(database);
    let wrong = second.client().get(&old).await.expect(410).html();
    assert!(wrong.says("Only the link printed last works"), "{}", wrong.text());
    second.client().page(&second.set_up_link()).await;
}

#[tokio::test]
async fn an_invitation_lets_someone_choose_a_password_once() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let link = invite(&server, &admin, "Noor Haddad", "noor@harbour.example").await;
    let mail = server.mail_to("noor@harbour.example").await;
    assert!(mail.contains(&link), "the mail has the link {link}:\n{mail}");

    let noor = server.client();
    assert_eq!(noor.page(&link).await.field("E-mail").value, "noor@harbour.example");
    noor.fill(&link, &[("Password", "noor")]).await.expect(422);
    assert_eq!(noor.page(&link).await.field("Time zone").value, "UTC", "the company's at first");
    noor.fill(&link, &[("Password", FRESH), ("Time zone", "Asia/Beirut")]).await.expect(303);
    let profile = noor.page("/profile").await;
    assert_eq!(profile.field("Name").value, "Noor Haddad");
    assert_eq!(profile.field("Time zone").value, "Asia/Beirut");

    server.client().get(&link).await.expect(410);
    server.client().post(&link, &[("password", "another lantern by the quay")]).await.expect(410);
    server.sign_in("noor@harbour.example", FRESH).await;
}

#[tokio::test]
async fn a_second_invitation_ends_the_first() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let first = invite(&server, &admin, "Noor Haddad", "noor@harbour.example").await;
    let person = admin.page("/settings/people?show=waiting").await.link("Noor Haddad");
    let again = admin.press(&person, "Send it again").await;
    let second = path_in(&admin.follow(&again).await.text(), "/invitations/");
    server.client().get(&first).await.expect(410);
    server.client().page(&second).await;
}

#[tokio::test]
async fn a_lost_password_is_set_anew_by_mail_and_ends_every_session() {
    let server = Server::start();
    let lost = server.sign_in_as(Person::Rep).await;
    let visitor = server.client();
    visitor.fill("/password-resets/new", &[("E-mail", Person::Rep.email())]).await.expect(200);
    let link = path_in(&server.mail_to(Person::Rep.email()).await, "/password-resets/");
    visitor.fill(&link, &[("Password", FRESH)]).await.expect(303);
    visitor.page("/profile").await;

    assert_eq!(lost.get("/profile").await.expect_redirect().split('?').next(), Some("/sign-in"));
    server.client().get(&link).await.expect(410);
    server.sign_in(Person::Rep.email(), FRESH).await;
    refused(&server.client(), Person::Rep.email(), PASSWORD).await;
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answers() {
    let server = Server::start();
    let ask = async |email: &str| {
        let asked = server.client().post("/password-resets", &[("email", email)]).await.expect(200);
        asked.text()
    };
    assert_eq!(ask(Person::Rep.email()).await, ask("nobody@harbour.example").await);

    let known = refused(&server.client(), Person::Rep.email(), "not the password").await;
    let unknown = refused(&server.client(), "nobody@harbour.example", "not the password").await;
    assert_eq!(known.replace(Person::Rep.email(), ""), unknown.replace("nobody@harbour.example", ""));
}

#[tokio::test]
async fn too_many_tries_wait_even_with_the_right_password() {
    let server = Server::start();
    let visitor = server.client();
    for _ in 0..9 {
        refused(&visitor, Person::Rep.email(), "not the password").await;
    }
    let last = refused(&visitor, Person::Rep.email(), "not the password").await;
    assert!(last.contains("waits 10 minutes now"), "{last}");
    let fields = [("email", Person::Rep.email()), ("password", PASSWORD)];
    let waits = visitor.post("/sign-in", &fields).await.expect(429);
    assert!(waits.html().says("Try again in 10 minutes"), "{}", waits.excerpt());
    // Others are not made to wait by it.
    server.sign_in_as(Person::Manager).await;
}

#[tokio::test]
async fn tries_at_the_same_moment_do_not_overtake_the_limit() {
    let server = Server::start();
    let visitor = server.client();
    let fields = [("email", Person::Rep.email()), ("password", "not the password")];
    let tries = (0..30).map(|_| {
        let visitor = visitor.clone();
        tokio::spawn(async move { visitor.post("/sign-in", &fields).await.status })
    });
    let mut guessed = 0;
    for one in tries.collect::<Vec<_>>() {
        let status = one.await.expect("a try is answered");
        assert!(matches!(status, 422 | 429), "a try was answered {status}");
        guessed += u32::from(status == 422);
    }
    assert_eq!(guessed, 10, "so many guesses were looked at");
}

#[tokio::test]
async fn only_a_trusted_proxy_says_where_a_visitor_is() {
    let database = Database::company();
    let trusting = Server::with(database.clone(), &["--trusted-proxies", "127.0.0.1"], &[]);
    let plain = Server::on(database);
    for (server, expected) in [(&trusting, "203.0.113.9"), (&plain, "127.0.0.1")] {
        let client = server.client();
        let fields = [("email", Person::Agent.email()), ("password", PASSWORD)];
        let request = client
            .request("POST", "/sign-in")
            .header("Sec-Fetch-Site", "same-origin")
            .header("X-Forwarded-For", "198.51.100.1, 203.0.113.9")
            .form(&fields);
        client.send("POST", "/sign-in", request).await.expect(303);
        let profile = client.page("/profile").await;
        assert!(profile.says(&format!("from {expected}")), "{}", profile.text());
    }
}

#[tokio::test]
async fn a_password_change_asks_the_old_one_and_ends_other_sessions() {
    let server = Server::start();
    let here = server.sign_in_as(Person::Rep).await;
    let elsewhere = server.sign_in_as(Person::Rep).await;
    let wrong = [("Current password", "not the password"), ("New password", FRESH)];
    let wrong = here.fill("/profile", &wrong).await.expect(422).html();
    assert!(wrong.field("Current password").error.is_some());
    elsewhere.page("/profile").await;

    here.fill("/profile", &[("Current password", PASSWORD), ("New password", FRESH)]).await.expect(303);
    here.page("/profile").await;
    elsewhere.get("/profile").await.expect(303);
    server.sign_in(Person::Rep.email(), FRESH).await;
}

#[tokio::test]
async fn a_session_ends_when_its_owner_says_so() {
    let server = Server::start();
    let here = server.sign_in_as(Person::Rep).await;
    let elsewhere = server.sign_in_as(Person::Rep).await;
    let other_person = server.sign_in_as(Person::Manager).await;
    assert!(here.page("/profile").await.says("This one"));
    here.press("/profile", "End").await.expect(303);
    elsewhere.get("/profile").await.expect(303);
    here.page("/profile").await;

    server.sign_in_as(Person::Rep).await;
    here.press("/profile", "End all others").await.expect(303);
    assert!(!here.page("/profile").await.says("End all others"));
    other_person.page("/profile").await;
}

#[tokio::test]
async fn a_profile_changes_how_its_owner_sees_the_product() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let form = rep.page("/profile").await.form("Theme");
    let form = form.set("Theme", "dark").set("Dates and numbers", "de-DE").set("Time zone", "Asia/Tokyo");
    rep.submit("/profile", &form.uncheck("Keyboard shortcuts")).await.expect(303);
    let page = rep.page("/profile").await;
    let root = page.all("html").next().expect("a page has a root");
    assert_eq!((root.attr("data-theme"), root.attr("data-keys")), (Some("dark"), Some("off")));
    assert_eq!(page.field("Time zone").value, "Asia/Tokyo");
}

#[tokio::test]
async fn two_servers_on_one_database_share_sessions_and_limits() {
    let database = Database::company();
    if Engine::of_this_run() == Engine::Sqlite {
        eprintln!("One SQLite file has one server: nothing to share.");
        return;
    }
    let one = Server::on(database.clone());
    let other = Server::on(database);
    let rep = one.sign_in_as(Person::Rep).await;
    rep.at(other.address()).page("/profile").await;
    rep.at(other.address()).press("/profile", "Sign out").await.expect(303);
    rep.get("/profile").await.expect(303);

    for server in [&one, &other] {
        for _ in 0..5 {
            refused(&server.client(), Person::Agent.email(), "not the password").await;
        }
    }
    let fields = [("email", Person::Agent.email()), ("password", PASSWORD)];
    one.client().post("/sign-in", &fields).await.expect(429);
}

/// Adds someone and sends the invitation; gives its path, which is shown because mail only goes to files.
async fn invite(server: &Server, admin: &Client, name: &str, email: &str) -> String {
    let form = admin.page("/settings/people/new").await.form("Send invitation");
    let form = form.set("Name", name).set("E-mail", email).check("Send invitation");
    let added = admin.submit("/settings/people/new", &form).await;
    let shown = admin.follow(&added).await.text();
    assert!(shown.contains(server.address()), "the link is whole: {shown}");
    path_in(&shown, "/invitations/")
}

/// The path with its secret in a text.
fn path_in(text: &str, beginning: &str) -> String {
    let at = text.find(beginning).unwrap_or_else(|| panic!("no link {beginning} in: {text}"));
    let is_secret = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
    let secret: String = text[at + beginning.len()..].chars().take_while(|sign| is_secret(*sign)).collect();
    format!("{beginning}{secret}")
}

/// Tries to sign in, which must fail; gives what the page says.
async fn refused(client: &Client, email: &str, password: &str) -> String {
    let answer = client.post("/sign-in", &[("email", email), ("password", password)]).await;
    answer.expect(422).text()
}
