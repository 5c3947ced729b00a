//! Deals that need their owner, and why, in words.

use crate::{
    account_standing,
    db::{
        Conn,
        sql::{Sql, Value},
        types::{AccountId, DealId, Money, StageId},
    },
    deals::{Status, days_in_stage, pipelines},
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
);
type RowTypes = (
    (BigInt, Text, Nullable<BigInt>, Nullable<Text>, Nullable<BigInt>, Text, BigInt),
    (Nullable<Date>, Nullable<Text>, Nullable<Date>, Timestamp, Nullable<BigInt>),
);

/// The reader's open deals whose close date or next step is past, that have no next step, or that are longer in their
/// stage than its limit; those with the earliest close date first. Read from the index of owner, status and close date.
pub fn load(conn: &mut Conn, page: &Page, limit: i64) -> Result<Vec<Wanting>> {
    let pipelines = pipelines::all(conn)?;
    let mut sql = Sql::new(concat!(
        "SELECT id, name, account_id, account_name, amount, currency, stage_id, expected_close, next_step, next_step_on,
         stage_entered_at, ",
        account_standing!("deals"),
        " FROM deals WHERE "
    ));
    wanting(&mut sql, page, &pipelines);
    sql.push(" ORDER BY coalesce(expected_close, {far}), id LIMIT ").bind(Value::Int(limit));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(
                (id, name, account_id, account, amount, currency, stage_id),
                (close, step, step_on, entered, standing),
            )| {
                let pipeline = pipelines.iter().find(|p| p.stages.iter().any(|s| s.id == stage_id));
                let stage = pipeline.and_then(|p| p.stages.iter().find(|s| s.id == stage_id));
                let days = days_in_stage(entered, page.now);
                let account =
                    AccountLabel::of(&page.viewer, account_id, account.as_deref(), standing).filter(|a| !a.hidden);
                Wanting {
                    avatar: account.map_or_else(|| Avatar::company(id, &name), |a| Avatar::company(a.id.0, &a.name)),
                    money: amount.zip(Currency::from_code(&currency)).map(|(minor, c)| Money::new(minor, c)),
                    stage: stage.map(|s| s.name.clone()).unwrap_or_default(),
                    icon: pipeline.map_or_else(|| "stage-1".into(), |p| icon(p, stage_id)),
                    why: why(page, close, step.as_deref(), step_on, stage.and_then(|s| s.stuck_days), entered),
                    deed: deed(page, DealId(id), close, step.as_deref(), step_on),
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
    wanting(&mut sql, page, &pipelines::all(conn)?);
    sql.push(" LIMIT ").bind(Value::Int(most + 1)).push(") AS matching");
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}

/// The condition.
fn wanting(sql: &mut Sql, page: &Page, pipelines: &[pipelines::Pipeline]) {
    let today = page.today();
    sql.push("deleted_at IS NULL AND owner_id = ").bind(Value::Int(page.me.id.0));
    sql.push(" AND status = ").bind(Value::Text(Status::Open.text().into()));
    sql.push(" AND (expected_close < ").bind(Value::Date(today));
    sql.push(" OR next_step IS NULL OR next_step_on < ").bind(Value::Date(today));
    for stage in pipelines.iter().flat_map(|p| &p.stages) {
        if let Some(limit) = stage.stuck_days {
            sql.push(" OR (stage_id = ").bind(Value::Int(stage.id.0)).push(" AND stage_entered_at <= ");
            // More whole days than the limit, as everywhere.
            sql.bind(Value::Time(page.now - Duration::days(i64::from(limit) + 1))).push(")");
        }
    }
    sql.push(")");
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
) -> (&'static str, String) {
    let (url, today) = (RecordRef::from(id).url(), page.today());
    if step.is_none() || step_on.is_some_and(|day| day < today) {
        ("Set next step", url)
    } else if close.is_some_and(|day| day < today) {
        ("Change date", format!("{url}/edit#expected_close"))
    } else {
        ("Move on", url)
    }
}

fn why(
    page: &Page,
    close: Option<NaiveDate>,
    step: Option<&str>,
    step_on: Option<NaiveDate>,
    stuck_days: Option<i32>,
    entered: NaiveDateTime,
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
    let over = stuck_days.map(|limit| days_in_stage(entered, page.now) - i64::from(limit));
    if let Some(over) = over.filter(|days| *days > 0) {
        reasons.push(match over {
            1 => "it is a day too long in its stage".to_owned(),
            days => format!("it is {days} days too long in its stage"),
        });
    }
    let text = match reasons.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    };
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + chars.as_str())
}
