//! The board: the open stages of a pipeline as columns, each with the count and total of all its deals and the cards of
//! one page.

use super::{
    list,
    list::Row,
    pipelines::{Known, Pipeline, Stage},
    rates::{Rates, Total},
    store,
};
use crate::{
    app::App,
    db::{
        Conn,
        types::{Money, PipelineId, StageId},
    },
    error::{Error, Result},
    lists::{self, Active, Column, Filter, Kind, List, Request, Test},
    records::RecordKind,
    ui::Page,
    web::Query,
};
use diesel::sql_types::{BigInt, Text};
use iso_currency::Currency;

/// Cards of a stage that are drawn at a time.
const CARDS: i64 = 25;

const fn order(key: &'static str, label: &'static str, sort: (&'static str, Kind)) -> Column {
    Column { key, label, sort: Some(sort), class: "", shown: true }
}

/// The board as a list: its columns are the orders that cards can stand in.
pub static BOARD: List = List {
    noun: "deals/board",
    one: "deal",
    table: "deals",
    kind: RecordKind::Deal,
    columns: &[
        order("step", "Next step first", ("coalesce(deals.next_step_on, {far})", Kind::Date)),
        order("close", "Close date", list::BY_CLOSE),
        order("amount", "Amount", list::BY_AMOUNT),
    ],
    filters: &[
        Filter { key: "pipeline", label: "Pipeline", test: Test::Number("deals.pipeline_id") },
        Filter { key: "stage", label: "Stage", test: Test::Number("deals.stage_id") },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "close", label: "Expected close", test: Test::Date("deals.expected_close") },
        Filter { key: "tag", label: "Tag", test: Test::Tag },
    ],
    sort: "step",
    owned: true,
    always: "",
};

/// A stage with its deals.
pub struct Lane {
    pub stage: Stage,
    pub icon: &'static str,
    /// Of all deals in it that match, not only those drawn.
    pub count: i64,
    pub total: Total,
    pub cards: Vec<Row>,
    /// Whether these are not its first cards.
    pub later: bool,
    /// Address that shows the next cards, and how many are left.
    pub more: Option<(String, i64)>,
    /// Address that shows its first cards.
    pub first: String,
}

/// What an address of the board asks for.
pub struct Asked {
    pub request: Request,
    pub pipeline: Pipeline,
    /// The stage whose cards go on after the cursor.
    pub paged: Option<StageId>,
}

/// Reads the address. Without a pipeline it means the first that has an open deal of the reader's to see, else the first.
///
/// # Errors
/// `Error::NotFound` for a pipeline that there is not.
pub fn asked(conn: &mut Conn, known: &Known, query: &Query, page: &Page) -> Result<Asked> {
    let mut request = Request::parse(&BOARD, query);
    let number = |key: &str| request.active(key).and_then(|a| a.values.first()?.parse::<i64>().ok());
    let pipeline = match request.active("pipeline") {
        Some(_) => number("pipeline").and_then(|id| known.pipeline(PipelineId(id))),
        None => first_in_use(conn, known, page)?,
    };
    let pipeline = pipeline.ok_or(Error::NotFound)?.clone();
    let paged = number("stage").map(StageId).filter(|_| request.cursor.is_some());
    request.filters.retain(|a| !matches!(a.filter.key, "pipeline" | "stage"));
    if let Some(filter) = BOARD.filter("pipeline") {
        request.filters.insert(0, Active { filter, values: vec![pipeline.id.to_string()] });
    }
    Ok(Asked { request, pipeline, paged })
}

fn first_in_use<'a>(conn: &mut Conn, known: &'a Known, page: &Page) -> Result<Option<&'a Pipeline>> {
    for pipeline in &known.0 {
        let stages: Vec<i64> = pipeline.open().map(|s| s.id.0).collect();
        let mut request = Request::parse(&BOARD, &Query::default());
        if let Some(filter) = BOARD.filter("stage") {
            request.filters.push(Active { filter, values: stages.iter().map(i64::to_string).collect() });
        }
        let mut sql = lists::matching(&BOARD, &request, page, "deals.id");
        sql.push(" LIMIT 1");
        if !stages.is_empty() && !sql.load::<(BigInt,), (i64,)>(conn)?.is_empty() {
            return Ok(Some(pipeline));
        }
    }
    Ok(known.0.first())
}

/// The columns of the board.
pub fn lanes(conn: &mut Conn, app: &App, asked: &Asked, page: &Page) -> Result<Vec<Lane>> {
    let open: Vec<&Stage> = asked.pipeline.open().collect();
    let sums = sums(conn, app, asked, page, &open)?;
    let rates = Rates::on(conn, page.currency(), page.today())?;
    let mut lanes = Vec::with_capacity(open.len());
    for stage in open {
        let own = || sums.iter().filter(|(id, ..)| *id == stage.id);
        let mut request = within(asked, &[stage.id.0]);
        request.size = CARDS;
        request.cursor = asked.request.cursor.clone().filter(|_| asked.paged == Some(stage.id));
        let later = request.cursor.is_some();
        let count: i64 = own().map(|(_, _, n)| n).sum();
        let slice = lists::fetch::<list::SelectTypes, Row>(conn, &BOARD, &request, page, list::SELECT)?;
        let url = |with: &[(&str, String)]| asked.request.url(&BOARD.path(), &BOARD, &[], with);
        let shown = i64::try_from(slice.rows.len()).unwrap_or(CARDS);
        let left = if later { lists::remaining(conn, &BOARD, &request, page)? } else { count } - shown;
        lanes.push(Lane {
            icon: asked.pipeline.icon(stage),
            count,
            total: Total::of(&rates, own().map(|(_, money, _)| *money)),
            more: slice.next.map(|cursor| (url(&[("stage", stage.id.to_string()), ("after", cursor)]), left)),
            first: url(&[]),
            later,
            cards: slice.rows,
            stage: stage.clone(),
        });
    }
    Ok(lanes)
}

/// The board's request, over these stages only.
fn within(asked: &Asked, stages: &[i64]) -> Request {
    let mut request = asked.request.clone();
    request.filters.retain(|a| a.filter.key != "pipeline");
    if let Some(filter) = BOARD.filter("stage") {
        request.filters.insert(0, Active { filter, values: stages.iter().map(i64::to_string).collect() });
    }
    request
}

/// Count and sum of each stage and currency.
fn sums(conn: &mut Conn, app: &App, asked: &Asked, page: &Page, open: &[&Stage]) -> Result<Vec<(StageId, Money, i64)>> {
    let ids: Vec<i64> = open.iter().map(|s| s.id.0).collect();
    let request = within(asked, &ids);
    let select = "deals.stage_id, deals.currency, CAST(coalesce(sum(deals.amount), 0) AS BIGINT), count(*)";
    let mut sql = lists::matching(&BOARD, &request, page, select);
    sql.push(" GROUP BY deals.stage_id, deals.currency");
    let numbers = lists::remembered(conn, app, sql, |conn, sql| {
        let rows: Vec<(i64, String, i64, i64)> = sql.load::<(BigInt, Text, BigInt, BigInt), _>(conn)?;
        let mut numbers = Vec::with_capacity(rows.len() * 4);
        for (stage, code, sum, count) in rows {
            numbers.extend([stage, store::currency(&code)?.numeric().into(), sum, count]);
        }
        Ok(numbers)
    })?;
    let currency = |number: i64| u16::try_from(number).ok().and_then(Currency::from_numeric);
    let sums = numbers.chunks_exact(4).filter_map(|row| {
        let [stage, code, sum, count] = <[i64; 4]>::try_from(row).ok()?;
        Some((StageId(stage), Money::new(sum, currency(code)?), count))
    });
    Ok(sums.collect())
}
