//! Accounts that might be the same company: told while another is added.

use super::store::{self, Input};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        sql::{Sql, Value},
        types::{AccountId, fold, match_key},
    },
    error::Result,
    records::RecordKind,
    search,
};
use diesel::sql_types::{BigInt, Text};

/// Jaro-Winkler similarity from which two names count as very similar: "Lindqvist" and "Lindquist" are, "Nordbank" and
/// "Nordwerk" are not.
const SIMILAR: f64 = 0.93;

/// Accounts of which the first word is looked at.
const LOOKED_AT: i64 = 500;

/// Words that say what a company is in law, not who it is, and words that only join others.
const LEGAL_FORMS: [&str; 32] = [
    "ab",
    "ag",
    "as",
    "asa",
    "aps",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "group",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "ltda",
    "nv",
    "oy",
    "plc",
    "pty",
    "sa",
    "sarl",
    "spa",
    "srl",
    "and",
    "et",
    "the",
    "und",
];

/// An account that might be the same.
#[derive(Clone, Debug)]
pub struct Duplicate {
    pub id: AccountId,
    pub name: String,
    /// Goes on after the name: "has the domain acme.example".
    pub why: String,
}

/// Accounts with one of these domains or with the same or a very similar name.
pub fn find(conn: &mut Conn, viewer: &Viewer, input: &Input) -> Result<Vec<Duplicate>> {
    let mut found: Vec<Duplicate> = Vec::new();
    let mut add = |rows: Vec<(AccountId, String)>, why: &str| {
        for (id, name) in rows {
            if !found.iter().any(|d| d.id == id) {
                found.push(Duplicate { id, name, why: why.to_owned() });
            }
        }
    };
    for domain in &input.domains {
        let mut sql = Sql::new(
            "SELECT accounts.id, accounts.name FROM accounts JOIN account_domains d ON d.account_id = accounts.id WHERE accounts.deleted_at IS NULL AND d.domain = ",
        );
        sql.bind(Value::Text(domain.as_str().to_owned()));
        add(load(conn, viewer, sql, 10)?, &format!("has the domain {}", domain.as_str()));
    }
    let mut sql = Sql::new(
        "SELECT accounts.id, accounts.name FROM accounts WHERE accounts.deleted_at IS NULL AND accounts.match_key = ",
    );
    sql.bind(Value::Text(match_key(&input.name)));
    add(load(conn, viewer, sql, 10)?, "has the same name");

    let own = core(&input.name);
    // Similar names mostly begin alike: the first signs of the first word are enough to find them by.
    if let Some(first) = search::words(&own).first() {
        let beginning: String = first.chars().take(4).collect();
        let mut sql = Sql::new("SELECT accounts.id, accounts.name FROM accounts WHERE accounts.deleted_at IS NULL");
        search::words_filter(&mut sql, "accounts.id", RecordKind::Account, &beginning);
        let mut rows = load(conn, viewer, sql, LOOKED_AT)?;
        rows.retain(|(_, other)| is_similar(&own, &core(other)));
        add(rows, "has a very similar name");
    }
    found.truncate(10);
    Ok(found)
}

fn load(conn: &mut Conn, viewer: &Viewer, mut sql: Sql, limit: i64) -> Result<Vec<(AccountId, String)>> {
    store::scoped(&mut sql, viewer);
    sql.push(" ORDER BY accounts.id LIMIT ").bind(Value::Int(limit));
    sql.load::<(BigInt, Text), _>(conn)
}

/// The name without legal forms, folded; all of it when nothing else is left.
fn core(name: &str) -> String {
    let folded = fold(name).replace('.', "");
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let own: Vec<&str> = words.iter().filter(|w| !LEGAL_FORMS.contains(w)).copied().collect();
    if own.is_empty() { words.join(" ") } else { own.join(" ") }
}

fn is_similar(one: &str, other: &str) -> bool {
    one == other || rapidfuzz::distance::jaro_winkler::similarity(one.chars(), other.chars()) >= SIMILAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_form_or_a_slip_makes_no_other_company() {
        let alike = |one: &str, other: &str| is_similar(&core(one), &core(other));
        assert!(alike("Lindqvist & Söhne GmbH", "Lindquist und Sohne"));
        assert!(alike("Acme Inc.", "ACME"));
        assert!(alike("Verde Logística S.A.", "Verde Logistica"));
        assert!(!alike("Nordbank", "Nordwerk"));
        assert!(!alike("Acme", "Apex"));
        assert_eq!(core("Company Limited"), "company limited");
    }
}
