//! Leads: their statuses, campaign and rating.

use crate::support::*;

#[tokio::test]
async fn the_company_names_its_own_statuses() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let settings = "/settings/lead-statuses";
    admin.fill(settings, &[("New status", "Demo agreed"), ("Kind", "Working")]).await.expect_redirect();
    assert!(admin.fill(settings, &[("New status", "demo AGREED")]).await.expect(422).html().says("there already"));
    assert!(admin.fill(settings, &[("New status", " ")]).await.expect(422).html().says("at most 60 signs"));
    let url = rep
        .fill(
            "/contacts/new",
            &[("Given name", "Ana"), ("Lead status", "Demo agreed"), ("Rating", "Hot"), ("Campaign", "Fair <b>1</b>")],
        )
        .await
        .expect_redirect();
    let page = rep.page(&url).await;
    assert!(page.fact("Lead status").contains("Demo agreed") && page.fact("Lead status").contains("Hot"));
    assert_eq!(page.fact("Campaign"), "Fair <b>1</b>");
    // Its key stays when it is renamed: leads follow, and so do addresses of views.
    admin.post("/settings/lead-statuses/demoagreed", &[("name", "Demo planned")]).await.expect_redirect();
    assert!(rep.page(&url).await.fact("Lead status").contains("Demo planned"));
    assert!(rep.page("/leads?status=demoagreed&rating=hot").await.says("Demo planned"));
    assert!(rep.get("/leads.csv").await.text().contains("Demo planned"));
    assert!(rep.page("/leads?campaign=Fair+%3Cb%3E1%3C%2Fb%3E").await.says("1 lead"));
    // Put away, it is no longer offered but to those who have it; brought back, it is.
    admin.post("/settings/lead-statuses/demoagreed", &[("active", "false")]).await.expect_redirect();
    assert!(!rep.get("/contacts/new").await.text().contains("Demo planned"));
    assert!(rep.get(&format!("{url}/edit")).await.text().contains("Demo planned"));
    admin.post("/settings/lead-statuses/demoagreed", &[("active", "true")]).await.expect_redirect();
    assert!(rep.get("/contacts/new").await.text().contains("Demo planned"));
    // What arrives needs a status to begin with.
    let last = admin.post("/settings/lead-statuses/new", &[("active", "false")]).await.expect(422);
    assert!(last.html().says("only status"));
    admin.post("/settings/lead-statuses/nothing", &[("name", "X")]).await.expect(404);
    admin.post("/settings/lead-statuses/demoagreed", &[("raise", "true")]).await.expect_redirect();
    rep.get(settings).await.expect(403);
}

#[tokio::test]
async fn one_line_fills_the_form_and_names_who_is_there_already() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    rep.fill("/accounts/new", &[("Name", "Acme")]).await.expect_redirect();
    assert!(rep.page("/leads").await.says("Quick entry"));
    let line = "/leads/quick?line=Ana+Souza%2C+ana%40acme.example%2C+Acme%2C+%2B55+11+95550-0142%2C+Head+of+Sales";
    let form = rep.get(line).await.expect_redirect();
    let page = rep.page(&form).await;
    for (label, value) in [
        ("Shown as", "Ana Souza"),
        ("E-mail", "ana@acme.example"),
        ("Phone", "+55 11 95550-0142"),
        ("Job title", "Head of Sales"),
    ] {
        assert_eq!(page.field(label).value, value, "{label}");
    }
    let url = rep.submit(&form, &page.form("Save contact")).await.expect_redirect();
    let shown = rep.page(&url).await;
    assert!(shown.heading() == "Ana Souza" && shown.says("Acme") && shown.fact("Lead status").contains("New"));
    // The same line again: the form says at once who it may be.
    let again = rep.page(&rep.get(line).await.expect_redirect()).await;
    assert!(again.says("This may be someone you have already") && again.says("has the e-mail ana@acme.example"));
    // What is no name, number or address is kept in words, and nothing of it runs.
    let odd = rep.get("/leads/quick?line=%3Cscript%3Ealert(1)%3C%2Fscript%3E%3B+a%2Fb").await.expect_redirect();
    assert!(!rep.get(&odd).await.text().contains("<script>alert"));
    assert_eq!(rep.get("/leads/quick").await.expect_redirect(), "/contacts/new?lifecycle=lead");
}
