//! Counts of lists: exact for the one that is shown, up to some seconds old for those beside it.

use super::{List, Request, query::conditions};
use crate::{
    app::App,
    db::{
        Conn,
        sql::{Sql, Value},
        types::UserId,
    },
    error::Result,
    ui::Page,
};
use diesel::sql_types::BigInt;
use std::{
    collections::HashMap,
    sync::RwLock,
    time::{Duration, Instant},
};

/// Counts are shown exactly up to here, then as "more than".
pub const COUNTED: i64 = 10_000;

/// Entries that are held at most: far more than people count at one time.
const HELD: usize = 1000;

/// What was counted, when, and after how many writes of this process.
struct Held {
    at: Instant,
    generation: u64,
    counts: Vec<i64>,
}

/// Counts that were asked lately.
#[derive(Default)]
pub struct Counts {
    held: RwLock<HashMap<String, Held>>,
    /// When each person last sent something that may change what they see.
    wrote: RwLock<HashMap<UserId, Instant>>,
}

impl Counts {
    /// Without a write in between.
    const FRESH: Duration = Duration::from_secs(30);
    /// With writes of others in between, for counts that stand beside what is read.
    const RECENT: Duration = Duration::from_secs(10);

    /// This person changes something now: what they are shown beside their lists is counted again.
    pub fn wrote(&self, person: UserId) {
        if let Ok(mut wrote) = self.wrote.write() {
            wrote.retain(|_, at| at.elapsed() < Self::RECENT);
            wrote.insert(person, Instant::now());
        }
    }

    fn find(&self, key: &str, good: impl Fn(&Held) -> bool) -> Option<Vec<i64>> {
        self.held.read().ok()?.get(key).filter(|held| good(held)).map(|held| held.counts.clone())
    }

    fn keep(&self, key: String, generation: u64, counts: Vec<i64>) {
        if let Ok(mut held) = self.held.write() {
            if held.len() > HELD {
                held.clear();
            }
            held.insert(key, Held { at: Instant::now(), generation, counts });
        }
    }
}

/// How many rows match: exact up to [`COUNTED`], one more than that for "more".
pub fn count(conn: &mut Conn, app: &App, list: &List, request: &Request, page: &Page) -> Result<i64> {
    let mut inner = Sql::new("SELECT 1 AS one");
    conditions(&mut inner, list, request, page);
    inner.push(" LIMIT ").bind(Value::Int(COUNTED + 1));
    let key = format!("{inner:?}");
    let generation = app.db.generation();
    let fresh = |held: &Held| held.generation == generation && held.at.elapsed() < Counts::FRESH;
    if let Some(counts) = app.counts.find(&key, fresh) {
        return Ok(counts.first().copied().unwrap_or(0));
    }
    let mut sql = Sql::new("SELECT count(*) FROM (");
    sql.append(&inner).push(") AS matching");
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    let count = rows.first().map_or(0, |(n,)| *n);
    app.counts.keep(key, generation, vec![count]);
    Ok(count)
}

/// Numbers that are reckoned over many rows, as they were a moment ago if nothing was written since.
pub fn remembered(
    conn: &mut Conn,
    app: &App,
    sql: Sql,
    read: impl FnOnce(&mut Conn, Sql) -> Result<Vec<i64>>,
) -> Result<Vec<i64>> {
    let (key, generation) = (format!("{sql:?}"), app.db.generation());
    let fresh = |held: &Held| held.generation == generation && held.at.elapsed() < Counts::FRESH;
    if let Some(numbers) = app.counts.find(&key, fresh) {
        return Ok(numbers);
    }
    let numbers = read(conn, sql)?;
    app.counts.keep(key, generation, numbers.clone());
    Ok(numbers)
}

/// Several counts in one query, up to some seconds old, but never older than the reader's own last change.
pub struct Tally<'a> {
    requests: &'a [(&'a List, Request)],
    /// Each is counted up to here, then as one more.
    most: i64,
    key: String,
}

impl<'a> Tally<'a> {
    pub fn new(page: &Page, requests: &'a [(&'a List, Request)], most: i64) -> Self {
        // Not the SQL: that of some requests holds the moment.
        let mut key = format!("{} {:?} {} {most}", page.me_id(), page.viewer.scope, page.today());
        for (list, request) in requests {
            key.push_str(&request.url(" ", list, &["sort", "size", "columns"], &[]));
            key.push_str(list.noun);
        }
        Self { requests, most, key }
    }

    /// The counts, if they were read lately.
    pub fn held(&self, app: &App, page: &Page) -> Option<Vec<i64>> {
        let wrote = app.counts.wrote.read().ok().and_then(|wrote| wrote.get(&page.me_id()).copied());
        app.counts
            .find(&self.key, |held| held.at.elapsed() < Counts::RECENT && wrote.is_none_or(|wrote| wrote < held.at))
    }

    pub fn read(&self, conn: &mut Conn, app: &App, page: &Page) -> Result<Vec<i64>> {
        if let Some(counts) = self.held(app, page) {
            return Ok(counts);
        }
        let mut sql = Sql::new("");
        for (at, (list, request)) in self.requests.iter().enumerate() {
            sql.push(format!(
                "{}SELECT CAST({at} AS BIGINT) AS place, count(*) AS matching FROM (SELECT 1 AS one",
                if at > 0 { " UNION ALL " } else { "" }
            ));
            conditions(&mut sql, list, request, page);
            sql.push(" LIMIT ").bind(Value::Int(self.most + 1)).push(format!(") AS m{at}"));
        }
        let generation = app.db.generation();
        let rows: Vec<(i64, i64)> = sql.load::<(BigInt, BigInt), _>(conn)?;
        let mut counts = vec![0; self.requests.len()];
        for (at, count) in rows {
            if let Some(place) = usize::try_from(at).ok().and_then(|at| counts.get_mut(at)) {
                *place = count;
            }
        }
        app.counts.keep(self.key.clone(), generation, counts.clone());
        Ok(counts)
    }
}
