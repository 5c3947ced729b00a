//! Deals: found by their number in the other system, or else by name and account. A new one comes with the steps that
//! the file tells of, on their own days.

use super::lookups::Product;
use super::{Applied, Context, Failure, Outcome, merge::Merge, overtaken, reading::Reading, stages::Standing};
use crate::{
    db::{
        Conn,
        types::{AccountId, ContactId, DealId, Domain, EmailAddress, Money, fold},
    },
    deals::{self, Closing, Deal, Input, Move, Status, reasons},
    imports::{fields::Kind, record::Record, source::Source},
    records::{RecordKind, tags},
};
use chrono::{NaiveDate, NaiveDateTime};

struct Facts {
    name: Option<String>,
    money: Option<Money>,
    source: Option<String>,
    next_step: Option<String>,
    competitor: Option<String>,
    close_reason: Option<String>,
    account_domains: Vec<Domain>,
    contact_emails: Vec<EmailAddress>,
    description: Vec<String>,
}

fn read(context: &Context, record: &Record) -> Applied<Facts> {
    let mut reading = Reading::new(Kind::Deals, record);
    // The column of Rapport's own lists puts the day behind the step.
    let own = context.source == Source::Rapport;
    let facts = Facts {
        name: reading.text("name", 250),
        money: reading.money("amount"),
        source: reading.text("source", 120),
        next_step: reading.text("next_step", 250).filter(|_| !own),
        competitor: reading.text("competitor", 250),
        close_reason: reading.text("close_reason", 250),
        account_domains: reading.domains("account_domain"),
        contact_emails: reading.emails("contact_email"),
        description: reading.lines("description").into_iter().collect(),
    };
    reading.finish()?;
    Ok(facts)
}

pub(super) fn apply(context: &mut Context, conn: &mut Conn, record: &Record) -> Applied<Outcome> {
    let mut facts = read(context, record)?;
    let owner = context.owner(conn, record)?;
    let account = context.account_of(conn, record, &facts.account_domains)?;
    let mut products = Vec::new();
    for name in record.get("product") {
        match context.lookups.product(conn, name)? {
            Some(product) => products.push(product),
            None => {
                context.notes.missing("Products", name);
                facts.description.push(format!("Product: {name}"));
            }
        }
    }
    let has_contact = ["contact", "contact_email", "contact_external_id"].iter().any(|k| record.text(k).is_some());
    let contact = if has_contact { context.contact_of(conn, record, &facts.contact_emails)? } else { None };
    let name = facts.name.clone().or_else(|| composed(record, &products));
    let before = match find(context, conn, record, name.as_deref(), account)? {
        Some(id) => Some(deals::get(conn, &context.viewer, id)?),
        None => None,
    };
    // Prices of products are in the deal's currency, which therefore stays; an amount in another one is none of its own.
    if let Some(before) = before.as_ref().filter(|b| b.priced) {
        facts.money = facts.money.filter(|m| m.currency == before.currency);
    }
    let again = match &before {
        Some(before) => context.meet(conn, before.id.into(), record)?,
        None => false,
    };
    let standing =
        context.stages.of(record, before.as_ref().map(|b| (b.pipeline_id, b.stage_id))).map_err(Failure::Row)?;
    let mut next = match &before {
        Some(before) => Input::of(before),
        None => {
            let standing = standing.as_ref().ok_or_else(|| Failure::Row("The row has no Stage.".to_owned()))?;
            let name = name.clone().or_else(|| record.text("external_id").map(str::to_owned));
            let name = name.ok_or_else(|| Failure::Row("The row has no Name.".to_owned()))?;
            blank(name, standing, facts.money.map_or(context.company.currency, |m| m.currency))
        }
    };
    let mut merge = Merge::new(again);
    // A composed name is the file's only if the deal has no better one.
    merge.set(&mut next.name, facts.name.clone());
    merge.fill(&mut next.account_id, account);
    merge.money((&mut next.amount, &mut next.currency), facts.money.map(|m| (m.minor, m.currency)), None);
    merge.fill(&mut next.expected_close, record.date("expected_close"));
    merge.fill(&mut next.owner_id, owner);
    merge.fill(&mut next.source, facts.source);
    merge.fill(&mut next.next_step, facts.next_step);
    merge.fill(&mut next.next_step_on, record.date("next_step_on"));
    merge.fill(&mut next.competitor, facts.competitor);
    let names = tags::parse(&record.get("tags").join(","));
    merge.add(&mut next.tags, names, |a, b| fold(a) == fold(b));
    merge.describe(&mut next.description, facts.description);
    if let Some(standing) = &standing {
        merge.set(&mut next.pipeline_id, Some(standing.pipeline));
        merge.set(&mut next.stage_id, Some(standing.stage));
        close(conn, record, standing, before.as_ref(), facts.close_reason, &mut next, &mut merge)?;
    }
    let (id, outcome) = match (&before, standing) {
        (None, None) => return Err(Failure::Row("The row has no Stage.".to_owned())),
        (None, Some(standing)) => {
            let moves = steps(context, record, &next, &standing);
            let id = deals::create_with_history(conn, &context.viewer, &next, &moves, context.at)?;
            context.keys.keep(conn, id.into(), record.text("external_id"))?;
            context.touched.insert(id.into());
            (id, Outcome::Created)
        }
        (Some(before), _) if !merge.changed => (before.id, Outcome::Unchanged),
        (Some(before), _) => {
            if !deals::update(conn, &context.viewer, before, before.version, &next, context.at)? {
                return Err(overtaken());
            }
            (before.id, Outcome::Updated)
        }
    };
    let grew = add_parts(context, conn, id, &products, contact)?;
    Ok(if grew && outcome == Outcome::Unchanged { Outcome::Updated } else { outcome })
}

/// "GTX Plus Basic, Cancity", of the product and the account.
fn composed(record: &Record, products: &[Product]) -> Option<String> {
    let product = products.first().map(|p| p.name.as_str()).or_else(|| record.text("product"))?;
    let name = match record.text("account") {
        Some(account) => format!("{product}, {account}"),
        None => product.to_owned(),
    };
    Some(name.chars().take(250).collect())
}

fn find(
    context: &mut Context,
    conn: &mut Conn,
    record: &Record,
    name: Option<&str>,
    account: Option<AccountId>,
) -> Applied<Option<DealId>> {
    if let Some(id) = context.by_external_id(conn, RecordKind::Deal, record)? {
        return Ok(Some(DealId(id)));
    }
    match name.filter(|_| record.text("external_id").is_none()) {
        Some(name) => Ok(deals::find_by_name(conn, name, account)?),
        None => Ok(None),
    }
}

fn blank(name: String, standing: &Standing, currency: iso_currency::Currency) -> Input {
    Input {
        name,
        account_id: None,
        pipeline_id: standing.pipeline,
        stage_id: standing.stage,
        amount: None,
        currency,
        expected_close: None,
        owner_id: None,
        source: None,
        category: None,
        next_step: None,
        next_step_on: None,
        competitor: None,
        closing: None,
        description: String::new(),
        tags: Vec::new(),
    }
}

/// How a deal in a closing stage ended, where the row says it otherwise than the deal does.
fn close(
    conn: &mut Conn,
    record: &Record,
    standing: &Standing,
    before: Option<&Deal>,
    reason: Option<String>,
    next: &mut Input,
    merge: &mut Merge,
) -> Applied<()> {
    if standing.status == Status::Open {
        return Ok(());
    }
    let held = before.filter(|b| b.status == standing.status);
    let mut on = held.and_then(|b| b.closed_on);
    let mut reason_id = held.and_then(|b| b.close_reason_id);
    let mut note = held.and_then(|b| b.close_note.clone());
    let mut said = Merge::new(false);
    said.fill(&mut on, record.date("closed_on"));
    if let Some(reason) = reason {
        let known = reasons::all(conn)?;
        let known = known
            .iter()
            .find(|r| Some(r.outcome) == reasons::Outcome::of(standing.status) && fold(&r.name) == fold(&reason));
        match known {
            Some(known) => said.fill(&mut reason_id, Some(known.id)),
            None => said.fill(&mut note, Some(reason)),
        }
    }
    if let (true, Some(on)) = (said.changed, on) {
        next.closing = Some(Closing { on, reason_id, note });
        merge.changed = true;
    }
    Ok(())
}

/// The steps that the row tells of: made or engaged, perhaps moved on, closed.
fn steps(context: &Context, record: &Record, next: &Input, standing: &Standing) -> Vec<Move> {
    let day = |day: NaiveDate| context.noon(day);
    let past = |at: &NaiveDateTime| *at <= context.at;
    let engaged = record.date("engaged").map(day).filter(past);
    let created = record.moment("created").filter(past);
    let closed = match standing.status {
        Status::Open => None,
        _ => Some(next.closing.as_ref().map_or(context.at, |c| day(c.on)).min(context.at)),
    };
    let mut moves: Vec<Move> = Vec::new();
    let mut step = |stage, at: NaiveDateTime| {
        let at = closed.map_or(at, |end| at.min(end));
        moves.push(Move::new(next, stage, at));
    };
    let reached = if standing.status == Status::Open { standing.stage } else { standing.last_open };
    match (created, engaged) {
        (Some(created), Some(engaged)) if created < engaged => {
            step(standing.first_open, created);
            step(reached, engaged);
        }
        (_, Some(engaged)) => step(reached, engaged),
        (Some(created), None) if standing.status == Status::Open => step(standing.stage, created),
        (Some(created), None) => step(standing.first_open, created),
        (None, None) => step(reached, closed.unwrap_or(context.at)),
    }
    if let Some(end) = closed {
        moves.push(Move::new(next, standing.stage, end));
    }
    moves
}

/// The product lines and people that the deal does not have yet.
fn add_parts(
    context: &mut Context,
    conn: &mut Conn,
    id: DealId,
    products: &[Product],
    contact: Option<ContactId>,
) -> Applied<bool> {
    if products.is_empty() && contact.is_none() {
        return Ok(false);
    }
    let deal = deals::get(conn, &context.viewer, id)?;
    let mut grew = false;
    if !products.is_empty() {
        let held = deals::items(conn, &deal)?;
        for product in products.iter().filter(|p| !held.iter().any(|h| h.line.product_id == Some(p.id))) {
            // A price in another currency is none in the deal's.
            let price = product.price.filter(|p| p.currency == deal.currency).map(|p| p.minor);
            deals::add_item(conn, &context.viewer, id, &deals::LineInput::one(product.id, price), context.at)?;
            grew = true;
        }
    }
    if let Some(contact) = contact
        && !deals::people(conn, &context.viewer, id)?.iter().any(|p| p.id == contact)
    {
        deals::add_person(conn, &context.viewer, &deal, contact, "", context.at)?;
        grew = true;
    }
    Ok(grew)
}
