//! Deals in the database.

use super::{
    Category, Status, Touches, changes, competitors, items, moves, paces,
    pipelines::{self, Stage},
    rules,
};
use crate::{
    auth::{Viewer, company},
    db::{
        Conn,
        schema::{deal_items, deals},
        types::{AccountId, CompetitorId, DealId, Money, PipelineId, PriceBookId, ReasonId, StageId, UserId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    playbooks,
    records::{
        RecordRef,
        standing::{self, AccountLabel},
        tags,
    },
    search,
    ui::format,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deals)]
struct Base {
    id: DealId,
    name: String,
    account_id: Option<AccountId>,
    account_name: Option<String>,
    pipeline_id: PipelineId,
    stage_id: StageId,
    status: Status,
    amount: Option<i64>,
    currency: String,
    expected_close: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    owner_id: Option<UserId>,
    source: Option<String>,
    category: Option<Category>,
    next_step: Option<String>,
    next_step_on: Option<NaiveDate>,
    close_reason_id: Option<ReasonId>,
    competitor: Option<String>,
    close_note: Option<String>,
    description: String,
    stage_entered_at: NaiveDateTime,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
    amount_locked: bool,
    price_book_id: Option<PriceBookId>,
    touched_at: Option<NaiveDateTime>,
    answered_at: Option<NaiveDateTime>,
}

/// A deal with everything its own page and form show.
#[derive(Clone, Debug)]
pub struct Deal {
    pub id: DealId,
    pub name: String,
    pub account_id: Option<AccountId>,
    pub account: Option<AccountLabel>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub status: Status,
    /// In minor units of `currency`.
    pub amount: Option<i64>,
    pub currency: Currency,
    pub expected_close: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub owner_id: Option<UserId>,
    pub source: Option<String>,
    /// `None` when the stage says it.
    pub category: Option<Category>,
    pub next_step: Option<String>,
    pub next_step_on: Option<NaiveDate>,
    pub close_reason_id: Option<ReasonId>,
    pub competitor: Option<String>,
    pub close_note: Option<String>,
    pub description: String,
    pub stage_entered_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
    /// The amount was set by hand and does not follow the lines.
    pub amount_locked: bool,
    /// Its prices are offered first; `None` for the newest book that holds.
    pub price_book_id: Option<PriceBookId>,
    pub touches: Touches,
    pub tags: Vec<String>,
    /// Whether a price was agreed for one of its products: prices are in its currency, which therefore stays.
    pub priced: bool,
}

impl Deal {
    pub fn money(&self) -> Option<Money> {
        self.amount.map(|minor| Money::new(minor, self.currency))
    }
}

/// How a deal ended.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    pub on: NaiveDate,
    pub reason_id: Option<ReasonId>,
    pub note: Option<String>,
}

/// What a form or an import gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub account_id: Option<AccountId>,
    pub pipeline_id: PipelineId,
    /// One of the pipeline's; a stage of kind won or lost closes the deal.
    pub stage_id: StageId,
    /// In minor units of `currency`.
    pub amount: Option<i64>,
    pub currency: Currency,
    pub expected_close: Option<NaiveDate>,
    pub owner_id: Option<UserId>,
    pub source: Option<String>,
    /// `None` to let the stage say it.
    pub category: Option<Category>,
    pub next_step: Option<String>,
    pub next_step_on: Option<NaiveDate>,
    pub competitor: Option<String>,
    /// For a closing stage; `None` keeps how the deal was closed, or closes it on that day without a reason.
    pub closing: Option<Closing>,
    pub description: String,
    pub tags: Vec<String>,
}

impl Input {
    /// The deal as it is, to change some of it.
    pub fn of(deal: &Deal) -> Self {
        Self {
            name: deal.name.clone(),
            account_id: deal.account_id,
            pipeline_id: deal.pipeline_id,
            stage_id: deal.stage_id,
            amount: deal.amount,
            currency: deal.currency,
            expected_close: deal.expected_close,
            owner_id: deal.owner_id,
            source: deal.source.clone(),
            category: deal.category,
            next_step: deal.next_step.clone(),
            next_step_on: deal.next_step_on,
            competitor: deal.competitor.clone(),
            closing: None,
            description: deal.description.clone(),
            tags: deal.tags.clone(),
        }
    }

    pub fn money(&self) -> Option<Money> {
        self.amount.map(|minor| Money::new(minor, self.currency))
    }
}

/// The deal, if it is outside the bin and the viewer sees it.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: DealId) -> Result<Deal> {
    any(conn, viewer, id).and_then(|deal| if deal.deleted_at.is_none() { Ok(deal) } else { Err(Error::NotFound) })
}

/// The deal, in the bin or not.
pub(super) fn any(conn: &mut Conn, viewer: &Viewer, id: DealId) -> Result<Deal> {
    let base: Base = deals::table.find(id).select(Base::as_select()).first(conn)?;
    if !viewer.sees(base.owner_id) {
        return Err(Error::NotFound);
    }
    let account = AccountLabel::read(conn, viewer, base.account_id, base.account_name.as_deref())?;
    let tags = tags::of(conn, id.into())?.into_iter().map(|(_, name)| name).collect();
    let priced = is_priced(conn, id)?;
    Ok(Deal {
        id: base.id,
        name: base.name,
        account_id: base.account_id,
        account,
        pipeline_id: base.pipeline_id,
        stage_id: base.stage_id,
        status: base.status,
        amount: base.amount,
        currency: currency(&base.currency)?,
        expected_close: base.expected_close,
        closed_on: base.closed_on,
        owner_id: base.owner_id,
        source: base.source,
        category: base.category,
        next_step: base.next_step,
        next_step_on: base.next_step_on,
        close_reason_id: base.close_reason_id,
        competitor: base.competitor,
        close_note: base.close_note,
        description: base.description,
        stage_entered_at: base.stage_entered_at,
        created_at: base.created_at,
        updated_at: base.updated_at,
        deleted_at: base.deleted_at,
        version: base.version,
        amount_locked: base.amount_locked,
        price_book_id: base.price_book_id,
        touches: Touches { created_at: base.created_at, touched_at: base.touched_at, answered_at: base.answered_at },
        tags,
        priced,
    })
}

fn is_priced(conn: &mut Conn, id: DealId) -> Result<bool> {
    let priced = deal_items::table
        .filter(deal_items::deal_id.eq(id))
        .filter(deal_items::unit_price.is_not_null())
        .filter(deal_items::removed_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(priced)).get_result(conn)?)
}

/// What to say when someone else's change came in between.
pub(super) fn overtaken(deal: &Deal) -> String {
    format!("Someone else changed {} just now: look at it, then do it again.", deal.name)
}

/// What to say when the currency of a priced deal is to change.
pub(super) fn currency_stays(deal: &Deal) -> String {
    let code = deal.currency.code();
    format!("Its products have prices in {code}: keep {code}, or take the products out first.")
}

/// A currency as it is stored.
pub(super) fn currency(code: &str) -> Result<Currency> {
    Currency::from_code(code).ok_or_else(|| Error::internal(format!("unknown currency in the database: {code}")))
}

/// Adds a deal.
///
/// # Errors
/// `Error::Refused` when the account is gone or not the viewer's to see, or the stage is not of the pipeline or asks for more.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<DealId> {
    let stage = stage_of(conn, new)?;
    let missing = rules::missing(conn, viewer, None, &stage, new)?;
    if !missing.is_empty() {
        return Err(Error::Refused(missing.sentence(&stage)));
    }
    let state = moves::State::of(new, &stage);
    let id = insert(conn, viewer, new, &stage, (at, at, at))?;
    moves::add(conn, id, &state, viewer.id, at)?;
    journal::record(conn, viewer, created(id, new), at)?;
    playbooks::entered(conn, viewer, &subject(id, new), stage.id, at)?;
    Ok(id)
}

/// What the journal is told of a new deal.
pub(super) fn created(id: DealId, new: &Input) -> Change {
    Change::new(id, Action::Created, &new.name)
        .found_by(search::words(&new.name))
        .also_on(new.account_id.map(RecordRef::from))
        .given(None, new.owner_id)
}

/// The row and its tags. `times` are when it was created, entered its stage and changed last.
pub(super) fn insert(
    conn: &mut Conn,
    viewer: &Viewer,
    new: &Input,
    stage: &Stage,
    times: (NaiveDateTime, NaiveDateTime, NaiveDateTime),
) -> Result<DealId> {
    let account_name = standing::chosen_name(conn, viewer, new.account_id)?;
    let (created_at, entered_at, updated_at) = times;
    let rival = rival(conn, viewer, new, updated_at)?;
    let new = &Input { competitor: rival.as_ref().map(|(_, name)| name.clone()), ..new.clone() };
    let closing = closing_of(conn, new, stage, None, entered_at)?;
    let id: DealId = diesel::insert_into(deals::table)
        .values((
            columns(new, stage, account_name.as_deref(), closing.as_ref()),
            deals::stage_entered_at.eq(entered_at),
            deals::created_at.eq(created_at),
            deals::updated_at.eq(updated_at),
        ))
        .returning(deals::id)
        .get_result(conn)?;
    tags::set(conn, id.into(), &new.tags)?;
    if let Some((rival, _)) = rival {
        competitors::link(conn, id, rival)?;
    }
    Ok(id)
}

/// The main competitor of an input, as it is kept.
fn rival(conn: &mut Conn, viewer: &Viewer, input: &Input, at: NaiveDateTime) -> Result<Option<(CompetitorId, String)>> {
    input.competitor.as_ref().map(|name| competitors::named(conn, viewer, name, at)).transpose()
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between. A change of stage, amount,
/// close date, owner or category is kept as a move; a change between open and closed is told as closing or reopening. A
/// stage that it enters starts its playbooks.
///
/// # Errors
/// As for [`create`], the rules of the stage among them; and `Error::Refused` when the currency changes under the prices of its products.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Deal,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let saved = save(conn, viewer, before, version, next, at)?;
    if saved && next.stage_id != before.stage_id {
        playbooks::entered(conn, viewer, &subject(before.id, next), next.stage_id, at)?;
    }
    Ok(saved)
}

fn subject(id: DealId, input: &Input) -> playbooks::Subject {
    playbooks::Subject { deal: id, name: input.name.clone(), owner: input.owner_id, account: input.account_id }
}

/// As [`update`], but starts no playbook: for deals that are put elsewhere, not moved on.
pub(super) fn save(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Deal,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    if next.currency != before.currency && is_priced(conn, before.id)? {
        return Err(Error::Refused(currency_stays(before)));
    }
    let (amount, locked) = amount_of(conn, before, next)?;
    let rival = if next.competitor == before.competitor { None } else { rival(conn, viewer, next, at)? };
    let competitor = rival.as_ref().map_or_else(|| next.competitor.clone(), |(_, name)| Some(name.clone()));
    let next = &Input { amount, competitor, ..next.clone() };
    if next.currency != before.currency {
        // Lines that were removed have prices in the old one: they do not come back.
        let removed =
            deal_items::table.filter(deal_items::deal_id.eq(before.id)).filter(deal_items::removed_at.is_not_null());
        diesel::delete(removed).execute(conn)?;
    }
    let old_account: Option<String> = deals::table.find(before.id).select(deals::account_name).first(conn)?;
    let account = match next.account_id == before.account_id {
        true => old_account.clone(),
        false => standing::chosen_name(conn, viewer, next.account_id)?,
    };
    let old_stage = pipelines::stage(conn, before.stage_id)?;
    let stage = stage_of(conn, next)?;
    let missing = rules::missing(conn, viewer, Some((before, &old_stage)), &stage, next)?;
    if !missing.is_empty() {
        return Err(Error::Refused(missing.sentence(&stage)));
    }
    let moved = before.stage_id != stage.id;
    let entered_at = if moved { at } else { before.stage_entered_at };
    let closing = closing_of(conn, next, &stage, Some(before), at)?;
    let rows = diesel::update(deals::table.filter(deals::id.eq(before.id)).filter(deals::version.eq(version)))
        .set((
            columns(next, &stage, account.as_deref(), closing.as_ref()),
            deals::amount_locked.eq(locked),
            deals::stage_entered_at.eq(entered_at),
            deals::updated_at.eq(at),
            deals::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    tags::set(conn, before.id.into(), &next.tags)?;
    if let Some((rival, _)) = rival {
        competitors::link(conn, before.id, rival)?;
    }
    let state = moves::State::of(next, &stage);
    if state != moves::State::of(&Input::of(before), &old_stage) {
        moves::add(conn, before.id, &state, viewer.id, at)?;
    }
    if stage.kind == Status::Won && before.status != Status::Won {
        paces::won(conn, stage.pipeline_id, at)?;
    }
    let stages = (&old_stage, &stage);
    let change = changes::differences(conn, before, next, stages, (old_account, account), closing.as_ref())?;
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// The amount from now on, and whether it is held against the lines: an amount other than theirs was meant, and stays;
/// none written, or theirs, follows them.
fn amount_of(conn: &mut Conn, before: &Deal, next: &Input) -> Result<(Option<i64>, bool)> {
    if next.amount == before.amount {
        return Ok((next.amount, before.amount_locked));
    }
    Ok(match (items::net(conn, before)?, next.amount) {
        (None, amount) => (amount, before.amount_locked && amount.is_some()),
        (Some(net), None) => (Some(net), false),
        (Some(net), Some(amount)) => (Some(amount), amount != net),
    })
}

/// The stage of an input, proved to be of its pipeline.
pub(super) fn stage_of(conn: &mut Conn, input: &Input) -> Result<Stage> {
    match pipelines::stage(conn, input.stage_id) {
        Ok(stage) if stage.pipeline_id == input.pipeline_id => Ok(stage),
        Ok(_) | Err(Error::NotFound) => {
            Err(Error::Refused("That stage is not of this pipeline: choose another one.".into()))
        }
        Err(error) => Err(error),
    }
}

/// How the deal is closed from now on: only in a closing stage. Unless it is said, on the company's day of that moment.
fn closing_of(
    conn: &mut Conn,
    next: &Input,
    stage: &Stage,
    before: Option<&Deal>,
    at: NaiveDateTime,
) -> Result<Option<Closing>> {
    if stage.kind == Status::Open {
        return Ok(None);
    }
    let kept = || {
        let before = before.filter(|b| b.status == stage.kind)?;
        Some(Closing { on: before.closed_on?, reason_id: before.close_reason_id, note: before.close_note.clone() })
    };
    if let Some(closing) = next.closing.clone().or_else(kept) {
        return Ok(Some(closing));
    }
    let company = company::find(conn)?.ok_or(Error::NotFound)?;
    let on = format::local(at, company.time_zone).date_naive();
    Ok(Some(Closing { on, ..Closing::default() }))
}

/// Every scalar column of the form, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = deals)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    name: &'a str,
    name_folded: String,
    account_id: Option<AccountId>,
    account_name: Option<&'a str>,
    pipeline_id: PipelineId,
    stage_id: StageId,
    status: Status,
    amount: Option<i64>,
    currency: &'static str,
    expected_close: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    owner_id: Option<UserId>,
    source: Option<&'a str>,
    category: Option<Category>,
    next_step: Option<&'a str>,
    next_step_on: Option<NaiveDate>,
    close_reason_id: Option<ReasonId>,
    competitor: Option<&'a str>,
    close_note: Option<&'a str>,
    description: &'a str,
}

fn columns<'a>(
    input: &'a Input,
    stage: &Stage,
    account_name: Option<&'a str>,
    closing: Option<&'a Closing>,
) -> Columns<'a> {
    Columns {
        name: &input.name,
        name_folded: fold(&input.name),
        account_id: input.account_id,
        account_name,
        pipeline_id: input.pipeline_id,
        stage_id: stage.id,
        status: stage.kind,
        amount: input.amount,
        currency: input.currency.code(),
        expected_close: input.expected_close,
        closed_on: closing.map(|c| c.on),
        owner_id: input.owner_id,
        source: input.source.as_deref(),
        category: input.category,
        next_step: input.next_step.as_deref(),
        next_step_on: input.next_step_on,
        close_reason_id: closing.and_then(|c| c.reason_id),
        competitor: input.competitor.as_deref(),
        close_note: closing.and_then(|c| c.note.as_deref()),
        description: &input.description,
    }
}

/// The deal of this name at this account (or at none), outside the bin: for imports, which must not double it.
pub fn find_by_name(conn: &mut Conn, name: &str, account: Option<AccountId>) -> Result<Option<DealId>> {
    let mut found = deals::table
        .filter(deals::name_folded.eq(fold(name)))
        .filter(deals::deleted_at.is_null())
        .order(deals::id)
        .select(deals::id)
        .into_boxed();
    found = match account {
        Some(account) => found.filter(deals::account_id.eq(account)),
        None => found.filter(deals::account_id.is_null()),
    };
    Ok(found.first(conn).optional()?)
}
