//! The ticket of a drawn page: when that was, and a number that makes sending it twice count once. It is signed with the
//! form's own secret, so that no program dates it back. Forms pasted into other sites have none.

use super::WebForm;
use crate::{auth::token, error::Result};
use chrono::{DateTime, NaiveDateTime};

/// A ticket of ours, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub drawn: NaiveDateTime,
    pub number: String,
}

/// A ticket for a page drawn now.
pub fn fresh(form: &WebForm, at: NaiveDateTime) -> Result<String> {
    let number: String = token::fresh()?.chars().take(20).collect();
    let body = format!("{}.{number}", at.and_utc().timestamp_micros());
    let seal = seal(form, &body);
    Ok(format!("{body}.{seal}"))
}

/// `None` for what is no ticket of this form.
pub fn read(form: &WebForm, text: &str) -> Option<Ticket> {
    let (body, sealed) = text.rsplit_once('.')?;
    if seal(form, body) != sealed {
        return None;
    }
    let (micros, number) = body.split_once('.')?;
    let drawn = DateTime::from_timestamp_micros(micros.parse().ok()?)?.naive_utc();
    Some(Ticket { drawn, number: number.to_owned() })
}

fn seal(form: &WebForm, body: &str) -> String {
    // The secret on both sides: a hash of it and more text tells nothing about this one.
    token::hash(&format!("{}.{body}.{}", form.secret, form.secret)).chars().take(32).collect()
}
