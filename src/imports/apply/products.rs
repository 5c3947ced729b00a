//! Products: found by their number in the other system, their code or their name.

use super::{Applied, Context, Failure, Outcome, merge::Merge, overtaken, reading::Reading};
use crate::{
    db::{
        Conn,
        types::{ProductId, match_key},
    },
    imports::{fields::Kind, record::Record},
    products::{self, Input},
    records::RecordKind,
};
use iso_currency::Currency;

pub(super) fn apply(context: &mut Context, conn: &mut Conn, record: &Record) -> Applied<Outcome> {
    let mut reading = Reading::new(Kind::Products, record);
    let name = reading.text("name", 250);
    let code = reading.text("code", 120);
    let family = reading.text("family", 120);
    let unit = reading.text("unit", 60);
    let price = reading.money("price");
    let description = reading.lines("description");
    reading.finish()?;
    let written = record.text("currency").and_then(Currency::from_code);
    let found = match context.by_external_id(conn, RecordKind::Product, record)? {
        Some(id) => Some(ProductId(id)),
        None => match &name {
            Some(name) => products::find_by_match_key(conn, &match_key(name))?,
            None => None,
        },
    };
    let before = match found {
        Some(id) => Some(products::get(conn, id)?),
        None => None,
    };
    let again = match &before {
        Some(before) => context.meet(conn, before.id.into(), record)?,
        None => false,
    };
    let mut next = match before.clone() {
        Some(before) => Input::from(before),
        None => Input {
            name: name.clone().ok_or_else(|| Failure::Row("The row has no Name.".to_owned()))?,
            code: None,
            family: None,
            unit: String::new(),
            price: None,
            currency: context.company.currency,
            active: true,
            description: String::new(),
            billing: products::Billing::Once,
            tax_rate: None,
        },
    };
    let mut merge = Merge::new(again);
    merge.set(&mut next.name, name);
    merge.fill(&mut next.code, code);
    merge.fill(&mut next.family, family);
    merge.text(&mut next.unit, unit);
    // Rapport's own lists write the currency in a column of its own.
    let price = price.map(|mut p| {
        if context.source == crate::imports::source::Source::Rapport && written.is_none() {
            p.currency = next.currency;
        }
        p
    });
    merge.money((&mut next.price, &mut next.currency), price.map(|p| (p, p.currency)), written);
    merge.set(&mut next.active, record.yes("active"));
    merge.describe(&mut next.description, description);
    match before {
        None => {
            let id = products::create(conn, &context.viewer, &next, context.at)?;
            context.made(conn, id.into(), record)?;
            Ok(Outcome::Created)
        }
        Some(_) if !merge.changed => Ok(Outcome::Unchanged),
        Some(before) => {
            if !products::update(conn, &context.viewer, &before, before.version, &next, context.at)? {
                return Err(overtaken());
            }
            Ok(Outcome::Updated)
        }
    }
}
