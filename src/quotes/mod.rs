//! Quotes: what a deal offers a customer at one moment, numbered, sent as a link, and answered there.

mod answers;
pub mod defaults;
mod drafts;
mod form;
mod list;
pub mod pages;
pub mod public_pages;
mod sending;
mod sheet;
mod store;

use crate::text_enum;
pub use answers::{Acceptance, accept, decline, seen};
pub use drafts::{make, revise};
pub use sending::{Dispatch, send};
pub use store::{Quote, accepted_amount, contact_erased, of_deal};

text_enum! {
    /// How far a quote is. That it expired is never stored: it follows from the day until which it holds.
    State {
        Draft = "draft", "Draft";
        Sent = "sent", "Sent";
        Viewed = "viewed", "Viewed";
        Accepted = "accepted", "Accepted";
        Declined = "declined", "Declined";
        Expired = "expired", "Expired";
        Superseded = "superseded", "Superseded";
    }
}

impl State {
    /// Class of its mark (`.status`).
    pub fn mark(self) -> &'static str {
        match self {
            Self::Draft => "new",
            Self::Sent => "pending",
            Self::Viewed => "open",
            Self::Accepted => "done",
            Self::Declined => "failed",
            Self::Expired | Self::Superseded => "off",
        }
    }
}
