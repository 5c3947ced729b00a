//! Public data beside the project, which a checkout may lack.

use std::io::Write;
use std::path::PathBuf;

/// A file or folder of the public data set, or nothing where it is not there: then the test says
/// that it is skipped, or fails where `RAPPORT_REQUIRE_DATA` is 1.
///
/// `let Some(file) = shared_data("crm-maven/accounts.csv") else { return };`
#[track_caller]
pub fn shared_data(path: &str) -> Option<PathBuf> {
    let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if data.exists() {
        return Some(data);
    }
    let place = std::panic::Location::caller();
    skip(&format!("{}:{} needs {path} in ../shared/data", place.file(), place.line()));
    None
}

/// Says that a test cannot be made here; a run that must be whole fails instead.
fn skip(why: &str) {
    assert!(std::env::var("RAPPORT_REQUIRE_DATA").as_deref() != Ok("1"), "{why}, and this run may not skip it");
    println!("skipped: {why}");
    // Passing tests are shown without what they print, so the run keeps a list.
    if let Some(list) = std::env::var_os("RAPPORT_SKIPPED") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&list);
        let written = file.and_then(|mut file| writeln!(file, "{why}"));
        written.unwrap_or_else(|error| panic!("{}: {error}", PathBuf::from(list).display()));
    }
}
