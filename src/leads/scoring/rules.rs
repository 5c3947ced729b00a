//! The rules in the database.

use super::{
    anew,
    behaviour::{Behaviour, Deed},
};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::scoring_rules,
        types::{ScoringRuleId, WebFormId},
    },
    error::{Error, Result},
    journal,
    leads::conditions::{self, Condition},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What a form gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub active: bool,
    pub conditions: Vec<Condition>,
    /// For a behaviour: of each time.
    pub points: i32,
    pub deed: Option<Deed>,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub id: ScoringRuleId,
    pub input: Input,
    pub version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = scoring_rules)]
struct Base {
    id: ScoringRuleId,
    name: String,
    active: bool,
    conditions: String,
    points: i32,
    behaviour: String,
    form_id: Option<WebFormId>,
    least: i32,
    days: i32,
    half_life: Option<i32>,
    cap: Option<i32>,
    version: i64,
}

/// Every rule, in the order in which they were made.
pub fn all(conn: &mut Conn) -> Result<Vec<Rule>> {
    let rows: Vec<Base> = scoring_rules::table.order(scoring_rules::id).select(Base::as_select()).load(conn)?;
    rows.into_iter()
        .map(|b| {
            let deed = Behaviour::parse(&b.behaviour).map(|behaviour| Deed {
                behaviour,
                form: b.form_id,
                least: usize::try_from(b.least).unwrap_or(1),
                days: b.days,
                half_life: b.half_life,
                cap: b.cap,
            });
            // A behaviour of a newer version gives nothing here.
            let active = b.active && (b.behaviour.is_empty() || deed.is_some());
            let conditions = conditions::read(&b.conditions)?;
            let input = Input { name: b.name, active, conditions, points: b.points, deed };
            Ok(Rule { id: b.id, input, version: b.version })
        })
        .collect()
}

/// Whether there is any.
pub(super) fn any(conn: &mut Conn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(scoring_rules::table.select(scoring_rules::id))).get_result(conn)?)
}

/// Whether a rule asks what becomes of quotes.
pub(super) fn ask_quotes(conn: &mut Conn) -> Result<bool> {
    let such = [Behaviour::QuoteViewed.text(), Behaviour::QuoteAccepted.text()];
    let rules = scoring_rules::table.filter(scoring_rules::behaviour.eq_any(such));
    Ok(diesel::select(diesel::dsl::exists(rules)).get_result(conn)?)
}

pub fn get(conn: &mut Conn, id: ScoringRuleId) -> Result<Rule> {
    all(conn)?.into_iter().find(|r| r.id == id).ok_or(Error::NotFound)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = scoring_rules, treat_none_as_null = true)]
struct Columns<'a> {
    name: &'a str,
    active: bool,
    conditions: String,
    points: i32,
    behaviour: &'static str,
    form_id: Option<WebFormId>,
    least: i32,
    days: i32,
    half_life: Option<i32>,
    cap: Option<i32>,
}

fn columns(input: &Input) -> Result<Columns<'_>> {
    let deed = input.deed.as_ref();
    Ok(Columns {
        name: &input.name,
        active: input.active,
        conditions: conditions::write(&input.conditions)?,
        points: input.points,
        behaviour: deed.map_or("", |d| d.behaviour.text()),
        form_id: deed.and_then(|d| d.form),
        least: deed.map_or(1, |d| i32::try_from(d.least).unwrap_or(1)),
        days: deed.map_or(30, |d| d.days),
        half_life: deed.and_then(|d| d.half_life),
        cap: deed.and_then(|d| d.cap),
    })
}

impl Input {
    /// "Country is Norway and sends a web form, twice in 14 days": what it asks, in words.
    pub fn asks(&self) -> String {
        let mut words: Vec<String> = self.conditions.iter().map(Condition::words).collect();
        words.extend(self.deed.as_ref().map(|d| {
            let often = if d.least > 1 { format!(", {} times", d.least) } else { String::new() };
            let fades = d.half_life.map(|h| format!(", half after {h} days")).unwrap_or_default();
            let cap = d.cap.map(|c| format!(", at most {c}")).unwrap_or_default();
            format!("{}{often} within {} days{fades}{cap}", d.behaviour.label(), d.days)
        }));
        if words.is_empty() { "Every lead".into() } else { words.join(" and ") }
    }

    fn shown(&self) -> String {
        format!("{}: {} → {}{}", self.name, self.asks(), self.points, if self.active { "" } else { " (off)" })
    }
}

pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<()> {
    anew(conn, at)?;
    diesel::insert_into(scoring_rules::table).values(columns(new)?).execute(conn)?;
    journal::company_changed(conn, viewer, "Scoring rule", None, Some(new.shown()), at)
}

/// Saves over the version that was read; `Ok(false)` when someone else saved in between. Every lead is reckoned anew.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ScoringRuleId,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    anew(conn, at)?;
    let before = get(conn, id)?;
    let own = scoring_rules::table.find(id).filter(scoring_rules::version.eq(version));
    let rows = diesel::update(own).set((columns(next)?, scoring_rules::version.eq(version + 1))).execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let (old, new) = (before.input.shown(), next.shown());
    journal::company_changed(conn, viewer, "Scoring rule", Some(old), Some(new), at)?;
    Ok(true)
}

pub fn delete(conn: &mut Conn, viewer: &Viewer, id: ScoringRuleId, at: NaiveDateTime) -> Result<()> {
    anew(conn, at)?;
    let before = get(conn, id)?;
    diesel::delete(scoring_rules::table.find(id)).execute(conn)?;
    journal::company_changed(conn, viewer, "Scoring rule", Some(before.input.shown()), None, at)
}
