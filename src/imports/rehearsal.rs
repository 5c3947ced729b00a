//! A dry run: every batch is applied in a transaction of its own and taken back, so that others can save in between.
//!
//! What it cannot know, because nothing stays from batch to batch: what a row fills in a record that only this file
//! makes, more than a batch further up (such a row is told as unchanged); and links to such records (a parent account
//! from further up is told as made once more). Two rows that are about one new record without sharing its id, e-mail,
//! domain or name are told as two.

use super::{
    apply::Notes,
    bad_rows::BadRows,
    fields::Kind,
    record::Record,
    run::{BATCH, Import, Seen, Summary, Transact, Turns},
};
use crate::{
    db::{dialect, types::match_key},
    error::{Error, Result},
    records::RecordRef,
};
use std::collections::HashSet;

/// What is remembered of the batches that were taken back.
#[derive(Default)]
pub struct Rehearsal {
    /// Records that were here before, and that rows have spoken for.
    pub touched: HashSet<RecordRef>,
    /// By what rows would find the records that the file makes.
    made: HashSet<String>,
    pub notes: Notes,
}

impl Rehearsal {
    /// A row would make a record: whether an earlier batch would have made it.
    pub fn made_before(&mut self, kind: Kind, record: &Record, cells: &[String]) -> bool {
        let marks = marks(kind, record, cells);
        let before = marks.iter().any(|mark| self.made.contains(mark));
        self.made.extend(marks);
        before
    }
}

/// What tells the record of a row from others, as `apply` finds it; the whole row where nothing does.
fn marks(kind: Kind, record: &Record, cells: &[String]) -> Vec<String> {
    if let Some(id) = record.text("external_id") {
        return vec![format!("id {id}")];
    }
    let emails = || record.get("email").iter().map(|email| format!("e-mail {}", email.to_lowercase()));
    let named = || record.text("name").map(|name| format!("name {}", match_key(name)));
    let found: Vec<String> = match kind {
        Kind::Users => emails().chain(named()).collect(),
        Kind::Contacts | Kind::Leads => emails().collect(),
        Kind::Accounts => record
            .get("domain")
            .iter()
            .map(|domain| format!("domain {}", domain.to_lowercase()))
            .chain(named())
            .collect(),
        Kind::Products => named().into_iter().collect(),
        Kind::Deals => {
            let account = match_key(record.text("account").unwrap_or_default());
            named().map(|name| format!("{name} {account}")).into_iter().collect()
        }
        Kind::Tasks => Vec::new(),
    };
    if found.is_empty() { vec![format!("row {}", cells.join("\u{1f}"))] } else { found }
}

impl Import<'_> {
    /// Tells what [`Import::run`] would do, as far as a dry run can know, and does nothing.
    ///
    /// # Errors
    /// As for [`Import::run`].
    pub fn rehearse(
        &self,
        transact: &mut Transact,
        mut bad_rows: Option<&mut BadRows>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Summary> {
        let (mut rows, mut summary, mut rehearsal) = (self.table.rows(), Summary::default(), Rehearsal::default());
        let (wanted, mut turns) = (self.wanted(), Turns::default());
        let mut more = true;
        while more {
            let mut reached = false;
            let outcome = transact(&mut |conn| {
                turns.pause = dialect::standing_back(conn);
                let mut context = self.context(conn, &wanted)?;
                context.touched = std::mem::take(&mut rehearsal.touched);
                let seen = Seen { summary: &mut summary, bad_rows: &mut bad_rows, rehearsal: Some(&mut rehearsal) };
                more = self.step(conn, &mut rows, BATCH, &mut context, seen)?;
                rehearsal.touched = std::mem::take(&mut context.touched);
                rehearsal.notes.merge(context.notes);
                reached = true;
                // An error takes the transaction back.
                Err(Error::Refused("a dry run keeps nothing".to_owned()))
            });
            if !reached {
                outcome?;
            }
            progress(summary.counts.read);
            turns.stand_back();
        }
        summary.notes = rehearsal.notes.sentences();
        Ok(summary)
    }
}
