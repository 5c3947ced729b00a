//! The overview of the settings.

use crate::{
    ui::Page,
    web::{Admin, Answer, page},
};
use askama::Template;

#[derive(Template)]
#[template(path = "settings/index.html")]
struct Index {
    page: Page,
}

/// `GET /settings`
pub async fn index(who: Admin) -> Answer {
    page(&Index { page: who.0 })
}
