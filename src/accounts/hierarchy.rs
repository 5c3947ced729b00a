//! Accounts under accounts: which may stand under which, and the whole tree round one.

use super::store;
use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::accounts,
        sql::{Sql, Value},
        types::AccountId,
    },
    error::Result,
    records::standing::AccountLabel,
};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

/// Accounts of one tree that are read at most. The largest groups of companies have a few hundred.
const MOST: i64 = 1000;

/// The parent's id and name when `account` (`None` for a new one) may stand under it; else the sentence for the field.
pub fn check(
    conn: &mut Conn,
    viewer: &Viewer,
    account: Option<AccountId>,
    parent: Option<AccountId>,
) -> Result<Result<Option<(AccountId, String)>, String>> {
    let Some(parent) = parent else { return Ok(Ok(None)) };
    if let Some(account) = account {
        if account == parent {
            return Ok(Err("An account cannot stand under itself: choose another parent.".into()));
        }
        // Two moves at once could close a circle that neither sees.
        dialect::queue_for(conn, dialect::Queue::AccountTree)?;
    }
    let held: Option<(String, Option<crate::db::types::UserId>)> = accounts::table
        .find(parent)
        .filter(accounts::deleted_at.is_null())
        .select((accounts::name, accounts::owner_id))
        .first(conn)
        .optional()?;
    let Some((name, _)) = held.filter(|(_, owner)| viewer.sees(*owner)) else {
        return Ok(Err("That account is gone: choose another parent.".into()));
    };
    if let Some(account) = account
        && above(conn, parent)?.contains(&account)
    {
        return Ok(Err(format!("{name} already belongs to this account: choose a parent from outside its own group.")));
    }
    Ok(Ok(Some((parent, name))))
}

/// The accounts above this one, nearest first. Stops where it has been, so that no data can make it run for ever.
pub fn above(conn: &mut Conn, account: AccountId) -> Result<Vec<AccountId>> {
    let mut found = Vec::new();
    let mut next = Some(account);
    while let Some(id) = next {
        next = parent_of(conn, Some(id))?.filter(|p| !found.contains(p) && *p != account);
        found.extend(next);
    }
    Ok(found)
}

/// The account that this one stands under, if any.
pub(super) fn parent_of(conn: &mut Conn, account: Option<AccountId>) -> Result<Option<AccountId>> {
    let Some(account) = account else { return Ok(None) };
    let parent: Option<Option<AccountId>> =
        accounts::table.find(account).select(accounts::parent_id).first(conn).optional()?;
    Ok(parent.flatten())
}

/// An account's name, be it in the bin or out of the viewer's sight: for the journal, and for what points at it already.
pub(super) fn name_of(conn: &mut Conn, id: AccountId) -> Result<Option<String>> {
    Ok(accounts::table.find(id).select(accounts::name).first(conn).optional()?)
}

/// The name of an account as this viewer may know it, be it in the bin.
pub(super) fn shown_name(conn: &mut Conn, viewer: &Viewer, id: AccountId) -> Result<Option<String>> {
    let name = name_of(conn, id)?;
    Ok(AccountLabel::read(conn, viewer, Some(id), name.as_deref())?.map(|label| label.name))
}

/// An account in its place.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: AccountId,
    pub name: String,
    pub children: Vec<Node>,
}

impl Node {
    /// Its own id and those of all accounts below it.
    pub fn ids(&self) -> Vec<AccountId> {
        let mut found = vec![self.id];
        found.extend(self.children.iter().flat_map(Node::ids));
        found
    }
}

/// The whole tree that the account stands in, from its top. Accounts that the viewer does not see are left out, with
/// what is under them.
pub fn tree(conn: &mut Conn, viewer: &Viewer, account: AccountId) -> Result<Node> {
    let mut top = account;
    for id in above(conn, account)? {
        // Sees no further up than the first one hidden or in the bin.
        if store::get(conn, viewer, id).is_err() {
            break;
        }
        top = id;
    }
    let mut sql = Sql::new("WITH RECURSIVE tree (id) AS (SELECT accounts.id FROM accounts WHERE accounts.id = ");
    sql.bind(Value::Int(top.0));
    // UNION drops what was found before: a circle ends.
    sql.push(" UNION SELECT accounts.id FROM accounts JOIN tree ON accounts.parent_id = tree.id WHERE accounts.deleted_at IS NULL");
    store::scoped(&mut sql, viewer);
    sql.push(") SELECT accounts.id, accounts.name, accounts.parent_id FROM accounts JOIN tree ON tree.id = accounts.id ORDER BY accounts.name_folded, accounts.id LIMIT ");
    sql.bind(Value::Int(MOST));
    let mut rows: Vec<(AccountId, String, Option<AccountId>)> =
        sql.load::<(BigInt, Text, Nullable<BigInt>), _>(conn)?;
    let at = rows.iter().position(|(id, _, _)| *id == top);
    let name = at.map(|at| rows.remove(at).1).unwrap_or_default();
    Ok(grow(top, name, &mut rows))
}

/// Takes the children of a node out of the rows, so that each row stands in the tree once.
fn grow(id: AccountId, name: String, rows: &mut Vec<(AccountId, String, Option<AccountId>)>) -> Node {
    let (own, rest): (Vec<_>, Vec<_>) =
        std::mem::take(rows).into_iter().partition(|(_, _, parent)| *parent == Some(id));
    *rows = rest;
    Node { id, name, children: own.into_iter().map(|(id, name, _)| grow(id, name, rows)).collect() }
}
