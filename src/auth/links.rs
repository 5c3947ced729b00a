//! Links that work once: set-up, invitation, password reset.

use super::token;
use crate::{
    db::{Conn, schema::links, types::UserId},
    error::Result,
    text_enum,
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

text_enum! {
    Kind {
        /// Makes the company and its first admin; valid until used.
        SetUp = "set_up", "Set-up";
        /// Lets a new person choose a password; a week.
        Invitation = "invitation", "Invitation";
        /// Lets a person choose a new password; two hours.
        PasswordReset = "password_reset", "Password reset";
    }
}

impl Kind {
    fn lifetime(self) -> Option<Duration> {
        match self {
            Self::SetUp => None,
            Self::Invitation => Some(Duration::days(7)),
            Self::PasswordReset => Some(Duration::hours(2)),
        }
    }
}

/// Makes a link and returns its secret. Earlier ones of this kind for this person stop working.
pub fn make(conn: &mut Conn, kind: Kind, user: Option<UserId>, at: NaiveDateTime) -> Result<String> {
    let secret = token::fresh()?;
    let earlier = links::table.filter(links::kind.eq(kind)).filter(links::used_at.is_null());
    match user {
        Some(user) => diesel::delete(earlier.filter(links::user_id.eq(user))).execute(conn)?,
        None => diesel::delete(earlier.filter(links::user_id.is_null())).execute(conn)?,
    };
    diesel::insert_into(links::table)
        .values((
            links::kind.eq(kind),
            links::token_hash.eq(token::hash(&secret)),
            links::user_id.eq(user),
            links::created_at.eq(at),
            links::expires_at.eq(kind.lifetime().map(|l| at + l)),
        ))
        .execute(conn)?;
    Ok(secret)
}

/// The number and the person of a link that still works.
pub fn find(conn: &mut Conn, kind: Kind, secret: &str, at: NaiveDateTime) -> Result<Option<(i64, Option<UserId>)>> {
    Ok(links::table
        .filter(links::kind.eq(kind))
        .filter(links::token_hash.eq(token::hash(secret)))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.is_null().or(links::expires_at.gt(at)))
        .select((links::id, links::user_id))
        .first(conn)
        .optional()?)
}

/// Uses a link up. `Ok(false)` when someone was faster.
pub fn use_up(conn: &mut Conn, id: i64, at: NaiveDateTime) -> Result<bool> {
    let rows = diesel::update(links::table.find(id).filter(links::used_at.is_null()))
        .set(links::used_at.eq(at))
        .execute(conn)?;
    Ok(rows == 1)
}
