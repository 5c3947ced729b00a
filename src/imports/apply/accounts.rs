//! Accounts: found by their number in the other system, a domain or their name. Parents are set where they stand
//! further up in the file or are known, and after the last row otherwise.

use super::{Applied, Context, Failure, Outcome, merge::Merge, overtaken, reading::Reading};
use crate::{
    accounts::{self, Input},
    db::{
        Conn,
        types::{AccountId, Domain, Phone, clean},
    },
    error::{Error, Result},
    imports::{fields::Kind, record::Record, source::Source},
    records::{RecordKind, RecordRef, addresses::Address, tags},
};

/// What a row says of the account above.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    external: Option<String>,
    name: Option<String>,
}

struct Facts {
    name: Option<String>,
    domains: Vec<Domain>,
    industry: Option<String>,
    phones: Vec<Phone>,
    addresses: Vec<Address>,
    description: Vec<String>,
}

fn read(context: &Context, record: &Record) -> Applied<Facts> {
    let mut reading = Reading::new(Kind::Accounts, record);
    let (phones, no_phone) = reading.phones("phone", &context.company.country);
    let others = phones.iter().skip(1).map(|p| format!("Phone as imported: {}", p.typed)).collect::<Vec<_>>();
    let facts = Facts {
        name: reading.text("name", 250),
        domains: reading.domains("domain"),
        industry: reading.text("industry", 120),
        addresses: vec![reading.address(""), reading.address("_2")],
        description: [reading.lines("description"), reading.remark("founded"), no_phone]
            .into_iter()
            .flatten()
            .chain(others)
            .collect(),
        phones,
    };
    if record.integer("employees").is_some_and(|n| n < 0) {
        reading.refuse("The number of employees is below zero.".to_owned());
    }
    reading.finish()?;
    Ok(facts)
}

fn find(context: &mut Context, conn: &mut Conn, record: &Record, facts: &Facts) -> Applied<Option<AccountId>> {
    if let Some(id) = context.by_external_id(conn, RecordKind::Account, record)? {
        return Ok(Some(AccountId(id)));
    }
    let mut found = context.lookups.account_at(conn, &facts.domains)?;
    if let (None, Some(name)) = (found, &facts.name) {
        found = context.lookups.account_named(conn, name)?;
    }
    // Two records of one system with one name are two companies.
    match found {
        Some(id) if record.text("external_id").is_some() && context.keys.is_bound(conn, id.into())? => Ok(None),
        found => Ok(found),
    }
}

pub(super) fn apply(context: &mut Context, conn: &mut Conn, record: &Record) -> Applied<Outcome> {
    let facts = read(context, record)?;
    let mut revenue = {
        let mut reading = Reading::new(Kind::Accounts, record);
        let money = reading.money("annual_revenue");
        reading.finish()?;
        money
    };
    let owner = context.owner(conn, record)?;
    let before = match find(context, conn, record, &facts)? {
        Some(id) => Some(accounts::get(conn, &context.viewer, id)?),
        None => None,
    };
    let again = match &before {
        Some(before) => context.meet(conn, before.id.into(), record)?,
        None => false,
    };
    let mut next = before.clone().map(Input::from).unwrap_or_default();
    if context.source == Source::Rapport
        && let (Some(new), Some(held)) = (&mut revenue, next.annual_revenue)
    {
        // Rapport's own lists leave the currency out.
        new.currency = held.currency;
    }
    let parent = parent_of(record);
    let parent_id = match &parent {
        Some(parent) => find_parent(context, conn, parent)?,
        None => None,
    };
    let mut merge = Merge::new(again);
    let name = facts.name.or_else(|| {
        let unnamed = next.name.is_empty();
        facts.domains.first().filter(|_| unnamed).map(|d| d.as_str().to_owned())
    });
    merge.text(&mut next.name, name);
    merge.add(&mut next.domains, facts.domains, |a, b| a == b);
    merge.fill(&mut next.industry, facts.industry);
    merge.fill(&mut next.employees, record.integer("employees"));
    merge.fill(&mut next.annual_revenue, revenue);
    if let Some(phone) = facts.phones.into_iter().next()
        && !next.phone.as_ref().is_some_and(|held| super::reading::same_phone(held, &phone))
    {
        merge.fill(&mut next.phone, Some(phone));
    }
    merge_addresses(&mut merge, &mut next.addresses, facts.addresses);
    merge.fill(&mut next.owner_id, owner);
    let names = tags::parse(&record.get("tags").join(","));
    merge.add(&mut next.tags, names, |a, b| crate::db::types::fold(a) == crate::db::types::fold(b));
    merge.describe(&mut next.description, facts.description);
    if before.as_ref().is_none_or(|b| parent_id != Some(b.id)) {
        merge.fill(&mut next.parent_id, parent_id);
    }
    let (id, outcome) = match before {
        None if next.name.is_empty() => return Err(Failure::Row("The row has no Name or Domains.".to_owned())),
        None => {
            let id = accounts::create(conn, &context.viewer, &next, context.at)?;
            context.made(conn, id.into(), record)?;
            (id, Outcome::Created)
        }
        Some(before) if !merge.changed => (before.id, Outcome::Unchanged),
        Some(before) => {
            if !accounts::update(conn, &context.viewer, &before, before.version, &next, context.at)? {
                return Err(overtaken());
            }
            (before.id, Outcome::Updated)
        }
    };
    context.lookups.remember_account(id, &next.name, &next.domains);
    if let (Some(parent), None) = (parent, parent_id) {
        context.parents.push((id, parent));
    }
    Ok(outcome)
}

/// The parts that the row fills, address by address.
pub(super) fn merge_addresses(merge: &mut Merge, held: &mut Vec<Address>, new: Vec<Address>) {
    for (at, address) in new.into_iter().enumerate().filter(|(_, a)| !a.is_empty()) {
        while held.len() <= at {
            held.push(Address::default());
        }
        merge_address(merge, &mut held[at], address);
    }
}

pub(super) fn merge_address(merge: &mut Merge, held: &mut Address, new: Address) {
    let some = |text: String| Some(text).filter(|t| !t.is_empty());
    merge.text(&mut held.street, some(new.street));
    merge.text(&mut held.locality, some(new.locality));
    merge.text(&mut held.region, some(new.region));
    merge.text(&mut held.postal_code, some(new.postal_code));
    merge.text(&mut held.country, some(new.country));
}

fn parent_of(record: &Record) -> Option<Parent> {
    let external = record.text("parent_external_id").map(str::to_owned);
    let name = record.text("parent").and_then(clean);
    (external.is_some() || name.is_some()).then_some(Parent { external, name })
}

fn find_parent(context: &mut Context, conn: &mut Conn, parent: &Parent) -> Result<Option<AccountId>> {
    if let Some(id) = context.linked(conn, RecordKind::Account, parent.external.as_deref())? {
        return Ok(Some(AccountId(id)));
    }
    match &parent.name {
        Some(name) => context.lookups.account_named(conn, name),
        None => Ok(None),
    }
}

/// The parents that no row above had made. One that is named and nowhere is made; a number alone is noted.
pub(super) fn place_under_parents(context: &mut Context, conn: &mut Conn) -> Result<()> {
    for (id, parent) in std::mem::take(&mut context.parents) {
        let above = match (find_parent(context, conn, &parent)?, &parent.name) {
            (Some(above), _) => above,
            (None, Some(name)) => {
                let new = Input { name: name.chars().take(250).collect(), ..Input::default() };
                let above = accounts::create(conn, &context.viewer, &new, context.at)?;
                context.lookups.remember_account(above, &new.name, &[]);
                context.notes.made("account", "accounts", &new.name);
                above
            }
            (None, None) => {
                context.notes.missing("Parent accounts", parent.external.as_deref().unwrap_or_default());
                continue;
            }
        };
        let account = accounts::get(conn, &context.viewer, id)?;
        if account.parent_id == Some(above) {
            continue;
        }
        let next = Input { parent_id: Some(above), ..Input::from(account.clone()) };
        match accounts::update(conn, &context.viewer, &account, account.version, &next, context.at) {
            Ok(true) => context.touched.insert(RecordRef::from(id)),
            Ok(false) => continue,
            Err(Error::Refused(sentence)) => {
                context.notes.line(format!("{} keeps its place: {sentence}", account.name));
                continue;
            }
            Err(error) => return Err(error),
        };
    }
    Ok(())
}
