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
    /// Where it may stand, the best place first.
    places: Vec<PathBuf>,
    open: Option<(csv::Writer<File>, PathBuf)>,
}

impl BadRows {
    /// Beside the imported file as `contacts.bad.csv`, or in the data folder where that cannot be written.
    pub fn beside(file: &Path, data: &Path, headers: &[String]) -> Self {
        let place = file.with_extension("bad.csv");
        let other = place.file_name().map(|name| data.join(name));
        // A file of bad rows that comes back has its own two columns already.
        let headers = match headers {
            [own @ .., line, reason] if (line.as_str(), reason.as_str()) == BAD_ROW_COLUMNS => own,
            own => own,
        };
        Self {
            headers: headers.to_vec(),
            places: std::iter::once(place).chain(other).filter(|p| p != file).collect(),
            open: None,
        }
    }

    /// Adds a row. `cells` may be more or fewer than the columns.
    pub fn add(&mut self, line: u64, cells: &[String], reason: &str) -> Result<()> {
        let failed = |e: csv::Error| Error::internal(format!("the file of bad rows cannot be written: {e}"));
        if self.open.is_none() {
            let mut opened = self.open_first()?;
            let (line, reason) = BAD_ROW_COLUMNS;
            opened.0.write_record(self.headers.iter().map(String::as_str).chain([line, reason])).map_err(failed)?;
            self.open = Some(opened);
        }
        let Some((writer, _)) = &mut self.open else { return Ok(()) };
        let width = self.headers.len();
        let own = (0..width).map(|at| cells.get(at).map_or("", String::as_str));
        let line = line.to_string();
        // What does not fit the header is kept behind the reason.
        let rest = cells.iter().skip(width).map(String::as_str);
        writer.write_record(own.chain([line.as_str(), reason]).chain(rest)).map_err(failed)
    }

    /// Where the file stands, if any row was bad.
    pub fn finish(self) -> Result<Option<PathBuf>> {
        match self.open {
            None => Ok(None),
            Some((mut writer, path)) => {
                writer.flush()?;
                Ok(Some(path))
            }
        }
    }

    fn open_first(&self) -> Result<(csv::Writer<File>, PathBuf)> {
        let mut last = None;
        for place in &self.places {
            // The data folder of a company on PostgreSQL may not be there yet.
            let folder = place.parent().map_or(Ok(()), std::fs::create_dir_all);
            match folder.and_then(|()| File::create(place)) {
                Ok(file) => {
                    let writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
                    return Ok((writer, place.clone()));
                }
                Err(error) => last = Some(format!("{}: {error}", place.display())),
            }
        }
        Err(Error::internal(format!("the file of bad rows cannot be written ({})", last.unwrap_or_default())))
    }
}
