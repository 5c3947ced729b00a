//! Qualifying and disqualifying a lead: the person stays, an account and a deal may come, and for a day all of it can be
//! taken back.

mod form;
pub mod pages;
mod undo;

use super::frameworks::Question;
use crate::{
    accounts,
    auth::{Scope, Viewer},
    contacts::{self, Contact, Lifecycle, duplicates::is_public_mail},
    db::{
        Conn,
        schema::{framework_questions, qualification_answers, qualifications},
        types::{AccountId, ContactId, DealId, Domain, PipelineId, QuestionId, ReasonId, StageId, TaskId, UserId},
    },
    deals::{self, reasons},
    error::{Error, Result},
    journal::{self, Action, Change},
    records::lead_status::{Kind, Statuses},
    tasks,
};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// How long it can be taken back.
const UNDO: Duration = Duration::days(1);

/// Where a qualified person belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere, or where they are.
    AsIs,
    At(AccountId),
    /// A new account of this name.
    New(String),
}

/// The deal that comes of it.
#[derive(Clone, Debug)]
pub struct NewDeal {
    pub name: String,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    /// In minor units of `currency`.
    pub amount: Option<i64>,
    pub currency: Currency,
    pub expected_close: Option<NaiveDate>,
}

/// What the dialog gives: already valid.
#[derive(Clone, Debug)]
pub struct Decision {
    pub place: Place,
    pub deal: Option<NewDeal>,
    pub answers: Vec<(QuestionId, String)>,
}

/// What a decision changes of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    lifecycle: String,
    lead_status: Option<String>,
    account_id: Option<i64>,
    owner_id: Option<i64>,
}

impl State {
    fn of(lead: &Contact) -> Self {
        Self {
            lifecycle: lead.lifecycle.text().into(),
            lead_status: lead.lead_status.clone(),
            account_id: lead.account_id.map(|id| id.0),
            owner_id: lead.owner_id.map(|id| id.0),
        }
    }
}

/// How a lead stood, to go back to; and how the decision left it and what it made, so that nothing that was changed
/// since is taken back with it.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    then: State,
    set: State,
    queue_id: Option<i64>,
    answers: Vec<(i64, String)>,
    /// Versions of the account, the deal and the task as they were made.
    versions: [i64; 3],
}

/// The last that was decided about a lead.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = qualifications)]
pub struct Decided {
    id: i64,
    pub qualified: bool,
    pub at: NaiveDateTime,
    pub by_id: Option<UserId>,
    pub reason_id: Option<ReasonId>,
    pub note: String,
    before: String,
    account_id: Option<AccountId>,
    deal_id: Option<DealId>,
    task_id: Option<TaskId>,
}

/// An answer to a question.
#[derive(Clone, Debug, Queryable)]
pub struct Answer {
    pub label: String,
    pub answer: String,
    pub by_id: Option<UserId>,
    pub at: NaiveDateTime,
}

/// What is known of a lead's qualification, for its page.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Until it is taken back.
    pub decided: Option<Decided>,
    pub reason: Option<String>,
    pub answers: Vec<Answer>,
}

impl Standing {
    pub fn of(conn: &mut Conn, contact: ContactId) -> Result<Self> {
        let decided = last(conn, contact)?;
        let reason = reasons::name_of(conn, decided.as_ref().and_then(|d| d.reason_id))?;
        Ok(Self { decided, reason, answers: answers(conn, contact)? })
    }

    /// What can still be taken back.
    pub fn fresh(&self, now: NaiveDateTime) -> Option<&Decided> {
        self.decided.as_ref().filter(|d| now - d.at < UNDO)
    }
}

/// The answers to questions about a person, in the order in which they are asked.
pub fn answers(conn: &mut Conn, contact: ContactId) -> Result<Vec<Answer>> {
    Ok(qualification_answers::table
        .inner_join(framework_questions::table.on(framework_questions::id.eq(qualification_answers::question_id)))
        .filter(qualification_answers::contact_id.eq(contact))
        .order((framework_questions::framework_id, framework_questions::position, framework_questions::id))
        .select((
            framework_questions::label,
            qualification_answers::answer,
            qualification_answers::by_id,
            qualification_answers::at,
        ))
        .load(conn)?)
}

/// The answers of the lead that a deal was made of, to those who see that person.
pub fn answers_of_deal(conn: &mut Conn, viewer: &Viewer, deal: DealId) -> Result<Vec<Answer>> {
    let contact: Option<ContactId> = qualifications::table
        .filter(qualifications::deal_id.eq(deal))
        .filter(qualifications::undone.eq(false))
        .select(qualifications::contact_id)
        .first(conn)
        .optional()?;
    match contact.map(|id| contacts::get(conn, viewer, id)) {
        Some(Ok(lead)) => answers(conn, lead.id),
        // Out of this reader's sight, or in the bin.
        None | Some(Err(Error::NotFound)) => Ok(Vec::new()),
        Some(Err(error)) => Err(error),
    }
}

fn held_answers(conn: &mut Conn, contact: ContactId) -> Result<Vec<(QuestionId, String)>> {
    Ok(qualification_answers::table
        .filter(qualification_answers::contact_id.eq(contact))
        .select((qualification_answers::question_id, qualification_answers::answer))
        .load(conn)?)
}

fn last(conn: &mut Conn, contact: ContactId) -> Result<Option<Decided>> {
    Ok(qualifications::table
        .filter(qualifications::contact_id.eq(contact))
        .filter(qualifications::undone.eq(false))
        .order(qualifications::id.desc())
        .select(Decided::as_select())
        .first(conn)
        .optional()?)
}

/// What was decided last stands no more: the lead has come back.
pub(super) fn supersede(conn: &mut Conn, contact: ContactId) -> Result<()> {
    diesel::update(qualifications::table.filter(qualifications::contact_id.eq(contact)))
        .set(qualifications::undone.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Accounts that a lead may belong to: their own, those of their mail's domain, and those of such a name.
pub fn candidates(
    conn: &mut Conn,
    viewer: &Viewer,
    lead: &Contact,
    company: &str,
) -> Result<Vec<(AccountId, String, String)>> {
    let mut found: Vec<(AccountId, String, String)> = Vec::new();
    if let Some(id) = lead.account_id
        && let Ok(account) = accounts::get(conn, viewer, id)
    {
        found.push((id, account.name, "where they are now".into()));
    }
    let input = accounts::Input {
        name: company.to_owned(),
        domains: own_domain(lead).into_iter().collect(),
        ..Default::default()
    };
    for other in accounts::duplicates::find(conn, viewer, &input)? {
        if !found.iter().any(|(id, ..)| *id == other.id) {
            found.push((other.id, other.name, other.why));
        }
    }
    found.truncate(6);
    Ok(found)
}

/// The domain of a lead's company, as far as their mail tells it.
fn own_domain(lead: &Contact) -> Option<Domain> {
    let hosts = lead.emails.iter().filter_map(|e| e.rsplit_once('@').map(|(_, host)| host.to_lowercase()));
    hosts.filter(|host| !is_public_mail(host)).find_map(|host| Domain::parse(&host).ok())
}

fn moved_on(lead: &Contact) -> Error {
    Error::Refused(format!(
        "Someone changed {} while you were deciding: look at what you wrote, then save again.",
        lead.name
    ))
}

/// Qualifies a lead over the version that was read. Whoever does it is the owner where there was none. Returns the deal.
///
/// # Errors
/// `Error::Refused` with a sentence when someone else saved in between, when this person is no lead, or when the stage
/// asks for more than the deal has.
pub fn qualify(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ContactId,
    version: i64,
    decision: &Decision,
    at: NaiveDateTime,
) -> Result<Option<DealId>> {
    let lead = contacts::get(conn, viewer, id)?;
    if !is_open(&lead) {
        return Err(Error::Refused(format!("{} is qualified already.", lead.name)));
    }
    let answers = held_answers(conn, id)?;
    let owner_id = lead.owner_id.or(viewer.id);
    let (account_id, made) = match &decision.place {
        Place::AsIs => (lead.account_id, None),
        Place::At(account) => (Some(*account), None),
        Place::New(name) => {
            let domains = own_domain(&lead).into_iter().collect();
            let new = accounts::Input { name: name.clone(), domains, owner_id, ..Default::default() };
            let made = accounts::create(conn, viewer, &new, at)?;
            (Some(made), Some(made))
        }
    };
    let status = Statuses::load(conn)?.first(Kind::Qualified).map(|s| s.key.clone());
    let next = contacts::Input {
        lifecycle: Lifecycle::Qualified,
        lead_status: status,
        account_id,
        owner_id,
        ..contacts::Input::of(&lead).map_err(Error::internal)?
    };
    if !contacts::update(conn, viewer, &lead, version, &next, at)? {
        return Err(moved_on(&lead));
    }
    let task = drop_reminder(conn, viewer, id, at)?;
    let deal = match &decision.deal {
        Some(new) => Some(make_deal(conn, viewer, &lead, new, (account_id, owner_id), at)?),
        None => None,
    };
    save_answers(conn, viewer, &lead, &decision.answers, at)?;
    keep(conn, viewer, (&lead, answers), (true, None, ""), (made, deal, task), at)?;
    Ok(deal)
}

/// The task to come back to a lead that was disqualified goes to the bin: they are here. Returns it.
fn drop_reminder(conn: &mut Conn, viewer: &Viewer, lead: ContactId, at: NaiveDateTime) -> Result<Option<TaskId>> {
    let Some(id) = last(conn, lead)?.filter(|d| !d.qualified).and_then(|d| d.task_id) else { return Ok(None) };
    match tasks::get(conn, &wide(viewer), id) {
        Ok(task) if !task.is_done() => tasks::delete(conn, &wide(viewer), id, at).map(|_| Some(id)),
        Ok(_) | Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn make_deal(
    conn: &mut Conn,
    viewer: &Viewer,
    lead: &Contact,
    new: &NewDeal,
    (account_id, owner_id): (Option<AccountId>, Option<UserId>),
    at: NaiveDateTime,
) -> Result<DealId> {
    let input = deals::Input {
        name: new.name.clone(),
        account_id,
        pipeline_id: new.pipeline_id,
        stage_id: new.stage_id,
        amount: new.amount,
        currency: new.currency,
        expected_close: new.expected_close,
        owner_id,
        source: lead.source.clone(),
        category: None,
        next_step: None,
        next_step_on: None,
        competitor: None,
        closing: None,
        description: String::new(),
        tags: Vec::new(),
    };
    let id = deals::create(conn, viewer, &input, at)?;
    let deal = deals::get(conn, viewer, id)?;
    deals::add_person(conn, viewer, &deal, lead.id, "", at)?;
    Ok(id)
}

/// Disqualifies a lead over the version that was read, with a task to come back to it where a day is given.
///
/// # Errors
/// `Error::Refused` with a sentence when someone else saved in between, or when this person is no lead.
pub fn disqualify(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ContactId,
    version: i64,
    (reason, note, back_on): (ReasonId, &str, Option<NaiveDate>),
    at: NaiveDateTime,
) -> Result<()> {
    let lead = contacts::get(conn, viewer, id)?;
    if !is_open(&lead) {
        return Err(Error::Refused(format!("{} is qualified already: change their lifecycle to go back.", lead.name)));
    }
    let answers = held_answers(conn, id)?;
    let owner_id = lead.owner_id.or(viewer.id);
    let status = Statuses::load(conn)?.first(Kind::Disqualified).map(|s| s.key.clone());
    let next = contacts::Input {
        lifecycle: Lifecycle::Lead,
        lead_status: status,
        owner_id,
        ..contacts::Input::of(&lead).map_err(Error::internal)?
    };
    if !contacts::update(conn, viewer, &lead, version, &next, at)? {
        return Err(moved_on(&lead));
    }
    let name = reasons::name_of(conn, Some(reason))?;
    let task = match back_on {
        Some(on) => {
            let why = [name.as_deref().unwrap_or_default(), note].map(str::trim);
            let input = tasks::Input {
                subject: format!("Come back to {}", lead.name),
                due: Some(tasks::Due { on, at: None }),
                owner_id,
                about: vec![id.into()],
                description: why.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(". "),
                ..Default::default()
            };
            Some(tasks::create(conn, viewer, &input, at)?)
        }
        None => None,
    };
    let change = Change::new(id, Action::Updated, &lead.name).field("Disqualified because", None, name).field(
        "Note",
        None,
        Some(note.trim().to_owned()).filter(|n| !n.is_empty()),
    );
    journal::record(conn, viewer, change, at)?;
    keep(conn, viewer, (&lead, answers), (false, Some(reason), note.trim()), (None, None, task), at)
}

/// Whether somebody can still be qualified: a subscriber or a lead.
pub fn is_open(contact: &Contact) -> bool {
    matches!(contact.lifecycle, Lifecycle::Lead | Lifecycle::Subscriber)
}

fn keep(
    conn: &mut Conn,
    viewer: &Viewer,
    (lead, answers): (&Contact, Vec<(QuestionId, String)>),
    (qualified, reason, note): (bool, Option<ReasonId>, &str),
    (account, deal, task): (Option<AccountId>, Option<DealId>, Option<TaskId>),
    at: NaiveDateTime,
) -> Result<()> {
    let wide = wide(viewer);
    let versions = [
        account.map_or(Ok(0), |id| accounts::get(conn, &wide, id).map(|a| a.version))?,
        deal.map_or(Ok(0), |id| deals::get(conn, &wide, id).map(|d| d.version))?,
        // That of a qualification lies in the bin.
        task.filter(|_| !qualified).map_or(Ok(0), |id| tasks::get(conn, &wide, id).map(|t| t.version))?,
    ];
    let before = Before {
        then: State::of(lead),
        set: State::of(&contacts::get(conn, &wide, lead.id)?),
        queue_id: lead.queue_id.map(|id| id.0),
        answers: answers.into_iter().map(|(id, answer)| (id.0, answer)).collect(),
        versions,
    };
    let before = serde_json::to_string(&before).map_err(|e| Error::Internal(e.into()))?;
    diesel::insert_into(qualifications::table)
        .values((
            qualifications::contact_id.eq(lead.id),
            qualifications::qualified.eq(qualified),
            qualifications::at.eq(at),
            qualifications::by_id.eq(viewer.id),
            qualifications::reason_id.eq(reason),
            qualifications::note.eq(note),
            qualifications::before.eq(before),
            qualifications::account_id.eq(account),
            qualifications::deal_id.eq(deal),
            qualifications::task_id.eq(task),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts these answers in place of those to the same questions; an empty one takes its answer away.
fn save_answers(
    conn: &mut Conn,
    viewer: &Viewer,
    lead: &Contact,
    answers: &[(QuestionId, String)],
    at: NaiveDateTime,
) -> Result<()> {
    let held = held_answers(conn, lead.id)?;
    let labels: Vec<(QuestionId, String)> =
        framework_questions::table.select((framework_questions::id, framework_questions::label)).load(conn)?;
    let mut change = Change::new(lead.id, Action::Updated, &lead.name);
    let mut changed = false;
    for (question, answer) in answers {
        let old = held.iter().find(|(id, _)| id == question).map(|(_, answer)| answer.clone());
        if old.as_deref().unwrap_or_default() == answer {
            continue;
        }
        changed = true;
        diesel::delete(qualification_answers::table.find((lead.id, *question))).execute(conn)?;
        if !answer.is_empty() {
            diesel::insert_into(qualification_answers::table)
                .values((
                    qualification_answers::contact_id.eq(lead.id),
                    qualification_answers::question_id.eq(question),
                    qualification_answers::answer.eq(answer),
                    qualification_answers::by_id.eq(viewer.id),
                    qualification_answers::at.eq(at),
                ))
                .execute(conn)?;
        }
        let label = labels.iter().find(|(id, _)| id == question).map_or("Answer", |(_, label)| label.as_str());
        change = change.field(label, old, Some(answer.clone()).filter(|a| !a.is_empty()));
    }
    if changed { journal::record(conn, viewer, change, at) } else { Ok(()) }
}

/// The questions of a framework with what is known already.
pub fn asked(conn: &mut Conn, contact: ContactId, questions: &[Question]) -> Result<Vec<(Question, String)>> {
    let held = held_answers(conn, contact)?;
    let known = |id: QuestionId| held.iter().find(|(q, _)| *q == id).map(|(_, a)| a.clone()).unwrap_or_default();
    Ok(questions.iter().map(|q| (q.clone(), known(q.id))).collect())
}

/// The same person, seeing everything: for what their own decision made.
fn wide(viewer: &Viewer) -> Viewer {
    Viewer { scope: Scope::Everyone, ..viewer.clone() }
}
