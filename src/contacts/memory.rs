//! The list of contacts drawn from rows held in memory: what `scripts/bench` measures the real list against, in the same
//! run. Served only by a program that is told to (`--bench-page`), and by no route of the site map.

use super::{
    list::CONTACTS,
    pages::{self, Listing},
};
use crate::{
    lists::Request,
    ui::Page,
    web::{Answer, App, Query, SignedIn},
};
use actix_web::{FromRequest, HttpRequest};
use std::sync::OnceLock;

static HELD: OnceLock<(Page, Request, Listing)> = OnceLock::new();

/// `GET /bench/memory`: the first reader's first page, for whoever asks, without a look at session or database.
pub async fn show(req: HttpRequest, app: App) -> Answer {
    let (page, request, listing) = match HELD.get() {
        Some(held) => held,
        None => {
            let who = SignedIn::extract(&req).await?;
            let request = Request::parse(&CONTACTS, &Query::default());
            let listing = pages::listing(&who.0, &app, &request).await?;
            HELD.get_or_init(|| (who.0, request, listing))
        }
    };
    pages::listed(page.clone(), request, listing.clone(), None)
}
