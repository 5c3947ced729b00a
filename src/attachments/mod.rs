//! Files of any type beside a record: bounded, stored by content, given out so that no browser runs them.

pub mod pages;
mod store;

pub use store::{Attachment, add, forget, of_record, purge};

/// Bytes of one file at most.
pub const MOST: usize = 25 * 1024 * 1024;

/// Files of one record at most.
pub const PER_RECORD: i64 = 200;

/// The files of a record, as `templates/attachments/block.html` draws them.
pub struct Block {
    pub record: crate::records::RecordRef,
    pub files: Vec<Attachment>,
    /// Whether the reader may add and take away.
    pub open: bool,
}

impl Block {
    /// `deal:7`
    pub fn about(&self) -> String {
        self.record.into()
    }
}
