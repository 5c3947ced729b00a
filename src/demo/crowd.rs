//! Records by the hundred thousand beside the demo company, for measuring: plain rows, many at a time, that lists,
//! search and the board treat like any others.

use super::random::Random;
use crate::{
    db::{
        self, Conn,
        sql::{Sql, Value},
        types::{fold, match_key},
    },
    deals::{Status, pipelines},
    error::Result,
    records::RecordKind,
    search,
};
use chrono::{Duration, NaiveDateTime};
use diesel::sql_types::BigInt;

/// Rows of one statement, and statements of one transaction.
const ROWS: usize = 100;
const BATCH: usize = 5_000;

const GIVEN: [&str; 24] = [
    "Alma", "Boris", "Celia", "Dario", "Edda", "Falk", "Grit", "Hugo", "Ilse", "Jonna", "Kasper", "Lene", "Milo",
    "Nora", "Otis", "Petra", "Quirin", "Runa", "Silas", "Tove", "Ugo", "Vera", "Wim", "Ylva",
];
const FAMILY: [&str; 30] = [
    "Abel", "Birk", "Conrad", "Dahl", "Ebner", "Fink", "Grau", "Hauge", "Ivens", "Juhl", "Kern", "Lorenz", "Moritz",
    "Nagel", "Oster", "Pohl", "Quast", "Riemer", "Sander", "Thal", "Uhl", "Voss", "Winkel", "Xaver", "Yorck", "Zander",
    "Bruun", "Dyhr", "Falck", "Munk",
];
const TRADES: [&str; 10] =
    ["Dairies", "Water", "Cold Stores", "Labs", "Coatings", "Pumps", "Growers", "Mills", "Clinics", "Ports"];

/// Adds so many contacts, and accounts and deals in the proportion of one to ten. Each batch is one transaction.
pub(super) fn add(
    conn: &mut Conn,
    seed: u64,
    (accounts, contacts, deals): (usize, usize, usize),
    owners: &[i64],
    now: NaiveDateTime,
) -> Result<()> {
    let mut random = Random::new(seed);
    let mut firms: Vec<(i64, String)> = Vec::with_capacity(accounts);
    for start in (0..accounts).step_by(BATCH) {
        let names: Vec<usize> = (start..accounts.min(start + BATCH)).collect();
        db::transaction(conn, |conn| {
            for part in names.chunks(ROWS) {
                firms.extend(add_accounts(conn, &mut random, part, owners, now)?);
            }
            Ok(())
        })?;
    }
    for start in (0..contacts).step_by(BATCH) {
        let places: Vec<usize> = (start..contacts.min(start + BATCH)).collect();
        db::transaction(conn, |conn| {
            places.chunks(ROWS).try_for_each(|part| add_contacts(conn, &mut random, part, &firms, owners, now))
        })?;
    }
    let stages = pipelines::all(conn)?.into_iter().next().map(|p| p.stages).unwrap_or_default();
    for start in (0..deals).step_by(BATCH) {
        let places: Vec<usize> = (start..deals.min(start + BATCH)).collect();
        db::transaction(conn, |conn| {
            places.chunks(ROWS).try_for_each(|part| add_deals(conn, &mut random, part, &firms, &stages, owners, now))
        })?;
    }
    Ok(())
}

/// `INSERT` of several rows; the first column of what it returns.
fn insert(conn: &mut Conn, table: &str, columns: &str, returning: &str, rows: Vec<Vec<Value>>) -> Result<Vec<i64>> {
    let mut sql = Sql::new(format!("INSERT INTO {table} ({columns}) VALUES "));
    for (at, row) in rows.into_iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" });
        for (at, value) in row.into_iter().enumerate() {
            if at > 0 {
                sql.push(", ");
            }
            sql.bind(value);
        }
        sql.push(")");
    }
    sql.push(format!(" RETURNING {returning}"));
    let ids: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

fn keep_keys(conn: &mut Conn, kind: RecordKind, found_by: Vec<(i64, Vec<String>)>) -> Result<()> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (id, mut keys) in found_by {
        keys.sort_unstable();
        keys.dedup();
        rows.extend(
            keys.into_iter()
                .filter(|k| !k.is_empty())
                .map(|key| vec![Value::Text(key), Value::Text(kind.text().into()), Value::Int(id)]),
        );
    }
    for part in rows.chunks(1_000) {
        insert(conn, "search_keys", "search_key, record_kind, record_id", "record_id", part.to_vec())?;
    }
    Ok(())
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

fn moment(random: &mut Random, now: NaiveDateTime) -> NaiveDateTime {
    now - Duration::minutes(random.within(10, 540 * 24 * 60))
}

fn add_accounts(
    conn: &mut Conn,
    random: &mut Random,
    places: &[usize],
    owners: &[i64],
    now: NaiveDateTime,
) -> Result<Vec<(i64, String)>> {
    let (mut rows, mut names, mut hosts) = (Vec::new(), Vec::new(), Vec::new());
    for place in places {
        let name = format!("{} {} {}", random.pick(&FAMILY), random.pick(&TRADES), place + 1);
        let host = format!("crowd{}.example", place + 1);
        let at = moment(random, now);
        rows.push(vec![
            text(&name),
            text(fold(&name)),
            text(match_key(&name)),
            text(&host),
            text(*random.pick(&super::cultures::INDUSTRIES)),
            Value::Int(random.within(3, 4_000)),
            Value::Int(*random.pick(owners)),
            Value::Time(at),
            Value::Time(at),
        ]);
        names.push(name);
        hosts.push(host);
    }
    let columns = "name, name_folded, match_key, domain, industry, employees, owner_id, created_at, updated_at";
    let ids = insert(conn, "accounts", columns, "id", rows)?;
    let domains = ids.iter().zip(&hosts).map(|(id, host)| vec![Value::Int(*id), text(host)]).collect();
    insert(conn, "account_domains", "account_id, domain", "id", domains)?;
    let keys = ids.iter().zip(names.iter().zip(&hosts)).map(|(id, (name, host))| {
        let mut keys = search::words(name);
        keys.extend(search::domain(host));
        (*id, keys)
    });
    keep_keys(conn, RecordKind::Account, keys.collect())?;
    Ok(ids.into_iter().zip(names).collect())
}

fn add_contacts(
    conn: &mut Conn,
    random: &mut Random,
    places: &[usize],
    firms: &[(i64, String)],
    owners: &[i64],
    now: NaiveDateTime,
) -> Result<()> {
    let (mut rows, mut made) = (Vec::new(), Vec::new());
    for place in places {
        let (given, family) = (*random.pick(&GIVEN), *random.pick(&FAMILY));
        let name = format!("{given} {family}");
        let (firm, firm_name) = if firms.is_empty() {
            (None, "")
        } else {
            let (id, name) = random.pick(firms);
            (Some(*id), name.as_str())
        };
        let email = format!("{}.{}{}@crowd.example", fold(given), fold(family), place + 1);
        // Films and books use these numbers.
        let phone = format!("+1202555{:04}", 100 + place % 100);
        let at = moment(random, now);
        rows.push(vec![
            text(&name),
            text(fold(&name)),
            text(given),
            text(family),
            text(*random.pick(&super::words::TITLES)),
            text(&email),
            text(crate::db::types::Phone::shown(&phone, None)),
            Value::Int(firm.unwrap_or(1)),
            text(firm_name),
            text(if random.chance(30) { "customer" } else { "lead" }),
            Value::Int(*random.pick(owners)),
            Value::Time(at),
            Value::Time(at),
        ]);
        made.push((name, email, phone, firm.unwrap_or(1)));
    }
    let columns = "name, name_folded, given_name, family_name, job_title, email, phone, account_id, account_name, \
                   lifecycle, owner_id, created_at, updated_at";
    let ids = insert(conn, "contacts", columns, "id", rows)?;
    // Name, e-mail, phone and account.
    type Made = (String, String, String, i64);
    let each = |row: &dyn Fn(i64, &Made) -> Vec<Value>| -> Vec<Vec<Value>> {
        ids.iter().zip(&made).map(|(id, made)| row(*id, made)).collect()
    };
    let emails = each(&|id, (_, email, _, _)| vec![Value::Int(id), text(email), text(email.to_lowercase())]);
    insert(conn, "contact_emails", "contact_id, email, email_key", "id", emails)?;
    let phones = each(&|id, (_, _, phone, _)| vec![Value::Int(id), text(phone), text(phone)]);
    insert(conn, "contact_phones", "contact_id, typed, e164", "id", phones)?;
    let homes = each(&|id, (_, _, _, firm)| vec![Value::Int(id), Value::Int(*firm), Value::Bool(true)]);
    insert(conn, "contact_accounts", "contact_id, account_id, is_primary", "id", homes)?;
    let keys = ids.iter().zip(&made).map(|(id, (name, email, phone, _))| {
        let mut keys = search::words(name);
        keys.extend(search::email(email));
        keys.extend(search::phone(phone, Some(phone)));
        (*id, keys)
    });
    keep_keys(conn, RecordKind::Contact, keys.collect())
}

fn add_deals(
    conn: &mut Conn,
    random: &mut Random,
    places: &[usize],
    firms: &[(i64, String)],
    stages: &[pipelines::Stage],
    owners: &[i64],
    now: NaiveDateTime,
) -> Result<()> {
    if firms.is_empty() || stages.is_empty() {
        return Ok(());
    }
    let (mut open_rows, mut closed_rows) = (Vec::new(), Vec::new());
    for place in places {
        let stage = random.pick(stages);
        let (firm, firm_name) = random.pick(firms);
        let name = format!("{} {}", random.pick(&["Order", "Pilot", "Retrofit", "Extension"]), place + 1);
        let made = moment(random, now);
        let entered = made + (now - made) / 2;
        let close = match stage.kind {
            Status::Open => now.date() + Duration::days(random.within(-20, 120)),
            _ => entered.date(),
        };
        let row = vec![
            text(&name),
            text(fold(&name)),
            Value::Int(*firm),
            text(firm_name),
            Value::Int(stage.pipeline_id.0),
            Value::Int(stage.id.0),
            text(stage.kind.text()),
            Value::Int(random.within(5, 900) * 10_000),
            text("EUR"),
            Value::Date(close),
            Value::Int(*random.pick(owners)),
            Value::Time(entered),
            Value::Time(made),
            Value::Time(entered),
        ];
        let state = (stage.clone(), name, close);
        if stage.kind == Status::Open { open_rows.push((row, state)) } else { closed_rows.push((row, state)) }
    }
    let columns = "name, name_folded, account_id, account_name, pipeline_id, stage_id, status, amount, currency, \
                   expected_close, owner_id, stage_entered_at, created_at, updated_at";
    for (mut rows, closed) in [(open_rows, false), (closed_rows, true)] {
        if rows.is_empty() {
            continue;
        }
        let mut columns = columns.to_owned();
        if closed {
            columns.push_str(", closed_on");
            rows.iter_mut().for_each(|(row, (_, _, close))| row.push(Value::Date(*close)));
        }
        let ids = insert(conn, "deals", &columns, "id", rows.iter().map(|(row, _)| row.clone()).collect())?;
        let first = stages.iter().find(|s| s.kind == Status::Open).unwrap_or(&stages[0]);
        let mut moves = Vec::new();
        for (id, (row, (stage, _, close))) in ids.iter().zip(&rows) {
            for (stage, at) in [(first, 12), (stage, 11)] {
                moves.push(vec![
                    Value::Int(*id),
                    row[at].clone(),
                    row[10].clone(),
                    Value::Int(stage.id.0),
                    text(stage.kind.text()),
                    row[7].clone(),
                    row[8].clone(),
                    Value::Date(*close),
                    row[10].clone(),
                    text(stage.category.text()),
                ]);
            }
        }
        let columns = "deal_id, at, by_id, stage_id, status, amount, currency, expected_close, owner_id, category";
        insert(conn, "deal_moves", columns, "id", moves)?;
        let keys = ids.iter().zip(&rows).map(|(id, (_, (_, name, _)))| (*id, search::words(name)));
        keep_keys(conn, RecordKind::Deal, keys.collect())?;
    }
    Ok(())
}
