//! Scores: how promising a lead is, in points that rules give for what is known of them and for what they did.
//!
//! A rule about fields gives its points when all its conditions hold. A rule about a behaviour looks at the times that it
//! happened within its days, and gives nothing below its least number of times. Each time gives the points; with a
//! half-life of `h` days one that is `d` whole days old gives `points / 2^(d / h)`, and between two halvings what lies on
//! the straight line: in thousandths, `(1000 * points >> n) * (2h - r) / 2h`, where `n = d / h` and `r = d % h`, cut off. Their sum is rounded
//! to whole points, halves away from zero, and held within the rule's cap. The score is the sum of all rules, held
//! within the limits of the company.

mod behaviour;
pub mod rules;

use super::conditions::{Checked, Facts};
use crate::{
    auth::{How, Viewer},
    contacts::{self, Contact, Lifecycle, answering},
    db::{
        Conn, dialect,
        schema::{quotes, score_parts, scoring},
        types::{ContactId, DealId, ScoringRuleId},
    },
    error::{Error, Result},
    journal,
};
pub use behaviour::{Behaviour, Deed};
use chrono::{Days, NaiveDateTime, NaiveTime};
use diesel::prelude::*;
use rules::Rule;

/// Points that a score has at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Limits {
    pub least: i32,
    pub most: i32,
    pub version: i64,
}

pub fn limits(conn: &mut Conn) -> Result<Limits> {
    Ok(scoring::table.find(1).select((scoring::least, scoring::most, scoring::version)).first(conn)?)
}

/// Saves over the version that was read; `Ok(false)` when someone else saved in between.
pub fn set_limits(
    conn: &mut Conn,
    viewer: &Viewer,
    version: i64,
    (least, most): (i32, i32),
    at: NaiveDateTime,
) -> Result<bool> {
    let before = limits(conn)?;
    let rows = diesel::update(scoring::table.find(1).filter(scoring::version.eq(version)))
        .set((scoring::least.eq(least), scoring::most.eq(most), scoring::version.eq(version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let shown = |least: i32, most: i32| Some(format!("{least} to {most}"));
    journal::company_changed(conn, viewer, "Scores", shown(before.least, before.most), shown(least, most), at)?;
    anew(conn, at)?;
    Ok(true)
}

/// Held by whoever changes rules and by the job that follows, so that none reckons with rules that are gone.
pub(super) fn hold(conn: &mut Conn) -> Result<()> {
    Ok(dialect::hold(conn, "scoring")?)
}

/// Has every lead reckoned anew, by the job.
fn anew(conn: &mut Conn, at: NaiveDateTime) -> Result<()> {
    hold(conn)?;
    answering::recheck_all(conn, at)
}

/// What a rule gives a lead.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub rule: Rule,
    pub checks: Vec<Checked>,
    /// Zero where it gives nothing.
    pub points: i32,
    /// What happened, or why it gives nothing.
    pub why: String,
}

/// Holds every rule against a lead. Nothing is changed.
pub fn trial(conn: &mut Conn, lead: &Contact, at: NaiveDateTime) -> Result<Vec<Verdict>> {
    let facts = Facts::load(conn, lead)?;
    rules::all(conn)?.into_iter().map(|rule| judge(conn, rule, lead.id, &facts, at)).collect()
}

fn judge(conn: &mut Conn, rule: Rule, lead: ContactId, facts: &Facts, at: NaiveDateTime) -> Result<Verdict> {
    let checks: Vec<Checked> = rule.input.conditions.iter().map(|c| c.check(facts)).collect();
    let (mut points, mut why) = (0, String::new());
    if rule.input.active && checks.iter().all(|c| c.holds) {
        (points, why) = match &rule.input.deed {
            None => (rule.input.points, String::new()),
            Some(deed) => {
                let times = deed.times(conn, lead, at)?;
                let points = if times.len() < deed.least { 0 } else { deed.points(rule.input.points, &times, at) };
                (points, deed.told(times.len(), rule.input.points, points))
            }
        };
    }
    Ok(Verdict { rule, checks, points, why })
}

/// The sum, within the limits.
pub fn total(verdicts: &[Verdict], limits: Limits) -> i64 {
    let sum: i64 = verdicts.iter().map(|v| i64::from(v.points)).sum();
    sum.clamp(limits.least.into(), limits.most.max(limits.least).into())
}

/// Reckons the score of a lead and keeps it with what it is made of. Returns when it changes by itself: at night, when what
/// they did grows older. Who is no lead keeps the last score.
pub(super) fn follow(conn: &mut Conn, id: ContactId, at: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
    let known = rules::any(conn)?;
    if !known && parts(conn, id)?.is_empty() {
        // Nothing was reckoned, nothing is.
        return Ok(None);
    }
    let lead = match contacts::get(conn, &Viewer::system(How::System), id) {
        Ok(lead) if lead.lifecycle == Lifecycle::Lead => lead,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let verdicts = trial(conn, &lead, at)?;
    let limits = limits(conn)?;
    answering::set_score(conn, id, total(&verdicts, limits))?;
    let made: Vec<Part> = verdicts.iter().filter(|v| v.points != 0).map(Part::of).collect();
    if made != parts(conn, id)? {
        diesel::delete(score_parts::table.filter(score_parts::contact_id.eq(id))).execute(conn)?;
        for part in &made {
            diesel::insert_into(score_parts::table)
                .values((
                    score_parts::contact_id.eq(id),
                    score_parts::rule_id.eq(part.rule_id),
                    score_parts::points.eq(part.points),
                    score_parts::words.eq(&part.words),
                ))
                .execute(conn)?;
        }
    }
    let ages = verdicts.iter().any(|v| v.points != 0 && v.rule.input.deed.is_some());
    let night = NaiveTime::from_hms_opt(3, 0, 0).unwrap_or_default();
    Ok(at.date().checked_add_days(Days::new(1)).map(|day| day.and_time(night)).filter(|_| ages))
}

/// What one rule gave.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Part {
    rule_id: ScoringRuleId,
    pub points: i32,
    /// "Director or above"
    pub words: String,
}

impl Part {
    fn of(verdict: &Verdict) -> Self {
        let name = &verdict.rule.input.name;
        let words = if verdict.why.is_empty() { name.clone() } else { format!("{name}: {}", verdict.why) };
        Self { rule_id: verdict.rule.id, points: verdict.points, words }
    }

    /// "+15", "−5"
    pub fn signed(&self) -> String {
        if self.points < 0 { format!("−{}", self.points.unsigned_abs()) } else { format!("+{}", self.points) }
    }
}

/// What a score is made of.
pub fn parts(conn: &mut Conn, id: ContactId) -> Result<Vec<Part>> {
    Ok(score_parts::table
        .filter(score_parts::contact_id.eq(id))
        .order(score_parts::rule_id)
        .select((score_parts::rule_id, score_parts::points, score_parts::words))
        .load(conn)?)
}

/// The people whom the quotes of a deal went to, where a rule asks what becomes of quotes.
pub(super) fn readers_of_quotes(conn: &mut Conn, deal: DealId) -> Result<Vec<ContactId>> {
    if !rules::ask_quotes(conn)? {
        return Ok(Vec::new());
    }
    let ids: Vec<Option<ContactId>> =
        quotes::table.filter(quotes::deal_id.eq(deal)).select(quotes::contact_id).distinct().load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}
