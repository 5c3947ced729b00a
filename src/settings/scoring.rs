//! Scoring rules: all of them, each rule's form, and a trial on a lead that is there.

use super::conditions::Rows;
use crate::{
    contacts::{self, Contact, answering},
    db::{
        Conn,
        types::{ContactId, ScoringRuleId, WebFormId, clean},
    },
    error::Result,
    leads::scoring::{
        self, Behaviour, Deed, Limits, Verdict,
        rules::{self, Input, Rule},
    },
    records::RecordRef,
    ui::{Flash, Page, choices::Options},
    web::{Admin, Answer, App, Fields, Query, page, page_with, see_other_with},
    web_forms,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

const HERE: &str = "/settings/scoring";

/// Waiting leads are counted up to here.
const COUNTED: i64 = 1000;

#[derive(Template)]
#[template(path = "settings/scoring.html")]
struct RuleIndex {
    page: Page,
    rules: Vec<Rule>,
    limits: Limits,
    /// Least and most as typed.
    typed: (String, String),
    error: String,
    /// Leads that the job has still to reckon.
    pending: usize,
    trial: Option<(Contact, Vec<Verdict>, i64)>,
    /// What was looked for to try the rules on, and who was found.
    q: String,
    found: Vec<(ContactId, String)>,
}

impl RuleIndex {
    fn load(conn: &mut Conn, page: Page, q: String, lead: Option<ContactId>) -> Result<Self> {
        let limits = scoring::limits(conn)?;
        let trial = match lead {
            Some(id) => {
                let lead = contacts::get(conn, &page.viewer, id)?;
                let verdicts = scoring::trial(conn, &lead, page.now)?;
                let total = scoring::total(&verdicts, limits);
                Some((lead, verdicts, total))
            }
            None => None,
        };
        let found = if q.is_empty() { Vec::new() } else { contacts::named_like(conn, &page.viewer, &q, 10)? };
        Ok(Self {
            rules: rules::all(conn)?,
            typed: (limits.least.to_string(), limits.most.to_string()),
            limits,
            error: String::new(),
            pending: answering::to_recheck(conn, page.now, COUNTED)?.len(),
            trial,
            q,
            found,
            page,
        })
    }

    fn url(&self, id: &ContactId) -> String {
        RecordRef::from(*id).url()
    }

    fn points(&self, points: &i32) -> String {
        if *points < 0 { format!("−{}", points.unsigned_abs()) } else { format!("+{points}") }
    }
}

/// `GET /settings/scoring?q=ana&lead=7`
pub async fn index(who: Admin, app: App, query: Query) -> Answer {
    let (q, lead, reader) = (query.one("q").trim().to_owned(), query.id("lead").map(ContactId), who.0);
    page(&app.db.read(move |conn| RuleIndex::load(conn, reader, q, lead)).await?)
}

/// `POST /settings/scoring/limits`
pub async fn limit(who: Admin, app: App, fields: Fields) -> Answer {
    let typed = (fields.one("least").trim().to_owned(), fields.one("most").trim().to_owned());
    let number = |text: &str| text.parse::<i32>().ok().filter(|n| (-10_000..=10_000).contains(n));
    let (viewer, now, version, reader) = (who.viewer.clone(), who.now, fields.version(), who.0);
    let (status, error) = match number(&typed.0).zip(number(&typed.1)).filter(|(least, most)| least < most) {
        Some(both) => {
            let saved = app.db.write(move |conn| scoring::set_limits(conn, &viewer, version, both, now)).await?;
            if saved {
                return Ok(see_other_with(HERE, Flash::new("Limits saved: scores follow within a minute or so")));
            }
            (StatusCode::CONFLICT, "Someone changed this meanwhile. What you wrote stands here: save again to keep it.")
        }
        None => {
            let sentence = "Write two whole numbers from −10,000 to 10,000, the smaller one first, such as 0 and 100.";
            (StatusCode::UNPROCESSABLE_ENTITY, sentence)
        }
    };
    let mut index = app.db.read(move |conn| RuleIndex::load(conn, reader, String::new(), None)).await?;
    (index.typed, index.error) = (typed, error.to_owned());
    page_with(status, &index)
}

#[derive(Template)]
#[template(path = "settings/scoring_rule.html")]
struct RuleEdit {
    page: Page,
    /// `None` for a new one.
    rule: Option<(ScoringRuleId, String)>,
    version: i64,
    name: String,
    active: bool,
    points: String,
    rows: Rows,
    behaviour: String,
    form: String,
    least: String,
    days: String,
    half_life: String,
    cap: String,
    forms: Vec<(WebFormId, String)>,
    errors: Vec<(String, String)>,
}

fn known_forms(conn: &mut Conn) -> Result<Vec<(WebFormId, String)>> {
    Ok(web_forms::list(conn)?.into_iter().map(|form| (form.id, form.name)).collect())
}

impl RuleEdit {
    fn blank(page: Page, forms: Vec<(WebFormId, String)>) -> Self {
        Self {
            page,
            rule: None,
            version: 0,
            name: String::new(),
            active: true,
            points: String::new(),
            rows: Rows::default(),
            behaviour: String::new(),
            form: String::new(),
            least: "1".into(),
            days: "30".into(),
            half_life: String::new(),
            cap: String::new(),
            forms,
            errors: Vec::new(),
        }
        .padded()
    }

    fn of(page: Page, rule: &Rule, forms: Vec<(WebFormId, String)>) -> Self {
        let input = &rule.input;
        let mut form = Self::blank(page, forms);
        (form.rule, form.version) = (Some((rule.id, input.name.clone())), rule.version);
        (form.name, form.active, form.points) = (input.name.clone(), input.active, input.points.to_string());
        form.rows = Rows::of(&input.conditions);
        if let Some(deed) = &input.deed {
            let own = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
            form.behaviour = deed.behaviour.text().into();
            form.form = deed.form.map(|id| id.to_string()).unwrap_or_default();
            (form.least, form.days) = (deed.least.to_string(), deed.days.to_string());
            (form.half_life, form.cap) = (own(deed.half_life), own(deed.cap));
        }
        form.padded()
    }

    fn padded(mut self) -> Self {
        self.rows.pad();
        self
    }

    fn read(mut self, fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).trim().to_owned();
        (self.name, self.active, self.points) = (own("name"), fields.has("active"), own("points"));
        (self.behaviour, self.form, self.least) = (own("behaviour"), own("form"), own("least"));
        (self.days, self.half_life, self.cap) = (own("days"), own("half_life"), own("cap"));
        self.rows = Rows::read(fields);
        self
    }

    /// The valid input, or `None` with the errors filled in.
    fn check(&mut self) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let name = clean(&self.name).filter(|n| n.chars().count() <= 80);
        if name.is_none() {
            errors.push(("name".into(), "Write a name of at most 80 signs, such as “Director or above”.".into()));
        }
        let points =
            self.points.replace('−', "-").parse::<i32>().ok().filter(|p| *p != 0 && (-1000..=1000).contains(p));
        if points.is_none() {
            errors.push(("points".into(), "Write whole points from −1,000 to 1,000, but not 0.".into()));
        }
        let conditions = self.rows.check(&mut errors);
        let mut number = |field: &str, text: &str, most: i32, optional: bool| match text {
            "" if optional => None,
            text => {
                let read = text.parse::<i32>().ok().filter(|n| (1..=most).contains(n));
                if read.is_none() {
                    errors.push((field.to_owned(), format!("Write a whole number from 1 to {most}.")));
                }
                read
            }
        };
        let deed = match Behaviour::parse(&self.behaviour) {
            Some(behaviour) => {
                let (least, days) = (number("least", &self.least, 100, false), number("days", &self.days, 730, false));
                let (half_life, cap) =
                    (number("half_life", &self.half_life, 730, true), number("cap", &self.cap, 10_000, true));
                let form = self.form.parse().ok().map(WebFormId).filter(|id| self.forms.iter().any(|(f, _)| f == id));
                least.zip(days).map(|(least, days)| Deed {
                    behaviour,
                    form: form.filter(|_| behaviour == Behaviour::FormSent),
                    least: usize::try_from(least).unwrap_or(1),
                    days,
                    half_life,
                    cap,
                })
            }
            None => None,
        };
        if deed.is_none() && conditions.is_empty() && errors.is_empty() {
            let sentence = "Choose a condition or what they do: else every lead has these points.";
            errors.push(("behaviour".into(), sentence.into()));
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input { name: name?, active: self.active, conditions, points: points?, deed })
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn behaviours(&self) -> Options {
        let mut options = vec![(String::new(), "Nothing, only what is known".to_owned(), self.behaviour.is_empty())];
        let own = Behaviour::choices().into_iter();
        options.extend(own.map(|(value, label)| (value.clone(), label, value == self.behaviour)));
        options
    }

    fn form_options(&self) -> Options {
        let mut options = vec![(String::new(), "Any form".to_owned(), self.form.is_empty())];
        options.extend(self.forms.iter().map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == self.form)));
        options
    }
}

/// `GET /settings/scoring/new`
pub async fn new(who: Admin, app: App) -> Answer {
    let forms = app.db.read(known_forms).await?;
    page(&RuleEdit::blank(who.0, forms))
}

/// `GET /settings/scoring/{id}`
pub async fn edit(who: Admin, app: App, id: Path<ScoringRuleId>) -> Answer {
    let id = *id;
    let (rule, forms) = app.db.read(move |conn| Ok((rules::get(conn, id)?, known_forms(conn)?))).await?;
    page(&RuleEdit::of(who.0, &rule, forms))
}

/// `POST /settings/scoring`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let forms = app.db.read(known_forms).await?;
    let mut form = RuleEdit::blank(who.0, forms).read(&fields);
    let Some(input) = form.check() else {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &form.padded());
    };
    let (viewer, now) = (form.page.viewer.clone(), form.page.now);
    app.db.write(move |conn| rules::create(conn, &viewer, &input, now)).await?;
    Ok(see_other_with(HERE, Flash::new("Rule added: scores follow within a minute or so")))
}

/// `POST /settings/scoring/{id}`
pub async fn update(who: Admin, app: App, id: Path<ScoringRuleId>, fields: Fields) -> Answer {
    let (id, version) = (*id, fields.version());
    let (rule, forms) = app.db.read(move |conn| Ok((rules::get(conn, id)?, known_forms(conn)?))).await?;
    let mut form = RuleEdit::of(who.0, &rule, forms).read(&fields);
    form.version = version;
    let Some(input) = form.check() else {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &form.padded());
    };
    let (viewer, now) = (form.page.viewer.clone(), form.page.now);
    if app.db.write(move |conn| rules::update(conn, &viewer, id, version, &input, now)).await? {
        return Ok(see_other_with(HERE, Flash::new("Rule saved: scores follow within a minute or so")));
    }
    form.version = rule.version;
    let sentence =
        "Someone changed this rule while you were writing. What you wrote stands here: save again to keep it.";
    form.errors.push((String::new(), sentence.into()));
    page_with(StatusCode::CONFLICT, &form.padded())
}

/// `POST /settings/scoring/{id}/deletion`
pub async fn destroy(who: Admin, app: App, id: Path<ScoringRuleId>) -> Answer {
    let (id, viewer, now) = (*id, who.viewer.clone(), who.now);
    app.db.write(move |conn| rules::delete(conn, &viewer, id, now)).await?;
    Ok(see_other_with(HERE, Flash::new("Rule taken away")))
}
