//! The list of what a person was told, and how they want to hear of it.

use super::{
    Kind, Way,
    store::{self, NoticeId, Told},
};
use crate::{
    timeline,
    ui::{Avatar, Flash, Page},
    web::{Answer, App, Fields, Query, SignedIn, page, see_other, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

/// Notices on one page.
const SIZE: usize = 50;

#[derive(Template)]
#[template(path = "notifications/index.html")]
struct Index {
    page: Page,
    told: Vec<Told>,
    unread_only: bool,
    unread: i64,
    older: Option<String>,
    newest: bool,
}

#[derive(Template)]
#[template(path = "notifications/choices.html")]
struct Choices {
    page: Page,
    choices: Vec<(Kind, Way)>,
}

/// `GET /notifications`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    let (me, viewer) = (who.me_id(), who.viewer.clone());
    let unread_only = query.one("show") == "unread";
    let before = query.id("before").map(NoticeId);
    let (mut told, unread) = app
        .db
        .read(move |conn| {
            let limit = i64::try_from(SIZE + 1).unwrap_or(i64::MAX);
            let mut told = store::list(conn, me, unread_only, before, limit)?;
            store::veil(conn, &viewer, &mut told)?;
            Ok((told, store::unread(conn, me)?))
        })
        .await?;
    let more = told.len() > SIZE;
    told.truncate(SIZE);
    let older = told.last().filter(|_| more).map(|last| {
        let show = if unread_only { "show=unread&" } else { "" };
        format!("/notifications?{show}before={}", last.id)
    });
    page(&Index { page: who.0, told, unread_only, unread, older, newest: before.is_none() })
}

impl Index {
    fn by(&self, told: &Told) -> (String, Option<Avatar>) {
        match self.page.person(told.by_id) {
            Some((name, face)) => (name, Some(face)),
            None => ("Rapport".into(), None),
        }
    }
}

/// `POST /notifications/{id}/reading`: marks it as read and leads to what it is about.
pub async fn read(who: SignedIn, app: App, id: Path<NoticeId>) -> Answer {
    let (me, id, now) = (who.me_id(), *id, who.now);
    let reader = who.0.clone();
    let told = app
        .db
        .write(move |conn| {
            let told = store::read(conn, me, id, now)?;
            if let Some(entry) = told.mention() {
                timeline::see(conn, &reader, entry)?;
            }
            Ok(told)
        })
        .await?;
    Ok(see_other(told.record().url()))
}

/// `POST /notifications/{id}/unreading`
pub async fn unread(who: SignedIn, app: App, id: Path<NoticeId>) -> Answer {
    let (me, id) = (who.me_id(), *id);
    app.db.write(move |conn| store::unread_again(conn, me, id)).await?;
    Ok(see_other("/notifications"))
}

/// `POST /notifications/reading`: marks all as read, but for what came after the page was drawn.
pub async fn read_all(who: SignedIn, app: App, fields: Fields) -> Answer {
    let (me, now) = (who.me_id(), who.now);
    let up_to = NoticeId(fields.id("up_to").unwrap_or_default());
    let count = app.db.write(move |conn| store::read_all(conn, me, up_to, now)).await?;
    let text = if count == 1 { "1 marked as read".to_owned() } else { format!("{count} marked as read") };
    Ok(see_other_with("/notifications", Flash::new(text)))
}

/// `GET /notifications/choices`
pub async fn edit_choices(who: SignedIn, app: App) -> Answer {
    let me = who.me_id();
    let choices = app.db.read(move |conn| store::choices(conn, me)).await?;
    page(&Choices { page: who.0, choices })
}

/// `POST /notifications/choices`
pub async fn update_choices(who: SignedIn, app: App, fields: Fields) -> Answer {
    let me = who.me_id();
    let chosen: Vec<(Kind, Way)> =
        Kind::ALL.iter().map(|kind| (*kind, Way::parse(fields.one(kind.text())).unwrap_or(Way::App))).collect();
    app.db.write(move |conn| store::choose(conn, me, &chosen)).await?;
    Ok(see_other_with("/notifications", Flash::new("Saved")))
}
