//! The account that a contact or a deal names. The copy of its name on their rows serves sorting and speed; whether a
//! reader may know it, and whether there is a page to lead to, depends on the account itself.

use super::{RecordKind, RecordRef};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{accounts, contacts, deals, meeting_people, meetings, tasks},
        types::{AccountId, UserId},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashSet;

/// What stands in place of the name of an account that is not the reader's to see.
pub const HIDDEN: &str = "Hidden account";

/// Owner and bin of an account, as one number that a subquery can give beside a row: the owner's number (0 for
/// nobody), or one less than its negative while the account is in the bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, diesel_derive_newtype::DieselNewType)]
pub struct Standing(i64);

/// The SQL of the [`Standing`] of the account of a row.
#[macro_export]
macro_rules! account_standing {
    ($row:literal) => {
        concat!(
            "(SELECT CASE WHEN place.deleted_at IS NULL THEN coalesce(place.owner_id, 0) \
             ELSE -1 - coalesce(place.owner_id, 0) END FROM accounts place WHERE place.id = ",
            $row,
            ".account_id)"
        )
    };
}

/// An account as a reader may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLabel {
    pub id: AccountId,
    /// [`HIDDEN`] when it is not the reader's to see.
    pub name: String,
    pub hidden: bool,
    /// Its page; `None` while it is hidden or in the bin.
    pub url: Option<String>,
}

impl AccountLabel {
    /// The account of a row, if it names one.
    pub fn of(
        viewer: &Viewer,
        id: Option<AccountId>,
        name: Option<&str>,
        standing: Option<Standing>,
    ) -> Option<AccountLabel> {
        let (id, name) = (id?, name?);
        let seen = standing.map(|Standing(n)| if n < 0 { (-1 - n, true) } else { (n, false) });
        Some(match seen {
            Some((owner, binned)) if viewer.sees((owner != 0).then_some(UserId(owner))) => AccountLabel {
                id,
                name: name.to_owned(),
                hidden: false,
                url: (!binned).then(|| RecordRef::from(id).url()),
            },
            _ => AccountLabel { id, name: HIDDEN.into(), hidden: true, url: None },
        })
    }

    /// As [`AccountLabel::of`], for one record.
    pub fn read(
        conn: &mut Conn,
        viewer: &Viewer,
        id: Option<AccountId>,
        name: Option<&str>,
    ) -> Result<Option<AccountLabel>> {
        let Some(account) = id else { return Ok(None) };
        let found: Option<(Option<UserId>, Option<NaiveDateTime>)> =
            accounts::table.find(account).select((accounts::owner_id, accounts::deleted_at)).first(conn).optional()?;
        let standing = found.map(|(owner, deleted)| {
            let owner = owner.map_or(0, |o| o.0);
            Standing(if deleted.is_some() { -1 - owner } else { owner })
        });
        Ok(Self::of(viewer, id, name, standing))
    }
}

/// The name of the account that a form chose, to stand on the record.
///
/// # Errors
/// `Error::Refused` when it is gone or not the viewer's to see.
pub fn chosen_name(conn: &mut Conn, viewer: &Viewer, account: Option<AccountId>) -> Result<Option<String>> {
    let Some(account) = account else { return Ok(None) };
    match super::summary(conn, viewer, account.into()) {
        Ok(summary) => Ok(Some(summary.title)),
        Err(Error::NotFound) => Err(Error::Refused("That account is gone: choose another one.".into())),
        Err(error) => Err(error),
    }
}

/// Those of these records that the reader does not see, the erased among them. Kinds without an owner are everyone's.
pub fn unseen(conn: &mut Conn, viewer: &Viewer, records: &[RecordRef]) -> Result<HashSet<RecordRef>> {
    let owned = [RecordKind::Account, RecordKind::Contact, RecordKind::Deal, RecordKind::Task, RecordKind::Meeting];
    let mut hidden: HashSet<RecordRef> = records.iter().copied().filter(|r| owned.contains(&r.kind)).collect();
    macro_rules! look {
        ($kind:ident, $table:ident) => {
            let ids: Vec<i64> = hidden.iter().filter(|r| r.kind == RecordKind::$kind).map(|r| r.id).collect();
            if !ids.is_empty() {
                let rows: Vec<(i64, Option<UserId>)> =
                    $table::table.filter($table::id.eq_any(&ids)).select(($table::id, $table::owner_id)).load(conn)?;
                for (id, _) in rows.into_iter().filter(|(_, owner)| viewer.sees(*owner)) {
                    hidden.remove(&RecordRef::new(RecordKind::$kind, id));
                }
            }
        };
    }
    look!(Account, accounts);
    look!(Contact, contacts);
    look!(Deal, deals);
    look!(Task, tasks);
    look!(Meeting, meetings);
    // Whoever takes part in a meeting sees it.
    let left: Vec<i64> = hidden.iter().filter(|r| r.kind == RecordKind::Meeting).map(|r| r.id).collect();
    if let (false, Some(me)) = (left.is_empty(), viewer.id) {
        let own = meeting_people::table.filter(meeting_people::meeting_id.eq_any(&left));
        let ids: Vec<i64> = own.filter(meeting_people::user_id.eq(me)).select(meeting_people::meeting_id).load(conn)?;
        for id in ids {
            hidden.remove(&RecordRef::new(RecordKind::Meeting, id));
        }
    }
    Ok(hidden)
}
