//! Every test of the running product, in one program.

// A tool kit: it may hold a tool before the test that needs it.
#[allow(dead_code, unused_imports)]
mod support;

mod auth;
mod cli;
mod demo;
mod accounts;
mod contacts;
mod durability;
mod layers;
mod licences;
mod pages;
mod policy;
mod tasks;
mod settings;
mod products;
