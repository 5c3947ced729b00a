//! Deals that need their owner, and why, in words.

use crate::{
    account_standing,
    db::{
        Conn,
        sql::{Sql, Value},
        types::{AccountId, DealId, Money, StageId, UserId},
    },
    deals::{Status, Touches, days_in_stage, pipelines},
    error::Result,
    records::{
        RecordRef,
        standing::{AccountLabel, Standing},
    },
    ui::{Avatar, Page},
};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};
use iso_currency::Currency;
use std::collections::HashMap;

/// Days for which it is told that somebody else changed an amount.
const LATELY: i64 = 7;

/// A deal that needs its owner.
#[derive(Clone, Debug)]
pub struct Wanting {
    pub id: DealId,
    pub name: String,
    pub avatar: Avatar,
    pub money: Option<Money>,
    pub stage: String,
    /// Name of the stage's icon.
    pub icon: String,
    /// Whole days in the stage.
    pub days: i64,
    /// A sentence.
    pub why: String,
    /// What to do about it first, and where.
    pub deed: (&'static str, String),
}

impl Wanting {
    pub fn url(&self) -> String {
        RecordRef::from(self.id).url()
    }
}

type Row = (
    (i64, String, Option<AccountId>, Option<String>, Option<i64>, String, StageId),
    (Option<NaiveDate>, Option<String>, Option<NaiveDate>, NaiveDateTime, Option<Standing>),
    (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>),
);
type RowTypes = (
    (BigInt, Text, Nullable<BigInt>, Nullable<Text>, Nullable<BigInt>, Text, BigInt),
    (Nullable<Date>, Nullable<Text>, Nullable<Date>, Timestamp, Nullable<BigInt>),
    (Timestamp, Nullable<Timestamp>, Nullable<Timestamp>),
);

/// The reader's open deals whose close date or next step is past, that have no next step, that are longer in their stage
/// than its limit, that are silent, or whose amount somebody else changed lately; those with the earliest close date first. Read from the index of owner, status and close date.
pub fn load(conn: &mut Conn, page: &Page, limit: i64) -> Result<Vec<Wanting>> {
    let pipelines = pipelines::all(conn)?;
    let mut sql = Sql::new(concat!(
        "SELECT id, name, account_id, account_name, amount, currency, stage_id, expected_close, next_step, next_step_on,
         stage_entered_at, ",
        account_standing!("deals"),
        ", created_at, touched_at, answered_at FROM deals WHERE "
    ));
    wanting(&mut sql, page, &[page.me.id.0], &pipelines);
    sql.push(" ORDER BY coalesce(expected_close, {far}), id LIMIT ").bind(Value::Int(limit));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let changed = changed_amounts(conn, page, &rows.iter().map(|row| row.0.0).collect::<Vec<_>>())?;
    Ok(rows
        .into_iter()
        .map(
            |(
                (id, name, account_id, account, amount, currency, stage_id),
                (close, step, step_on, entered, standing),
                (created_at, touched_at, answered_at),
            )| {
                let pipeline = pipelines.iter().find(|p| p.stages.iter().any(|s| s.id == stage_id));
                let stage = pipeline.and_then(|p| p.stages.iter().find(|s| s.id == stage_id));
                let days = days_in_stage(entered, page.now);
                let touches = Touches { created_at, touched_at, answered_at };
                let silent = pipeline.and_then(|p| touches.silent_for(p, page.now));
                let account =
                    AccountLabel::of(&page.viewer, account_id, account.as_deref(), standing).filter(|a| !a.hidden);
                Wanting {
                    avatar: account.map_or_else(|| Avatar::company(id, &name), |a| Avatar::company(a.id.0, &a.name)),
                    money: amount.zip(Currency::from_code(&currency)).map(|(minor, c)| Money::new(minor, c)),
                    stage: stage.map(|s| s.name.clone()).unwrap_or_default(),
                    icon: pipeline.map_or_else(|| "stage-1".into(), |p| icon(p, stage_id)),
                    why: why(
                        page,
                        close,
                        step.as_deref(),
                        step_on,
                        stage.map(|s| (s.stuck_days, s.won_days, entered)),
                        (silent, changed.get(&id)),
                    ),
                    deed: deed(page, DealId(id), close, step.as_deref(), step_on, silent.is_some()),
                    id: DealId(id),
                    name,
                    days,
                }
            },
        )
        .collect())
}

/// How many [`load`] would find without a limit; counted up to `most`, and one more for "more".
pub fn count(conn: &mut Conn, page: &Page, most: i64) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one FROM deals WHERE ");
    wanting(&mut sql, page, &[page.me.id.0], &pipelines::all(conn)?);
    sql.push(" LIMIT ").bind(Value::Int(most + 1)).push(") AS matching");
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}

/// How many each of these people has.
pub fn counts(conn: &mut Conn, page: &Page, owners: &[i64]) -> Result<HashMap<i64, i64>> {
    let mut sql = Sql::new("SELECT owner_id, count(*) FROM deals WHERE ");
    wanting(&mut sql, page, owners, &pipelines::all(conn)?);
    sql.push(" GROUP BY owner_id");
    let rows: Vec<(i64, i64)> = sql.load::<(BigInt, BigInt), _>(conn)?;
    Ok(rows.into_iter().collect())
}

/// The condition, for deals of these people.
fn wanting(sql: &mut Sql, page: &Page, owners: &[i64], pipelines: &[pipelines::Pipeline]) {
    let today = page.today();
    sql.push("deleted_at IS NULL AND owner_id IN (").bind_ints(owners);
    sql.push(") AND status = ").bind(Value::Text(Status::Open.text().into()));
    sql.push(" AND (expected_close < ").bind(Value::Date(today));
    sql.push(" OR next_step IS NULL OR next_step_on < ").bind(Value::Date(today));
    for stage in pipelines.iter().flat_map(|p| &p.stages) {
        if let Some(limit) = stage.stuck_days {
            sql.push(" OR (stage_id = ").bind(Value::Int(stage.id.0)).push(" AND stage_entered_at <= ");
            // More whole days than the limit, as everywhere.
            sql.bind(Value::Time(page.now - Duration::days(i64::from(limit) + 1))).push(")");
        }
    }
    for pipeline in pipelines {
        if let Some(limit) = pipeline.silent_days {
            let since = Value::Time(page.now - Duration::days(i64::from(limit) + 1));
            sql.push(" OR (pipeline_id = ").bind(Value::Int(pipeline.id.0));
            for moment in ["created_at", "coalesce(touched_at, created_at)", "coalesce(answered_at, created_at)"] {
                sql.push(format!(" AND {moment} <= ")).bind(since.clone());
            }
            sql.push(")");
        }
    }
    sql.push(" OR EXISTS (SELECT 1 FROM deal_moves m WHERE m.deal_id = deals.id AND ");
    amount_changed(sql, page);
    sql.push("))");
}

/// That a move `m` of a deal is a change of its amount by another than its owner within the last days.
fn amount_changed(sql: &mut Sql, page: &Page) {
    sql.push("m.at > ").bind(Value::Time(page.now - Duration::days(LATELY)));
    sql.push(
        " AND m.by_id <> deals.owner_id AND EXISTS (SELECT 1 FROM deal_moves b WHERE b.deal_id = m.deal_id AND b.id < m.id \
         AND coalesce(b.amount, -1) <> coalesce(m.amount, -1) AND NOT EXISTS \
         (SELECT 1 FROM deal_moves c WHERE c.deal_id = m.deal_id AND c.id > b.id AND c.id < m.id))",
    );
}

/// Who changed the amount of these deals last, and when.
fn changed_amounts(conn: &mut Conn, page: &Page, ids: &[i64]) -> Result<HashMap<i64, (UserId, NaiveDateTime)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new(
        "SELECT m.deal_id, m.by_id, m.at FROM deal_moves m JOIN deals ON deals.id = m.deal_id WHERE m.deal_id IN (",
    );
    sql.bind_ints(ids).push(") AND ");
    amount_changed(&mut sql, page);
    sql.push(" ORDER BY m.at, m.id");
    let rows: Vec<(i64, UserId, NaiveDateTime)> = sql.load::<(BigInt, BigInt, Timestamp), _>(conn)?;
    Ok(rows.into_iter().map(|(deal, by, at)| (deal, (by, at))).collect())
}

/// The ring that is as full as the deal is far.
fn icon(pipeline: &pipelines::Pipeline, stage: StageId) -> String {
    let open: Vec<StageId> = pipeline.stages.iter().filter(|s| s.kind == Status::Open).map(|s| s.id).collect();
    let at = open.iter().position(|s| *s == stage).unwrap_or(0);
    format!("stage-{}", if open.len() <= 1 { 1 } else { 1 + at * 4 / (open.len() - 1) })
}

fn deed(
    page: &Page,
    id: DealId,
    close: Option<NaiveDate>,
    step: Option<&str>,
    step_on: Option<NaiveDate>,
    silent: bool,
) -> (&'static str, String) {
    let (url, today) = (RecordRef::from(id).url(), page.today());
    if step.is_none() || step_on.is_some_and(|day| day < today) {
        ("Set next step", url)
    } else if close.is_some_and(|day| day < today) {
        ("Change date", format!("{url}/edit#expected_close"))
    } else if silent {
        ("Log a call", format!("{url}?compose=call#timeline"))
    } else {
        ("Move on", url)
    }
}

fn why(
    page: &Page,
    close: Option<NaiveDate>,
    step: Option<&str>,
    step_on: Option<NaiveDate>,
    stage: Option<(Option<i32>, Option<i32>, NaiveDateTime)>,
    (silent, changed): (Option<i64>, Option<&(UserId, NaiveDateTime)>),
) -> String {
    let today = page.today();
    let ago = |day: NaiveDate| match (today - day).num_days() {
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    let mut reasons: Vec<String> = Vec::new();
    if let Some(day) = close.filter(|d| *d < today) {
        reasons.push(format!("its close date passed {}", ago(day)));
    }
    match (step, step_on) {
        (None, _) => reasons.push("there is no next step".into()),
        (Some(step), Some(day)) if day < today => reasons.push(format!("“{step}” was due {}", ago(day))),
        _ => {}
    }
    let (limit, won_days, entered) = stage.unwrap_or((None, None, page.now));
    let over = limit.map(|limit| days_in_stage(entered, page.now) - i64::from(limit));
    if let Some(over) = over.filter(|days| *days > 0) {
        let won = won_days.map(|days| format!(" (won deals took {days})")).unwrap_or_default();
        reasons.push(match over {
            1 => format!("it is a day too long in its stage{won}"),
            days => format!("it is {days} days too long in its stage{won}"),
        });
    }
    if let Some(days) = silent {
        reasons.push(format!("it is silent for {days} days"));
    }
    if let Some((by, at)) = changed {
        reasons.push(format!("{} changed its amount {}", page.directory.name(Some(*by)), page.ago(*at)));
    }
    let text = match reasons.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    };
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + chars.as_str())
}
