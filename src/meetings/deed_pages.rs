//! What is done to a meeting in passing: another time, an answer, how it ended.

use super::{
    Response, State,
    form::{span, wall},
    outcome,
    pages::{OutcomeForm, drawn_page},
    people, store,
};
use crate::{
    auth::entrance,
    db::types::{MeetingId, TaskId},
    error::Error,
    journal::{self, Action, Change},
    records::RecordRef,
    ui::{Flash, format},
    web::{Answer, App, Fields, Query, SignedIn, redraw, see_other_with},
};
use actix_web::web::Path;

/// `POST /meetings/{id}/time`: moved or stretched in the calendar. Without an end it lasts as long as before.
pub async fn reschedule(who: SignedIn, app: App, id: Path<MeetingId>, query: Query, fields: Fields) -> Answer {
    let (viewer, id, now, zone) = (who.viewer.clone(), *id, who.now, who.zone);
    let asked = |name: &str| if fields.has(name) { fields.one(name).to_owned() } else { query.one(name).to_owned() };
    let (start, end, version) = (wall(&asked("start")), wall(&asked("end")), asked("version").parse().unwrap_or(0));
    let back = Some(entrance::safe_next(&asked("back"))).filter(|url| !url.is_empty());
    let back = back.unwrap_or_else(|| RecordRef::from(id).url());
    let outcome = app
        .db
        .write(move |conn| {
            let meeting = store::get(conn, &viewer, id)?;
            let held = |at| format::local(at, zone).naive_local();
            let from = start.unwrap_or_else(|| held(meeting.starts_at));
            // An hour that is moved over a change of the clocks stays an hour.
            let to = match (start, end) {
                (_, Some(end)) => end,
                (Some(_), None) => from + (meeting.ends_at - meeting.starts_at),
                (None, None) => held(meeting.ends_at),
            };
            let (starts_at, mut ends_at) =
                span(zone, ("start", from), ("end", to)).map_err(|(_, sentence)| Error::Refused(sentence))?;
            if end.is_none() {
                ends_at = starts_at + (meeting.ends_at - meeting.starts_at);
            }
            let before = (held(meeting.starts_at), held(meeting.ends_at));
            let saved = store::reschedule(conn, &viewer, &meeting, version, (starts_at, ends_at), now)?;
            Ok((meeting, before, starts_at, saved))
        })
        .await;
    match outcome {
        Ok((meeting, (from, to), starts_at, true)) => {
            app.mail_queued();
            let text = |at: chrono::NaiveDateTime| at.format("%Y-%m-%dT%H:%M").to_string();
            let pairs = [
                ("start", text(from)),
                ("end", text(to)),
                ("version", (version + 1).to_string()),
                ("back", back.clone()),
            ];
            let undo = serde_urlencoded::to_string(pairs).unwrap_or_default();
            let flash = Flash::new(format!("“{}” is now on {}", meeting.title, who.moment(starts_at)))
                .with_undo(format!("{}/time?{undo}", RecordRef::from(id).url()));
            Ok(see_other_with(back, flash))
        }
        Ok((meeting, ..)) => {
            let text = format!("Not moved: someone else has changed “{}”. This is how it stands now.", meeting.title);
            Ok(see_other_with(back, Flash::new(text)))
        }
        Err(Error::Refused(sentence)) => Ok(see_other_with(back, Flash::new(format!("Not moved. {sentence}")))),
        Err(error) => Err(error),
    }
}

/// `POST /meetings/{id}/answers`: what somebody answered: the reader, or a guest who told us.
pub async fn answer(who: SignedIn, app: App, id: Path<MeetingId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let url = RecordRef::from(id).url();
    let (person, response) = (fields.id("person"), Response::parse(fields.one("response")));
    let noted = app
        .db
        .write(move |conn| {
            let meeting = store::get(conn, &viewer, id)?;
            let (Some(person), Some(response)) = (person, response) else { return Ok(false) };
            let who = meeting.people.iter().find(|p| p.id == person).ok_or(Error::NotFound)?;
            // A colleague answers for themselves; the organiser comes to their own meeting.
            if who.user_id.is_some() && (who.user_id != viewer.id || who.user_id == meeting.owner_id) {
                return Err(Error::Forbidden);
            }
            people::answer(conn, id, person, response)?;
            let label = format!("Answer of {}", who.label());
            let (before, after) = (who.response.label().to_owned(), response.label().to_owned());
            let change = Change::new(id, Action::Updated, &meeting.title).field(&label, Some(before), Some(after));
            journal::record(conn, &viewer, change, now)?;
            Ok(true)
        })
        .await?;
    if !noted {
        return Ok(see_other_with(url, Flash::new("Nothing was answered: choose an answer.")));
    }
    Ok(see_other_with(url, Flash::new("Answer noted")))
}

/// `POST /meetings/{id}/cancellation`
pub async fn cancel(who: SignedIn, app: App, id: Path<MeetingId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let meeting = app.db.write(move |conn| outcome::cancel(conn, &viewer, id, now)).await?;
    app.mail_queued();
    let url = RecordRef::from(id).url();
    if meeting.state != State::Planned {
        return Ok(see_other_with(url, Flash::new("It is not planned any more: nothing was changed")));
    }
    let flash = Flash::new(format!("“{}” is cancelled", meeting.title)).with_undo(format!("{url}/reopening"));
    Ok(see_other_with(url, flash))
}

/// `POST /meetings/{id}/outcome`: what came of it.
pub async fn end(who: SignedIn, app: App, id: Path<MeetingId>, query: Query, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let url = RecordRef::from(id).url();
    let mut form = OutcomeForm::read(&fields);
    let done = if fields.one("do") == "missed" {
        let words: String = form.words.trim().chars().take(20_000).collect();
        let missed = app.db.write(move |conn| outcome::miss(conn, &viewer, id, &words, now)).await;
        missed.map(|()| (Flash::new("Noted that it did not take place"), None))
    } else {
        let Some(said) = form.check() else {
            return redraw(&drawn_page(&who.0, &app, id, &query, Some(form)).await?);
        };
        let held = app.db.write(move |conn| outcome::hold(conn, &viewer, id, &said, now)).await;
        held.map(|task| (Flash::new("Outcome saved"), task))
    };
    match done {
        Ok((flash, task)) => {
            let undo = task.map_or_else(|| format!("{url}/reopening"), |task| format!("{url}/reopening?task={task}"));
            Ok(see_other_with(url, flash.with_undo(undo)))
        }
        Err(Error::Refused(sentence)) => {
            form.errors.push((String::new(), sentence));
            redraw(&drawn_page(&who.0, &app, id, &query, Some(form)).await?)
        }
        Err(error) => Err(error),
    }
}

/// `POST /meetings/{id}/reopening`: planned again, whatever became of it.
pub async fn reopen(who: SignedIn, app: App, id: Path<MeetingId>, query: Query) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let task = query.id("task").map(TaskId);
    app.db.write(move |conn| outcome::reopen(conn, &viewer, id, task, now)).await?;
    app.mail_queued();
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("The meeting is planned again")))
}
