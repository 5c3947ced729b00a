//! Two people edited one record: the second sees both versions field by field and chooses.
//!
//! The page carries every field twice, as `name` (mine) and `theirs.name`; choosing `choose.name=theirs` puts theirs in
//! place before the form is read again, so that a noun's form knows nothing of this.

use super::{Answer, Fields, page_with};
use crate::ui::Page;
use actix_web::http::StatusCode;
use askama::Template;

/// One field of a form as it stands: its name, its label, its values as they are sent, and how it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub label: &'static str,
    pub values: Vec<String>,
    pub shown: String,
}

impl Entry {
    pub fn new(name: impl Into<String>, label: &'static str, value: &str) -> Self {
        Self { name: name.into(), label, values: vec![value.to_owned()], shown: value.to_owned() }
    }

    /// A field whose value is a number that reads as a name.
    pub fn choice(name: impl Into<String>, label: &'static str, value: &str, shown: impl Into<String>) -> Self {
        Self { name: name.into(), label, values: vec![value.to_owned()], shown: shown.into() }
    }

    pub fn several(name: impl Into<String>, label: &'static str, values: &[String]) -> Self {
        let filled: Vec<String> = values.iter().filter(|v| !v.trim().is_empty()).cloned().collect();
        Self { name: name.into(), label, shown: filled.join(", "), values: filled }
    }

    pub fn tick(name: impl Into<String>, label: &'static str, ticked: bool) -> Self {
        Self {
            name: name.into(),
            label,
            values: if ticked { vec!["true".into()] } else { Vec::new() },
            shown: if ticked { "Yes".into() } else { "No".into() },
        }
    }
}

struct Pair {
    name: String,
    label: &'static str,
    mine: Entry,
    theirs: Entry,
    same: bool,
    /// Only they changed it: theirs is chosen at first, so that saving does not take their change back.
    untouched: bool,
}

/// The values of a form as it is drawn, for one hidden field `was`: what a later conflict compares both versions with.
pub fn was(entries: &[Entry]) -> String {
    let pairs = entries.iter().flat_map(|e| e.values.iter().map(|v| (e.name.as_str(), v.as_str())));
    serde_urlencoded::to_string(pairs.collect::<Vec<_>>()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "conflict.html")]
struct Conflict {
    page: Page,
    title: String,
    action: String,
    back: String,
    version: i64,
    /// What the next conflict compares with: theirs, as it is shown here.
    was: String,
    pairs: Vec<Pair>,
}

/// The page with both versions. `version` is the one that theirs has now; `base` is what the form sent as `was`, or
/// empty where it keeps none.
#[allow(clippy::too_many_arguments)] // A page of this many facts, drawn in one place.
pub fn answer(
    page: Page,
    title: &str,
    action: String,
    back: String,
    version: i64,
    base: &str,
    mine: Vec<Entry>,
    theirs: Vec<Entry>,
) -> Answer {
    let base: Vec<(String, String)> = serde_urlencoded::from_str(base).unwrap_or_default();
    let at_first =
        |name: &str| -> Vec<&str> { base.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect() };
    let was = was(&theirs);
    let pairs = mine
        .into_iter()
        .filter_map(|mine| {
            let theirs = theirs.iter().find(|t| t.name == mine.name)?.clone();
            let same = mine.values == theirs.values || mine.shown.trim() == theirs.shown.trim();
            let untouched = !same && !base.is_empty() && at_first(&mine.name) == mine.values;
            Some(Pair { name: mine.name.clone(), label: mine.label, same, untouched, mine, theirs })
        })
        .collect();
    page_with(StatusCode::CONFLICT, &Conflict { page, title: title.to_owned(), action, back, version, was, pairs })
}

impl Fields {
    /// The fields after choosing: theirs where the reader chose theirs.
    pub fn resolved(self) -> Self {
        let chosen: Vec<String> = self
            .0
            .iter()
            .filter(|(name, value)| name.starts_with("choose.") && value == "theirs")
            .map(|(name, _)| name["choose.".len()..].to_owned())
            .collect();
        let kept = self.0.into_iter().filter_map(|(name, value)| {
            if name.starts_with("choose.") || chosen.contains(&name) {
                return None;
            }
            match name.strip_prefix("theirs.") {
                Some(own) if chosen.iter().any(|c| c == own) => Some((own.to_owned(), value)),
                Some(_) => None,
                None => Some((name, value)),
            }
        });
        Self(kept.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choosing_theirs_replaces_every_value_of_the_field() {
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let fields = Fields(vec![
            pair("email", "a@mine.example"),
            pair("email", "b@mine.example"),
            pair("theirs.email", "c@theirs.example"),
            pair("choose.email", "theirs"),
            pair("title", "Mine"),
            pair("theirs.title", "Theirs"),
            pair("choose.title", "mine"),
        ])
        .resolved();
        assert_eq!(fields.all("email").collect::<Vec<_>>(), ["c@theirs.example"]);
        assert_eq!(fields.one("title"), "Mine");
    }
}
