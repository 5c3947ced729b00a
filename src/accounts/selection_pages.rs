//! What is done with several accounts at once.

use super::{bin, list::ACCOUNTS, store};
use crate::{
    db::types::AccountId,
    lists::{Deed, Selection, Undo},
    web::{Answer, App, Fields, Query, SignedIn},
};

/// `POST /accounts/selection`
pub async fn create(who: SignedIn, app: App, query: Query, fields: Fields) -> Answer {
    let reader = who.0;
    let done = app
        .db
        .write(move |conn| {
            let selection = Selection::read(conn, &ACCOUNTS, &reader, &query, &fields)?;
            selection.each(|id, deed| match deed {
                Deed::Delete => bin::delete(conn, &reader.viewer, AccountId(id), reader.now).map(|_| ()),
                Deed::Assign(owner) => store::assign(conn, &reader.viewer, AccountId(id), owner, reader.now),
            })
        })
        .await?;
    Ok(done.answer(&ACCOUNTS))
}

/// `POST /accounts/restoration`: takes back what a selection moved to the bin.
pub async fn restore(who: SignedIn, app: App, query: Query) -> Answer {
    let reader = who.0;
    let undo = Undo::read(&query);
    let undone = app
        .db
        .write(move |conn| undo.each(|id| bin::restore(conn, &reader.viewer, AccountId(id), reader.now).map(|_| ())))
        .await?;
    Ok(undone.answer(&ACCOUNTS))
}
