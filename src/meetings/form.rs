//! The meeting form: what was typed, and what is wrong with it.

use super::{
    Kind, Response,
    people::{Attendee, Guest},
    reminders,
    store::{Input, Meeting},
};
use crate::{
    db::types::{ContactId, EmailAddress, UserId, clean},
    records::RecordRef,
    tasks::{Related, links},
    ui::{Page, PersonField, choices, date, format},
    web::{Fields, conflict::Entry},
};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct MeetingForm {
    pub title: String,
    pub kind: String,
    pub on: String,
    pub start: String,
    pub end: String,
    pub end_on: String,
    pub time_zone: String,
    pub place: String,
    pub link: String,
    pub owner: String,
    /// `user:3`, `contact:7`, `mail:Ana Souza <ana@acme.example>`: who comes already, and who is added.
    pub guests: Vec<String>,
    /// The names of `guests`.
    pub named: Vec<(String, String)>,
    /// Addresses as they were written, when they make no sense.
    pub add_mail: String,
    /// `deal:7`
    pub about: Vec<String>,
    pub related: Vec<Related>,
    pub description: String,
    pub remind: String,
    pub invites: bool,
    /// The page it was asked from, or empty.
    pub back: String,
    /// The values that the form was first drawn with (`web::conflict::was`).
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

type Wrong = (&'static str, String);

impl MeetingForm {
    /// A blank form, organised by whoever opens it, at the time and about the record that the address names.
    pub fn blank(page: &Page, fields: &Fields) -> Self {
        let asked = NaiveDateTime::parse_from_str(fields.one("start"), "%Y-%m-%dT%H:%M").ok();
        let local = format::local(page.now, page.zone).naive_local();
        let hour =
            local.date().and_time(NaiveTime::MIN) + Duration::hours(i64::from(chrono::Timelike::hour(&local)) + 1);
        let start = asked.unwrap_or(hour);
        let kind = Kind::parse(fields.one("kind")).unwrap_or(Kind::Meeting);
        let length = if kind == Kind::Call { 30 } else { 60 };
        let mut form = Self {
            title: fields.one("title").to_owned(),
            kind: kind.text().into(),
            time_zone: page.zone.name().into(),
            owner: page.me.id.to_string(),
            about: fields.all("about").map(str::to_owned).collect(),
            remind: "10".into(),
            invites: true,
            back: fields.one("back").to_owned(),
            ..Self::default()
        };
        // Whom it is about comes.
        form.guests = form.about.iter().filter(|v| v.starts_with("contact:")).cloned().collect();
        form.span(start, start + Duration::minutes(length));
        form
    }

    fn span(&mut self, start: NaiveDateTime, end: NaiveDateTime) {
        self.on = start.date().to_string();
        self.start = start.format("%H:%M").to_string();
        self.end = end.format("%H:%M").to_string();
        self.end_on = if end.date() == start.date() { String::new() } else { end.date().to_string() };
    }

    pub fn of(meeting: &Meeting) -> Self {
        let zone = meeting.zone();
        let mut form = Self {
            title: meeting.title.clone(),
            kind: meeting.kind.text().into(),
            time_zone: zone.name().into(),
            place: meeting.place.clone(),
            link: meeting.link.clone(),
            owner: meeting.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            guests: meeting
                .people
                .iter()
                .filter(|p| p.user_id.is_none() || p.user_id != meeting.owner_id)
                .map(value)
                .collect(),
            about: meeting.related.iter().map(Related::value).collect(),
            related: meeting.related.clone(),
            description: meeting.description.clone(),
            remind: meeting.remind_before.map(|n| n.to_string()).unwrap_or_default(),
            invites: meeting.invites,
            ..Self::default()
        };
        form.span(
            format::local(meeting.starts_at, zone).naive_local(),
            format::local(meeting.ends_at, zone).naive_local(),
        );
        form
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        let several = |names: [&str; 2]| -> Vec<String> {
            let mut found: Vec<String> = Vec::new();
            for value in names.iter().flat_map(|name| fields.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v)) {
                if !value.is_empty() && !found.contains(value) {
                    found.push(value.clone());
                }
            }
            found.truncate(60);
            found
        };
        let mut form = Self {
            title: own("title"),
            kind: own("kind"),
            on: own("on"),
            start: own("start"),
            end: own("end"),
            end_on: own("end_on"),
            time_zone: own("time_zone"),
            place: own("place"),
            link: own("link"),
            owner: fields.person("owner"),
            guests: several(["guest", "add_contact"]),
            about: several(["about", "add"]),
            description: own("description"),
            remind: own("remind"),
            invites: fields.has("invites"),
            back: own("back"),
            was: own("was"),
            ..Self::default()
        };
        let colleague = fields.person("add_colleague");
        if !colleague.is_empty() {
            form.guests.push(format!("user:{colleague}"));
        }
        form.read_addresses(fields.one("add_mail"));
        form
    }

    /// Takes in addresses one after the other; what makes no sense stays in the field.
    fn read_addresses(&mut self, typed: &str) {
        for part in typed.split([',', ';', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
            let (name, address) = named_address(part);
            match EmailAddress::parse(address) {
                Ok(address) => {
                    let address = address.as_str();
                    let value =
                        if name.is_empty() { format!("mail:{address}") } else { format!("mail:{name} <{address}>") };
                    if !self.guests.contains(&value) {
                        self.guests.push(value);
                    }
                }
                Err(sentence) => {
                    self.errors.push(("add_mail".into(), sentence));
                    self.add_mail = typed.to_owned();
                    return;
                }
            }
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The records it is about.
    pub fn records(&self) -> Vec<RecordRef> {
        self.about.iter().filter_map(|v| links::parse(v)).collect()
    }

    /// The valid input, or `None` with the errors filled in. Whoever has left may stay where they were `before`.
    pub fn check(&mut self, page: &Page, before: Option<&Meeting>) -> Option<Input> {
        let mut errors: Vec<(String, String)> = std::mem::take(&mut self.errors);
        let mut add = |field: &str, sentence: String| errors.push((field.to_owned(), sentence));
        let title = clean(&self.title);
        match &title {
            None => add("title", "What is it about? Write it in a few words.".into()),
            Some(text) if text.chars().count() > 250 => {
                add("title", "The title is longer than 250 signs: move the rest to the notes.".into());
            }
            Some(_) => {}
        }
        let place = clean(&self.place).unwrap_or_default();
        if place.chars().count() > 250 {
            add("place", "The place is longer than 250 signs: shorten it.".into());
        }
        let link = self.link.trim().to_owned();
        if !link.is_empty() && !is_web_address(&link) {
            add("link", "This is no web address: write it like https://meet.example/abc.".into());
        }
        if self.description.chars().count() > 20_000 {
            add("description", "The notes are longer than 20,000 signs: shorten them.".into());
        }
        let zone = self.time_zone.parse::<Tz>().ok();
        if zone.is_none() {
            add("time_zone", "This is no time zone: choose one, such as Europe/Lisbon.".into());
        }
        let span = self.times(page, zone.unwrap_or(page.zone)).map_err(|(field, s)| add(field, s)).ok();
        let owner = match page.owner(&self.owner, before.and_then(|b| b.owner_id)) {
            Ok(Some(owner)) => Some(owner),
            Ok(None) => {
                add("owner", "Who organises it? Choose someone.".into());
                None
            }
            Err(sentence) => {
                add("owner", sentence);
                None
            }
        };
        let mut guests = Vec::new();
        for value in &mut self.guests {
            match guest(page, value, before) {
                Ok(Some((found, known))) => {
                    *value = known;
                    guests.push(found);
                }
                Ok(None) => {}
                Err(sentence) => add("add_colleague", sentence),
            }
        }
        let mailed = owner.and_then(|id| page.directory.person(id)).is_some_and(|p| p.email.is_some());
        if self.invites && !guests.is_empty() && owner.is_some() && !mailed {
            add(
                "invites",
                "The organiser has no e-mail address to answer to: take the tick away, or choose another.".into(),
            );
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        if let Some(owner) = owner {
            self.owner = owner.to_string();
        }
        let (starts_at, ends_at) = span?;
        Some(Input {
            kind: Kind::parse(&self.kind).unwrap_or(Kind::Meeting),
            title: title?,
            starts_at,
            ends_at,
            time_zone: zone?,
            place,
            link,
            description: self.description.trim().to_owned(),
            owner_id: owner,
            guests,
            about: self.records(),
            invites: self.invites,
            remind_before: self
                .remind
                .parse()
                .ok()
                .filter(|n| reminders::CHOICES.iter().any(|c| c.0 == format!("{n}"))),
        })
    }

    /// When it is, as far as that makes sense.
    pub fn times(&self, page: &Page, zone: Tz) -> Result<(NaiveDateTime, NaiveDateTime), Wrong> {
        let day = |field: &'static str, typed: &str| date(typed).map_err(|sentence| (field, sentence));
        let on =
            day("on", &self.on)?.ok_or_else(|| ("on", format!("On which day? Write it like {}.", page.today())))?;
        let start = time("start", &self.start)?;
        let end = time("end", &self.end)?;
        let end_on = day("end_on", &self.end_on)?.unwrap_or(on);
        span(zone, ("start", on.and_time(start)), ("end", end_on.and_time(end)))
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self, page: &Page) -> Vec<Entry> {
        let titles: Vec<&str> = self.related.iter().map(|r| r.title.as_str()).collect();
        let names: Vec<&str> = self.named.iter().map(|(_, name)| name.as_str()).collect();
        let label = |choices: &[(&'static str, &'static str)]| {
            choices.iter().find(|(v, _)| *v == self.remind).map_or("", |(_, label)| *label)
        };
        vec![
            Entry::new("title", "Title", &self.title),
            Entry::choice("kind", "Kind", &self.kind, Kind::parse(&self.kind).map_or("", Kind::label)),
            Entry::new("on", "Date", &self.on),
            Entry::new("start", "Start", &self.start),
            Entry::new("end", "End", &self.end),
            Entry::new("end_on", "Ends on", &self.end_on),
            Entry::new("time_zone", "Time zone", &self.time_zone),
            Entry::new("place", "Place", &self.place),
            Entry::new("link", "Link", &self.link),
            Entry::choice("owner", "Organiser", &self.owner, page.directory.name(self.owner.parse().ok().map(UserId))),
            Entry { name: "guest".into(), label: "People", values: self.guests.clone(), shown: names.join(", ") },
            Entry { name: "about".into(), label: "About", values: self.about.clone(), shown: titles.join(", ") },
            Entry::new("description", "Notes", &self.description),
            Entry::choice("remind", "Reminder", &self.remind, label(&reminders::CHOICES)),
            Entry::tick("invites", "Send invitations", self.invites),
        ]
    }

    pub fn kinds(&self) -> choices::Options {
        Kind::choices().into_iter().map(|(v, l)| (v.clone(), l, v == self.kind)).collect()
    }

    pub fn zones(&self) -> choices::Options {
        choices::zones(&self.time_zone)
    }

    pub fn reminders(&self) -> choices::Options {
        reminders::CHOICES.iter().map(|(v, l)| ((*v).to_owned(), (*l).to_owned(), *v == self.remind)).collect()
    }

    pub fn organisers(&self, page: &Page) -> PersonField {
        page.person_field(&self.owner, &[])
    }

    /// Colleagues who can be added.
    pub fn colleagues(&self, page: &Page) -> PersonField {
        let mut field = page.person_field("", &[("", "Nobody")]);
        let there = |id: &str| id == self.owner || self.guests.iter().any(|g| g.strip_prefix("user:") == Some(id));
        field.options.retain(|(value, ..)| value.is_empty() || !there(value));
        field
    }

    /// Colleagues who come, as far as they are named by number.
    pub fn inside(&self) -> Vec<UserId> {
        let others = self.guests.iter().filter_map(|g| g.strip_prefix("user:"));
        std::iter::once(self.owner.as_str()).chain(others).filter_map(|id| id.parse().ok().map(UserId)).collect()
    }
}

/// How a form names somebody who comes.
fn value(person: &Attendee) -> String {
    match person.guest() {
        Guest::Colleague(id) => format!("user:{id}"),
        Guest::Contact(id) => format!("contact:{id}"),
        Guest::Other(name, email) if name.is_empty() => format!("mail:{email}"),
        Guest::Other(name, email) => format!("mail:{name} <{email}>"),
    }
}

/// Who is meant, and how the form names them from now on; `None` for what no form of ours sends.
fn guest(page: &Page, value: &str, before: Option<&Meeting>) -> Result<Option<(Guest, String)>, String> {
    let Some((kind, rest)) = value.split_once(':') else { return Ok(None) };
    let found = match kind {
        "user" => {
            let there =
                before.is_some_and(|b| b.people.iter().any(|p| p.user_id.is_some_and(|id| id.to_string() == rest)));
            let kept = rest.parse().ok().map(UserId).filter(|_| there);
            page.owner(rest, kept)?.map(Guest::Colleague)
        }
        "contact" => rest.parse().ok().map(|id| Guest::Contact(ContactId(id))),
        "mail" => {
            let (name, address) = named_address(rest);
            EmailAddress::parse(address).ok().map(|email| Guest::Other(name, email.as_str().to_owned()))
        }
        _ => None,
    };
    Ok(found.map(|guest| {
        let known = if let Guest::Colleague(id) = guest { format!("user:{id}") } else { value.to_owned() };
        (guest, known)
    }))
}

/// What a form calls somebody who comes, where no row of a meeting says it.
pub(super) fn called(page: &Page, value: &str) -> Option<String> {
    match value.split_once(':')? {
        ("user", id) => {
            let name = page.directory.name(id.parse().ok().map(UserId));
            Some(if name.is_empty() { id.to_owned() } else { name.to_owned() })
        }
        ("mail", rest) => Some(rest.to_owned()),
        _ => None,
    }
}

/// `Ana Souza <ana@acme.example>` in its parts; the name is empty where there is only an address.
fn named_address(text: &str) -> (String, &str) {
    match text.strip_suffix('>').and_then(|t| t.split_once('<')) {
        Some((name, address)) => {
            let name = clean(name).unwrap_or_default();
            (name.trim_matches(['"', ' ']).chars().take(200).collect(), address.trim())
        }
        None => (String::new(), text),
    }
}

/// Something that a browser opens as a page.
fn is_web_address(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c);
    link.len() <= 1_000
        && rest.is_some_and(|r| r.starts_with(|c: char| c.is_alphanumeric() || c == '['))
        && link.chars().all(plain)
}

fn time(field: &'static str, typed: &str) -> Result<NaiveTime, Wrong> {
    let typed = typed.trim();
    ["%H:%M", "%H:%M:%S"].iter().find_map(|shape| NaiveTime::parse_from_str(typed, shape).ok()).ok_or_else(|| {
        match typed {
            "" => (field, "At what time? Write it like 15:00.".to_owned()),
            typed => (field, format!("“{typed}” is not a time: write it like 15:00.")),
        }
    })
}

/// Two times on the wall as moments. In the hour that comes twice, the first; the second where it would end before it
/// begins.
pub(super) fn span(
    zone: Tz,
    (from_field, from): (&'static str, NaiveDateTime),
    (to_field, to): (&'static str, NaiveDateTime),
) -> Result<(NaiveDateTime, NaiveDateTime), Wrong> {
    let skipped = |field, wall: NaiveDateTime| {
        let (clock, day) = (wall.format("%H:%M"), wall.date());
        (field, format!("The clocks skip {clock} on {day} in {}: write another time.", super::named(zone)))
    };
    let starts = zone.from_local_datetime(&from).earliest().ok_or_else(|| skipped(from_field, from))?.naive_utc();
    let ends = zone.from_local_datetime(&to);
    let first = ends.earliest().ok_or_else(|| skipped(to_field, to))?.naive_utc();
    let ends = Some(first).filter(|end| *end > starts).or(ends.latest().map(|end| end.naive_utc()));
    match ends.filter(|end| *end > starts) {
        None => {
            Err((to_field, "It would end before it begins: write a later time, or the day on which it ends.".into()))
        }
        Some(end) if end - starts > super::conflicts::LONGEST => {
            Err((to_field, "It would last longer than 14 days: write an earlier end.".into()))
        }
        Some(end) => Ok((starts, end)),
    }
}

/// What can be said of somebody's answer.
pub(super) fn responses(now: Response) -> choices::Options {
    Response::choices().into_iter().map(|(value, label)| (value.clone(), label, value == now.text())).collect()
}

/// A day and a time as the calendar's script sends them.
pub(super) fn wall(text: &str) -> Option<NaiveDateTime> {
    let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
    (NaiveDate::from_ymd_opt(1900, 1, 1)? <= parsed.date() && parsed.date() <= NaiveDate::from_ymd_opt(2999, 12, 31)?)
        .then_some(parsed)
}
