//! A whole file applied: in one transaction for each [`BATCH`] of rows, so that an import that is stopped keeps what it
//! did, and run again ends in the same state. A dry run applies everything in one transaction and takes it back: what it
//! tells is what would happen.

use super::{
    apply::{Context, Failure, Outcome},
    bad_rows::BadRows,
    mapping::Plan,
    reader::{Rows, Table},
    record::Issue,
    runs::{self, Counts},
};
use crate::{
    auth::Viewer,
    db::{Conn, types::now},
    error::{Error, Result},
};

/// Rows in one transaction.
pub const BATCH: usize = 500;

/// Bad rows that are told one by one; the file of bad rows has them all.
const TOLD: usize = 200;

/// A row that was not imported.
#[derive(Clone, Debug)]
pub struct Bad {
    /// The line of the file on which it starts.
    pub line: u64,
    pub reason: String,
}

/// What an import did, or would do.
#[derive(Debug, Default)]
pub struct Summary {
    pub counts: Counts,
    /// The first bad rows.
    pub bad: Vec<Bad>,
    /// What else there is to know, as sentences.
    pub notes: Vec<String>,
}

/// Runs a step in a transaction of its own: on a connection (`db::transaction`), or through the pools of a server.
pub type Transact<'a> = dyn FnMut(&mut dyn FnMut(&mut Conn) -> Result<()>) -> Result<()> + 'a;

/// A file that is ready to be applied.
pub struct Import<'a> {
    pub table: &'a Table,
    /// Surveyed.
    pub plan: &'a Plan,
    pub viewer: Viewer,
    pub file_name: &'a str,
    /// Of the file, in hexadecimal.
    pub sha256: &'a str,
}

impl Import<'_> {
    /// Applies the file. `progress` is told the rows read so far.
    ///
    /// # Errors
    /// What stops an import as a whole; what was applied before stays.
    pub fn run(
        &self,
        transact: &mut Transact,
        mut bad_rows: Option<&mut BadRows>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Summary> {
        let mut id = 0;
        transact(&mut |conn| {
            id = runs::begin(conn, &self.viewer, self.plan.kind, self.file_name, self.sha256, now())?;
            Ok(())
        })?;
        let (mut rows, mut summary, mut context) = (self.table.rows(), Summary::default(), None);
        let mut more = true;
        while more {
            transact(&mut |conn| {
                more = self.step(conn, &mut rows, BATCH, &mut context, &mut summary, &mut bad_rows)?;
                runs::keep(conn, id, &summary.counts, (!more).then(now))
            })?;
            progress(summary.counts.read);
        }
        Ok(summary)
    }

    /// Tells what [`Import::run`] would do, and does nothing.
    ///
    /// # Errors
    /// As for [`Import::run`].
    pub fn rehearse(&self, transact: &mut Transact, progress: &mut dyn FnMut(u64)) -> Result<Summary> {
        let (mut rows, mut summary, mut context) = (self.table.rows(), Summary::default(), None);
        let mut finished = false;
        let outcome = transact(&mut |conn| {
            while self.step(conn, &mut rows, BATCH, &mut context, &mut summary, &mut None)? {
                progress(summary.counts.read);
            }
            finished = true;
            // An error takes the transaction back.
            Err(Error::Refused("a dry run keeps nothing".to_owned()))
        });
        match outcome {
            Err(_) if finished => Ok(summary),
            Err(error) => Err(error),
            Ok(()) => Ok(summary),
        }
    }

    /// Applies the next rows; whether there may be more.
    fn step(
        &self,
        conn: &mut Conn,
        rows: &mut Rows,
        most: usize,
        context: &mut Option<Context>,
        summary: &mut Summary,
        bad_rows: &mut Option<&mut BadRows>,
    ) -> Result<bool> {
        let mut loaded = match context.take() {
            Some(context) => context,
            None => Context::load(conn, &self.viewer, self.plan, self.table, now())?,
        };
        let mut more = true;
        for _ in 0..most {
            let Some(row) = rows.next() else {
                loaded.finish(conn)?;
                summary.notes = loaded.notes.sentences();
                more = false;
                break;
            };
            summary.counts.read += 1;
            let (line, cells, reason) = match row {
                Err(bad) => (bad.line, bad.cells, bad.sentence),
                Ok(row) => match self.plan.record(&row, &loaded.defaults) {
                    Err(issues) => (row.line, row.cells, reason(&issues)),
                    Ok(record) => match loaded.apply(conn, self.plan.kind, &record) {
                        Ok(outcome) => {
                            *count(&mut summary.counts, outcome) += 1;
                            continue;
                        }
                        Err(Failure::Row(sentence)) => (row.line, row.cells, sentence),
                        Err(Failure::Stop(error)) => return Err(error),
                    },
                },
            };
            summary.counts.bad += 1;
            if let Some(file) = bad_rows {
                file.add(line, &cells, &reason)?;
            }
            if summary.bad.len() < TOLD {
                summary.bad.push(Bad { line, reason });
            }
        }
        *context = Some(loaded);
        Ok(more)
    }
}

fn count(counts: &mut Counts, outcome: Outcome) -> &mut u64 {
    match outcome {
        Outcome::Created => &mut counts.created,
        Outcome::Updated => &mut counts.updated,
        Outcome::Unchanged => &mut counts.unchanged,
    }
}

fn reason(issues: &[Issue]) -> String {
    let said = issues.iter().map(|issue| match &issue.column {
        Some(column) => format!("{column}: {}", issue.sentence),
        None => issue.sentence.clone(),
    });
    said.collect::<Vec<_>>().join(" ")
}
