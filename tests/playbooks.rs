//! Playbooks: tasks that follow a deal through its stages.

use crate::support::*;

/// Adds a playbook of these steps (subject, whose task), started by these stages.
async fn playbook(admin: &Client, name: &str, stages: &[&str], steps: &[(&str, &str)]) {
    let page = "/settings/playbooks/new";
    let mut form = admin.page(page).await.form("Name").set("Name", name);
    for (n, (subject, owner)) in steps.iter().enumerate() {
        form = form.set(&format!("Subject of step {}", n + 1), subject);
        form = form.force(&format!("owner-{n}"), owner);
    }
    for stage in stages {
        form = form.check(stage);
    }
    admin.submit(page, &form.press("Save playbook")).await.expect_redirect();
}

/// Presses a stage of the path on the deal's page.
async fn step(client: &Client, deal: &str, stage: &str) -> Html {
    let page = client.page(deal).await;
    let buttons = page.all("button").map(|b| b.text());
    let button = buttons.into_iter().find(|text| text.starts_with(stage)).expect("the stage is on the path");
    let answer = client.submit(deal, &page.form(&button).press(&button)).await;
    client.follow(&answer).await
}

/// Subjects of all tasks that are not in the bin, with their owners.
async fn tasks(client: &Client) -> Vec<String> {
    let csv = client.get("/tasks.csv?columns=subject,owner,status&sort=subject").await.expect(200).text();
    csv.lines().skip(1).map(str::to_owned).collect()
}

const FIRST: [(&str, &str); 2] = [("Send the price list", "deal_owner"), ("Call the technician", "deal_owner")];

#[tokio::test]
async fn a_deal_that_enters_a_stage_gets_its_tasks_once() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    playbook(&admin, "First offer", &["Proposal"], &FIRST).await;
    let account = rep.fill("/accounts/new", &[("Name", "Acme")]).await.expect_redirect();
    let account = account.rsplit('/').next().expect("an address has parts").to_owned();
    let form = rep.page("/deals/new").await.form("Name").set("Name", "Line 4").force("account", &account);
    let deal = rep.submit("/deals/new", &form).await.expect_redirect();
    assert!(tasks(&rep).await.is_empty(), "the first stage starts nothing");
    let page = step(&rep, &deal, "Proposal").await;
    assert!(page.says("Moved to Proposal. Playbook First offer: 2 tasks added"), "{}", page.text());
    assert_eq!(tasks(&rep).await.len(), 2);
    assert!(page.says("Send the price list") && page.says("Playbook First offer"), "the record shows both");
    let task = page.links().into_iter().find(|l| l.text.contains("Send the price list")).expect("it is listed").href;
    let task_page = rep.page(&task).await;
    assert_eq!(task_page.fact("From"), "Playbook First offer");
    assert!(task_page.says("Acme") && task_page.says("Line 4"), "it is about the deal and its account");
    // Back and again: nothing is taken, nothing is doubled.
    step(&rep, &deal, "Qualification").await;
    assert_eq!(tasks(&rep).await.len(), 2);
    let page = step(&rep, &deal, "Proposal").await;
    assert!(page.says("Playbook First offer: no task added, 2 already there"), "{}", page.text());
    // What was deleted is added again, what is done is not.
    rep.press(&task, "Delete").await.expect_redirect();
    step(&rep, &deal, "Qualification").await;
    let page = step(&rep, &deal, "Proposal").await;
    assert!(page.says("1 task added, 1 already there"), "{}", page.text());
}

#[tokio::test]
async fn the_undo_of_a_move_takes_back_the_tasks_that_nobody_touched() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    playbook(&admin, "First offer", &["Proposal"], &FIRST).await;
    let deal = rep.fill("/deals/new", &[("Name", "Line 4")]).await.expect_redirect();
    let page = step(&rep, &deal, "Proposal").await;
    let undo = page.form("Undo").press("Undo");
    let task = page.links().into_iter().find(|l| l.text.contains("Call the technician")).expect("it is listed").href;
    rep.fill(&format!("{task}/edit"), &[("Subject", "Call the chief technician")]).await.expect_redirect();
    rep.submit(&deal, &undo).await.expect_redirect();
    let page = rep.page(&deal).await;
    assert_eq!(page.fact("Stage"), "Qualification");
    let left = tasks(&rep).await;
    assert!(left.len() == 1 && left[0].contains("chief technician"), "{left:?}");
}

#[tokio::test]
async fn tasks_go_to_whom_their_part_is_for_else_to_the_deals_owner() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let olu = admin.page("/settings/people").await.link("Olu Bright");
    let olu_id = olu.rsplit('/').next().expect("an address has parts").to_owned();
    let steps = [
        ("A the account", "account_owner"),
        ("B one person", olu_id.as_str()),
        ("C mover", "mover"),
        ("D lead", "manager"),
    ];
    playbook(&admin, "Parts", &["Proposal"], &steps).await;
    let deal = rep.fill("/deals/new", &[("Name", "Line 4")]).await.expect_redirect();
    let page = step(&admin, &deal, "Proposal").await;
    assert!(page.says("4 tasks added, 2 for the deal’s owner because nobody else has that part"), "{}", page.text());
    let owners = |list: &[String]| -> Vec<String> {
        list.iter().map(|line| line.split(',').nth(2).unwrap_or_default().trim_matches('"').to_owned()).collect()
    };
    let all = tasks(&admin).await;
    assert_eq!(owners(&all), ["Rui Costa", "Olu Bright", "Ada Lindqvist", "Rui Costa"], "{all:?}");
    // Someone who has left gets nothing, even by name.
    let leaving = [("Who takes over", "Nobody: the records stay with Olu Bright")];
    admin.fill(&format!("{olu}/deactivation/new"), &leaving).await.expect_redirect();
    let other = rep.fill("/deals/new", &[("Name", "Line 5")]).await.expect_redirect();
    let page = step(&rep, &other, "Proposal").await;
    assert!(page.says("4 tasks added, 3 for the deal’s owner"), "{}", page.text());
}

#[tokio::test]
async fn a_playbook_is_started_by_hand_with_the_steps_that_are_ticked() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let deal = rep.fill("/deals/new", &[("Name", "Line 4")]).await.expect_redirect();
    let dialog = format!("{deal}/playbooks/new");
    assert!(rep.page(&dialog).await.says("There is no playbook in use yet"));
    playbook(&admin, "By hand", &[], &FIRST).await;
    let page = rep.page(&dialog).await;
    assert!(page.says("Send the price list") && page.says("Rui Costa"), "{}", page.text());
    let none = page.form("Send the price list").uncheck("Send the price list").uncheck("Call the technician");
    let refused = rep.submit(&dialog, &none).await.expect(422).html();
    assert!(refused.says("Tick at least one step"));
    let one = page.form("Send the price list").uncheck("Call the technician");
    let started = rep.submit(&dialog, &one).await;
    let page = rep.follow(&started).await;
    assert!(page.says("Playbook By hand: 1 task added"), "{}", page.text());
    assert!(rep.page(&dialog).await.says("There already"));
    rep.submit(&deal, &page.form("Undo").press("Undo")).await.expect_redirect();
    assert!(tasks(&rep).await.is_empty());
}

#[tokio::test]
async fn imports_and_removed_stages_start_nothing() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    playbook(&admin, "First offer", &["Proposal"], &FIRST).await;
    let page = "/imports";
    let form = admin.page(page).await.form("File").set("Each row is one of", "deals");
    let form = form.attach("File", "deals.csv", "Name,Stage\nLine 4,Proposal\n").press("Import");
    admin.submit(page, &form).await.expect_redirect();
    assert!(admin.get("/deals.csv").await.text().contains("Line 4"));
    assert!(tasks(&admin).await.is_empty());
    rep.fill("/deals/new", &[("Name", "Line 5")]).await.expect_redirect();
    let pipeline = admin.page("/settings/pipelines").await.link("Sales");
    let removal = admin.page(&pipeline).await.links().into_iter().find(|l| l.href.ends_with("/removal/new"));
    let removal = removal.expect("a stage can be removed").href;
    let form = admin.page(&removal).await.form("Move its deals to").set("Move its deals to", "Proposal");
    admin.submit(&removal, &form.press("Remove stage")).await.expect_redirect();
    assert!(tasks(&admin).await.is_empty());
}

#[tokio::test]
async fn a_playbook_that_is_put_away_or_deleted_starts_nothing_and_leaves_its_tasks() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    playbook(&admin, "First offer", &["Proposal"], &FIRST).await;
    let deal = rep.fill("/deals/new", &[("Name", "Line 4")]).await.expect_redirect();
    step(&rep, &deal, "Proposal").await;
    let edit = admin.page("/settings/playbooks").await.link("First offer");
    let form = admin.page(&edit).await.form("Name").uncheck("In use");
    admin.submit(&edit, &form.press("Save playbook")).await.expect_redirect();
    let other = rep.fill("/deals/new", &[("Name", "Line 5")]).await.expect_redirect();
    assert!(!step(&rep, &other, "Proposal").await.says("Playbook"));
    admin.press(&edit, "Delete").await.expect_redirect();
    assert_eq!(tasks(&rep).await.len(), 2);
    let page = rep.page(&deal).await;
    let task = page.links().into_iter().find(|l| l.text.contains("Call the technician")).expect("it is listed").href;
    assert_eq!(rep.page(&task).await.fact("From"), "Playbook First offer");
}

#[tokio::test]
async fn what_is_wrong_with_a_playbook_stands_beside_its_field() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let page = "/settings/playbooks/new";
    let form =
        admin.page(page).await.form("Name").set("Name", "").set("Subject of step 1", "Call").force("days-0", "x");
    let refused = admin.submit(page, &form.press("Save playbook")).await.expect(422).html();
    assert!(refused.says("Write a name") && refused.says("“x” is no number of days"), "{}", refused.text());
    assert_eq!(refused.field("Subject of step 1").value, "Call", "what was typed is kept");
    let form = refused.form("Name").press("Another step");
    let more = admin.submit(page, &form).await.expect(200).html();
    assert_eq!(more.field("Subject of step 1").value, "Call");
    assert!(more.by_id("subject-4").is_some(), "a fifth step");
    playbook(&admin, "First offer", &[], &FIRST).await;
    let form = admin.page(page).await.form("Name").set("Name", "FIRST offer").set("Subject of step 1", "Call");
    let refused = admin.submit(page, &form.press("Save playbook")).await.expect(422).html();
    assert!(refused.says("There is a playbook “First offer”"));
    // Two admins at once.
    let edit = admin.page("/settings/playbooks").await.link("First offer");
    let form = admin.page(&edit).await.form("Name").set("Subject of step 1", "Mine");
    let theirs = admin.page(&edit).await.form("Name").set("Subject of step 1", "Theirs");
    admin.submit(&edit, &theirs.press("Save playbook")).await.expect_redirect();
    let conflict = admin.submit(&edit, &form.press("Save playbook")).await.expect(409).html();
    assert!(conflict.says("its steps are Theirs") && conflict.field("Subject of step 1").value == "Mine");
}
