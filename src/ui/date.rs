//! Days as people type them.

use chrono::{Datelike, NaiveDate};

/// A day as date fields send it; nothing typed is none.
///
/// # Errors
/// A sentence for the field.
pub fn date(typed: &str) -> Result<Option<NaiveDate>, String> {
    match typed.trim() {
        "" => Ok(None),
        text => match text.parse::<NaiveDate>() {
            // Later years would sort behind what has no date, and cannot be meant.
            Ok(day) if (1900..=2999).contains(&day.year()) => Ok(Some(day)),
            _ => Err(format!("“{text}” is no date from 1900 to 2999: write it like 2027-03-31.")),
        },
    }
}
