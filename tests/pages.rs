//! Every page of the product, found by walking it: what each must keep, whatever it is about.
//!
//! The addresses come from the site map (`rapport routes`), the records from the links that the pages
//! of the made-up company show, so that a new page is tested by being there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::support::{Answer, Client, Person, Route, Server, site_map};

#[tokio::test]
async fn every_page_answers_as_the_policy_says_and_parses_without_an_error() {
    let server = Server::demo();
    let site = Site::walk(&server).await;
    let mut wrong = Vec::new();
    for person in Person::ALL.map(Some).into_iter().chain([None]) {
        let client = match person {
            Some(person) => server.sign_in_as(person).await,
            None => server.client(),
        };
        for (route, address) in site.examples(2) {
            let answer = client.get(&address).await;
            let who = person.map_or("a stranger", Person::name);
            if !allowed_statuses(route, person).contains(&answer.status) {
                wrong.push(format!("{address} (for {}) answers {who} with {}", route.who, answer.status));
            }
            if person.is_none() && answer.status == 303 && route.who != "anyone" {
                let to = answer.location.clone().unwrap_or_default();
                if !to.starts_with("/sign-in") {
                    wrong.push(format!("{address} sends a stranger to {to}"));
                }
            }
            wrong.extend(faults_of_markup(&answer).into_iter().map(|fault| format!("{address} for {who}: {fault}")));
        }
        let lost = client.get("/no/such/page").await;
        if !matches!((person, lost.status), (_, 404) | (None, 303)) {
            wrong.push(format!("an unknown address answers {}", lost.status));
        }
        wrong.extend(
            faults_of_markup(&lost).into_iter().map(|fault| format!("the page for unknown addresses: {fault}")),
        );
    }
    assert_none(wrong);
}

#[tokio::test]
async fn every_page_of_the_site_map_can_be_reached_by_links() {
    let server = Server::demo();
    let site = Site::walk(&server).await;
    assert_none(site.unreached());
}

#[tokio::test]
async fn every_link_leads_somewhere() {
    let server = Server::demo();
    let site = Site::walk(&server).await;
    let admin = server.sign_in_as(Person::Admin).await;
    let mut wrong = Vec::new();
    let mut tried: BTreeMap<&str, u32> = BTreeMap::new();
    for (address, page) in &site.links {
        let path = path_of(address);
        let Some(route) = route_of(&site.routes, path) else {
            wrong.push(format!("{page} links to {address}, which the site map does not know"));
            continue;
        };
        // A list of hundreds of records need not be followed to its end.
        let tried = tried.entry(&route.path).or_default();
        *tried += 1;
        if *tried > 25 {
            continue;
        }
        let answer = admin.get(address).await;
        if answer.status >= 400 {
            wrong.push(format!("{page} links to {address}, which answers {}", answer.status));
        }
    }
    assert_none(wrong);
}

#[tokio::test]
async fn no_page_may_run_inline_code_or_be_framed() {
    let server = Server::demo();
    let site = Site::walk(&server).await;
    let admin = server.sign_in_as(Person::Admin).await;
    let mut wrong = Vec::new();
    for (_, address) in site.examples(1) {
        let answer = admin.get(&address).await;
        wrong.extend(faults_of_headers(&answer).into_iter().map(|fault| format!("{address}: {fault}")));
    }
    let stranger = server.client();
    for address in ["/sign-in", "/no/such/page", "/healthz"] {
        let answer = stranger.get(address).await;
        wrong.extend(faults_of_headers(&answer).into_iter().map(|fault| format!("{address}: {fault}")));
    }
    assert_none(wrong);
}

/// In Chromium: nothing for axe-core to find, nothing loaded from elsewhere, no complaint in the
/// console, no scrolling sideways.
mod browser {
    use super::{Site, assert_none, is_page};
    use crate::support::{Browser, Person, Server, Theme};

    #[tokio::test]
    async fn pages_are_accessible_when_light_and_wide() {
        check_pages(Theme::Light, 1440).await;
    }

    #[tokio::test]
    async fn pages_are_accessible_when_dark_and_wide() {
        check_pages(Theme::Dark, 1440).await;
    }

    #[tokio::test]
    async fn pages_are_accessible_when_light_and_narrow() {
        check_pages(Theme::Light, 390).await;
    }

    #[tokio::test]
    async fn pages_are_accessible_when_dark_and_narrow() {
        check_pages(Theme::Dark, 390).await;
    }

    async fn check_pages(theme: Theme, width: u32) {
        let server = Server::demo();
        let site = Site::walk(&server).await;
        let admin = server.sign_in_as(Person::Admin).await;
        let browser = Browser::open(&server).await;
        browser.width(width).await;
        browser.theme(theme).await;
        let mut wrong = Vec::new();
        // Signed out first: what a stranger meets.
        check_page(&browser, "/sign-in", &mut wrong).await;
        browser.sign_in_as(Person::Admin).await;
        for (_, address) in site.examples(1) {
            let answer = admin.get(&address).await;
            // Downloads, redirects and fragments of pages are not pages.
            let is_shown = answer.status == 200 && !answer.header("content-disposition").starts_with("attachment");
            if is_shown && is_page(&answer) {
                check_page(&browser, &address, &mut wrong).await;
            }
        }
        assert_none(wrong);
    }

    async fn check_page(browser: &Browser, address: &str, wrong: &mut Vec<String>) {
        browser.visit(address).await;
        let mut faults = browser.accessibility_faults().await;
        faults.extend(browser.foreign_requests().await.into_iter().map(|url| format!("asks another host: {url}")));
        faults.extend(browser.complaints().await.into_iter().map(|message| format!("the console says: {message}")));
        if browser.scrolls_sideways().await {
            faults.push("scrolls sideways".to_owned());
        }
        wrong.extend(faults.into_iter().map(|fault| format!("{address}: {fault}")));
    }
}

/// What a walk through the whole product as its admin found.
struct Site {
    routes: Vec<Route>,
    /// Addresses of each route's pages, without their queries, by the route's path.
    found: BTreeMap<String, Vec<String>>,
    /// Every link, with a page that shows it.
    links: BTreeMap<String, String>,
}

/// Addresses that people may guess though pages link to what stands behind them, and files that nobody uploaded here.
const UNLINKED: &[&str] = &[
    // A move that lacks something leads there.
    "/deals/{id}/requirements/new",
    "/leads/{id}",
    "/leads/{id}/edit",
    "/files/{sha256}",
];

/// How many pages of one route are read for more links: records differ in what they show.
const READ_OF_EACH: usize = 3;

impl Site {
    async fn walk(server: &Server) -> Site {
        let routes: Vec<_> = site_map().into_iter().filter(|route| route.method == "GET").collect();
        let admin = server.sign_in_as(Person::Admin).await;
        let mut site = Site { routes, found: BTreeMap::new(), links: BTreeMap::new() };
        // Whoever has just come has no meetings.
        admin.fill("/meetings/new", &[("Title", "A walk")]).await.expect_redirect();
        // Files of imports stay for some days only, so that the made-up company has none.
        for button in ["Try", "Import"] {
            let form = admin.page("/imports").await.form("File").set("Each row is one of", "contacts");
            let form =
                form.attach("File", "fair.csv", "Name,E-mail,Oddity\nAna Souza,ana@souza.example,x\nBen,nobody,y\n");
            admin.submit("/imports", &form.press(button)).await.expect_redirect();
        }
        let mut waiting: VecDeque<String> = VecDeque::new();
        for route in &site.routes {
            if !route.has_parameters() {
                site.found.entry(route.path.clone()).or_default().push(route.path.clone());
                waiting.push_back(route.path.clone());
            }
        }
        while let Some(address) = waiting.pop_front() {
            for link in links_of(&admin, &address).await {
                let path = path_of(&link).to_owned();
                site.links.entry(link).or_insert_with(|| address.clone());
                let Some(route) = route_of(&site.routes, &path) else { continue };
                let found = site.found.entry(route.path.clone()).or_default();
                if !found.contains(&path) && found.len() < READ_OF_EACH {
                    found.push(path.clone());
                    waiting.push_back(path);
                }
            }
        }
        site
    }

    /// Up to so many addresses of every route that the walk reached; those that end the session last.
    fn examples(&self, of_each: usize) -> Vec<(&Route, String)> {
        let mut examples = Vec::new();
        for route in &self.routes {
            let found = self.found.get(&route.path).into_iter().flatten().take(of_each);
            examples.extend(found.map(|address| (route, address.clone())));
        }
        examples
    }

    /// Routes with parameters that no link leads to.
    fn unreached(&self) -> Vec<String> {
        let unreached = self.routes.iter().filter(|route| !self.found.contains_key(&route.path));
        // A token comes by mail or from the command line, never from a page.
        let unreached = unreached.filter(|route| !route.path.contains("{token"));
        let unreached = unreached.filter(|route| !UNLINKED.contains(&route.path.as_str()));
        unreached.map(|route| format!("no page links to {}", route.path)).collect()
    }
}

/// What a person may be answered at an address of a route.
fn allowed_statuses(route: &Route, person: Option<Person>) -> &'static [u16] {
    match (route.may(person), person) {
        // Someone else's record may be out of sight: then it does not exist for this person.
        // One changes one's own words only.
        (true, Some(_)) if route.path == "/timeline/{id}/edit" => &[200, 403, 404],
        (true, _) if route.has_parameters() => &[200, 303, 404],
        (true, _) => &[200, 303],
        (false, None) => &[303],
        (false, Some(_)) => &[403],
    }
}

/// Whether it is a whole page: what a combobox asks for is options alone, what a line was understood as a few words.
fn is_page(answer: &Answer) -> bool {
    let is_fragment =
        answer.bytes.is_empty() || answer.bytes.starts_with(b"<option") || answer.bytes.starts_with(b"<span");
    answer.header("content-type").starts_with("text/html") && !is_fragment
}

/// Parse errors and what every whole page must have.
fn faults_of_markup(answer: &Answer) -> Vec<String> {
    if !is_page(answer) {
        return Vec::new();
    }
    let html = answer.html();
    let mut faults = html.errors().to_vec();
    // Of a page under a dialog, the dialog's alone can be reached.
    let headings = html.all("h1").filter(|h1| {
        let mut chain = std::iter::successors(Some(*h1), |element| element.parent());
        !chain.any(|element| element.has("inert"))
    });
    let headings = headings.count();
    if headings != 1 {
        faults.push(format!("{headings} headings of the first rank"));
    }
    if html.all("html").any(|root| root.attr("lang").is_none_or(str::is_empty)) {
        faults.push("no language".to_owned());
    }
    if html.all("title").all(|title| title.raw_text().trim().is_empty()) {
        faults.push("no title".to_owned());
    }
    let mut ids = BTreeSet::new();
    for id in html.elements().filter_map(|element| element.attr("id")) {
        if !ids.insert(id) {
            faults.push(format!("the id {id} stands twice"));
        }
    }
    for element in html.elements() {
        if element.has("style") || (element.tag() == "script" && !element.has("src") && !is_data(element.attr("type")))
        {
            faults.push(format!("inline style or script in <{}>", element.tag()));
        }
    }
    faults
}

fn is_data(script_type: Option<&str>) -> bool {
    matches!(script_type, Some("application/json" | "speculationrules"))
}

fn faults_of_headers(answer: &Answer) -> Vec<String> {
    let policy = answer.header("content-security-policy");
    let mut faults = Vec::new();
    for needed in ["default-src 'none'", "frame-ancestors 'none'"] {
        if !policy.contains(needed) {
            faults.push(format!("the content policy lacks {needed}: \"{policy}\""));
        }
    }
    if policy.contains("unsafe-") {
        faults.push(format!("the content policy allows unsafe code: \"{policy}\""));
    }
    if answer.header("x-content-type-options") != "nosniff" {
        faults.push("types may be guessed".to_owned());
    }
    if answer.header("referrer-policy").is_empty() {
        faults.push("addresses are told to other sites".to_owned());
    }
    faults
}

/// The addresses on this server that a page leads to: by links, by forms that only ask, by the files it is made of.
async fn links_of(client: &Client, address: &str) -> Vec<String> {
    let answer = client.get(address).await;
    if let Some(to) = answer.location {
        return vec![to];
    }
    if !answer.header("content-type").starts_with("text/html") {
        return Vec::new();
    }
    let html = answer.html();
    let asking =
        html.all("form").filter(|form| form.attr("method").is_none_or(|method| method.eq_ignore_ascii_case("get")));
    let files = html.elements().filter_map(|element| match element.tag() {
        "link" | "use" => element.attr("href"),
        "script" | "img" => element.attr("src"),
        _ => None,
    });
    let asked = asking.filter_map(|form| form.attr("action"));
    let links = html.all("a").filter_map(|a| a.attr("href")).chain(asked).chain(files);
    let own = links.filter_map(|href| {
        let href = href.split('#').next().unwrap_or("");
        match href.as_bytes() {
            [b'/', b'/', ..] => None,
            [b'/', ..] => Some(href.to_owned()),
            [b'?', ..] => Some(format!("{}{href}", path_of(address))),
            _ => None,
        }
    });
    own.collect()
}

fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap_or(address)
}

/// The route that an address belongs to: of several, the one with the fewest parameters.
fn route_of<'a>(routes: &'a [Route], path: &str) -> Option<&'a Route> {
    routes.iter().filter(|route| route.matches(path)).min_by_key(|route| route.looseness())
}

fn assert_none(wrong: Vec<String>) {
    let shown: Vec<_> = wrong.iter().take(80).cloned().collect();
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), shown.join("\n"));
}
