//! `rapport backup`

use crate::{
    config::Storage,
    db::{Source, dialect},
    error::{Error, Result},
};
use std::path::Path;

pub fn run(file: &Path, storage: &Storage) -> Result<()> {
    let source = Source::from_settings(storage)?;
    if let Source::Sqlite(database) = &source
        && !database.exists()
    {
        return Err(Error::internal(format!(
            "there is no database in {}: name its folder with --data",
            storage.data.display()
        )));
    }
    // Whoever wrote the file first, a backup or anything else, keeps it.
    if file.exists() {
        return Err(Error::internal(format!("{} exists already: name a new file", file.display())));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(Error::internal(format!(
            "there is no folder {}: make it first, or name a file elsewhere",
            folder.display()
        )));
    }
    let mut conn = source.connect()?;
    if let Err(error) = dialect::back_up(&mut conn, file) {
        // Half a copy must not be taken for a whole one.
        if let Err(cause) = std::fs::remove_file(file)
            && cause.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::internal(format!("{error}; delete {}, which is not whole", file.display())));
        }
        return Err(error);
    }
    let size = std::fs::metadata(file)?.len();
    println!("{} is written and checked ({} KB)", file.display(), size.div_ceil(1000));
    Ok(())
}
