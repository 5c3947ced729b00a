//! Files of other programs read into records: any CSV to rows ([`reader`]), headers to fields
//! ([`mapping`], [`fields`]), cells to values ([`record`], [`values`], [`dates`], [`words`]).
//!
//! ```text
//! let table = Table::from_bytes(bytes)?;
//! let mut plan = Plan::detect(Kind::Deals, table.headers());
//! plan.survey(&table, true);
//! for row in table.rows() {
//!     let record = plan.record(&row?, &defaults)?;
//! }
//! ```
//!
//! None of that knows the database: what a record changes is decided in [`apply`], and [`run`] takes a whole file
//! there. `rapport import` and the page `/imports` start it.

pub mod apply;
pub mod bad_rows;
pub mod dates;
pub mod decoding;
pub mod fields;
pub mod file;
pub mod mapping;
pub mod pages;
pub mod reader;
pub mod record;
pub mod rehearsal;
pub mod run;
pub mod runs;
pub mod source;
pub mod told;
pub mod upload_pages;
pub mod uploads;
pub mod values;
pub mod words;
