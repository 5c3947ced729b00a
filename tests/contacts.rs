//! Contacts and leads: added, changed, found, at several accounts, thrown away and brought back.

use crate::support::*;

/// Adds a contact and returns its address.
async fn add(client: &Client, fields: &[(&str, &str)]) -> String {
    client.fill("/contacts/new", fields).await.expect_redirect()
}

#[tokio::test]
async fn a_contact_is_found_by_every_way_to_reach_them() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(
        &client,
        &[
            ("Given name", "Thandiwe"),
            ("Family name", "Dubé"),
            ("E-mail", "T.Dube@lindqvist.example"),
            ("Phone", "+5511955500142"),
            ("Job title", "Plant manager"),
        ],
    )
    .await;
    let page = client.page(&url).await;
    assert_eq!(page.heading(), "Thandiwe Dubé");
    assert!(page.says("+55 11 95550-0142"), "the number is spaced as its country does");
    for words in ["dube", "t.dube@lind", "lindqvist.example", "11 95550-0142", "95550 0142", "5550-0142", "+55 11 9555"]
    {
        let query = words.replace('+', "%2B").replace(' ', "+");
        assert!(client.page(&format!("/search?q={query}")).await.says("Thandiwe Dubé"), "{words} finds them");
    }
}

#[tokio::test]
async fn a_person_like_one_we_have_is_asked_about() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    client.fill("/accounts/new", &[("Name", "Acme")]).await.expect_redirect();
    add(
        &client,
        &[
            ("Given name", "Karl"),
            ("Family name", "Lindqvist"),
            ("E-mail", "karl@acme.example"),
            ("Phone", "+49 711 5550177"),
            ("Account", "Acme"),
        ],
    )
    .await;
    for fields in [
        [("Given name", "Someone"), ("E-mail", "KARL@acme.example"), ("Account", "No account")],
        [("Given name", "Someone"), ("Phone", "+497115550177"), ("Account", "No account")],
        [("Given name", "Karl"), ("Family name", "Lindquist"), ("Account", "Acme")],
    ] {
        let answer = client.fill("/contacts/new", &fields).await.expect(422);
        assert!(answer.html().says("Karl Lindqvist"), "{fields:?}");
    }
    let asked = client.fill("/contacts/new", &[("Given name", "K"), ("E-mail", "karl@acme.example")]).await.html();
    client.submit("/contacts", &asked.form("Add anyway")).await.expect(422); // Enter asks again.
    client.submit("/contacts", &asked.form("Add anyway").press("Add anyway")).await.expect_redirect();
    assert!(client.page("/contacts").await.says("2 contacts"));
}

#[tokio::test]
async fn a_person_works_at_several_accounts_and_one_is_the_main() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    for name in ["Acme", "Zenith"] {
        client.fill("/accounts/new", &[("Name", name)]).await.expect_redirect();
    }
    let url = add(&client, &[("Given name", "Ana"), ("Account", "Acme")]).await;
    let new = format!("{url}/accounts/new");
    let wrong = [("Account", "Zenith"), ("From", "2026-02-01"), ("To", "2025-01-01")];
    assert!(client.fill(&new, &wrong).await.expect(422).html().field("To").error.is_some());
    assert!(client.fill(&new, &[("Account", "Acme")]).await.expect(422).html().field("Account").error.is_some());
    let fields = [("Account", "Zenith"), ("Role", "Board member"), ("From", "2025-02-01")];
    client.fill(&new, &fields).await.expect_redirect();
    let page = client.page(&url).await;
    assert!(page.says("Board member, since 1 Feb 2025"), "{}", page.text());
    assert!(client.page("/accounts/2").await.says("Ana"));
    assert_eq!(client.page("/contacts").await.row("Ana")[4], "Acme");

    let edit = page.links().into_iter().map(|l| l.href).find(|h| h.ends_with("/2/edit")).expect("it can be edited");
    let form = client.page(&edit).await.form("Role").check("Main account");
    client.submit(&edit, &form).await.expect_redirect();
    assert_eq!(client.page("/contacts").await.row("Ana")[4], "Zenith");
    assert!(client.page("/contacts?account=1").await.says("1 contact"), "people are found at each of their accounts");
    client.press(&edit, "Take off").await.expect_redirect();
    let page = client.page(&url).await;
    assert!(page.says("Acme") && !page.links().iter().any(|l| l.text == "Zenith" && l.href == "/accounts/2"));
}

#[tokio::test]
async fn an_edit_keeps_an_account_that_is_in_the_bin() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let account = client.fill("/accounts/new", &[("Name", "Acme")]).await.expect_redirect();
    let url = add(&client, &[("Given name", "Ana"), ("Account", "Acme")]).await;
    client.press(&format!("{account}/edit"), "Delete").await.expect_redirect();
    client.fill(&format!("{url}/edit"), &[("Job title", "Buyer")]).await.expect_redirect();
    assert_eq!(client.page("/contacts").await.row("Ana")[4], "Acme");
}

#[tokio::test]
async fn a_place_that_someone_else_changed_is_not_overwritten() {
    let server = Server::start();
    let (one, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    one.fill("/accounts/new", &[("Name", "Acme")]).await.expect_redirect();
    let url = add(&one, &[("Given name", "Ana"), ("Account", "Acme")]).await;
    let edit = format!("{url}/accounts/1/edit");
    let first = one.page(&edit).await.form("Role").set("Role", "Buyer");
    let second = other.page(&edit).await.form("Role").set("Role", "Head of purchasing");
    one.submit(&edit, &first).await.expect_redirect();
    let asked = other.submit(&edit, &second).await.expect(409).html();
    assert!(asked.says("Acme, Buyer"), "{}", asked.text());
    other.submit(&edit, &asked.form("Role")).await.expect_redirect();
    assert!(one.page(&url).await.says("Head of purchasing"));
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_matches_nothing() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    add(&client, &[("Given name", "Ana"), ("Phone", "+49 711 5550177")]).await;
    for query in ["created.from=soon", "updated.to=2026-13-40", "q=%3F%21", "q=0000"] {
        assert!(client.page(&format!("/contacts?{query}")).await.says("Nothing matches"), "{query}");
    }
}

#[tokio::test]
async fn two_people_editing_one_contact_see_both_versions() {
    let server = Server::start();
    let (one, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let url = add(&one, &[("Given name", "Ana"), ("Job title", "Buyer")]).await;
    let edit = format!("{url}/edit");
    let first = one.page(&edit).await.form("Job title").set("Job title", "Head of purchasing");
    let second = other.page(&edit).await.form("Job title").set("Job title", "Chief buyer").set("Source", "Fair");
    one.submit(&edit, &first).await.expect_redirect();
    let conflict = other.submit(&edit, &second).await.expect(409).html();
    assert!(conflict.says("Head of purchasing") && conflict.says("Chief buyer"));
    let form = conflict.form("Save what is chosen").force("choose.job_title", "theirs");
    other.submit(&url, &form).await.expect_redirect();
    let page = other.page(&url).await;
    assert!(page.says("Head of purchasing") && page.fact("Source") == "Fair", "{}", page.text());
}

#[tokio::test]
async fn a_contact_goes_to_the_bin_and_back_and_is_erased_by_a_manager_only() {
    let server = Server::start();
    let (rep, manager) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let url = add(&rep, &[("Given name", "Ana"), ("E-mail", "ana@acme.example")]).await;
    let gone = rep.press(&format!("{url}/edit"), "Delete").await;
    let list = rep.follow(&gone).await;
    rep.get(&url).await.expect(404);
    rep.submit("/contacts", &list.form("Undo").press("Undo")).await.expect_redirect();
    assert!(rep.page("/search?q=ana@acme").await.says("Ana"));
    rep.press(&format!("{url}/edit"), "Delete").await.expect_redirect();
    rep.post::<&str, &str>(&format!("{url}/erasure"), &[]).await.expect(403);
    manager.press("/bin", "Erase for good, without a way back").await.expect_redirect();
    assert!(manager.page("/bin").await.says("The bin is empty"));
}

#[tokio::test]
async fn a_lead_is_a_contact_with_a_status() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let new = client.get("/leads/new").await.expect_redirect();
    let fields = [("Given name", "Ana"), ("Lead status", "Working"), ("Source", "Fair")];
    let url = client.fill(&new, &fields).await.expect_redirect();
    add(&client, &[("Given name", "Ben"), ("Lifecycle", "Customer")]).await;
    let leads = client.page("/leads").await;
    assert!(leads.says("1 lead") && leads.row("Ana").contains(&"Working".to_owned()) && !leads.says("Ben"));
    assert!(client.page("/leads?status=new").await.says("Nothing matches"));
    assert_eq!(client.get("/leads/1").await.expect_redirect(), url);
    assert_eq!(client.get("/leads/1/edit").await.expect_redirect(), format!("{url}/edit"));
    client.get("/leads/99").await.expect(404);
    assert_eq!(client.get("/leads.csv").await.expect(200).text().lines().count(), 2);
    client.fill(&format!("{url}/edit"), &[("Lifecycle", "Customer")]).await.expect_redirect();
    assert!(client.page("/leads").await.says("No leads yet"));
    assert!(client.page(&url).await.says("Lead status from Working"), "{}", client.page(&url).await.text());
}

#[tokio::test]
async fn selected_contacts_change_hands_and_go_together() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    for name in ["Ana", "Ben", "Cleo"] {
        add(&client, &[("Given name", name)]).await;
    }
    let form = client.page("/leads").await.form("Select Ana").check("Select Ana").check("Select Ben");
    client.submit("/leads", &form.set("New owner", "Nobody").press("Assign")).await.expect_redirect();
    assert!(client.page("/contacts?owner=none").await.says("2 contacts"));
    let form = client.page("/contacts").await.form("Select Ana").check("Select Cleo").press("Delete");
    let done = client.submit("/contacts", &form).await;
    let list = client.follow(&done).await;
    assert!(list.says("1 contact moved to the bin") && list.says("2 contacts"), "{}", list.text());
    client.submit("/contacts", &list.form("Undo").press("Undo")).await.expect_redirect();
    assert!(client.page("/contacts").await.says("3 contacts"));
}

#[tokio::test]
async fn what_one_may_not_see_is_in_no_bin_and_no_selection() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let own = "People see their own records; managers see their teams";
    let form = admin.page("/settings/company").await.form("Save company").choose(own);
    admin.submit("/settings/company", &form).await.expect_redirect();
    let other = server.sign_in_as(Person::OtherRep).await;
    let url = add(&other, &[("Given name", "Hidden")]).await;
    let rep = server.sign_in_as(Person::Rep).await;
    let id = url.trim_start_matches("/contacts/");
    for deed in [("do", "delete"), ("do", "assign")] {
        rep.post("/contacts/selection", &[("id", id), ("owner", "none"), deed]).await.expect(303);
    }
    assert!(other.page(&url).await.says("Hidden"), "nothing happened to it");
    other.press(&format!("{url}/edit"), "Delete").await.expect_redirect();
    assert!(rep.page("/bin").await.says("The bin is empty"));
    rep.post::<&str, &str>(&format!("{url}/restoration"), &[]).await.expect(404);
    rep.post::<&str, &str>(&format!("/contacts/restoration?id={id}"), &[]).await.expect(303);
    assert!(admin.page("/bin").await.says("Hidden"));
}

#[tokio::test]
async fn a_photo_is_seen_by_those_who_see_the_person() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(&client, &[("Given name", "Ana")]).await;
    let page = format!("{url}/photo");
    let send = async |bytes: Vec<u8>| {
        let form = client.page(&page).await.form("Save photo").attach("Picture", "ana.png", bytes);
        client.submit(&page, &form).await
    };
    for (bytes, why) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(), "choose a PNG"),
        ([b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 3_000_000]].concat(), "larger than 2 MB"),
        (Vec::new(), "choose one"),
    ] {
        let answer = send(bytes).await.expect(422);
        assert!(answer.html().field("Picture").error.is_some_and(|e| e.contains(why)), "{why}");
    }
    let png = grey_dot();
    send(png.clone()).await.expect_redirect();
    let shown = client.page(&url).await;
    let address = shown.all("img").find_map(|img| img.attr("src")).expect("the page shows the photo").to_owned();
    let file = client.get(&address).await.expect(200);
    assert_eq!((file.header("content-type"), file.bytes.as_slice()), ("image/png", png.as_slice()));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(server.client().get(&address).await.status, 303, "strangers sign in first");
    client.press(&page, "Take off").await.expect_redirect();
    client.get(&address).await.expect(404);
    assert!(client.page(&url).await.all("img").next().is_none());
}

#[tokio::test]
async fn a_photo_does_not_tell_where_it_was_taken() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(&client, &[("Given name", "Ana")]).await;
    let page = format!("{url}/photo");
    let exif = [b"Exif\0\0".as_slice(), GPS].concat();
    let length = u16::try_from(exif.len() + 2).expect("a short segment").to_be_bytes();
    let frame = b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x7f\xff\xd9";
    let jpeg = [b"\xff\xd8\xff\xe1".as_slice(), &length, &exif, frame].concat();
    let form = client.page(&page).await.form("Save photo").attach("Picture", "ana.jpg", jpeg);
    client.submit(&page, &form).await.expect_redirect();
    let shown = client.page(&url).await;
    let address = shown.all("img").find_map(|img| img.attr("src")).expect("the page shows the photo").to_owned();
    let kept = client.get(&address).await.expect(200).bytes;
    assert_eq!(kept, [b"\xff\xd8".as_slice(), frame].concat(), "the picture itself and nothing else");
}

/// A directory of EXIF with the GPS directory behind it: 52° 31' 12" north.
const GPS: &[u8] = b"II\x2a\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\
    \x02\0\x01\0\x02\0\x02\0\0\0N\0\0\0\x02\0\x05\0\x03\0\0\0\x38\0\0\0\0\0\0\0\
    \x34\0\0\0\x01\0\0\0\x1f\0\0\0\x01\0\0\0\x0c\0\0\0\x01\0\0\0";

/// A PNG of one grey pixel.
fn grey_dot() -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0";
    let rest = [
        0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00,
        0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
        0x60, 0x82,
    ];
    [head.as_slice(), &rest].concat()
}

#[tokio::test]
async fn what_only_the_other_changed_is_not_taken_back() {
    let server = Server::start();
    let (one, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::Manager).await);
    let url = add(&one, &[("Given name", "Ana"), ("Job title", "Buyer"), ("Source", "Fair")]).await;
    let edit = format!("{url}/edit");
    let first = one.page(&edit).await.form("Job title").set("Job title", "Head of buying").set("Source", "Web site");
    let second = other.page(&edit).await.form("Job title").set("Job title", "Buyer, retired").set("Tags", "Alumni");
    one.submit(&edit, &first).await.expect_redirect();
    let both = other.submit(&edit, &second).await.expect(409).html();
    other.submit(&edit, &both.form("Save what is chosen")).await.expect_redirect();
    let page = one.page(&url).await;
    for kept in ["Buyer, retired", "Web site", "Alumni"] {
        assert!(page.says(kept), "{kept} is kept: {}", page.text());
    }
}

#[tokio::test]
async fn a_contact_is_called_what_its_parts_give_unless_someone_wrote_otherwise() {
    let server = Server::start();
    let client = server.sign_in_as(Person::Rep).await;
    let url = add(&client, &[("E-mail", "ana@acme.example")]).await;
    let edit = format!("{url}/edit");
    assert_eq!(client.page(&url).await.heading(), "ana@acme.example");
    client.fill(&edit, &[("Given name", "Ana"), ("Family name", "Souza")]).await.expect_redirect();
    assert_eq!(client.page(&url).await.heading(), "Ana Souza");
    client.fill(&edit, &[("Family name", "Souza Lima")]).await.expect_redirect();
    assert_eq!(client.page(&url).await.heading(), "Ana Souza Lima");
    client.fill(&edit, &[("Shown as", "Lima, Ana")]).await.expect_redirect();
    client.fill(&edit, &[("Given name", "Anna")]).await.expect_redirect();
    assert_eq!(client.page(&url).await.heading(), "Lima, Ana", "what a person wrote stays");
}
