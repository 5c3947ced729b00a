//! A list request as SQL: filters and scope as conditions, the page by its sort key and id.

use super::{Active, Kind, List, Request, Test};
use crate::{
    auth::Scope,
    db::{
        Conn,
        sql::{Sql, Typed, Value},
        types::{Money, TeamId},
    },
    error::Result,
    search,
    ui::{Page, format},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    query_dsl::LoadQuery,
    sql_types::{BigInt, Text},
};

/// One page of rows.
#[derive(Clone)]
pub struct Slice<R> {
    pub rows: Vec<R>,
    /// Cursor of the page after, if there is one.
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// `SELECT` these columns of the rows that the request asks for and the reader may see.
///
/// `ST` are the SQL types of `select`. The first thing read is the sort key, for the cursor.
///
/// A page that has emptied since its address was made, as by deleting all its rows, is the first page.
pub fn fetch<ST, R>(conn: &mut Conn, list: &List, request: &Request, page: &Page, select: &str) -> Result<Slice<R>>
where
    Typed<(Text, BigInt, ST)>: for<'q> LoadQuery<'q, Conn, (String, i64, R)>,
{
    let slice = fetch_page(conn, list, request, page, select)?;
    if slice.rows.is_empty() && request.cursor.is_some() {
        return fetch_page(conn, list, &Request { cursor: None, ..request.clone() }, page, select);
    }
    Ok(slice)
}

fn fetch_page<ST, R>(conn: &mut Conn, list: &List, request: &Request, page: &Page, select: &str) -> Result<Slice<R>>
where
    Typed<(Text, BigInt, ST)>: for<'q> LoadQuery<'q, Conn, (String, i64, R)>,
{
    let (sort, _) = request.sort.sort.unwrap_or(("id", Kind::Int));
    let mut sql = Sql::new(format!(
        "SELECT CAST({sort} AS TEXT) AS sort_key, {table}.id AS sort_id, {select}",
        table = list.table
    ));
    conditions(&mut sql, list, request, page);
    beyond(&mut sql, list, request);
    let backwards = request.cursor.as_ref().is_some_and(|c| c.backwards);
    let descending = request.descending != backwards;
    let direction = if descending { "DESC" } else { "ASC" };
    sql.push(format!(" ORDER BY {sort} {direction}, {}.id {direction} LIMIT ", list.table));
    sql.bind(Value::Int(request.size + 1));
    let mut found: Vec<(String, i64, R)> = sql.load::<(Text, BigInt, ST), _>(conn)?;
    let more = found.len() > usize::try_from(request.size).unwrap_or(usize::MAX);
    if more {
        found.pop();
    }
    if backwards {
        found.reverse();
    }
    let cursor = |row: Option<&(String, i64, R)>| row.map(|(key, id, _)| super::request::Cursor::text(key, *id));
    let (has_next, has_previous) = if backwards { (true, more) } else { (more, request.cursor.is_some()) };
    Ok(Slice {
        next: if has_next { cursor(found.last()) } else { None },
        previous: if has_previous { cursor(found.first()) } else { None },
        rows: found.into_iter().map(|(_, _, row)| row).collect(),
    })
}

/// Only rows on the far side of the cursor.
fn beyond(sql: &mut Sql, list: &List, request: &Request) {
    let (sort, kind) = request.sort.sort.unwrap_or(("id", Kind::Int));
    if let Some(cursor) = &request.cursor
        && let Some(key) = cursor_value(kind, &cursor.key)
    {
        let sign = if request.descending != cursor.backwards { "<" } else { ">" };
        sql.push(format!(" AND ({sort}, {}.id) {sign} (", list.table));
        sql.bind(key).push(", ").bind(Value::Int(cursor.id)).push(")");
    }
}

/// How many rows match on the far side of the cursor, those that [`fetch`] reads among them.
pub fn remaining(conn: &mut Conn, list: &List, request: &Request, page: &Page) -> Result<i64> {
    let mut sql = matching(list, request, page, "count(*)");
    beyond(&mut sql, list, request);
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}

/// `SELECT` this of all that the request asks for and the reader may see, without order or end: for sums.
pub fn matching(list: &List, request: &Request, page: &Page, select: &str) -> Sql {
    let mut sql = Sql::new(format!("SELECT {select}"));
    conditions(&mut sql, list, request, page);
    sql
}

/// The ids that match, at most `limit`, for actions on "all that match".
pub fn first_ids(conn: &mut Conn, list: &List, request: &Request, page: &Page, limit: i64) -> Result<Vec<i64>> {
    let mut sql = Sql::new(format!("SELECT {}.id", list.table));
    conditions(&mut sql, list, request, page);
    sql.push(format!(" ORDER BY {}.id LIMIT ", list.table)).bind(Value::Int(limit));
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn cursor_value(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Int => Value::Int(text.parse().ok()?),
        Kind::Date => Value::Date(text.parse().ok()?),
        Kind::Time => Value::Time(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?),
    })
}

pub(super) fn conditions(sql: &mut Sql, list: &List, request: &Request, page: &Page) {
    let table = list.table;
    sql.push(format!(" FROM {table} WHERE {table}.deleted_at IS NULL"));
    if !list.always.is_empty() {
        sql.push(format!(" AND {}", list.always));
    }
    if list.owned
        && let Scope::Owners(owners) = &page.viewer.scope
    {
        sql.push(format!(" AND ({table}.owner_id IS NULL OR {table}.owner_id IN (")).bind_ints(owners).push("))");
    }
    for filter in list.filters {
        if let Test::Shelf(shelved, keys) = filter.test
            && !request.filters.iter().any(|a| a.filter.key == filter.key || keys.contains(&a.filter.key))
        {
            sql.push(format!(" AND NOT ({shelved})"));
        }
    }
    for active in &request.filters {
        condition(sql, list, active, page);
    }
}

fn ints(values: &[String]) -> Vec<i64> {
    values.iter().filter_map(|v| v.parse().ok()).collect()
}

fn condition(sql: &mut Sql, list: &List, active: &Active, page: &Page) {
    let table = list.table;
    match active.filter.test {
        Test::Choice(column) => {
            sql.push(format!(" AND {column} IN ("));
            for (i, value) in active.values.iter().enumerate() {
                if i > 0 {
                    sql.push(", ");
                }
                sql.bind(Value::Text(value.clone()));
            }
            sql.push(")");
        }
        Test::Number(column) => any_of(sql, column, &ints(&active.values)),
        Test::Joined(links, own, column) => {
            sql.push(format!(" AND {table}.id IN (SELECT k.{own} FROM {links} k WHERE 1 = 1"));
            any_of(sql, &format!("k.{column}"), &ints(&active.values));
            sql.push(")");
        }
        Test::Owner => {
            let mut ids = ints(&active.values);
            if active.values.iter().any(|v| v == "me") {
                ids.push(page.me.id.0);
            }
            // A name, as it is written where no script looks it up.
            let names =
                active.values.iter().filter(|v| !["me", "none"].contains(&v.as_str()) && v.parse::<i64>().is_err());
            ids.extend(names.flat_map(|name| page.directory.named(name)).map(|p| p.id.0));
            if active.values.iter().any(|v| v == "none") {
                sql.push(format!(" AND ({table}.owner_id IS NULL"));
                if !ids.is_empty() {
                    sql.push(format!(" OR {table}.owner_id IN (")).bind_ints(&ids).push(")");
                }
                sql.push(")");
            } else {
                any_of(sql, &format!("{table}.owner_id"), &ids);
            }
        }
        Test::Team => {
            let teams: Vec<TeamId> =
                ints(&active.values).into_iter().flat_map(|id| page.directory.team_and_below(TeamId(id))).collect();
            any_of(sql, &format!("{table}.owner_id"), &page.directory.members(&teams));
        }
        Test::Tag => {
            sql.push(" AND EXISTS (SELECT 1 FROM taggings g WHERE g.record_kind = ");
            sql.bind(Value::Text(list.kind.text().into()));
            sql.push(format!(" AND g.record_id = {table}.id"));
            any_of(sql, "g.tag_id", &ints(&active.values));
            sql.push(")");
        }
        Test::Words => search::words_filter(sql, &format!("{table}.id"), list.kind, &active.values[0]),
        Test::Numbered { record, number, prefix } => {
            let typed = active.values[0].trim().to_uppercase();
            if typed.starts_with(prefix) {
                sql.push(format!(" AND {number} >= ")).bind(Value::Text(typed.clone()));
                sql.push(format!(" AND {number} < ")).bind(Value::Text(format!("{typed}\u{10ffff}")));
            } else {
                search::words_filter(sql, record, list.kind, &active.values[0]);
            }
        }
        Test::Date(column) => range(sql, column, active, |text, _| day(text, page).map(Value::Date)),
        Test::Moment(column) => {
            range(sql, column, active, |text, last| end_of(day(text, page)?, last, page).map(Value::Time))
        }
        Test::Due(date, moment) => due(sql, (date, moment), active, page),
        Test::Range(column) => range(sql, column, active, |text, _| text.parse().ok().map(Value::Int)),
        Test::Money(column, currency) => {
            sql.push(format!(" AND {currency} = ")).bind(Value::Text(page.currency().code().into()));
            range(sql, column, active, |text, _| amount(text, page).map(Value::Int));
        }
        Test::Flag(sql_condition) => {
            let no = active.values.iter().any(|v| v == "no");
            sql.push(format!(" AND {}({sql_condition})", if no { "NOT " } else { "" }));
        }
        Test::Shelf(shelved, _) => {
            if active.values.iter().any(|v| v == "yes") {
                sql.push(format!(" AND ({shelved})"));
            }
        }
        Test::Past(date, moment, open) => {
            let no = active.values.iter().any(|v| v == "no");
            // The day first, as an index has it: another reader's zone can put the moment on the day after or before.
            let last = page.today().succ_opt().unwrap_or_else(|| page.today());
            if !no {
                sql.push(format!(" AND {open} AND coalesce({date}, {{far}}) <= ")).bind(Value::Date(last));
            }
            sql.push(format!(
                " AND {}coalesce(CASE WHEN NOT ({open}) THEN NULL WHEN {moment} IS NULL THEN {date} < ",
                if no { "NOT " } else { "" }
            ));
            sql.bind(Value::Date(page.today())).push(format!(" ELSE {moment} < ")).bind(Value::Time(page.now));
            sql.push(" END, ").bind(Value::Bool(false)).push(")");
        }
        Test::Linked(links, own) => {
            let record = active.values.iter().find_map(|v| {
                let (kind, id) = v.split_once(':')?;
                Some((crate::records::RecordKind::parse(kind)?, id.parse().ok()?))
            });
            match record {
                Some((kind, id)) => {
                    sql.push(format!(" AND {table}.id IN (SELECT k.{own} FROM {links} k WHERE k.record_kind = "));
                    sql.bind(Value::Text(kind.text().into()))
                        .push(" AND k.record_id = ")
                        .bind(Value::Int(id))
                        .push(")");
                }
                None => {
                    sql.push(" AND 1 = 0");
                }
            }
        }
    }
}

/// A sentence for each value of a filter that cannot be read: nothing matches it.
pub(super) fn unreadable(request: &Request, page: &Page) -> Vec<String> {
    let mut sentences = Vec::new();
    for active in request.filters.iter().filter(|a| a.filter.test.is_range()) {
        for value in active.values.iter().filter(|v| !v.is_empty()) {
            let problem = match active.filter.test {
                Test::Money(..) if amount(value, page).is_some() => None,
                Test::Money(..) => Some(format!(
                    "“{value}” is not an amount: write it like {}.",
                    page.locale.plain_amount(Money::new(125_050, page.currency()))
                )),
                Test::Range(_) => {
                    value.parse::<i64>().err().map(|_| format!("“{value}” is not a whole number: write it like 250."))
                }
                _ => day(value, page).is_none().then(|| format!("“{value}” is not a day: write it like 2027-03-31.")),
            };
            sentences.extend(problem.map(|sentence| format!("{}: {sentence}", active.filter.label)));
        }
    }
    sentences
}

/// An amount as addresses have it, the same for every reader: `1250.50`, in the company's currency.
fn amount(text: &str, page: &Page) -> Option<i64> {
    Money::parse_plain(text, page.currency()).map(|money| money.minor)
}

/// Such an amount as the reader writes it.
pub(super) fn shown_amount(text: &str, page: &Page) -> Option<String> {
    amount(text, page).map(|minor| page.locale.plain_amount(Money::new(minor, page.currency())))
}

/// The day that a filter names: a date, or a word for one near today, so that an address stays true tomorrow.
pub(super) fn day(text: &str, page: &Page) -> Option<NaiveDate> {
    match text {
        "today" => Some(page.today()),
        "yesterday" => page.today().pred_opt(),
        "tomorrow" => page.today().succ_opt(),
        text => text.parse().ok(),
    }
}

/// The first moment of the reader's day, or its last.
fn end_of(day: NaiveDate, last: bool, page: &Page) -> Option<NaiveDateTime> {
    let day = if last { day.succ_opt()? } else { day };
    let at = format::stored(day.and_hms_opt(0, 0, 0)?, page.zone);
    // The end day is included: everything before the next begins.
    Some(if last { at - chrono::Duration::microseconds(1) } else { at })
}

/// Days of something that is due on a date, or at a moment that can be on the day before or after where the reader is.
fn due(sql: &mut Sql, (date, moment): (&str, &str), active: &Active, page: &Page) {
    for (text, (sign, last)) in active.values.iter().zip([(">=", false), ("<=", true)]) {
        if text.is_empty() {
            continue;
        }
        let asked = day(text, page).and_then(|day| {
            // One day more by the date, as an index has it; then exactly.
            let wide = if last { day.succ_opt()? } else { day.pred_opt()? };
            Some((wide, day, end_of(day, last, page)?))
        });
        let Some((wide, day, end)) = asked else {
            sql.push(" AND 1 = 0");
            continue;
        };
        sql.push(format!(" AND coalesce({date}, {{far}}) {sign} ")).bind(Value::Date(wide));
        sql.push(format!(" AND CASE WHEN {moment} IS NULL THEN {date} {sign} ")).bind(Value::Date(day));
        sql.push(format!(" ELSE {moment} {sign} ")).bind(Value::Time(end)).push(" END");
    }
}

/// An empty list matches nothing, as a filter for someone who does not exist should.
fn any_of(sql: &mut Sql, column: &str, ids: &[i64]) {
    if ids.is_empty() {
        sql.push(" AND 1 = 0");
    } else {
        sql.push(format!(" AND {column} IN (")).bind_ints(ids).push(")");
    }
}

/// An end that cannot be read matches nothing: without it, what is done to "all that match" would reach every row.
fn range(sql: &mut Sql, column: &str, active: &Active, read: impl Fn(&str, bool) -> Option<Value>) {
    for (value, (sign, last)) in active.values.iter().zip([(">=", false), ("<=", true)]) {
        if value.is_empty() {
            continue;
        }
        match read(value, last) {
            Some(value) => sql.push(format!(" AND {column} {sign} ")).bind(value),
            None => sql.push(" AND 1 = 0"),
        };
    }
}
