//! A person's own calendar elsewhere: the address that it reads, and what it reads there.

use super::feed::{self, Feed};
use crate::{
    db::types::now,
    error::Error,
    ui::{Flash, Page},
    web::{Answer, App, SignedIn, page, see_other_with},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, ETag, EntityTag, Header, IfNoneMatch},
    web::Path,
};
use askama::Template;

#[derive(Template)]
#[template(path = "meetings/subscription.html")]
struct Subscription {
    page: Page,
    feed: Option<Feed>,
    /// The address, the one time that it is shown.
    address: Option<String>,
}

impl Subscription {
    /// The same for programs that subscribe to whatever begins so.
    fn webcal(&self) -> Option<String> {
        self.address.as_ref().and_then(|a| a.split_once("://")).map(|(_, rest)| format!("webcal://{rest}"))
    }
}

/// `GET /calendar/subscription`
pub async fn show(who: SignedIn, app: App) -> Answer {
    let me = who.me_id();
    let feed = app.db.read(move |conn| feed::find(conn, me)).await?;
    page(&Subscription { page: who.0, feed, address: None })
}

/// `POST /calendar/subscription`: a new address, in place of an earlier one; it is shown here and never again.
pub async fn create(who: SignedIn, app: App) -> Answer {
    let (me, now) = (who.me_id(), who.now);
    let (secret, feed) = app.db.write(move |conn| Ok((feed::renew(conn, me, now)?, feed::find(conn, me)?))).await?;
    let address = Some(format!("{}/calendar/feed/{secret}.ics", app.base_url));
    page(&Subscription { page: who.0, feed, address })
}

/// `POST /calendar/subscription/deletion`
pub async fn destroy(who: SignedIn, app: App) -> Answer {
    let me = who.me_id();
    app.db.write(move |conn| feed::revoke(conn, me)).await?;
    Ok(see_other_with("/calendar/subscription", Flash::new("The address holds no more")))
}

/// `GET /calendar/feed/{token}.ics`
pub async fn feed(app: App, secret: Path<String>, req: HttpRequest) -> Answer {
    let (secret, at) = (secret.into_inner(), now());
    let read = app
        .db
        .read(move |conn| {
            let (user, name, to_note) = feed::reader(conn, &secret, at)?;
            let company = crate::auth::company::find(conn)?.map(|c| c.name).unwrap_or_default();
            Ok((feed::write(conn, user, &format!("{name}, {company}"), at)?, user, to_note))
        })
        .await;
    let (text, user, to_note) = match read {
        Err(Error::NotFound) => {
            return Ok(HttpResponse::NotFound()
                .content_type("text/plain; charset=utf-8")
                .body("No calendar is published here.\n"));
        }
        read => read?,
    };
    if to_note {
        app.db.write(move |conn| feed::note_reading(conn, user, at)).await?;
    }
    let tag = EntityTag::new_strong(crate::auth::token::hash(&text));
    let held = match IfNoneMatch::parse(&req) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|t| t.weak_eq(&tag)),
        Err(_) => false,
    };
    let mut answer = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, ETag(tag))).insert_header((CACHE_CONTROL, "private, no-cache"));
    if held {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("text/calendar; charset=utf-8").body(text))
}
