//! What the journal is told of a contact: what changed, and what it is found by.

use super::store::{Contact, Input};
use crate::{
    db::{Conn, types::Phone},
    error::Result,
    journal::{Action, Change},
    records::{self, RecordRef},
    search,
};

/// What a contact is found by: its names, addresses and numbers.
pub fn keys(input: &Input) -> Vec<String> {
    let emails = input.emails.iter().map(|e| e.as_str());
    found_by(&input.name, [&input.given_name, &input.family_name], emails, &input.phones)
}

/// The same of a stored one, when it comes back from the bin.
pub fn keys_of(contact: &Contact) -> Vec<String> {
    let emails = contact.emails.iter().map(String::as_str);
    found_by(&contact.name, [&contact.given_name, &contact.family_name], emails, &contact.phones)
}

fn found_by<'a>(
    name: &str,
    parts: [&Option<String>; 2],
    emails: impl Iterator<Item = &'a str>,
    phones: &[Phone],
) -> Vec<String> {
    let mut keys = search::words(name);
    keys.extend(parts.into_iter().flatten().flat_map(|part| search::words(part)));
    keys.extend(emails.flat_map(search::email));
    keys.extend(phones.iter().flat_map(|p| search::phone(&p.typed, p.e164.as_deref())));
    keys
}

pub(super) fn differences(
    conn: &mut Conn,
    before: &Contact,
    next: &Input,
    (old_account, account): (Option<String>, Option<String>),
    (old_status, status): (Option<String>, Option<String>),
) -> Result<Change> {
    let own = |text: &Option<String>| text.clone();
    let joined = |list: Vec<String>| Some(list.join(", "));
    let yes = |flag: bool| Some(if flag { "yes".to_owned() } else { "no".to_owned() });
    let (old_owner, new_owner) = records::owner_names(conn, before.owner_id, next.owner_id)?;
    Ok(Change::new(before.id, Action::Updated, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .field("Given name", own(&before.given_name), own(&next.given_name))
        .field("Family name", own(&before.family_name), own(&next.family_name))
        .field("E-mail", joined(before.emails.clone()), joined(next.emails.iter().map(|e| e.as_str().into()).collect()))
        .field(
            "Phone",
            joined(before.phones.iter().map(|p| p.typed.clone()).collect()),
            joined(next.phones.iter().map(|p| p.typed.clone()).collect()),
        )
        .naming(
            "Account",
            old_account,
            account,
            before.account_id.into_iter().chain(next.account_id).map(RecordRef::from),
        )
        .field("Job title", own(&before.job_title), own(&next.job_title))
        .field("Owner", old_owner, new_owner)
        .given(before.owner_id, next.owner_id)
        .field("Lifecycle", Some(before.lifecycle.label().into()), Some(next.lifecycle.label().into()))
        .field("Lead status", old_status, status)
        .field("Rating", before.rating.map(|r| r.label().into()), next.rating.map(|r| r.label().into()))
        .field("Source", own(&before.source), own(&next.source))
        .field("Campaign", own(&before.campaign), own(&next.campaign))
        .field("Do not call", yes(before.no_call), yes(next.no_call))
        .field("Do not mail", yes(before.no_mail), yes(next.no_mail))
        .field("No advertising", yes(before.no_ads), yes(next.no_ads))
        .field("Address", Some(before.address.line()), Some(next.address.line()))
        .field("Tags", joined(before.tags.clone()), joined(next.tags.clone()))
        .field("Description", Some(before.description.clone()), Some(next.description.clone())))
}
