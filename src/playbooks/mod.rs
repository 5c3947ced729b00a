//! Playbooks: tasks in order that are added to a deal when it enters a stage, or by hand.
//!
//! Deals say that one entered a stage ([`entered`]); what follows from it is here, and no deal is changed by it.

mod form;
pub mod pages;
mod plan;
mod runs;
mod store;

use crate::{
    db::types::{AccountId, DealId, PlaybookId, StageId, UserId},
    tasks::Priority,
    text_enum,
};
use chrono::NaiveTime;
pub use plan::{Planned, plan};
pub use runs::{Run, entered, of_task, start, take_back, told};
pub use store::{Input, all, create, get};

text_enum! {
    /// Who gets the task of a step.
    OwnerRole {
        DealOwner = "deal_owner", "The deal’s owner";
        AccountOwner = "account_owner", "The account’s owner";
        Mover = "mover", "Whoever moves the deal";
        Manager = "manager", "The manager of the deal’s owner";
        Person = "person", "One person";
    }
}

text_enum! {
    /// When a step is added to a deal that had it before. While its task is open, it never is.
    Again {
        Never = "never", "Once for a deal";
        Done = "done", "Again, when the last one is done";
    }
}

/// A task to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `None` for one that is not kept yet.
    pub id: Option<i64>,
    pub subject: String,
    /// Key of its type.
    pub kind: String,
    pub priority: Priority,
    /// Days after the start on which it is due.
    pub days: i32,
    /// They are counted from Monday to Friday.
    pub working: bool,
    /// On the clock of whoever gets it.
    pub time: Option<NaiveTime>,
    pub owner: OwnerRole,
    /// For [`OwnerRole::Person`].
    pub person_id: Option<UserId>,
    pub description: String,
    pub again: Again,
}

/// A playbook with its steps in order.
#[derive(Clone, Debug)]
pub struct Playbook {
    pub id: PlaybookId,
    pub name: String,
    /// In use.
    pub active: bool,
    pub version: i64,
    /// The stages that start it; none when it is started by hand only.
    pub stages: Vec<StageId>,
    pub steps: Vec<Step>,
}

/// What a playbook needs to know of a deal.
#[derive(Clone, Debug)]
pub struct Subject {
    pub deal: DealId,
    pub name: String,
    pub owner: Option<UserId>,
    pub account: Option<AccountId>,
}
