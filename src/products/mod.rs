//! Products: what the company sells, at which list price. Deals refer to them; everyone reads them, managers change them.

mod bin;
mod form;
mod list;
pub mod pages;
mod store;

pub use bin::purge;
pub use store::{Input, Product, create, find_by_match_key, get, options, update};
