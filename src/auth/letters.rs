//! Links that reach a person by mail: invitations and password resets. The mail is queued with the change that made the
//! link, so that neither exists without the other.

use super::{Viewer, directory::Person, links};
use crate::{
    db::{Conn, types::EmailAddress},
    error::{Error, Result},
    journal::{self, Action, Change, Letter},
};
use askama::Template;
use chrono::NaiveDateTime;

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct Invitation<'a> {
    name: &'a str,
    company: &'a str,
    from: &'a str,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/password-reset.txt")]
struct PasswordReset<'a> {
    name: &'a str,
    url: &'a str,
}

/// Makes a person's invitation and queues it to their address. Returns the link, absolute under `base_url`.
///
/// # Errors
/// `Error::Refused` without an address, or once they have left.
pub fn invite(
    conn: &mut Conn,
    viewer: &Viewer,
    person: &Person,
    company: &str,
    from: &str,
    base_url: &str,
    at: NaiveDateTime,
) -> Result<String> {
    let to = address(person)?;
    let secret = links::make(conn, links::Kind::Invitation, Some(person.id), at)?;
    let url = format!("{base_url}/invitations/{secret}");
    let text = Invitation { name: &person.name, company, from, url: &url }.render()?;
    let subject = format!("{from} invites you to the CRM of {company}");
    let change = Change::new(person.id, Action::Updated, &person.name)
        .field("Invitation", None, Some(format!("sent to {}", to.as_str())))
        .letter(Letter { to, subject, text, from: None });
    journal::record(conn, viewer, change, at)?;
    Ok(url)
}

/// Makes a link for a new password and queues it to the person's address.
pub fn reset(conn: &mut Conn, viewer: &Viewer, person: &Person, base_url: &str, at: NaiveDateTime) -> Result<()> {
    let to = address(person)?;
    let secret = links::make(conn, links::Kind::PasswordReset, Some(person.id), at)?;
    let url = format!("{base_url}/password-resets/{secret}");
    let text = PasswordReset { name: &person.name, url: &url }.render()?;
    let change = Change::new(person.id, Action::Updated, &person.name)
        .field("Password reset", None, Some(format!("link sent to {}", to.as_str())))
        .letter(Letter { to, subject: "Set a new password for Rapport".into(), text, from: None });
    journal::record(conn, viewer, change, at)
}

fn address(person: &Person) -> Result<EmailAddress> {
    if !person.is_active() {
        return Err(Error::Refused(format!("{} has left: reactivate them first.", person.name)));
    }
    let email = person.email.as_deref().and_then(|e| EmailAddress::parse(e).ok());
    email.ok_or_else(|| Error::Refused(format!("{} has no e-mail address yet: write one first.", person.name)))
}
