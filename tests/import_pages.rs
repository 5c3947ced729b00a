//! The pages of imports: a file that is tried, told anew, imported, thrown away; and its bad rows.

use crate::support::*;

const FAIR: &str = "Name,E-mail,Oddity\nAna Souza,ana@souza.example,x\nBen,nobody,y\n";

/// Sends the file of a fair by the form, with this button; gives where that leads.
async fn send_fair(client: &Client, button: &str) -> String {
    let form = client.page("/imports").await.form("File").set("Each row is one of", "contacts");
    client.submit("/imports", &form.attach("File", "fair.csv", FAIR).press(button)).await.expect_redirect()
}

#[tokio::test]
async fn a_file_that_was_tried_is_imported_with_one_press() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let waiting = send_fair(&admin, "Try").await;
    let tried = admin.page(&waiting).await;
    assert!(tried.says("1 added") && tried.says("Nothing was kept"), "{}", tried.text());
    let reason = "E-mail: \"nobody\" is not an e-mail address: write one like name@example.com.";
    assert_eq!(tried.row("3")[1], reason);
    assert_eq!(server.database().number("SELECT count(*) FROM contacts"), 0);
    let bad = format!("Name,E-mail,Oddity,Line,Reason\nBen,nobody,y,3,\"{}\"\n", reason.replace('"', "\"\""));
    let file = admin.get(&format!("{waiting}/bad-rows.csv")).await.expect(200);
    assert_eq!(file.text(), bad);
    assert!(admin.page("/imports").await.links().iter().any(|link| link.href == waiting), "the list leads to it");

    // A server beside it on the same database knows the file too.
    let other = Server::on(server.database());
    let run = admin.at(other.address()).press(&waiting, "Import these rows").await.expect_redirect();
    let done = admin.page(&run).await;
    assert!(done.says("2 rows: 1 added, 0 changed, 0 unchanged, 1 bad."), "{}", done.text());
    assert_eq!(done.row("Oddity")[1], "left out");
    assert!(admin.page("/contacts").await.says("Ana Souza"));
    admin.get(&waiting).await.expect(404);
    let list = admin.page("/imports").await;
    assert!(list.says("fair.csv") && list.says(Person::Admin.name()), "{}", list.text());
    assert!(list.links().iter().any(|link| link.href == run), "the list leads to what became of it");
    assert_eq!(admin.get(&format!("{run}/bad-rows.csv")).await.expect(200).text(), bad, "still there afterwards");
    server.sign_in_as(Person::Manager).await.get(&run).await.expect(403);
}

#[tokio::test]
async fn columns_are_told_anew_on_the_page_of_a_tried_file() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let waiting = send_fair(&admin, "Try").await;
    let form = admin.page(&waiting).await.form("Oddity goes to");
    let twice = form.clone().set("Oddity goes to", "email").set("Name goes to", "job_title");
    let twice = twice.set("E-mail goes to", "job_title");
    let refused = admin.submit(&waiting, &twice).await.expect(422).html();
    assert!(refused.says("Two columns fill Job title: leave one of them out."), "{}", refused.text());
    assert_eq!(refused.field("Oddity goes to").value, "email", "what was chosen stays");
    let told = form.set("Oddity goes to", "job_title").set("E-mail goes to", "-");
    assert_eq!(admin.submit(&waiting, &told).await.expect_redirect(), waiting);
    let page = admin.page(&waiting).await;
    assert!(page.says("2 added, 0 changed, 0 unchanged, 0 bad"), "{}", page.text());
    admin.get(&format!("{waiting}/bad-rows.csv")).await.expect(404);
    admin.press(&waiting, "Import these rows").await.expect_redirect();
    let told = server.database().lines("SELECT name || ' ' || job_title AS line FROM contacts ORDER BY name");
    assert_eq!(told, ["Ana Souza x", "Ben y"]);
}

#[tokio::test]
async fn an_admin_imports_a_file_at_once_or_throws_it_away() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let done = admin.page(&send_fair(&admin, "Import").await).await;
    assert!(done.says("2 rows: 1 added, 0 changed, 0 unchanged, 1 bad."), "{}", done.text());
    let form = admin.page("/imports").await.form("File").press("Import");
    let refused = admin.submit("/imports", &form).await.expect(422).html();
    assert!(refused.says("Choose a file."), "{}", refused.text());

    let mut waiting = Vec::new();
    for _ in 0..11 {
        waiting.push(send_fair(&admin, "Try").await);
    }
    admin.get(&waiting[0]).await.expect(404);
    admin.press(&waiting[1], "Discard").await.expect_redirect();
    admin.get(&waiting[1]).await.expect(404);
    let own = server.database().number("SELECT count(*) FROM import_uploads");
    assert_eq!(own, 9, "ten files wait at most, and one was discarded");
    server.database().execute("UPDATE import_uploads SET created_at = '2026-01-02 03:04:05'");
    admin.get(&waiting[10]).await.expect(404);
    admin.post::<&str, &str>(&format!("{}/import", waiting[10]), &[]).await.expect(404);
    server.sign_in_as(Person::Manager).await.get("/imports").await.expect(403);
}
