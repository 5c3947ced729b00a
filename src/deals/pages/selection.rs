//! What is done with several deals at once.

use super::{
    super::{
        bin,
        list::DEALS,
        store::{self, Deal, Input},
    },
    drawn_list,
};
use crate::{
    db::{
        Conn,
        types::{DealId, UserId},
    },
    error::{Error, Result},
    lists::{Again, Back, Deed, Selection, Undo},
    ui::Page,
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
                Deed::Extra(_) => Ok(None),
                Deed::Delete => bin::delete(conn, &reader.viewer, DealId(id), reader.now).map(|_| None),
                Deed::Assign(owner) => {
                    let deal = store::get(conn, &reader.viewer, DealId(id))?;
                    assign(conn, &reader, &deal, owner)?;
                    Ok(deal.owner_id)
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

fn assign(conn: &mut Conn, reader: &Page, deal: &Deal, owner: Option<UserId>) -> Result<()> {
    let next = Input { owner_id: owner, ..Input::of(deal) };
    match store::update(conn, &reader.viewer, deal, deal.version, &next, reader.now)? {
        true => Ok(()),
        false => Err(Error::Refused(store::overtaken(deal))),
    }
}

/// `POST /deals/restoration`: takes back what a selection moved to the bin, or gave to someone.
pub async fn restore(who: Rep, app: App, query: Query) -> Answer {
    let reader = who.0;
    let undo = Undo::read(&DEALS, &query);
    let undone = app
        .db
        .write(move |conn| {
            undo.each(|id, back| match back {
                Back::Restored => bin::restore(conn, &reader.viewer, DealId(id), reader.now).map(|_| ()),
                Back::Given { from, to } => {
                    let deal = store::get(conn, &reader.viewer, DealId(id))?;
                    if deal.owner_id == from { assign(conn, &reader, &deal, to) } else { Err(Error::NotFound) }
                }
            })
        })
        .await?;
    Ok(undone.answer(&DEALS))
}
