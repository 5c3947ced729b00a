//! Who is away, and how many leads one takes at a time: rules that give in turn pass over who is away or has enough.

use crate::{
    auth::{Viewer, directory},
    contacts::Lifecycle,
    db::{
        Conn, dialect,
        schema::{availability, contacts as contact_rows, lead_statuses},
        types::UserId,
    },
    error::Result,
    journal::{self, Action, Change},
    records::lead_status::Kind,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// What one person said of themselves, or their manager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub struct Availability {
    /// First day away; without it, away until the other one.
    pub away_from: Option<NaiveDate>,
    /// Last day away; without it, until further notice.
    pub away_until: Option<NaiveDate>,
    /// Leads being worked at one time, at most.
    pub most_leads: Option<i32>,
    /// Of what was read; 0 where nothing was said yet.
    pub version: i64,
}

/// Its columns.
const OWN: (availability::away_from, availability::away_until, availability::most_leads, availability::version) =
    (availability::away_from, availability::away_until, availability::most_leads, availability::version);

impl Availability {
    pub fn is_away(&self, today: NaiveDate) -> bool {
        match (self.away_from, self.away_until) {
            (None, None) => false,
            (from, until) => from.is_none_or(|day| day <= today) && until.is_none_or(|day| day >= today),
        }
    }
}

/// Everybody who said something.
pub fn all(conn: &mut Conn) -> Result<Vec<(UserId, Availability)>> {
    Ok(availability::table.select((availability::user_id, OWN)).load(conn)?)
}

/// Those of these people, in the same order, who are neither away nor full.
pub fn free(conn: &mut Conn, people: &[UserId], today: NaiveDate) -> Result<Vec<UserId>> {
    let said: Vec<(UserId, Availability)> = availability::table
        .filter(availability::user_id.eq_any(people.to_vec()))
        .select((availability::user_id, OWN))
        .load(conn)?;
    let mut free = Vec::with_capacity(people.len());
    for person in people {
        let own = said.iter().find(|(id, _)| id == person).map(|(_, own)| own);
        let full = match own.and_then(|own| own.most_leads) {
            Some(most) => open_leads(conn, *person, i64::from(most))? >= i64::from(most),
            None => false,
        };
        if !full && !own.is_some_and(|own| own.is_away(today)) {
            free.push(*person);
        }
    }
    Ok(free)
}

/// Leads that somebody works on, counted up to `most`.
fn open_leads(conn: &mut Conn, owner: UserId, most: i64) -> Result<i64> {
    let open: Vec<String> = lead_statuses::table
        .filter(lead_statuses::kind.eq_any([Kind::New, Kind::Working]))
        .select(lead_statuses::key)
        .load(conn)?;
    let found: Vec<i64> = contact_rows::table
        .filter(contact_rows::lifecycle.eq(Lifecycle::Lead))
        .filter(contact_rows::deleted_at.is_null())
        .filter(contact_rows::lead_status.eq_any(open))
        .filter(contact_rows::owner_id.eq(owner))
        .select(contact_rows::id)
        .limit(most)
        .load(conn)?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// Sets it for a person, over the version that was read. `Ok(false)` when someone else did in between.
pub fn set(conn: &mut Conn, viewer: &Viewer, person: UserId, next: &Availability, at: NaiveDateTime) -> Result<bool> {
    dialect::hold(conn, &format!("availability of {person}"))?;
    let before: Option<Availability> = availability::table.find(person).select(OWN).first(conn).optional()?;
    if before.as_ref().map_or(0, |b| b.version) != next.version {
        return Ok(false);
    }
    let values = (
        availability::version.eq(next.version + 1),
        availability::away_from.eq(next.away_from),
        availability::away_until.eq(next.away_until),
        availability::most_leads.eq(next.most_leads),
    );
    match before {
        Some(_) => diesel::update(availability::table.find(person)).set(values).execute(conn)?,
        None => {
            diesel::insert_into(availability::table).values((availability::user_id.eq(person), values)).execute(conn)?
        }
    };
    let before = before.unwrap_or_default();
    let name = directory::name_of(conn, Some(person))?.unwrap_or_default();
    let number = |n: Option<i32>| n.map(|n| n.to_string());
    let mut change = Change::new(person, Action::Updated, name)
        .date("Away from", before.away_from, next.away_from)
        .date("Away until", before.away_until, next.away_until)
        .field("Leads at one time", number(before.most_leads), number(next.most_leads));
    change.quiet = true;
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}
