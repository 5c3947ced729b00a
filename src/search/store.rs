//! Search keys in the database.

use super::terms;
use crate::{
    account_standing,
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::search_keys,
        sql::{Sql, Value},
        types::AccountId,
    },
    error::Result,
    records::{
        RecordKind, RecordRef,
        standing::{AccountLabel, Standing},
    },
};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

/// Makes the record findable by exactly these keys.
pub fn set_keys(conn: &mut Conn, record: RecordRef, keys: &[String]) -> Result<()> {
    let mut wanted: Vec<&str> = keys.iter().map(String::as_str).filter(|k| !k.is_empty()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let held: Vec<String> = search_keys::table
        .filter(search_keys::record_kind.eq(record.kind))
        .filter(search_keys::record_id.eq(record.id))
        .select(search_keys::search_key)
        .load(conn)?;
    for key in held.iter().filter(|k| !wanted.contains(&k.as_str())) {
        diesel::delete(
            search_keys::table
                .filter(search_keys::record_kind.eq(record.kind))
                .filter(search_keys::search_key.eq(key))
                .filter(search_keys::record_id.eq(record.id)),
        )
        .execute(conn)?;
    }
    for key in wanted.iter().filter(|k| !held.iter().any(|h| h == *k)) {
        diesel::insert_into(search_keys::table)
            .values((
                search_keys::record_kind.eq(record.kind),
                search_keys::search_key.eq(key),
                search_keys::record_id.eq(record.id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Adds `AND` conditions that the record of this kind whose id is `id` matches every word of the query. Without a query
/// all match; one that holds nothing to look for, such as "?!", matches none.
pub fn words_filter(sql: &mut Sql, id: &str, kind: RecordKind, query: &str) {
    let terms = terms(query);
    if terms.is_empty() && !query.trim().is_empty() {
        sql.push(" AND 1 = 0");
    }
    for term in terms {
        // Not EXISTS: that looks into the keys of every row, this reads those of the term once.
        sql.push(format!(" AND {id} IN (SELECT f.record_id FROM search_keys f WHERE f.record_kind = "));
        sql.bind(Value::Text(kind.text().into()));
        range(sql, "f", &term);
        sql.push(")");
    }
}

fn range(sql: &mut Sql, alias: &str, term: &str) {
    sql.push(format!(" AND {alias}.search_key >= ")).bind(Value::Text(term.into()));
    sql.push(format!(" AND {alias}.search_key < ")).bind(Value::Text(format!("{term}\u{10ffff}")));
}

/// A record that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub record: RecordRef,
    pub title: String,
    pub detail: Option<String>,
}

type Row = (i64, String, Option<String>, Option<AccountId>, Option<String>, Option<Standing>);
type RowTypes = (BigInt, Text, Nullable<Text>, Nullable<BigInt>, Nullable<Text>, Nullable<BigInt>);

/// Records of one kind that match, those whose key is nearest to the query first; at most `limit`.
pub fn find(conn: &mut Conn, viewer: &Viewer, kind: RecordKind, query: &str, limit: usize) -> Result<Vec<Hit>> {
    let mut terms = terms(query);
    // The longest term has the fewest keys behind it: it leads, the others only check.
    terms.sort_by_key(|t| std::cmp::Reverse(t.chars().count()));
    let Some(lead) = terms.first() else { return Ok(Vec::new()) };
    let (table, detail) = match kind {
        RecordKind::Contact => ("contacts", concat!("r.email, r.account_id, r.account_name, ", account_standing!("r"))),
        RecordKind::Account => ("accounts", "r.domain, NULL, NULL, NULL"),
        RecordKind::Deal => ("deals", concat!("NULL, r.account_id, r.account_name, ", account_standing!("r"))),
        _ => return Ok(Vec::new()),
    };
    let mut sql = Sql::new(format!(
        "SELECT r.id, r.name, {detail} FROM search_keys k JOIN {table} r ON r.id = k.record_id WHERE k.record_kind = "
    ));
    sql.bind(Value::Text(kind.text().into()));
    range(&mut sql, "k", lead);
    sql.push(" AND r.deleted_at IS NULL");
    for term in &terms[1..] {
        sql.push(" AND EXISTS (SELECT 1 FROM search_keys f WHERE f.record_kind = ")
            .bind(Value::Text(kind.text().into()));
        range(&mut sql, "f", term);
        sql.push(" AND f.record_id = r.id)");
    }
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (r.owner_id IS NULL OR r.owner_id IN (").bind_ints(owners).push("))");
    }
    // One record can have several keys with this beginning: read some more, keep the first of each.
    sql.push(" ORDER BY k.search_key, k.record_id LIMIT ").bind(Value::Int(i64::try_from(limit * 4).unwrap_or(100)));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let mut hits: Vec<Hit> = Vec::new();
    for (id, title, own, account_id, account, standing) in rows {
        let account = AccountLabel::of(viewer, account_id, account.as_deref(), standing).filter(|a| !a.hidden);
        let detail = account.map(|a| a.name).or(own);
        if hits.len() < limit && !hits.iter().any(|h| h.record.id == id) {
            hits.push(Hit { record: RecordRef::new(kind, id), title, detail });
        }
    }
    Ok(hits)
}
