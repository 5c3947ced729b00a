//! Using and dismissing what others say of a contact.

use super::suggestions;
use crate::{
    db::types::{ContactId, SuggestionId},
    error::Error,
    records::RecordRef,
    ui::Flash,
    web::{Answer, App, Fields, SignedIn, see_other_with},
};
use actix_web::web::Path;

/// `POST /contacts/{id}/suggestions/{suggestion}/acceptance`
pub async fn accept(who: SignedIn, app: App, ids: Path<(ContactId, SuggestionId)>, fields: Fields) -> Answer {
    let ((contact, id), version, reader) = (*ids, fields.version(), who.0);
    let used = app
        .db
        .write(move |conn| {
            let country = reader.directory.company.country.clone();
            // Lost races undo the taking, too.
            match suggestions::accept(conn, &reader.viewer, contact, version, id, &country, reader.now)? {
                true => Ok(()),
                false => Err(Error::Refused("Someone changed this contact just now: look at it, then decide.".into())),
            }
        })
        .await;
    let flash = match used {
        Ok(()) => "Taken over",
        Err(Error::Refused(sentence)) => return answer(contact, Flash::new(sentence)),
        Err(error) => return Err(error),
    };
    answer(contact, Flash::new(flash))
}

/// `POST /contacts/{id}/suggestions/{suggestion}/dismissal`
pub async fn dismiss(who: SignedIn, app: App, ids: Path<(ContactId, SuggestionId)>) -> Answer {
    let ((contact, id), viewer, now) = (*ids, who.viewer.clone(), who.now);
    app.db.write(move |conn| suggestions::dismiss(conn, &viewer, contact, id, now)).await?;
    answer(contact, Flash::new("Suggestion dismissed"))
}

fn answer(contact: ContactId, flash: Flash) -> Answer {
    Ok(see_other_with(RecordRef::from(contact).url(), flash))
}
