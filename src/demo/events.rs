//! What was said and done at the demo company: notes, calls, meetings and tasks, told in the order they happened.

use super::{
    calendar,
    firms::{Firm, Person},
    people::Colleague,
    random::Random,
    sales::Plan,
    words::{CARE, CHORES, LOSSES, MENTIONS, MIDDLES, OPENINGS, OUTCOMES, TASKS, WINS},
};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        types::{AccountId, ContactId, DealId, UserId},
    },
    deals::Status,
    error::Result,
    records::{self, RecordRef},
    tasks::{self, Due, Priority},
    timeline::{self, EntryKind, NewEntry},
    ui::{Locale, format},
};
use chrono::{Duration, NaiveDateTime, NaiveTime};

/// One thing that happened.
enum Event {
    /// By whom, and who is mentioned.
    Said(usize, NewEntry, Option<UserId>),
    /// By whom; done at the time and with the outcome, if it is.
    Planned(usize, tasks::Input, Option<(NaiveDateTime, &'static str)>),
    Done(usize, usize, &'static str),
}

/// Everything that can be talked about.
pub(super) struct World<'a> {
    pub staff: &'a [Colleague],
    pub firms: &'a [Firm],
    pub people: &'a [Person],
    pub plans: &'a [Plan],
    pub accounts: &'a [AccountId],
    pub contacts: &'a [ContactId],
    pub deals: &'a [DealId],
    pub now: NaiveDateTime,
}

/// Tells it all. Returns how many entries and tasks there are.
pub(super) fn tell(conn: &mut Conn, random: &mut Random, world: &World<'_>) -> Result<(usize, usize)> {
    let mut events: Vec<(NaiveDateTime, Event)> = Vec::new();
    for deal in 0..world.plans.len() {
        about_deal(random, world, deal, &mut events);
    }
    care(random, world, &mut events);
    chores(random, world, &mut events);
    mentions(random, world, &mut events);
    // Done tasks are told twice: planned, and done.
    let done: Vec<(NaiveDateTime, Event)> = events
        .iter()
        .enumerate()
        .filter_map(|(at, (_, event))| match event {
            Event::Planned(by, _, Some((time, outcome))) => Some((*time, Event::Done(*by, at, outcome))),
            _ => None,
        })
        .collect();
    let planned = events.len();
    let mut order: Vec<(NaiveDateTime, usize)> = events.iter().enumerate().map(|(i, (at, _))| (*at, i)).collect();
    order.extend(done.iter().enumerate().map(|(i, (at, _))| (*at, planned + i)));
    order.sort();
    events.extend(done);
    let mut ids = vec![None; events.len()];
    let (mut said, mut made) = (0, 0);
    for (at, place) in order {
        match &events[place].1 {
            Event::Said(by, entry, mentioned) => {
                let writer = world.staff[*by].viewer();
                let id = timeline::add(conn, &writer, entry, at)?;
                let named: Vec<Viewer> =
                    world.staff.iter().filter(|c| Some(c.id) == *mentioned).map(Colleague::viewer).collect();
                if !named.is_empty() {
                    let about = records::summary(conn, &writer, entry.about)?;
                    timeline::mention(conn, &writer, id, &about, &named, at)?;
                }
                said += 1;
            }
            Event::Planned(by, input, _) => {
                ids[place] = Some(tasks::create(conn, &world.staff[*by].viewer(), input, at)?);
                made += 1;
            }
            Event::Done(by, planned, outcome) => {
                if let Some(id) = ids[*planned] {
                    tasks::complete(conn, &world.staff[*by].viewer(), id, outcome, at)?;
                }
            }
        }
    }
    Ok((said, made))
}

impl World<'_> {
    /// The records of a deal's talks: the deal, the person, the account.
    fn links(&self, deal: usize, person: Option<usize>) -> Vec<RecordRef> {
        let plan = &self.plans[deal];
        let mut links = vec![RecordRef::from(self.deals[deal])];
        links.extend(person.map(|p| RecordRef::from(self.contacts[p])));
        links.extend(plan.firm.map(|f| RecordRef::from(self.accounts[f])));
        links
    }

    fn fill(&self, text: &str, plan: Option<&Plan>, person: Option<usize>) -> String {
        let firm = plan.and_then(|p| p.firm).or(person.and_then(|p| self.people[p].firm));
        let amount = plan.and_then(Plan::money).map(|m| Locale::of("en-GB").money_short(m));
        text.replace("{who}", person.map_or("the front desk", |p| &self.people[p].input.name))
            .replace("{account}", firm.map_or("them", |f| &self.firms[f].name))
            .replace("{amount}", amount.as_deref().unwrap_or("a sum still open"))
            .replace("{thing}", plan.map_or("our probes", |p| &p.name))
            .replace("{rival}", plan.and_then(|p| p.rival).unwrap_or("a local dealer"))
    }
}

fn entry(random: &mut Random, at: NaiveDateTime, title: &str, body: String, links: Vec<RecordRef>) -> NewEntry {
    let kind = match random.within(0, 9) {
        0..=3 => EntryKind::Call,
        4..=5 => EntryKind::Meeting,
        _ => EntryKind::Note,
    };
    let outcome = match kind {
        EntryKind::Call if body.contains("nobody there") => timeline::Outcome::LeftMessage.text(),
        EntryKind::Call => timeline::Outcome::Reached.text(),
        _ => "",
    };
    NewEntry {
        kind,
        at,
        about: links.first().copied().unwrap_or(RecordRef::new(crate::records::RecordKind::Company, 1)),
        title: title.to_owned(),
        body,
        outcome: outcome.to_owned(),
        minutes: (kind != EntryKind::Note).then(|| i32::try_from(random.within(4, 55)).unwrap_or(10)),
        change: None,
        links,
    }
}

/// The talks and tasks of one deal, a few at each step.
fn about_deal(random: &mut Random, world: &World<'_>, deal: usize, events: &mut Vec<(NaiveDateTime, Event)>) {
    let plan = &world.plans[deal];
    let someone = |random: &mut Random| (!plan.people.is_empty()).then(|| *random.pick(&plan.people));
    for (place, step) in plan.steps.iter().enumerate() {
        let texts: &[&str] = match (place, step.stage.kind) {
            (_, Status::Won) => &WINS,
            (_, Status::Lost) => &LOSSES,
            (0, _) => &OPENINGS,
            _ => &MIDDLES,
        };
        if place > 0 && step.stage.kind == Status::Open && random.chance(25) {
            continue;
        }
        let person = someone(random);
        let text = *random.pick(texts);
        let body = world.fill(text, Some(plan), person);
        let links = world.links(deal, person);
        let at = (step.at + Duration::minutes(random.within(8, 90))).min(world.now);
        events.push((at, Event::Said(plan.owner, entry(random, at, &plan.name, body, links), None)));
        if random.chance(38) {
            let person = someone(random);
            let input = task(random, world, deal, person, step.at, false);
            let until = (step.at + Duration::days(random.within(1, 6))).min(world.now - Duration::minutes(20));
            if until > step.at {
                events.push((step.at, Event::Planned(plan.owner, input, Some((until, *random.pick(&OUTCOMES))))));
            }
        }
    }
    if plan.status() == Status::Open && random.chance(58) {
        let days = match random.within(0, 99) {
            0..=21 => random.within(-12, -1),
            22..=36 => 0,
            _ => random.within(1, 21),
        };
        let due = world.now + Duration::days(days);
        let person = someone(random);
        let input = task(random, world, deal, person, due, true);
        let made = plan.steps.last().map_or(world.now, |s| s.at).max(world.now - Duration::days(20)).min(due);
        events.push((made.min(world.now), Event::Planned(plan.owner, input, None)));
    }
}

fn task(
    random: &mut Random,
    world: &World<'_>,
    deal: usize,
    person: Option<usize>,
    due: NaiveDateTime,
    timed: bool,
) -> tasks::Input {
    let plan = &world.plans[deal];
    let (kind, subject) = *random.pick(&TASKS);
    let mut about = world.links(deal, person.filter(|_| random.chance(70)));
    about.truncate(2);
    let owner = &world.staff[plan.owner];
    tasks::Input {
        subject: world.fill(subject, Some(plan), person),
        kind: kind.to_owned(),
        priority: priority(random),
        due: Some(due_at(random, owner, due, if timed { 35 } else { 0 })),
        owner_id: Some(owner.id),
        about,
        ..tasks::Input::default()
    }
}

fn priority(random: &mut Random) -> Priority {
    match random.within(0, 9) {
        0 => Priority::Low,
        1..=2 => Priority::High,
        _ => Priority::Normal,
    }
}

/// On the day that a moment is where this person is, so many times in a hundred at a full hour.
fn due_at(random: &mut Random, owner: &Colleague, at: NaiveDateTime, timed: i64) -> Due {
    let on = format::local(at, owner.zone).date_naive();
    let hour = NaiveTime::MIN + Duration::hours(random.within(8, 17));
    Due { on, at: random.chance(timed).then(|| format::stored(on.and_time(hour), owner.zone)) }
}

/// Talks with customers outside deals, and what service does for them.
fn care(random: &mut Random, world: &World<'_>, events: &mut Vec<(NaiveDateTime, Event)>) {
    let service: Vec<usize> = (0..world.staff.len()).filter(|i| world.staff[*i].team == "Service").collect();
    for (place, firm) in world.firms.iter().enumerate() {
        if firm.lifecycle != crate::contacts::Lifecycle::Customer || firm.people.is_empty() {
            continue;
        }
        for _ in 0..random.within(0, 3) {
            let person = *random.pick(&firm.people);
            let days = random.within(1, 300);
            let at = calendar::days_ago(random, world.now, days);
            let by = if random.chance(50) { *random.pick(&service) } else { firm.owner };
            let text = *random.pick(&CARE);
            let body = world.fill(text, None, Some(person));
            let links = vec![RecordRef::from(world.contacts[person]), RecordRef::from(world.accounts[place])];
            let title = &world.people[person].input.name;
            events.push((at, Event::Said(by, entry(random, at, title, body, links), None)));
        }
    }
}

/// Everyone has something that is late, and something for today.
fn chores(random: &mut Random, world: &World<'_>, events: &mut Vec<(NaiveDateTime, Event)>) {
    let customers: Vec<usize> = (0..world.people.len())
        .filter(|p| {
            world.people[*p].firm.is_some_and(|f| world.firms[f].lifecycle == crate::contacts::Lifecycle::Customer)
        })
        .collect();
    for (by, person) in world.staff.iter().enumerate() {
        for (days, with_someone) in [(random.within(-5, -1), true), (0, true), (0, false), (random.within(2, 9), true)]
        {
            let someone = (with_someone && !customers.is_empty()).then(|| *random.pick(&customers));
            let (kind, subject) = match someone {
                Some(_) => (
                    "call",
                    (*random.pick(&[
                        "Call {who} back",
                        "Ask {who} whether everything runs",
                        "Tell {who} about the new report",
                    ]))
                    .to_owned(),
                ),
                None => ("to_do", (*random.pick(&CHORES)).to_owned()),
            };
            let input = tasks::Input {
                subject: world.fill(&subject, None, someone),
                kind: kind.to_owned(),
                priority: priority(random),
                due: Some(due_at(random, person, world.now + Duration::days(days), 40)),
                owner_id: Some(person.id),
                about: someone.map(|p| RecordRef::from(world.contacts[p])).into_iter().collect(),
                ..tasks::Input::default()
            };
            let made = calendar::days_ago(random, world.now, 7);
            events.push((made, Event::Planned(by, input, None)));
        }
    }
}

/// Colleagues write to each other on open deals, and to service on customers.
fn mentions(random: &mut Random, world: &World<'_>, events: &mut Vec<(NaiveDateTime, Event)>) {
    for (to, person) in world.staff.iter().enumerate() {
        let open: Vec<usize> = (0..world.plans.len())
            .filter(|d| world.plans[*d].owner == to && world.plans[*d].status() == Status::Open)
            .collect();
        for _ in 0..random.within(1, 2) {
            let by = (to + usize::try_from(random.within(1, 6)).unwrap_or(1)) % world.staff.len();
            let (plan, who, links, title) = if open.is_empty() {
                let who = random.below(world.people.len());
                let mut links = vec![RecordRef::from(world.contacts[who])];
                links.extend(world.people[who].firm.map(|f| RecordRef::from(world.accounts[f])));
                (None, Some(who), links, world.people[who].input.name.clone())
            } else {
                let deal = *random.pick(&open);
                let plan = &world.plans[deal];
                let who = plan.people.first().copied();
                (Some(plan), who, world.links(deal, who), plan.name.clone())
            };
            let text = random.pick(&MENTIONS).replace("{person}", person.name);
            let body = world.fill(&text, plan, who);
            let days = random.within(0, 4);
            let at = calendar::days_ago(random, world.now, days);
            let mut said = entry(random, at, &title, body, links);
            (said.kind, said.outcome, said.minutes) = (EntryKind::Note, String::new(), None);
            events.push((at, Event::Said(by, said, Some(person.id))));
        }
    }
}
