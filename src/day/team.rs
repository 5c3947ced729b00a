//! The day of those whom a manager leads, one row each.

use super::attention;
use crate::{
    auth::directory::Person,
    db::{
        Conn,
        sql::{Sql, Value},
        types::TeamId,
    },
    error::Result,
    meetings,
    ui::{Avatar, Page, format},
    web::{Answer, App, Manager, Query, page},
};
use askama::Template;
use chrono::NaiveTime;
use diesel::sql_types::BigInt;
use std::collections::HashMap;

/// People on one page: larger teams are looked at by the teams below them.
const SHOWN: usize = 100;

/// What waits for one of them.
struct Line {
    person: Person,
    avatar: Avatar,
    overdue: i64,
    today: i64,
    meetings: i64,
    /// Leads that have to be answered, and those of them that are late.
    leads: i64,
    late: i64,
    deals: i64,
}

#[derive(Template)]
#[template(path = "day/team.html")]
struct TeamDay {
    page: Page,
    /// Teams that can be looked at: id, name, whether it is this one.
    teams: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    /// There are more people than are shown.
    more: bool,
}

impl TeamDay {
    fn date(&self) -> String {
        self.page.today().format("%A %-d %B").to_string()
    }
}

/// `GET /day/team?team=3`
pub async fn index(who: Manager, app: App, query: Query) -> Answer {
    let reader = who.0;
    let directory = reader.directory.clone();
    let mut tops: Vec<TeamId> =
        directory.teams.iter().filter(|t| t.manager_id == Some(reader.me.id)).map(|t| t.id).collect();
    if tops.is_empty() {
        tops.extend(reader.me.team_id);
    }
    let mut mine: Vec<TeamId> = tops.iter().flat_map(|top| directory.team_and_below(*top)).collect();
    if reader.viewer.is_admin() || mine.is_empty() {
        mine = directory.teams.iter().map(|t| t.id).collect();
    }
    let chosen = query.id("team").map(TeamId).filter(|id| mine.contains(id));
    let ids: Vec<i64> = match chosen {
        Some(team) => directory.members(&directory.team_and_below(team)),
        None => directory.members(&mine),
    };
    let mut people: Vec<Person> = directory
        .active()
        .filter(|p| p.id != reader.me.id && ids.contains(&p.id.0) && reader.viewer.sees(Some(p.id)))
        .cloned()
        .collect();
    let more = people.len() > SHOWN;
    people.truncate(SHOWN);
    let teams = directory.teams.iter().filter(|t| mine.contains(&t.id));
    let teams = teams.map(|t| (t.id.to_string(), t.name.clone(), Some(t.id) == chosen)).collect();
    let lines = app
        .db
        .read({
            let reader = reader.clone();
            move |conn| lines(conn, &reader, people)
        })
        .await?;
    page(&TeamDay { page: reader, teams, lines, more })
}

/// One query for each thing that is counted, whatever number of people.
fn lines(conn: &mut Conn, page: &Page, people: Vec<Person>) -> Result<Vec<Line>> {
    let ids: Vec<i64> = people.iter().map(|p| p.id.0).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let today = page.today();
    let mut sql = Sql::new("SELECT owner_id, count(*), CAST(sum(CASE WHEN due_on < ");
    sql.bind(Value::Date(today)).push(" THEN 1 ELSE 0 END) AS BIGINT) FROM tasks WHERE deleted_at IS NULL");
    sql.push(" AND status = 'open' AND coalesce(due_on, {far}) <= ").bind(Value::Date(today));
    sql.push(" AND owner_id IN (").bind_ints(&ids).push(") GROUP BY owner_id");
    let tasks = pairs(conn, sql)?;
    let mut sql = Sql::new("SELECT owner_id, count(*), CAST(sum(CASE WHEN answer_due_at < ");
    sql.bind(Value::Time(page.now)).push(" THEN 1 ELSE 0 END) AS BIGINT) FROM contacts WHERE deleted_at IS NULL");
    sql.push(" AND answer_due_at IS NOT NULL AND owner_id IN (").bind_ints(&ids).push(") GROUP BY owner_id");
    let leads = pairs(conn, sql)?;
    let morning = format::stored(today.and_time(NaiveTime::MIN), page.zone);
    let night = format::stored(today.succ_opt().unwrap_or(today).and_time(NaiveTime::MIN), page.zone);
    let meetings = meetings::counts(conn, &ids, (morning, night))?;
    let deals = attention::counts(conn, page, &ids)?;
    let line = |person: Person| {
        let id = person.id.0;
        let (due, overdue) = tasks.get(&id).copied().unwrap_or_default();
        let (waiting, late) = leads.get(&id).copied().unwrap_or_default();
        let of = |counted: &HashMap<i64, i64>| counted.get(&id).copied().unwrap_or_default();
        Line {
            avatar: Avatar::person(id, &person.name),
            overdue,
            today: due - overdue,
            meetings: of(&meetings),
            leads: waiting,
            late,
            deals: of(&deals),
            person,
        }
    };
    Ok(people.into_iter().map(line).collect())
}

/// By person: how many, and how many of them are late.
fn pairs(conn: &mut Conn, sql: Sql) -> Result<HashMap<i64, (i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> = sql.load::<(BigInt, BigInt, BigInt), _>(conn)?;
    Ok(rows.into_iter().map(|(id, all, late)| (id, (all, late))).collect())
}
