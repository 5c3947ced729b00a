//! People, as fields that name one look them up.

use crate::web::{Answer, Query, SignedIn, page};
use askama::Template;

/// People in one answer.
const FOUND: usize = 20;

#[derive(Template)]
#[template(path = "auth/people.html")]
struct Options {
    /// Value, name, second word.
    options: Vec<(String, String, String)>,
}

/// `GET /people/options?q=`: who works here, whoever asks first. With `for=filter` whose records the reader may see,
/// those who have left among them.
pub async fn options(who: SignedIn, query: Query) -> Answer {
    let (text, filter) = (query.one("q").trim(), query.one("for") == "filter");
    let found = if text.is_empty() { who.directory.offered(&who.me) } else { who.directory.named(text) };
    let mut found: Vec<_> =
        found.into_iter().filter(|p| if filter { who.viewer.sees(Some(p.id)) } else { p.is_active() }).collect();
    found.sort_by_key(|p| p.id != who.me.id);
    let options = found
        .into_iter()
        .take(FOUND)
        .map(|p| (p.id.to_string(), p.name.clone(), p.email.clone().unwrap_or_default()))
        .collect();
    page(&Options { options })
}
