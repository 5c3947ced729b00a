//! Quotes: made of a deal, sent as a link, answered by a customer who has no account here.

use crate::support::*;

const ANA: &str = "ana@verde.example";

/// A deal of the rep with this line, Ana and her account; gives the address of the deal.
async fn deal(rep: &Client, line: &[(&str, &str)]) -> String {
    let account = rep.fill("/accounts/new", &[("Name", "Verde Log")]).await.expect_redirect();
    let person = [("Given name", "Ana"), ("Family name", "Souza"), ("E-mail", ANA), ("Account", "Verde Log")];
    let contact = rep.fill("/contacts/new", &person).await.expect_redirect();
    assert!(account.starts_with("/accounts/"));
    let fields = [("Name", "Line 4"), ("Currency", "USD"), ("Account", "Verde Log")];
    let deal = rep.fill("/deals/new", &fields).await.expect_redirect();
    let id = contact.rsplit('/').next().expect("a number");
    rep.post(&format!("{deal}/people"), &[("contact", id), ("role", "Champion")]).await.expect_redirect();
    rep.fill(&format!("{deal}/products/new"), line).await.expect_redirect();
    deal
}

const LINE: [(&str, &str); 4] =
    [("Text", "Torque head"), ("Quantity", "2"), ("Price of one", "100"), ("Tax in %", "25")];

async fn make(rep: &Client, deal: &str) -> String {
    rep.press(deal, "Make a quote").await.expect_redirect()
}

/// Sends it to Ana; gives the path of her link, of so many mails.
async fn send(server: &Server, rep: &Client, quote: &str, mails: usize) -> String {
    rep.press(&format!("{quote}/sending/new"), "Send quote").await.expect_redirect();
    links(server, mails).await.pop().expect("a mail came")
}

/// The links in the mails to Ana, in the order of their making.
async fn links(server: &Server, mails: usize) -> Vec<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for mail in server.mails_to(ANA, mails).await {
        let at = mail.find("/q/").expect("the mail has a link");
        let path = mail[at..].split_whitespace().next().unwrap_or_default().to_owned();
        let database = server.database();
        let hash = sha256(&path[3..]);
        let order = database
            .lines(&format!("SELECT CAST(quote_id AS TEXT) AS line FROM quote_links WHERE token_hash = '{hash}'"));
        let made = database
            .lines(&format!("SELECT CAST(created_at AS TEXT) AS line FROM quote_links WHERE token_hash = '{hash}'"));
        assert_eq!(order.len(), 1, "only the hash of {path} is kept: {mail}");
        found.push((made[0].clone(), path));
    }
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn acceptance(page: &Html) -> Form {
    page.form("Accept quote").set("Your name", "Ana Souza").check_first().press("Accept quote")
}

/// Ticks the one box of a form, whatever it says.
trait CheckFirst {
    fn check_first(self) -> Form;
}

impl CheckFirst for Form {
    fn check_first(self) -> Form {
        let label = self.labels().into_iter().find(|l| l.starts_with("I accept")).expect("there is a box to tick");
        self.check(&label)
    }
}

/// Lets the time of all quotes that are out be over.
fn expire(server: &Server) {
    server.database().execute("UPDATE quotes SET expires_at = '2020-01-02 00:00:00', valid_until = '2020-01-01'");
}

#[tokio::test]
async fn a_quote_stays_what_it_was_whatever_changes_later() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let page = rep.page(&quote).await;
    assert!(page.heading().starts_with("Q-20") && page.heading().ends_with("-0001"), "{}", page.heading());
    assert!(page.says("Draft") && page.says("Verde Log") && page.says("Ana Souza") && page.says(ANA));
    assert_eq!(page.row("Torque head"), ["Torque head", "2", "$100.00", "", "25 %", "$200.00"]);
    assert_eq!(
        (page.fact("Net"), page.fact("Tax, 25 %"), page.fact("Total")),
        ("$200.00".into(), "$50.00".into(), "$250.00".into())
    );
    // Everything it names changes.
    rep.fill(&format!("{deal}/edit"), &[("Name", "Line 5")]).await.expect_redirect();
    let account = rep.page(&deal).await.link("Verde Log");
    rep.fill(&format!("{account}/edit"), &[("Name", "Azul Log")]).await.expect_redirect();
    let edit = rep
        .page(&deal)
        .await
        .links()
        .into_iter()
        .map(|l| l.href)
        .find(|h| h.contains("/products/") && h.ends_with("/edit"));
    rep.fill(&edit.expect("a line can be edited"), &[("Price of one", "150")]).await.expect_redirect();
    let page = rep.page(&quote).await;
    assert!(page.says("Line 4") && page.says("Verde Log") && page.fact("Total") == "$250.00", "{}", page.text());
    assert!(page.says("The deal offers something else by now"));
    // A draft takes it when it is told to.
    let fresh = rep.press(&quote, "Take what it offers now").await;
    let page = rep.follow(&fresh).await;
    assert!(page.says("Line 5") && page.says("Azul Log") && page.fact("Total") == "$375.00", "{}", page.text());
    assert!(!page.says("something else by now"));
    let page = rep.page(&deal).await;
    assert!(page.says("Q-") && page.says("$375.00 with tax") && page.says("changed Quote Q-"), "{}", page.text());
}

#[tokio::test]
async fn what_a_quote_totals_is_what_its_rows_add_up_to() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let new = format!("{deal}/products/new");
    for n in 1_u32..12 {
        let (quantity, price) =
            (format!("{}.{:03}", n * 7 % 13 + 1, n * 377 % 1000), format!("{}.{:02}", n * 53 % 97, n * 31 % 100));
        let (discount, tax) =
            (format!("{}.{:02}", n * 17 % 100, n * 7 % 100), format!("{}", [0, 7, 19, 25][n as usize % 4]));
        let text = format!("Part {n}");
        let recurs = if n.is_multiple_of(3) { "Each month" } else { "Once" };
        let fields = [
            ("Text", text.as_str()),
            ("Quantity", &quantity),
            ("Price of one", &price),
            ("Discount", &discount),
            ("Tax in %", &tax),
            ("Paid", recurs),
        ];
        rep.fill(&new, &fields).await.expect_redirect();
    }
    let page = rep.page(&make(&rep, &deal).await).await;
    let cents = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<i64>().expect(text);
    let rows = page.rows();
    assert_eq!(rows.len(), 12);
    assert_eq!(rows.iter().map(|r| cents(&r[5])).sum::<i64>(), cents(&page.fact("Net")));
    let taxes: i64 = ["Tax, 7 %", "Tax, 19 %", "Tax, 25 %"].iter().map(|t| cents(&page.fact(t))).sum();
    assert_eq!(cents(&page.fact("Net")) + taxes, cents(&page.fact("Total")));
    assert!(page.says("Of this recurs:"), "{}", page.text());
    let amount = rep.page(&deal).await.fact("Amount");
    assert!(amount.starts_with(&page.fact("Net")), "the deal says the same: {amount}");
}

#[tokio::test]
async fn a_stranger_accepts_and_the_rep_closes_as_won() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let link = send(&server, &rep, &quote, 1).await;
    assert!(rep.page(&quote).await.says("Sent"));
    // Neither previews nor colleagues count.
    let stranger = server.client();
    stranger.send("HEAD", &link, stranger.request("HEAD", &link)).await.expect(200);
    stranger.send("GET", &link, stranger.request("GET", &link).header("Sec-Purpose", "prefetch")).await.expect(200);
    let seen = rep.page(&link).await;
    assert!(seen.says("You are signed in") && !seen.says("Accept quote"));
    rep.post(&format!("{link}/acceptance"), &[("name", "Me"), ("agreed", "true")]).await.expect(403);
    assert_eq!(rep.page(&quote).await.fact("First viewed"), "Not yet");
    let answer = stranger.get(&link).await.expect(200);
    assert!(answer.header("x-robots-tag").contains("noindex"));
    let page = answer.html();
    assert!(
        page.says("Harbour Tools") && page.fact("Total") == "$250.00" && page.all("nav").count() == 0,
        "{}",
        page.text()
    );
    assert!(rep.page(&quote).await.says("Viewed") && rep.page(&quote).await.fact("First viewed") != "Not yet");
    // A yes has a name and a tick.
    let empty = stranger
        .submit(&link, &page.form("Accept quote").set("Your job title", "Buyer").press("Accept quote"))
        .await
        .expect(422)
        .html();
    assert!(
        empty.field("Your name").error.is_some()
            && empty.says("Tick the box")
            && empty.field("Your job title").value == "Buyer"
    );
    let accepted = stranger.submit(&link, &acceptance(&empty)).await;
    let page = stranger.follow(&accepted).await;
    assert!(page.says("Ana Souza, Buyer accepted this quote on") && !page.says("Accept quote"), "{}", page.text());
    let again =
        stranger.post(&format!("{link}/acceptance"), &[("name", "Ben"), ("agreed", "true")]).await.expect(409).html();
    assert!(again.says("Your answer was not taken") && again.says("Ana Souza, Buyer accepted"));
    // The house hears of it.
    let page = rep.page(&deal).await;
    assert!(
        page.says("Ana Souza accepted Q-")
            && page.says("The customer changed Quote Q-")
            && page.says("accepted by Ana Souza"),
        "{}",
        page.text()
    );
    assert!(page.says("Lost"), "it is still open");
    for record in ["Verde Log", "Ana Souza"] {
        assert!(rep.page(&page.link(record)).await.says("accepted by Ana Souza"), "{record}");
    }
    let told = rep.page("/notifications").await;
    assert!(told.says("says that Ana Souza accepted Q-") && told.says("Line 4"), "{}", told.text());
    let held = rep.page(&quote).await;
    assert!(held.says("Ana Souza, Buyer, accepted it") && held.says("from 127.0.0.1"), "{}", held.text());
    // Before it is closed, the amount of the deal drifts away; the quote's is offered.
    rep.fill(&format!("{deal}/edit"), &[("Amount", "999")]).await.expect_redirect();
    let closing = rep.page(&held.link("Close as won")).await;
    assert_eq!(closing.field("Amount").value, "200.00");
    let form = closing.form("Closed on");
    let ControlKind::Select(reasons) = &form.field("Main reason").kind else { panic!("reasons are chosen from") };
    let reason = reasons.iter().find(|(value, _)| !value.is_empty()).expect("there are reasons").1.clone();
    rep.submit(&deal, &form.set("Main reason", &reason).press("Close as won")).await.expect_redirect();
    assert!(rep.page(&deal).await.fact("Amount").starts_with("$200.00"));
    assert!(!server.log().contains(&link[3..]), "the secret is in no log");
}

#[tokio::test]
async fn of_two_answers_at_once_one_is_taken() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let link = send(&server, &rep, &quote, 1).await;
    let (one, two, three) = (server.client(), server.client(), server.client());
    let (yes, no) = (format!("{link}/acceptance"), format!("{link}/refusal"));
    let (one, two, three) = tokio::join!(
        one.post(&yes, &[("name", "Ana"), ("agreed", "true")]),
        two.post(&yes, &[("name", "Ben"), ("agreed", "true")]),
        three.post(&no, &[("reason", "Too late")]),
    );
    let mut statuses = [one.status, two.status, three.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409]);
    let page = rep.page(&quote).await;
    assert!(page.says("Accepted") != page.says("Declined"), "{}", page.text());
    let told = rep.page("/notifications").await.text().matches("says that").count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_customer_declines_and_gets_a_new_version() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let first = send(&server, &rep, &quote, 1).await;
    let stranger = server.client();
    let empty = stranger.press(&first, "Decline quote").await.expect(422).html();
    assert!(empty.field("What would have to be different?").error.is_some());
    let no =
        empty.form("Decline quote").set("What would have to be different?", "Half the price").press("Decline quote");
    let declined = stranger.submit(&first, &no).await;
    assert!(stranger.follow(&declined).await.says("This quote was declined"));
    assert!(
        rep.page(&quote).await.says("Half the price")
            && rep.page(&deal).await.says("declined by Ana Souza: Half the price")
    );
    let revised = rep.press(&quote, "Make a new version").await.expect_redirect();
    let page = rep.page(&revised).await;
    assert!(page.heading().ends_with("-0001, version 2") && page.says("Draft"), "{}", page.heading());
    // What the customer said of the one before stays said.
    let old = stranger.page(&first).await;
    assert!(old.says("This quote was declined") && !old.says("Accept quote") && old.fact("Total") == "$250.00");
    let late =
        stranger.post(&format!("{first}/acceptance"), &[("name", "Ana"), ("agreed", "true")]).await.expect(409).html();
    assert!(late.says("Your answer was not taken"));
    assert!(rep.page(&quote).await.says("There is a newer version: Q-"));
    let second = send(&server, &rep, &revised, 2).await;
    assert_ne!(first, second);
    let accepted = stranger.submit(&second, &acceptance(&stranger.page(&second).await)).await;
    assert!(stranger.follow(&accepted).await.says("Ana Souza accepted this quote"));
    let refused = rep.post::<&str, &str>(&format!("{revised}/revision"), &[]).await;
    assert!(rep.follow(&refused).await.says("is accepted: make another quote"));
    let found = rep.page("/quotes?q=line").await.rows();
    assert_eq!(found.len(), 2, "the words of its deal find both versions");
    assert!(found.iter().any(|row| row.join(" ").contains("Declined")));
}

#[tokio::test]
async fn a_new_version_takes_the_place_of_the_one_before_when_it_is_sent() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let first = send(&server, &rep, &quote, 1).await;
    let draft = rep.press(&quote, "Make a new version").await.expect_redirect();
    let stranger = server.client();
    assert!(stranger.page(&first).await.says("Accept quote"), "while the new one is a draft, the old one stands");
    assert!(rep.page(&quote).await.says("Until that is sent, this one stands"));
    let twice = rep.post::<&str, &str>(&format!("{quote}/revision"), &[]).await;
    assert!(rep.follow(&twice).await.says("has a newer version: look at that"));
    assert_eq!(rep.press(&draft, "Throw away").await.expect_redirect(), quote);
    assert!(!rep.page(&quote).await.says("newer version"));
    let again = rep.press(&quote, "Make a new version").await.expect_redirect();
    let second = send(&server, &rep, &again, 2).await;
    let old = stranger.page(&first).await;
    assert!(old.says("There is a newer version") && !old.says("Accept quote"));
    // One that is out is sent again knowingly; both its links lead to it.
    let sending = rep.page(&format!("{again}/sending/new")).await;
    assert!(sending.says("This sends one more mail"), "{}", sending.text());
    rep.press(&format!("{again}/sending/new"), "Send again").await.expect_redirect();
    let third = links(&server, 3).await.pop().expect("a third mail");
    assert_ne!(second, third);
    assert!(stranger.page(&second).await.says("Accept quote") && stranger.page(&third).await.says("Accept quote"));
    let mail = server.mails_to(ANA, 3).await.pop().expect("a mail");
    let rep_name = rep.page("/profile").await.field("Name").value;
    assert!(mail.contains(&format!("From: \"{rep_name} at ")) && mail.contains("Reply-To: "), "{mail}");
    let found = rep.page(&format!("/quotes?q={}", "q-20")).await;
    assert_eq!(found.rows().len(), 2, "a number is found by its beginning");
    assert!(rep.page("/quotes?q=q-1999").await.rows().is_empty());
}

#[tokio::test]
async fn a_customer_who_accepts_while_a_new_version_is_written_has_accepted() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let first = send(&server, &rep, &quote, 1).await;
    let draft = rep.press(&quote, "Make a new version").await.expect_redirect();
    let stranger = server.client();
    let accepted = stranger.submit(&first, &acceptance(&stranger.page(&first).await)).await;
    assert!(stranger.follow(&accepted).await.says("Ana Souza accepted this quote"));
    let refused = rep.press(&format!("{draft}/sending/new"), "Send quote").await.expect(422).html();
    assert!(refused.says("The customer accepted version 1 meanwhile"), "{}", refused.text());
    assert_eq!(server.mails_to(ANA, 1).await.len(), 1);
}

#[tokio::test]
async fn a_quote_holds_until_its_day_is_over() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let link = send(&server, &rep, &quote, 1).await;
    expire(&server);
    let stranger = server.client();
    let page = stranger.page(&link).await;
    assert!(page.says("held until 1 Jan 2020") || page.says("held until Jan 1, 2020"), "{}", page.text());
    let late = stranger.post(&format!("{link}/acceptance"), &[("name", "Ana"), ("agreed", "true")]).await.expect(409);
    assert!(late.html().says("can be accepted no more"));
    stranger.post(&format!("{link}/refusal"), &[("reason", "No")]).await.expect(409);
    assert!(rep.page(&quote).await.says("Expired"));
    assert_eq!(rep.page(&quote).await.fact("First viewed"), "Not yet");
    let refused = rep.get(&format!("{quote}/sending/new")).await;
    assert!(rep.follow(&refused).await.says("has expired: make a new version"));
    for (filter, lines) in
        [("state=expired", 2), ("state=sent,viewed", 1), ("until.to=2020-01-01", 2), ("until.from=2020-01-02", 1)]
    {
        let csv = rep.get(&format!("/quotes.csv?{filter}")).await.expect(200).text();
        assert_eq!(csv.lines().count(), lines, "{filter}: {csv}");
    }
    let revised = rep.press(&quote, "Make a new version").await.expect_redirect();
    rep.get(&format!("{revised}/sending/new")).await.expect(200);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_so() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let link = send(&server, &rep, &quote, 1).await;
    let stranger = server.client();
    rep.press(&deal, "Delete").await.expect_redirect();
    for path in [link.as_str(), "/q/abc"] {
        let gone = stranger.get(path).await.expect(404).html();
        assert!(gone.says("This quote cannot be found") && gone.all("nav").count() == 0);
        let fields = [("name", "Ana"), ("agreed", "true")];
        stranger.post(&format!("{path}/acceptance"), &fields).await.expect(404);
    }
    rep.get(&quote).await.expect(404);
    assert!(rep.get("/quotes.csv").await.expect(200).text().lines().count() == 1);
}

#[tokio::test]
async fn what_anybody_writes_stays_text() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let line = [("Text", evil), ("Price of one", "1")];
    let deal = deal(&rep, &line).await;
    rep.fill(&format!("{deal}/edit"), &[("Name", evil)]).await.expect_redirect();
    let quote = make(&rep, &deal).await;
    let terms = format!("**Bold** {evil} [x](javascript:alert(3))");
    let fields = [("Name", evil), ("Note", evil), ("Terms", terms.as_str())];
    rep.fill(&format!("{quote}/edit"), &fields).await.expect_redirect();
    let link = send(&server, &rep, &quote, 1).await;
    let stranger = server.client();
    let page = stranger.page(&link).await;
    assert!(page.all("strong").any(|b| b.text() == "Bold") && page.says("<script>alert(1)</script>"));
    stranger.submit(&link, &acceptance(&page).set("Your name", evil)).await.expect_redirect();
    for (client, path) in [(&stranger, &link), (&rep, &quote), (&rep, &deal)] {
        let page = client.page(path).await;
        assert!(page.errors().is_empty(), "{path}: {:?}", page.errors());
        assert!(page.all("script").all(|s| s.has("src")), "{path}");
        assert!(page.all("img").count() == 0 && page.links().iter().all(|l| !l.href.contains("javascript")), "{path}");
    }
}

#[tokio::test]
async fn numbers_have_no_gap_however_many_make_quotes_at_once() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let first = deal(&rep, &LINE).await;
    let empty = rep.fill("/deals/new", &[("Name", "Nothing yet")]).await.expect_redirect();
    let makers: Vec<_> = (0..12)
        .map(|n| {
            let rep = &rep;
            // Every third is refused, and takes no number.
            let path = format!("{}/quotes", if n % 3 == 2 { &empty } else { &first });
            async move { rep.post::<&str, &str>(&path, &[]).await.status }
        })
        .collect();
    assert!(futures_join(makers).await.into_iter().all(|status| status == 303));
    let mut numbers = server.database().lines("SELECT number AS line FROM quotes");
    numbers.sort();
    let ends: Vec<_> = numbers.iter().map(|n| n.rsplit('-').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(ends, (1..=8).map(|n| format!("{n:04}")).collect::<Vec<_>>());
}

/// Runs all at once.
async fn futures_join<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.into_iter().map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(move |context| {
        let mut ready = true;
        for (future, done) in &mut waiting {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => ready = false,
                }
            }
        }
        if ready {
            std::task::Poll::Ready(waiting.iter_mut().filter_map(|(_, done)| done.take()).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn another_rep_s_quote_is_out_of_sight() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let own = "People see their own records; managers see their teams";
    let form = admin.page("/settings/company").await.form("Save company").choose(own);
    admin.submit("/settings/company", &form).await.expect_redirect();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    for path in [quote.clone(), format!("{quote}/edit"), format!("{quote}/sending/new")] {
        rep.get(&path).await.expect(200);
        other.get(&path).await.expect(404);
    }
    for path in [
        quote.clone(),
        format!("{quote}/lines"),
        format!("{quote}/revision"),
        format!("{quote}/sending"),
        format!("{deal}/quotes"),
    ] {
        other.post::<&str, &str>(&path, &[]).await.expect(404);
    }
    assert!(rep.page("/quotes").await.says("1 quote") && !other.page("/quotes").await.says("Q-"));
    assert_eq!(other.get("/quotes.csv").await.expect(200).text().lines().count(), 1);
}

#[tokio::test]
async fn a_draft_is_changed_and_what_was_sent_is_not() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let edit = format!("{quote}/edit");
    for (label, typed) in [("Valid until", "2020-01-01"), ("Valid until", ""), ("E-mail", "ana at verde")] {
        let refused = rep.fill(&edit, &[(label, typed), ("Note", "Kept")]).await.expect(422).html();
        assert!(refused.field(label).error.is_some() && refused.field("Note").value == "Kept", "{label} {typed}");
    }
    // Two who change it see both versions.
    let (one, two) = (rep.page(&edit).await, rep.page(&edit).await);
    rep.submit(&edit, &one.form("Note").set("Note", "First")).await.expect_redirect();
    let conflict = rep.submit(&edit, &two.form("Note").set("Note", "Second")).await.expect(409).html();
    rep.submit(&quote, &conflict.form("Save what is chosen")).await.expect_redirect();
    assert!(rep.page(&quote).await.says("Second"));
    let sending = format!("{quote}/sending/new");
    for (label, typed) in [("To", "nobody"), ("Subject", " "), ("Text", " ")] {
        let refused = rep.fill(&sending, &[(label, typed)]).await.expect(422).html();
        assert!(refused.field(label).error.is_some(), "{label}");
    }
    let form = rep.page(&sending).await.form("Subject").set("Text", "Dear Ana,\n\nhere it is.");
    let form = form.force("subject", "Offer\r\nBcc: all@verde.example");
    rep.submit(&sending, &form.clone()).await.expect_redirect();
    let mail = server.mail_to(ANA).await;
    assert!(mail.contains("Dear Ana,") && mail.contains("Subject: Offer Bcc: all@verde.example"), "{mail}");
    // What was sent stays; who had the old page learns so.
    let refused = rep.get(&edit).await;
    assert!(rep.follow(&refused).await.says("stays as it is: make a new version"));
    let again = rep.submit(&sending, &form).await.expect(422).html();
    assert!(again.says("changed just now"));
    // Sent again, both links work.
    rep.press(&sending, "Send again").await.expect_redirect();
    for link in links(&server, 2).await {
        assert!(server.client().page(&link).await.says("Accept quote"), "{link}");
    }
    assert!(rep.page(&deal).await.says("sent again"));
}

#[tokio::test]
async fn only_what_has_prices_is_quoted() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = rep.fill("/deals/new", &[("Name", "Line 4"), ("Currency", "USD")]).await.expect_redirect();
    let none = rep.post::<&str, &str>(&format!("{deal}/quotes"), &[]).await;
    let none = rep.follow(&none).await;
    assert!(none.says("Line 4 has no products yet"));
    rep.fill(&format!("{deal}/products/new"), &[("Text", "Training")]).await.expect_redirect();
    let open = rep.press(&deal, "Make a quote").await;
    let open = rep.follow(&open).await;
    assert!(open.says("Training has no price yet"));
    // Free is a price, and without an account or a person it is for nobody yet.
    let edit = rep
        .page(&deal)
        .await
        .links()
        .into_iter()
        .map(|l| l.href)
        .find(|h| h.contains("/products/") && h.ends_with("/edit"));
    rep.fill(&edit.expect("the line can be edited"), &[("Price of one", "0")]).await.expect_redirect();
    let page = rep.page(&make(&rep, &deal).await).await;
    assert!(page.says("Free") && page.fact("Total") == "$0.00" && page.says("Nobody is named yet"), "{}", page.text());
}

#[tokio::test]
async fn new_quotes_begin_with_what_the_company_set() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    for typed in ["0", "a month", "99999"] {
        let refused = admin.fill("/settings/quotes", &[("Days that a quote holds", typed)]).await.expect(422).html();
        assert!(refused.field("Days that a quote holds").error.is_some(), "{typed}");
    }
    let fields = [("Days that a quote holds", "1"), ("Your address", "Pier 4\nHull"), ("Terms", "Paid *at once*.")];
    admin.fill("/settings/quotes", &fields).await.expect_redirect();
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let page = rep.page(&quote).await;
    assert!(page.says("Pier 4") && page.says("Paid at once.") && page.all("em").count() == 1, "{}", page.text());
    let days = server.database().lines("SELECT CAST(valid_until AS TEXT) AS line FROM quotes");
    let today = server.database().lines("SELECT CAST(CURRENT_DATE AS TEXT) AS line");
    assert!(days[0] > today[0], "{days:?} {today:?}");
    // Without terms of the company, those that its maker wrote last.
    admin.fill("/settings/quotes", &[("Terms", "")]).await.expect_redirect();
    rep.fill(&format!("{quote}/edit"), &[("Terms", "Paid in May.")]).await.expect_redirect();
    assert!(rep.page(&make(&rep, &deal).await).await.says("Paid in May."));
    rep.get("/settings/quotes").await.expect(403);
}

#[tokio::test]
async fn nobody_tries_for_ever() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let deal = deal(&rep, &LINE).await;
    let quote = make(&rep, &deal).await;
    let link = send(&server, &rep, &quote, 1).await;
    let stranger = server.client();
    for _ in 0..10 {
        stranger.post(&format!("{link}/acceptance"), &[("name", "")]).await.expect(422);
    }
    let enough = stranger.post(&format!("{link}/acceptance"), &[("name", "Ana"), ("agreed", "true")]).await.expect(429);
    assert!(enough.html().says("too many attempts") && !rep.page(&quote).await.says("Accepted"));
    let long = "x".repeat(600_000);
    stranger.post(&format!("{link}/refusal"), &[("reason", long.as_str())]).await.expect(413);
}

#[tokio::test]
async fn what_was_agreed_outlives_the_bin_and_the_rest_does_not() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let deal = deal(&rep, &LINE).await;
    let contact = rep.page(&deal).await.link("Ana Souza");
    let quote = make(&rep, &deal).await;
    let other = make(&rep, &deal).await;
    let link = send(&server, &rep, &quote, 1).await;
    let stranger = server.client();
    stranger.submit(&link, &acceptance(&stranger.page(&link).await)).await.expect_redirect();
    // The person goes: what they agreed to stays, what they did not is nobody's.
    admin.press(&contact, "Delete").await.expect_redirect();
    admin.post::<&str, &str>(&format!("{contact}/erasure"), &[]).await.expect_redirect();
    assert!(rep.page(&quote).await.says("Ana Souza"));
    assert!(!rep.page(&other).await.text().replace("Ana Souza accepted", "").contains(ANA));
    // The deal goes: not with what was agreed.
    admin.press(&deal, "Delete").await.expect_redirect();
    let refused = admin.post::<&str, &str>(&format!("{deal}/erasure"), &[]).await.expect(400).html();
    assert!(refused.says("A customer accepted a quote of Line 4"));
    server.database().execute("UPDATE quotes SET state = 'declined'");
    admin.post::<&str, &str>(&format!("{deal}/erasure"), &[]).await.expect_redirect();
    assert_eq!(server.database().number("SELECT count(*) FROM quotes"), 0);
    assert_eq!(server.database().number("SELECT count(*) FROM quote_links"), 0);
}

/// In Chromium, as a customer meets it.
mod browser {
    use super::*;

    #[tokio::test]
    async fn a_customer_accepts_without_script_at_any_width() {
        let server = Server::start();
        let rep = server.sign_in_as(Person::Rep).await;
        let deal = deal(&rep, &LINE).await;
        let quote = make(&rep, &deal).await;
        let link = send(&server, &rep, &quote, 1).await;
        let browser = Browser::open(&server).await;
        for (theme, width) in [(Theme::Light, 1440), (Theme::Dark, 1440), (Theme::Light, 390), (Theme::Dark, 390)] {
            browser.theme(theme).await;
            browser.width(width).await;
            for path in [link.as_str(), "/q/nothing"] {
                browser.visit(path).await;
                let faults = browser.accessibility_faults().await;
                assert!(faults.is_empty(), "{theme:?} {width} {path}: {faults:?}");
                assert!(!browser.scrolls_sideways().await, "{theme:?} {width} {path}");
                assert!(browser.foreign_requests().await.is_empty());
            }
        }
        browser.javascript(false).await;
        browser.visit(&link).await;
        browser.fill("Your name", "Ana Souza").await;
        browser.find_shown("//input[@id='agreed']", "the box").await.click().await.expect("the box can be ticked");
        browser.press("Accept quote").await;
        browser.wait_for_text("Ana Souza accepted this quote").await;
        assert!(rep.page(&quote).await.says("Accepted"));
    }
}
