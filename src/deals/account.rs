//! What deals keep of their account: its name, so that lists need no join.

use crate::{
    db::{Conn, schema::deals, types::AccountId},
    error::Result,
};
use diesel::prelude::*;

/// An account changed its name.
pub fn account_renamed(conn: &mut Conn, account: AccountId, name: &str) -> Result<()> {
    diesel::update(deals::table.filter(deals::account_id.eq(account)))
        .set(deals::account_name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// An account is about to be erased: its deals stay, without one.
pub fn account_erased(conn: &mut Conn, account: AccountId) -> Result<()> {
    diesel::update(deals::table.filter(deals::account_id.eq(account)))
        .set((deals::account_id.eq(None::<AccountId>), deals::account_name.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}
