//! The page of help.

use super::{KEYS, Press};
use crate::{
    ui::Page,
    web::{Answer, App, SignedIn, page},
};
use askama::Template;

#[derive(Template)]
#[template(path = "help/index.html")]
struct Index {
    page: Page,
    by_file: bool,
}

/// `GET /help`
pub async fn index(who: SignedIn, app: App) -> Answer {
    page(&Index { page: who.0, by_file: app.postman_writes_files() })
}
