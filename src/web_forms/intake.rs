//! What comes of a sent form, in one transaction: it is kept; a new e-mail address becomes a lead; of somebody we know, empty
//! fields are filled, and what differs from a filled one is only suggested.

use super::{
    Answer, CameBy, FieldKind, Owner, State, WebForm,
    answers::{Filled, Typed},
    store,
};
use crate::{
    accounts,
    auth::{How, Viewer, company, users},
    contacts::{
        self, Contact, Input, Lifecycle,
        suggestions::{self, Field},
    },
    db::{
        Conn, dialect,
        schema::form_submissions,
        types::{AccountId, ContactId, Domain, EmailAddress, Phone, clean, fold, match_key},
    },
    error::{Error, Result},
    journal, leads,
    notifications::{Kind, Notice},
    products,
    records::{
        RecordRef,
        lead_status::{self, Statuses},
    },
    timeline::{self, EntryKind, NewEntry},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A form as it was sent: valid, but perhaps by a program.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub filled: Filled,
    pub came_by: CameBy,
    /// The same number with the same e-mail address is the same arrival.
    pub sent_key: String,
    pub state: State,
}

impl Arrival {
    /// What a person sent who filled in the form so, if it is valid.
    pub fn of(form: &WebForm, pairs: Vec<(String, String)>, key: &str, conn: &mut Conn) -> Result<Option<Self>> {
        let mut typed = Typed { pairs, ..Typed::default() };
        let country = company::find(conn)?.map(|c| c.country).unwrap_or_default();
        let Some(filled) = typed.check(form, &country, &products::options(conn)?) else { return Ok(None) };
        let state = if typed.is_trapped() { State::Held } else { State::Taken };
        Ok(Some(Self { came_by: typed.came_by(), filled, sent_key: key.to_owned(), state }))
    }
}

/// Keeps an arrival, once, and does what follows. `country` is where phone numbers belong.
///
/// # Errors
/// `Error::Refused` when a consent is required and what was ticked is no wording of this form.
pub fn keep(conn: &mut Conn, form: &WebForm, arrival: &Arrival, country: &str, at: NaiveDateTime) -> Result<()> {
    let filled = &arrival.filled;
    let email_key = filled.email.key();
    // Two forms of one person at the same moment make one person.
    hold(conn, &email_key)?;
    let same = form_submissions::table
        .filter(form_submissions::form_id.eq(form.id))
        .filter(form_submissions::sent_key.eq(&arrival.sent_key))
        .filter(form_submissions::email_key.eq(&email_key));
    if diesel::select(diesel::dsl::exists(same)).get_result::<bool>(conn)? {
        return Ok(());
    }
    let consent = match filled.consent {
        Some(number) => store::wording(conn, form.id, number)?.map(|text| (number, text)),
        None => None,
    };
    if form.consent.is_some() && form.consent_required && consent.is_none() {
        return Err(Error::Refused("Tick this again: what it says has changed.".into()));
    }
    let viewer = Viewer::system(How::WebForm);
    let (contact, came) = match arrival.state {
        State::Held => (None, Came::Again),
        State::Taken => {
            let sent = Sent {
                form,
                email: &filled.email,
                answers: &filled.answers,
                campaign: &arrival.came_by.utm_campaign,
                consent: consent.as_ref().map(|(_, text)| text.as_str()),
                country,
                key: &arrival.sent_key,
                at,
            };
            let (id, came) = sent.take_over(conn, &viewer, at)?;
            (Some(id), came)
        }
    };
    diesel::insert_into(form_submissions::table)
        .values((
            form_submissions::form_id.eq(form.id),
            form_submissions::sent_key.eq(&arrival.sent_key),
            form_submissions::email_key.eq(&email_key),
            form_submissions::state.eq(arrival.state),
            form_submissions::contact_id.eq(contact),
            form_submissions::answers.eq(serde_json::to_string(&filled.answers)?),
            form_submissions::employees.eq(filled.employees),
            form_submissions::product_id.eq(filled.product),
            form_submissions::consent_id.eq(consent.map(|(number, _)| number)),
            form_submissions::came_by.eq(serde_json::to_string(&arrival.came_by)?),
            form_submissions::at.eq(at),
        ))
        .execute(conn)?;
    // Rules ask what the form said: it stands there now.
    match contact {
        Some(id) => came.follow(conn, &viewer, id, at),
        None => Ok(()),
    }
}

/// How somebody has come by a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    First,
    /// We know them, and go on with them.
    Again,
    /// We had given them up as a lead.
    Back,
}

impl Came {
    /// What follows once the submission names them.
    pub fn follow(self, conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
        match self {
            Self::First => leads::arrived(conn, viewer, id, at),
            Self::Back => leads::came_back(conn, viewer, id, at),
            Self::Again => Ok(()),
        }?;
        leads::wrote(conn, id, at)
    }
}

/// Holds the person with this e-mail address until the transaction ends.
pub fn hold(conn: &mut Conn, email_key: &str) -> Result<()> {
    Ok(dialect::hold(conn, &format!("web-form:{email_key}"))?)
}

/// What a form says of the person who sent it.
pub struct Sent<'a> {
    pub form: &'a WebForm,
    pub email: &'a EmailAddress,
    pub answers: &'a [Answer],
    /// As the address of the page named it.
    pub campaign: &'a str,
    /// What they agreed to.
    pub consent: Option<&'a str>,
    /// Where phone numbers belong.
    pub country: &'a str,
    pub key: &'a str,
    /// When it was sent.
    pub at: NaiveDateTime,
}

impl Sent<'_> {
    fn value(&self, kind: FieldKind) -> Option<String> {
        self.answers.iter().find(|a| a.key == kind.text()).map(|a| a.value.clone())
    }

    fn phone(&self) -> Option<Phone> {
        Phone::parse(&self.value(FieldKind::Phone)?, self.country).ok()
    }

    /// Their names as one.
    fn name(&self) -> Option<String> {
        let parts = [self.value(FieldKind::GivenName), self.value(FieldKind::FamilyName)];
        clean(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// Makes the person, or finds and completes them; puts what they wrote on their timeline; tells their owner. To be
    /// called with their e-mail address held. Says how they came: what follows of that, does once the submission names them.
    pub fn take_over(&self, conn: &mut Conn, viewer: &Viewer, at: NaiveDateTime) -> Result<(ContactId, Came)> {
        let account = self.account(conn)?;
        let known = contacts::find_by_email(conn, self.email)?;
        let mut came = Came::First;
        let (id, name, owner, account) = match known {
            Some(id) => {
                let (name, owner, account, back) = self.complete(conn, viewer, id, account, at)?;
                came = if back { Came::Back } else { Came::Again };
                (id, name, owner, account)
            }
            None => {
                let new = self.lead(account);
                let id = contacts::create(conn, viewer, &new, at)?;
                (id, new.name, None, account)
            }
        };
        let record = RecordRef::from(id);
        let entry = NewEntry {
            kind: EntryKind::Form,
            at: self.at,
            about: record,
            title: name.clone(),
            body: self.words(),
            outcome: self.form.name.clone(),
            minutes: None,
            change: None,
            links: std::iter::once(record).chain(account.map(RecordRef::from)).collect(),
        };
        // Written by nobody of ours, whoever let it in.
        timeline::add(conn, &Viewer::system(How::WebForm), &entry, at)?;
        // Whose lead has come back hears of that instead.
        if let Some(to) = owner.filter(|_| came == Came::Again) {
            let notice = Notice {
                to,
                kind: Kind::WebForm,
                event: format!("form:{}:{}", self.form.id, self.key),
                said: format!("received the form “{}” from", self.form.name),
                record,
                title: name,
            };
            journal::tell(conn, viewer, &[notice], at)?;
        }
        Ok((id, came))
    }

    /// The account that they seem to belong to: by the domain of their address, else by the name that they gave.
    fn account(&self, conn: &mut Conn) -> Result<Option<AccountId>> {
        let host = self.email.as_str().rsplit_once('@').map(|(_, host)| host.to_lowercase());
        let domain = host.filter(|host| !contacts::is_public_mail(host)).and_then(|host| Domain::parse(&host).ok());
        if let Some(domain) = domain
            && let Some(found) = accounts::find_by_domain(conn, &domain)?
        {
            return Ok(Some(found));
        }
        match self.value(FieldKind::Company).map(|name| match_key(&name)).filter(|key| !key.is_empty()) {
            Some(key) => accounts::find_by_match_key(conn, &key),
            None => Ok(None),
        }
    }

    fn lead(&self, account: Option<AccountId>) -> Input {
        let source = if self.form.source.is_empty() { "Web form" } else { &self.form.source };
        let campaign = if self.form.campaign.is_empty() { self.campaign } else { &self.form.campaign };
        let mut new = Input::named(self.name().unwrap_or_else(|| self.email.as_str().to_owned()));
        new.given_name = self.value(FieldKind::GivenName);
        new.family_name = self.value(FieldKind::FamilyName);
        new.emails = vec![self.email.clone()];
        new.phones = self.phone().into_iter().collect();
        new.account_id = account;
        new.job_title = self.value(FieldKind::JobTitle);
        new.lifecycle = Lifecycle::Lead;
        new.source = Some(source.to_owned());
        new.campaign = clean(campaign).map(|name| name.chars().take(120).collect());
        new.address.country = self.value(FieldKind::Country).unwrap_or_default();
        new.description = self.company_line(account).unwrap_or_default();
        new
    }

    /// Their company in words, where we have no account of it.
    fn company_line(&self, account: Option<AccountId>) -> Option<String> {
        self.value(FieldKind::Company).filter(|_| account.is_none()).map(|name| format!("Company: {name}"))
    }

    /// Fills what is empty; suggests what differs; opens a lead again that we had given up, and says so. Whoever saves the
    /// contact at the same moment comes first.
    fn complete(
        &self,
        conn: &mut Conn,
        viewer: &Viewer,
        id: ContactId,
        account: Option<AccountId>,
        at: NaiveDateTime,
    ) -> Result<(String, Owner, Option<AccountId>, bool)> {
        for _ in 0..10 {
            let before = contacts::get(conn, viewer, id)?;
            let mut next = Input::of(&before).map_err(Error::internal)?;
            let mut merge = Merge::default();
            let back = reopen(conn, &before, &mut next)?;
            merge.changed = back;
            self.names(&mut merge, &mut next);
            merge.fill(Field::JobTitle, &mut next.job_title, self.value(FieldKind::JobTitle));
            let mut country = Some(next.address.country.clone()).filter(|c| !c.is_empty());
            merge.fill(Field::Country, &mut country, self.value(FieldKind::Country));
            next.address.country = country.unwrap_or_default();
            if let Some(phone) = self.phone() {
                let known = |p: &Phone| p.typed == phone.typed || (p.e164.is_some() && p.e164 == phone.e164);
                match next.phones.as_slice() {
                    [] => {
                        merge.changed = true;
                        next.phones.push(phone);
                    }
                    held if held.iter().any(known) => {}
                    _ => merge.suggest(Field::Phone, phone.typed),
                }
            }
            match (next.account_id, account) {
                (None, Some(found)) => {
                    merge.changed = true;
                    next.account_id = Some(found);
                }
                (None, None) if next.description.is_empty() => {
                    if let Some(line) = self.company_line(None) {
                        merge.changed = true;
                        next.description = line;
                    }
                }
                (held, found) if held.is_none() || held != found => {
                    let known = before.account.as_ref().map_or("", |a| a.name.as_str());
                    let named = self.value(FieldKind::Company).filter(|name| {
                        match_key(name) != match_key(known) && !next.description.contains(&format!("Company: {name}"))
                    });
                    merge.suggestions.extend(named.map(|name| (Field::Account, name)));
                }
                _ => {}
            }
            if merge.changed && !contacts::update(conn, viewer, &before, before.version, &next, at)? {
                continue;
            }
            let said_by = format!("Web form “{}”", self.form.name);
            for (field, value) in merge.suggestions {
                suggestions::suggest(conn, id, field, &value, &said_by, at)?;
            }
            return Ok((next.name, before.owner_id, next.account_id, back));
        }
        Err(Error::internal("a contact changed again and again while a form about it came in"))
    }

    /// The parts of the name. Who is called otherwise than by parts keeps that; who was called by their address gets it.
    fn names(&self, merge: &mut Merge, next: &mut Input) {
        let Some(said) = self.name() else { return };
        let by_address = next.emails.iter().any(|e| e.as_str() == next.name);
        let unparted = next.given_name.is_none() && next.family_name.is_none();
        if unparted && !by_address && fold(&said) != fold(&next.name) {
            merge.suggestions.extend(self.value(FieldKind::GivenName).map(|name| (Field::GivenName, name)));
            merge.suggestions.extend(self.value(FieldKind::FamilyName).map(|name| (Field::FamilyName, name)));
            return;
        }
        merge.fill(Field::GivenName, &mut next.given_name, self.value(FieldKind::GivenName));
        merge.fill(Field::FamilyName, &mut next.family_name, self.value(FieldKind::FamilyName));
        if by_address && unparted {
            next.name = said;
        }
    }

    /// The answers as they stand on the timeline, one to a line.
    fn words(&self) -> String {
        let mut lines: Vec<String> = self.answers.iter().map(|a| format!("{}: {}", a.label, a.value)).collect();
        lines.extend(self.consent.map(|text| format!("Agreed to: {text}")));
        lines.join("\n")
    }
}

/// Opens a lead that was disqualified, as new; whose owner has left, it has none. Whether it was one.
fn reopen(conn: &mut Conn, before: &Contact, next: &mut Input) -> Result<bool> {
    let statuses = Statuses::load(conn)?;
    let kind = before.lead_status.as_deref().and_then(|key| statuses.get(key)).map(|s| s.kind);
    if before.lifecycle != Lifecycle::Lead || kind != Some(lead_status::Kind::Disqualified) {
        return Ok(false);
    }
    next.lead_status = statuses.first(lead_status::Kind::New).map(|s| s.key.clone());
    if let Some(owner) = before.owner_id
        && users::get(conn, owner)?.deactivated_at.is_some()
    {
        next.owner_id = None;
    }
    Ok(true)
}

/// What a form adds to a contact.
#[derive(Default)]
struct Merge {
    changed: bool,
    suggestions: Vec<(Field, String)>,
}

impl Merge {
    fn fill(&mut self, field: Field, held: &mut Option<String>, said: Option<String>) {
        match (held.as_ref(), said) {
            (None, Some(said)) => {
                self.changed = true;
                *held = Some(said);
            }
            (Some(kept), Some(said)) if fold(kept) != fold(&said) => self.suggest(field, said),
            _ => {}
        }
    }

    fn suggest(&mut self, field: Field, said: String) {
        self.suggestions.push((field, said));
    }
}
