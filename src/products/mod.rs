//! Products: what the company sells, at which list price. Deals refer to them; everyone reads them, managers change them.

mod bin;
pub mod book_pages;
pub mod books;
mod form;
pub mod line;
mod list;
pub mod offer;
pub mod pages;
mod store;

use crate::text_enum;
pub use bin::purge;
pub use store::{Input, Product, create, find_by_match_key, get, options, update};

text_enum! {
    /// How often a price is paid.
    Billing {
        Once = "once", "Once";
        Month = "month", "Each month";
        Quarter = "quarter", "Each quarter";
        Year = "year", "Each year";
    }
}

impl Billing {
    /// Periods in a year; none of what is paid once.
    pub fn per_year(self) -> i64 {
        match self {
            Self::Once => 0,
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year => 1,
        }
    }

    /// "3 months", for a term.
    pub fn counted(self, periods: i64) -> String {
        let word = match self {
            Self::Once => return String::new(),
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        };
        if periods == 1 { format!("1 {word}") } else { format!("{periods} {word}s") }
    }
}
