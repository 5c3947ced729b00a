//! News for open pages by server-sent events (HTML Living Standard, 9.2).
//!
//! Each server asks the database once a second who was told of something, as long as anybody listens, and wakes their
//! pages: so it does not matter which server a notice was written on.

use super::store::{self, NoticeId};
use crate::{
    app,
    auth::{Viewer, directory, session},
    db::types::{UserId, now},
    error::Result,
    web::{Answer, App, SignedIn},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT, ContentEncoding},
    rt,
    web::Bytes,
};
use chrono::{Duration as Span, NaiveDateTime};
use futures_util::stream;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::broadcast,
    time::Instant,
};

const EVERY: Duration = Duration::from_secs(1);
/// A comment is sent this often, so that proxies keep the line open and a closed page is noticed.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A line ends after this long; the browser opens another, for which the session is asked again.
const LONGEST: Duration = Duration::from_secs(300);
/// A row is written some time before its transaction ends: what is this young is looked for again.
const LATE: Span = Span::seconds(15);

#[derive(Clone, Copy)]
enum News {
    For(UserId),
    /// The server stops.
    End,
}

/// Who listens on this server.
pub struct Hub {
    sender: broadcast::Sender<News>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { sender: broadcast::channel(1024).0 }
    }
}

impl Hub {
    /// Ends every open line, so that the server can stop.
    pub fn end(&self) {
        // Nobody may be listening.
        let _ = self.sender.send(News::End);
    }
}

/// Ends the open lines once the server is told to stop.
pub async fn end_with_the_server(app: Arc<app::App>) {
    let Ok(mut told) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = told.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    app.live.end();
}

/// Looks for news until the server stops. Never ends by itself.
pub async fn watch(app: Arc<app::App>) {
    let mut known: HashMap<NoticeId, NaiveDateTime> = HashMap::new();
    let mut from = now();
    loop {
        rt::time::sleep(EVERY).await;
        if app.live.sender.receiver_count() == 0 {
            (from, known) = (now(), HashMap::new());
            continue;
        }
        let at = now();
        let since = from - LATE;
        match app.db.read(move |conn| store::since(conn, since)).await {
            Ok(rows) => {
                for (id, user) in rows {
                    if known.insert(id, at).is_none() {
                        let _ = app.live.sender.send(News::For(user));
                    }
                }
                known.retain(|_, seen| at - *seen < LATE * 4);
                from = at;
            }
            Err(error) => tracing::warn!(%error, "news could not be read"),
        }
    }
}

/// `GET /notifications/live`: how many notices are unread, now and whenever one comes. Without
/// `Accept: text/event-stream` it answers once.
pub async fn show(who: SignedIn, app: App, req: HttpRequest) -> Answer {
    let news = app.live.sender.subscribe();
    let me = who.me_id();
    let viewer = who.viewer.clone();
    let first = event(&app, &viewer, me).await?;
    let mut answer = HttpResponse::Ok();
    // Compression would keep events back.
    answer.content_type("text/event-stream").insert_header(ContentEncoding::Identity);
    // So would a proxy's buffer (nginx obeys this).
    answer.insert_header(("X-Accel-Buffering", "no"));
    let listens = req.headers().get(ACCEPT).and_then(|a| a.to_str().ok()).is_some_and(|a| a.contains("event-stream"));
    if !listens {
        return Ok(answer.body(first));
    }
    let line =
        Line { app, viewer, session: who.session_id, me, news, first: Some(first), until: Instant::now() + LONGEST };
    Ok(answer.streaming(stream::unfold(line, |mut line| async move {
        let next = line.next().await?;
        Some((Ok::<_, actix_web::Error>(next), line))
    })))
}

/// One open page.
struct Line {
    app: App,
    viewer: Viewer,
    session: i64,
    me: UserId,
    news: broadcast::Receiver<News>,
    first: Option<Bytes>,
    until: Instant,
}

impl Line {
    /// Whether the session still is: one that was ended hears no more.
    async fn lives(&self) -> bool {
        let (session, at) = (self.session, now());
        self.app.db.read(move |conn| session::lives(conn, session, at)).await.unwrap_or(false)
    }

    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let beat = Instant::now() + HEARTBEAT;
        loop {
            if Instant::now() >= self.until {
                return None;
            }
            match tokio::time::timeout_at(beat.min(self.until), self.news.recv()).await {
                Err(_) => return self.lives().await.then(|| Bytes::from_static(b":\n\n")),
                Ok(Ok(News::For(user))) if user != self.me => {}
                // Whoever was too slow to hear all asks anew.
                Ok(Ok(News::For(_)) | Err(broadcast::error::RecvError::Lagged(_))) => {
                    if !self.lives().await {
                        return None;
                    }
                    return event(&self.app, &self.viewer, self.me).await.ok();
                }
                Ok(Ok(News::End) | Err(broadcast::error::RecvError::Closed)) => return None,
            }
        }
    }
}

/// `{"unread": 3, "newest": 41, "text": "Freja Lund gave you a deal: Mill"}`, of the newest unread one.
async fn event(app: &App, viewer: &Viewer, me: UserId) -> Result<Bytes> {
    let viewer = viewer.clone();
    let data = app
        .db
        .read(move |conn| {
            let unread = store::unread(conn, me)?;
            let mut newest = store::list(conn, me, true, None, 1)?;
            store::veil(conn, &viewer, &mut newest)?;
            let newest = newest.pop();
            let by = match newest.as_ref().and_then(|told| told.by_id) {
                Some(id) => directory::name_of(conn, Some(id))?,
                None => None,
            };
            let text =
                newest.as_ref().map(|t| format!("{} {}: {}", by.as_deref().unwrap_or("Rapport"), t.said, t.about()));
            Ok(serde_json::json!({ "unread": unread, "newest": newest.map_or(0, |t| t.id.0), "text": text }))
        })
        .await?;
    Ok(Bytes::from(format!("data: {data}\n\n")))
}
