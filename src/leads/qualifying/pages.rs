//! Qualifying and disqualifying, each in a dialog over the list of leads.

use super::{
    super::{frameworks, pages},
    Decision,
    form::{DisqualifyForm, QualifyForm},
};
use crate::{
    accounts,
    contacts::{
        self, Contact,
        duplicates::{self, Duplicate},
    },
    db::{
        Conn,
        types::{AccountId, ContactId},
    },
    deals::{
        pipelines::Known,
        rates,
        reasons::{self, Outcome, Reason},
    },
    error::{Error, Result},
    records::RecordRef,
    ui::{Flash, Page, choices},
    web::{Answer, App, Fields, Rep, page_with, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use iso_currency::Currency;

/// The dialog that qualifies, as it stands over the list.
pub struct Qualify {
    pub lead: Contact,
    /// The version that the form was drawn from.
    pub version: i64,
    pub form: QualifyForm,
    /// Number, name, and why it may be theirs.
    pub candidates: Vec<(AccountId, String, String)>,
    /// Every account to choose another from.
    pub accounts: choices::Options,
    pub known: Known,
    /// The company's currency and those that it has a rate of.
    pub currencies: Vec<Currency>,
    /// Who may be the same person.
    pub duplicates: Vec<Duplicate>,
    /// The name of the framework, or empty.
    pub framework: String,
}

/// The dialog that disqualifies.
pub struct Disqualify {
    pub lead: Contact,
    /// The version that the form was drawn from.
    pub version: i64,
    pub form: DisqualifyForm,
    pub reasons: Vec<Reason>,
}

impl Qualify {
    /// What the dialog offers, with what was typed, or as it first opens.
    fn load(conn: &mut Conn, reader: &Page, id: ContactId, typed: Option<(QualifyForm, Option<i64>)>) -> Result<Self> {
        let lead = contacts::get(conn, &reader.viewer, id)?;
        let company = company_of(&lead);
        let candidates = super::candidates(conn, &reader.viewer, &lead, &company)?;
        let known = Known::load(conn)?;
        let framework = frameworks::chosen(conn)?;
        let (form, version) = match typed {
            // What someone else changed meanwhile stays: saving again goes on from it.
            Some((form, version)) => (form, version.unwrap_or(lead.version)),
            None => {
                let questions = framework.as_ref().map(|f| f.questions.as_slice()).unwrap_or_default();
                let answers = super::asked(conn, id, questions)?;
                (QualifyForm::blank(reader, &known, &lead, &candidates, &company, answers), lead.version)
            }
        };
        let options = accounts::options(conn, &reader.viewer, "", 100)?;
        let option = |(id, name): (AccountId, String)| (id.to_string(), name, id.to_string() == form.account_other);
        let mut accounts: choices::Options = vec![(String::new(), "Choose an account".into(), false)];
        accounts.extend(options.into_iter().map(option));
        if let Ok(chosen) = form.account_other.parse().map(AccountId)
            && !accounts.iter().any(|(.., is_chosen)| *is_chosen)
            && let Ok(account) = accounts::get(conn, &reader.viewer, chosen)
        {
            accounts.push((chosen.to_string(), account.name, true));
        }
        let currencies = std::iter::once(reader.currency()).chain(rates::currencies(conn)?).collect();
        let duplicates =
            duplicates::find(conn, &reader.viewer, &contacts::Input::of(&lead).map_err(Error::internal)?, Some(id))?;
        let framework = framework.map(|f| f.name).unwrap_or_default();
        Ok(Self { lead, version, form, candidates, accounts, known, currencies, duplicates, framework })
    }
}

impl Qualify {
    /// Whether no line stands for where they are now.
    pub fn is_elsewhere(&self) -> bool {
        !self.candidates.iter().any(|(id, ..)| Some(*id) == self.lead.account_id)
    }
}

/// The name of a lead's company, as the quick entry or a form kept it, or as the domain of their mail has it.
fn company_of(lead: &Contact) -> String {
    let written = lead.description.lines().find_map(|line| line.strip_prefix("Company: "));
    let domain = super::own_domain(lead);
    let label = domain.as_ref().and_then(|d| d.as_str().split('.').next()).unwrap_or_default();
    let word = |word: &str| {
        let mut signs = word.chars();
        signs.next().map(|first| first.to_uppercase().chain(signs).collect::<String>()).unwrap_or_default()
    };
    let capital = (!label.is_empty()).then(|| label.split('-').map(word).collect::<Vec<_>>().join(" "));
    written.map(str::to_owned).or(capital).unwrap_or_default()
}

fn url(id: ContactId) -> String {
    RecordRef::from(id).url()
}

async fn drawn(
    who: Page,
    app: &App,
    id: ContactId,
    status: StatusCode,
    typed: Option<(QualifyForm, Option<i64>)>,
) -> Answer {
    let reader = who.clone();
    let dialog = app.db.read(move |conn| Qualify::load(conn, &reader, id, typed)).await?;
    if !super::is_open(&dialog.lead) {
        return Ok(see_other_with(url(id), Flash::new(format!("{} is qualified already", dialog.lead.name))));
    }
    page_with(status, &pages::covered(who, app, Some(dialog), None).await?)
}

/// `GET /leads/{id}/qualification/new`
pub async fn new(who: Rep, app: App, id: Path<ContactId>) -> Answer {
    drawn(who.0, &app, *id, StatusCode::OK, None).await
}

/// `POST /leads/{id}/qualification`: with `do=deal` a deal comes of it.
pub async fn create(who: Rep, app: App, id: Path<ContactId>, fields: Fields) -> Answer {
    let (id, version, now, viewer) = (*id, fields.version(), who.now, who.viewer.clone());
    let reader = viewer.clone();
    let (known, framework) = app
        .db
        .read(move |conn| {
            contacts::get(conn, &reader, id)?;
            Ok((Known::load(conn)?, frameworks::chosen(conn)?))
        })
        .await?;
    let questions = framework.map(|f| f.questions).unwrap_or_default();
    let mut form = QualifyForm::read(&fields, &questions);
    let Some(decision) = form.check(&who.0, &known, fields.one("do") == "deal") else {
        return drawn(who.0, &app, id, StatusCode::UNPROCESSABLE_ENTITY, Some((form, Some(version)))).await;
    };
    let outcome = app.db.write(move |conn| qualified(conn, &viewer, id, version, &decision, now)).await;
    let (name, deal) = match outcome {
        Err(Error::Refused(sentence)) => {
            form.errors.push((String::new(), sentence));
            return drawn(who.0, &app, id, StatusCode::UNPROCESSABLE_ENTITY, Some((form, None))).await;
        }
        outcome => outcome?,
    };
    let to = deal.map_or_else(|| url(id), |deal| RecordRef::from(deal).url());
    let flash = Flash::new(format!("{name} is qualified")).with_undo(format!("/leads/{id}/qualification/undoing"));
    Ok(see_other_with(to, flash))
}

fn qualified(
    conn: &mut Conn,
    viewer: &crate::auth::Viewer,
    id: ContactId,
    version: i64,
    decision: &Decision,
    now: chrono::NaiveDateTime,
) -> Result<(String, Option<crate::db::types::DealId>)> {
    let deal = super::qualify(conn, viewer, id, version, decision, now)?;
    Ok((contacts::get(conn, viewer, id)?.name, deal))
}

/// `POST /leads/{id}/qualification/undoing`: takes back the last decision, be it for or against.
pub async fn undo(who: Rep, app: App, id: Path<ContactId>) -> Answer {
    let (id, viewer, now) = (*id, who.viewer.clone(), who.now);
    let undone = app.db.write(move |conn| super::undo::undo(conn, &viewer, id, now)).await;
    let words = match undone {
        Ok(stays) if stays.is_empty() => "Taken back, with all that was made".to_owned(),
        Ok(stays) => format!("Taken back; {}", stays.join("; ")),
        Err(Error::Refused(sentence)) => sentence,
        Err(error) => return Err(error),
    };
    Ok(see_other_with(url(id), Flash::new(words)))
}

async fn drawn_against(
    who: Page,
    app: &App,
    id: ContactId,
    status: StatusCode,
    typed: Option<(DisqualifyForm, Option<i64>)>,
) -> Answer {
    let viewer = who.viewer.clone();
    let (lead, reasons) = app.db.read(move |conn| Ok((contacts::get(conn, &viewer, id)?, reasons::all(conn)?))).await?;
    if !super::is_open(&lead) {
        return Ok(see_other_with(url(id), Flash::new(format!("{} is qualified already", lead.name))));
    }
    let (form, version) = typed.unwrap_or_default();
    let version = version.unwrap_or(lead.version);
    let dialog = Disqualify { lead, version, form, reasons };
    page_with(status, &pages::covered(who, app, None, Some(dialog)).await?)
}

/// `GET /leads/{id}/disqualification/new`
pub async fn new_disqualification(who: Rep, app: App, id: Path<ContactId>) -> Answer {
    drawn_against(who.0, &app, *id, StatusCode::OK, None).await
}

/// `POST /leads/{id}/disqualification`
pub async fn disqualify(who: Rep, app: App, id: Path<ContactId>, fields: Fields) -> Answer {
    let (id, version, now, viewer) = (*id, fields.version(), who.now, who.viewer.clone());
    let reader = viewer.clone();
    let (lead, reasons) = app.db.read(move |conn| Ok((contacts::get(conn, &reader, id)?, reasons::all(conn)?))).await?;
    let mut form = DisqualifyForm::read(&fields);
    let Some((reason, note, back_on)) = form.check(&who.0, &reasons) else {
        return drawn_against(who.0, &app, id, StatusCode::UNPROCESSABLE_ENTITY, Some((form, Some(version)))).await;
    };
    let outcome =
        app.db.write(move |conn| super::disqualify(conn, &viewer, id, version, (reason, &note, back_on), now)).await;
    if let Err(Error::Refused(sentence)) = outcome {
        form.errors.push((String::new(), sentence));
        return drawn_against(who.0, &app, id, StatusCode::UNPROCESSABLE_ENTITY, Some((form, None))).await;
    }
    outcome?;
    let flash =
        Flash::new(format!("{} is disqualified", lead.name)).with_undo(format!("/leads/{id}/qualification/undoing"));
    Ok(see_other_with("/leads", flash))
}

impl Disqualify {
    pub fn options(&self) -> choices::Options {
        reasons::options(&self.reasons, Outcome::Disqualified, &self.form.reason)
    }
}
