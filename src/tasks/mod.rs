//! Tasks: what somebody is to do, by when, about which records.

mod bin;
mod form;
pub mod handover;
mod links;
mod list;
pub mod pages;
mod store;

use crate::text_enum;
pub use bin::purge;
pub use links::Related;
pub use list::{Row, TASKS};
pub use store::{Agenda, Block, Due, Input, Task, complete, create, find, get, of_record, update};

text_enum! {
    /// How it is done.
    Kind {
        Call = "call", "Call";
        Email = "email", "E-mail";
        ToDo = "to_do", "To-do";
    }
}

impl Kind {
    /// Name of its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Call => "phone",
            Self::Email => "mail",
            Self::ToDo => "task",
        }
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
