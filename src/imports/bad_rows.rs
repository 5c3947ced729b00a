//! The rows that could not be imported, in a file of the same columns with the line and the reason beside each. Mended,
//! it can be imported itself.

use super::mapping::BAD_ROW_COLUMNS;
use crate::error::{Error, Result};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// A file that is made with its first row.
pub struct BadRows {
    headers: Vec<String>,
    target: Target,
}

enum Target {
    /// Where it may stand, the best place first; then where it does.
    Places(Vec<PathBuf>),
    Open(csv::Writer<File>, PathBuf),
    /// Kept in memory, for a page: no larger than the imported file and a sentence for each row.
    Memory(Option<csv::Writer<Vec<u8>>>),
}

impl BadRows {
    /// Beside the imported file as `contacts.bad.csv`, or in the data folder where that cannot be written.
    pub fn beside(file: &Path, data: &Path, headers: &[String]) -> Self {
        let place = file.with_extension("bad.csv");
        let other = place.file_name().map(|name| data.join(name));
        let places = std::iter::once(place).chain(other).filter(|p| p != file).collect();
        Self { headers: own_columns(headers), target: Target::Places(places) }
    }

    pub fn in_memory(headers: &[String]) -> Self {
        Self { headers: own_columns(headers), target: Target::Memory(None) }
    }

    /// Adds a row. `cells` may be more or fewer than the columns.
    pub fn add(&mut self, line: u64, cells: &[String], reason: &str) -> Result<()> {
        if let Target::Places(places) = &self.target {
            let (writer, path) = open_first(places)?;
            self.target = Target::Open(writer, path);
            self.write_headers()?;
        } else if let Target::Memory(writer @ None) = &mut self.target {
            *writer = Some(writer_to(Vec::new()));
            self.write_headers()?;
        }
        let width = self.headers.len();
        let own = (0..width).map(|at| cells.get(at).map_or("", String::as_str));
        let line = line.to_string();
        // What does not fit the header is kept behind the reason.
        let rest = cells.iter().skip(width).map(String::as_str);
        let record: Vec<&str> = own.chain([line.as_str(), reason]).chain(rest).collect();
        self.target.write(&record)
    }

    fn write_headers(&mut self) -> Result<()> {
        let (line, reason) = BAD_ROW_COLUMNS;
        let record: Vec<&str> = self.headers.iter().map(String::as_str).chain([line, reason]).collect();
        self.target.write(&record)
    }

    /// Where the file stands, if any row was bad.
    pub fn finish(self) -> Result<Option<PathBuf>> {
        match self.target {
            Target::Open(mut writer, path) => {
                writer.flush()?;
                Ok(Some(path))
            }
            Target::Places(_) | Target::Memory(_) => Ok(None),
        }
    }

    /// What is in the file that was kept in memory; empty if no row was bad.
    pub fn into_bytes(self) -> Result<Vec<u8>> {
        match self.target {
            Target::Memory(Some(writer)) => {
                writer.into_inner().map_err(|e| Error::internal(format!("the bad rows cannot be kept: {e}")))
            }
            _ => Ok(Vec::new()),
        }
    }
}

impl Target {
    fn write(&mut self, record: &[&str]) -> Result<()> {
        match self {
            Self::Open(writer, _) => writer.write_record(record),
            Self::Memory(Some(writer)) => writer.write_record(record),
            Self::Places(_) | Self::Memory(None) => Ok(()),
        }
        .map_err(|e| Error::internal(format!("the file of bad rows cannot be written: {e}")))
    }
}

/// A file of bad rows that comes back has its own two columns already.
fn own_columns(headers: &[String]) -> Vec<String> {
    match headers {
        [own @ .., line, reason] if (line.as_str(), reason.as_str()) == BAD_ROW_COLUMNS => own.to_vec(),
        own => own.to_vec(),
    }
}

fn writer_to<W: std::io::Write>(target: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().flexible(true).from_writer(target)
}

fn open_first(places: &[PathBuf]) -> Result<(csv::Writer<File>, PathBuf)> {
    let mut last = None;
    for place in places {
        // The data folder of a company on PostgreSQL may not be there yet.
        let folder = place.parent().map_or(Ok(()), std::fs::create_dir_all);
        match folder.and_then(|()| File::create(place)) {
            Ok(file) => return Ok((writer_to(file), place.clone())),
            Err(error) => last = Some(format!("{}: {error}", place.display())),
        }
    }
    Err(Error::internal(format!("the file of bad rows cannot be written ({})", last.unwrap_or_default())))
}
