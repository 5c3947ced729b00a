//! Every test of the running product, in one program.

// A tool kit: it may hold a tool before the test that needs it.
#[allow(dead_code, unused_imports)]
mod support;

mod accounts;
mod assignment;
mod attachments;
mod auth;
mod browser;
mod cli;
mod competitors;
mod contacts;
mod day;
mod deals;
mod demo;
mod durability;
mod goals;
mod import_pages;
mod imports;
mod layers;
mod leads;
mod licences;
mod mail;
mod meetings;
mod notifications;
mod pages;
mod people;
mod playbooks;
mod policy;
mod price_books;
mod privacy;
mod products;
mod qualifying;
mod quotes;
mod scoring;
mod selling;
mod settings;
mod silence;
mod speed;
mod tasks;
mod tasks_series;
mod web_forms;
