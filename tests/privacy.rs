//! Names of records that a person may not see: nowhere to be read, not even as a copy.

use crate::support::*;

/// Signs in an admin and lets everybody else see their own records only.
async fn closed(server: &Server) -> Client {
    let admin = server.sign_in_as(Person::Admin).await;
    let company = admin
        .page("/settings/company")
        .await
        .form("Save company")
        .choose("People see their own records; managers see their teams");
    admin.submit("/settings/company", &company.press("Save company")).await.expect_redirect();
    admin
}

#[tokio::test]
async fn the_name_of_a_hidden_account_is_nowhere_to_be_read() {
    let server = Server::start();
    let admin = closed(&server).await;
    let rep = server.sign_in_as(Person::Rep).await;
    let secret =
        admin.fill("/accounts/new", &[("Name", "Quarzwerk AG"), ("Owner", "Olu Bright")]).await.expect_redirect();
    let id = secret.rsplit('/').next().expect("a number").to_owned();
    let person = rep.fill("/contacts/new", &[("Given name", "Ana"), ("Family name", "Souza")]).await.expect_redirect();
    let deal = rep.fill("/deals/new", &[("Name", "Mill")]).await.expect_redirect();
    for url in [&person, &deal] {
        admin.fill(&format!("{url}/edit"), &[("Account", "Quarzwerk AG")]).await.expect_redirect();
        assert!(admin.page(url).await.says("Quarzwerk AG"));
    }
    let pages = [
        "/contacts",
        "/contacts.csv",
        "/deals",
        "/deals.csv",
        "/deals/board",
        "/search?q=ana",
        "/search?q=mill",
        "/",
        &person,
        &format!("{person}/edit"),
        &deal,
        &format!("{deal}/edit"),
        &format!("{deal}/people/new?q=ana"),
        &format!("/contacts?account={id}"),
        &format!("/deals?account={id}"),
    ];
    for path in pages {
        assert!(!rep.get(path).await.expect(200).text().contains("Quarzwerk"), "{path}");
    }
    assert!(rep.page(&person).await.says("Hidden account"));
    // Saving another field leaves the account where it was.
    rep.fill(&format!("{person}/edit"), &[("Job title", "Buyer")]).await.expect_redirect();
    rep.fill(&format!("{deal}/edit"), &[("Next step", "Call Ana")]).await.expect_redirect();
    for url in [&person, &deal] {
        assert!(admin.page(url).await.says("Quarzwerk AG"), "{url}");
    }
}

#[tokio::test]
async fn an_account_in_the_bin_is_named_without_a_dead_link() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let account = rep.fill("/accounts/new", &[("Name", "Quarzwerk AG")]).await.expect_redirect();
    let person =
        rep.fill("/contacts/new", &[("Given name", "Ana"), ("Account", "Quarzwerk AG")]).await.expect_redirect();
    let deal = rep.fill("/deals/new", &[("Name", "Mill"), ("Account", "Quarzwerk AG")]).await.expect_redirect();
    rep.press(&account, "Delete").await.expect_redirect();
    for path in ["/contacts", "/deals", "/deals/board", &person, &deal] {
        let page = rep.page(path).await;
        assert!(page.says("Quarzwerk AG"), "{path}");
        assert!(page.links().iter().all(|link| link.href != account), "{path}");
    }
    assert!(rep.page(&person).await.says("in the bin"));
}

#[tokio::test]
async fn an_address_in_another_spelling_leads_to_the_page() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for (typed, meant) in
        [("/Contacts", "/contacts"), ("/contacts/", "/contacts"), ("/Deals/Board/?tag=x", "/deals/board?tag=x")]
    {
        assert_eq!(rep.get(typed).await.expect(308).header("location"), meant);
    }
    for nowhere in ["/nowhere", "/%2F%2Fevil.example/", "/evil//example"] {
        rep.get(nowhere).await.expect(404);
    }
}
