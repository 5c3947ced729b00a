//! What pages are drawn with: the reader's context, formats, initials. Knows no noun.

mod amount;
pub mod avatar;
pub mod choices;
mod clock;
mod date;
pub mod format;
pub mod page;
mod waiting;

pub use avatar::Avatar;
pub use clock::{Clock, length, took};
pub use date::date;
pub use format::Locale;
pub use page::{Flash, Page, PersonField};
pub use waiting::Waiting;
