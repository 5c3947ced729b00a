//! What a stage asks for: a dialog over the deal that offers just the missing fields, and the checklist of its stage.

use super::super::{
    Status,
    form::{amount, error},
    moves::{self, Moved},
    parts,
    pipelines::{self, Stage},
    rules::{self, Check, Missing, Requirement},
    store::{self, Deal, Input},
};
use super::{playbooks, record};
use crate::{
    accounts,
    db::{
        Conn,
        types::{AccountId, ContactId, DealId, StageId, clean},
    },
    error::Error,
    records::{self, RecordRef},
    ui::{Flash, Page, date},
    web::{Answer, App, Fields, Query, Rep, see_other, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};

/// The dialog as it stands over the page.
pub(super) struct Requirements {
    pub stage: Stage,
    pub missing: Missing,
    pub form: RequirementForm,
    pub accounts: Vec<(String, String, bool)>,
    pub people: Vec<(String, String, bool)>,
    /// The version that the form was drawn from.
    pub version: i64,
    /// Where Cancel leads, and what follows.
    pub back: String,
}

/// As typed.
#[derive(Clone, Debug, Default)]
pub(super) struct RequirementForm {
    pub account: String,
    pub amount: String,
    pub expected_close: String,
    pub person: String,
    pub next_step: String,
    pub next_step_on: String,
    pub source: String,
    pub competitor: String,
    pub description: String,
    pub ticked: Vec<i64>,
    pub errors: Vec<(String, String)>,
}

impl RequirementForm {
    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            account: own("account"),
            amount: own("amount"),
            expected_close: own("expected_close"),
            person: own("person"),
            next_step: own("next_step"),
            next_step_on: own("next_step_on"),
            source: own("source"),
            competitor: own("competitor"),
            description: own("description"),
            ticked: fields.all("check").filter_map(|id| id.parse().ok()).collect(),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    pub fn is_ticked(&self, check: &Check) -> bool {
        self.ticked.contains(&check.id)
    }

    /// The deal with what was typed, or `None` with the errors filled in. Fields that were left empty stay as they are.
    fn check(&mut self, page: &Page, deal: &Deal) -> Option<(Input, Option<ContactId>)> {
        let mut next = Input::of(deal);
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        match amount(page, &self.amount, deal.currency) {
            Ok(found) => next.amount = found.or(next.amount),
            Err(sentence) => wrong("amount", sentence),
        }
        for (id, typed, into) in [
            ("expected_close", &self.expected_close, &mut next.expected_close),
            ("next_step_on", &self.next_step_on, &mut next.next_step_on),
        ] {
            match date(typed) {
                Ok(found) => *into = found.or(*into),
                Err(sentence) => wrong(id, sentence),
            }
        }
        for (id, typed, most, into) in [
            ("next_step", &self.next_step, 250, &mut next.next_step),
            ("source", &self.source, 120, &mut next.source),
            ("competitor", &self.competitor, 200, &mut next.competitor),
        ] {
            if typed.chars().count() > most {
                wrong(id, format!("This is longer than {most} signs: shorten it."));
            }
            *into = clean(typed).or_else(|| into.take());
        }
        if !self.description.trim().is_empty() {
            self.description.trim().clone_into(&mut next.description);
        }
        next.account_id = self.account.parse().ok().map(AccountId).or(next.account_id);
        self.errors = errors;
        self.errors.is_empty().then(|| (next, self.person.parse().ok().map(ContactId)))
    }
}

/// The stage after this one.
fn next_stage(conn: &mut Conn, from: &Stage) -> Result<Stage, Error> {
    let stages = pipelines::stages(conn, from.pipeline_id)?;
    stages.into_iter().find(|s| s.position > from.position).ok_or(Error::NotFound)
}

/// The address of the dialog.
pub(super) fn url(id: DealId, stage: StageId, back: &str) -> String {
    let query = [("stage", stage.to_string()), ("back", back.to_owned())];
    format!("{}/requirements/new?{}", RecordRef::from(id).url(), serde_urlencoded::to_string(query).unwrap_or_default())
}

/// Where to go back to: a page of deals.
fn way_back(typed: &str, id: DealId) -> String {
    let own = RecordRef::from(id).url();
    if typed.starts_with("/deals") { typed.to_owned() } else { own }
}

/// `GET /deals/{id}/requirements/new?stage=3`
pub async fn new(who: Rep, app: App, id: Path<DealId>, query: Query) -> Answer {
    let stage = StageId(query.id("stage").unwrap_or_default());
    let back = way_back(query.one("back"), *id);
    drawn(who.0, &app, *id, stage, back, StatusCode::OK, None).await
}

/// The dialog, with what was typed if it was not accepted.
async fn drawn(
    reader: Page,
    app: &App,
    id: DealId,
    stage: StageId,
    back: String,
    status: StatusCode,
    typed: Option<RequirementForm>,
) -> Answer {
    let viewer = reader.viewer.clone();
    let chosen = typed.as_ref().and_then(|f| f.account.parse().ok()).map(AccountId);
    let (deal, stage, missing, accounts, chosen, people) = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let from = pipelines::stage(conn, deal.stage_id)?;
            let stage = match stage {
                // Nobody said where to: to the next one.
                StageId(0) => next_stage(conn, &from)?,
                stage => pipelines::stage(conn, stage)?,
            };
            let missing = rules::missing(conn, &viewer, Some((&deal, &from)), &stage, &Input::of(&deal))?;
            let accounts = accounts::options(conn, &viewer, "", 100)?;
            let chosen = chosen.and_then(|id| records::summary(conn, &viewer, id.into()).ok());
            let people = parts::candidates(conn, &viewer, &deal, "", 100)?;
            Ok((deal, stage, missing, accounts, chosen, people))
        })
        .await?;
    let form = typed.unwrap_or_default();
    let mut options = vec![(String::new(), "Choose one".to_owned(), form.account.is_empty())];
    if let Some(summary) = chosen.filter(|c| !accounts.iter().any(|(id, _)| id.0 == c.record.id)) {
        options.push((summary.record.id.to_string(), summary.title, true));
    }
    options.extend(accounts.into_iter().map(|(id, name)| (id.to_string(), name, id.to_string() == form.account)));
    let mut named = vec![(String::new(), "Choose one".to_owned(), form.person.is_empty())];
    named.extend(people.into_iter().map(|p| (p.id.to_string(), p.name, p.id.to_string() == form.person)));
    let version = deal.version;
    let dialog = Requirements { stage, missing, form, accounts: options, people: named, version, back };
    record::asking(reader, app, id, status, dialog).await
}

/// `POST /deals/{id}/requirements`: saves what was missing and moves the deal on; a won stage goes on to its closing.
pub async fn create(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (id, version, now) = (*id, fields.version(), who.now);
    let to = StageId(fields.id("stage").unwrap_or_default());
    let back = way_back(fields.one("back"), id);
    let viewer = who.viewer.clone();
    let deal = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    if to == StageId(0) {
        return Ok(see_other(url(id, to, &back)));
    }
    let mut form = RequirementForm::read(&fields);
    let Some((next, person)) = form.check(&who.0, &deal) else {
        return drawn(who.0, &app, id, to, back, StatusCode::UNPROCESSABLE_ENTITY, Some(form)).await;
    };
    let (viewer, ticked) = (who.viewer.clone(), form.ticked.clone());
    let saved = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let stage = pipelines::stage(conn, to)?;
            if deal.version != version {
                return Err(Error::Refused(store::overtaken(&deal)));
            }
            if let Some(person) = person {
                parts::add_person(conn, &viewer, &deal, person, "", now)?;
            }
            // Ticks that were made already stay.
            let held = rules::checklist(conn, deal.stage_id, Some(id))?.into_iter().filter(|c| c.ticked).map(|c| c.id);
            let ticked: Vec<i64> = held.chain(ticked).collect();
            rules::tick(conn, &viewer, &deal, deal.stage_id, &ticked, now)?;
            if !store::update(conn, &viewer, &deal, version, &next, now)? {
                return Err(Error::Refused(store::overtaken(&deal)));
            }
            if stage.kind == Status::Won {
                return Ok((stage, false));
            }
            let deal = store::get(conn, &viewer, id)?;
            match moves::move_to_stage(conn, &viewer, id, deal.version, None, to, now)? {
                Moved::Missing(missing) => Err(Error::Refused(missing.sentence(&stage))),
                Moved::Lost(deal) => Err(Error::Refused(store::overtaken(&deal))),
                Moved::To { .. } => Ok((stage, true)),
            }
        })
        .await;
    // What is refused leaves nothing behind: the transaction is taken back.
    let sentence = match saved {
        Ok((stage, true)) => {
            let flash = playbooks::said(&app, id, now, Flash::new(format!("Moved to {}", stage.name))).await?;
            return Ok(see_other_with(back, flash));
        }
        Ok(_) => return Ok(see_other(format!("{}/closure/new?outcome=won", RecordRef::from(id).url()))),
        Err(Error::Refused(sentence)) => sentence,
        Err(error) => return Err(error),
    };
    form.errors.push((String::new(), sentence));
    drawn(who.0, &app, id, to, back, StatusCode::UNPROCESSABLE_ENTITY, Some(form)).await
}

/// `POST /deals/{id}/checks`: the ticks of the present stage's checklist.
pub async fn tick(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let stage = StageId(fields.id("stage").unwrap_or_default());
    let ticked: Vec<i64> = fields.all("check").filter_map(|id| id.parse().ok()).collect();
    app.db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            rules::tick(conn, &viewer, &deal, stage, &ticked, now)
        })
        .await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Checklist saved")))
}

impl Requirements {
    /// Whether the stage asks for this, and it is not there.
    pub fn asks(&self, requirement: Requirement) -> bool {
        self.missing.requirements.contains(&requirement)
    }
}
