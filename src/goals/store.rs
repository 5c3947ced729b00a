//! Goals in the database.

use super::Measure;
use crate::{
    auth::{Viewer, directory::Person},
    db::{
        Conn, dialect,
        schema::goals,
        sql::{Sql, Value},
        types::UserId,
    },
    error::Result,
    journal,
    ui::format,
};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::{BTreeMap, HashMap};

/// How far one person is with one measure in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub measure: Measure,
    pub done: i64,
    /// None was set.
    pub target: Option<i32>,
}

/// What each person reached in the week of a Monday, in the order of [`Measure::ALL`]. A week is the person's own: from
/// midnight to midnight where they are, which is not always 168 hours.
pub fn of_week(conn: &mut Conn, people: &[Person], monday: NaiveDate) -> Result<HashMap<UserId, Vec<Progress>>> {
    let mut zones: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for person in people {
        zones.entry(&person.time_zone).or_default().push(person.id.0);
    }
    let mut done: HashMap<(i64, Measure), i64> = HashMap::new();
    for (zone, ids) in zones {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let midnight = |day: NaiveDate| format::stored(day.and_time(NaiveTime::MIN), zone);
        let (from, to) = (midnight(monday), midnight(monday.checked_add_days(Days::new(7)).unwrap_or(monday)));
        for (kind, measure) in [("call", Measure::Calls), ("meeting", Measure::Meetings)] {
            let mut sql = Sql::new("SELECT by_id, count(*) FROM timeline_entries WHERE deleted_at IS NULL AND kind = ");
            sql.bind(Value::Text(kind.into())).push(" AND by_id IN (").bind_ints(&ids).push(")");
            within(&mut sql, "at", (from, to), "by_id");
            done.extend(counted(conn, sql, measure)?);
        }
        let mut sql = Sql::new("SELECT owner_id, count(*) FROM deals WHERE deleted_at IS NULL AND owner_id IN (");
        sql.bind_ints(&ids).push(")");
        within(&mut sql, "created_at", (from, to), "owner_id");
        done.extend(counted(conn, sql, Measure::Deals)?);
    }
    let ids: Vec<UserId> = people.iter().map(|p| p.id).collect();
    let targets = targets(conn, &ids, monday)?;
    let of = |id: UserId| {
        let progress = |measure: &Measure| Progress {
            measure: *measure,
            done: done.get(&(id.0, *measure)).copied().unwrap_or(0),
            target: targets.get(&(id, *measure)).copied().filter(|target| *target > 0),
        };
        (id, Measure::ALL.iter().map(progress).collect())
    };
    Ok(ids.into_iter().map(of).collect())
}

fn within(sql: &mut Sql, column: &str, (from, to): (NaiveDateTime, NaiveDateTime), by: &str) {
    sql.push(format!(" AND {column} >= ")).bind(Value::Time(from));
    sql.push(format!(" AND {column} < ")).bind(Value::Time(to)).push(format!(" GROUP BY {by}"));
}

fn counted(conn: &mut Conn, sql: Sql, measure: Measure) -> Result<Vec<((i64, Measure), i64)>> {
    let rows: Vec<(i64, i64)> = sql.load::<(BigInt, BigInt), _>(conn)?;
    Ok(rows.into_iter().map(|(id, n)| ((id, measure), n)).collect())
}

/// What was asked for in the week of a Monday: the latest that was set for it or an earlier week.
fn targets(conn: &mut Conn, people: &[UserId], monday: NaiveDate) -> Result<HashMap<(UserId, Measure), i32>> {
    let rows: Vec<(UserId, Measure, i32)> = goals::table
        .filter(goals::user_id.eq_any(people))
        .filter(goals::since.le(monday))
        .order(goals::since)
        .select((goals::user_id, goals::measure, goals::target))
        .load(conn)?;
    Ok(rows.into_iter().map(|(user, measure, target)| ((user, measure), target)).collect())
}

/// Sets what a person is to reach from this week on; 0 is no goal. `Ok(false)` when it is not what `before` says any more.
pub fn set(
    conn: &mut Conn,
    viewer: &Viewer,
    (person, name, measure): (UserId, &str, Measure),
    (before, target): (i32, i32),
    monday: NaiveDate,
    at: NaiveDateTime,
) -> Result<bool> {
    dialect::hold(conn, &format!("goal {person} {}", measure.text()))?;
    let held = targets(conn, &[person], monday)?.get(&(person, measure)).copied().unwrap_or(0);
    if held != before {
        return Ok(held == target);
    }
    let own = goals::table
        .filter(goals::user_id.eq(person))
        .filter(goals::measure.eq(measure))
        .filter(goals::since.eq(monday));
    if diesel::update(own).set(goals::target.eq(target)).execute(conn)? == 0 {
        diesel::insert_into(goals::table)
            .values((
                goals::user_id.eq(person),
                goals::measure.eq(measure),
                goals::since.eq(monday),
                goals::target.eq(target),
            ))
            .execute(conn)?;
    }
    let shown = |n: i32| (n > 0).then(|| format!("{n} a week"));
    let label = format!("Goal of {name}: {}", measure.label().to_lowercase());
    journal::company_changed(conn, viewer, &label, shown(before), shown(target), at)?;
    Ok(true)
}
