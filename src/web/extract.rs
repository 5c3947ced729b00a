//! Who asks. A handler that takes `Admin` cannot run for anyone else: the permission is a value it needs.

use super::{App, Query, respond};
use crate::{
    app::WAITING,
    auth::{Role, directory::Directory, session},
    db::{Conn, types::now},
    error::{Error, Result},
    lists::{List, Request, Tally},
    ui::{Locale, Page, Waiting},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use std::{ops::Deref, sync::Arc};

/// The cookie's name. `__Host-` binds it to this host, over TLS, without a path.
pub fn session_cookie(https: bool) -> &'static str {
    if https { "__Host-rapport" } else { "rapport" }
}

/// The context of this request's page, or `Error::SignIn`.
async fn page_of(req: &HttpRequest) -> Result<Page> {
    let app = req.app_data::<App>().ok_or_else(|| Error::internal("no application state"))?.clone();
    let secret = req.cookie(session_cookie(app.is_https())).ok_or(Error::SignIn)?.value().to_owned();
    let at = now();
    let state = app.clone();
    let (found, directory) = app
        .db
        .read(move |conn| {
            let Some(found) = session::find(conn, &secret, at)? else { return Err(Error::SignIn) };
            let agrees = |d: &Directory| {
                d.company.version == found.company_version
                    && d.person(found.user_id).is_some_and(|p| p.version == found.user_version)
            };
            let directory = state.directory.get(conn, state.db.generation(), agrees)?;
            Ok((found, directory))
        })
        .await?;
    // What an open page asks by itself is no sign of a person.
    let by_itself = req.path() == "/notifications/live";
    if at - found.seen_at > session::TOUCH_EVERY && !by_itself {
        let used = found.clone();
        // When they were last seen is worth no failed page: the next request tries again.
        if let Err(error) = app.db.write(move |conn| session::touch(conn, &used, at)).await {
            tracing::warn!(%error, "the session was not marked as used");
        }
    }
    let mut page = page_for(req, found, directory, at)?;
    if !by_itself {
        page.waiting = waiting(&app, &page, req.method().is_safe()).await?;
    }
    if !req.method().is_safe() {
        app.counts.wrote(page.me_id());
    }
    Ok(page)
}

/// What the navigation counts: one query, once in some seconds, and none for a request that changes something.
async fn waiting(app: &App, page: &Page, reads: bool) -> Result<Waiting> {
    let requests: Vec<(&List, Request)> =
        WAITING.iter().map(|(list, query)| (*list, Request::parse(list, &Query::of(query)))).collect();
    let counts = match Tally::new(page, &requests, Waiting::COUNTED).held(app, page) {
        Some(counts) => counts,
        None if !reads => return Ok(Waiting::default()),
        None => {
            let (state, reader) = (app.clone(), page.clone());
            let read =
                move |conn: &mut Conn| Tally::new(&reader, &requests, Waiting::COUNTED).read(conn, &state, &reader);
            app.db.read(read).await?
        }
    };
    Ok(Waiting(WAITING.iter().map(|(list, _)| list.noun).zip(counts).collect()))
}

fn page_for(
    req: &HttpRequest,
    found: session::Session,
    directory: Arc<Directory>,
    at: chrono::NaiveDateTime,
) -> Result<Page> {
    let me = directory.person(found.user_id).ok_or(Error::SignIn)?.clone();
    Ok(Page {
        viewer: directory.viewer_of(&me),
        locale: Locale::of(&me.locale),
        zone: me.time_zone.parse().unwrap_or(directory.company.time_zone),
        here: req.uri().path_and_query().map_or_else(|| "/".into(), ToString::to_string),
        flash: respond::read_flash(req),
        now: at,
        session_id: found.id,
        unread: found.unread,
        waiting: Waiting::default(),
        covered: false,
        me,
        directory,
    })
}

macro_rules! extractor {
    ($($(#[$doc:meta])* $name:ident: $allows:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $name(pub Page);

            impl Deref for $name {
                type Target = Page;
                fn deref(&self) -> &Page {
                    &self.0
                }
            }

            impl FromRequest for $name {
                type Error = Error;
                type Future = LocalBoxFuture<'static, Result<Self, Error>>;

                fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
                    let req = req.clone();
                    Box::pin(async move {
                        let page = page_of(&req).await?;
                        let allows: fn(Role) -> bool = $allows;
                        if allows(page.viewer.role) { Ok(Self(page)) } else { Err(Error::Forbidden) }
                    })
                }
            }
        )*
    };
}

extractor! {
    /// Anyone with a session.
    SignedIn: |_| true;
    /// Sells: everyone but agents.
    Rep: |role| role != Role::Agent;
    /// Leads people: managers and admins.
    Manager: |role| matches!(role, Role::Manager | Role::Admin);
    /// The settings are theirs.
    Admin: |role| role == Role::Admin;
}
