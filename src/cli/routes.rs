//! `rapport routes`: the site map, for the policy test and for the curious.

use crate::{error::Result, routes};

pub fn run() -> Result<()> {
    for entry in routes::list() {
        println!(
            "{}",
            serde_json::json!({"method": entry.method.as_str(), "path": entry.path, "who": entry.who.text()})
        );
    }
    Ok(())
}
