//! What a person decides about themselves: how they see Rapport, their password, their sessions.

use super::{
    super::{
        agent,
        directory::Person,
        limits::{self, Deed},
        password, session,
        users::{self, Profile},
    },
    wait, within_limit,
};
use crate::{
    db::types::clean,
    error::Result,
    ui::{Flash, Page, choices, format::LOCALES},
    web::{Answer, App, Fields, SignedIn, conflict, conflict::Entry, page, page_with, see_other_with},
};
use actix_web::{HttpRequest, http::StatusCode, web::Path};
use askama::Template;
use chrono_tz::Tz;

const THEMES: [(&str, &str); 3] = [("system", "As the system"), ("light", "Light"), ("dark", "Dark")];

struct ProfileForm {
    version: i64,
    /// The values that the form was first drawn with (`web::conflict::was`).
    was: String,
    name: String,
    time_zone: String,
    locale: String,
    theme: String,
    keys_on: bool,
    errors: Vec<(String, String)>,
}

/// One session, as its owner reads it.
struct Line {
    id: i64,
    agent: String,
    address: String,
    started: String,
    used: String,
    used_iso: String,
    used_exact: String,
    this: bool,
}

#[derive(Template)]
#[template(path = "profile/show.html")]
struct Show {
    page: Page,
    form: ProfileForm,
    sessions: Vec<Line>,
    /// Messages beside the two password fields.
    current_error: String,
    new_error: String,
}

impl ProfileForm {
    fn of(me: &Person) -> Self {
        let mut form = Self {
            version: me.version,
            was: String::new(),
            name: me.name.clone(),
            time_zone: me.time_zone.clone(),
            locale: me.locale.clone(),
            theme: me.theme.clone(),
            keys_on: me.keys_on,
            errors: Vec::new(),
        };
        form.was = conflict::was(&form.entries());
        form
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            version: fields.version(),
            was: own("was"),
            name: own("name"),
            time_zone: own("time_zone"),
            locale: own("locale"),
            theme: own("theme"),
            keys_on: fields.has("keys_on"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self) -> Option<Profile> {
        let mut add = |id: &str, sentence: &str| self.errors.push((id.to_owned(), sentence.to_owned()));
        let name = clean(&self.name);
        match &name {
            None => add("name", "What are you called? Write a name."),
            Some(name) if name.chars().count() > 200 => add("name", "The name is longer than 200 signs: shorten it."),
            Some(_) => {}
        }
        if self.time_zone.parse::<Tz>().is_err() {
            add("time_zone", "This is no time zone: choose one, such as Europe/Lisbon.");
        }
        if !LOCALES.iter().any(|l| l.tag == self.locale) {
            add("locale", "This is none of the formats: choose one.");
        }
        if !THEMES.iter().any(|(value, _)| *value == self.theme) {
            add("theme", "This is no theme: choose one.");
        }
        if !self.errors.is_empty() {
            return None;
        }
        Some(Profile {
            name: name?,
            time_zone: self.time_zone.clone(),
            locale: self.locale.clone(),
            theme: self.theme.clone(),
            keys_on: self.keys_on,
        })
    }

    fn entries(&self) -> Vec<Entry> {
        let locale = LOCALES.iter().find(|l| l.tag == self.locale).map_or("", |l| l.label);
        let theme = THEMES.iter().find(|(value, _)| *value == self.theme).map_or("", |t| t.1);
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::new("time_zone", "Time zone", &self.time_zone),
            Entry::choice("locale", "Dates and numbers", &self.locale, locale),
            Entry::choice("theme", "Theme", &self.theme, theme),
            Entry::tick("keys_on", "Keyboard shortcuts", self.keys_on),
        ]
    }

    fn zones(&self) -> Vec<(String, String, bool)> {
        choices::zones(&self.time_zone)
    }

    fn locales(&self) -> Vec<(String, String, bool)> {
        LOCALES.iter().map(|l| (l.tag.to_owned(), l.label.to_owned(), l.tag == self.locale)).collect()
    }

    fn themes(&self) -> Vec<(String, String, bool)> {
        THEMES.iter().map(|(v, l)| ((*v).to_owned(), (*l).to_owned(), *v == self.theme)).collect()
    }
}

async fn drawn(reader: &Page, app: &App, form: Option<ProfileForm>) -> Result<Show> {
    let (me, now) = (reader.me_id(), reader.now);
    let (sessions, person) =
        app.db.read(move |conn| Ok((session::list(conn, me, now)?, users::get(conn, me)?))).await?;
    let sessions = sessions
        .into_iter()
        .map(|s| Line {
            id: s.id,
            agent: agent::named(&s.agent),
            started: reader.moment(s.created_at),
            used: reader.ago(s.seen_at),
            used_iso: reader.iso(s.seen_at),
            used_exact: reader.moment(s.seen_at),
            this: s.id == reader.session_id,
            address: s.address,
        })
        .collect();
    let form = form.unwrap_or_else(|| ProfileForm::of(&person));
    Ok(Show { page: reader.clone(), form, sessions, current_error: String::new(), new_error: String::new() })
}

/// `GET /profile`
pub async fn show(who: SignedIn, app: App) -> Answer {
    page(&drawn(&who.0, &app, None).await?)
}

/// `POST /profile`
pub async fn update(who: SignedIn, app: App, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let mut form = ProfileForm::read(&fields);
    let Some(next) = form.check() else {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn(&who.0, &app, Some(form)).await?);
    };
    let (viewer, me, version, now) = (who.viewer.clone(), who.me_id(), form.version, who.now);
    let (saved, person) = app
        .db
        .write(move |conn| {
            let person = users::get(conn, me)?;
            Ok((users::update_profile(conn, &viewer, &person, version, &next, now)?, person))
        })
        .await?;
    if saved {
        return Ok(see_other_with("/profile", Flash::new("Profile saved")));
    }
    let (mine, theirs) = (form.entries(), ProfileForm::of(&person).entries());
    let url = "/profile".to_owned();
    conflict::answer(who.0, "your profile", url.clone(), url, person.version, &form.was, mine, theirs)
}

/// `POST /profile/password`: asks the current one, and ends every other session.
pub async fn change_password(who: SignedIn, app: App, req: HttpRequest, fields: Fields) -> Answer {
    let (me, keep, at) = (who.me_id(), who.session_id, who.now);
    let (account, address) = (format!("person {me}"), super::super::entrance::address_of(&req, &app));
    let (counted, from) = (account.clone(), address.clone());
    let allowed = app
        .db
        .write(move |conn| {
            let left = within_limit(limits::take(conn, Deed::SignIn, &counted, &from, at))?;
            Ok((left, users::hash_of(conn, me)?))
        })
        .await?;
    let stored = match allowed {
        (Ok(_), stored) => stored,
        (Err(seconds), _) => {
            let form = Show { current_error: wait(seconds), ..drawn(&who.0, &app, None).await? };
            return page_with(StatusCode::TOO_MANY_REQUESTS, &form);
        }
    };
    let current: String = fields.one("current_password").chars().take(1000).collect();
    let (fits, _) = password::in_turn(move || password::verify(&current, stored.as_deref())).await?;
    let next = fields.one("new_password").to_owned();
    let weak = password::check_strength(&next, &[&who.me.name, who.me.email.as_deref().unwrap_or("")]);
    if !fits || weak.is_err() {
        let form = drawn(&who.0, &app, None).await?;
        let wrong = if fits { "" } else { "This is not your current password: write it again." };
        let form = Show { current_error: wrong.into(), new_error: weak.err().unwrap_or_default(), ..form };
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &form);
    }
    let hash = password::in_turn(move || password::hash(&next)).await?;
    let (viewer, person) = (who.viewer.clone(), who.me.clone());
    app.db
        .write(move |conn| {
            limits::give_back(conn, Deed::SignIn, &account, &address, at)?;
            users::set_password(conn, &viewer, &person, &hash, Some(keep), at)
        })
        .await?;
    Ok(see_other_with("/profile", Flash::new("Password changed. Your other sessions have ended.")))
}

/// `POST /profile/sessions/{id}/deletion`
pub async fn end_session(who: SignedIn, app: App, id: Path<i64>) -> Answer {
    let (me, id) = (who.me_id(), *id);
    app.db.write(move |conn| session::end(conn, me, id)).await?;
    Ok(see_other_with("/profile", Flash::new("Session ended")))
}

/// `POST /profile/sessions/deletion`
pub async fn end_other_sessions(who: SignedIn, app: App) -> Answer {
    let (me, keep) = (who.me_id(), who.session_id);
    app.db.write(move |conn| session::end_others(conn, me, Some(keep)).map(|_| ())).await?;
    Ok(see_other_with("/profile", Flash::new("All other sessions have ended")))
}
