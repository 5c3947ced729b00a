//! Accounts in the database.

use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        sql::{Sql, Value},
        types::AccountId,
    },
    error::Result,
    records::RecordKind,
    search,
};
use diesel::sql_types::{BigInt, Text};

/// Accounts whose name begins so, for selects; by name.
pub fn options(conn: &mut Conn, viewer: &Viewer, query: &str, limit: i64) -> Result<Vec<(AccountId, String)>> {
    let mut sql = Sql::new("SELECT accounts.id, accounts.name FROM accounts WHERE accounts.deleted_at IS NULL");
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (accounts.owner_id IS NULL OR accounts.owner_id IN (").bind_ints(owners).push("))");
    }
    search::words_filter(&mut sql, "accounts", RecordKind::Account, query);
    sql.push(" ORDER BY accounts.name_folded, accounts.id LIMIT ").bind(Value::Int(limit));
    sql.load::<(BigInt, Text), _>(conn)
}
