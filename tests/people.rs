//! Choosing a person where thousands work: no page lists them all, and each is found by name.

use crate::support::{Client, Person, Server};

const MANY: usize = 5000;

/// A company with so many people, two of them with names of their own.
fn crowd() -> Server {
    let server = Server::start();
    let mut file = String::from("Name,E-mail\nZoë Śliwa-Brandt,zoe@harbour.example\nZora Miles,zora@harbour.example\n");
    for n in 0..MANY {
        file.push_str(&format!("Person {n} of the yard,person{n}@harbour.example\n"));
    }
    let path = server.database().folder().join("people.csv");
    std::fs::write(&path, file).expect("the folder of the database takes files");
    server.rapport(&["import", "users", &path.to_string_lossy()]).expect_done();
    server
}

/// The bytes of a page, which must be few.
async fn small(client: &Client, path: &str) {
    let bytes = client.get(path).await.expect(200).bytes.len();
    assert!(bytes < 60_000, "{path} has {bytes} bytes");
}

#[tokio::test]
async fn among_thousands_a_person_is_found_by_name() {
    let server = crowd();
    let (rep, admin) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Admin).await);
    let contact = rep.fill("/contacts/new", &[("Given name", "Ana")]).await.expect_redirect();
    for path in [
        "/contacts",
        "/contacts/new",
        "/accounts",
        "/accounts/new",
        "/deals",
        "/deals/new",
        "/deals/board",
        "/tasks",
        "/tasks/new",
        "/leads",
    ] {
        small(&rep, path).await;
    }
    small(&admin, "/settings/teams/new").await;

    let found = rep.get("/people/options?q=sliwa").await.expect(200).text();
    assert!(found.contains("Zoë Śliwa-Brandt") && found.matches("<option").count() == 1, "{found}");
    let first = rep.get("/people/options?q=").await.expect(200).text();
    assert!(first.trim_start().lines().next().is_some_and(|line| line.contains("Rui Costa")), "{first}");
    assert_eq!(first.matches("<option").count(), 20);

    // In a form, without a script.
    let edit = format!("{contact}/edit");
    rep.fill(&edit, &[("Owner by name", "Sliwa Zoe")]).await.expect_redirect();
    assert!(rep.page(&contact).await.says("Zoë Śliwa-Brandt"));
    assert_eq!(
        rep.page(&edit).await.field("Owner").value,
        rep.page(&edit).await.form("Owner").set("Owner", "Zoë Śliwa-Brandt").field("Owner").value
    );
    let vague = rep.fill(&edit, &[("Owner by name", "zo")]).await.expect(422).html();
    let error = vague.field("Owner").error.expect("the sentence stands beside the field");
    assert!(error.contains("fits 2 people, such as Zoë Śliwa-Brandt and Zora Miles"), "{error}");
    assert_eq!(vague.field("Owner by name").value, "zo", "what was typed is kept");
    let unknown = rep.fill(&edit, &[("Owner by name", "Nessie")]).await.expect(422).html();
    assert!(unknown.says("Nobody here is called “Nessie”"));

    // In a filter.
    let list = rep.fill("/contacts", &[("Owner by name", "zora@harbour.example")]).await.expect(200).html();
    assert!(list.says("Owner is zora@harbour.example") && list.says("Nothing matches"), "{}", list.text());
    let list = rep.fill("/contacts", &[("Owner by name", "zoe sliwa")]).await.expect(200).html();
    assert!(list.says("Ana") && list.says("1 contact"), "{}", list.text());

    // For several at once.
    let form = rep.page("/contacts").await.form("Select Ana").check("Select Ana").press("Assign");
    rep.submit("/contacts", &form.set("New owner by name", "Zora")).await.expect_redirect();
    assert!(rep.page(&contact).await.says("Zora Miles"));
}

#[tokio::test]
async fn a_selection_without_an_owner_is_asked_for_one() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for name in ["Ana", "Ben", "Cleo"] {
        rep.fill("/contacts/new", &[("Given name", name)]).await.expect_redirect();
    }
    let at = "/contacts?owner=me&sort=-name&size=25";
    let form = rep.page(at).await.form("Select Ana").check("Select Ana").check("Select Ben").press("Assign");
    let again = rep.submit(at, &form).await.expect(422).html();
    assert!(again.says("Choose who they are for, then press Assign.") && again.says("Owner is Me"));
    let form = again.form("Select Ana");
    assert!(form.field("Select Ana").on && form.field("Select Ben").on && !form.field("Select Cleo").on);
    let done = rep.submit(at, &form.set("New owner", "Olu Bright").press("Assign")).await;
    assert_eq!(done.location.as_deref(), Some("/contacts?owner=me&sort=-name&size=25"));
    let list = rep.follow(&done).await;
    assert!(list.says("2 contacts assigned") && list.says("1 contact"), "{}", list.text());
    let back = rep.submit(at, &list.form("Undo").press("Undo")).await;
    assert_eq!(back.location.as_deref(), Some("/contacts?owner=me&sort=-name&size=25"));
    let list = rep.follow(&back).await;
    assert!(list.says("2 contacts given back") && list.says("3 contacts"), "{}", list.text());
}

#[tokio::test]
async fn an_undo_of_a_hand_over_leaves_what_went_on_to_someone_else() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    for noun in ["accounts", "deals"] {
        for name in ["Ana", "Ben"] {
            rep.fill(&format!("/{noun}/new"), &[("Name", name)]).await.expect_redirect();
        }
        let at = format!("/{noun}?owner=me");
        let give = async |who: &Client, at: &str, names: &[&str], to: &str| {
            let page = who.page(at).await.form("Select Ana");
            let ticked = names.iter().fold(page, |form, name| form.check(&format!("Select {name}")));
            who.submit(at, &ticked.set("New owner", to).press("Assign")).await
        };
        let done = give(&rep, &at, &["Ana", "Ben"], "Olu Bright").await;
        let list = rep.follow(&done).await;
        give(&manager, &format!("/{noun}"), &["Ana"], "Nobody").await.expect_redirect();
        let back = rep.submit(&at, &list.form("Undo").press("Undo")).await;
        let list = rep.follow(&back).await;
        assert!(list.says("given back") && list.says("Ben") && !list.says("Ana"), "{noun}: {}", list.text());
    }
}

#[tokio::test]
async fn an_undo_leads_back_to_the_page_it_was_done_on() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for n in 10..40 {
        let name = format!("Person {n}");
        rep.post("/contacts", &[("given_name", name.as_str()), ("owner", "3"), ("anyway", "true")]).await.expect(303);
    }
    let first = rep.page("/contacts?sort=-name&size=25").await;
    let second = first.link("Next");
    let form = rep.page(&second).await.form("Select Person 11").check("Select Person 11").press("Delete");
    let done = rep.submit(&second, &form).await;
    assert_eq!(done.location.as_deref(), Some(second.as_str()), "the page stays");
    let list = rep.follow(&done).await;
    assert!(list.says("1 contact moved to the bin") && !list.says("Person 11") && list.says("Person 12"));
    let back = rep.submit(&second, &list.form("Undo").press("Undo")).await;
    assert_eq!(back.location.as_deref(), Some(second.as_str()));
    assert!(rep.follow(&back).await.says("Person 11"));
    let page = rep.page(&second).await;
    let every = (10..15).fold(page.form("Select Person 11"), |form, n| form.check(&format!("Select Person {n}")));
    let done = rep.submit(&second, &every.press("Delete")).await;
    assert!(rep.follow(&done).await.says("Person 39"), "where a page has emptied, the first is shown");
}

mod browser {
    use super::{Person, crowd};
    use crate::support::Browser;

    #[tokio::test]
    async fn a_person_among_thousands_is_looked_up_while_typing() {
        let server = crowd();
        let browser = Browser::open(&server).await;
        browser.sign_in_as(Person::Rep).await;
        browser.visit("/contacts/new").await;
        browser.fill("Given name", "Ana").await;
        browser.fill("Owner", "sliwa").await;
        let option = browser.find_shown("//*[@role='option'][contains(., 'Śliwa')]", "the person looked up").await;
        option.click().await.expect("an option takes a click");
        browser.press("Save contact").await;
        browser.wait_for_text("Zoë Śliwa-Brandt").await;
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}
