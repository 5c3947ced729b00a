//! Records of a file brought into the database, through the same stores as the pages: one file per kind.
//!
//! A row finds its record by its id in the system it comes from, else by what tells such records apart (the e-mail of a
//! contact, the domain or name of an account …); what it finds it changes, else it makes one. The same file twice
//! changes nothing the second time.

mod accounts;
mod contacts;
mod deals;
mod keys;
mod lookups;
mod merge;
mod notes;
mod people;
mod products;
mod reading;
mod stages;
mod tasks;
mod users;

use super::{
    fields::Kind,
    mapping::Plan,
    reader::Table,
    record::{Defaults, Record},
    source::Source,
};
use crate::{
    auth::{Viewer, company::Company, directory::Directory},
    db::{Conn, types::AccountId},
    error::{Error, Result},
    records::lead_status::Statuses,
    records::{RecordKind, RecordRef},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::Connection;
use keys::{Keys, Place};
use lookups::Lookups;
pub use notes::Notes;
use people::People;
pub use stages::{Wanted, wanted};
use std::collections::HashSet;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// Why a row was not applied.
#[derive(Debug)]
pub enum Failure {
    /// The row is to blame: what is wrong, for the file of bad rows.
    Row(String),
    /// The import cannot go on.
    Stop(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(sentence) => Self::Row(sentence),
            error => Self::Stop(error),
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Stop(error.into())
    }
}

type Applied<T> = std::result::Result<T, Failure>;

/// What applying a file needs to know, kept from row to row.
pub struct Context {
    pub defaults: Defaults,
    pub notes: Notes,
    viewer: Viewer,
    at: NaiveDateTime,
    source: Source,
    company: Company,
    statuses: Statuses,
    people: People,
    keys: Keys,
    lookups: Lookups,
    stages: stages::Stages,
    /// Records that rows of this file have spoken for.
    pub touched: HashSet<RecordRef>,
    /// Those of them that the row under way has spoken for first.
    spoken_for: Vec<RecordRef>,
    /// Accounts whose parent stands further down in the file.
    parents: Vec<(AccountId, accounts::Parent)>,
}

impl Context {
    /// Reads what is known. For deals it also makes the pipeline that their stages need.
    ///
    /// # Errors
    /// When there is no company yet.
    pub fn load(
        conn: &mut Conn,
        viewer: &Viewer,
        plan: &Plan,
        table: &Table,
        wanted: &Wanted,
        at: NaiveDateTime,
    ) -> Result<Self> {
        let directory = Directory::load(conn)?.ok_or_else(no_company)?;
        let mut context = Self {
            defaults: Defaults { currency: directory.company.currency, zone: directory.company.time_zone },
            notes: Notes::default(),
            viewer: viewer.clone(),
            at,
            source: plan.source,
            company: directory.company.clone(),
            statuses: directory.lead_statuses.clone(),
            people: People::new(&directory),
            keys: Keys::new(plan.source, table.headers()),
            lookups: Lookups::default(),
            stages: stages::Stages::default(),
            touched: HashSet::new(),
            spoken_for: Vec::new(),
            parents: Vec::new(),
        };
        if plan.kind == Kind::Deals {
            context.stages = stages::Stages::prepare(conn, viewer, wanted, &mut context.notes, at)?;
        }
        Ok(context)
    }

    /// Applies one record.
    ///
    /// # Errors
    /// `Failure::Row` leaves the row's own record as it was.
    pub fn apply(&mut self, conn: &mut Conn, kind: Kind, record: &Record) -> Applied<Outcome> {
        if record.yes("deleted") == Some(true) {
            self.notes.deleted();
            return Ok(Outcome::Unchanged);
        }
        self.spoken_for.clear();
        match kind {
            Kind::Users => self.alone(conn, record, users::apply),
            Kind::Products => products::apply(self, conn, record),
            Kind::Accounts => accounts::apply(self, conn, record),
            Kind::Contacts | Kind::Leads => contacts::apply(self, conn, kind, record),
            Kind::Deals => deals::apply(self, conn, record),
            Kind::Tasks => self.alone(conn, record, tasks::apply),
        }
    }

    /// Applies a row that may be refused after something of it is written: an address that somebody else was given at
    /// the same moment, after which PostgreSQL goes on only from a savepoint; a task whose contact was erased meanwhile.
    /// What was written is taken back, and what is remembered of it is forgotten.
    fn alone(
        &mut self,
        conn: &mut Conn,
        record: &Record,
        apply: fn(&mut Self, &mut Conn, &Record) -> Applied<Outcome>,
    ) -> Applied<Outcome> {
        let known = self.people.len();
        let outcome = conn.transaction(|conn| apply(self, conn, record));
        if matches!(outcome, Err(Failure::Row(_))) && (!self.spoken_for.is_empty() || self.people.len() != known) {
            for record in self.spoken_for.drain(..) {
                self.touched.remove(&record);
            }
            self.people = People::new(&Directory::load(conn)?.ok_or_else(no_company)?);
            self.keys.forget();
        }
        outcome
    }

    /// What can only be done once every row has been seen.
    pub fn finish(&mut self, conn: &mut Conn) -> Result<()> {
        accounts::place_under_parents(self, conn)
    }

    /// The record that the row's external id names.
    fn by_external_id(&mut self, conn: &mut Conn, kind: RecordKind, record: &Record) -> Applied<Option<i64>> {
        let Some(external) = record.text("external_id") else { return Ok(None) };
        let Some(id) = self.keys.find(conn, kind, external)? else { return Ok(None) };
        let noun = kind.label().to_lowercase();
        match keys::place(conn, RecordRef::new(kind, id))? {
            Place::Here => Ok(Some(id)),
            Place::InTheBin => Err(Failure::Row(format!(
                "This {noun} is in the bin: restore it, or erase it for good, then import the row again."
            ))),
            Place::Gone if self.source == Source::Rapport => Err(Failure::Row(format!(
                "There is no {noun} with the number {external}: leave the number empty to add one."
            ))),
            Place::Gone => Ok(None),
        }
    }

    /// The same for a record that another column of the row names.
    fn linked(&mut self, conn: &mut Conn, kind: RecordKind, external: Option<&str>) -> Result<Option<i64>> {
        let Some(external) = external else { return Ok(None) };
        let Some(id) = self.keys.find(conn, kind, external)? else { return Ok(None) };
        Ok((keys::place(conn, RecordRef::new(kind, id))? == Place::Here).then_some(id))
    }

    /// Keeps the row's external id, and says whether an earlier row has spoken for the record.
    fn meet(&mut self, conn: &mut Conn, found: RecordRef, record: &Record) -> Result<bool> {
        self.keys.keep(conn, found, record.text("external_id"))?;
        let first = self.touched.insert(found);
        match first {
            true => self.spoken_for.push(found),
            false => self.notes.repeated(),
        }
        Ok(!first)
    }

    /// Keeps the row's external id for a record just made, and the day on which the other system made it.
    fn made(&mut self, conn: &mut Conn, new: RecordRef, record: &Record) -> Result<()> {
        self.keys.keep(conn, new, record.text("external_id"))?;
        self.touched.insert(new);
        self.spoken_for.push(new);
        if let Some(created) = record.moment("created").filter(|c| *c < self.at) {
            crate::records::backdate(conn, new, created)?;
        }
        Ok(())
    }

    /// Noon of a day where the company is: that day in nearly every other zone, too.
    fn noon(&self, day: NaiveDate) -> NaiveDateTime {
        let noon = day.and_time(chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
        crate::ui::format::stored(noon, self.company.time_zone)
    }
}

/// A row changed a record that someone else saved at the same moment.
fn overtaken() -> Failure {
    Failure::Row("Someone else changed this record at the same moment: import the row again.".to_owned())
}

/// The sentence for a company that is not set up.
pub fn no_company() -> Error {
    Error::internal("there is no company yet: open the set-up link that rapport serve prints")
}
