//! What is done with several deals at once.

use super::{
    super::{
        bin,
        list::DEALS,
        store::{self, Input},
    },
    drawn_list,
};
use crate::{
    db::types::DealId,
    error::Error,
    lists::{Again, Deed, Selection, Undo},
    web::{Answer, App, Fields, Query, Rep},
};

/// `POST /deals/selection`
pub async fn create(who: Rep, app: App, query: Query, fields: Fields) -> Answer {
    let (reader, address, typed) = (who.0.clone(), query.clone(), fields.clone());
    let done = app
        .db
        .write(move |conn| {
            let selection = Selection::read(conn, &DEALS, &reader, &address, &typed)?;
            selection.each(|id, deed| match deed {
                // Only tasks have deeds of their own.
                Deed::Extra(_) => Ok(()),
                Deed::Delete => bin::delete(conn, &reader.viewer, DealId(id), reader.now).map(|_| ()),
                Deed::Assign(owner) => {
                    let deal = store::get(conn, &reader.viewer, DealId(id))?;
                    let next = Input { owner_id: owner, ..Input::of(&deal) };
                    match store::update(conn, &reader.viewer, &deal, deal.version, &next, reader.now)? {
                        true => Ok(()),
                        false => Err(Error::Refused(store::overtaken(&deal))),
                    }
                }
            })
        })
        .await;
    match done {
        Ok(done) => Ok(done.answer(&DEALS)),
        Err(Error::Refused(sentence)) => drawn_list(who.0, &app, &query, Some(Again::new(sentence, &fields))).await,
        Err(error) => Err(error),
    }
}

/// `POST /deals/restoration`: takes back what a selection moved to the bin.
pub async fn restore(who: Rep, app: App, query: Query) -> Answer {
    let reader = who.0;
    let undo = Undo::read(&DEALS, &query);
    let undone = app
        .db
        .write(move |conn| undo.each(|id| bin::restore(conn, &reader.viewer, DealId(id), reader.now).map(|_| ())))
        .await?;
    Ok(undone.answer(&DEALS))
}
