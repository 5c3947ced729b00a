//! My day and the counts beside lists: real figures, each the reader's own.

use crate::support::*;

/// What the navigation counts at a page, if it does.
fn waiting(page: &Html, name: &str) -> Option<String> {
    let nav = page.all("nav").find(|n| n.attr("id") == Some("nav")).expect("a page has the navigation");
    let link = nav.descendants().find(|e| e.tag() == "a" && e.text().starts_with(name)).expect("the link is there");
    let count = link.descendants().find(|e| e.has_class("count"))?;
    Some(count.text())
}

/// The value and the note of a tile.
fn tile(page: &Html, label: &str) -> (String, String) {
    let tiles = page.all("div").filter(|e| e.has_class("tile"));
    let tile = tiles.into_iter().find(|e| e.text().starts_with(label)).unwrap_or_else(|| panic!("no tile {label}"));
    let part = |class: &str| {
        let found = tile.descendants().find(|e| e.tag() == "dd" && e.has_class(class));
        found.map(|e| e.text()).unwrap_or_default()
    };
    (part("value"), part("note"))
}

/// The count on a tab of a list.
fn tab(page: &Html, label: &str) -> String {
    let views = page.all("nav").find(|n| n.attr("aria-label") == Some("Views")).expect("the list has views");
    let link = views.descendants().find(|e| e.tag() == "a" && e.text().starts_with(label)).expect("the view is there");
    let count = link.descendants().find(|e| e.has_class("count"));
    count.map(|e| e.text()).unwrap_or_default()
}

/// The reader's today, as a field has it.
async fn today(client: &Client) -> String {
    client.page("/tasks/new").await.field("Due").value.clone()
}

#[tokio::test]
async fn a_task_is_added_on_my_day() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let form = rep.page("/").await.form("New task").set("New task", "Call Ana");
    let form = rep.submit("/", &form.press("Add")).await.expect(200).html().form("Subject");
    let added = rep.submit("/tasks/quick", &form.press("Save task")).await;
    assert_eq!(added.location.as_deref(), Some("/"), "one stays on the day");
    let day = rep.follow(&added).await;
    assert!(day.says("Task added") && day.says("Call Ana"));
    assert_eq!(tile(&day, "To do by tonight"), ("1".into(), "none overdue".into()));
    assert!(waiting(&day, "Tasks").is_some_and(|count| count.starts_with('1')), "it waits at once");
    let done = rep.press("/", "Complete: Call Ana").await;
    assert_eq!(waiting(&rep.follow(&done).await, "Tasks"), None, "what is done does not wait");
    // What is wrong comes back with what was typed.
    let form = rep.page("/").await.form("New task").set("New task", "x".repeat(251).as_str());
    let refused = rep.submit("/", &form.press("Add")).await.expect(422).html();
    assert!(refused.says("The subject is longer than 250 signs"));
}

#[tokio::test]
async fn the_figures_of_the_day_are_the_readers_own() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let mut made = Vec::new();
    for (name, amount) in [("Line 4", "4000"), ("Line 5", "500"), ("Line 6", "60")] {
        made.push(rep.fill("/deals/new", &[("Name", name), ("Amount", amount)]).await.expect_redirect());
    }
    let close = format!("{}/closure/new?outcome=won", made[0]);
    rep.fill(&close, &[("Main reason", "Price")]).await.expect_redirect();
    other.fill("/deals/new", &[("Name", "Theirs"), ("Amount", "9999")]).await.expect_redirect();
    let day = rep.page("/").await;
    assert_eq!(tile(&day, "Won this quarter"), ("$4,000".into(), "1 deal".into()));
    assert_eq!(tile(&day, "Open pipeline"), ("$560".into(), "2 deals".into()));
    assert_eq!(tile(&day, "Deals that need you"), ("2".into(), "of 2 open".into()), "they have no next step");
    // Each figure leads to what it counts.
    let tiles = day.all("dd").filter(|e| e.has_class("value"));
    let links = tiles.flat_map(|e| e.descendants().collect::<Vec<_>>()).filter_map(|e| e.attr("href"));
    for url in links.filter(|url| url.starts_with("/deals")) {
        let list = rep.page(url).await;
        assert!(!list.says("Theirs"), "{url}");
        let wanted = if url.contains("won") { "1 deal, $4,000" } else { "2 deals, $560" };
        assert!(list.says(wanted), "{url} says {wanted}");
    }
    let agent = server.sign_in_as(Person::Agent).await.page("/").await;
    assert!(!agent.says("Open pipeline"), "who does not sell has no such figures");
}

#[tokio::test]
async fn views_show_how_many_they_hold() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    for (client, name) in [(&rep, "Ana"), (&rep, "Bo"), (&other, "Chidi")] {
        client.fill("/contacts/new", &[("Given name", name), ("Lifecycle", "Lead")]).await.expect_redirect();
        let list = client.page("/contacts").await;
        let all = tab(&list, "All");
        assert!(list.says(&format!("Contacts {all} contact")), "the view says what its list says: {all}");
    }
    let list = rep.page("/contacts").await;
    assert_eq!((tab(&list, "All"), tab(&list, "Mine"), tab(&list, "Customers")), ("3".into(), "2".into(), "0".into()));
    let leads = rep.page("/leads").await;
    assert_eq!((tab(&leads, "New"), waiting(&leads, "Leads")), ("3".into(), Some("2 waiting for you".into())));
    let today = today(&rep).await;
    rep.fill("/tasks/new", &[("Subject", "Call Ana"), ("Due", &today)]).await.expect_redirect();
    let tasks = rep.page("/tasks?owner=me&status=open").await;
    assert_eq!(
        (tab(&tasks, "Mine, open"), tab(&tasks, "Today"), tab(&tasks, "Overdue")),
        ("1".into(), "1".into(), "0".into())
    );
}

#[tokio::test]
async fn counts_keep_to_what_one_may_see() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    other.fill("/contacts/new", &[("Given name", "Chidi"), ("Lifecycle", "Lead")]).await.expect_redirect();
    assert_eq!(tab(&rep.page("/leads").await, "New"), "1");
    let own = "People see their own records; managers see their teams";
    let form = admin.page("/settings/company").await.form("Save company").choose(own);
    admin.submit("/settings/company", &form.press("Save company")).await.expect_redirect();
    assert_eq!(tab(&rep.page("/leads").await, "New"), "0", "a narrower visibility holds at once");
}

#[tokio::test]
async fn a_note_on_my_day_has_no_marks() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let deal = rep.fill("/deals/new", &[("Name", "Torque heads")]).await.expect_redirect();
    let text = "- see [the offer](https://acme.example/o)\n- **today**";
    other.fill(&deal, &[("Text", text)]).await.expect_redirect();
    let day = rep.page("/").await;
    assert!(day.says("see the offer today") && !day.says("acme.example"), "{}", day.text());
}

#[tokio::test]
async fn a_contact_says_first_what_one_asks_first() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let fields = [
        ("Given name", "Ana"),
        ("Family name", "Souza"),
        ("E-mail", "ana@acme.example"),
        ("Phone", "+55 11 95550 0142"),
    ];
    let ana = rep.fill("/contacts/new", &fields).await.expect_redirect();
    let page = rep.page(&ana).await;
    assert_eq!((page.fact("Open deals"), page.fact("In touch")), ("None".into(), "Not yet".into()));
    let leads_to = |page: &Html, words: &str| {
        let link = page.all("a").find(|a| a.text() == words).and_then(|a| a.attr("href"));
        link.map(str::to_owned)
    };
    assert_eq!(leads_to(&page, "Call").as_deref(), Some("tel:+5511955500142"));
    assert_eq!(leads_to(&page, "E-mail").as_deref(), Some("mailto:ana@acme.example"));
    for (name, amount) in [("Fleet", "22000"), ("Depot", "1000")] {
        let id = ana.rsplit('/').next().expect("an address has parts");
        rep.fill(&format!("/deals/new?contact={id}"), &[("Name", name), ("Amount", amount)]).await.expect_redirect();
        let deal = rep.page("/deals?sort=-created").await;
        let url = deal
            .all("a")
            .find(|a| a.text() == name)
            .and_then(|a| a.attr("href"))
            .expect("the deal is listed")
            .to_owned();
        rep.fill(&format!("{url}/people/new?q=ana"), &[("Role of Ana Souza", "Champion")]).await.expect_redirect();
    }
    rep.fill("/deals/new", &[("Name", "Without her")]).await.expect_redirect();
    let call = rep.page(&format!("{ana}?compose=call")).await.form("Text");
    rep.submit(&ana, &call.set("Text", "She wants 40").press("Save")).await.expect_redirect();
    let page = rep.page(&ana).await;
    assert_eq!(page.fact("Open deals"), "$23,000 2 deals");
    assert!(page.says("called, reached"), "the address opened the composer at a call");
    assert_eq!(page.fact("Last answer"), page.fact("In touch"));
    let deals = rep.page(&leads_to(&page, "$23,000").expect("the sum leads to its deals")).await;
    assert!(deals.says("Fleet") && deals.says("Depot") && !deals.says("Without her"));
    assert!(deals.says("Contact is Ana Souza"));
    let edit = format!("{ana}/edit");
    let form = rep.page(&edit).await.form("Given name").check("Do not call").check("Do not mail");
    rep.submit(&edit, &form.press("Save contact")).await.expect_redirect();
    let page = rep.page(&ana).await;
    assert!(page.says("Do not call or mail"));
    let calls =
        page.all("a").filter_map(|a| a.attr("href")).filter(|h| h.starts_with("tel:") || h.starts_with("mailto:"));
    assert_eq!(calls.count(), 0, "no link calls or writes to who does not want it");
}

#[tokio::test]
async fn a_manager_looks_at_the_day_of_the_team_and_of_each() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    rep.get("/day/team").await.expect(403);
    let due = today(&rep).await;
    rep.fill("/tasks/new", &[("Subject", "Call Ana"), ("Due", &due)]).await.expect_redirect();
    rep.fill("/tasks/new", &[("Subject", "Late one"), ("Due", "2020-01-07")]).await.expect_redirect();
    rep.fill("/deals/new", &[("Name", "Stands still")]).await.expect_redirect();
    let team = manager.page(&manager.page("/").await.link("The team’s day")).await;
    let row = team.rows().into_iter().find(|row| row[0].contains("Rui Costa")).expect("the rep is in the team");
    assert_eq!(row[1..], ["1 overdue", "1 for today", "0 meetings", "0 to answer", "1 deals"]);
    let list = team.all("a").find(|a| a.has_class("text-bad")).and_then(|a| a.attr("href")).expect("a link").to_owned();
    assert!(manager.page(&list).await.says("Late one"), "what is counted is listed");
    let day = manager.page(&team.link("Rui Costa")).await;
    assert!(day.heading().starts_with("Rui Costa: ") && day.says("Call Ana") && day.says("Stands still"));
    assert!(!day.says("New task"), "what is added would be the manager's own");
    let main = day.all("main").next().expect("a page has a main part");
    let mine = |e: Element<'_>| e.attr("href").is_some_and(|href| href.contains("owner=me"));
    assert!(!main.descendants().any(mine), "every link leads to their records");
    // It can be acted on in place, and one stays there.
    let there = team.link("Rui Costa");
    let done = manager.press(&there, "Complete: Late one").await;
    assert_eq!(done.location.as_deref(), Some(there.as_str()));
    assert!(!manager.follow(&done).await.says("1 overdue"));
    manager.get("/day/999999").await.expect(404);
}

#[tokio::test]
async fn ten_thousand_tasks_in_one_day_are_a_page_a_list_and_a_count() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let due = today(&rep).await;
    let (id, at) = (server.database().number("SELECT id FROM users WHERE name = 'Rui Costa'"), "2026-01-01 08:00:00");
    let digits = "(SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 \
                  UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
    server.database().execute(&format!(
        "INSERT INTO tasks (subject, kind, status, priority, due_on, owner_id, description, outcome, created_at, updated_at, \
         recurrence, recurs_from) SELECT 'Call ' || (a.n + 10 * b.n + 100 * c.n + 1000 * d.n), 'to_do', 'open', 'normal', \
         '{due}', {id}, '', '', '{at}', '{at}', '', 'due' FROM {digits} a, {digits} b, {digits} c, {digits} d"
    ));
    let day = rep.page("/").await;
    assert!(day.says("200 or more for today"), "{}", day.text());
    assert!(day.text().len() < 20_000, "the page stays a page");
    let list = rep.page("/tasks?owner=me&status=open&due.to=today").await;
    assert!(list.says("10,000 tasks") && list.rows().len() <= 100, "{}", list.text());
    assert!(list.links().iter().any(|l| l.text == "Next" || l.href.contains("after=")), "the rest is on further pages");
    // So many are not changed by one press; the page says how to go about it.
    let all = [("all", "true"), ("do", "tomorrow")];
    let refused = rep.post("/tasks/selection?owner=me&status=open&due.to=today", &all).await.expect(422).html();
    assert!(refused.says("At most 1,000 tasks can be changed at once: filter the list further."));
}
