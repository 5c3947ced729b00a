//! What an admin sets: the company, people, teams, pipelines, reasons, rates; and the first-time set-up.

pub mod pipelines;
pub mod rates;
pub mod reasons;
pub mod setup;
