//! Contacts and leads: found by their number in the other system, an e-mail, or else by name together with what the
//! row says of phone and account.

use super::{Applied, Context, Failure, Outcome, accounts::merge_address, merge::Merge, overtaken, reading::Reading};
use crate::{
    contacts::{self, Input, Lifecycle, Rating},
    db::{
        Conn,
        types::{AccountId, ContactId, Domain, EmailAddress, Phone, fold},
    },
    imports::{fields::Kind, record::Record, words},
    leads,
    records::{RecordKind, addresses::Address, tags},
};

struct Facts {
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    emails: Vec<EmailAddress>,
    phones: Vec<Phone>,
    job_title: Option<String>,
    lead_status: Option<String>,
    source: Option<String>,
    campaign: Option<String>,
    rating: Option<Rating>,
    account_domains: Vec<Domain>,
    address: Address,
    description: Vec<String>,
}

fn read(context: &Context, kind: Kind, record: &Record) -> Applied<Facts> {
    let mut reading = Reading::new(kind, record);
    let (phones, no_phone) = reading.phones("phone", &context.company.country);
    let second = reading.address("_2");
    let mut description: Vec<String> = [reading.lines("description"), no_phone].into_iter().flatten().collect();
    // What a contact has no field for is kept in words.
    description.extend(["industry", "employees"].into_iter().filter_map(|key| reading.remark(key)));
    let lead_status = record.text("lead_status").and_then(|text| {
        let named = context.statuses.named(text).map(|s| s.key.clone());
        named.or_else(|| words::lead_status(text).filter(|key| context.statuses.get(key).is_some()).map(str::to_owned))
    });
    let rating = record.text("rating").and_then(|text| Rating::parse(&text.trim().to_lowercase()));
    if rating.is_none() {
        description.extend(reading.remark("rating"));
    }
    if lead_status.is_none() {
        description.extend(reading.remark("lead_status"));
    }
    if let Some(revenue) = reading.money("annual_revenue") {
        description.push(format!("Annual revenue: {} {}", revenue.currency.code(), revenue.plain()));
    }
    if !second.is_empty() {
        description.push(format!("Second address: {}", second.line()));
    }
    let facts = Facts {
        name: reading.text("name", 250),
        given_name: reading.text("given_name", 120),
        family_name: reading.text("family_name", 120),
        emails: reading.emails("email"),
        phones,
        job_title: reading.text("job_title", 200),
        lead_status,
        source: reading.text("source", 120),
        campaign: reading.text("campaign", 120),
        rating,
        account_domains: reading.domains("account_domain"),
        address: reading.address(""),
        description,
    };
    reading.finish()?;
    Ok(facts)
}

fn find(
    context: &mut Context,
    conn: &mut Conn,
    record: &Record,
    facts: &Facts,
    account: Option<AccountId>,
) -> Applied<Option<ContactId>> {
    if let Some(id) = context.by_external_id(conn, RecordKind::Contact, record)? {
        return Ok(Some(ContactId(id)));
    }
    for email in &facts.emails {
        if let Some(id) = contacts::find_by_email(conn, email)? {
            return Ok(Some(id));
        }
    }
    // Who has neither e-mail nor name is shown by the phone number.
    let name = facts.name.as_ref().or_else(|| facts.phones.first().map(|p| &p.typed));
    let Some(name) = name.filter(|_| facts.emails.is_empty()) else { return Ok(None) };
    for id in contacts::find_by_name(conn, name)? {
        if record.text("external_id").is_some() && context.keys.is_bound(conn, id.into())? {
            continue;
        }
        let known = contacts::get(conn, &context.viewer, id)?;
        let same_phone = |phone: &Phone| known.phones.iter().any(|held| super::reading::same_phone(held, phone));
        let phone_fits = facts.phones.is_empty() || facts.phones.iter().any(same_phone);
        let account_fits = account.is_none() || known.account_id == account;
        if phone_fits && account_fits {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

pub(super) fn apply(context: &mut Context, conn: &mut Conn, kind: Kind, record: &Record) -> Applied<Outcome> {
    let facts = read(context, kind, record)?;
    let owner = context.owner(conn, record)?;
    let account = context.account_of(conn, record, &facts.account_domains)?;
    let before = match find(context, conn, record, &facts, account)? {
        Some(id) => Some(contacts::get(conn, &context.viewer, id)?),
        None => None,
    };
    let again = match &before {
        Some(before) => context.meet(conn, before.id.into(), record)?,
        None => false,
    };
    let mut next = match &before {
        Some(before) => Input::of(before).map_err(Failure::Row)?,
        None => blank(&facts)?,
    };
    let mut merge = Merge::new(again);
    merge.set(&mut next.name, facts.name);
    merge.fill(&mut next.given_name, facts.given_name);
    merge.fill(&mut next.family_name, facts.family_name);
    merge.add(&mut next.emails, facts.emails, |a, b| a.key() == b.key());
    merge.add(&mut next.phones, facts.phones, super::reading::same_phone);
    merge.fill(&mut next.account_id, account);
    merge.fill(&mut next.job_title, facts.job_title);
    merge.fill(&mut next.owner_id, owner);
    merge.set(&mut next.lifecycle, record.text("lifecycle").and_then(Lifecycle::parse));
    if next.lifecycle == Lifecycle::Lead {
        merge.fill(&mut next.lead_status, facts.lead_status);
    }
    merge.fill(&mut next.source, facts.source);
    merge.fill(&mut next.campaign, facts.campaign);
    merge.fill(&mut next.rating, facts.rating);
    merge.set(&mut next.no_call, record.yes("no_call"));
    merge.set(&mut next.no_mail, record.yes("no_mail"));
    merge.set(&mut next.no_ads, record.yes("no_ads"));
    merge_address(&mut merge, &mut next.address, facts.address);
    let names = tags::parse(&record.get("tags").join(","));
    merge.add(&mut next.tags, names, |a, b| fold(a) == fold(b));
    merge.describe(&mut next.description, facts.description);
    match before {
        None => {
            let id = contacts::create(conn, &context.viewer, &next, context.at)?;
            context.made(conn, id.into(), record)?;
            if kind == Kind::Leads && next.lifecycle == Lifecycle::Lead {
                leads::arrived(conn, &context.viewer, id, context.at)?;
            }
            Ok(Outcome::Created)
        }
        Some(_) if !merge.changed => Ok(Outcome::Unchanged),
        Some(before) => {
            if !contacts::update(conn, &context.viewer, &before, before.version, &next, context.at)? {
                return Err(overtaken());
            }
            Ok(Outcome::Updated)
        }
    }
}

/// A new contact, shown by the name, or else the first address or number.
fn blank(facts: &Facts) -> Applied<Input> {
    let name = facts
        .name
        .clone()
        .or_else(|| facts.emails.first().map(|e| e.as_str().to_owned()))
        .or_else(|| facts.phones.first().map(|p| p.typed.clone()))
        .ok_or_else(|| Failure::Row("The row has no Name, E-mail or Phone.".to_owned()))?;
    Ok(Input::named(name))
}
