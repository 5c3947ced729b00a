//! A person's browser without JavaScript: cookies are kept, redirects are shown instead of followed.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::multipart;

use super::form::Form;
use super::html::Html;

/// One visitor of one server. Clones share the cookies.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// Method and path asked for, to say in failures.
    pub asked: String,
    pub status: u16,
    /// Where a redirect leads, as a path when it stays on the server.
    pub location: Option<String>,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Client {
    pub fn new(base: &str) -> Client {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(std::time::Duration::from_secs(60))
            .build()
            .expect("a client without TLS needs nothing from the machine");
        Client { http, base: base.to_owned() }
    }

    /// A visitor with the same cookies at another server of the same company.
    pub fn at(&self, base: &str) -> Client {
        Client { http: self.http.clone(), base: base.to_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, self.http.get(self.url(path))).await
    }

    /// The page at a path, which must answer 200.
    pub async fn page(&self, path: &str) -> Html {
        self.get(path).await.expect(200).html()
    }

    /// Sends fields as a page of the server itself would.
    pub async fn post<K: AsRef<str>, V: AsRef<str>>(&self, path: &str, fields: &[(K, V)]) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
        let request = self.http.post(self.url(path)).header("Sec-Fetch-Site", "same-origin").form(&fields);
        self.send("POST", path, request).await
    }

    /// Sends fields and files as a page of the server itself would.
    pub async fn post_multipart(&self, path: &str, form: multipart::Form) -> Answer {
        let request = self.http.post(self.url(path)).header("Sec-Fetch-Site", "same-origin").multipart(form);
        self.send("POST", path, request).await
    }

    /// Any request, with nothing added but the cookies: headers are the caller's business.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a test names an HTTP method");
        self.http.request(method, self.url(path))
    }

    /// Sends a request made with [`Client::request`].
    pub async fn send(&self, method: &str, path: &str, request: reqwest::RequestBuilder) -> Answer {
        let asked = format!("{method} {path}");
        match self.try_send(method, path, request).await {
            Ok(answer) => answer,
            Err(error) => panic!("{asked} got no answer: {error:?}"),
        }
    }

    /// The same where the server may die in between.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let headers = response.headers().clone();
        let location = headers.get(LOCATION).and_then(|location| location.to_str().ok());
        let location = location.map(|to| to.strip_prefix(&self.base).unwrap_or(to).to_owned());
        Ok(Answer {
            asked: format!("{method} {path}"),
            status: response.status().as_u16(),
            location,
            headers,
            bytes: response.bytes().await?.to_vec(),
        })
    }

    /// Sends a filled form that stands on the page at `page`.
    pub async fn submit(&self, page: &str, form: &Form) -> Answer {
        let target = match form.target() {
            "" => page.to_owned(),
            path if path.starts_with('?') => format!("{}{path}", page.split('?').next().unwrap_or(page)),
            path => path.to_owned(),
        };
        let pairs = form.pairs();
        if form.method == "get" {
            let query = reqwest::Url::parse_with_params("http://localhost/", &pairs).expect("pairs make a query");
            let path = target.split('?').next().unwrap_or(&target);
            return self.get(&format!("{path}?{}", query.query().unwrap_or(""))).await;
        }
        if !form.multipart {
            return self.post(&target, &pairs).await;
        }
        let mut parts = multipart::Form::new();
        for (name, value) in pairs {
            parts = parts.text(name, value);
        }
        for file in form.files() {
            let part = multipart::Part::bytes(file.bytes.clone()).file_name(file.file_name.clone());
            parts = parts.part(file.name.clone(), part);
        }
        self.post_multipart(&target, parts).await
    }

    /// Opens a page, fills in the form that has the first label, and sends it.
    pub async fn fill(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let html = self.page(page).await;
        let (landmark, _) = fields.first().expect("at least one field to find the form by");
        let form = fields.iter().fold(html.form(landmark), |form, (label, value)| form.set(label, value));
        self.submit(page, &form).await
    }

    /// Opens a page and presses a button of it.
    pub async fn press(&self, page: &str, button: &str) -> Answer {
        let form = self.page(page).await.form(button).press(button);
        self.submit(page, &form).await
    }

    /// Opens the page that a redirect leads to, which must answer 200.
    pub async fn follow(&self, answer: &Answer) -> Html {
        match &answer.location {
            Some(location) => self.page(location).await,
            None => panic!("{} answered {} and leads nowhere: {}", answer.asked, answer.status, answer.excerpt()),
        }
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http://") { path.to_owned() } else { format!("{}{path}", self.base) }
    }
}

impl Answer {
    /// Fails unless the status is this one, showing what the page says.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{} leads to {:?} and says: {}", self.asked, self.location, self.excerpt());
        self
    }

    /// Fails unless the answer is the redirect after a write; returns where it leads.
    #[track_caller]
    pub fn expect_redirect(self) -> String {
        let answer = self.expect(303);
        answer.location.unwrap_or_else(|| panic!("{} answered 303 without a location", answer.asked))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn html(&self) -> Html {
        Html::parse(&self.text())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// What a person would read first, shortened.
    pub fn excerpt(&self) -> String {
        let text = if self.header("content-type").starts_with("text/html") { self.html().text() } else { self.text() };
        text.chars().take(600).collect()
    }
}
