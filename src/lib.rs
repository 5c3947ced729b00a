//! Rapport, the CRM that knows its customers. `docs/architecture.md` explains the frame; a behaviour of a noun
//! lives in the folder of that name, its pages in `templates/` under the same name.

#![warn(clippy::unwrap_used, clippy::todo, clippy::dbg_macro)]

mod accounts;
mod app;
mod attachments;
mod auth;
pub mod cli;
mod config;
mod contacts;
mod day;
mod db;
mod deals;
mod demo;
mod error;
mod goals;
mod help;
mod imports;
mod jobs;
mod journal;
mod leads;
mod lists;
mod mail;
mod meetings;
mod notifications;
mod playbooks;
mod products;
mod quotes;
mod records;
mod routes;
mod search;
mod settings;
mod tasks;
mod timeline;
mod ui;
mod web;
mod web_forms;
