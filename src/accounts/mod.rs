//! Accounts: the companies and organisations that contacts and deals belong to, and how they belong to each other.

mod bin;
pub mod duplicates;
mod form;
mod group;
pub mod handover;
mod hierarchy;
mod list;
pub mod pages;
pub mod selection_pages;
mod store;

pub use bin::{delete, purge};
pub use store::{Account, Input, create, find_by_domain, find_by_match_key, get, options, update};
