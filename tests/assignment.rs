//! Who gets the leads that arrive: rules in order, teams in turn, queues to take from.

use crate::support::*;

/// Imports leads without an owner: a line each of name, country and job title.
fn import(server: &Server, name: &str, lines: &[&str]) {
    let path = server.database().folder().join(name);
    let head = "Name,E-mail,Country,Job title,Source";
    std::fs::write(&path, format!("{head}\n{}\n", lines.join("\n"))).expect("the folder of the database takes files");
    server.rapport(&["import", "leads", &path.to_string_lossy()]).expect_done();
}

async fn owner(client: &Client, name: &str) -> String {
    let list = client.page(&format!("/leads?q={name}")).await;
    let url = list.link(name);
    client.page(&url).await.fact("Owner")
}

async fn rule(admin: &Client, fields: &[(&str, &str)]) -> Answer {
    let all: Vec<(&str, &str)> = [("active", "true")].into_iter().chain(fields.iter().copied()).collect();
    admin.post("/settings/assignment", &all).await
}

fn id_of(server: &Server, table: &str, name: &str) -> String {
    server.database().number(&format!("SELECT id FROM {table} WHERE name = '{name}'")).to_string()
}

#[tokio::test]
async fn the_first_rule_that_applies_wins_and_the_trial_says_why() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let new = "/settings/assignment/new";
    let empty = admin.submit(new, &admin.page(new).await.form("Save rule")).await.expect(422).html();
    assert!(empty.field("Name").error.is_some() && empty.field("Person").error.is_some());
    let (rui, olu) = (id_of(&server, "users", "Rui Costa"), id_of(&server, "users", "Olu Bright"));
    let many = [("name", "Big"), ("field", "employees"), ("test", "at_least"), ("value", "many"), ("owner", &*rui)];
    let wrong = rule(&admin, &many);
    let wrong = wrong.await.expect(422).html();
    assert!(wrong.says("needs a whole number") && wrong.field("With what, 1").value == "many");
    let south = [("field", "country"), ("test", "is"), ("value", "Brasil, Portugal")];
    rule(&admin, &[&[("name", "South"), ("target", "owner"), ("owner", &olu)], &south[..]].concat()).await.expect(303);
    let heads = [("field", "job_title"), ("test", "has"), ("value", "head, director")];
    rule(&admin, &[&[("name", "Heads"), ("target", "owner"), ("owner", &rui)], &heads[..]].concat()).await.expect(303);
    import(
        &server,
        "leads.csv",
        &[
            "Ana,ana@a.example,brasil,Head of quality,Fair",
            "Ben,ben@a.example,Norway,DIRECTOR of sales,Fair",
            "Cleo,cleo@a.example,Norway,Buyer,Fair",
        ],
    );
    for (name, wanted) in [("Ana", "Olu Bright"), ("Ben", "Rui Costa"), ("Cleo", "Nobody")] {
        assert!(owner(&admin, name).await.contains(wanted), "{name}");
    }
    assert!(rep.page("/notifications").await.says("Ben"), "who gets a lead is told");
    assert_eq!(rep.page("/notifications").await.text().matches("Ben").count(), 1, "once");
    let found = admin.page("/settings/assignment?q=ana").await;
    let trial = admin.page(&found.link("Try Ana")).await;
    assert!(trial.says("Country is any of Brasil, Portugal: brasil") && trial.says("Wins: to Olu Bright"));
    assert!(trial.says("Would give it to Rui Costa, but another came first"), "{}", trial.text());
    // In another order it is another's, and a rule that is off takes nothing.
    let second = id_of(&server, "assignment_rules", "Heads");
    admin.post::<&str, &str>(&format!("/settings/assignment/{second}/rise"), &[]).await.expect_redirect();
    import(&server, "more.csv", &["Dina,dina@a.example,Brasil,Head of quality,Fair"]);
    assert!(owner(&admin, "Dina").await.contains("Rui Costa"));
    let edit = format!("/settings/assignment/{second}");
    let form = admin.page(&edit).await.form("Save rule");
    assert_eq!(form.field("With what, 1").value, "head, director");
    admin.submit(&edit, &form.clone().uncheck("In use")).await.expect_redirect();
    admin.submit(&edit, &form).await.expect(409);
    rep.get("/settings/assignment").await.expect(403);
    // Down again.
    admin.post(&format!("/settings/assignment/{second}/rise"), &[("down", "true")]).await.expect_redirect();
    import(&server, "last.csv", &["Edda,edda@a.example,Brasil,Head of quality,Fair"]);
    assert!(owner(&admin, "Edda").await.contains("Olu Bright"), "a rule that is off takes nothing, wherever it stands");
}

#[tokio::test]
async fn a_rule_that_matches_or_gives_to_nobody_is_refused_or_marked() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let rui = id_of(&server, "users", "Rui Costa");
    for (field, test, value, sentence) in [
        ("employees", "has", "250", "is a number"),
        ("source", "at_least", "5", "is no number"),
        ("country", "is", "Norway, XX", "There is no country “XX”"),
    ] {
        let all = [("name", "X"), ("owner", &*rui), ("field", field), ("test", test), ("value", value)];
        let page = rule(&admin, &all).await.expect(422).html();
        assert!(page.says(sentence) && page.field("With what, 1").value == value, "{}", page.text());
    }
    // Countries by name or code.
    let north = [("field", "country"), ("test", "is"), ("value", "NO, South Korea")];
    rule(&admin, &[&[("name", "North"), ("owner", &*rui)], &north[..]].concat()).await.expect(303);
    import(
        &server,
        "leads.csv",
        &["Ana,ana@a.example,Norway,,", "Ben,ben@a.example,KR,,", "Cleo,cleo@a.example,Peru,,"],
    );
    for (name, wanted) in [("Ana", "Rui Costa"), ("Ben", "Rui Costa"), ("Cleo", "Nobody")] {
        assert!(owner(&admin, name).await.contains(wanted), "{name}");
    }
    let service = id_of(&server, "teams", "Service");
    let empty = rule(&admin, &[("name", "X"), ("target", "team"), ("team", &service)]).await.expect(422).html();
    assert!(empty.says("Nobody in this team sells"));
    admin.post("/settings/queues", &[("name", "Cold")]).await.expect_redirect();
    let queue = id_of(&server, "queues", "Cold");
    let to_queue = [("name", "Rest"), ("target", "queue"), ("queue", &*queue)];
    rule(&admin, &to_queue).await.expect(303);
    let south = id_of(&server, "teams", "South");
    rule(&admin, &[("name", "South"), ("target", "team"), ("team", &south)]).await.expect(303);
    assert!(!admin.page("/settings/assignment").await.says("Gives to nobody"));
    // What became so later.
    let away = [("name", "Cold"), ("active", "false")];
    admin.post(&format!("/settings/queues/{queue}"), &away).await.expect_redirect();
    server.database().execute("UPDATE users SET deactivated_at = updated_at WHERE name IN ('Rui Costa', 'Olu Bright')");
    let list = admin.page("/settings/assignment").await;
    for why in ["this queue is put away", "this person has left", "nobody in this team sells"] {
        assert!(list.says(&format!("Gives to nobody: {why}")), "{}", list.text());
    }
    assert!(rule(&admin, &to_queue).await.expect(422).html().says("This queue is put away"));
    // A queue's form that is refused keeps the team that was chosen.
    let refused = admin.post("/settings/queues", &[("name", "COLD"), ("team", &south)]).await.expect(422).html();
    assert_eq!(refused.form("New queue").field("Who takes from it").value, south);
}

#[tokio::test]
async fn a_rule_with_nobody_to_give_to_is_passed_over() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    server.database().add("gone@a.example", "Gone Away", "rep", None, "six empty lighthouses");
    let (gone, rui) = (id_of(&server, "users", "Gone Away"), id_of(&server, "users", "Rui Costa"));
    rule(&admin, &[("name", "To who left"), ("target", "owner"), ("owner", &gone)]).await.expect(303);
    rule(&admin, &[("name", "To all who are there"), ("target", "owner"), ("owner", &rui)]).await.expect(303);
    server.database().execute(&format!("UPDATE users SET deactivated_at = updated_at WHERE id = {gone}"));
    import(&server, "leads.csv", &["Ana,ana@a.example,Norway,Buyer,Fair"]);
    assert!(owner(&admin, "Ana").await.contains("Rui Costa"));
    let found = admin.page("/settings/assignment?q=ana").await;
    let trial = admin.page(&found.link("Try Ana")).await;
    assert!(trial.says("Applies, but nobody is there to give it to: passed over"), "{}", trial.text());
}

#[tokio::test]
async fn a_team_takes_leads_in_turn_but_for_who_is_away_or_has_enough() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    for name in ["Ida", "Jon", "Kim"] {
        server.database().add(&format!("{name}@a.example"), name, "rep", Some("West"), "six empty lighthouses");
    }
    let west = id_of(&server, "teams", "West");
    rule(&admin, &[("name", "West"), ("target", "team"), ("team", &west)]).await.expect(303);
    import(&server, "1.csv", &["A1,a1@a.example,,,", "A2,a2@a.example,,,", "A3,a3@a.example,,,", "A4,a4@a.example,,,"]);
    let mut who = Vec::new();
    for lead in ["A1", "A2", "A3", "A4"] {
        who.push(owner(&admin, lead).await);
    }
    assert_eq!(who[0], who[3], "{who:?}");
    assert!(who[0] != who[1] && who[1] != who[2] && who[0] != who[2], "{who:?}");
    // Jon is away until further notice, Kim takes no more than she has.
    let at = "/leads/availability";
    let own = |name: &str| id_of(&server, "users", name);
    let turned = [("away_from", "2026-12-24"), ("away_until", "2026-12-20")];
    let wrong = admin.post(&format!("{at}/{}", own("Jon")), &turned).await.expect(422).html();
    assert!(wrong.says("The last day away is before the first"));
    admin.post(&format!("{at}/{}", own("Jon")), &[("away_from", "2020-01-01")]).await.expect_redirect();
    admin.post(&format!("{at}/{}", own("Kim")), &[("most", "1")]).await.expect_redirect();
    assert!(admin.page(at).await.says("Away"));
    import(&server, "2.csv", &["B1,b1@a.example,,,", "B2,b2@a.example,,,"]);
    for lead in ["B1", "B2"] {
        assert!(owner(&admin, lead).await.contains("Ida"), "{lead}");
    }
    admin.post(&format!("{at}/{}", own("Ida")), &[("most", "0")]).await.expect_redirect();
    let late = admin.post(&format!("{at}/{}", own("Ida")), &[("most", "7")]).await.expect(409).html();
    assert!(late.says("Someone changed this meanwhile"));
    import(&server, "3.csv", &["C1,c1@a.example,,,"]);
    assert!(owner(&admin, "C1").await.contains("Nobody"), "all are away or full");
    let rep = server.sign_in_as(Person::Rep).await;
    rep.post(&format!("{at}/{}", own("Ida")), &[("most", "5")]).await.expect(403);
    assert!(!rep.page(at).await.says("Ida"), "one's own only");
}

/// How many leads each import brings: the whole proof takes 5,000 (RAPPORT_TEST_LEADS).
fn many() -> usize {
    std::env::var("RAPPORT_TEST_LEADS").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

#[tokio::test]
async fn two_processes_give_in_turn_as_one() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    for n in 0..7 {
        server.database().add(
            &format!("p{n}@a.example"),
            &format!("P{n}"),
            "rep",
            Some("West"),
            "six empty lighthouses",
        );
    }
    let west = id_of(&server, "teams", "West");
    rule(&admin, &[("name", "West"), ("target", "team"), ("team", &west)]).await.expect(303);
    std::thread::scope(|both| {
        for file in ["one", "two"] {
            let server = &server;
            both.spawn(move || {
                let lines: Vec<String> = (0..many()).map(|n| format!("{file} {n},{file}{n}@b.example,,,")).collect();
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                import(server, &format!("{file}.csv"), &lines);
            });
        }
    });
    let counts = "SELECT CAST(count(*) AS TEXT) AS line FROM contacts WHERE owner_id IS NOT NULL GROUP BY owner_id ORDER BY count(*)";
    let counts: Vec<u64> = server.database().lines(counts).iter().filter_map(|n| n.trim().parse().ok()).collect();
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (7, 2 * many() as u64), "{counts:?}");
    assert!(counts[6] - counts[0] <= 1, "{counts:?}");
}

#[tokio::test]
async fn a_queue_is_taken_from_by_its_team_and_nobody_takes_the_same() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let other = server.sign_in_as(Person::OtherRep).await;
    let north = id_of(&server, "teams", "North");
    admin.post("/settings/queues", &[("name", "Cold"), ("team", &north)]).await.expect_redirect();
    assert!(admin.post("/settings/queues", &[("name", "cold")]).await.expect(422).html().says("There is a queue"));
    let queue = id_of(&server, "queues", "Cold");
    rule(&admin, &[("name", "All"), ("target", "queue"), ("queue", &queue)]).await.expect(303);
    import(&server, "leads.csv", &["Ana,ana@a.example,,,", "Ben,ben@a.example,,,", "Cleo,cleo@a.example,,,"]);
    let page = rep.page("/leads").await;
    assert!(page.says("Queue Cold") && page.says("Take the next one"));
    assert_eq!(owner(&rep, "Ana").await, "Queue Cold Take it");
    let nothing = other.post::<&str, &str>("/leads/next", &[]).await;
    assert!(other.follow(&nothing).await.says("Nothing waits in your queues"), "it is another team's");
    let (one, two) =
        tokio::join!(rep.post::<&str, &str>("/leads/next", &[]), rep.post::<&str, &str>("/leads/next", &[]));
    assert_ne!(one.expect_redirect(), two.expect_redirect());
    // What is left is taken by hand, once.
    let last = rep.page(&format!("/leads?queue={queue}")).await;
    let url =
        ["Ana", "Ben", "Cleo"].iter().find_map(|n| last.links().iter().find(|l| l.text == *n).map(|l| l.href.clone()));
    let url = url.expect("one lead is left");
    let take = format!("{}/taking", url.replace("/contacts/", "/leads/"));
    other.post::<&str, &str>(&take, &[]).await.expect_redirect();
    let late = rep.post::<&str, &str>(&take, &[]).await;
    assert!(rep.follow(&late).await.says("was faster"));
    assert!(rep.page(&format!("/leads?queue={queue}")).await.says("No leads"));
    let away = [("name", "Cold"), ("active", "false")];
    admin.post(&format!("/settings/queues/{queue}"), &away).await.expect_redirect();
    import(&server, "more.csv", &["Dina,dina@a.example,,,"]);
    assert_eq!(owner(&rep, "Dina").await, "Nobody Take it", "a queue that was put away takes none");
}
