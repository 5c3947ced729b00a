//! The statuses of leads: a company's own words within fixed kinds. What the program does rests on the kinds, what
//! people read on the names; a lead keeps the key, which never changes.

use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::{company as company_row, lead_statuses},
        types::{fold, fresh_key, match_key},
    },
    error::{Error, Result},
    journal, text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum! {
    /// How far the work on a lead is (the field's usual words).
    Kind {
        New = "new", "New";
        Working = "working", "Working";
        Nurturing = "nurturing", "Nurturing";
        Qualified = "qualified", "Qualified";
        Disqualified = "disqualified", "Disqualified";
    }
}

impl Kind {
    /// Class of `.status`, each with a shape of its own.
    pub fn class(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Working => "open",
            Self::Nurturing => "pending",
            Self::Qualified => "done",
            Self::Disqualified => "failed",
        }
    }
}

/// One status of the list.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct LeadStatus {
    pub key: String,
    pub name: String,
    pub kind: Kind,
    /// Offered in forms.
    pub active: bool,
}

/// Every status, in order.
#[derive(Clone, Debug, Default)]
pub struct Statuses(pub Vec<LeadStatus>);

impl Statuses {
    pub fn load(conn: &mut Conn) -> Result<Self> {
        let rows = lead_statuses::table
            .order((lead_statuses::position, lead_statuses::key))
            .select((lead_statuses::key, lead_statuses::name, lead_statuses::kind, lead_statuses::active))
            .load(conn)?;
        Ok(Self(rows))
    }

    pub fn get(&self, key: &str) -> Option<&LeadStatus> {
        self.0.iter().find(|s| s.key == key)
    }

    /// The name of a status, or an empty text.
    pub fn name(&self, key: &str) -> &str {
        self.get(key).map_or("", |s| s.name.as_str())
    }

    /// The first one of a kind that is offered.
    pub fn first(&self, kind: Kind) -> Option<&LeadStatus> {
        self.0.iter().find(|s| s.kind == kind && s.active)
    }

    /// The status that a file's words name, however they are spelt.
    pub fn named(&self, text: &str) -> Option<&LeadStatus> {
        let key = match_key(text);
        self.0.iter().find(|s| !key.is_empty() && match_key(&s.name) == key)
    }

    /// All as (value, label), for a filter.
    pub fn choices(&self) -> Vec<(String, String)> {
        self.0.iter().map(|s| (s.key.clone(), s.name.clone())).collect()
    }

    /// Those on offer, and the present one, for a select.
    pub fn options(&self, current: &str) -> Vec<(String, String, bool)> {
        let offered = self.0.iter().filter(|s| s.active || s.key == current);
        offered.map(|s| (s.key.clone(), s.name.clone(), s.key == current)).collect()
    }
}

/// Adds a status after the others of its kind. Its key is made of its name.
///
/// # Errors
/// `Error::Refused` when there is one of this name.
pub fn create(conn: &mut Conn, viewer: &Viewer, name: &str, kind: Kind, at: NaiveDateTime) -> Result<()> {
    let all = held(conn)?;
    unlike(&all, name, None)?;
    let key = fresh_key(name, kind.text(), |key| all.get(key).is_some());
    let place = all.0.iter().rposition(|s| s.kind == kind).map_or(all.0.len(), |at| at + 1);
    diesel::insert_into(lead_statuses::table)
        .values((
            lead_statuses::key.eq(&key),
            lead_statuses::name.eq(name),
            lead_statuses::kind.eq(kind),
            lead_statuses::position.eq(0),
        ))
        .execute(conn)?;
    let mut keys: Vec<String> = all.0.iter().map(|s| s.key.clone()).collect();
    keys.insert(place, key);
    place_all(conn, &keys)?;
    tell(conn, viewer, None, Some(format!("{name} ({})", kind.label())), at)
}

/// Renames a status: every lead that has it shows the new name.
///
/// # Errors
/// `Error::Refused` when another has this name.
pub fn rename(conn: &mut Conn, viewer: &Viewer, key: &str, name: &str, at: NaiveDateTime) -> Result<()> {
    let all = held(conn)?;
    let before = all.get(key).ok_or(Error::NotFound)?;
    unlike(&all, name, Some(key))?;
    diesel::update(lead_statuses::table.find(key)).set(lead_statuses::name.eq(name)).execute(conn)?;
    tell(conn, viewer, Some(before.name.clone()), Some(name.to_owned()), at)
}

/// Puts a status away, or brings it back. Leads that have it keep it.
///
/// # Errors
/// `Error::Refused` for the last one of its kind: what arrives, and what is qualified or not, needs one.
pub fn set_active(conn: &mut Conn, viewer: &Viewer, key: &str, active: bool, at: NaiveDateTime) -> Result<()> {
    let all = held(conn)?;
    let before = all.get(key).ok_or(Error::NotFound)?;
    if !active && !all.0.iter().any(|s| s.active && s.kind == before.kind && s.key != key) {
        let kind = before.kind.label().to_lowercase();
        return Err(Error::Refused(format!("This is the only status for leads that are {kind}: add another first.")));
    }
    diesel::update(lead_statuses::table.find(key)).set(lead_statuses::active.eq(active)).execute(conn)?;
    let shown = |active| if active { before.name.clone() } else { format!("{} (put away)", before.name) };
    tell(conn, viewer, Some(shown(before.active)), Some(shown(active)), at)
}

/// Moves a status one place up.
pub fn raise(conn: &mut Conn, viewer: &Viewer, key: &str, at: NaiveDateTime) -> Result<()> {
    let all = held(conn)?;
    let place = all.0.iter().position(|s| s.key == key).ok_or(Error::NotFound)?;
    let mut keys: Vec<String> = all.0.iter().map(|s| s.key.clone()).collect();
    if place > 0 {
        keys.swap(place, place - 1);
    }
    let names = |keys: &[String]| Some(keys.iter().map(|k| all.name(k)).collect::<Vec<_>>().join(", "));
    let before: Vec<String> = all.0.iter().map(|s| s.key.clone()).collect();
    place_all(conn, &keys)?;
    tell(conn, viewer, names(&before), names(&keys), at)
}

/// The list, held until the change is committed: two may change it at once.
fn held(conn: &mut Conn) -> Result<Statuses> {
    dialect::hold(conn, "lead statuses")?;
    Statuses::load(conn)
}

fn unlike(all: &Statuses, name: &str, except: Option<&str>) -> Result<()> {
    match all.0.iter().any(|s| Some(s.key.as_str()) != except && fold(&s.name) == fold(name)) {
        true => Err(Error::Refused("This status is there already.".into())),
        false => Ok(()),
    }
}

fn place_all(conn: &mut Conn, keys: &[String]) -> Result<()> {
    for (place, key) in (1_i32..).zip(keys) {
        diesel::update(lead_statuses::table.find(key)).set(lead_statuses::position.eq(place)).execute(conn)?;
    }
    Ok(())
}

/// Tells the journal; and gives the company's row a new version, by which every server reads the list anew.
fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    diesel::update(company_row::table).set(company_row::version.eq(company_row::version + 1)).execute(conn)?;
    journal::company_changed(conn, viewer, "Lead status", before, after, at)
}
