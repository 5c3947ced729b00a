//! Meetings and planned calls: who meets whom, when, about which records; and the calendar that shows them.

mod bin;
pub mod calendar_pages;
mod conflicts;
pub mod deed_pages;
mod entries;
mod feed;
pub mod feed_pages;
mod form;
pub mod handover;
mod ical;
mod invitations;
mod outcome;
pub mod pages;
mod people;
pub mod reminders;
mod store;
mod week;

use crate::text_enum;
pub use bin::purge;
use chrono_tz::Tz;
pub use entries::{Block, Entry, counts, of_day, of_record};
pub use outcome::{Outcome, cancel, hold, miss};
pub use people::Guest;
use std::borrow::Borrow;
pub use store::{Input, create};

text_enum! {
    Kind {
        Meeting = "meeting", "Meeting";
        Call = "call", "Call";
    }
}

text_enum! {
    State {
        Planned = "planned", "Planned";
        Held = "held", "Held";
        /// It was time, and it did not take place.
        Missed = "missed", "Did not take place";
        /// Before it was time.
        Cancelled = "cancelled", "Cancelled";
    }
}

impl Kind {
    /// Name of its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Call => "phone",
        }
    }
}

impl State {
    /// Class of `.status`, each with a shape of its own.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Planned => "open",
            Self::Held => "done",
            Self::Missed => "failed",
            Self::Cancelled => "off",
        }
    }
}

text_enum! {
    /// What somebody answered; in calendars it is their PARTSTAT.
    Response {
        NeedsAction = "needs_action", "Not answered";
        Accepted = "accepted", "Comes";
        Tentative = "tentative", "Maybe";
        Declined = "declined", "Does not come";
    }
}

/// A time zone as people read it.
fn named(zone: impl Borrow<Tz>) -> String {
    zone.borrow().name().replace('_', " ")
}
