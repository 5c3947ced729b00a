//! My day: the page one starts with, made of what other nouns know.

mod attention;
mod figures;
pub mod pages;
pub mod team;
