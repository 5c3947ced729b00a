//! Accounts: added, changed, found, grouped, thrown away and brought back.

use crate::support::*;

/// Adds an account and returns its address.
async fn add(client: &Client, fields: &[(&str, &str)]) -> String {
    client.fill("/accounts/new", fields).await.expect_redirect()
}

#[tokio::test]
async fn an_account_shows_what_was_written_of_it() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(
        &client,
        &[
            ("Name", "Lindqvist & Söhne"),
            ("Domains", "https://www.Lindqvist.example/de, soehne.example"),
            ("Industry", "Machinery"),
            ("Employees", "1,240"),
            ("Annual revenue", "212,000,000.50"),
            ("Phone", "+49 711 5550177"),
            ("Street", "Industriestraße 14"),
            ("Town", "Stuttgart"),
            ("Other town", "Kiel"),
            ("Tags", "Gold, Reference"),
            ("Description", "Makes torque heads."),
        ],
    )
    .await;
    let page = client.page(&url).await;
    assert_eq!(page.heading(), "Lindqvist & Söhne");
    assert_eq!(page.fact("Domains"), "lindqvist.example, soehne.example");
    assert!(page.fact("Revenue").contains("212,000,000.50"), "{}", page.fact("Revenue"));
    assert_eq!(page.fact("Other address"), "Kiel");
    assert_eq!(page.fact("Tags"), "Gold Reference");
    assert!(page.says("Machinery, 1,240 people"));
    let row = client.page("/accounts").await.row("Lindqvist & Söhne");
    assert!(row.contains(&"lindqvist.example".to_owned()), "{row:?}");
    for words in ["soehne.example", "lindq sohne", "5550177", "lindqvistsohne"] {
        let found = client.page(&format!("/search?q={words}")).await;
        assert!(found.says("Lindqvist & Söhne"), "{words} finds it");
    }
}

#[tokio::test]
async fn a_wrong_form_says_why_and_keeps_what_was_typed() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let answer = client
        .fill("/accounts/new", &[("Name", " "), ("Domains", "no domain at"), ("Employees", "many"), ("Phone", "x")])
        .await
        .expect(422);
    let page = answer.html();
    for (label, typed) in [("Domains", "no domain at"), ("Employees", "many"), ("Phone", "x")] {
        let field = page.field(label);
        assert_eq!(field.value, typed);
        assert!(field.error.is_some_and(|e| !e.is_empty()), "{label} says what is wrong");
    }
    assert!(page.field("Name").error.is_some());
    assert!(client.page("/accounts").await.says("No accounts yet"));
}

#[tokio::test]
async fn a_company_like_one_we_have_is_asked_about_and_may_be_added() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    add(&client, &[("Name", "Nordic Torque AB"), ("Domains", "nordic.example")]).await;
    for fields in [
        [("Name", "Something else"), ("Domains", "nordic.example")],
        [("Name", "NordicTorque AB"), ("Domains", "")],
        [("Name", "Nordik Torque"), ("Domains", "")],
    ] {
        let answer = client.fill("/accounts/new", &fields).await.expect(422);
        assert!(answer.html().says("Nordic Torque AB"), "{fields:?}");
    }
    let asked = client.fill("/accounts/new", &[("Name", "Nordic Torque"), ("Domains", "")]).await.expect(422).html();
    let form = asked.form("Add anyway").press("Add anyway");
    client.submit("/accounts", &form).await.expect_redirect();
    assert!(client.page("/accounts").await.says("2 accounts"));
}

#[tokio::test]
async fn two_people_editing_one_account_see_both_versions_and_choose() {
    let server = Server::start();
    let (one, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let url = add(&one, &[("Name", "Verde"), ("Industry", "Logistics")]).await;
    let edit = format!("{url}/edit");
    let first = one.page(&edit).await.form("Name").set("Industry", "Freight").set("Employees", "12");
    let second = other.page(&edit).await.form("Name").set("Industry", "Shipping").set("Phone", "+49 711 5550177");
    one.submit(&edit, &first).await.expect_redirect();
    let conflict = other.submit(&edit, &second).await.expect(409).html();
    assert!(conflict.says("Two versions of Verde") && conflict.says("Freight") && conflict.says("Shipping"));
    let choice =
        conflict.form("Save what is chosen").force("choose.industry", "theirs").force("choose.employees", "theirs");
    other.submit(&url, &choice).await.expect_redirect();
    let page = other.page(&url).await;
    assert!(page.says("Freight, 12 people") && page.says("+49 711 5550177"), "{}", page.text());
}

#[tokio::test]
async fn an_account_cannot_stand_under_itself() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let top = add(&client, &[("Name", "Top")]).await;
    let middle = add(&client, &[("Name", "Middle"), ("Parent account", "Top")]).await;
    add(&client, &[("Name", "Bottom"), ("Parent account", "Middle")]).await;
    let answer = client.fill(&format!("{top}/edit"), &[("Parent account", "Bottom")]).await.expect(422);
    let field = answer.html().field("Parent account");
    assert!(field.error.is_some_and(|e| e.contains("already belongs to this account")));
    let own = top.trim_start_matches("/accounts/").to_owned();
    let form = client.page(&format!("{top}/edit")).await.form("Name").force("parent", &own);
    client.submit(&top, &form).await.expect(422);
    let page = client.page(&middle).await;
    assert!(page.says("Top") && page.says("Bottom"), "the whole group stands on each page");
}

#[tokio::test]
async fn a_new_name_reaches_the_people_of_the_account() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(&client, &[("Name", "Old name")]).await;
    let person =
        client.fill("/contacts/new", &[("Given name", "Ana"), ("Account", "Old name")]).await.expect_redirect();
    client.fill(&format!("{url}/edit"), &[("Name", "New name")]).await.expect_redirect();
    assert!(client.page(&person).await.says("New name"));
    assert!(client.page("/contacts").await.row("Ana").contains(&"New name".to_owned()));
    assert!(client.page(&url).await.says("Ana"));
    let page = client.page(&url).await;
    assert!(page.says("changed Name from Old name to New name"), "{}", page.text());
}

#[tokio::test]
async fn an_account_in_the_bin_comes_back_by_undo() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(&client, &[("Name", "Acme"), ("Domains", "acme.example")]).await;
    let gone = client.press(&format!("{url}/edit"), "Delete").await;
    let list = client.follow(&gone).await;
    assert!(list.says("Acme moved to the bin"));
    client.get(&url).await.expect(404);
    assert!(!client.page("/search?q=acme").await.says("acme.example"));
    assert!(client.page("/bin").await.says("deleted by Rui Costa"));
    client.submit("/accounts", &list.form("Undo").press("Undo")).await.expect_redirect();
    assert!(client.page(&url).await.says("restored it from the bin"));
    assert!(client.page("/search?q=acme").await.says("acme.example"));
    assert!(client.page("/bin").await.says("The bin is empty"));
}

#[tokio::test]
async fn an_erased_account_leaves_its_people_and_its_daughters() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Manager).await;
    let url = add(&client, &[("Name", "Acme")]).await;
    let daughter = add(&client, &[("Name", "Zenith"), ("Parent account", "Acme")]).await;
    let person = client.fill("/contacts/new", &[("Given name", "Ana"), ("Account", "Acme")]).await.expect_redirect();
    client.post::<&str, &str>(&format!("{url}/erasure"), &[]).await.expect(400);
    client.press(&format!("{url}/edit"), "Delete").await.expect_redirect();
    assert!(client.page(&person).await.says("Acme"), "the name stays while it is in the bin");
    client.press("/bin", "Erase for good, without a way back").await.expect_redirect();
    assert!(client.page("/bin").await.says("The bin is empty"));
    assert!(!client.page(&person).await.says("Acme"));
    assert_eq!(client.page(&daughter).await.heading(), "Zenith");
    client.post::<&str, &str>(&format!("{url}/restoration"), &[]).await.expect(404);
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_exported_whole() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    for i in 0..60 {
        let industry = if i % 2 == 0 { "Food, drinks" } else { "Retail" };
        let fields = [("name", format!("Firm {i:02}")), ("industry", industry.into()), ("employees", i.to_string())];
        client.post("/accounts", &[fields.as_slice(), &[("anyway", "1".into())]].concat()).await.expect_redirect();
    }
    let list = client.page("/accounts?industry=Food%5C,+drinks&employees.from=10&sort=-employees").await;
    assert!(list.says("25 accounts") && list.says("Industry is Food, drinks"), "{}", list.text());
    assert_eq!(list.rows()[0][1], "Firm 58");
    let first = client.page("/accounts").await;
    let second = client.page(&first.link("Next")).await;
    assert_eq!((first.rows().len(), second.rows().len()), (50, 10));
    assert_eq!(client.page(&second.link("Previous")).await.rows(), first.rows());
    let csv = client.get("/accounts.csv?industry=Retail").await.expect(200).text();
    assert_eq!(csv.lines().count(), 31);
    assert!(csv.contains("Firm 59") && !csv.contains("Firm 58"));
}

#[tokio::test]
async fn selected_accounts_change_hands_and_go_together() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    for name in ["Alpha", "Beta", "Gamma"] {
        add(&client, &[("Name", name)]).await;
    }
    let ticked = |page: Html| page.form("Select Alpha").check("Select Alpha").check("Select Gamma");
    let form = ticked(client.page("/accounts").await).set("New owner", Person::OtherRep.name()).press("Assign");
    client.submit("/accounts", &form).await.expect_redirect();
    assert!(client.page("/accounts?owner=me").await.says("1 account"));
    let form = ticked(client.page("/accounts").await).press("Delete");
    let done = client.submit("/accounts", &form).await;
    let list = client.follow(&done).await;
    assert!(list.says("2 accounts moved to the bin") && list.says("Beta") && !list.says("Gamma"));
    client.submit("/accounts", &list.form("Undo").press("Undo")).await.expect_redirect();
    assert!(client.page("/accounts").await.says("3 accounts"));
    let nothing = client.page("/accounts").await.form("Select Alpha").press("Delete");
    client.submit("/accounts", &nothing).await.expect(422);
    let all = client.page("/accounts").await.form("Select Alpha").force("all", "true").press("Delete");
    client.submit("/accounts?q=be", &all).await.expect_redirect();
    assert!(client.page("/accounts").await.says("No accounts yet"), "the form carries the address it stands on");
}

#[tokio::test]
async fn any_text_can_be_a_name_and_none_breaks_a_page() {
    let Some(file) = shared_data("names/naughty-strings/blns.txt") else { return };
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let text = std::fs::read_to_string(&file).expect("the list of strings can be read");
    let mut made = 0;
    for name in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let answer = client.post("/accounts", &[("name", name), ("anyway", "1")]).await;
        if answer.status == 422 {
            assert!(answer.html().field("Name").error.is_some(), "{name:?}");
            continue;
        }
        let url = answer.expect_redirect();
        let page = client.get(&url).await.expect(200).html();
        assert!(page.errors().is_empty(), "{name:?}: {:?}", page.errors());
        assert_eq!(page.all("script").count(), 1, "{name:?}");
        let kept = client.page(&format!("{url}/edit")).await.field("Name").value;
        assert_eq!(page.heading(), collapsed(&kept), "{name:?}");
        made += 1;
    }
    assert!(made > 400, "{made} names were taken");
    let mut next = "/accounts?size=200".to_owned();
    let mut seen = 0;
    loop {
        let page = client.get(&next).await.expect(200).html();
        assert!(page.errors().is_empty(), "{next}: {:?}", page.errors());
        seen += page.rows().len();
        match page.links().into_iter().find(|link| link.text == "Next") {
            Some(link) => next = link.href,
            None => break,
        }
    }
    assert_eq!(seen, made, "every name stands in the list once");
    let csv = client.get("/accounts.csv").await.expect(200);
    let mut reader = csv::ReaderBuilder::new().from_reader(&csv.bytes[3..]);
    assert_eq!(reader.records().filter(Result::is_ok).count(), made);
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
