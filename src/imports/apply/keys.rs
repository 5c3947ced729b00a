//! Which record a row of a foreign system became: `import_keys`, read once a kind and kept in step.

use crate::{
    db::{
        Conn,
        schema::import_keys,
        sql::{Sql, Value},
    },
    error::Result,
    imports::source::Source,
    records::{RecordKind, RecordRef},
};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

#[derive(Default)]
struct OfKind {
    by_key: HashMap<String, i64>,
    bound: HashSet<i64>,
}

/// The keys of one source.
pub struct Keys {
    /// What the source's keys begin with; `None` when the numbers in the file are Rapport's own.
    prefix: Option<String>,
    kinds: HashMap<RecordKind, OfKind>,
}

impl Keys {
    /// Files of programs that are not known are told apart by their headers, so that number 1 of one list is not taken
    /// for number 1 of another.
    pub fn new(source: Source, headers: &[String]) -> Self {
        let prefix = match source {
            Source::Rapport => None,
            Source::Unknown => {
                let digest = Sha256::digest(headers.join("\u{1f}").to_lowercase());
                Some(format!("csv-{}:", data_encoding::HEXLOWER.encode(&digest[..6])))
            }
            known => Some(format!("{known:?}:").to_lowercase()),
        };
        Self { prefix, kinds: HashMap::new() }
    }

    /// The record that this external id stands for.
    pub fn find(&mut self, conn: &mut Conn, kind: RecordKind, external: &str) -> Result<Option<i64>> {
        match &self.prefix {
            None => Ok(external.parse().ok()),
            Some(_) => Ok(self.of_kind(conn, kind)?.by_key.get(external).copied()),
        }
    }

    /// Whether another external id of this source stands for the record already.
    pub fn is_bound(&mut self, conn: &mut Conn, record: RecordRef) -> Result<bool> {
        Ok(self.prefix.is_some() && self.of_kind(conn, record.kind)?.bound.contains(&record.id))
    }

    /// Remembers that this external id stands for the record from now on.
    pub fn keep(&mut self, conn: &mut Conn, record: RecordRef, external: Option<&str>) -> Result<()> {
        let (Some(external), Some(prefix)) = (external, self.prefix.clone()) else { return Ok(()) };
        let key = format!("{prefix}{external}");
        let known = self.of_kind(conn, record.kind)?;
        let before = known.by_key.insert(external.to_owned(), record.id);
        known.bound.insert(record.id);
        match before {
            Some(id) if id == record.id => {}
            Some(_) => {
                let own = import_keys::table
                    .filter(import_keys::record_kind.eq(record.kind))
                    .filter(import_keys::source_key.eq(&key));
                diesel::update(own).set(import_keys::record_id.eq(record.id)).execute(conn)?;
            }
            None => {
                diesel::insert_into(import_keys::table)
                    .values((
                        import_keys::record_kind.eq(record.kind),
                        import_keys::source_key.eq(&key),
                        import_keys::record_id.eq(record.id),
                    ))
                    .execute(conn)?;
            }
        }
        Ok(())
    }

    /// Reads them anew when they are next asked for.
    pub fn forget(&mut self) {
        self.kinds.clear();
    }

    fn of_kind(&mut self, conn: &mut Conn, kind: RecordKind) -> Result<&mut OfKind> {
        if !self.kinds.contains_key(&kind) {
            let prefix = self.prefix.as_deref().unwrap_or_default();
            let rows: Vec<(String, i64)> = import_keys::table
                .filter(import_keys::record_kind.eq(kind))
                .filter(import_keys::source_key.like(format!("{prefix}%")))
                .select((import_keys::source_key, import_keys::record_id))
                .load(conn)?;
            let mut found = OfKind::default();
            for (key, id) in rows {
                found.by_key.insert(key.strip_prefix(prefix).unwrap_or(&key).to_owned(), id);
                found.bound.insert(id);
            }
            self.kinds.insert(kind, found);
        }
        Ok(self.kinds.entry(kind).or_default())
    }
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Here,
    InTheBin,
    Gone,
}

/// Whether the record that a key names can still be changed.
pub fn place(conn: &mut Conn, record: RecordRef) -> Result<Place> {
    let table = match record.kind {
        RecordKind::Contact => "contacts",
        RecordKind::Account => "accounts",
        RecordKind::Deal => "deals",
        RecordKind::Product => "products",
        RecordKind::Task => "tasks",
        RecordKind::Meeting => "meetings",
        RecordKind::User | RecordKind::Team | RecordKind::Pipeline | RecordKind::Company | RecordKind::WebForm => {
            return Ok(Place::Here);
        }
    };
    let mut sql =
        Sql::new(format!("SELECT CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END, id FROM {table} WHERE id = "));
    sql.bind(Value::Int(record.id));
    let rows: Vec<(i32, i64)> = sql.load::<(diesel::sql_types::Integer, BigInt), _>(conn)?;
    Ok(match rows.first() {
        None => Place::Gone,
        Some((0, _)) => Place::Here,
        Some(_) => Place::InTheBin,
    })
}
