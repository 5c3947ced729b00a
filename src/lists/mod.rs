//! The one list mechanism: columns, filters, sort, keyset pages, CSV, for every noun.
//!
//! A noun declares a [`List`] (what can be shown, sorted and asked) and turns its rows into [`Cell`]s; the address says
//! the rest ([`Request`]), `query` makes the SQL, `table` what the template draws, `export` the CSV.

mod cell;
mod counts;
mod export;
mod query;
mod request;
mod selection;
mod table;

pub use cell::Cell;
pub use counts::{COUNTED, Counts, Tally, count, remembered};
pub use export::{HasId, csv};
pub use query::{Slice, fetch, matching, remaining};
pub use request::{Active, Request, escaped};
pub use selection::{Again, Back, Deed, Extra, Selection, Undo, status};
pub use table::{Chip, Control, Tab, Table, counted_tabs, tabs};

use crate::records::RecordKind;

/// How a sort key is compared and kept in a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Int,
    Date,
    Time,
}

/// What a list can show.
pub struct Column {
    /// In addresses; stable.
    pub key: &'static str,
    pub label: &'static str,
    /// SQL of the sort key, never NULL, with an index (`…, id`) behind it. `{far}` is the last date.
    pub sort: Option<(&'static str, Kind)>,
    /// `num`, `less` (vanishes when narrow) or both.
    pub class: &'static str,
    /// Among those shown until the reader chooses.
    pub shown: bool,
}

impl Column {
    pub const fn new(
        key: &'static str,
        label: &'static str,
        sort: Option<(&'static str, Kind)>,
        class: &'static str,
        shown: bool,
    ) -> Self {
        Self { key, label, sort, class, shown }
    }
}

/// What a list can be asked.
pub struct Filter {
    pub key: &'static str,
    pub label: &'static str,
    pub test: Test,
}

/// The kind of question.
#[derive(Clone, Copy, Debug)]
pub enum Test {
    /// Any of these texts in this column; the page gives the choices.
    Choice(&'static str),
    /// Any of these numbers in this column; the page gives the choices.
    Number(&'static str),
    /// Any of these numbers in a table of links, on the other side: the table, its column that points at the row, and the
    /// one that holds the numbers; the page gives the choices.
    Joined(&'static str, &'static str, &'static str),
    /// Any of these people in `owner_id`; `me` and `none` are words for it.
    Owner,
    /// Owned by someone in any of these teams or below.
    Team,
    /// Has any of these tags.
    Tag,
    /// Every word begins one of the record's search keys.
    Words,
    /// The same of the record that the column holds, unless the value begins as numbers do: then a number that begins so.
    Numbered { record: &'static str, number: &'static str, prefix: &'static str },
    /// `key.from` and `key.to`, days that are included: dates, or `yesterday`, `today`, `tomorrow`. The column holds a date.
    Date(&'static str),
    /// The same over a column that holds a moment, in the reader's zone.
    Moment(&'static str),
    /// The same over a column that holds a date and one that may hold a moment on it, which then decides the day.
    Due(&'static str, &'static str),
    /// `key.from` and `key.to` over a whole number.
    Range(&'static str),
    /// `key.from` and `key.to` over an amount in minor units of the currency in the second column, typed in units of the
    /// company's currency: matches amounts in that one only, as the label then says.
    Money(&'static str, &'static str),
    /// `yes` or `no` to a condition.
    Flag(&'static str),
    /// What is put aside: rows of this condition are not there, unless the answer is `yes` (only these) or `all`, or one of
    /// the filters of these keys asks for them by another way.
    Shelf(&'static str, &'static [&'static str]),
    /// `yes` or `no` to being late where the reader is, now: a column that holds a date, one that may hold a moment on
    /// it, which then decides, and a condition without which nothing is late.
    Past(&'static str, &'static str, &'static str),
    /// Linked to the record `kind:id` in this table, whose column of that name points at the row.
    Linked(&'static str, &'static str),
}

/// What a noun tells the mechanism.
pub struct List {
    /// Plural, in lower case: its address is `/{noun}`.
    pub noun: &'static str,
    /// Singular, in lower case.
    pub one: &'static str,
    pub table: &'static str,
    pub kind: RecordKind,
    pub columns: &'static [Column],
    pub filters: &'static [Filter],
    /// Key of a column, with `-` before it for descending.
    pub sort: &'static str,
    /// Whether rows have an `owner_id` that the viewer's scope applies to.
    pub owned: bool,
    /// A condition that always holds, such as `lifecycle = 'lead'`; empty for none.
    pub always: &'static str,
}

impl List {
    pub fn path(&self) -> String {
        format!("/{}", self.noun)
    }

    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|c| c.key == key)
    }

    pub fn filter(&self, key: &str) -> Option<&'static Filter> {
        self.filters.iter().find(|f| f.key == key)
    }
}
