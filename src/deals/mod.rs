//! Deals: what might be sold, in stages of a pipeline.

mod bin;
mod board;
mod changes;
mod closing_form;
pub mod competitors;
mod form;
pub mod handover;
mod items;
mod list;
mod moves;
mod paces;
pub mod pages;
mod parts;
pub mod pipelines;
mod prices;
pub mod rates;
pub mod reasons;
pub mod related;
pub mod rules;
pub mod stages;
mod store;
mod touches;

use crate::text_enum;
pub use bin::{delete, purge};
pub use items::{Item, LineInput, add_item, items};
pub use list::days_in_stage;
pub use moves::{Move, create_with_history};
pub use paces::renew_nightly;
pub use parts::{add_person, people};
pub use pipelines::make_defaults;
pub use related::{account_erased, account_renamed};
pub use store::{Closing, Deal, Input, create, find_by_name, get, update};
pub use touches::{Touches, renew_touches};

text_enum! {
    Status {
        Open = "open", "Open";
        Won = "won", "Won";
        Lost = "lost", "Lost";
    }
}

text_enum! {
    /// Where the forecast counts a deal (Salesforce's categories).
    Category {
        Pipeline = "pipeline", "Pipeline";
        BestCase = "best_case", "Best case";
        Commit = "commit", "Commit";
        Closed = "closed", "Closed";
        Omitted = "omitted", "Omitted";
    }
}
