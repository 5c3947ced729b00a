//! Competitors, as managers keep what is known of them.

use crate::{
    db::types::{CompetitorId, clean},
    deals::competitors::{self, Competitor, Input, Score},
    error::Error,
    ui::{Flash, Page},
    web::{Answer, App, Fields, Manager, conflict, conflict::Entry, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

const URL: &str = "/settings/competitors";

#[derive(Template)]
#[template(path = "settings/competitors.html")]
struct CompetitorIndex {
    page: Page,
    rows: Vec<(Competitor, Score)>,
}

#[derive(Template)]
#[template(path = "settings/competitor.html")]
struct CompetitorEdit {
    page: Page,
    /// `None` for a new one; its number and name.
    competitor: Option<(CompetitorId, String)>,
    form: CompetitorForm,
}

/// As typed.
#[derive(Default)]
struct CompetitorForm {
    name: String,
    website: String,
    strengths: String,
    weaknesses: String,
    approach: String,
    active: bool,
    version: i64,
    /// The values that the form was first drawn with (`web::conflict::was`).
    was: String,
    errors: Vec<(String, String)>,
}

impl CompetitorForm {
    fn of(competitor: &Competitor) -> Self {
        let mut form = Self {
            name: competitor.name.clone(),
            website: competitor.website.clone(),
            strengths: competitor.strengths.clone(),
            weaknesses: competitor.weaknesses.clone(),
            approach: competitor.approach.clone(),
            active: competitor.active,
            version: competitor.version,
            ..Self::default()
        };
        form.was = conflict::was(&form.entries());
        form
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("name"),
            website: own("website"),
            strengths: own("strengths"),
            weaknesses: own("weaknesses"),
            approach: own("approach"),
            active: fields.has("active"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let name = clean(&self.name).filter(|n| n.chars().count() <= 120);
        if name.is_none() {
            errors.push(("name".into(), "Write a name of at most 120 signs.".into()));
        }
        let website = self.website.trim();
        let is_web = website.starts_with("https://") || website.starts_with("http://");
        if website.chars().count() > 250 || !(website.is_empty() || is_web) || website.contains(char::is_whitespace) {
            errors.push(("website".into(), "Write the address with its beginning, like https://acme.example.".into()));
        }
        for (id, text) in
            [("strengths", &self.strengths), ("weaknesses", &self.weaknesses), ("approach", &self.approach)]
        {
            if text.chars().count() > 5000 {
                errors.push((id.into(), "This is longer than 5,000 signs: shorten it.".into()));
            }
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let own = |text: &str| text.trim().to_owned();
        Some(Input {
            name: name?,
            website: own(&self.website),
            strengths: own(&self.strengths),
            weaknesses: own(&self.weaknesses),
            approach: own(&self.approach),
            active: self.active,
        })
    }

    /// Every field with its label, for comparing two versions.
    fn entries(&self) -> Vec<Entry> {
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::new("website", "Web site", &self.website),
            Entry::new("strengths", "Strengths", &self.strengths),
            Entry::new("weaknesses", "Weaknesses", &self.weaknesses),
            Entry::new("approach", "How we win", &self.approach),
            Entry::tick("active", "Offered where a competitor is named", self.active),
        ]
    }
}

/// `GET /settings/competitors`
pub async fn index(who: Manager, app: App) -> Answer {
    let viewer = who.viewer.clone();
    let (all, scores) =
        app.db.read(move |conn| Ok((competitors::all(conn)?, competitors::scores(conn, &viewer)?))).await?;
    let rows = all.into_iter().map(|c| (c.clone(), scores.get(&c.id).copied().unwrap_or_default())).collect();
    page(&CompetitorIndex { page: who.0, rows })
}

/// `GET /settings/competitors/new`
pub async fn new(who: Manager) -> Answer {
    let form = CompetitorForm { active: true, ..CompetitorForm::default() };
    page(&CompetitorEdit { page: who.0, competitor: None, form })
}

/// `POST /settings/competitors`
pub async fn create(who: Manager, app: App, fields: Fields) -> Answer {
    let mut form = CompetitorForm::read(&fields);
    let Some(input) = form.check() else {
        return redraw(&CompetitorEdit { page: who.0, competitor: None, form });
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    match app.db.write(move |conn| competitors::create(conn, &viewer, &input, now)).await {
        Ok(_) => Ok(see_other_with(URL, Flash::new("Competitor added"))),
        Err(Error::Refused(sentence)) => {
            form.errors.push(("name".into(), sentence));
            redraw(&CompetitorEdit { page: who.0, competitor: None, form })
        }
        Err(error) => Err(error),
    }
}

/// `GET /settings/competitors/{id}`
pub async fn edit(who: Manager, app: App, id: Path<CompetitorId>) -> Answer {
    let id = *id;
    let found = app.db.read(move |conn| competitors::get(conn, id)).await?;
    let form = CompetitorForm::of(&found);
    page(&CompetitorEdit { page: who.0, competitor: Some((id, found.name)), form })
}

/// `POST /settings/competitors/{id}`
pub async fn update(who: Manager, app: App, id: Path<CompetitorId>, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let (viewer, now, id) = (who.viewer.clone(), who.now, *id);
    let mut form = CompetitorForm::read(&fields);
    let found = app.db.read(move |conn| competitors::get(conn, id)).await?;
    let competitor = Some((id, found.name));
    let Some(input) = form.check() else { return redraw(&CompetitorEdit { page: who.0, competitor, form }) };
    let version = form.version;
    let saved = app
        .db
        .write(move |conn| {
            let before = competitors::get(conn, id)?;
            let saved = competitors::update(conn, &viewer, &before, version, &input, now)?;
            Ok((before, saved))
        })
        .await;
    match saved {
        Ok((_, true)) => Ok(see_other_with(URL, Flash::new("Competitor saved"))),
        Ok((theirs, false)) => {
            let (mine, other) = (form.entries(), CompetitorForm::of(&theirs).entries());
            let url = format!("{URL}/{id}");
            conflict::answer(who.0, &theirs.name, url, URL.into(), theirs.version, &form.was, mine, other)
        }
        Err(Error::Refused(sentence)) => {
            form.errors.push(("name".into(), sentence));
            redraw(&CompetitorEdit { page: who.0, competitor, form })
        }
        Err(error) => Err(error),
    }
}
