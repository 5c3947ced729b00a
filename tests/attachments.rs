//! Files beside records: put there, got, taken away and brought back.

use crate::support::*;

async fn attach(client: &Client, about: &str, name: &str, bytes: &[u8]) -> Answer {
    let page = format!("/attachments/new?about={about}");
    let form = client.page(&page).await.form("Add file").attach("File", name, bytes).press("Add file");
    client.submit(&page, &form).await
}

#[tokio::test]
async fn a_file_is_given_out_as_it_came_and_runs_nowhere() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = rep.fill("/deals/new", &[("Name", "Mill")]).await.expect_redirect();
    let page = b"<html><script>alert(1)</script></html>\0\xff";
    attach(&rep, "deal:1", "Angebot für 株式会社.html", page).await.expect_redirect();
    let link = rep.page(&deal).await.link("Angebot für 株式会社.html");
    let answer = rep.get(&link).await.expect(200);
    assert_eq!(answer.bytes, page);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let disposition = answer.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename*=UTF-8''Angebot%20f%C3%BCr"), "{disposition}");
    // The same content beside another record is kept once, and outlives the first.
    attach(&rep, "deal:1", "copy.html", page).await.expect_redirect();
    let gone = rep.press(&deal, "Delete copy.html").await;
    let page = rep.follow(&gone).await;
    assert!(page.links().iter().all(|l| l.text != "copy.html") && rep.get(&link).await.status == 200);
    rep.submit(&deal, &page.form("Undo").press("Undo")).await.expect_redirect();
    assert!(rep.page(&deal).await.links().iter().any(|l| l.text == "copy.html"));
}

#[tokio::test]
async fn a_file_too_large_or_empty_is_refused_in_words() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    rep.fill("/deals/new", &[("Name", "Mill")]).await.expect_redirect();
    for (bytes, words) in [(vec![0; 26 * 1024 * 1024], "larger than 25 MB"), (Vec::new(), "This file is empty")] {
        let refused = attach(&rep, "deal:1", "a.bin", &bytes).await.expect(422).html();
        let error = refused.field("File").error.expect("the sentence stands beside the field");
        assert!(error.contains(words), "{error}");
    }
    rep.get("/attachments/new?about=deal:99").await.expect(404);
    rep.get("/attachments/new?about=nothing").await.expect(404);
    let agent = server.sign_in_as(Person::Agent).await;
    agent.get("/attachments/new?about=deal:1").await.expect(403);
}

#[tokio::test]
async fn an_erased_record_takes_its_files_along() {
    let server = Server::start();
    let manager = server.sign_in_as(Person::Manager).await;
    let contact = manager.fill("/contacts/new", &[("Given name", "Ana")]).await.expect_redirect();
    attach(&manager, "contact:1", "cv.pdf", b"%PDF").await.expect_redirect();
    let link = manager.page(&contact).await.link("cv.pdf");
    manager.press(&contact, "Delete").await.expect_redirect();
    manager.get(&link).await.expect(404);
    manager.post::<&str, &str>(&format!("{contact}/erasure"), &[]).await.expect(303);
    manager.get(&link).await.expect(404);
}
