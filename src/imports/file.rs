//! A file made ready to be applied: read, mapped and surveyed; and what is told of it.

use super::{
    fields::Kind,
    mapping::{Found, Plan, Survey, read_mapping},
    reader::Table,
    runs::Counts,
};
use crate::{
    auth::company::Company,
    error::{Error, Result},
};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The largest file that is read, in bytes: a file is held in memory while its rows go by.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// A file with its columns understood.
pub struct Opened {
    pub table: Table,
    pub plan: Plan,
    pub survey: Survey,
    /// Of the file, in hexadecimal.
    pub sha256: String,
}

/// Reads a file from disk.
///
/// # Errors
/// In a sentence, when it cannot be read or is larger than [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let cannot = |e: std::io::Error| {
        Error::internal(format!("{} cannot be read ({e}): check its name and who may read it", path.display()))
    };
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > MAX_BYTES {
        return Err(Error::internal(format!(
            "{} is larger than {} MB: split it into several files",
            path.display(),
            MAX_BYTES / 1024 / 1024
        )));
    }
    std::fs::read(path).map_err(cannot)
}

/// Understands a file. `mapping` is the text of a mapping file.
///
/// # Errors
/// `Error::Refused` with a sentence for people, when it is no table or cannot fill records of this kind.
pub fn open(kind: Kind, bytes: Vec<u8>, mapping: Option<&str>, company: &Company) -> Result<Opened> {
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    let table = Table::from_bytes(bytes).map_err(|e| Error::Refused(e.to_string()))?;
    let mut plan = match mapping {
        Some(text) => read_mapping(text)
            .and_then(|told| Plan::with_mapping(kind, table.headers(), &told))
            .map_err(Error::Refused)?,
        None => Plan::detect(kind, table.headers()),
    };
    if let Some(sentence) = plan.missing() {
        return Err(Error::Refused(sentence));
    }
    // Day first everywhere but in the United States and where they set the custom.
    let day_first = !matches!(company.country.as_str(), "US" | "PH" | "PR" | "GU" | "MH" | "FM" | "PW");
    let survey = plan.survey(&table, day_first);
    Ok(Opened { table, plan, survey, sha256 })
}

/// Each column with what it fills, in words.
pub fn columns(plan: &Plan) -> Vec<(&str, String)> {
    let field = |column: &super::mapping::Column| match (column.field, column.found) {
        (Some(field), Found::Guessed) => format!("{} (a guess)", field.label),
        (Some(field), _) => field.label.to_owned(),
        (None, _) => "left out".to_owned(),
    };
    plan.columns.iter().map(|c| (c.header.as_str(), field(c))).collect()
}

/// "a, b, c and 7 more"
pub fn some(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// "85 rows: 80 added, 0 changed, 4 unchanged, 1 bad."
pub fn sentence(counts: &Counts, dry: bool) -> String {
    let Counts { read, created, updated, unchanged, bad } = counts;
    if dry {
        return format!(
            "{read} rows would be: {created} added, {updated} changed, {unchanged} unchanged, {bad} bad. Nothing was kept."
        );
    }
    format!("{read} rows: {created} added, {updated} changed, {unchanged} unchanged, {bad} bad.")
}
