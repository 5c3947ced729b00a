//! What trying or importing a file told, as it is kept for its page.

use super::{
    file::{self, Opened},
    mapping::Found,
    run::{Bad, Summary},
    runs::Counts,
};
use crate::ui::Page;
use serde::{Deserialize, Serialize};

/// One column of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Column {
    pub header: String,
    /// Key of the field that it fills; `None` when it is left out.
    pub field: Option<String>,
    /// The same for people.
    pub fills: String,
    /// Whether the field was guessed from a header with a slip in it.
    pub guess: bool,
}

impl Column {
    /// Class of its row in the table of columns.
    pub fn class(&self) -> &'static str {
        match (&self.field, self.guess) {
            (None, _) => "left",
            (Some(_), true) => "doubt",
            _ => "",
        }
    }
}

/// What there is to tell, small enough for a column of text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// "85 rows, UTF-8, comma, from Salesforce"
    pub description: String,
    pub columns: Vec<Column>,
    pub notes: Vec<String>,
    pub counts: Counts,
    /// The first bad rows.
    pub bad: Vec<Bad>,
}

impl Told {
    pub fn of(reader: &Page, opened: &Opened, summary: Summary) -> Self {
        let columns = opened.plan.columns.iter().zip(file::columns(&opened.plan));
        let columns = columns.map(|(column, (header, fills))| Column {
            header: header.to_owned(),
            field: column.field.map(|field| field.key.to_owned()),
            fills,
            guess: column.found == Found::Guessed,
        });
        let source = opened.plan.source.name().map(|name| format!(", from {name}")).unwrap_or_default();
        let rows = reader.number(i64::try_from(opened.survey.rows).unwrap_or(i64::MAX));
        Self {
            description: format!("{rows} rows, {}{source}", opened.table.description()),
            columns: columns.collect(),
            notes: opened.survey.notes.iter().chain(&summary.notes).cloned().collect(),
            counts: summary.counts,
            bad: summary.bad,
        }
    }

    /// Bad rows beyond those that are told.
    pub fn more_bad(&self) -> u64 {
        self.counts.bad.saturating_sub(self.bad.len() as u64)
    }
}
