//! Goals: how many calls, meetings and new deals a person is to reach in a week, and how far they are.

pub mod pages;
mod store;

use crate::text_enum;
use chrono::{Datelike, Days, NaiveDate};
pub use store::{Progress, of_week, set};

text_enum! {
    /// What is counted.
    Measure {
        /// Calls that the person logged, answered or not, by when they took place.
        Calls = "calls", "Calls";
        /// Meetings that the person logged as held, by when they took place.
        Meetings = "meetings", "Meetings";
        /// Deals added that the person owns.
        Deals = "deals", "New deals";
    }
}

/// The Monday of the week that a day is in.
pub fn monday_of(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day)
}
