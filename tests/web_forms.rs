//! Web forms: what an admin designs, what strangers send, what programs try, and what comes of each.

use crate::support::*;

const FORMS: &str = "/settings/forms";

/// A form with these settings; where it is administered, and its address for strangers.
async fn designed(admin: &Client, fields: &[(&str, &str)]) -> (String, String) {
    let form = admin.page("/settings/forms/new").await.form("Save form").set("Name", "Contact us");
    let form = fields.iter().fold(form, |form, (label, value)| form.set(label, value));
    let url = admin.submit(FORMS, &form).await.expect_redirect();
    let path = admin.page(&url).await.links().into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/"));
    (url, path.expect("its address is shown"))
}

/// Adds a field by its kind and gives the form as it then stands.
async fn with_field(admin: &Client, form: Form, kind: &str) -> Form {
    let form = form.set("Another field", kind).press("Add field");
    admin.submit(FORMS, &form).await.expect(200).html().form("Save form")
}

/// What a page of another kind, or a program, sends.
async fn send(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Answer {
    client.send("POST", path, client.request("POST", path).form(pairs)).await
}

const ANA: [(&str, &str); 5] = [
    ("given_name", "Ana"),
    ("family_name", "Souza"),
    ("email", "ana@acme.example"),
    ("company", "Acme"),
    ("message", "Two lines.\nWho can help?"),
];

/// Numbers of the leads.
async fn leads(client: &Client) -> usize {
    client.get("/leads.csv").await.expect(200).text().lines().count() - 1
}

#[tokio::test]
async fn a_stranger_becomes_a_lead_with_what_they_wrote() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let (url, path) = designed(&admin, &[("Campaign", ""), ("Thanks", "We call you.")]).await;
    let stranger = server.client();
    let page = "https://www.acme.example/contact?utm_source=news&utm_campaign=Spring";
    let request = stranger.request("POST", &path).header("Referer", page).form(&ANA);
    let answer = stranger.send("POST", &path, request).await.expect(200);
    assert!(answer.html().says("We call you.") && answer.header("set-cookie").is_empty());
    let list = rep.page("/leads").await;
    let shown = rep.page(&list.link("Ana Souza")).await;
    assert_eq!(shown.fact("Source"), "Web form");
    assert_eq!(shown.fact("Campaign"), "Spring");
    assert!(shown.fact("Lead status").contains("New") && shown.says("Company: Acme"));
    // It is their answer, not a touch of ours.
    assert_eq!(shown.fact("In touch"), "Not yet");
    assert_eq!(shown.fact("Last answer"), "now");
    assert!(shown.says("Ana Souza sent the form “Contact us”") && shown.says("Message: Two lines."));
    let log = admin.page("/settings/changes").await;
    assert!(log.says("A web form"), "the journal says how they came: {}", log.text());
    let sent = admin.page(&url).await;
    assert!(sent.says("Spring, news") && sent.says("Two lines.") && sent.says(page));
    let csv = admin.get(&format!("{url}/submissions.csv")).await.expect(200).text();
    assert!(csv.contains("ana@acme.example") && csv.contains("Spring") && csv.lines().count() > 1, "{csv}");
    assert!(admin.page(FORMS).await.says("1 submission"));
}

#[tokio::test]
async fn the_hosted_page_keeps_the_way_and_counts_a_double_click_once() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (url, path) = designed(&admin, &[("Seconds that a person needs at least", "0")]).await;
    let stranger = server.client();
    let request = stranger.request("GET", &format!("{path}?utm_campaign=Fair&evil=1"));
    let request = request.header("Referer", "https://search.example/?q=probes");
    let page = stranger.send("GET", &path, request).await.expect(200);
    assert!(page.header("set-cookie").is_empty());
    let html = page.html();
    assert!(!html.links().iter().any(|l| l.href.starts_with("/contacts")), "nothing of the program shows");
    let empty = stranger.submit(&path, &html.form("Send")).await.expect(422).html();
    assert!(empty.field("First name").error.is_some() && empty.field("E-mail").error.is_some());
    let form = empty.form("Send").set("First name", "Ana").set("Last name", "Souza").set("E-mail", "ana@acme");
    let wrong = stranger.submit(&path, &form).await.expect(422).html();
    assert_eq!(wrong.field("First name").value, "Ana", "what was typed stays");
    let form = wrong.form("Send").set("E-mail", "ana@acme.example");
    for _ in 0..2 {
        assert!(stranger.submit(&path, &form).await.expect(200).html().says("Thank you"));
    }
    let sent = admin.page(&url).await;
    assert!(sent.says("Fair") && sent.says("https://search.example/?q=probes"));
    assert!(admin.page(FORMS).await.says("1 submission"));
    // Another page drawn is another submission.
    let again = stranger.page(&path).await.form("Send");
    let again = again.set("First name", "Ana").set("Last name", "Souza").set("E-mail", "ANA@acme.example");
    stranger.submit(&path, &again).await.expect(200);
    assert!(admin.page(FORMS).await.says("2 submissions"));
    assert_eq!(leads(&admin).await, 1);
}

#[tokio::test]
async fn what_a_colleague_typed_is_never_overwritten_but_suggested() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let design = admin.page("/settings/forms/new").await.form("Save form").set("Name", "Contact us");
    let design = with_field(&admin, design, "Job title").await;
    let design = with_field(&admin, design, "Phone").await;
    let design = with_field(&admin, design, "Country").await;
    let url = admin.submit(FORMS, &design).await.expect_redirect();
    let path = admin.page(&url).await.links().into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/"));
    let path = path.expect("an address");
    let known = [
        ("Given name", "Ana"),
        ("E-mail", "ana@acme.example"),
        ("Job title", "Engineer"),
        ("Owner", "Rui Costa"),
        ("Campaign", "Mine"),
    ];
    let contact = rep.fill("/contacts/new", &known).await.expect_redirect();
    let mut pairs = ANA.to_vec();
    pairs.extend([("job_title", "CTO"), ("phone", "+55 11 95550 0142"), ("country", "Brazil"), ("utm_campaign", "X")]);
    pairs[2].1 = "Ana@ACME.example";
    send(&server.client(), &path, &pairs).await.expect(200);
    let page = rep.page(&contact).await;
    assert_eq!(page.heading(), "Ana", "what they are called is ours to say");
    assert!(page.says("Engineer") && page.says("+55 11") && page.says("Brazil") && page.says("Company: Acme"));
    assert_eq!(page.fact("Campaign"), "Mine");
    assert!(page.says("Web form “Contact us” says: job title CTO"), "{}", page.text());
    assert!(rep.page("/notifications").await.says("received the form “Contact us” from: Ana"));
    // Decided on a page that is behind, nothing happens.
    let stale = page.form("Use it: CTO");
    rep.fill(&format!("{contact}/edit"), &[("Source", "Fair")]).await.expect_redirect();
    let answer = rep.submit(&contact, &stale).await;
    assert!(rep.follow(&answer).await.says("Someone changed this contact just now"));
    rep.press(&contact, "Use it: CTO").await.expect_redirect();
    let page = rep.page(&contact).await;
    assert!(page.says("Job title from Engineer to CTO") && !page.says("says: job title"));
    pairs[5].1 = "Boss";
    send(&server.client(), &path, &pairs).await.expect(200);
    rep.press(&contact, "Dismiss: Boss").await.expect_redirect();
    let page = rep.page(&contact).await;
    assert!(!page.says("says: job title") && page.says("CTO"));
    assert_eq!(leads(&rep).await, 1);
    // Whoever lies in the bin is not woken: a new lead.
    rep.post::<&str, &str>(&format!("{contact}/deletion"), &[]).await.expect_redirect();
    send(&server.client(), &path, &pairs).await.expect(200);
    assert_ne!(rep.page("/leads").await.link("Ana Souza"), contact);
}

#[tokio::test]
async fn two_forms_of_one_person_at_the_same_moment_make_one_person() {
    let one = Server::start();
    let two = Server::on(one.database());
    let admin = one.sign_in_as(Person::Admin).await;
    let (_, path) = designed(&admin, &[]).await;
    let clients = [one.client(), two.client()];
    let sending = (0..16).map(|at| send(&clients[at % 2], &path, &ANA));
    for answer in futures_util::future::join_all(sending).await {
        answer.expect(200);
    }
    assert_eq!(leads(&admin).await, 1);
    assert!(admin.page(FORMS).await.says("16 submissions"));
}

#[tokio::test]
async fn a_program_is_thanked_and_held_until_an_admin_decides() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (url, path) = designed(&admin, &[]).await;
    let stranger = server.client();
    let mut trapped = ANA.to_vec();
    trapped.push(("website", "https://spam.example"));
    assert!(send(&stranger, &path, &trapped).await.expect(200).html().says("Thank you"));
    // Sent at once after the page was drawn.
    let form = stranger.page(&path).await.form("Send");
    let form = form.set("First name", "Ben").set("Last name", "Fast").set("E-mail", "ben@fast.example");
    assert!(stranger.submit(&path, &form).await.expect(200).html().says("Thank you"));
    assert_eq!(leads(&admin).await, 0);
    // A ticket that someone wrote is none, and lets nobody date it back.
    let forged = form.clone().force("ticket", "1000000.abc.def").set("E-mail", "forged@fast.example");
    stranger.submit(&path, &forged).await.expect(200);
    assert_eq!(leads(&admin).await, 1);
    let held = admin.page(&format!("{url}?show=held")).await;
    assert!(held.says("Ben Fast") && held.says("Ana Souza") && held.says("Held as spam"));
    admin.press(&format!("{url}?show=held"), "Delete Ana Souza").await.expect_redirect();
    let contact = admin.press(&format!("{url}?show=held"), "Accept Ben Fast").await.expect_redirect();
    let page = admin.page(&contact).await;
    assert!(page.heading() == "Ben Fast" && page.says("sent the form “Contact us”"));
    assert_eq!(page.fact("In touch"), "Not yet");
    assert!(admin.page(&format!("{url}?show=held")).await.says("Nothing is held"));
    let twice = admin.post::<&str, &str>(&format!("{url}/submissions/2/acceptance"), &[]).await;
    assert!(admin.follow(&twice).await.says("This is accepted already"));
    admin.post::<&str, &str>(&format!("{url}/submissions/2/deletion"), &[]).await.expect(404);
}

#[tokio::test]
async fn only_the_listed_web_sites_may_send_it() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let sites = "Web sites that may send it";
    let wrong = admin.page("/settings/forms/new").await.form("Save form").set("Name", "A").set(sites, "*");
    let wrong = admin.submit(FORMS, &wrong).await.expect(422).html();
    assert!(wrong.field(sites).error.is_some_and(|e| e.contains("is no web site")));
    let (url, path) = designed(&admin, &[(sites, "https://WWW.acme.example:443\nshop.acme.example")]).await;
    let (_, closed) = designed(&admin, &[]).await;
    let stranger = server.client();
    let from = async |method: &str, path: &str, origin: &str| {
        let request = stranger.request(method, path).header("Origin", origin).header("Sec-Fetch-Site", "cross-site");
        let request = request.header("Accept", "application/json");
        let request = if method == "POST" { request.form(&ANA) } else { request };
        stranger.send(method, path, request).await
    };
    for origin in ["https://www.acme.example", "https://shop.acme.example"] {
        let asked = from("OPTIONS", &path, origin).await.expect(204);
        assert_eq!(asked.header("access-control-allow-origin"), origin);
        assert_eq!(asked.header("access-control-allow-methods"), "POST");
        let sent = from("POST", &path, origin).await.expect(200);
        assert_eq!(sent.header("access-control-allow-origin"), origin);
        assert!(sent.header("access-control-allow-credentials").is_empty() && sent.header("set-cookie").is_empty());
        assert!(sent.text().contains("\"ok\":true"), "{}", sent.text());
    }
    for (path, origin) in [
        (&path, "https://www.evil.example"),
        (&path, "http://www.acme.example"),
        (&path, "https://www.acme.example.evil.example"),
        (&path, "null"),
        (&closed, "https://www.acme.example"),
    ] {
        let asked = from("OPTIONS", path, origin).await;
        let sent = from("POST", path, origin).await.expect(403);
        for answer in [asked, sent] {
            assert!(answer.header("access-control-allow-origin").is_empty(), "{origin}");
            assert_eq!(answer.header("vary").to_lowercase().matches("origin").count(), 1);
        }
    }
    assert_eq!(leads(&admin).await, 1);
    // The exemption is for this one address: nothing else may be sent from there.
    for path in ["/contacts", "/forms", "/settings/forms", &format!("{path}/x")] {
        let request = admin.request("POST", path).header("Sec-Fetch-Site", "cross-site").form(&ANA);
        admin.send("POST", path, request).await.expect(403);
    }
    // Whoever runs the site pastes this.
    let snippet = admin.page(&url).await.by_id("snippet").expect("HTML to paste").raw_text();
    let pasted = Html::parse(&format!("<!doctype html><title>Acme</title>{snippet}"));
    assert!(pasted.errors().is_empty(), "{:?}", pasted.errors());
    let form = pasted.form("Send").set("First name", "Cleo").set("Last name", "X").set("E-mail", "cleo@x.example");
    assert_eq!(form.action, format!("{}{path}", server.address()));
    let request = stranger.request("POST", &path).header("Origin", "https://shop.acme.example").form(&form.pairs());
    stranger.send("POST", &path, request).await.expect(200);
    assert_eq!(leads(&admin).await, 2);
}

#[tokio::test]
async fn floods_and_giants_are_turned_away() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (_, path) = designed(&admin, &[]).await;
    let stranger = server.client();
    let giant = "x".repeat(70_000);
    let mut pairs = ANA.to_vec();
    pairs.push(("rest", &giant));
    assert!(send(&stranger, &path, &pairs).await.expect(413).html().says("Write less"));
    // The same without saying beforehand how long it is.
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000]));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let request = stranger.request("POST", &path).header("Content-Type", "application/x-www-form-urlencoded");
    stranger.send("POST", &path, request.body(body)).await.expect(413);
    let request = stranger.request("POST", &path).header("Content-Type", "text/plain").body("email=a@b.example");
    stranger.send("POST", &path, request).await.expect(400);
    // A script's FormData is taken, too.
    let parts = ANA.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(*name, *value));
    stranger.post_multipart(&path, parts).await.expect(200);
    for _ in 1..30 {
        send(&stranger, &path, &ANA).await.expect(200);
    }
    let refused = send(&stranger, &path, &ANA).await.expect(429);
    let seconds: i64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=600).contains(&seconds) && refused.html().says("Send yours again in"));
    let request = stranger.request("POST", &path).header("Accept", "application/json").form(&ANA);
    let refused = stranger.send("POST", &path, request).await.expect(429);
    assert!(!refused.header("retry-after").is_empty() && refused.text().contains("\"ok\":false"));
    assert!(admin.page(FORMS).await.says("30 submissions"));
    assert_eq!(leads(&admin).await, 1);
}

#[tokio::test]
async fn lines_where_one_is_asked_and_signs_nobody_types_are_refused() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (_, path) = designed(&admin, &[]).await;
    let stranger = server.client();
    let long = "a".repeat(121);
    for (field, value) in [
        ("given_name", "Ana\r\nBcc: everyone@acme.example"),
        ("given_name", "Ana\nX"),
        ("family_name", "So\u{0}uza"),
        ("company", "A\u{1b}[31mcme"),
        ("message", "bell \u{7}"),
        ("email", "ana@acme.example\r\nBcc: x@acme.example"),
        ("email", "ana@acme.example, x@acme.example"),
        ("email", "<ana@acme.example>"),
        ("given_name", &long),
        ("family_name", " \u{200b} "),
    ] {
        let pairs: Vec<_> = ANA.iter().map(|(k, v)| (*k, if *k == field { value } else { *v })).collect();
        let answer = send(&stranger, &path, &pairs).await.expect(422);
        assert!(answer.text().contains(&format!("id=\"{field}-e\"")), "{field}: {}", answer.excerpt());
        let request = stranger.request("POST", &path).header("Accept", "application/json").form(&pairs);
        let answer = stranger.send("POST", &path, request).await.expect(422);
        assert!(answer.text().contains(&format!("\"{field}\":")), "{}", answer.text());
    }
    assert_eq!(leads(&admin).await, 0);
    // What the form does not ask for is not taken.
    let mut pairs = ANA.to_vec();
    pairs.extend([("lifecycle", "customer"), ("owner", "1"), ("job_title", "Boss"), ("no_mail", "true")]);
    send(&stranger, &path, &pairs).await.expect(200);
    let lead = admin.page(&admin.page("/leads").await.link("Ana Souza")).await;
    assert!(lead.fact("Owner").contains("Nobody") && !lead.says("Boss"));
}

#[tokio::test]
async fn scripts_run_nowhere_whoever_wrote_them() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let design = admin.page("/settings/forms/new").await.form("Save form");
    let design = [
        "Name",
        "Heading",
        "Introduction",
        "Thanks",
        "Source",
        "Campaign",
        "Text beside the box",
        "Text of the button",
    ]
    .iter()
    .fold(design, |form, label| form.set(label, script));
    let design = design.set("Label of field 4", script);
    let design = with_field(&admin, design, "Your own question").await.set("Label of field 6", script);
    let question = design.pairs().into_iter().filter(|(name, _)| name == "field").map(|(_, key)| key).next_back();
    let question = question.expect("a question");
    let url = admin.submit(FORMS, &design).await.expect_redirect();
    let path = admin.page(&url).await.links().into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/"));
    let path = path.expect("an address");
    let stranger = server.client();
    let name = "<b>Ana</b>";
    let pairs = [
        ("given_name", name),
        ("family_name", script),
        ("email", "ana@acme.example"),
        ("company", script),
        ("message", script),
        (question.as_str(), script),
        ("consent", "1"),
        ("utm_campaign", script),
        ("utm_source", script),
        ("referrer", "javascript:alert(1)"),
        ("page", script),
        ("ticket", script),
    ];
    let wrong: Vec<_> = pairs.iter().filter(|(name, _)| *name != "email").copied().collect();
    let mut answers = vec![send(&stranger, &path, &wrong).await.expect(422), stranger.get(&path).await];
    answers.push(send(&stranger, &path, &pairs).await.expect(200));
    let other: Vec<_> = pairs.iter().map(|(k, v)| (*k, if *k == "given_name" { "Other" } else { *v })).collect();
    answers.push(send(&stranger, &path, &other).await.expect(200));
    let contact = "/contacts/1";
    for address in
        [&url, &format!("{url}/edit"), &format!("{url}/preview"), FORMS, contact, "/leads", "/settings/changes", "/"]
    {
        answers.push(admin.get(address).await.expect(200));
    }
    for answer in answers {
        let text = answer.text();
        assert!(
            !text.contains("<script>alert") && !text.contains("<img src=x") && !text.contains("<b>Ana"),
            "{}",
            answer.asked
        );
        assert!(answer.html().errors().is_empty(), "{}: {:?}", answer.asked, answer.html().errors());
        assert!(!text.contains("href=\"javascript:"), "{}", answer.asked);
    }
    let page = admin.page(contact).await;
    assert!(page.says(&format!("Message: {script}")) && page.says("says: given name Other"));
    let csv = admin.get(&format!("{url}/submissions.csv")).await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    // What would be a formula stays text.
    let formula: Vec<_> = pairs.iter().map(|(k, v)| (*k, if *k == "message" { "=HYPERLINK(1)" } else { *v })).collect();
    send(&stranger, &path, &formula).await.expect(200);
    assert!(admin.get(&format!("{url}/submissions.csv")).await.text().contains("'=HYPERLINK(1)"));
}

#[tokio::test]
async fn names_of_every_script_arrive_as_they_were_written() {
    let Some(file) = shared_data("names/person-names/common-forenames-by-country.csv") else { return };
    let proxies = ["--trusted-proxies", "127.0.0.1"];
    let server = Server::with(Database::company(), &proxies, &[]);
    let admin = server.sign_in_as(Person::Admin).await;
    let (_, path) = designed(&admin, &[]).await;
    let mut reader = csv::Reader::from_path(file).expect("the list can be read");
    let mut names: Vec<(String, String)> = Vec::new();
    for row in reader.records().map_while(Result::ok) {
        let (country, name) = (row[0].to_owned(), row[10].to_owned());
        if !name.is_empty() && names.iter().filter(|(c, _)| *c == country).count() < 2 {
            names.push((country, name));
        }
    }
    assert!(names.len() > 80, "{}", names.len());
    let stranger = server.client();
    for (at, (_, name)) in names.iter().enumerate() {
        let email = format!("p{at}@names.example");
        let pairs = [("given_name", name.as_str()), ("family_name", "Ωmega"), ("email", &email), ("message", name)];
        let request = stranger.request("POST", &path).header("X-Forwarded-For", format!("10.0.0.{at}")).form(&pairs);
        stranger.send("POST", &path, request).await.expect(200);
    }
    let csv = admin.get("/leads.csv").await.expect(200).text();
    for (country, name) in &names {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(csv.contains(&format!("{name} Ωmega")), "{country}: {name}");
    }
}

#[tokio::test]
async fn a_closed_form_says_so_kindly() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (url, path) = designed(&admin, &[]).await;
    let stranger = server.client();
    let edit = format!("{url}/edit");
    let form = admin.page(&edit).await.form("Save form").uncheck("Open");
    admin.submit(&edit, &form).await.expect_redirect();
    assert!(stranger.get(&path).await.expect(410).html().says("This form is closed"));
    assert!(send(&stranger, &path, &ANA).await.expect(410).html().says("This form is closed"));
    assert!(admin.page(&format!("{url}/preview")).await.says("Nothing can be sent from here"));
    admin.submit(&edit, &admin.page(&edit).await.form("Save form").check("Open")).await.expect_redirect();
    stranger.page(&path).await;
    let gone = admin.press(&edit, "Delete").await;
    assert!(admin.follow(&gone).await.says("its address says that it is closed"));
    stranger.get(&path).await.expect(410);
    admin.get(&url).await.expect(404);
    admin.post::<&str, &str>(&format!("{url}/restoration"), &[]).await.expect_redirect();
    stranger.page(&path).await;
    stranger.get("/forms/nothing").await.expect(404);
    assert_eq!(leads(&admin).await, 0);
}

#[tokio::test]
async fn fields_are_ordered_added_and_removed_without_a_script_and_two_admins_see_each_other() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let (url, path) = designed(&admin, &[]).await;
    let edit = format!("{url}/edit");
    let press = async |form: Form, button: &str| {
        let page = admin.submit(&edit, &form.press(button)).await.expect(200).html();
        assert!(page.says("Nothing is saved yet"));
        page.form("Save form")
    };
    let form = admin.page(&edit).await.form("Save form").set("Heading", "Half written");
    let form = press(form, "Move Company up").await;
    let form = press(form, "Remove Message").await;
    let form = press(form.set("Another field", "Country"), "Add field").await;
    let form = press(form.set("Another field", "Your own question"), "Add field").await;
    assert_eq!(form.field("Heading").value, "Half written");
    let wrong = admin.submit(&edit, &form).await.expect(422).html();
    assert!(wrong.field("Label of field 6").error.is_some());
    let theirs = admin.page(&edit).await.form("Save form").set("Campaign", "Theirs");
    let form = wrong.form("Save form").set("Label of field 6", "How many lines?").check("Field 6 is required");
    admin.submit(&edit, &form).await.expect_redirect();
    let labels = server.client().page(&path).await.form("Send").labels();
    let asked = ["First name", "Last name", "Company", "E-mail", "Country", "How many lines?"];
    assert_eq!(labels[..6], asked, "{labels:?}");
    let conflict = admin.submit(&edit, &theirs).await.expect(409).html();
    assert!(conflict.says("Theirs") && conflict.says("How many lines?"));
    // Saved as the page offers it: their fields, my campaign.
    let merged = conflict.all("form").count();
    assert!(merged > 0);
    let button = conflict.all("button").map(|b| b.text()).find(|t| t.starts_with("Save")).expect("a way to save");
    admin.submit(&url, &conflict.form(&button)).await.expect_redirect();
    let labels = server.client().page(&path).await.form("Send").labels();
    assert_eq!(labels[..6], asked, "{labels:?}");
    assert_eq!(admin.page(&edit).await.field("Campaign").value, "Theirs");
    let answers = [("given_name", "A"), ("family_name", "B"), ("email", "a@b.example"), ("country", "Atlantis")];
    let refused = send(&server.client(), &path, &answers).await.expect(422).html();
    assert!(refused.field("Country").error.is_some() && refused.field("How many lines?").error.is_some());
}

#[tokio::test]
async fn what_was_agreed_to_is_kept_in_its_wording() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let design = admin.page("/settings/forms/new").await.form("Save form").set("Name", "News");
    let design = design.set("Text beside the box", "I want news.").set("Seconds that a person needs at least", "0");
    let design = design.check("Nobody can send the form without ticking it");
    let wrong = admin.submit(FORMS, &design.clone().set("Or lead on to", "http://acme.example")).await.expect(422);
    assert!(wrong.html().field("Or lead on to").error.is_some_and(|e| e.contains("https://")));
    let design = design.set("Or lead on to", "https://www.acme.example/thanks?a=1");
    let url = admin.submit(FORMS, &design).await.expect_redirect();
    let path = admin.page(&url).await.links().into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/"));
    let path = path.expect("an address");
    let stranger = server.client();
    let page = stranger.get(&path).await.expect(200);
    // Browsers hold a form's redirect to the policy of the page that it stood on.
    assert!(page.header("content-security-policy").contains("form-action 'self' https://www.acme.example;"));
    let form = page.html().form("Send").set("First name", "A").set("Last name", "B").set("E-mail", "a@b.example");
    let without = stranger.submit(&path, &form).await.expect(422);
    assert!(without.header("content-security-policy").contains("https://www.acme.example;"));
    assert!(without.html().field("I want news.").error.is_some());
    let form = form.check("I want news.");
    assert_eq!(stranger.submit(&path, &form).await.expect_redirect(), "https://www.acme.example/thanks?a=1");
    let edit = format!("{url}/edit");
    let next = admin.page(&edit).await.form("Save form").set("Text beside the box", "I want much news.");
    admin.submit(&edit, &next).await.expect_redirect();
    // A copy of the form with the old wording counts for the old wording, and what was never asked for nothing.
    let late = form.clone().set("E-mail", "late@b.example");
    stranger.submit(&path, &late).await.expect(303);
    let never = late.clone().force("consent", "999").set("E-mail", "never@b.example");
    stranger.submit(&path, &never).await.expect(422);
    let csv = admin.get(&format!("{url}/submissions.csv")).await.text();
    assert_eq!(csv.matches("I want news.").count(), 2, "{csv}");
    assert!(admin.page("/contacts/1").await.says("Agreed to: I want news."));
    // Erased with the person.
    admin.post::<&str, &str>("/contacts/1/deletion", &[]).await.expect_redirect();
    admin.post::<&str, &str>("/contacts/1/erasure", &[]).await.expect_redirect();
    assert!(!admin.get(&format!("{url}/submissions.csv")).await.text().contains("a@b.example"));
}

#[tokio::test]
async fn a_rule_asks_what_a_form_said() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let rui = server.database().number("SELECT id FROM users WHERE name = 'Rui Costa'").to_string();
    let rule = |value: &str| {
        let own =
            [("field", "employees"), ("test", "at_least"), ("value", value), ("target", "owner"), ("owner", &rui)];
        let named = [("name", "Large"), ("active", "true")];
        named.iter().chain(&own).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
    };
    admin.post("/settings/assignment", &rule("500")).await.expect_redirect();
    let half = [("name", "Half"), ("field", ""), ("test", "is"), ("value", "Germany"), ("target", "owner")];
    assert!(admin.post("/settings/assignment", &half).await.expect(422).html().says("Choose what is asked"));
    let design = admin.page("/settings/forms/new").await.form("Save form").set("Name", "Contact us");
    let design = with_field(&admin, design, "Number of employees").await;
    let url = admin.submit(FORMS, &design).await.expect_redirect();
    let path = admin.page(&url).await.links().into_iter().map(|l| l.href).find(|l| l.starts_with("/forms/"));
    let path = path.expect("its address is shown");
    for (email, employees, owner) in [("a@big.example", "800", "Rui Costa"), ("b@small.example", "8", "Nobody")] {
        let pairs = [("given_name", email), ("family_name", "Lee"), ("email", email), ("employees", employees)];
        send(&server.client(), &path, &pairs).await.expect(200);
        let lead = rep.page(&rep.page("/leads").await.link(&format!("{email} Lee"))).await;
        assert!(lead.fact("Owner").contains(owner), "{email}: {}", lead.fact("Owner"));
    }
    let told = rep.page("/notifications").await.text();
    assert_eq!(told.matches("a@big.example").count(), 1, "told once: {told}");
}
