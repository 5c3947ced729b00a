//! The page of one deal: the stage path, what one asks first, the next step, the timeline, and what belongs to it.

use super::super::{
    Status,
    closing_form::ClosingForm,
    competitors::{self, Rival},
    form::error,
    items::{self, Item},
    list,
    moves::{self, Step},
    parts::{self, Person},
    pipelines::{Known, Pipeline, Stage},
    prices,
    reasons::{self, Reason},
    rules::{self, Check, Requirement},
    store::{self, Deal},
};
use super::{competitors::RivalForm, playbooks::Starting, requirements::Requirements};
use crate::{
    attachments,
    db::types::{DealId, Money, StageId, clean},
    error::Error,
    leads::qualifying,
    meetings,
    products::{
        books::Book,
        line::{Discount, Totals},
    },
    quotes::{self, Quote},
    records::RecordRef,
    tasks,
    timeline::Stream,
    ui::{Avatar, Flash, Page, date},
    web::{Answer, App, Fields, Query, Rep, SignedIn, conflict, conflict::Entry, page, page_with, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use chrono::{Duration, NaiveDateTime};
use std::borrow::Borrow;

/// Moves that the history of a deal shows.
const MOVES: i64 = 100;

#[derive(Template)]
#[template(path = "deals/show.html")]
struct DealShow {
    page: Page,
    deal: Deal,
    pipeline: Pipeline,
    stage: Stage,
    path: Vec<PathStep>,
    people: Vec<Person>,
    items: Vec<Item>,
    /// The price books that it can name.
    books: Vec<Book>,
    /// What the priced ones come to.
    totals: Option<Totals>,
    /// The newest first.
    quotes: Vec<Quote>,
    tasks: tasks::Block,
    meetings: meetings::Block,
    files: attachments::Block,
    history: Vec<Line>,
    reason: Option<String>,
    stream: Stream,
    next_step: StepForm,
    /// The dialog that closes it, over the page.
    closing: Option<Closing>,
    /// The dialog that asks for what a stage wants, over the page.
    asked: Option<Requirements>,
    /// The dialog that starts a playbook, over the page.
    starting: Option<Starting>,
    rivals: Vec<Rival>,
    /// Names to offer for another.
    rival_names: Vec<String>,
    rival: RivalForm,
    /// The checklist of its stage.
    checks: Vec<Check>,
    /// What was found out when its lead was qualified.
    answers: Vec<qualifying::Answer>,
}

/// The closing form as it stands over the page.
pub(super) struct Closing {
    pub form: ClosingForm,
    pub reasons: Vec<Reason>,
    /// The version that the form was drawn from.
    pub version: i64,
}

/// A stage on the path.
struct PathStep {
    id: StageId,
    name: String,
    /// `done`, `current` or nothing.
    state: &'static str,
    note: String,
}

/// One line of the stage history.
struct Line {
    icon: &'static str,
    what: &'static str,
    before: String,
    after: String,
    at: NaiveDateTime,
    by: String,
}

/// The next step as typed.
struct StepForm {
    next_step: String,
    next_step_on: String,
    /// The values that the form was first drawn with (`web::conflict::was`).
    was: String,
    errors: Vec<(String, String)>,
}

impl StepForm {
    fn of(deal: &Deal) -> Self {
        let mut form = Self {
            next_step: deal.next_step.clone().unwrap_or_default(),
            next_step_on: deal.next_step_on.map(|d| d.to_string()).unwrap_or_default(),
            was: String::new(),
            errors: Vec::new(),
        };
        form.was = conflict::was(&form.entries());
        form
    }

    fn read(fields: &Fields, errors: Vec<(String, String)>) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self { next_step: own("next_step"), next_step_on: own("next_step_on"), was: own("was"), errors }
    }

    /// Both fields with their labels, for comparing two versions.
    fn entries(&self) -> Vec<Entry> {
        vec![
            Entry::new("next_step", "Next step", &self.next_step),
            Entry::new("next_step_on", "Next step on", &self.next_step_on),
        ]
    }

    fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }
}

/// `GET /deals/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<DealId>, query: Query) -> Answer {
    page(&loaded(who.0, &app, *id, query).await?)
}

/// The page with the closing dialog over it.
pub(super) async fn closing(reader: Page, app: &App, id: DealId, status: StatusCode, closing: Closing) -> Answer {
    let mut template = loaded(reader, app, id, Query::default()).await?;
    template.page.covered = true;
    template.closing = Some(closing);
    page_with(status, &template)
}

/// The page with the dialog that asks for what a stage wants over it.
pub(super) async fn asking(reader: Page, app: &App, id: DealId, status: StatusCode, asked: Requirements) -> Answer {
    let mut template = loaded(reader, app, id, Query::default()).await?;
    template.page.covered = true;
    template.asked = Some(asked);
    page_with(status, &template)
}

/// The page with the dialog that starts a playbook over it.
pub(super) async fn starting(reader: Page, app: &App, id: DealId, status: StatusCode, starting: Starting) -> Answer {
    let mut template = loaded(reader, app, id, Query::default()).await?;
    template.page.covered = true;
    template.starting = Some(starting);
    page_with(status, &template)
}

/// The page with a competitor that was not accepted.
pub(super) async fn with_rival(reader: Page, app: &App, id: DealId, rival: RivalForm) -> Answer {
    let mut template = loaded(reader, app, id, Query::default()).await?;
    template.rival = rival;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

async fn loaded(reader: Page, app: &App, id: DealId, query: Query) -> Result<DealShow, Error> {
    let page = reader.clone();
    let (
        deal,
        known,
        steps,
        people,
        items,
        books,
        quotes,
        tasks,
        meetings,
        files,
        reason,
        stream,
        checks,
        answers,
        rivals,
    ) = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &page.viewer, id)?;
            let steps = moves::history(conn, id, MOVES)?;
            let people = parts::people(conn, &page.viewer, id)?;
            let items = items::items(conn, &deal)?;
            let books = prices::choices(conn, &deal, prices::today(&page))?;
            let quotes = quotes::of_deal(conn, id)?;
            let tasks = tasks::of_record(conn, &page.viewer, id.into())?;
            let meetings = meetings::of_record(conn, &page, id.into())?;
            let files = attachments::of_record(conn, &page.viewer, id.into())?;
            let reason = reasons::name_of(conn, deal.close_reason_id)?;
            let stream = Stream::load(conn, &page, id.into(), &query)?.composing(&query);
            let checks = rules::checklist(conn, deal.stage_id, Some(id))?;
            let answers = qualifying::answers_of_deal(conn, &page.viewer, id)?;
            let rivals = (competitors::of_deal(conn, id)?, competitors::all(conn)?);
            Ok((
                deal,
                Known::load(conn)?,
                steps,
                people,
                items,
                books,
                quotes,
                tasks,
                meetings,
                files,
                reason,
                stream,
                checks,
                answers,
                rivals,
            ))
        })
        .await?;
    let (pipeline, stage) = known.stage(deal.stage_id).ok_or(Error::NotFound)?;
    Ok(DealShow {
        path: path(&deal, pipeline, stage, &steps, reader.now),
        history: lines(&reader, &known, &steps),
        pipeline: pipeline.clone(),
        stage: stage.clone(),
        next_step: StepForm::of(&deal),
        page: reader,
        deal,
        people,
        totals: items::totals(&items)?,
        items,
        books,
        quotes,
        tasks,
        meetings,
        files,
        reason,
        stream,
        closing: None,
        asked: None,
        starting: None,
        checks,
        answers,
        rivals: rivals.0,
        rival_names: rivals.1.into_iter().filter(|c| c.active).map(|c| c.name).collect(),
        rival: RivalForm::default(),
    })
}

/// The open stages with the days that the deal spent in each.
fn path(deal: &Deal, pipeline: &Pipeline, now: &Stage, steps: &[Step], at: NaiveDateTime) -> Vec<PathStep> {
    let spent = |stage: StageId| -> Option<i64> {
        let ends = steps.iter().skip(1).map(|s| s.at).chain([at]);
        let own: Vec<Duration> =
            steps.iter().zip(ends).filter(|(s, _)| s.stage_id == stage).map(|(s, end)| end - s.at).collect();
        (!own.is_empty()).then(|| own.into_iter().sum::<Duration>().num_days().max(0))
    };
    let here = pipeline.open().position(|s| s.id == now.id);
    pipeline
        .open()
        .enumerate()
        .map(|(at, stage)| {
            let days = spent(stage.id);
            let state = match here {
                Some(here) if at == here => "current",
                Some(here) if at < here => "done",
                Some(_) => "",
                // A closed deal has done what it went through; a won one, all of it.
                None if days.is_some() || deal.status == Status::Won => "done",
                None => "",
            };
            let note = match (state, days, stage.stuck_days) {
                ("current", Some(days), Some(most)) => format!("{}, stuck after {most}", counted(days)),
                ("current" | "done", Some(days), _) => counted(days),
                ("done", None, _) => "skipped".into(),
                (_, _, Some(most)) => format!("up to {}", counted(most.into())),
                _ => String::new(),
            };
            PathStep { id: stage.id, name: stage.name.clone(), state, note }
        })
        .collect()
}

pub(super) fn counted(days: i64) -> String {
    if days == 1 { "1 day".into() } else { format!("{days} days") }
}

/// What changed from each move to the next, the latest first.
fn lines(page: &Page, known: &Known, steps: &[Step]) -> Vec<Line> {
    let stage = |id: StageId| known.stage(id).map_or("A removed stage".to_owned(), |(_, s)| s.name.clone());
    let icon = |id: StageId| known.stage(id).map_or("board", |(p, s)| p.icon(s));
    let money = |m: Option<Money>| m.map_or("none".to_owned(), |m| page.money(m));
    let day = |d: Option<chrono::NaiveDate>| d.map_or("none".to_owned(), |d| page.date(d));
    let person = |id| Some(page.directory.name(id)).filter(|n| !n.is_empty()).unwrap_or("nobody").to_owned();
    let mut found = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let by = page.directory.name(step.by).to_owned();
        let mut add = |icon, what, before: String, after: String| {
            found.push(Line { icon, what, before, after, at: step.at, by: by.clone() });
        };
        let Some(before) = at.checked_sub(1).and_then(|i| steps.get(i)) else {
            add(icon(step.stage_id), "First in", String::new(), stage(step.stage_id));
            continue;
        };
        if before.stage_id != step.stage_id {
            add(icon(step.stage_id), "", stage(before.stage_id), stage(step.stage_id));
        }
        if before.money != step.money {
            add("money", "Amount from", money(before.money), money(step.money));
        }
        if before.expected_close != step.expected_close {
            add("calendar", "Close date from", day(before.expected_close), day(step.expected_close));
        }
        if before.owner_id != step.owner_id {
            add("contact", "Owner from", person(before.owner_id), person(step.owner_id));
        }
        if before.category != step.category && before.stage_id == step.stage_id {
            add("forecast", "Forecast from", before.category.label().into(), step.category.label().into());
        }
    }
    found.reverse();
    found
}

impl DealShow {
    fn sells(&self) -> bool {
        self.page.viewer.sells()
    }

    fn is_open(&self) -> bool {
        self.deal.status == Status::Open
    }

    fn avatar(&self) -> Avatar {
        match &self.deal.account {
            Some(account) if !account.hidden => Avatar::company(account.id.0, &account.name),
            _ => Avatar::company(self.deal.id.0, &self.deal.name),
        }
    }

    fn face(&self, person: &Person) -> Avatar {
        Avatar::person(person.id.0, &person.name)
    }

    fn state_of(&self, quote: &Quote) -> quotes::State {
        quote.state(self.page.now)
    }

    /// The quote that the customer accepted, while the deal is open.
    fn accepted(&self) -> Option<&Quote> {
        let accepted = |q: &&Quote| q.state(self.page.now) == quotes::State::Accepted;
        self.quotes.iter().find(accepted).filter(|_| self.is_open())
    }

    /// "12 days in Proposal; won deals took 8. Last touch 3 days ago, last answer never."
    fn pulse(&self) -> String {
        let days = counted(list::days_in_stage(self.deal.stage_entered_at, self.page.now));
        let won = self.stage.won_days.map(|days| format!("; won deals took {days}")).unwrap_or_default();
        format!("{days} in {}{won}. {}.", self.stage.name, super::heard(&self.page, &self.deal.touches))
    }

    /// "Silent for 21 days", while it is open.
    fn silent(&self) -> Option<String> {
        let days = self.deal.touches.silent_for(&self.pipeline, self.page.now).filter(|_| self.is_open())?;
        Some(format!("Silent for {}", counted(days)))
    }

    fn ticked(&self) -> usize {
        self.checks.iter().filter(|c| c.ticked).count()
    }

    /// "4 days past", while it is open and late.
    fn past(&self) -> Option<String> {
        let late = (self.page.today() - self.deal.expected_close?).num_days();
        (self.is_open() && late > 0).then(|| format!("{} past", counted(late)))
    }

    fn is_step_late(&self) -> bool {
        self.deal.next_step_on.is_some_and(|day| day < self.page.today())
    }

    fn category(&self) -> &'static str {
        moves::category(self.deal.category, self.deal.status, self.stage.category).label()
    }

    /// How the amount is known, where the deal has lines with prices: "by 4 products", "set by hand".
    fn known_by(&self) -> Option<String> {
        let totals = self.totals.as_ref()?;
        Some(match self.items.len() {
            _ if self.deal.amount_locked => "set by hand".into(),
            _ if Some(totals.net) != self.deal.amount => return None,
            1 => "by 1 product".into(),
            n => format!("by {n} products"),
        })
    }

    fn minor(&self, minor: impl Borrow<i64>) -> Money {
        Money::new(*minor.borrow(), self.deal.currency)
    }

    fn quantity(&self, item: &Item) -> String {
        let (whole, rest) = (item.line.quantity / 1000, item.line.quantity % 1000);
        let number = self.page.number(whole);
        if rest == 0 { number } else { format!("{number}{}", &self.page.locale.plain_decimal(1000 + rest, 3)[1..]) }
    }

    /// "−10 %", "−€50.00".
    fn discount(&self, item: &Item) -> String {
        match item.line.discount {
            Discount::None => String::new(),
            Discount::Percent(percent) => format!("−{}", self.page.percent(percent)),
            Discount::Amount(minor) => format!("−{}", self.page.money(self.minor(minor))),
        }
    }

    /// "each month, 12 months from 1 Mar 2027".
    fn term(&self, item: &Item) -> Option<String> {
        if item.line.billing == crate::products::Billing::Once {
            return None;
        }
        let from = item.line.starts_on.map(|day| format!(" from {}", self.page.date(day))).unwrap_or_default();
        let counted = item.line.billing.counted(item.line.periods);
        Some(format!("{}, {counted}{from}", item.line.billing.label().to_lowercase()))
    }
}

/// `POST /deals/{id}/next-step`
pub async fn next_step(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let (version, step) = (fields.version(), clean(fields.one("next_step")));
    let mut errors: Vec<(String, String)> = Vec::new();
    let on = date(fields.one("next_step_on")).unwrap_or_else(|sentence| {
        errors.push(("next_step_on".into(), sentence));
        None
    });
    if step.as_ref().is_some_and(|s| s.chars().count() > 250) {
        errors.push(("next_step".into(), "The next step is longer than 250 signs: shorten it.".into()));
    } else if step.is_none() && on.is_some() {
        errors.push(("next_step".into(), "What happens on that day? Write the step, or take its date away.".into()));
    }
    if !errors.is_empty() {
        let mut template = loaded(who.0, &app, *id, Query::default()).await?;
        template.next_step = StepForm::read(&fields, errors);
        template.deal.version = version;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let form = StepForm::read(&fields, errors);
    let set = step.is_some();
    let (deal, saved) = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let saved = moves::set_next_step(conn, &viewer, &deal, version, step, on, now)?;
            Ok((deal, saved))
        })
        .await?;
    let url = RecordRef::from(id).url();
    if saved {
        let words = if set { "Next step set" } else { "Next step taken away" };
        return Ok(see_other_with(url, Flash::new(words)));
    }
    let (mine, theirs) = (form.entries(), StepForm::of(&deal).entries());
    conflict::answer(who.0, &deal.name, format!("{url}/next-step"), url, deal.version, &form.was, mine, theirs)
}
