//! Tasks: what somebody is to do, by when, about which records.

mod agenda;
mod bin;
mod entry;
pub mod follow_up;
mod form;
pub mod handover;
pub mod links;
mod list;
pub mod pages;
pub mod passing;
pub mod recurrence;
pub mod reminders;
mod series;
mod steps;
mod store;
pub mod types;
mod words;

use crate::text_enum;
pub use agenda::{Agenda, Block, of_record, timed};
pub use bin::{delete, purge, restore};
pub use entry::{Planned, plan};
pub use links::Related;
pub use list::{Row, TASKS};
pub use steps::sweep;
pub use store::{Due, Input, Task, complete, create, find, get, update};

text_enum! {
    /// Where the next of a series is counted from.
    RecursFrom {
        Due = "due", "The day it was due";
        Done = "done", "The day it was done";
    }
}

text_enum! {
    Status {
        Open = "open", "Open";
        Done = "done", "Done";
    }
}

text_enum! {
    Priority {
        Low = "low", "Low";
        Normal = "normal", "Normal";
        High = "high", "High";
    }
}
