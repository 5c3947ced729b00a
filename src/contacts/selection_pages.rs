//! What is done with several contacts at once.

use super::{bin, giving, list::CONTACTS, pages};
use crate::{
    db::types::ContactId,
    error::Error,
    lists::{Again, Back, Deed, Selection, Undo},
    web::{Answer, App, Fields, Query, SignedIn},
};

/// `POST /contacts/selection`
pub async fn create(who: SignedIn, app: App, query: Query, fields: Fields) -> Answer {
    let (reader, address, typed) = (who.0.clone(), query.clone(), fields.clone());
    let done = app
        .db
        .write(move |conn| {
            let selection = Selection::read(conn, &CONTACTS, &reader, &address, &typed)?;
            selection.each(|id, deed| match deed {
                // Only tasks have deeds of their own.
                Deed::Extra(_) => Ok(None),
                Deed::Delete => bin::delete(conn, &reader.viewer, ContactId(id), reader.now).map(|_| None),
                Deed::Assign(owner) => giving::assign(conn, &reader.viewer, ContactId(id), owner, reader.now),
            })
        })
        .await;
    match done {
        Ok(done) => Ok(done.answer(&CONTACTS)),
        Err(Error::Refused(sentence)) => {
            pages::drawn_list(who.0, &app, &query, Some(Again::new(sentence, &fields))).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /contacts/restoration`: takes back what a selection moved to the bin.
pub async fn restore(who: SignedIn, app: App, query: Query) -> Answer {
    let reader = who.0;
    let undo = Undo::read(&CONTACTS, &query);
    let undone = app
        .db
        .write(move |conn| {
            undo.each(|id, back| match back {
                Back::Restored => bin::restore(conn, &reader.viewer, ContactId(id), reader.now).map(|_| ()),
                Back::Given { from, to } => {
                    giving::give_back(conn, &reader.viewer, ContactId(id), from, to, reader.now)
                }
            })
        })
        .await?;
    Ok(undone.answer(&CONTACTS))
}
