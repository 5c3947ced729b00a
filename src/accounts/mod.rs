//! Accounts: the companies and organisations that contacts and deals belong to.

pub mod handover;

mod store;

pub use store::options;
