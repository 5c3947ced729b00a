//! A whole file applied: in one transaction for each [`BATCH`] of rows, so that an import that is stopped keeps what it
//! did, and run again ends in the same state.

use super::{
    apply::{self, Context, Failure, Outcome, Wanted},
    bad_rows::BadRows,
    fields::Kind,
    mapping::Plan,
    reader::{Rows, Table},
    record::Issue,
    rehearsal::Rehearsal,
    runs::{self, Counts},
};
use crate::{
    auth::Viewer,
    db::{Conn, dialect, types::now},
    error::Result,
    leads,
};

use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Rows in one transaction.
pub const BATCH: usize = 500;

/// Bad rows that are told one by one; the file of bad rows has them all.
const TOLD: usize = 200;

/// A row that was not imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// Lets others write in between.
pub(super) struct Turns {
    pub pause: Option<Duration>,
    since: Instant,
}

/// Nobody waits for much longer than this to save something.
const TURN: Duration = Duration::from_millis(400);

impl Default for Turns {
    fn default() -> Self {
        Self { pause: None, since: Instant::now() }
    }
}

impl Turns {
    /// Between two batches.
    #[expect(clippy::disallowed_methods, reason = "SQLite shows no state that tells who waits for its writer")]
    pub fn stand_back(&mut self) {
        if let Some(pause) = self.pause.filter(|_| self.since.elapsed() >= TURN) {
            std::thread::sleep(pause);
            self.since = Instant::now();
        }
    }
}

/// What is told while rows go by.
pub(super) struct Seen<'a, 'b> {
    pub summary: &'a mut Summary,
    pub bad_rows: &'a mut Option<&'b mut BadRows>,
    /// For a dry run.
    pub rehearsal: Option<&'a mut Rehearsal>,
}

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
    /// Applies the file; the number of the run, and what it did. `progress` is told the rows read so far.
    ///
    /// # Errors
    /// What stops an import as a whole; what was applied before stays.
    pub fn run(
        &self,
        transact: &mut Transact,
        mut bad_rows: Option<&mut BadRows>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(i64, Summary)> {
        let mut id = 0;
        transact(&mut |conn| {
            id = runs::begin(conn, &self.viewer, self.plan.kind, self.file_name, self.sha256, now())?;
            Ok(())
        })?;
        let (mut rows, mut summary, wanted) = (self.table.rows(), Summary::default(), self.wanted());
        let (mut context, mut turns) = (None, Turns::default());
        let mut more = true;
        while more {
            transact(&mut |conn| {
                turns.pause = dialect::standing_back(conn);
                let context = match &mut context {
                    Some(context) => context,
                    none => none.insert(self.context(conn, &wanted)?),
                };
                let seen = Seen { summary: &mut summary, bad_rows: &mut bad_rows, rehearsal: None };
                if self.plan.kind == Kind::Leads {
                    leads::assignment::before_many(conn)?;
                }
                more = self.step(conn, &mut rows, BATCH, context, seen)?;
                runs::keep(conn, id, &summary.counts, (!more).then(now))
            })?;
            progress(summary.counts.read);
            turns.stand_back();
        }
        summary.notes = context.map(|context| context.notes.sentences()).unwrap_or_default();
        Ok((id, summary))
    }

    /// What has to be known of the whole file before its first row is applied.
    pub(super) fn wanted(&self) -> Wanted {
        if self.plan.kind == Kind::Deals { apply::wanted(self.plan, self.table) } else { Wanted::default() }
    }

    pub(super) fn context(&self, conn: &mut Conn, wanted: &Wanted) -> Result<Context> {
        Context::load(conn, &self.viewer, self.plan, self.table, wanted, now())
    }

    /// Applies the next rows; whether there may be more.
    pub(super) fn step(
        &self,
        conn: &mut Conn,
        rows: &mut Rows,
        most: usize,
        context: &mut Context,
        seen: Seen,
    ) -> Result<bool> {
        let Seen { summary, bad_rows, mut rehearsal } = seen;
        for _ in 0..most {
            let Some(row) = rows.next() else {
                context.finish(conn)?;
                return Ok(false);
            };
            summary.counts.read += 1;
            let (line, cells, reason) = match row {
                Err(bad) => (bad.line, bad.cells, bad.sentence),
                Ok(row) => match self.plan.record(&row, &context.defaults) {
                    Err(issues) => (row.line, row.cells, reason(&issues)),
                    Ok(record) => match context.apply(conn, self.plan.kind, &record) {
                        Ok(mut outcome) => {
                            if outcome == Outcome::Created
                                && let Some(rehearsal) = &mut rehearsal
                                && rehearsal.made_before(self.plan.kind, &record, &row.cells)
                            {
                                context.notes.repeated();
                                outcome = Outcome::Unchanged;
                            }
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
        Ok(true)
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
