//! Files of other programs read into records: any CSV to rows ([`reader`]), headers to fields
//! ([`mapping`], [`fields`]), cells to values ([`record`], [`values`], [`dates`], [`words`]).
//!
//! ```text
//! let table = Table::open(path)?;
//! let mut plan = Plan::detect(Kind::Deals, table.headers());
//! plan.survey(&table, true);
//! for row in table.rows() {
//!     let record = plan.record(&row?, &defaults)?;
//! }
//! ```
//!
//! Nothing here knows the database: what a record changes is decided where it is applied.

pub mod dates;
pub mod decoding;
pub mod fields;
pub mod mapping;
pub mod reader;
pub mod record;
pub mod source;
pub mod values;
pub mod words;
