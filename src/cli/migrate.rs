//! `rapport migrate`

use crate::{
    config::Storage,
    db::{Source, dialect},
    error::Result,
};

pub fn run(storage: &Storage, down: bool) -> Result<()> {
    let mut conn = Source::from_settings(storage)?.connect()?;
    if down {
        println!("{} migrations taken back", dialect::revert_all(&mut conn)?);
    } else {
        println!("{} migrations run", dialect::migrate(&mut conn)?);
    }
    Ok(())
}
