//! Help: the keys, the roles, and where mail goes.

pub mod pages;

/// Keys that do one thing: what, and the keys as they are pressed, one after the other or together.
pub struct Key {
    pub what: &'static str,
    pub keys: Press,
}

/// How keys are pressed.
pub enum Press {
    /// One after the other, as `data-key` in the markup writes them: `g c`.
    Sequence(&'static str),
    /// At the same time.
    Together(&'static [&'static str]),
    /// Any of them, each for itself, built into a script.
    Each(&'static [&'static str]),
}

use Press::{Each, Sequence, Together};

macro_rules! key {
    ($what:literal, $keys:expr) => {
        Key { what: $what, keys: $keys }
    };
}

/// Every key, by where it works. A test holds the sequences to the `data-key` attributes of the templates.
pub const KEYS: [(&str, &[Key]); 6] = [
    (
        "Anywhere",
        &[
            key!("Search", Sequence("/")),
            key!("This page", Sequence("?")),
            key!("Leave a field, or a dialog", Each(&["Esc"])),
            key!("Save the form", Together(&["Ctrl", "Enter"])),
        ],
    ),
    (
        "Go to",
        &[
            key!("My day", Sequence("g m")),
            key!("Tasks", Sequence("g t")),
            key!("Calendar", Sequence("g k")),
            key!("Contacts", Sequence("g c")),
            key!("Accounts", Sequence("g a")),
            key!("Leads", Sequence("g l")),
            key!("Pipeline", Sequence("g p")),
            key!("Deals", Sequence("g d")),
        ],
    ),
    (
        "Make",
        &[
            key!("Contact", Sequence("n c")),
            key!("Account", Sequence("n a")),
            key!("Deal", Sequence("n d")),
            key!("Task", Sequence("n t")),
            key!("Meeting", Sequence("n m")),
        ],
    ),
    (
        "In a list",
        &[
            key!("Next, previous row", Each(&["j", "k"])),
            key!("Open", Each(&["Enter"])),
            key!("Select", Each(&["x"])),
            key!("Log a call", Sequence("l")),
            key!("Select up to here", Together(&["Shift", "x"])),
            key!("Previous page", Sequence("[")),
            key!("Next page", Sequence("]")),
        ],
    ),
    (
        "On a record",
        &[
            key!("Call", Sequence("c")),
            key!("Log a call", Sequence("l")),
            key!("E-mail", Sequence("m")),
            key!("Edit", Sequence("e")),
        ],
    ),
    (
        "On the board",
        &[key!("Move to the next stage", Together(&["Shift", "→"])), key!("Move back", Together(&["Shift", "←"]))],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, path::Path};

    fn written_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                written_in(&path, found);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                let keys = text.split("data-key=\"").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(keys.map(str::to_owned));
            }
        }
    }

    #[test]
    fn the_help_lists_the_keys_that_the_pages_have() {
        let mut written = BTreeSet::new();
        written_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")), &mut written);
        let listed: BTreeSet<String> = KEYS
            .iter()
            .flat_map(|(_, keys)| keys.iter())
            .filter_map(|key| match key.keys {
                Press::Sequence(keys) => Some(keys.to_owned()),
                _ => None,
            })
            .collect();
        assert_eq!(listed, written);
    }
}
