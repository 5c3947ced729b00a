//! What lists of deals can show and be asked, and the short lists on other records' pages.

use super::{
    Category, Status, Touches, competitors, moves,
    pipelines::{Known, Stage},
    rates::{Rates, Total},
    store,
};
use crate::{
    account_standing,
    auth::Viewer,
    db::{
        Conn,
        sql::{Sql, Value},
        types::{AccountId, DealId, Money, PipelineId, StageId, UserId},
    },
    error::Result,
    lists::{self, Cell, Column, Filter, HasId, Kind, List, Request, Slice, Test},
    records::{
        RecordKind, RecordRef,
        standing::{AccountLabel, Standing},
    },
    ui::Page,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};
use iso_currency::Currency;

/// Sort key of the day a deal is expected to close.
pub(super) const BY_CLOSE: (&str, Kind) = ("coalesce(deals.expected_close, {far})", Kind::Date);
/// Sort key of the amount, what has none first.
pub(super) const BY_AMOUNT: (&str, Kind) = ("coalesce(deals.amount, -1)", Kind::Int);

pub static DEALS: List = List {
    noun: "deals",
    one: "deal",
    table: "deals",
    kind: RecordKind::Deal,
    columns: &[
        Column::new("name", "Deal", Some(("deals.name_folded", Kind::Text)), "", true),
        Column::new("account", "Account", None, "", true),
        Column::new("pipeline", "Pipeline", None, "less", false),
        Column::new("stage", "Stage", None, "", true),
        Column::new("amount", "Amount", Some(BY_AMOUNT), "num", true),
        Column::new("currency", "Currency", None, "less", false),
        Column::new("probability", "Chance", None, "num less", true),
        Column::new("category", "Forecast", None, "less", true),
        Column::new("close", "Expected close", Some(BY_CLOSE), "num", true),
        Column::new("closed", "Closed on", Some(("coalesce(deals.closed_on, {far})", Kind::Date)), "num less", false),
        Column::new("next_step", "Next step", None, "less", true),
        Column::new("owner", "Owner", None, "less", true),
        Column::new("competitors", "Competitors", None, "less", false),
        Column::new("touched", "Last touch", None, "num less", false),
        Column::new("answered", "Last answer", None, "num less", false),
        Column::new("source", "Source", None, "less", false),
        Column::new("created", "Added", Some(("deals.created_at", Kind::Time)), "num less", false),
        Column::new("updated", "Changed", Some(("deals.updated_at", Kind::Time)), "num less", false),
    ],
    filters: &[
        Filter { key: "q", label: "Words", test: Test::Words },
        Filter { key: "pipeline", label: "Pipeline", test: Test::Number("deals.pipeline_id") },
        Filter { key: "stage", label: "Stage", test: Test::Number("deals.stage_id") },
        Filter { key: "status", label: "Status", test: Test::Choice("deals.status") },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "account", label: "Account", test: Test::Number("deals.account_id") },
        Filter { key: "contact", label: "Contact", test: Test::Joined("deal_contacts", "deal_id", "contact_id") },
        Filter { key: "amount", label: "Amount", test: Test::Money("deals.amount", "deals.currency") },
        Filter { key: "close", label: "Expected close", test: Test::Date("deals.expected_close") },
        Filter { key: "closed", label: "Closed on", test: Test::Date("deals.closed_on") },
        Filter { key: "created", label: "Added", test: Test::Moment("deals.created_at") },
        Filter { key: "tag", label: "Tag", test: Test::Tag },
        Filter {
            key: "competitor",
            label: "Competitor",
            test: Test::Joined("deal_competitors", "deal_id", "competitor_id"),
        },
        Filter {
            key: "no_next_step",
            label: "Without next step",
            test: Test::Flag("deals.status = 'open' AND deals.next_step IS NULL"),
        },
        Filter {
            key: "stuck",
            label: "Stuck",
            test: Test::Flag(
                "deals.status = 'open' AND EXISTS (SELECT 1 FROM stages s WHERE s.id = deals.stage_id \
                 AND s.stuck_days < {days_since:deals.stage_entered_at})",
            ),
        },
        Filter {
            key: "silent",
            label: "Silent",
            test: Test::Flag(
                "deals.status = 'open' AND EXISTS (SELECT 1 FROM pipelines p WHERE p.id = deals.pipeline_id \
                 AND p.silent_days < {days_since:deals.created_at} \
                 AND p.silent_days < {days_since:coalesce(deals.touched_at, deals.created_at)} \
                 AND p.silent_days < {days_since:coalesce(deals.answered_at, deals.created_at)})",
            ),
        },
    ],
    sort: "-updated",
    owned: true,
    always: "",
};

pub(super) const SELECT: &str = concat!(
    "deals.id, deals.name, deals.account_id, deals.account_name, deals.pipeline_id, \
     deals.stage_id, deals.status, deals.amount, deals.currency, deals.expected_close, deals.closed_on, deals.owner_id, \
     deals.source, deals.category, deals.next_step, deals.next_step_on, deals.stage_entered_at, deals.created_at, \
     deals.updated_at, deals.version, deals.touched_at, deals.answered_at, coalesce(deals.competitor, ''), ",
    account_standing!("deals")
);
pub(super) type SelectTypes = (
    BigInt,
    Text,
    Nullable<BigInt>,
    Nullable<Text>,
    BigInt,
    BigInt,
    Text,
    Nullable<BigInt>,
    Text,
    Nullable<Date>,
    Nullable<Date>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Date>,
    Timestamp,
    Timestamp,
    Timestamp,
    BigInt,
    Nullable<Timestamp>,
    Nullable<Timestamp>,
    Text,
    Nullable<BigInt>,
);

/// A deal as lists and the board show it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub id: DealId,
    pub name: String,
    pub account_id: Option<AccountId>,
    account_name: Option<String>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub status: Status,
    pub amount: Option<i64>,
    pub currency: String,
    pub expected_close: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub owner_id: Option<UserId>,
    pub source: Option<String>,
    pub category: Option<Category>,
    pub next_step: Option<String>,
    pub next_step_on: Option<NaiveDate>,
    pub stage_entered_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub version: i64,
    touched_at: Option<NaiveDateTime>,
    answered_at: Option<NaiveDateTime>,
    /// The main one; after [`fetch`], all of them.
    competitors: String,
    standing: Option<Standing>,
}

impl HasId for Row {
    fn id(&self) -> i64 {
        self.id.0
    }
}

/// Whole days in a stage that was entered then. A deal is stuck when they are more than its stage's `stuck_days`.
pub fn days_in_stage(entered: NaiveDateTime, now: NaiveDateTime) -> i64 {
    (now - entered).num_days().max(0)
}

impl Row {
    pub fn account(&self, viewer: &Viewer) -> Option<AccountLabel> {
        AccountLabel::of(viewer, self.account_id, self.account_name.as_deref(), self.standing)
    }

    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    pub fn money(&self) -> Option<Money> {
        Some(Money::new(self.amount?, Currency::from_code(&self.currency)?))
    }

    pub fn touches(&self) -> Touches {
        Touches { created_at: self.created_at, touched_at: self.touched_at, answered_at: self.answered_at }
    }

    /// Whole days in its stage.
    pub fn days(&self, now: NaiveDateTime) -> i64 {
        days_in_stage(self.stage_entered_at, now)
    }

    /// Whether it is longer in its stage than that should take.
    pub fn is_stuck(&self, stage: &Stage, now: NaiveDateTime) -> bool {
        self.is_open() && stage.stuck_days.is_some_and(|days| self.days(now) > i64::from(days))
    }

    pub fn is_past(&self, today: NaiveDate) -> bool {
        self.is_open() && self.expected_close.is_some_and(|day| day < today)
    }
}

/// One page of the list.
pub fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    let mut slice = lists::fetch::<SelectTypes, Row>(conn, &DEALS, request, page, SELECT)?;
    if request.columns.iter().any(|c| c.key == "competitors") {
        let ids: Vec<DealId> = slice.rows.iter().map(|row| row.id).collect();
        let names = competitors::names(conn, &ids)?;
        for row in &mut slice.rows {
            row.competitors = names.get(&row.id).map(|names| names.join(", ")).unwrap_or_default();
        }
    }
    Ok(slice)
}

pub fn cell(page: &Page, known: &Known, row: &Row, key: &str) -> Cell {
    let stage = known.stage(row.stage_id);
    match key {
        "name" => Cell::Name { url: RecordRef::from(row.id).url(), text: row.name.clone(), avatar: None },
        "account" => Cell::account(row.account(&page.viewer)),
        "pipeline" => Cell::text(known.pipeline(row.pipeline_id).map(|p| p.name.as_str())),
        "stage" => stage.map_or(Cell::None, |(pipeline, stage)| Cell::Stage {
            icon: pipeline.icon(stage).into(),
            text: stage.name.clone(),
            days: row.is_open().then(|| row.days(page.now)),
            stuck: row.is_stuck(stage, page.now),
        }),
        "amount" => Cell::money(page, row.money()),
        "currency" => Cell::Text(row.currency.clone()),
        "probability" => stage.map_or(Cell::None, |(_, s)| Cell::Number {
            shown: format!("{} %", s.probability),
            plain: s.probability.to_string(),
        }),
        "category" => {
            Cell::text(stage.map(|(_, s)| moves::category(row.category, row.status, s.category)).map(Category::label))
        }
        "close" => Cell::date(page, row.expected_close, row.is_past(page.today())),
        "closed" => Cell::date(page, row.closed_on, false),
        "next_step" => match &row.next_step {
            Some(step) => Cell::Text(with_day(page, step, row.next_step_on)),
            None if row.is_open() => Cell::Missing("None"),
            None => Cell::None,
        },
        "owner" => Cell::owner(page, row.owner_id),
        "competitors" => Cell::text(Some(row.competitors.as_str()).filter(|names| !names.is_empty())),
        "touched" => row.touched_at.map_or(Cell::None, |at| Cell::moment(page, at)),
        "answered" => row.answered_at.map_or(Cell::None, |at| Cell::moment(page, at)),
        "source" => Cell::text(row.source.as_deref()),
        "created" => Cell::moment(page, row.created_at),
        "updated" => Cell::moment(page, row.updated_at),
        _ => Cell::None,
    }
}

/// A next step and its day: "Call Ana, tomorrow".
fn with_day(page: &Page, step: &str, on: Option<NaiveDate>) -> String {
    on.map_or_else(|| step.to_owned(), |day| format!("{step}, {}", page.day(day)))
}

/// Sum of the rows that a request asks for, unless they are more than are counted.
pub fn total(conn: &mut Conn, request: &Request, page: &Page) -> Result<Option<Total>> {
    let mut sql = Sql::new("SELECT t.currency, count(*), CAST(coalesce(sum(t.amount), 0) AS BIGINT) FROM (");
    sql.append(&lists::matching(&DEALS, request, page, "deals.currency, deals.amount"));
    sql.push(" LIMIT ").bind(Value::Int(lists::COUNTED + 1)).push(") t GROUP BY t.currency");
    let rows: Vec<(String, i64, i64)> = sql.load::<(Text, BigInt, BigInt), _>(conn)?;
    if rows.iter().map(|(_, count, _)| count).sum::<i64>() > lists::COUNTED {
        return Ok(None);
    }
    let rates = Rates::on(conn, page.currency(), page.today())?;
    let parts = rows.into_iter().map(|(code, _, minor)| Ok(Money::new(minor, store::currency(&code)?)));
    Ok(Some(Total::of(&rates, parts.collect::<Result<Vec<_>>>()?)))
}
