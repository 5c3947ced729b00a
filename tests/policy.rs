//! Who may do what: every route of the site map, for every role and a stranger, on one's own record and on somebody
//! else's, where the company lets people see only their own.
//!
//! A new route is covered by itself; one about a kind of record that this test does not know fails it.

use crate::support::*;

const STRANGER_AND_ALL: [Option<Person>; 5] =
    [None, Some(Person::Agent), Some(Person::Rep), Some(Person::Manager), Some(Person::Admin)];

/// What the first number of an address stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A record that has an owner; made at this address, named in the field of this label.
    Owned { new: &'static str, label: &'static str },
    /// A note about a contact that has an owner.
    Note,
    /// A file beside a contact that has an owner.
    File,
    /// A quote of a deal that has an owner.
    Quote,
    /// A notice to the owner of a contact.
    Notice,
    /// What the whole company shares.
    Shared,
    /// A secret or a file name, which no role is asked for.
    Public,
}

fn target(route: &Route) -> Target {
    let first = route.path.trim_start_matches('/').split(['/', '.']).next().unwrap_or_default();
    match first {
        "contacts" | "leads" => Target::Owned { new: "/contacts/new", label: "Shown as" },
        "accounts" => Target::Owned { new: "/accounts/new", label: "Name" },
        "deals" => Target::Owned { new: "/deals/new", label: "Name" },
        "tasks" => Target::Owned { new: "/tasks/new", label: "Subject" },
        "meetings" => Target::Owned { new: "/meetings/new", label: "Title" },
        "timeline" => Target::Note,
        "notifications" => Target::Notice,
        "attachments" => Target::File,
        "quotes" => Target::Quote,
        "day" | "products" | "price-books" | "settings" | "imports" | "profile" | "mentions" => Target::Shared,
        "static" | "set-up" | "invitations" | "password-resets" | "files" | "forms" | "q" | "calendar" => {
            Target::Public
        }
        _ => panic!("The policy test does not know what the number in {} stands for: teach it", route.path),
    }
}

/// The address with its first parameter filled, and any further one too.
fn address(route: &Route, id: &str) -> String {
    let mut parts = route.path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let mut first = true;
    for part in &mut parts {
        if let (Some(open), Some(close)) = (part.find('{'), part.rfind('}')) {
            let value = if std::mem::take(&mut first) { id } else { "1" };
            *part = format!("{}{value}{}", &part[..open], &part[close + 1..]);
        }
    }
    parts.join("/")
}

/// Routes that an empty form or a fresh record gives nothing to do: 404 or a redirect is their right answer.
const NEED_MORE: &[&str] = &[
    "/set-up",
    "/timeline",
    "/timeline/new",
    "/timeline/{id}/restoration",
    "/deals/{id}/people",
    "/attachments",
    "/attachments/{id}/restoration",
    "/tasks/steps/{batch}/undoing",
    // Its number is a person's, whom a record of theirs does not name.
    "/leads/availability/{id}",
    "/day/{id}",
];

struct Company {
    server: Server,
    admin: Client,
    made: usize,
}

impl Company {
    async fn of_secretive_people() -> Company {
        let server = Server::start();
        let admin = server.sign_in_as(Person::Admin).await;
        let own = "People see their own records; managers see their teams";
        let form = admin.page("/settings/company").await.form("Save company").choose(own);
        admin.submit("/settings/company", &form).await.expect_redirect();
        Company { server, admin, made: 0 }
    }

    /// A new record of this person, by its number.
    async fn record(&mut self, target: Target, owner: Person) -> String {
        self.made += 1;
        let name = format!("{} Witness", word(self.made));
        match target {
            Target::Owned { new, label } => {
                let owns = if new == "/meetings/new" { "Organiser" } else { "Owner" };
                let answer = self.admin.fill(new, &[(label, name.as_str()), (owns, owner.name())]).await;
                number(&answer.expect_redirect())
            }
            Target::Note => {
                let new = Target::Owned { new: "/contacts/new", label: "Shown as" };
                let contact = Box::pin(self.record(new, owner)).await;
                let client = self.server.sign_in_as(owner).await;
                let about = format!("contact:{contact}");
                client
                    .post("/timeline", &[("about", about.as_str()), ("kind", "note"), ("text", name.as_str())])
                    .await
                    .expect_redirect();
                let page = client.page(&format!("/contacts/{contact}")).await;
                let link = page
                    .links()
                    .into_iter()
                    .map(|l| l.href)
                    .find(|l| l.starts_with("/timeline/"))
                    .expect("a note can be edited");
                number(link.trim_end_matches("/edit"))
            }
            Target::File => {
                let new = Target::Owned { new: "/contacts/new", label: "Shown as" };
                let contact = Box::pin(self.record(new, owner)).await;
                let page = format!("/attachments/new?about=contact:{contact}");
                let form = self.admin.page(&page).await.form("Add file").attach("File", "a.txt", "words");
                self.admin.submit(&page, &form.press("Add file")).await.expect_redirect();
                let links = self.admin.page(&format!("/contacts/{contact}")).await.links();
                let link =
                    links.into_iter().map(|l| l.href).find(|l| l.starts_with("/attachments/") && !l.contains("new"));
                number(&link.expect("the file is listed"))
            }
            Target::Quote => {
                let new = Target::Owned { new: "/deals/new", label: "Name" };
                let deal = format!("/deals/{}", Box::pin(self.record(new, owner)).await);
                let line = [("Text", name.as_str()), ("Price of one", "5")];
                self.admin.fill(&format!("{deal}/products/new"), &line).await.expect_redirect();
                number(&self.admin.post::<&str, &str>(&format!("{deal}/quotes"), &[]).await.expect_redirect())
            }
            Target::Notice => {
                let giver = if owner == Person::Admin { Person::Rep } else { Person::Admin };
                let giver = self.server.sign_in_as(giver).await;
                let fields = [("Shown as", name.as_str()), ("Owner", owner.name())];
                giver.fill("/contacts/new", &fields).await.expect_redirect();
                let page = self.server.sign_in_as(owner).await.page("/notifications").await;
                let actions = page.all("form").filter_map(|form| form.attr("action"));
                let reading =
                    actions.filter_map(|a| a.strip_suffix("/reading")).find(|a| a.starts_with("/notifications/"));
                number(reading.expect("a notice can be opened"))
            }
            Target::Shared | Target::Public => "1".to_owned(),
        }
    }

    async fn client(&self, person: Option<Person>) -> Client {
        match person {
            Some(person) => self.server.sign_in_as(person).await,
            None => self.server.client(),
        }
    }
}

/// A word unlike the others, so that no record looks like a duplicate of another.
fn word(n: usize) -> String {
    const SYLLABLES: [&str; 10] = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu"];
    format!("{:08}", n * 265_443_576 % 100_000_007).bytes().map(|digit| SYLLABLES[usize::from(digit - b'0')]).collect()
}

fn number(location: &str) -> String {
    let path = location.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

async fn ask(client: &Client, route: &Route, address: &str) -> Answer {
    match route.method.as_str() {
        "GET" => client.get(address).await,
        "POST" => client.post::<&str, &str>(address, &[]).await,
        other => panic!("The policy test does not know the method {other}"),
    }
}

/// A redirect to the page that strangers are sent to.
fn sent_to_sign_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.location.as_deref().is_some_and(|l| l.starts_with("/sign-in"))
}

#[tokio::test]
async fn nobody_gets_past_their_role() {
    let mut company = Company::of_secretive_people().await;
    let mut faults = Vec::new();
    for person in STRANGER_AND_ALL {
        let client = company.client(person).await;
        for route in site_map().iter().filter(|r| !r.may(person)) {
            let id =
                if route.has_parameters() { company.record(target(route), Person::Rep).await } else { String::new() };
            let answer = ask(&client, route, &address(route, &id)).await;
            let refused = match person {
                None => sent_to_sign_in(&answer),
                Some(_) => answer.status == 403,
            };
            if !refused {
                faults.push(format!("{person:?} {} {} answered {}", route.method, route.path, answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn nobody_reaches_a_record_out_of_their_sight() {
    let mut company = Company::of_secretive_people().await;
    let mut faults = Vec::new();
    for person in [Person::Agent, Person::Rep, Person::Manager] {
        let client = company.client(Some(person)).await;
        for route in site_map().iter().filter(|r| r.has_parameters() && r.may(Some(person))) {
            let target = target(route);
            if matches!(target, Target::Shared | Target::Public) {
                continue;
            }
            let id = company.record(target, Person::OtherRep).await;
            let answer = ask(&client, route, &address(route, &id)).await;
            if answer.status != 404 {
                faults.push(format!("{person:?} {} {} answered {}", route.method, route.path, answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn everybody_reaches_what_their_role_and_sight_allow() {
    let mut company = Company::of_secretive_people().await;
    let mut faults = Vec::new();
    for person in [Person::Agent, Person::Rep, Person::Manager, Person::Admin] {
        for route in site_map().iter().filter(|r| r.may(Some(person))) {
            // What stands behind a second number, a secret or a shared record is for that noun's own tests.
            let foreseeable = route.looseness() == 0
                || route.looseness() == 1
                    && matches!(target(route), Target::Owned { .. } | Target::Note | Target::Quote);
            if !foreseeable || NEED_MORE.contains(&route.path.as_str()) {
                continue;
            }
            let id = if route.has_parameters() { company.record(target(route), person).await } else { String::new() };
            let client = company.client(Some(person)).await;
            let answer = ask(&client, route, &address(route, &id)).await;
            if person == Person::Admin {
                // Some routes end the other sessions of whoever asks.
                company.admin = company.server.sign_in_as(Person::Admin).await;
            }
            let let_in = !matches!(answer.status, 401 | 403 | 404 | 500..)
                && (!sent_to_sign_in(&answer) || route.path == "/sign-out");
            if !let_in {
                faults.push(format!("{person:?} {} {} answered {}", route.method, route.path, answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_list_shows_counts_and_exports_only_what_one_sees() {
    let mut company = Company::of_secretive_people().await;
    for new in [
        Target::Owned { new: "/contacts/new", label: "Shown as" },
        Target::Owned { new: "/accounts/new", label: "Name" },
        Target::Owned { new: "/deals/new", label: "Name" },
        Target::Owned { new: "/tasks/new", label: "Subject" },
    ] {
        company.record(new, Person::Rep).await;
        company.record(new, Person::OtherRep).await;
    }
    for (person, seen) in [(Person::Rep, 1), (Person::Manager, 1), (Person::Agent, 0), (Person::Admin, 2)] {
        let client = company.client(Some(person)).await;
        for noun in ["contacts", "accounts", "deals", "tasks"] {
            let page = client.page(&format!("/{noun}")).await;
            let shown = page
                .links()
                .iter()
                .filter(|l| l.href.trim_start_matches(&format!("/{noun}/")).parse::<i64>().is_ok())
                .count();
            assert_eq!(shown, seen, "{person:?} sees {noun}");
            let csv = client.get(&format!("/{noun}.csv")).await.expect(200).text();
            assert_eq!(csv.lines().count(), seen + 1, "{person:?} exports {noun}: {csv}");
        }
        let found = client.page("/search?q=Witness").await;
        let hits = found
            .links()
            .iter()
            .filter(|l| l.href.rsplit('/').next().is_some_and(|n| n.parse::<i64>().is_ok()))
            .count();
        assert_eq!(hits, seen * 3, "{person:?} finds contacts, accounts and deals");
    }
}
