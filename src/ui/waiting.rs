//! Work that waits for the reader, as the navigation counts it.

/// How many, by the address of the page that shows them.
#[derive(Clone, Debug, Default)]
pub struct Waiting(pub Vec<(&'static str, i64)>);

impl Waiting {
    /// Counts go up to here, then "more".
    pub const COUNTED: i64 = 99;

    /// "7", "99+"; empty for nothing.
    pub fn at(&self, path: &str) -> String {
        match self.0.iter().find(|(at, _)| *at == path).map_or(0, |(_, count)| *count) {
            0 => String::new(),
            n if n > Self::COUNTED => format!("{}+", Self::COUNTED),
            n => n.to_string(),
        }
    }
}
