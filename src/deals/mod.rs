//! Deals: what might be sold, in stages of a pipeline.

pub mod handover;

pub mod pipelines;

use crate::text_enum;
pub use pipelines::make_defaults;

text_enum! {
    Status {
        Open = "open", "Open";
        Won = "won", "Won";
        Lost = "lost", "Lost";
    }
}

text_enum! {
    /// Where the forecast counts a deal (Salesforce's categories).
    Category {
        Pipeline = "pipeline", "Pipeline";
        BestCase = "best_case", "Best case";
        Commit = "commit", "Commit";
        Closed = "closed", "Closed";
        Omitted = "omitted", "Omitted";
    }
}
