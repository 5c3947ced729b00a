//! Tasks: what somebody is to do, by when, about which records.

pub mod handover;
