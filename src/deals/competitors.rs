//! Competitors: who else sells to our customers, what is known of them, and which deals they are in.
//!
//! `deals.competitor` is the name of the main one of a deal, for a lost deal of the one that won it; it is always among the
//! deal's competitors.

use super::{Status, store::Deal};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn, dialect,
        schema::{competitors, deal_competitors, deals},
        sql::Sql,
        types::{CompetitorId, DealId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::collections::HashMap;

/// A competitor and what is known of them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = competitors)]
pub struct Competitor {
    pub id: CompetitorId,
    pub name: String,
    pub website: String,
    pub strengths: String,
    pub weaknesses: String,
    /// How we win against them.
    pub approach: String,
    /// Offered where one is named.
    pub active: bool,
    pub version: i64,
}

impl Competitor {
    /// Whether anything is known but the name.
    pub fn is_described(&self) -> bool {
        [&self.website, &self.strengths, &self.weaknesses, &self.approach].iter().any(|text| !text.is_empty())
    }
}

/// A competitor in a deal.
#[derive(Clone, Debug)]
pub struct Rival {
    pub competitor: Competitor,
    /// The customer has them already.
    pub incumbent: bool,
    pub note: String,
}

/// What the form gives: already valid.
#[derive(Clone, Debug, Default, Insertable, AsChangeset)]
#[diesel(table_name = competitors)]
pub struct Input {
    pub name: String,
    pub website: String,
    pub strengths: String,
    pub weaknesses: String,
    pub approach: String,
    pub active: bool,
}

/// How deals against a competitor stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub open: i64,
    pub won: i64,
    /// Lost, to whomever.
    pub lost: i64,
    /// Lost to them.
    pub lost_to: i64,
}

/// All of them, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<Competitor>> {
    let mut found: Vec<Competitor> = competitors::table.select(Competitor::as_select()).load(conn)?;
    found.sort_by_key(|c| fold(&c.name));
    Ok(found)
}

/// One of them.
pub fn get(conn: &mut Conn, id: CompetitorId) -> Result<Competitor> {
    Ok(competitors::table.find(id).select(Competitor::as_select()).first(conn)?)
}

/// How the deals that the viewer sees stand against each.
pub fn scores(conn: &mut Conn, viewer: &Viewer) -> Result<HashMap<CompetitorId, Score>> {
    let mut sql = Sql::new(
        "SELECT c.id, d.status, CAST(CASE WHEN d.competitor = c.name THEN 1 ELSE 0 END AS BIGINT) AS main, count(*)
         FROM deal_competitors k JOIN competitors c ON c.id = k.competitor_id JOIN deals d ON d.id = k.deal_id
         WHERE d.deleted_at IS NULL",
    );
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (d.owner_id IS NULL OR d.owner_id IN (").bind_ints(owners).push("))");
    }
    sql.push(" GROUP BY c.id, d.status, CASE WHEN d.competitor = c.name THEN 1 ELSE 0 END");
    let rows: Vec<(CompetitorId, Status, i64, i64)> = sql.load::<(BigInt, Text, BigInt, BigInt), _>(conn)?;
    let mut found: HashMap<CompetitorId, Score> = HashMap::new();
    for (id, status, main, count) in rows {
        let score = found.entry(id).or_default();
        match status {
            Status::Open => score.open += count,
            Status::Won => score.won += count,
            Status::Lost => {
                score.lost += count;
                score.lost_to += if main == 1 { count } else { 0 };
            }
        }
    }
    Ok(found)
}

/// Those of a deal, in order.
pub fn of_deal(conn: &mut Conn, deal: DealId) -> Result<Vec<Rival>> {
    let rows: Vec<(Competitor, bool, String)> = deal_competitors::table
        .inner_join(competitors::table.on(competitors::id.eq(deal_competitors::competitor_id)))
        .filter(deal_competitors::deal_id.eq(deal))
        .order((deal_competitors::position, competitors::id))
        .select((Competitor::as_select(), deal_competitors::incumbent, deal_competitors::note))
        .load(conn)?;
    Ok(rows.into_iter().map(|(competitor, incumbent, note)| Rival { competitor, incumbent, note }).collect())
}

/// Their names by deal, each in order: for lists.
pub(super) fn names(conn: &mut Conn, ids: &[DealId]) -> Result<HashMap<DealId, Vec<String>>> {
    let rows: Vec<(DealId, String)> = deal_competitors::table
        .inner_join(competitors::table.on(competitors::id.eq(deal_competitors::competitor_id)))
        .filter(deal_competitors::deal_id.eq_any(ids))
        .order((deal_competitors::deal_id, deal_competitors::position, competitors::id))
        .select((deal_competitors::deal_id, competitors::name))
        .load(conn)?;
    let mut found: HashMap<DealId, Vec<String>> = HashMap::new();
    for (deal, name) in rows {
        found.entry(deal).or_default().push(name);
    }
    Ok(found)
}

/// Adds a competitor.
///
/// # Errors
/// `Error::Refused` when the name is taken.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<CompetitorId> {
    if let Some(other) = called(conn, &new.name)? {
        return Err(taken(&other));
    }
    let id = diesel::insert_into(competitors::table).values(new).returning(competitors::id).get_result(conn)?;
    tell(conn, viewer, None, Some(words(new)), at)?;
    Ok(id)
}

/// Saves over the version that was read; deals keep the new name. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// As for [`create`].
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Competitor,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    if let Some(other) = called(conn, &next.name)?.filter(|other| other.id != before.id) {
        return Err(taken(&other));
    }
    let own = competitors::table.find(before.id).filter(competitors::version.eq(version));
    if diesel::update(own).set((next, competitors::version.eq(version + 1))).execute(conn)? == 0 {
        return Ok(false);
    }
    if before.name != next.name {
        diesel::update(deals::table.filter(deals::competitor.eq(&before.name)))
            .set(deals::competitor.eq(&next.name))
            .execute(conn)?;
    }
    let old = Input {
        name: before.name.clone(),
        website: before.website.clone(),
        strengths: before.strengths.clone(),
        weaknesses: before.weaknesses.clone(),
        approach: before.approach.clone(),
        active: before.active,
    };
    tell(conn, viewer, Some(words(&old)), Some(words(next)), at)?;
    Ok(true)
}

/// The one of this name, whatever its case and accents. Held until the transaction ends: two may be given one name at once.
fn called(conn: &mut Conn, name: &str) -> Result<Option<Competitor>> {
    dialect::hold(conn, "names of competitors")?;
    Ok(all(conn)?.into_iter().find(|c| fold(&c.name) == fold(name)))
}

fn taken(other: &Competitor) -> Error {
    Error::Refused(format!("There is a competitor “{}” already: choose another name.", other.name))
}

/// For the journal.
fn words(input: &Input) -> String {
    let put_away = if input.active { "" } else { " (put away)" };
    let parts = [&input.website, &input.strengths, &input.weaknesses, &input.approach];
    let parts: Vec<&str> = parts.iter().map(|p| p.as_str()).filter(|p| !p.is_empty()).collect();
    if parts.is_empty() {
        format!("{}{put_away}", input.name)
    } else {
        format!("{}{put_away}: {}", input.name, parts.join("; "))
    }
}

fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    journal::company_changed(conn, viewer, "Competitor", before, after, at)
}

/// The competitor of this name, made when there is none.
fn found_or_made(conn: &mut Conn, viewer: &Viewer, name: &str, at: NaiveDateTime) -> Result<(CompetitorId, String)> {
    if let Some(found) = called(conn, name)? {
        return Ok((found.id, found.name));
    }
    let input = Input { name: name.to_owned(), active: true, ..Input::default() };
    Ok((create(conn, viewer, &input, at)?, input.name))
}

/// The main competitor of a deal as it is kept: in the spelling it is known by, made when it is new.
pub(super) fn named(conn: &mut Conn, viewer: &Viewer, name: &str, at: NaiveDateTime) -> Result<(CompetitorId, String)> {
    found_or_made(conn, viewer, name, at)
}

/// Puts a competitor among those of a deal, if they are not there.
pub(super) fn link(conn: &mut Conn, deal: DealId, competitor: CompetitorId) -> Result<()> {
    dialect::hold(conn, &format!("competitors of deal {deal}"))?;
    let own = deal_competitors::table.find((deal, competitor));
    if diesel::select(diesel::dsl::exists(own)).get_result(conn)? {
        return Ok(());
    }
    let last: Option<i32> = deal_competitors::table
        .filter(deal_competitors::deal_id.eq(deal))
        .select(diesel::dsl::max(deal_competitors::position))
        .first(conn)?;
    diesel::insert_into(deal_competitors::table)
        .values((
            deal_competitors::deal_id.eq(deal),
            deal_competitors::competitor_id.eq(competitor),
            deal_competitors::position.eq(last.map_or(0, |p| p + 1)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Names a competitor in a deal, or says something else of one that is there.
pub fn add(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    (name, incumbent, note): (&str, bool, &str),
    at: NaiveDateTime,
) -> Result<()> {
    let (id, name) = found_or_made(conn, viewer, name, at)?;
    let before = of_deal(conn, deal.id)?.into_iter().find(|r| r.competitor.id == id);
    link(conn, deal.id, id)?;
    diesel::update(deal_competitors::table.find((deal.id, id)))
        .set((deal_competitors::incumbent.eq(incumbent), deal_competitors::note.eq(note)))
        .execute(conn)?;
    let before = before.map(|r| in_words(&r.competitor.name, r.incumbent, &r.note));
    changed(conn, viewer, deal, before, Some(in_words(&name, incumbent, note)), at)
}

/// Takes a competitor out of a deal; one that was its main competitor is that no longer.
///
/// # Errors
/// `Error::NotFound` when they are not in it; `Error::Refused` when the deal was lost to them.
pub fn remove(conn: &mut Conn, viewer: &Viewer, deal: &Deal, id: CompetitorId, at: NaiveDateTime) -> Result<()> {
    let rival = of_deal(conn, deal.id)?.into_iter().find(|r| r.competitor.id == id).ok_or(Error::NotFound)?;
    let main = deal.competitor.as_ref() == Some(&rival.competitor.name);
    if main && deal.status == Status::Lost {
        return Err(Error::Refused(format!(
            "The deal was lost to {}: change how it ended first.",
            rival.competitor.name
        )));
    }
    diesel::delete(deal_competitors::table.find((deal.id, id))).execute(conn)?;
    if main {
        diesel::update(deals::table.find(deal.id))
            .set((deals::competitor.eq(None::<String>), deals::version.eq(deals::version + 1)))
            .execute(conn)?;
    }
    let before = in_words(&rival.competitor.name, rival.incumbent, &rival.note);
    changed(conn, viewer, deal, Some(before), None, at)
}

fn in_words(name: &str, incumbent: bool, note: &str) -> String {
    let has = if incumbent { ", in use there" } else { "" };
    if note.is_empty() { format!("{name}{has}") } else { format!("{name}{has}: {note}") }
}

fn changed(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    let change = Change::new(deal.id, Action::Updated, &deal.name).field("Competitor", before, after);
    journal::record(conn, viewer, change, at)
}
