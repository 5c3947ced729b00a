//! What every test stands on.
//!
//! A test starts the real server with a database of its own ([`Server::start`], [`Server::demo`]),
//! visits it as a person ([`Server::sign_in_as`]) and reads pages by what they show ([`Html`]); where
//! a browser matters it opens Chromium ([`Browser`]). `RAPPORT_TEST_ENGINE` says on which database.
//!
//! ```ignore
//! #[tokio::test]
//! async fn a_new_contact_stands_on_its_page() {
//!     let server = Server::start();
//!     let rep = server.sign_in_as(Person::Rep).await;
//!     let saved = rep.fill("/contacts/new", &[("Name", "Ana Souza")]).await;
//!     assert_eq!(rep.follow(&saved).await.heading(), "Ana Souza");
//! }
//! ```

mod browser;
mod client;
mod command;
mod data;
mod database;
mod folder;
mod form;
mod html;
mod people;
mod postgres;
mod server;
mod site_map;
mod smtp;

pub use browser::{Browser, Theme};
pub use client::{Answer, Client};
pub use command::{Ran, rapport, rapport_alone, rapport_with};
pub use data::shared_data;
pub use database::{Database, Engine};
pub use folder::Folder;
pub use form::{Control, ControlKind, Form};
pub use html::{Element, Html, Link};
pub use people::{PASSWORD, Person};
pub use server::Server;
pub use site_map::{Route, site_map};
pub use smtp::{Handling, Smtp, header};
