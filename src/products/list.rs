//! What the list of products can show and be asked.

use crate::{
    db::types::{Money, ProductId},
    lists::{Cell, Column, Filter, HasId, Kind, List, Test},
    records::{RecordKind, RecordRef},
    ui::Page,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
use iso_currency::Currency;

pub static PRODUCTS: List = List {
    noun: "products",
    one: "product",
    table: "products",
    kind: RecordKind::Product,
    columns: &[
        Column { key: "name", label: "Name", sort: Some(("name_folded", Kind::Text)), class: "", shown: true },
        Column { key: "code", label: "Code", sort: None, class: "", shown: true },
        Column { key: "family", label: "Family", sort: None, class: "less", shown: true },
        Column { key: "unit", label: "Unit", sort: None, class: "less", shown: true },
        Column {
            key: "price",
            label: "List price",
            sort: Some(("coalesce(price, -1)", Kind::Int)),
            class: "num",
            shown: true,
        },
        Column { key: "currency", label: "Currency", sort: None, class: "less", shown: false },
        Column { key: "active", label: "Offered", sort: None, class: "", shown: true },
        Column {
            key: "updated",
            label: "Changed",
            sort: Some(("updated_at", Kind::Time)),
            class: "num less",
            shown: true,
        },
        Column { key: "description", label: "Description", sort: None, class: "less", shown: false },
    ],
    filters: &[
        Filter { key: "q", label: "Words", test: Test::Words },
        Filter { key: "family", label: "Family", test: Test::Choice("products.family") },
        Filter { key: "active", label: "Offered", test: Test::Flag("products.active") },
        Filter { key: "updated", label: "Changed", test: Test::Moment("products.updated_at") },
    ],
    sort: "name",
    owned: false,
    always: "",
};

pub const SELECT: &str = "products.name, products.code, products.family, products.unit, products.price, products.currency, \
     products.active, products.description, products.updated_at, products.id";
pub type SelectTypes =
    (Text, Nullable<Text>, Nullable<Text>, Text, Nullable<BigInt>, Text, Bool, Text, Timestamp, BigInt);

/// A product as lists show it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub name: String,
    pub code: Option<String>,
    pub family: Option<String>,
    pub unit: String,
    pub price: Option<i64>,
    pub currency: String,
    pub active: bool,
    pub description: String,
    pub updated_at: NaiveDateTime,
    pub id: ProductId,
}

impl HasId for Row {
    fn id(&self) -> i64 {
        self.id.0
    }
}

pub fn cell(page: &Page, row: &Row, key: &str) -> Cell {
    let money = || Some(Money::new(row.price?, Currency::from_code(&row.currency)?));
    match key {
        "name" => Cell::Name { url: RecordRef::from(row.id).url(), text: row.name.clone(), avatar: None },
        "code" => Cell::text(row.code.as_deref()),
        "family" => Cell::text(row.family.as_deref()),
        "unit" => Cell::text(Some(&row.unit)),
        "price" => Cell::money(page, money()),
        "currency" => Cell::text(Some(&row.currency)),
        "active" => match row.active {
            true => Cell::Status { class: "done", text: "Offered".into() },
            false => Cell::Status { class: "off", text: "No longer".into() },
        },
        "updated" => Cell::moment(page, row.updated_at),
        "description" => Cell::text(Some(&row.description)),
        _ => Cell::None,
    }
}
