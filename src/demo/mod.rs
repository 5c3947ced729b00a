//! The demo company: an invention with a fixed seed, dated relative to the day it is made.
//!
//! It is told through the nouns' own stores, as if its people had worked here for 18 months.

mod calendar;
mod crowd;
mod cultures;
mod events;
mod firms;
mod forms;
mod goals;
mod leads;
mod meetings;
mod offers;
mod people;
mod playbooks;
mod practice;
mod random;
mod rivals;
mod sales;
mod words;

use crate::{
    auth::{How, Role, Viewer, Visibility, company, company::Company, users},
    db::{
        self, Conn,
        schema::users as user_rows,
        types::{Money, ProductId},
    },
    deals::{
        self,
        pipelines::{self, STANDARD_STAGES},
        rates, reasons,
    },
    error::{Error, Result},
    products, settings,
};
use calendar::HISTORY;
use chrono::{Datelike, Duration, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;
pub use people::{PASSWORD, sign_ins};
use random::Random;

const NAME: &str = "Varde Instruments";
const SEED: u64 = 0x56_6172_6465;

/// How large the company is. More contacts than these come as a crowd, with accounts and deals one to ten.
const ACCOUNTS: usize = 300;
pub const CONTACTS: usize = 2_000;
const DEALS: usize = 800;

/// One unit in billionths of a euro, at the beginning of the history and now.
const RATES: [(Currency, i64, i64); 6] = [
    (Currency::USD, 921_000_000, 874_000_000),
    (Currency::GBP, 1_168_000_000, 1_149_000_000),
    (Currency::DKK, 134_000_000, 134_100_000),
    (Currency::PLN, 231_500_000, 234_800_000),
    (Currency::JPY, 6_230_000, 5_790_000),
    (Currency::INR, 11_020_000, 10_140_000),
];

/// What the demo holds, in one line.
pub struct Filled {
    pub accounts: usize,
    pub contacts: usize,
    pub deals: usize,
    pub entries: usize,
    pub tasks: usize,
}

/// Whether the database holds the demo company already.
///
/// # Errors
/// When it holds another company.
pub fn is_filled(conn: &mut Conn) -> Result<bool> {
    match company::find(conn)? {
        None => Ok(false),
        Some(found) if found.name == NAME || users::find_by_email(conn, &people::first_email())?.is_some() => Ok(true),
        Some(found) => Err(Error::internal(format!(
            "this data folder holds {}, not a demo: name another one with --data",
            found.name
        ))),
    }
}

/// Makes the company in an empty database: all of it in one transaction, then the crowd, if more contacts are wanted.
pub fn fill(conn: &mut Conn, contacts: usize, now: NaiveDateTime) -> Result<Filled> {
    let mut filled = db::transaction(conn, |conn| make(conn, now))?;
    if contacts > CONTACTS {
        let more = |all: usize, there: usize| all.saturating_sub(there);
        let crowd = (more(contacts / 10, ACCOUNTS), contacts - CONTACTS, more(contacts / 10, DEALS));
        let owners: Vec<i64> = user_rows::table
            .filter(user_rows::role.eq(Role::Rep))
            .order(user_rows::id)
            .select(user_rows::id)
            .load(conn)?;
        crowd::add(conn, SEED, crowd, &owners, now)?;
        filled.accounts += crowd.0;
        filled.contacts += crowd.1;
        filled.deals += crowd.2;
    }
    Ok(filled)
}

fn make(conn: &mut Conn, now: NaiveDateTime) -> Result<Filled> {
    let random = &mut Random::new(SEED);
    let founded = now - Duration::days(HISTORY + 520);
    let company = Company {
        name: NAME.into(),
        currency: Currency::EUR,
        time_zone: chrono_tz::Europe::Copenhagen,
        fiscal_month: 1,
        country: "DK".into(),
        visibility: Visibility::Everyone,
        version: 1,
    };
    settings::setup::make_company(conn, &company, founded)?;
    pipelines::make(conn, "Renewals", &renewals())?;
    let staff = people::add(conn, founded)?;
    let admin = staff[0].viewer();
    let today = now.date();
    for (currency, then, lately) in RATES {
        let quarters = HISTORY / 91;
        for quarter in 0..=quarters {
            let rate = then + (lately - then) * quarter / quarters;
            let day = today - Duration::days(HISTORY - quarter * 91);
            rates::set(conn, &admin, currency, day, rate, day.and_time(chrono::NaiveTime::MIN))?;
        }
    }
    let products = keep_products(conn, founded)?;
    let pipelines = pipelines::all(conn)?;
    let rates: Vec<(Currency, i64)> = RATES.iter().map(|(c, _, now)| (*c, *now)).collect();
    let market = sales::Market { pipelines: &pipelines, staff: &staff, rates: &rates, now };
    let mut firms = firms::invent(random, &staff, ACCOUNTS, now);
    let mut people = firms::populate(random, &mut firms, &staff, CONTACTS, now);
    let plans = sales::plan(random, &market, &mut firms, &mut people, DEALS);
    let accounts = firms::keep_accounts(conn, random, &firms, &staff)?;
    let contacts = firms::keep_contacts(conn, &mut people, &firms, &accounts, &staff, now)?;
    let reasons = reasons::all(conn)?;
    let records = (accounts.as_slice(), contacts.as_slice(), products.as_slice());
    let deals = sales::keep(conn, random, &market, &plans, records, &reasons)?;
    let world = events::World {
        staff: &staff,
        firms: &firms,
        people: &people,
        plans: &plans,
        accounts: &accounts,
        contacts: &contacts,
        deals: &deals,
        now,
    };
    let (entries, tasks) = events::tell(conn, random, &world)?;
    let dollars = rates.iter().find(|(c, _)| *c == Currency::USD).map_or(1_000_000_000, |(_, rate)| *rate);
    let partners = offers::keep_books(conn, &staff[0], &products, dollars, now)?;
    offers::keep_quotes(conn, &staff, (&plans, &deals), partners, now)?;
    meetings::keep(conn, &staff, &people, (&contacts, &deals), now)?;
    goals::keep(conn, &staff, now)?;
    playbooks::keep(conn, &staff, &pipelines, (&plans, &deals), now)?;
    practice::keep(conn, &staff, &pipelines, &deals, now)?;
    rivals::keep(conn, &staff, now)?;
    deals::renew_nightly(conn, now)?;
    let qualified = leads::keep(conn, &staff, &pipelines, &reasons, now)?;
    forms::keep(conn, random, &staff, &people, now)?;
    leads::answer(conn, &staff, now)?;
    Ok(Filled { accounts: accounts.len(), contacts: contacts.len(), deals: deals.len() + qualified, entries, tasks })
}

/// Contracts that run out: fewer steps than a first sale.
fn renewals() -> [(&'static str, deals::Status, i32, deals::Category, Option<i32>); 5] {
    use deals::{Category, Status};
    [
        ("Coming up", Status::Open, 60, Category::Pipeline, Some(30)),
        ("Offer sent", Status::Open, 75, Category::BestCase, Some(21)),
        ("Agreed", Status::Open, 95, Category::Commit, Some(10)),
        STANDARD_STAGES[5],
        STANDARD_STAGES[6],
    ]
}

fn keep_products(conn: &mut Conn, at: NaiveDateTime) -> Result<Vec<ProductId>> {
    let viewer = Viewer::system(How::System);
    let last = words::PRODUCTS.len() - 1;
    words::PRODUCTS
        .iter()
        .enumerate()
        .map(|(place, (name, code, family, unit, cents))| {
            let input = products::Input {
                name: (*name).into(),
                code: Some((*code).into()),
                family: Some((*family).into()),
                unit: (*unit).into(),
                price: Some(Money::new(*cents, Currency::EUR)),
                currency: Currency::EUR,
                // The last is no longer sold.
                active: place != last,
                billing: match *unit {
                    "month" => products::Billing::Month,
                    "year" => products::Billing::Year,
                    _ => products::Billing::Once,
                },
                tax_rate: Some(2500),
                description: if place == last {
                    format!("Replaced by the Skerry water probe in {}.", at.year())
                } else {
                    String::new()
                },
            };
            products::create(conn, &viewer, &input, at)
        })
        .collect()
}
