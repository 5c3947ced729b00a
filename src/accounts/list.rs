//! What the list of accounts can show and be asked.

use crate::{
    db::types::{AccountId, Money, UserId},
    lists::{Cell, Column, Filter, HasId, Kind, List, Test},
    records::{RecordKind, RecordRef},
    ui::{Avatar, Page},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use iso_currency::Currency;

pub static ACCOUNTS: List = List {
    noun: "accounts",
    one: "account",
    table: "accounts",
    kind: RecordKind::Account,
    columns: &[
        Column { key: "name", label: "Name", sort: Some(("name_folded", Kind::Text)), class: "", shown: true },
        Column { key: "domain", label: "Domain", sort: None, class: "", shown: true },
        Column { key: "industry", label: "Industry", sort: None, class: "less", shown: true },
        Column {
            key: "employees",
            label: "Employees",
            sort: Some(("coalesce(employees, -1)", Kind::Int)),
            class: "num less",
            shown: true,
        },
        Column {
            key: "revenue",
            label: "Annual revenue",
            sort: Some(("coalesce(annual_revenue, -1)", Kind::Int)),
            class: "num",
            shown: true,
        },
        Column { key: "phone", label: "Phone", sort: None, class: "less", shown: true },
        Column { key: "owner", label: "Owner", sort: None, class: "less", shown: true },
        Column {
            key: "updated",
            label: "Changed",
            sort: Some(("updated_at", Kind::Time)),
            class: "num less",
            shown: true,
        },
        Column {
            key: "created",
            label: "Added",
            sort: Some(("created_at", Kind::Time)),
            class: "num less",
            shown: false,
        },
    ],
    filters: &[
        Filter { key: "q", label: "Words", test: Test::Words },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "industry", label: "Industry", test: Test::Choice("accounts.industry") },
        Filter { key: "tag", label: "Tag", test: Test::Tag },
        Filter { key: "employees", label: "Employees", test: Test::Range("accounts.employees") },
        Filter {
            key: "revenue",
            label: "Annual revenue",
            test: Test::Money("accounts.annual_revenue", "accounts.revenue_currency"),
        },
        Filter { key: "created", label: "Added", test: Test::Moment("accounts.created_at") },
        Filter { key: "no_owner", label: "Without owner", test: Test::Flag("accounts.owner_id IS NULL") },
        Filter { key: "top", label: "Top of its group", test: Test::Flag("accounts.parent_id IS NULL") },
    ],
    sort: "name",
    owned: true,
    always: "",
};

pub const SELECT: &str = "accounts.name, accounts.domain, accounts.industry, accounts.employees, accounts.annual_revenue, \
     accounts.revenue_currency, accounts.phone, accounts.phone_e164, accounts.owner_id, accounts.updated_at, accounts.created_at, accounts.id";
pub type SelectTypes = (
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Timestamp,
    Timestamp,
    BigInt,
);

/// An account as lists show it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub name: String,
    pub domain: Option<String>,
    pub industry: Option<String>,
    pub employees: Option<i64>,
    pub annual_revenue: Option<i64>,
    pub revenue_currency: Option<String>,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub owner_id: Option<UserId>,
    pub updated_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub id: AccountId,
}

impl HasId for Row {
    fn id(&self) -> i64 {
        self.id.0
    }
}

impl Row {
    fn revenue(&self) -> Option<Money> {
        Some(Money::new(self.annual_revenue?, Currency::from_code(self.revenue_currency.as_deref()?)?))
    }
}

pub fn cell(page: &Page, row: &Row, key: &str) -> Cell {
    match key {
        "name" => Cell::Name {
            url: RecordRef::from(row.id).url(),
            text: row.name.clone(),
            avatar: Some(Avatar::company(row.id.0, &row.name)),
        },
        "domain" => Cell::text(row.domain.as_deref()),
        "industry" => Cell::text(row.industry.as_deref()),
        "employees" => Cell::number(page, row.employees),
        "revenue" => row
            .revenue()
            .map_or(Cell::None, |money| Cell::Number { shown: page.money_short(money), plain: money.plain() }),
        "phone" => Cell::phone(page, &format!("account:{}", row.id), row.phone.as_deref(), row.phone_e164.as_deref()),
        "owner" => Cell::owner(page, row.owner_id),
        "updated" => Cell::moment(page, row.updated_at),
        "created" => Cell::moment(page, row.created_at),
        _ => Cell::None,
    }
}
