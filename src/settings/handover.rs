//! What a person who leaves owns, and how it passes to someone else.

use crate::{
    accounts,
    auth::Viewer,
    contacts,
    db::{Conn, types::UserId},
    deals,
    error::Result,
    meetings, tasks,
};
use chrono::NaiveDateTime;

type Count = fn(&mut Conn, UserId) -> Result<i64>;
type HandOver = fn(&mut Conn, &Viewer, UserId, UserId, NaiveDateTime) -> Result<usize>;

/// Every kind of record that can be handed over: its words, and the functions of its noun.
const KINDS: [(&str, &str, Count, HandOver); 5] = [
    ("contact", "contacts", contacts::handover::count, contacts::handover::hand_over),
    ("account", "accounts", accounts::handover::count, accounts::handover::hand_over),
    ("open deal", "open deals", deals::handover::count, deals::handover::hand_over),
    ("open task", "open tasks", tasks::handover::count, tasks::handover::hand_over),
    ("meeting to come", "meetings to come", meetings::handover::count, meetings::handover::hand_over),
];

/// How many of each kind a person owns, those with none left out: (how many, what).
pub fn counts(conn: &mut Conn, owner: UserId) -> Result<Vec<(i64, &'static str)>> {
    let mut found = Vec::new();
    for (one, several, count, _) in KINDS {
        match count(conn, owner)? {
            0 => {}
            1 => found.push((1, one)),
            n => found.push((n, several)),
        }
    }
    Ok(found)
}

/// Gives everything to someone else, with a line in the journal for each record. Returns how many there were.
pub fn hand_over(conn: &mut Conn, viewer: &Viewer, from: UserId, to: UserId, at: NaiveDateTime) -> Result<usize> {
    let mut total = 0;
    for (_, _, _, hand_over) in KINDS {
        total += hand_over(conn, viewer, from, to, at)?;
    }
    Ok(total)
}
