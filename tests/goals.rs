//! Goals: what people are to reach in a week, who sets it, and what counts.

use crate::support::*;

fn id_of(server: &Server, name: &str) -> String {
    server.database().number(&format!("SELECT id FROM users WHERE name = '{name}'")).to_string()
}

/// The cells of a person's row.
fn row(page: &Html, name: &str) -> Vec<String> {
    page.rows()
        .into_iter()
        .find(|row| row[0].contains(name))
        .unwrap_or_else(|| panic!("no row of {name}: {}", page.text()))
}

async fn call(client: &Client, about: &str, at: &str) {
    let fields = [("about", about), ("kind", "call"), ("outcome", "no_answer"), ("text", ""), ("at", at)];
    client.post("/timeline", &fields).await.expect_redirect();
}

#[tokio::test]
async fn a_manager_sets_goals_and_the_rep_sees_how_far_they_are() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let rui = id_of(&server, "Rui Costa");
    let (calls, deals) = (format!("goal-{rui}-calls"), format!("goal-{rui}-deals"));
    assert!(!rep.page("/").await.says("This week"), "without goals there is nothing to show");
    rep.post("/goals", &[(calls.as_str(), "1")]).await.expect(403);
    for typed in ["many", "-1", "1001", "2.5"] {
        let refused = manager.post("/goals", &[(calls.as_str(), typed)]).await.expect(422).html();
        let field = refused.by_id(&calls).expect("the field is there");
        assert!(field.attr("value") == Some(typed) && refused.says("write a whole number up to 1000"), "{typed}");
    }
    let saved = manager.post("/goals", &[(calls.as_str(), "2"), (deals.as_str(), "1")]).await;
    assert!(manager.follow(&saved).await.says("Goals saved. They hold from this week on"));
    let ana = rep.fill("/contacts/new", &[("Given name", "Ana")]).await.expect_redirect();
    let about = ana.trim_start_matches('/').replace("contacts/", "contact:");
    call(&rep, &about, "").await;
    rep.fill("/deals/new", &[("Name", "Mill")]).await.expect_redirect();
    let day = rep.page("/").await;
    assert!(day.says("This week") && day.says("1 of 2") && day.says("1 of 1"), "{}", day.text());
    let meters: Vec<_> = day.all("meter").filter_map(|m| m.attr("aria-label").map(str::to_owned)).collect();
    assert_eq!(meters, ["Calls: 1 of 2", "New deals: 1 of 1"]);
    let team = manager.page("/goals").await;
    assert!(row(&team, "Rui Costa")[1].starts_with("1 of 2"));
    assert_eq!(rep.page("/goals").await.rows().len(), 1, "a rep sees their own");
    // Who comes second is told, and does not overwrite.
    let was = format!("was-{calls}");
    let late = manager.post("/goals", &[(calls.as_str(), "9"), (was.as_str(), "5")]).await.expect(409).html();
    assert!(late.says("somebody else set this goal meanwhile"));
    assert!(row(&manager.page("/goals").await, "Rui Costa")[1].starts_with("1 of 2"));
    assert!(server.sign_in_as(Person::Admin).await.page("/settings/changes").await.says("Goal of Rui Costa: calls"));
}

#[tokio::test]
async fn past_weeks_keep_their_goals_and_a_week_is_the_persons_own() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let rui = id_of(&server, "Rui Costa");
    // Sunday 25 October 2026 has 25 hours in Berlin: its last minute is 22:59 in UTC.
    let page = rep.page("/profile").await;
    let form = page.form("Time zone").set("Time zone", "Europe/Berlin");
    rep.submit("/profile", &form).await.expect_redirect();
    server.database().execute(&format!(
        "INSERT INTO goals (user_id, measure, since, target) VALUES ({rui}, 'calls', '2026-10-19', 7), ({rui}, 'calls', '2026-10-26', 3)"
    ));
    let ana = rep.fill("/contacts/new", &[("Given name", "Ana")]).await.expect_redirect();
    let id = ana.rsplit('/').next().expect("a number");
    for at in ["2026-10-18 21:59:59", "2026-10-18 22:00:00", "2026-10-25 22:59:59", "2026-10-25 23:00:00"] {
        server.database().execute(&format!(
            "INSERT INTO timeline_entries (kind, at, by_id, about_kind, about_id, title, body, outcome, created_at) \
             VALUES ('call', '{at}', {rui}, 'contact', {id}, 'Ana', '', 'reached', '{at}')"
        ));
    }
    for (week, wanted) in
        [("2026-10-12", "1"), ("2026-10-19", "2 of 7"), ("2026-10-21", "2 of 7"), ("2026-10-26", "1 of 3")]
    {
        let page = manager.page(&format!("/goals?week={week}")).await;
        let cell = row(&page, "Rui Costa")[1].clone();
        assert!(cell.starts_with(wanted), "{week}: {cell}");
        assert!(page.by_id(&format!("goal-{rui}-calls")).is_none(), "what is past is not set");
    }
    assert!(manager.page("/goals?week=tomorrow").await.says("Goals"), "an unreadable week is this one");
}
