//! Qualifying and disqualifying leads, taking it back, and the questions that are asked.

use crate::support::*;

async fn lead(client: &Client, given: &str, email: &str) -> String {
    let fields = [("Given name", given), ("E-mail", email), ("Lifecycle", "Lead")];
    client.fill("/contacts/new", &fields).await.expect_redirect()
}

/// The dialog of a lead's page.
fn dialog(url: &str) -> String {
    format!("{}/qualification/new", url.replace("/contacts/", "/leads/"))
}

fn taken_back(url: &str) -> String {
    format!("{}/qualification/undoing", url.replace("/contacts/", "/leads/"))
}

#[tokio::test]
async fn qualifying_makes_the_account_and_the_deal_and_undo_takes_all_of_it_back() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let page = rep.page(&url).await;
    assert_eq!(page.link("Qualify"), dialog(&url));
    let page = rep.page(&dialog(&url)).await;
    let form = page.form("Qualify and make deal");
    assert_eq!(form.field("Name of a new account").value, "Acme", "as the domain has it");
    let form = form.set("Deal", "Acme, torque heads").set("Amount", "18500").set("Expected close", "2027-01-29");
    let form = form.set("Budget", "20,000, from the plant").set("Need", "Audit in March");
    let deal = rep.submit(&dialog(&url), &form.press("Qualify and make deal")).await;
    let there = rep.follow(&deal).await;
    let deal = deal.expect_redirect();
    assert!(deal.starts_with("/deals/") && there.says("Ana is qualified"), "{deal}");
    assert!(there.says("Acme, torque heads") && there.says("$18,500") && there.says("20,000, from the plant"));
    let page = rep.page(&url).await;
    assert!(page.fact("Lifecycle").contains("Qualified") && page.fact("Lead status").contains("Qualified"));
    assert!(page.says("Audit in March") && page.says("Acme") && page.says("1 deal"), "{}", page.text());
    assert!(!page.says("Disqualify"), "a qualified lead is not decided on again");
    assert!(rep.page("/accounts").await.says("acme.example"));

    let back = rep.submit(&url, &page.form("Take back").press("Take back")).await;
    let page = rep.follow(&back).await;
    assert!(page.says("Taken back, with all that was made"), "{}", page.text());
    assert!(page.fact("Lifecycle").contains("Lead") && page.fact("Lead status").contains("New"));
    assert!(!page.says("Qualification") && page.says("None open."), "{}", page.text());
    rep.get(&deal).await.expect(404);
    assert!(rep.page("/accounts").await.says("No accounts"), "the account is in the bin");
    let bin = rep.page("/bin").await;
    assert!(bin.says("Acme") && bin.says("Acme, torque heads"));
    let twice = rep.post::<&str, &str>(&taken_back(&url), &[]).await;
    assert!(rep.follow(&twice).await.says("Nothing was decided about Ana"));
    // And it can be decided again.
    let form = rep.page(&dialog(&url)).await.form("Qualify only").press("Qualify only");
    assert_eq!(rep.submit(&dialog(&url), &form).await.expect_redirect(), url);
}

#[tokio::test]
async fn the_account_is_found_by_domain_and_by_name_and_stays_when_others_belong_to_it() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let acme =
        rep.fill("/accounts/new", &[("Name", "Acme Tools"), ("Domains", "acme.example")]).await.expect_redirect();
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let twin = [("given_name", "Ana"), ("email", "other@acme.example"), ("lifecycle", "lead"), ("anyway", "true")];
    rep.post("/contacts", &twin).await.expect_redirect();
    let page = rep.page(&dialog(&url)).await;
    assert!(page.says("Acme Tools") && page.says("has the domain acme.example"), "{}", page.text());
    assert!(page.says("Maybe the same person: Ana"));
    let form = page.form("Qualify only").press("Qualify only");
    rep.submit(&dialog(&url), &form).await.expect_redirect();
    assert_eq!(rep.page(&url).await.link("Acme Tools"), acme);

    let second = lead(&rep, "Ben", "ben@nordwind.example").await;
    let form = rep.page(&dialog(&second)).await.form("Qualify only").press("Qualify only");
    rep.submit(&dialog(&second), &form).await.expect_redirect();
    let nordwind = rep.page(&second).await.link("Nordwind");
    let id = nordwind.trim_start_matches("/accounts/").to_owned();
    let colleague = [("given_name", "Cleo"), ("account", id.as_str()), ("lifecycle", "customer"), ("anyway", "true")];
    rep.post("/contacts", &colleague).await.expect_redirect();
    let back = rep.post::<&str, &str>(&taken_back(&second), &[]).await;
    assert!(rep.follow(&back).await.says("the account stays, because others belong to it by now"));
    rep.get(&nordwind).await.expect(200);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let at = dialog(&url);
    let form = rep.page(&at).await.form("Qualify and make deal");
    let form = form.set("Amount", "18.5000").set("Expected close", "2027-02-30").set("Budget", "Ten");
    let again = rep.submit(&at, &form.press("Qualify and make deal")).await.expect(422).html();
    assert!(again.field("Amount").error.is_some() && again.field("Expected close").error.is_some());
    assert_eq!(again.field("Budget").value, "Ten");
    // Without a deal its fields say nothing; but someone else was faster.
    other.press(&format!("{url}/edit"), "Save contact").await.expect_redirect();
    let form = again.form("Qualify only").press("Qualify only");
    let late = rep.submit(&at, &form).await.expect(422).html();
    assert!(late.says("Someone changed Ana while you were deciding") && late.field("Budget").value == "Ten");
    let agent = server.sign_in_as(Person::Agent).await;
    agent.get(&at).await.expect(403);
    assert!(!agent.page(&url).await.says("Qualify"));
}

#[tokio::test]
async fn a_stage_that_asks_for_more_says_what_is_missing() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let rules = "/settings/pipelines/1/stages/1/rules";
    let form = admin.page(rules).await.form("Save rules").check("Amount");
    admin.submit(rules, &form).await.expect_redirect();
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let form = rep.page(&dialog(&url)).await.form("Qualify and make deal").press("Qualify and make deal");
    let refused = rep.submit(&dialog(&url), &form).await.expect(422).html();
    assert!(refused.says("Qualification asks for: amount."), "{:?}", refused.links());
    assert!(rep.page(&url).await.fact("Lifecycle").contains("Lead"), "nothing happened");
    assert!(rep.page("/accounts").await.says("No accounts"));
}

#[tokio::test]
async fn disqualifying_asks_for_the_reason_and_reminds_on_the_day() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let at = rep.page(&url).await.link("Disqualify");
    let page = rep.page(&at).await;
    let again = rep.submit(&at, &page.form("Disqualify").press("Disqualify")).await.expect(422).html();
    assert!(again.field("Reason").error.is_some());
    let form = again.form("Disqualify").set("Reason", "Not this year").set("Come back on", "2020-01-15");
    let again = rep.submit(&at, &form.press("Disqualify")).await.expect(422).html();
    assert!(again.field("Come back on").error.is_some_and(|e| e.contains("after today")));
    let form = again.form("Disqualify").set("Come back on", "2099-01-15").set("Note", "Budget comes in spring");
    rep.submit(&at, &form.press("Disqualify")).await.expect_redirect();
    let page = rep.page(&url).await;
    assert!(page.fact("Lead status").contains("Disqualified") && page.says("Not this year: Budget comes in spring"));
    assert!(page.says("Come back to Ana") && rep.page("/tasks").await.says("Come back to Ana"));
    assert!(page.says("disqualified because") || page.says("Disqualified because"), "{}", page.text());
    let back = rep.submit(&url, &page.form("Take back").press("Take back")).await;
    let page = rep.follow(&back).await;
    assert!(page.fact("Lead status").contains("New") && !rep.page("/tasks").await.says("Come back to Ana"));
}

#[tokio::test]
async fn the_company_chooses_what_is_asked() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let form = rep.page(&dialog(&url)).await.form("Qualify only").set("Budget", "Ten").press("Qualify only");
    rep.submit(&dialog(&url), &form).await.expect_redirect();
    let at = "/settings/qualification";
    let own = admin.page(at).await.form("Add").set("Name of a new one", "Ours");
    let twice = own.clone().set("Its questions", "Fit: does it?\nfit").press("Add");
    assert!(admin.submit(at, &twice).await.expect(422).html().says("stands there twice"));
    let own = own.set("Its questions", "Fit: Is it <b>what</b> we make?\nBudget: How much?").press("Add");
    admin.submit(at, &own).await.expect_redirect();
    let page = admin.page(at).await;
    let choose = page.form("Save choice").choose("Ours").press("Save choice");
    admin.submit(at, &choose).await.expect_redirect();
    let second = lead(&rep, "Ben", "ben@nordwind.example").await;
    let page = rep.page(&dialog(&second)).await;
    assert!(page.says("Is it <b>what</b> we make?") && !page.says("Authority"), "{}", page.text());
    // A question taken out is asked no more, but its answer stays.
    let bant = admin.page(at).await.form("Save BANT").set("Questions", "Need: What has to change?").press("Save BANT");
    admin.submit(at, &bant).await.expect_redirect();
    assert!(rep.page(&url).await.says("Ten"));
    let stale = admin.submit(at, &bant).await.expect(409).html();
    assert!(stale.says("Someone changed these questions"));
    admin.submit(at, &admin.page(at).await.form("Save choice").choose("No questions").press("Save choice")).await;
    assert!(!rep.page(&dialog(&second)).await.says("Questions"));
    rep.get(at).await.expect(403);
}

#[tokio::test]
async fn taking_back_leaves_what_was_changed_since() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let form = rep.page(&dialog(&url)).await.form("Qualify and make deal").press("Qualify and make deal");
    let deal = rep.submit(&dialog(&url), &form).await.expect_redirect();
    let edit = format!("{deal}/edit");
    let changed = other.page(&edit).await.form("Save deal").set("Amount", "500");
    other.submit(&edit, &changed).await.expect_redirect();
    let edit = format!("{url}/edit");
    let won = other.page(&edit).await.form("Save contact").set("Lifecycle", "Customer").set("Owner", "Olu Bright");
    other.submit(&edit, &won).await.expect_redirect();
    let back = rep.post::<&str, &str>(&taken_back(&url), &[]).await;
    let page = rep.follow(&back).await;
    for words in ["the deal stays", "the status stays", "the account stays"] {
        assert!(page.says(words), "{words}: {}", page.text());
    }
    assert!(page.fact("Lifecycle").contains("Customer") && page.fact("Owner").contains("Olu Bright"));
    assert!(rep.page(&deal).await.says("$500"));
}

#[tokio::test]
async fn a_lead_that_was_given_up_stands_apart_and_its_reminder_goes_when_it_is_qualified() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let url = lead(&rep, "Ana", "ana@acme.example").await;
    let no = format!("{}/disqualification/new", url.replace("/contacts/", "/leads/"));
    let form = rep.page(&no).await.form("Disqualify").set("Reason", "Not this year").set("Come back on", "2030-01-15");
    rep.submit(&no, &form.press("Disqualify")).await.expect_redirect();
    for list in ["/leads", "/leads?owner=me"] {
        assert!(rep.page(list).await.says("No leads") || rep.page(list).await.says("Nothing matches"), "{list}");
    }
    let tab = rep.page(&rep.page("/leads").await.link("Disqualified 1")).await;
    assert!(tab.says("1 lead") && tab.says("Ana"));
    assert!(rep.page("/leads?status=disqualified").await.says("1 lead"));
    assert_eq!(rep.get("/leads.csv").await.text().lines().count(), 1);
    let open = async || rep.page("/tasks?status=open").await.says("Come back to Ana");
    assert!(open().await);
    let form = rep.page(&dialog(&url)).await.form("Qualify only").press("Qualify only");
    rep.submit(&dialog(&url), &form).await.expect_redirect();
    assert!(!open().await, "they are here");
    rep.post::<&str, &str>(&taken_back(&url), &[]).await.expect_redirect();
    assert!(open().await, "as it was before");
}

#[tokio::test]
async fn a_new_account_goes_with_the_last_of_the_decisions_that_used_it() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let (one, two) = (lead(&rep, "Ana", "ana@acme.example").await, lead(&rep, "Ben", "ben@acme.example").await);
    let form = rep.page(&dialog(&one)).await.form("Qualify only").press("Qualify only");
    rep.submit(&dialog(&one), &form).await.expect_redirect();
    let form = rep.page(&dialog(&two)).await.form("Qualify only").press("Qualify only");
    rep.submit(&dialog(&two), &form).await.expect_redirect();
    let acme = rep.page(&two).await.link("Acme");
    rep.post::<&str, &str>(&taken_back(&one), &[]).await.expect_redirect();
    rep.get(&acme).await.expect(200);
    rep.post::<&str, &str>(&taken_back(&two), &[]).await.expect_redirect();
    rep.get(&acme).await.expect(404);
}
