//! Naming competitors in a deal, and taking them out.

use super::super::{competitors, store};
use super::record;
use crate::{
    db::types::{CompetitorId, DealId, clean},
    error::Error,
    records::RecordRef,
    ui::Flash,
    web::{Answer, App, Fields, Rep, see_other_with},
};
use actix_web::web::Path;

/// A competitor as typed.
#[derive(Default)]
pub(super) struct RivalForm {
    pub name: String,
    pub note: String,
    pub incumbent: bool,
    pub errors: Vec<(String, String)>,
}

impl RivalForm {
    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }
}

/// `POST /deals/{id}/competitors`
pub async fn create(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let own = |name: &str| fields.one(name).to_owned();
    let incumbent = fields.has("incumbent");
    let mut form = RivalForm { name: own("rival"), note: own("rival_note"), incumbent, errors: Vec::new() };
    let name = clean(&form.name);
    match &name {
        None => form.errors.push(("rival".into(), "Who is it? Write the name of the competitor.".into())),
        Some(name) if name.chars().count() > 120 => {
            form.errors.push(("rival".into(), "The name is longer than 120 signs: shorten it.".into()));
        }
        Some(_) => {}
    }
    let note = form.note.trim().to_owned();
    if note.chars().count() > 1000 {
        form.errors.push(("rival_note".into(), "The note is longer than 1,000 signs: shorten it.".into()));
    }
    let Some(name) = name.filter(|_| form.errors.is_empty()) else {
        return record::with_rival(who.0, &app, *id, form).await;
    };
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            competitors::add(conn, &viewer, &deal, (&name, incumbent, &note), now)
        })
        .await?;
    Ok(see_other_with(format!("{}#competitors", RecordRef::from(id).url()), Flash::new("Competitor saved")))
}

/// `POST /deals/{id}/competitors/{competitor}/deletion`
pub async fn destroy(who: Rep, app: App, ids: Path<(DealId, CompetitorId)>) -> Answer {
    let (viewer, (id, competitor), now) = (who.viewer.clone(), *ids, who.now);
    let gone = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            competitors::remove(conn, &viewer, &deal, competitor, now)
        })
        .await;
    let said = match gone {
        Ok(()) => "Competitor taken out of the deal".to_owned(),
        Err(Error::Refused(sentence)) => sentence,
        Err(error) => return Err(error),
    };
    Ok(see_other_with(format!("{}#competitors", RecordRef::from(id).url()), Flash::new(said)))
}
