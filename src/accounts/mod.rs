//! Accounts: the companies and organisations that contacts and deals belong to.

mod store;

pub use store::options;
