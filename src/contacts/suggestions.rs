//! What someone else says of a contact, where a field holds something already: kept until one of ours uses or dismisses it,
//! since nobody overwrites what a colleague typed.

use super::store;
use crate::{
    accounts,
    auth::Viewer,
    contacts::Input,
    db::{
        Conn, dialect,
        schema::contact_suggestions,
        types::{ContactId, Phone, SuggestionId, match_key},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum! {
    /// The fields that others may know better.
    Field {
        GivenName = "given_name", "Given name";
        FamilyName = "family_name", "Family name";
        Phone = "phone", "Phone";
        JobTitle = "job_title", "Job title";
        Account = "account", "Account";
        Country = "country", "Country";
    }
}

/// A suggestion that nobody has decided on.
#[derive(Clone, Debug, Queryable)]
pub struct Suggestion {
    pub id: SuggestionId,
    pub field: Field,
    pub value: String,
    /// Who says so, as a sentence begins: "Web form Contact us".
    pub said_by: String,
    pub at: NaiveDateTime,
}

/// Keeps a suggestion; a newer one of the same field takes the place of an older.
pub fn suggest(
    conn: &mut Conn,
    contact: ContactId,
    field: Field,
    value: &str,
    said_by: &str,
    at: NaiveDateTime,
) -> Result<()> {
    // Of two that come at once, the later takes the place of the earlier.
    dialect::hold(conn, &format!("suggestion:{contact}"))?;
    let same = contact_suggestions::table
        .filter(contact_suggestions::contact_id.eq(contact))
        .filter(contact_suggestions::field.eq(field));
    let values = (
        contact_suggestions::value.eq(value),
        contact_suggestions::said_by.eq(said_by),
        contact_suggestions::at.eq(at),
    );
    if diesel::update(same).set(values).execute(conn)? == 0 {
        diesel::insert_into(contact_suggestions::table)
            .values((contact_suggestions::contact_id.eq(contact), contact_suggestions::field.eq(field), values))
            .execute(conn)?;
    }
    Ok(())
}

/// What is suggested for a contact, the oldest first.
pub fn of(conn: &mut Conn, contact: ContactId) -> Result<Vec<Suggestion>> {
    Ok(contact_suggestions::table
        .filter(contact_suggestions::contact_id.eq(contact))
        .order(contact_suggestions::id)
        .select((
            contact_suggestions::id,
            contact_suggestions::field,
            contact_suggestions::value,
            contact_suggestions::said_by,
            contact_suggestions::at,
        ))
        .load(conn)?)
}

/// Takes a suggestion off the list.
///
/// # Errors
/// `Error::NotFound` when someone decided on it before.
fn take(conn: &mut Conn, contact: ContactId, id: SuggestionId) -> Result<Suggestion> {
    let found = of(conn, contact)?.into_iter().find(|s| s.id == id).ok_or(Error::NotFound)?;
    if diesel::delete(contact_suggestions::table.find(id)).execute(conn)? == 0 {
        return Err(Error::NotFound);
    }
    Ok(found)
}

/// Puts what is suggested into the contact, over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::NotFound` when the viewer does not see the contact or the suggestion is gone, `Error::Refused` when it does not
/// fit any more.
pub fn accept(
    conn: &mut Conn,
    viewer: &Viewer,
    contact: ContactId,
    version: i64,
    id: SuggestionId,
    country: &str,
    at: NaiveDateTime,
) -> Result<bool> {
    let before = store::get(conn, viewer, contact)?;
    let Suggestion { field, value, .. } = take(conn, contact, id)?;
    let mut next = Input::of(&before).map_err(Error::Refused)?;
    match field {
        Field::GivenName => next.given_name = Some(value),
        Field::FamilyName => next.family_name = Some(value),
        Field::JobTitle => next.job_title = Some(value),
        Field::Country => next.address.country = value,
        Field::Phone => next.phones.push(Phone::parse(&value, country).map_err(Error::Refused)?),
        Field::Account => {
            let found = accounts::find_by_match_key(conn, &match_key(&value))?;
            next.account_id = Some(found.ok_or_else(|| {
                Error::Refused(format!("There is no account called {value} any more: add it first, or dismiss this."))
            })?);
        }
    }
    // A name that was only what the parts gave follows them.
    let parts = |given: &Option<String>, family: &Option<String>| {
        [given, family].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    if before.name == parts(&before.given_name, &before.family_name) {
        next.name = parts(&next.given_name, &next.family_name);
    }
    store::update(conn, viewer, &before, version, &next, at)
}

/// Forgets a suggestion.
///
/// # Errors
/// As for [`accept`].
pub fn dismiss(
    conn: &mut Conn,
    viewer: &Viewer,
    contact: ContactId,
    id: SuggestionId,
    at: NaiveDateTime,
) -> Result<()> {
    let kept = store::get(conn, viewer, contact)?;
    let gone = take(conn, contact, id)?;
    let said = format!("{}: {}", gone.field.label(), gone.value);
    let mut change = Change::new(contact, Action::Updated, &kept.name).field("Suggestion", Some(said), None);
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}
