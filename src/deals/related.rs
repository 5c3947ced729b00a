//! Deals beside other records: what the pages of accounts and contacts show of them, and what deals keep of their account.

use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::deals,
        sql::{Sql, Value},
        types::{AccountId, ContactId, DealId, Money},
    },
    deals::{
        Status,
        list::DEALS,
        rates::{Rates, Total},
    },
    error::Result,
    lists::{self, Request},
    ui::Page,
    web::Query,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
use iso_currency::Currency;
use std::collections::HashMap;

/// An open deal in a short list.
#[derive(Clone, Debug)]
pub struct Brief {
    pub id: DealId,
    pub name: String,
    pub stage: String,
    /// Icon of the stage's ring.
    pub icon: String,
    pub stage_entered_at: NaiveDateTime,
    pub amount: Option<Money>,
    pub expected_close: Option<NaiveDate>,
}

impl Brief {
    /// How long it has been in its stage.
    pub fn days(&self, page: &Page) -> String {
        match (page.now - self.stage_entered_at).num_days().max(0) {
            0 => "since today".into(),
            1 => "1 day".into(),
            days => format!("{} days", page.number(days)),
        }
    }

    /// Whether it should have been closed by now.
    pub fn is_late(&self, page: &Page) -> bool {
        self.expected_close.is_some_and(|day| day < page.today())
    }
}

/// Open deals of an account, the first to close first.
pub fn open_of_account(conn: &mut Conn, viewer: &Viewer, account: AccountId, limit: i64) -> Result<Vec<Brief>> {
    let mut test = Sql::new("d.account_id = ");
    test.bind(Value::Int(account.0));
    open(conn, viewer, "deals d", &test, limit)
}

/// Open deals that a contact has a part in, the first to close first.
pub fn open_of_contact(conn: &mut Conn, viewer: &Viewer, contact: ContactId, limit: i64) -> Result<Vec<Brief>> {
    let mut test = Sql::new("p.contact_id = ");
    test.bind(Value::Int(contact.0));
    open(conn, viewer, "deal_contacts p JOIN deals d ON d.id = p.deal_id", &test, limit)
}

fn open(conn: &mut Conn, viewer: &Viewer, from: &str, test: &Sql, limit: i64) -> Result<Vec<Brief>> {
    let mut sql = Sql::new(format!(
        "SELECT d.id, d.name, s.name, s.position, d.stage_entered_at, d.amount, d.currency, d.expected_close, \
         (SELECT CAST(count(*) AS INTEGER) FROM stages o WHERE o.pipeline_id = s.pipeline_id AND o.kind = 'open') \
         FROM {from} JOIN stages s ON s.id = d.stage_id WHERE d.deleted_at IS NULL AND d.status = 'open' AND "
    ));
    sql.append(test);
    scoped(&mut sql, viewer);
    // Not the expression of an index: else SQLite reads all open deals in that order to find these few.
    sql.push(" ORDER BY d.expected_close IS NULL, d.expected_close, d.id LIMIT ").bind(Value::Int(limit));
    type Row = (DealId, String, String, i32, NaiveDateTime, Option<i64>, String, Option<NaiveDate>, i32);
    let rows: Vec<Row> =
        sql.load::<(BigInt, Text, Text, Integer, Timestamp, Nullable<BigInt>, Text, Nullable<Date>, Integer), _>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, stage, position, stage_entered_at, amount, currency, expected_close, steps)| Brief {
            id,
            name,
            stage,
            // Five rings, spread over the open stages of the pipeline.
            icon: format!("stage-{}", 1 + (position * 4 / (steps - 1).max(1)).clamp(0, 4)),
            stage_entered_at,
            amount: amount.zip(Currency::from_code(&currency)).map(|(minor, currency)| Money::new(minor, currency)),
            expected_close,
        })
        .collect())
}

fn scoped(sql: &mut Sql, viewer: &Viewer) {
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (d.owner_id IS NULL OR d.owner_id IN (").bind_ints(owners).push("))");
    }
}

/// What an account's deals of one status are worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    pub deals: i64,
    /// One amount for each currency.
    pub sums: Vec<Money>,
}

impl Worth {
    /// In the company's currency, what has no rate beside it: "€9,400 + ¥890,000".
    pub fn words(&self, page: &Page, rates: &Rates) -> String {
        let total = self.total(rates);
        let mut sums: Vec<Money> = vec![total.sum];
        if total.sum.minor == 0 && !total.without_rate.is_empty() {
            sums.clear();
        }
        sums.extend(total.without_rate);
        sums.iter().map(|money| page.money_short(money)).collect::<Vec<_>>().join(" + ")
    }

    /// "3 deals", and the rates that their worth took.
    pub fn counted(&self, page: &Page, rates: &Rates) -> String {
        let deals = match self.deals {
            1 => "1 deal".to_owned(),
            n => format!("{} deals", page.number(n)),
        };
        match self.total(rates).rates_words(page) {
            Some(rates) => format!("{deals}, {rates}"),
            None => deals,
        }
    }

    pub fn total(&self, rates: &Rates) -> Total {
        Total::of(rates, self.sums.iter().copied())
    }

    /// Adds another's deals, currency by currency.
    pub fn add(&mut self, other: &Self) {
        self.deals += other.deals;
        for money in &other.sums {
            match self.sums.iter_mut().find(|sum| sum.currency == money.currency) {
                Some(sum) => sum.minor = sum.minor.saturating_add(money.minor),
                None => self.sums.push(*money),
            }
        }
    }
}

/// What the open deals that a contact has a part in are worth.
pub fn open_worth_of_contact(conn: &mut Conn, viewer: &Viewer, contact: ContactId) -> Result<Worth> {
    let mut sql = Sql::new(
        "SELECT d.currency, count(*), CAST(coalesce(sum(d.amount), 0) AS BIGINT) \
         FROM deal_contacts p JOIN deals d ON d.id = p.deal_id WHERE d.deleted_at IS NULL AND d.status = ",
    );
    sql.bind(Value::Text(Status::Open.text().into()));
    sql.push(" AND p.contact_id = ").bind(Value::Int(contact.0));
    scoped(&mut sql, viewer);
    sql.push(" GROUP BY d.currency ORDER BY d.currency");
    added_up(conn, sql)
}

/// What the deals of a list are worth: those that `/deals` shows for this query string.
pub fn worth_of(conn: &mut Conn, page: &Page, query: &str) -> Result<Worth> {
    let request = Request::parse(&DEALS, &Query::of(query));
    let select = "deals.currency, count(*), CAST(coalesce(sum(deals.amount), 0) AS BIGINT)";
    let mut sql = lists::matching(&DEALS, &request, page, select);
    sql.push(" GROUP BY deals.currency ORDER BY deals.currency");
    added_up(conn, sql)
}

/// Adds up rows of currency, count and sum.
fn added_up(conn: &mut Conn, sql: Sql) -> Result<Worth> {
    let rows: Vec<(String, i64, i64)> = sql.load::<(Text, BigInt, BigInt), _>(conn)?;
    let mut worth = Worth::default();
    for (currency, deals, minor) in rows {
        let sums = Currency::from_code(&currency).map(|currency| Money::new(minor, currency)).into_iter().collect();
        worth.add(&Worth { deals, sums });
    }
    Ok(worth)
}

/// What the deals of these accounts that have this status are worth, account by account. Accounts without are left out.
pub fn worth(
    conn: &mut Conn,
    viewer: &Viewer,
    accounts: &[AccountId],
    status: Status,
) -> Result<HashMap<AccountId, Worth>> {
    let mut found: HashMap<AccountId, Worth> = HashMap::new();
    if accounts.is_empty() {
        return Ok(found);
    }
    let ids: Vec<i64> = accounts.iter().map(|id| id.0).collect();
    let mut sql = Sql::new(
        "SELECT d.account_id, d.currency, count(*), CAST(coalesce(sum(d.amount), 0) AS BIGINT) FROM deals d \
         WHERE d.deleted_at IS NULL AND d.status = ",
    );
    sql.bind(Value::Text(status.text().into())).push(" AND d.account_id IN (").bind_ints(&ids).push(")");
    scoped(&mut sql, viewer);
    sql.push(" GROUP BY d.account_id, d.currency ORDER BY d.account_id, d.currency");
    let rows: Vec<(AccountId, String, i64, i64)> = sql.load::<(BigInt, Text, BigInt, BigInt), _>(conn)?;
    for (account, currency, deals, minor) in rows {
        let sums = Currency::from_code(&currency).map(|currency| Money::new(minor, currency)).into_iter().collect();
        found.entry(account).or_default().add(&Worth { deals, sums });
    }
    Ok(found)
}

/// An account changed its name.
pub fn account_renamed(conn: &mut Conn, account: AccountId, name: &str) -> Result<()> {
    diesel::update(deals::table.filter(deals::account_id.eq(account)))
        .set(deals::account_name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// An account is about to be erased: its deals stay, without one.
pub fn account_erased(conn: &mut Conn, account: AccountId) -> Result<()> {
    diesel::update(deals::table.filter(deals::account_id.eq(account)))
        .set((deals::account_id.eq(None::<AccountId>), deals::account_name.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}
