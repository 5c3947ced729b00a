//! Leads: contacts at an early lifecycle, in a list of their own. The record is the contact; nothing is copied.

mod list;
pub mod pages;

pub use list::LEADS;
