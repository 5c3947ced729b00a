//! What the list of quotes can show and be asked.

use super::State;
use crate::{
    account_standing,
    db::{
        Conn,
        types::{AccountId, DealId, Money, QuoteId, UserId},
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
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
use iso_currency::Currency;

/// Over a view that knows the owner of the deal and whether a quote has expired (`migrations/*/…_add_quotes`).
pub static QUOTES: List = List {
    noun: "quotes",
    one: "quote",
    table: "listed_quotes",
    // A quote is found and tagged by its deal.
    kind: RecordKind::Deal,
    columns: &[
        Column::new("number", "Quote", None, "", true),
        Column::new("deal", "Deal", None, "", true),
        Column::new("account", "Account", None, "less", true),
        Column::new("recipient", "For", None, "less", true),
        Column::new("state", "State", None, "", true),
        Column::new("net", "Net", Some(("listed_quotes.net", Kind::Int)), "num", true),
        Column::new("gross", "With tax", None, "num less", false),
        Column::new("currency", "Currency", None, "less", false),
        Column::new("until", "Valid until", Some(("listed_quotes.valid_until", Kind::Date)), "num", true),
        Column::new("owner", "Owner", None, "less", true),
        Column::new("made", "Made", Some(("listed_quotes.created_at", Kind::Time)), "num less", false),
    ],
    filters: &[
        Filter {
            key: "q",
            label: "Words",
            test: Test::Numbered { record: "listed_quotes.deal_id", number: "listed_quotes.number", prefix: "Q-" },
        },
        Filter { key: "state", label: "State", test: Test::Choice("listed_quotes.state") },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "until", label: "Valid until", test: Test::Date("listed_quotes.valid_until") },
        Filter { key: "net", label: "Net", test: Test::Money("listed_quotes.net", "listed_quotes.currency") },
        Filter { key: "made", label: "Made", test: Test::Moment("listed_quotes.created_at") },
    ],
    sort: "-made",
    owned: true,
    always: "",
};

const SELECT: &str = concat!(
    "listed_quotes.id, listed_quotes.number, listed_quotes.revision, listed_quotes.deal_id, listed_quotes.deal_name, \
     listed_quotes.account_id, listed_quotes.account_name, listed_quotes.recipient_name, listed_quotes.state, \
     listed_quotes.net, listed_quotes.gross, listed_quotes.currency, listed_quotes.valid_until, listed_quotes.owner_id, \
     listed_quotes.created_at, ",
    account_standing!("listed_quotes")
);
type SelectTypes = (
    BigInt,
    Text,
    Integer,
    BigInt,
    Text,
    Nullable<BigInt>,
    Nullable<Text>,
    Text,
    Text,
    BigInt,
    BigInt,
    Text,
    Date,
    Nullable<BigInt>,
    Timestamp,
    Nullable<BigInt>,
);

/// A quote as the list shows it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub id: QuoteId,
    number: String,
    revision: i32,
    deal_id: DealId,
    deal_name: String,
    account_id: Option<AccountId>,
    account_name: Option<String>,
    recipient_name: String,
    state: State,
    net: i64,
    gross: i64,
    currency: String,
    valid_until: NaiveDate,
    owner_id: Option<UserId>,
    created_at: NaiveDateTime,
    standing: Option<Standing>,
}

impl HasId for Row {
    fn id(&self) -> i64 {
        self.id.0
    }
}

impl Row {
    pub fn name(&self) -> String {
        if self.revision == 1 { self.number.clone() } else { format!("{}, version {}", self.number, self.revision) }
    }
}

/// One page of the list.
pub fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    lists::fetch::<SelectTypes, Row>(conn, &QUOTES, request, page, SELECT)
}

pub fn cell(page: &Page, row: &Row, key: &str) -> Cell {
    let money = |minor| Cell::money(page, Currency::from_code(&row.currency).map(|c| Money::new(minor, c)));
    match key {
        "number" => Cell::Name { url: format!("/quotes/{}", row.id), text: row.name(), avatar: None },
        "deal" => Cell::Link { url: RecordRef::from(row.deal_id).url(), text: row.deal_name.clone() },
        "account" => {
            let (id, name) = (row.account_id, row.account_name.as_deref());
            Cell::account(AccountLabel::of(&page.viewer, id, name, row.standing))
        }
        "recipient" => Cell::text(Some(&row.recipient_name)),
        "state" => Cell::Status { class: row.state.mark(), text: row.state.label().into() },
        "net" => money(row.net),
        "gross" => money(row.gross),
        "currency" => Cell::Text(row.currency.clone()),
        "until" => Cell::date(page, Some(row.valid_until), row.state == State::Expired),
        "owner" => Cell::owner(page, row.owner_id),
        "made" => Cell::moment(page, row.created_at),
        _ => Cell::None,
    }
}
