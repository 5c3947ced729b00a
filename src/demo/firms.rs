//! The accounts and contacts of the demo company: invented first, so that deals can decide who is a customer, then kept.

use super::{
    calendar::{self, HISTORY},
    cultures::{CULTURES, Culture, INDUSTRIES, Word, pairs, words},
    people::Colleague,
    random::Random,
    words::{ACCOUNT_TAGS, CONTACT_TAGS, DESCRIPTIONS, SOURCES, TITLES},
};
use crate::{
    accounts,
    contacts::{self, Lifecycle, Rating},
    db::{
        Conn,
        types::{AccountId, ContactId, Domain, EmailAddress, Money, Phone, fold},
    },
    error::{Error, Result},
    records::addresses::Address,
};
use chrono::{Duration, NaiveDateTime};
use iso_currency::Currency;
use std::collections::HashSet;

/// An account to be.
pub(super) struct Firm {
    pub culture: &'static Culture,
    pub name: String,
    domain: String,
    industry: &'static str,
    town: (Word, String),
    parent: Option<usize>,
    /// Place among the colleagues.
    pub owner: usize,
    pub made: NaiveDateTime,
    pub lifecycle: Lifecycle,
    /// Places among the people.
    pub people: Vec<usize>,
}

/// A contact to be.
pub(super) struct Person {
    pub firm: Option<usize>,
    pub owner: Option<usize>,
    pub made: NaiveDateTime,
    pub input: contacts::Input,
}

/// Invents so many accounts; a tenth of them are branches of another.
pub(super) fn invent(random: &mut Random, staff: &[Colleague], count: usize, now: NaiveDateTime) -> Vec<Firm> {
    let mut candidates: Vec<(&'static Culture, Word, (Word, String))> = Vec::new();
    for culture in &CULTURES {
        for family in words(culture.family) {
            candidates.extend(pairs(culture.trades).into_iter().map(|trade| (culture, family.clone(), trade)));
        }
    }
    random.shuffle(&mut candidates);
    let mut firms: Vec<Firm> = Vec::with_capacity(count);
    let heads = (count - count / 10).min(candidates.len());
    for (culture, family, (trade, industry)) in candidates.into_iter().take(heads) {
        let form = random.pick(&words(culture.forms)).shown.clone();
        let spaced = culture.joint;
        let core = format!("{}{spaced}{}", family.shown, trade.shown);
        let name = match form.strip_prefix('^') {
            Some(first) => {
                format!("{first}{}{core}", if spaced.is_empty() || first.starts_with('(') { "" } else { " " })
            }
            None if spaced.is_empty() || !form.is_ascii() && !culture.family.is_ascii() && culture.family_first => {
                format!("{core}{form}")
            }
            None => format!("{core} {form}"),
        };
        let sellers: Vec<usize> =
            (0..staff.len()).filter(|i| staff[*i].sells() && staff[*i].team == culture.team).collect();
        let made = now - Duration::days(random.within(HISTORY + 30, HISTORY + 500));
        firms.push(Firm {
            culture,
            name,
            domain: format!("{}-{}.example", latin(&family.latin), latin(&trade.latin)),
            industry: INDUSTRIES[industry.parse::<usize>().unwrap_or(0).min(INDUSTRIES.len() - 1)],
            town: random.pick(&pairs(culture.towns)).clone(),
            parent: None,
            owner: *random.pick(&sellers),
            made: calendar::hour_on(random, made.date()),
            lifecycle: Lifecycle::Lead,
            people: Vec::new(),
        });
    }
    while firms.len() < count {
        let parent = random.below(heads / 8);
        let head = &firms[parent];
        let town = random.pick(&pairs(head.culture.towns)).clone();
        let mut name = format!("{}, {}", head.name, town.0.shown);
        if firms.iter().any(|f| f.name == name) {
            // Every town has its branch already: a numbered one.
            name = format!("{name} {}", firms.len() - heads + 2);
        }
        let domain = format!("site{}.{}", firms.len(), head.domain);
        let branch = Firm {
            name,
            domain,
            town,
            parent: Some(parent),
            made: head.made + Duration::days(20),
            people: Vec::new(),
            lifecycle: Lifecycle::Lead,
            ..*head
        };
        firms.push(branch);
    }
    firms
}

/// Letters and digits for an address.
fn latin(text: &str) -> String {
    fold(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Invents so many contacts: most at an account, some without.
pub(super) fn populate(
    random: &mut Random,
    firms: &mut [Firm],
    staff: &[Colleague],
    count: usize,
    now: NaiveDateTime,
) -> Vec<Person> {
    let loners = count / 40;
    let mut people: Vec<Person> = Vec::with_capacity(count);
    let mut taken: HashSet<String> = HashSet::new();
    for at in 0..count {
        // Everyone has one, then a few have many.
        let firm = match at {
            _ if at >= count - loners => None,
            _ if at < firms.len() => Some(at),
            _ if random.chance(40) => Some(random.below(firms.len() / 4 + 1)),
            _ => Some(random.below(firms.len())),
        };
        let person = invent_person(random, firms, staff, firm, &mut taken, now);
        if let Some(firm) = firm {
            firms[firm].people.push(people.len());
        }
        people.push(person);
    }
    people
}

fn invent_person(
    random: &mut Random,
    firms: &[Firm],
    staff: &[Colleague],
    firm: Option<usize>,
    taken: &mut HashSet<String>,
    now: NaiveDateTime,
) -> Person {
    let home = firm.map(|f| &firms[f]);
    let culture = home.map_or_else(|| random.pick(&CULTURES), |f| f.culture);
    let (given, family) = name(random, culture);
    let shown = match (&given, &family) {
        (Some(g), Some(f)) if culture.family_first => format!("{}{}{}", f.shown, culture.joint, g.shown),
        (Some(g), Some(f)) => format!("{}{}{}", g.shown, culture.joint, f.shown),
        (Some(one), None) | (None, Some(one)) => one.shown.clone(),
        (None, None) => culture.country.to_owned(),
    };
    let host = home.map_or("post.example", |f| f.domain.as_str());
    let parts: Vec<String> = [&given, &family].into_iter().flatten().map(|w| latin(&w.latin)).collect();
    let mut emails = Vec::new();
    if random.chance(88) {
        let mut address = format!("{}@{host}", parts.join("."));
        let mut n = 2;
        while !taken.insert(address.clone()) {
            address = format!("{}{n}@{host}", parts.join("."));
            n += 1;
        }
        emails.extend(EmailAddress::parse(&address).ok());
    }
    let mut phones = Vec::new();
    if random.chance(62) {
        let typed: String = culture.phone.chars().map(|c| if c == '#' { digit(random) } else { c }).collect();
        phones.extend(Phone::parse(&typed, "DK").ok());
    }
    let owner = match home {
        _ if random.chance(4) => None,
        Some(firm) => Some(firm.owner),
        None => Some(random.pick(&(0..staff.len()).filter(|i| staff[*i].sells()).collect::<Vec<_>>()).to_owned()),
    };
    let span = home.map_or(HISTORY, |firm| (now - firm.made).num_days() - 1);
    let days = random.within(0, span.max(1));
    let made = calendar::days_ago(random, now, days);
    let lifecycle = match firm {
        None if random.chance(40) => Lifecycle::Subscriber,
        _ => Lifecycle::Lead,
    };
    let input = contacts::Input {
        name: shown,
        given_name: given.map(|w| w.shown),
        family_name: family.map(|w| w.shown),
        emails,
        phones,
        account_id: None,
        job_title: random.chance(86).then(|| (*random.pick(&TITLES)).to_owned()),
        owner_id: owner.map(|i| staff[i].id),
        lifecycle,
        lead_status: None,
        campaign: None,
        rating: None,
        source: random.chance(70).then(|| (*random.pick(&SOURCES)).to_owned()),
        no_call: random.chance(3),
        no_mail: random.chance(4),
        no_ads: random.chance(12),
        address: Address::default(),
        tags: if random.chance(14) { vec![(*random.pick(&CONTACT_TAGS)).to_owned()] } else { Vec::new() },
        description: String::new(),
    };
    Person { firm, owner, made, input }
}

fn digit(random: &mut Random) -> char {
    char::from_digit(u32::try_from(random.below(10)).unwrap_or(0), 10).unwrap_or('0')
}

/// Given and family name in one script; now and then only one of them, or very many.
fn name(random: &mut Random, culture: &Culture) -> (Option<Word>, Option<Word>) {
    let (givens, families) = (words(culture.given), words(culture.family));
    let is_latin = |word: &Word| word.shown.chars().next().is_some_and(|c| u32::from(c) < 0x250);
    let given = random.pick(&givens).clone();
    let matching: Vec<Word> = families.into_iter().filter(|f| is_latin(f) == is_latin(&given)).collect();
    let family = random.pick(&matching).clone();
    if random.chance(3) {
        return (Some(given), None);
    }
    if !culture.family_first && random.chance(2) {
        let more: Vec<Word> =
            givens.into_iter().filter(|g| is_latin(g) == is_latin(&given) && g.shown != given.shown).collect();
        let (second, other) = (random.pick(&more).clone(), random.pick(&matching).clone());
        let third = random.pick(&matching).clone();
        let long = |a: &Word, b: &Word, joint: &str| Word {
            shown: format!("{}{joint}{}", a.shown, b.shown),
            latin: a.latin.clone(),
        };
        return (Some(long(&given, &second, " ")), Some(long(&long(&family, &other, "-"), &third, " ")));
    }
    (Some(given), Some(family))
}

/// Keeps the accounts; their ids in the same order.
pub(super) fn keep_accounts(
    conn: &mut Conn,
    random: &mut Random,
    firms: &[Firm],
    staff: &[Colleague],
) -> Result<Vec<AccountId>> {
    let mut ids: Vec<AccountId> = Vec::with_capacity(firms.len());
    for firm in firms {
        let currency = Currency::from_code(firm.culture.currency).unwrap_or(Currency::EUR);
        let employees = random.chance(80).then(|| {
            let size = random.within(2, 40);
            size * size
        });
        let revenue = employees.filter(|_| random.chance(60)).map(|n| {
            let unit = 10_i64.pow(crate::db::types::exponent(currency));
            let scale = if matches!(currency, Currency::JPY | Currency::INR) { 100 } else { 1 };
            Money::new(n * random.within(60, 240) * 1_000 * scale * unit, currency)
        });
        let input = accounts::Input {
            name: firm.name.clone(),
            domains: if random.chance(92) { Domain::parse(&firm.domain).into_iter().collect() } else { Vec::new() },
            industry: random.chance(94).then(|| firm.industry.to_owned()),
            employees,
            annual_revenue: revenue,
            phone: None,
            addresses: if random.chance(75) { vec![address(random, firm)] } else { Vec::new() },
            parent_id: firm.parent.and_then(|p| ids.get(p).copied()),
            owner_id: Some(staff[firm.owner].id),
            tags: if random.chance(22) { vec![(*random.pick(&ACCOUNT_TAGS)).to_owned()] } else { Vec::new() },
            description: if random.chance(35) { (*random.pick(&DESCRIPTIONS)).to_owned() } else { String::new() },
        };
        ids.push(accounts::create(conn, &staff[firm.owner].viewer(), &input, firm.made)?);
    }
    Ok(ids)
}

fn address(random: &mut Random, firm: &Firm) -> Address {
    Address {
        street: format!(
            "{} {}",
            random.pick(&["Harbour Road", "Mill Lane", "Station Street", "Canal Side"]),
            random.within(1, 180)
        ),
        locality: firm.town.0.shown.clone(),
        postal_code: firm.town.1.clone(),
        country: firm.culture.country.to_owned(),
        ..Address::default()
    }
}

/// Keeps the contacts; their ids in the same order.
pub(super) fn keep_contacts(
    conn: &mut Conn,
    people: &mut [Person],
    firms: &[Firm],
    accounts: &[AccountId],
    staff: &[Colleague],
    now: NaiveDateTime,
) -> Result<Vec<ContactId>> {
    let mut ids = Vec::with_capacity(people.len());
    for (place, person) in people.iter_mut().enumerate() {
        if let Some(firm) = person.firm {
            person.input.account_id = Some(accounts[firm]);
            person.input.lifecycle = firms[firm].lifecycle;
        }
        if person.input.lifecycle == Lifecycle::Lead {
            let known = ["working", "nurturing", "disqualified", "working"];
            let fresh = now - person.made < Duration::days(10);
            person.input.lead_status = Some(if fresh { "new" } else { known[place % known.len()] }.to_owned());
            person.input.rating = [Some(Rating::Hot), Some(Rating::Warm), None, Some(Rating::Cold)][place % 4];
            person.input.campaign = (place % 3 == 0).then(|| "Spring fair".to_owned());
        }
        let author = person.owner.or(person.firm.map(|f| firms[f].owner)).unwrap_or(0);
        let author = staff.get(author).ok_or_else(|| Error::internal("the demo company has no people"))?;
        ids.push(contacts::create(conn, &author.viewer(), &person.input, person.made)?);
    }
    Ok(ids)
}
