//! What the person who imports should know beyond the counts, as sentences.

use crate::db::types::match_key;
use std::collections::{BTreeMap, BTreeSet};

/// Names listed before "and so many more".
const LISTED: usize = 10;

/// Collected while rows are applied.
#[derive(Debug, Default)]
pub struct Notes {
    /// Owners who are nobody here, with the rows that name them.
    owners: BTreeMap<String, u64>,
    /// (what, name) of records that rows point at and that are not here, with the rows.
    missing: BTreeMap<(&'static str, String), u64>,
    /// What was made because rows name it (word for one, word for several), by name.
    made: BTreeMap<(&'static str, &'static str), BTreeSet<String>>,
    /// Rows that the other system had deleted.
    deleted: u64,
    /// Rows about a record that an earlier row is about.
    repeated: u64,
    lines: Vec<String>,
}

impl Notes {
    pub fn unknown_owner(&mut self, name: &str) {
        *self.owners.entry(name.to_owned()).or_default() += 1;
    }

    pub fn missing(&mut self, what: &'static str, name: &str) {
        *self.missing.entry((what, name.to_owned())).or_default() += 1;
    }

    /// One more of these (word for one, word for several).
    pub fn made(&mut self, one: &'static str, several: &'static str, name: &str) {
        self.made.entry((one, several)).or_default().insert(match_key(name));
    }

    /// Adds what another part of the same file gave to know.
    pub fn merge(&mut self, other: Self) {
        for (name, rows) in other.owners {
            *self.owners.entry(name).or_default() += rows;
        }
        for (what, rows) in other.missing {
            *self.missing.entry(what).or_default() += rows;
        }
        for (words, names) in other.made {
            self.made.entry(words).or_default().extend(names);
        }
        self.deleted += other.deleted;
        self.repeated += other.repeated;
        for line in other.lines {
            if !self.lines.contains(&line) {
                self.lines.push(line);
            }
        }
    }

    pub fn deleted(&mut self) {
        self.deleted += 1;
    }

    pub fn repeated(&mut self) {
        self.repeated += 1;
    }

    pub fn line(&mut self, sentence: String) {
        self.lines.push(sentence);
    }

    pub fn sentences(&self) -> Vec<String> {
        let mut said = self.lines.clone();
        if !self.made.is_empty() {
            let counted = self.made.iter().map(|((one, several), names)| match names.len() {
                1 => format!("1 {one}"),
                n => format!("{n} {several}"),
            });
            said.push(format!("Made because rows name them: {}.", counted.collect::<Vec<_>>().join(", ")));
        }
        if !self.owners.is_empty() {
            said.push(format!(
                "Owners who are nobody here: {}. Their records have no owner. Import or add these people, then import this file again.",
                listed(self.owners.iter().map(|(name, rows)| (name.as_str(), *rows)))
            ));
        }
        let kinds: BTreeSet<&'static str> = self.missing.keys().map(|(what, _)| *what).collect();
        for kind in kinds {
            let names = self.missing.iter().filter(|((what, _), _)| *what == kind);
            said.push(format!(
                "{kind} not found: {}. The rows came in without the link.",
                listed(names.map(|((_, name), rows)| (name.as_str(), *rows)))
            ));
        }
        if self.repeated > 0 {
            said.push(format!(
                "{} about a record of an earlier row: the first row decides, the later ones fill what it leaves empty.",
                rows(self.repeated)
            ));
        }
        if self.deleted > 0 {
            said.push(format!("{} deleted in the system they come from: left out.", rows(self.deleted)));
        }
        said
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row is".to_owned() } else { format!("{count} rows are") }
}

/// "Ana (3 rows), Ben (1 row) and 4 more"
fn listed<'a>(names: impl Iterator<Item = (&'a str, u64)>) -> String {
    let all: Vec<(&str, u64)> = names.collect();
    let shown: Vec<String> = all
        .iter()
        .take(LISTED)
        .map(|(name, rows)| format!("{name} ({rows} {})", if *rows == 1 { "row" } else { "rows" }))
        .collect();
    match all.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
