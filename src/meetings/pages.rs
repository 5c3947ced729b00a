//! The pages of meetings: planning, showing, changing, the bin.

use super::{
    Kind, bin,
    conflicts::{self, Conflict},
    form::{self, MeetingForm},
    outcome::Outcome,
    people::Attendee,
    store::{self, Meeting},
};
use crate::{
    auth::entrance,
    contacts,
    db::types::{ContactId, MeetingId},
    error::Error,
    records::{RecordKind, RecordRef, standing, summary},
    tasks::{Related, links},
    timeline::Stream,
    ui::{Flash, Page, choices, date, format},
    web::{Answer, App, Fields, Manager, Query, SignedIn, conflict, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashSet;

/// What came of a meeting, as typed.
#[derive(Clone, Debug, Default)]
pub(super) struct OutcomeForm {
    pub minutes: String,
    pub words: String,
    pub next: String,
    pub next_on: String,
    pub errors: Vec<(String, String)>,
}

impl OutcomeForm {
    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            minutes: own("minutes"),
            words: own("outcome"),
            next: own("next"),
            next_on: own("next_on"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The valid outcome, or `None` with the errors filled in.
    pub fn check(&mut self) -> Option<Outcome> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let minutes = self.minutes.trim().parse::<i32>().ok().filter(|n| (1..=20_160).contains(n));
        if minutes.is_none() {
            errors.push(("minutes".into(), "How long was it? Write whole minutes, from 1 to 20160.".into()));
        }
        if self.words.chars().count() > 20_000 {
            errors.push(("outcome".into(), "This is longer than 20,000 signs: shorten it.".into()));
        }
        let subject = crate::db::types::clean(&self.next);
        if subject.as_ref().is_some_and(|s| s.chars().count() > 250) {
            errors.push(("next".into(), "The subject is longer than 250 signs: shorten it.".into()));
        }
        let on = date(&self.next_on).unwrap_or_else(|sentence| {
            errors.push(("next_on".into(), sentence));
            None
        });
        if on.is_some() && subject.is_none() && errors.is_empty() {
            errors.push(("next".into(), "What is to be done by then? Write it, or empty the day.".into()));
        }
        self.errors = errors;
        self.errors.is_empty().then_some(Outcome {
            minutes: minutes?,
            words: self.words.trim().to_owned(),
            next: subject.map(|s| (s, on)),
        })
    }
}

#[derive(Template)]
#[template(path = "meetings/show.html")]
pub(super) struct MeetingShow {
    page: Page,
    meeting: Meeting,
    conflicts: Vec<Conflict>,
    /// Contacts among its people whom the reader does not see.
    hidden: HashSet<RecordRef>,
    outcome: OutcomeForm,
    stream: Stream,
}

impl MeetingShow {
    /// The day on which it begins where the reader is.
    fn day(&self) -> chrono::NaiveDate {
        format::local(self.meeting.starts_at, self.page.zone).date_naive()
    }

    /// Day and times where the reader is.
    fn when(&self) -> String {
        let [from, to] = [self.meeting.starts_at, self.meeting.ends_at].map(|at| format::local(at, self.page.zone));
        let end = if from.date_naive() == to.date_naive() {
            super::entries::clock(&self.page, &to)
        } else {
            self.page.moment(self.meeting.ends_at)
        };
        let begin = super::entries::clock(&self.page, &from);
        format!("{} {}, {begin} to {end}", from.format("%A"), self.page.date(from.date_naive()))
    }

    /// The same where it was planned, if that is elsewhere.
    fn elsewhere(&self) -> Option<String> {
        let zone = self.meeting.zone();
        let from = format::local(self.meeting.starts_at, zone);
        let same = from.naive_local() == format::local(self.meeting.starts_at, self.page.zone).naive_local();
        (!same).then(|| format!("{} in {}", self.page.locale.clock(&from), super::named(zone)))
    }

    fn has_begun(&self) -> bool {
        self.meeting.is_planned() && self.meeting.starts_at <= self.page.now
    }

    fn is_over(&self) -> bool {
        self.meeting.ends_at <= self.page.now
    }

    /// The reader, where they are asked to come.
    fn mine(&self) -> Option<&Attendee> {
        let own = self.meeting.people.iter().find(|p| p.user_id == Some(self.page.me.id));
        own.filter(|_| self.meeting.owner_id != Some(self.page.me.id) && self.meeting.is_planned())
    }

    /// The page of somebody who comes.
    fn url(&self, person: &Attendee) -> Option<String> {
        let record = RecordRef::from(person.contact_id?);
        (!self.hidden.contains(&record)).then(|| record.url())
    }

    fn responses(&self, person: &Attendee) -> choices::Options {
        form::responses(person.response)
    }

    fn is_organiser(&self, person: &Attendee) -> bool {
        person.user_id.is_some() && person.user_id == self.meeting.owner_id
    }

    /// "10 minutes before", or empty.
    fn reminder(&self) -> &'static str {
        let before = self.meeting.remind_before.map(|n| n.to_string()).unwrap_or_default();
        super::reminders::CHOICES.iter().skip(1).find(|c| c.0 == before).map_or("", |c| c.1)
    }
}

#[derive(Template)]
#[template(path = "meetings/form.html")]
pub(super) struct MeetingEdit {
    page: Page,
    /// `None` for a new one.
    meeting: Option<(MeetingId, String, i64)>,
    form: MeetingForm,
    conflicts: Vec<Conflict>,
    /// What can be added to what it is about, and to who comes, before anything is typed.
    offered: Vec<(String, String, bool)>,
    contacts: Vec<(String, String, bool)>,
}

/// `GET /meetings/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<MeetingId>, query: Query) -> Answer {
    page(&drawn_page(&who.0, &app, *id, &query, None).await?)
}

/// The page of a meeting, perhaps with an outcome that was not accepted.
pub(super) async fn drawn_page(
    reader: &Page,
    app: &App,
    id: MeetingId,
    query: &Query,
    typed: Option<OutcomeForm>,
) -> Result<MeetingShow, Error> {
    let (reader, query) = (reader.clone(), query.clone());
    app.db
        .read(move |conn| {
            let meeting = store::get(conn, &reader.viewer, id)?;
            let span = (meeting.starts_at, meeting.ends_at);
            let conflicts = if meeting.is_planned() {
                conflicts::of(conn, &reader.viewer, &meeting.colleagues(), span, Some(id))?
            } else {
                Vec::new()
            };
            let named: Vec<RecordRef> =
                meeting.people.iter().filter_map(|p| p.contact_id.map(RecordRef::from)).collect();
            let hidden = standing::unseen(conn, &reader.viewer, &named)?;
            let stream = Stream::load(conn, &reader, id.into(), &query)?;
            let outcome = typed
                .unwrap_or_else(|| OutcomeForm { minutes: meeting.minutes().to_string(), ..OutcomeForm::default() });
            Ok(MeetingShow { page: reader, meeting, conflicts, hidden, outcome, stream })
        })
        .await
}

/// `GET /meetings/new`
pub async fn new(who: SignedIn, app: App, query: Query) -> Answer {
    let form = MeetingForm::blank(&who.0, &query);
    page(&drawn(&who.0, &app, None, form).await?)
}

/// `POST /meetings`
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let mut form = MeetingForm::read(&fields);
    if fields.one("do") == "look" {
        return looked_over(&who.0, &app, None, form).await;
    }
    let Some(input) = form.check(&who.0, None) else {
        return redraw(&drawn(&who.0, &app, None, form).await?);
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let id = match app.db.write(move |conn| store::create(conn, &viewer, &input, now)).await {
        Err(Error::Refused(sentence)) => {
            form.errors.push(("add".into(), sentence));
            return redraw(&drawn(&who.0, &app, None, form).await?);
        }
        made => made?,
    };
    app.mail_queued();
    let back = Some(entrance::safe_next(&form.back)).filter(|url| !url.is_empty());
    let flash = Flash::new(format!("{} planned", Kind::parse(&form.kind).unwrap_or(Kind::Meeting).label()))
        .with_undo(format!("{}/deletion", RecordRef::from(id).url()));
    Ok(see_other_with(back.unwrap_or_else(|| RecordRef::from(id).url()), flash))
}

/// The form again, with whoever was added and what is said of the time; nothing is saved.
async fn looked_over(reader: &Page, app: &App, meeting: Option<(MeetingId, String, i64)>, form: MeetingForm) -> Answer {
    let template = drawn(reader, app, meeting, form).await?;
    if template.form.errors.is_empty() { page(&template) } else { redraw(&template) }
}

/// `GET /meetings/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<MeetingId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let meeting = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let shown = Some((id, meeting.title.clone(), meeting.version));
    let mut template = drawn(&who.0, &app, shown, MeetingForm::of(&meeting)).await?;
    template.form.was = conflict::was(&template.form.entries(&who.0));
    page(&template)
}

/// `POST /meetings/{id}`
pub async fn update(who: SignedIn, app: App, id: Path<MeetingId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let mut form = MeetingForm::read(&fields);
    let reader = viewer.clone();
    let meeting = app.db.read(move |conn| store::get(conn, &reader, id)).await?;
    let shown = Some((id, meeting.title.clone(), version));
    if fields.one("do") == "look" {
        return looked_over(&who.0, &app, shown, form).await;
    }
    let Some(input) = form.check(&who.0, Some(&meeting)) else {
        return redraw(&drawn(&who.0, &app, shown, form).await?);
    };
    let outcome = app
        .db
        .write(move |conn| {
            let meeting = store::get(conn, &viewer, id)?;
            // Checked against what it was a moment ago; one saved since has another version.
            let saved = meeting.version == version && store::update(conn, &viewer, &meeting, version, &input, now)?;
            Ok((meeting, saved))
        })
        .await;
    let (meeting, saved) = match outcome {
        Err(Error::Refused(sentence)) => {
            form.errors.push(("add".into(), sentence));
            return redraw(&drawn(&who.0, &app, shown, form).await?);
        }
        outcome => outcome?,
    };
    let url = RecordRef::from(id).url();
    if saved {
        app.mail_queued();
        return Ok(see_other_with(url, Flash::new("Meeting saved")));
    }
    let was = std::mem::take(&mut form.was);
    let mine = drawn(&who.0, &app, None, form).await?.form.entries(&who.0);
    let theirs = drawn(&who.0, &app, None, MeetingForm::of(&meeting)).await?.form.entries(&who.0);
    conflict::answer(who.0, &meeting.title, url.clone(), url, meeting.version, &was, mine, theirs)
}

/// `POST /meetings/{id}/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<MeetingId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let meeting = app.db.write(move |conn| bin::delete(conn, &viewer, id, now)).await?;
    app.mail_queued();
    let flash = Flash::new(format!("{} moved to the bin", meeting.title))
        .with_undo(format!("{}/restoration", RecordRef::from(id).url()));
    Ok(see_other_with("/calendar", flash))
}

/// `POST /meetings/{id}/restoration`
pub async fn restore(who: SignedIn, app: App, id: Path<MeetingId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::restore(conn, &viewer, id, now)).await?;
    app.mail_queued();
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Meeting restored")))
}

/// `POST /meetings/{id}/erasure`
pub async fn erase(who: Manager, app: App, id: Path<MeetingId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::erase(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/bin", Flash::new("Erased for good")))
}

/// The form with what its selects offer, the names of whom and what it names, and who would be in two places.
pub(super) async fn drawn(
    reader: &Page,
    app: &App,
    meeting: Option<(MeetingId, String, i64)>,
    mut form: MeetingForm,
) -> Result<MeetingEdit, Error> {
    let (page, named, guests) = (reader.clone(), form.records(), form.guests.clone());
    let span = form.time_zone.parse().ok().and_then(|zone| form.times(reader, zone).ok());
    let (inside, except) = (form.inside(), meeting.as_ref().map(|(id, ..)| *id));
    let (related, names, offered, conflicts) = app
        .db
        .read(move |conn| {
            let mut related = Vec::new();
            for record in named {
                if let Ok(found) = summary(conn, &page.viewer, record) {
                    related.push(Related { record, title: found.title });
                }
            }
            let mut names = Vec::new();
            for value in guests {
                let contact = value.strip_prefix("contact:").and_then(|id| id.parse().ok()).map(ContactId);
                let name = match contact {
                    Some(id) => contacts::get(conn, &page.viewer, id).ok().map(|c| match c.emails.first() {
                        Some(email) => format!("{} <{email}>", c.name),
                        None => format!("{}, without e-mail", c.name),
                    }),
                    None => form::called(&page, &value),
                };
                // A contact that the reader does not see stays, without a name.
                names.push((value, name.unwrap_or_else(|| "Somebody you do not see".into())));
            }
            let conflicts = match span {
                Some(span) => conflicts::of(conn, &page.viewer, &inside, span, except)?,
                None => Vec::new(),
            };
            Ok((related, names, links::candidates(conn, &page.viewer, "")?, conflicts))
        })
        .await?;
    form.about = related.iter().map(Related::value).collect();
    form.guests = names.iter().map(|(value, _)| value.clone()).collect();
    let none = || vec![(String::new(), "None".to_owned(), true)];
    let (mut about, mut contacts) = (none(), none());
    for (found, _) in offered {
        let value = found.value();
        if found.record.kind == RecordKind::Contact && !form.guests.contains(&value) {
            contacts.push((value.clone(), found.title.clone(), false));
        }
        if !related.contains(&found) {
            about.push((value, format!("{} ({})", found.title, found.record.kind.label().to_lowercase()), false));
        }
    }
    form.related = related;
    form.named = names;
    Ok(MeetingEdit { page: reader.clone(), meeting, form, conflicts, offered: about, contacts })
}
