//! Chromium without a window, driven as a person would: by labels and visible words.
//!
//! Each browser has a driver, a profile and a port of its own. Tests that open one have `browser` in
//! their path, since they run on one engine only (`scripts/test`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::folder::Folder;
use super::people::{PASSWORD, Person};
use super::server::Server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// A browser with a fresh profile. Everything that fantoccini's client can do works on it directly.
pub struct Browser {
    page: fantoccini::Client,
    session: String,
    driver: Driver,
    base: String,
    _profile: Folder,
}

impl Deref for Browser {
    type Target = fantoccini::Client;

    fn deref(&self) -> &fantoccini::Client {
        &self.page
    }
}

impl Browser {
    /// A desktop window, light, nobody signed in.
    pub async fn open(server: &Server) -> Browser {
        let profile = Folder::new();
        let driver = Driver::start();
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--force-prefers-reduced-motion",
            &format!("--user-data-dir={}", profile.path().display()),
        ]
        .map(str::to_owned);
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        wanted.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL", "performance": "ALL" }));
        let address = format!("http://127.0.0.1:{}", driver.port);
        let connected = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&address).await;
        let page = connected.unwrap_or_else(|error| panic!("Chromium did not start: {error}"));
        let session = page.session_id().await.ok().flatten().expect("a connected browser has a session");
        let browser = Browser { page, session, driver, base: server.address().to_owned(), _profile: profile };
        browser.width(1440).await;
        browser.theme(Theme::Light).await;
        browser
    }

    /// Opens a page of the server.
    pub async fn visit(&self, path: &str) {
        let url = if path.starts_with("http://") { path.to_owned() } else { format!("{}{path}", self.base) };
        done(&format!("opening {path}"), self.page.goto(&url).await);
    }

    /// Signs in on the sign-in page.
    pub async fn sign_in_as(&self, person: Person) {
        self.visit("/sign-in").await;
        self.fill("E-mail", person.email()).await;
        self.fill("Password", PASSWORD).await;
        self.press("Sign in").await;
        self.wait_for_path(|path| path != "/sign-in").await;
    }

    /// The path and query of the page shown.
    pub async fn path(&self) -> String {
        let url = done("asking for the address", self.page.current_url().await);
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// Waits until the page shown is one that is wanted.
    pub async fn wait_for_path(&self, wanted: impl Fn(&str) -> bool) {
        self.until("the expected page", async || wanted(&self.path().await).then_some(())).await
    }

    /// Waits until the page shows these words.
    pub async fn wait_for_text(&self, words: &str) {
        self.until(&format!("the words \"{words}\""), async || self.text().await.contains(words).then_some(())).await
    }

    /// What a person can read on the page now.
    pub async fn text(&self) -> String {
        let text = self.page.execute("return document.body.innerText", vec![]).await;
        done("reading the page", text).as_str().unwrap_or_default().to_owned()
    }

    /// The field with this visible label (or `aria-label`).
    pub async fn field(&self, label: &str) -> Element {
        let label = quoted(label);
        let control = "(self::input or self::select or self::textarea)";
        let own_text = format!("normalize-space(translate(., '\u{a0}', ' ')) = {label}");
        let path = format!(
            "//*[{control} and @id = //label[{own_text} or span[{own_text}] or text()[{own_text}]]/@for] | \
             //label[{own_text} or span[{own_text}] or text()[{own_text}] or span/text()[{own_text}]]//*[{control}] | \
             //*[{control} and @aria-label = {label}]"
        );
        self.find_shown(&path, &format!("a field labelled {label}")).await
    }

    /// Types into a field, or picks from a list by what it shows, replacing what was there.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        if done("looking at a field", field.tag_name().await) == "select" {
            done(&format!("picking {value} for {label}"), field.select_by_label(value).await);
        } else {
            done(&format!("clearing {label}"), field.clear().await);
            done(&format!("typing into {label}"), field.send_keys(value).await);
        }
    }

    /// Presses the button, or follows the link, that says this.
    pub async fn press(&self, text: &str) {
        let text = quoted(text);
        let says = format!("normalize-space(.) = {text} or @aria-label = {text} or @value = {text}");
        let path =
            format!("//*[(self::button or self::a or self::summary or self::input[@type='submit']) and ({says})]");
        let element = self.find_shown(&path, &format!("something to press that says {text}")).await;
        done(&format!("pressing {text}"), element.click().await);
    }

    /// Presses keys one after the other, the first ones held while the last is pressed: `&[Key::Shift, Key::Right]`.
    pub async fn keys(&self, chord: &[Key]) {
        let mut keys = KeyActions::new("keys".into());
        for key in chord {
            keys = keys.then(KeyAction::Down { value: (*key).into() });
        }
        for key in chord.iter().rev() {
            keys = keys.then(KeyAction::Up { value: (*key).into() });
        }
        done("pressing keys", self.page.perform_actions(keys).await);
    }

    /// Goes on with Tab until the focus is on something that a script finds good; `el` is what has the focus.
    pub async fn tab_to(&self, what: &str, good: &str) {
        for _ in 0..80 {
            self.keys(&[Key::Tab]).await;
            let script = format!("const el = document.activeElement; return Boolean({good})");
            if done("looking at the focus", self.page.execute(&script, vec![]).await) == json!(true) {
                return;
            }
        }
        panic!("Tab does not reach {what} on {}", self.path().await);
    }

    /// Drags one element onto another with the mouse.
    pub async fn drag(&self, from: Element, to: Element) {
        let (slow, button) = (Some(Duration::from_millis(50)), MOUSE_BUTTON_LEFT);
        let mouse = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement { element: from, duration: slow, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button })
            .then(PointerAction::MoveBy { duration: slow, x: 12.0, y: 12.0 })
            .then(PointerAction::MoveToElement { element: to, duration: slow, x: 0.0, y: 0.0 })
            .then(PointerAction::Up { button });
        done("dragging", self.page.perform_actions(mouse).await);
    }

    /// Points at an element with the mouse.
    pub async fn hover(&self, over: Element) {
        let there = PointerAction::MoveToElement { element: over, duration: None, x: 0.0, y: 0.0 };
        done("pointing", self.page.perform_actions(MouseActions::new("mouse".into()).then(there)).await);
    }

    /// Waits for the first element of an XPath that is shown.
    pub async fn find_shown(&self, xpath: &str, what: &str) -> Element {
        self.until(what, async || {
            for element in self.page.find_all(Locator::XPath(xpath)).await.ok()? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        })
        .await
    }

    /// Waits until something is there; fails with the page's words when it does not come.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), wait).await {
            Ok(found) => found,
            Err(_) => panic!("{what} did not come on {}, which shows: {}", self.path().await, self.text().await),
        }
    }

    /// The width of the page in CSS pixels; 390 is a telephone.
    pub async fn width(&self, pixels: u32) {
        let metrics = json!({ "width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What the system prefers; a person's own setting may differ.
    pub async fn theme(&self, theme: Theme) {
        let value = if theme == Theme::Dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Whether pages may run scripts.
    pub async fn javascript(&self, on: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await;
    }

    /// Whether the page is wider than the window, so that it scrolls sideways.
    pub async fn scrolls_sideways(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        done("measuring the page", self.page.execute(script, vec![]).await) == json!(true)
    }

    /// What axe-core finds wrong with the page, a sentence for each place.
    pub async fn accessibility_faults(&self) -> Vec<String> {
        let axe = std::env::var("RAPPORT_AXE").unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe/node_modules/axe-core/axe.min.js").into()
        });
        let axe = std::fs::read_to_string(&axe)
            .unwrap_or_else(|error| panic!("axe-core is not at {axe} ({error}). Run scripts/test, which installs it"));
        done("loading axe-core", self.page.execute(&axe, vec![]).await);
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                result => done(result.violations.flatMap(rule => rule.nodes.map(node =>
                    `${rule.id}: ${rule.help} (${node.target.join(' ')}): ${node.html.slice(0, 200)}`))),
                error => done([`axe-core failed: ${error}`]))";
        let found = done("running axe-core", self.page.execute_async(script, vec![]).await);
        serde_json::from_value(found).expect("the script answers with a list of sentences")
    }

    /// Requests since the last call that went to another origin than the server's.
    pub async fn foreign_requests(&self) -> Vec<String> {
        let mut foreign = Vec::new();
        for entry in self.log("performance").await {
            let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or("")).unwrap_or_default();
            let event = &event["message"];
            if event["method"] == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                let own =
                    ["data:", "blob:", "about:", "chrome:", "devtools:"].iter().any(|scheme| url.starts_with(scheme));
                if !own && url != self.base && !url.starts_with(&format!("{}/", self.base)) {
                    foreign.push(url.to_owned());
                }
            }
        }
        foreign
    }

    /// What the browser complained of since the last call: script errors, what the content policy
    /// refused, missing files.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.log("browser").await;
        let severe = log.iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        done(command, self.page.issue_cmd(Post { path: "goog/cdp/execute", body }).await);
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let body = json!({ "type": kind });
        let entries = done("reading the log", self.page.issue_cmd(Post { path: "se/log", body }).await);
        serde_json::from_value(entries).expect("the log is a list")
    }
}

impl Drop for Browser {
    /// Ends the session, and with it Chromium, whether the test passed or not.
    fn drop(&mut self) {
        let request =
            format!("DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", self.session);
        let ended = TcpStream::connect(("127.0.0.1", self.driver.port)).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            stream.write_all(request.as_bytes())?;
            stream.read(&mut [0; 64])
        });
        if let Err(error) = ended {
            eprintln!("Chromium may still run: {error}");
        }
    }
}

/// A WebDriver command of Chromium's own.
#[derive(Debug)]
struct Post {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// chromedriver on a port of its own.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Driver {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap_or_else(|error| {
            panic!("chromedriver does not start ({error}). Install the packages chromium and chromium-driver")
        });
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            line.split_once("started successfully on port ")?.1.trim_end_matches('.').trim().parse().ok()
        });
        // What the driver says later must go somewhere, or it would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Driver { process, port: port.expect("chromedriver says on which port it listens") }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[track_caller]
fn done<T>(what: &str, result: Result<T, CmdError>) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// A text as XPath writes it, which has no escapes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
