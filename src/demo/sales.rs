//! The deals of the demo company, each walked through its stages from the day it was made.

use super::{
    calendar::{self, HISTORY},
    firms::{Firm, Person},
    people::Colleague,
    random::Random,
    words::{DEAL_TAGS, DEALS, PRODUCTS, RIVALS, ROLES, SOURCES, STEPS},
};
use crate::{
    contacts::Lifecycle,
    db::{
        Conn,
        schema::{deal_contacts, deal_items},
        types::{AccountId, ContactId, DealId, Money, ProductId, exponent},
    },
    deals::{
        self, Closing, Move, Status,
        pipelines::{Pipeline, Stage},
        reasons::{Outcome, Reason},
    },
    error::{Error, Result},
};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;

/// One step of a deal.
pub(super) struct Step {
    pub at: NaiveDateTime,
    pub stage: Stage,
    amount: Option<i64>,
    close: NaiveDate,
}

/// A deal to be.
pub(super) struct Plan {
    pub firm: Option<usize>,
    pub owner: usize,
    pub name: String,
    pub currency: Currency,
    /// In minor units, when it is known.
    pub amount: Option<i64>,
    /// Product, quantity, unit price in minor units.
    items: Vec<(usize, i64, i64)>,
    pub steps: Vec<Step>,
    pipeline: usize,
    /// Places among the people.
    pub people: Vec<usize>,
    pub rival: Option<&'static str>,
    next_step: Option<(&'static str, NaiveDate)>,
    source: Option<&'static str>,
    tags: Vec<String>,
}

impl Plan {
    pub(super) fn status(&self) -> Status {
        self.steps.last().map_or(Status::Open, |s| s.stage.kind)
    }

    /// Product, quantity, unit price in minor units.
    pub(super) fn items(&self) -> &[(usize, i64, i64)] {
        &self.items
    }

    pub(super) fn money(&self) -> Option<Money> {
        self.amount.map(|minor| Money::new(minor, self.currency))
    }
}

/// What plans are made from.
pub(super) struct Market<'a> {
    pub pipelines: &'a [Pipeline],
    pub staff: &'a [Colleague],
    /// Company's currency per unit, in billionths.
    pub rates: &'a [(Currency, i64)],
    pub now: NaiveDateTime,
}

/// Chances in a hundred that a deal is lost out of its first, second … stage.
const LOST: [i64; 5] = [24, 18, 17, 12, 6];

/// Plans so many deals and lets accounts and contacts be what their deals make them.
pub(super) fn plan(
    random: &mut Random,
    market: &Market<'_>,
    firms: &mut [Firm],
    people: &mut [Person],
    count: usize,
) -> Vec<Plan> {
    let mut plans = Vec::with_capacity(count);
    for _ in 0..count {
        // A few accounts buy again and again.
        let firm = match random.within(0, 99) {
            0..=2 => None,
            3..=50 => Some(random.below(firms.len() / 5 + 1)),
            _ => Some(random.below(firms.len())),
        };
        let plan = plan_one(random, market, firms, firm);
        let (made, status) = (plan.steps.first().map_or(market.now, |s| s.at), plan.status());
        if let Some(firm) = firm {
            let firm = &mut firms[firm];
            firm.lifecycle = match (status, firm.lifecycle) {
                (Status::Won, _) | (_, Lifecycle::Customer) => Lifecycle::Customer,
                (Status::Open, _) => Lifecycle::Qualified,
                (_, now) => now,
            };
        }
        for person in &plan.people {
            let known = made - Duration::hours(3);
            people[*person].made = people[*person].made.min(known);
        }
        plans.push(plan);
    }
    plans
}

fn plan_one(random: &mut Random, market: &Market<'_>, firms: &[Firm], firm: Option<usize>) -> Plan {
    let home = firm.map(|f| &firms[f]);
    let sellers: Vec<usize> = (0..market.staff.len()).filter(|i| market.staff[*i].sells()).collect();
    let owner = home.map_or_else(|| *random.pick(&sellers), |f| f.owner);
    let age = if random.chance(26) { random.within(1, 55) } else { random.within(10, HISTORY) };
    let made = calendar::days_ago(random, market.now, age);
    let renewal = market.pipelines.len() > 1 && age < HISTORY - 200 && random.chance(12);
    let (pattern, family) = if renewal { ("Renewal {year}", "Subscriptions") } else { *random.pick(&DEALS) };
    let name =
        pattern.replace("{n}", &random.within(2, 9).to_string()).replace("{year}", &(made.year() + 1).to_string());
    let currency = home.and_then(|f| Currency::from_code(f.culture.currency)).unwrap_or(Currency::EUR);
    let rate = market.rates.iter().find(|(c, _)| *c == currency).map_or(1_000_000_000, |(_, r)| *r);
    // What is new has no lines yet, now and then.
    let items = if age < 55 && random.chance(25) { Vec::new() } else { items(random, family, currency, rate) };
    let amount = match items.is_empty() {
        true => None,
        false => Some(items.iter().map(|(_, quantity, price)| quantity * price).sum()),
    };
    let mut plan = Plan {
        people: home.map(|f| some_of(random, &f.people)).unwrap_or_default(),
        firm,
        owner,
        name,
        currency,
        amount,
        items,
        steps: Vec::new(),
        pipeline: usize::from(renewal),
        rival: None,
        next_step: None,
        source: random.chance(80).then(|| *random.pick(&SOURCES)),
        tags: if random.chance(18) { vec![(*random.pick(&DEAL_TAGS)).to_owned()] } else { Vec::new() },
    };
    walk(random, market, &mut plan, made);
    let today = market.now.date();
    match plan.status() {
        Status::Open if random.chance(78) => {
            let day =
                today + Duration::days(if random.chance(14) { random.within(-9, -1) } else { random.within(0, 24) });
            plan.next_step = Some((*random.pick(&STEPS), day));
        }
        Status::Lost if random.chance(45) => plan.rival = Some(*random.pick(&RIVALS)),
        _ if random.chance(15) => plan.rival = Some(*random.pick(&RIVALS)),
        _ => {}
    }
    plan
}

fn some_of(random: &mut Random, people: &[usize]) -> Vec<usize> {
    let mut chosen = people.to_vec();
    random.shuffle(&mut chosen);
    chosen.truncate(usize::try_from(random.within(1, 4)).unwrap_or(1));
    chosen
}

/// Lines that go together: the thing itself, how it talks, who looks after it.
fn items(random: &mut Random, family: &str, currency: Currency, rate_e9: i64) -> Vec<(usize, i64, i64)> {
    let of = |family: &str| -> Vec<usize> { (0..PRODUCTS.len() - 1).filter(|p| PRODUCTS[*p].2 == family).collect() };
    let mut lines = vec![(*random.pick(&of(family)), random.within(2, 40))];
    if matches!(family, "Probes" | "Monitors" | "Loggers") && random.chance(65) {
        lines.push((*random.pick(&of("Gateways")), random.within(1, 6)));
    }
    if family != "Subscriptions" && random.chance(60) {
        lines.push((*random.pick(&of("Subscriptions")), random.within(1, 4)));
    }
    if family != "Services" && random.chance(45) {
        lines.push((*random.pick(&of("Services")), random.within(1, 5)));
    }
    lines
        .into_iter()
        .map(|(product, quantity)| (product, quantity, price_in(PRODUCTS[product].4, currency, rate_e9)))
        .collect()
}

/// A price of the company's currency in another, in whole units.
pub(super) fn price_in(cents: i64, currency: Currency, rate_e9: i64) -> i64 {
    let unit = 10_i128.pow(exponent(currency));
    let whole = i128::from(cents) * 1_000_000_000 / 100 / i128::from(rate_e9.max(1));
    i64::try_from(whole.max(1) * unit).unwrap_or(i64::MAX)
}

/// From stage to stage until it is closed or today is reached. Some stand still for long.
fn walk(random: &mut Random, market: &Market<'_>, plan: &mut Plan, made: NaiveDateTime) {
    let pipeline = &market.pipelines[plan.pipeline];
    let open: Vec<&Stage> = pipeline.stages.iter().filter(|s| s.kind == Status::Open).collect();
    let end = |kind: Status| pipeline.stages.iter().find(|s| s.kind == kind);
    let mut close = made.date() + Duration::days(random.within(35, 120));
    let mut factor = if random.chance(30) { random.within(80, 125) } else { 100 };
    let (mut at, mut stage) = (made, 0);
    while let Some(here) = open.get(stage) {
        plan.steps.push(Step {
            at,
            stage: (*here).clone(),
            amount: plan.amount.map(|a| scaled(a, factor, plan.currency)),
            close,
        });
        let dwell = if random.chance(7) { random.within(50, 190) } else { random.within(4, 27) };
        let next = calendar::hour_on(random, (at + Duration::days(dwell)).date());
        if next >= market.now || next <= at {
            break;
        }
        at = next;
        let lost = random.chance(LOST.get(stage).copied().unwrap_or(10));
        stage += 1;
        if random.chance(40) {
            factor = 100;
        }
        if close < at.date() + Duration::days(10) && random.chance(72) {
            close = at.date() + Duration::days(random.within(14, 50));
        }
        let kind = if lost { Status::Lost } else { Status::Won };
        if (lost || stage == open.len())
            && let Some(last) = end(kind)
        {
            plan.steps.push(Step { at, stage: last.clone(), amount: plan.amount, close: at.date() });
            return;
        }
    }
    // What it is worth today is what its lines say.
    if let Some(last) = plan.steps.last_mut() {
        last.amount = plan.amount;
    }
}

/// A part of an amount, in whole units.
fn scaled(amount: i64, percent: i64, currency: Currency) -> i64 {
    let unit = 10_i64.pow(exponent(currency));
    (amount / 100).saturating_mul(percent) / unit * unit
}

/// Keeps the deals with their people and lines; their ids in the same order.
pub(super) fn keep(
    conn: &mut Conn,
    random: &mut Random,
    market: &Market<'_>,
    plans: &[Plan],
    (accounts, contacts, products): (&[AccountId], &[ContactId], &[ProductId]),
    reasons: &[Reason],
) -> Result<Vec<DealId>> {
    let mut ids = Vec::with_capacity(plans.len());
    for plan in plans {
        let owner = &market.staff[plan.owner];
        let Some(last) = plan.steps.last() else { return Err(Error::internal("a planned deal has no step")) };
        let status = plan.status();
        let fitting: Vec<&Reason> = reasons.iter().filter(|r| Some(r.outcome) == Outcome::of(status)).collect();
        let closing = (status != Status::Open).then(|| Closing {
            on: last.at.date(),
            reason_id: (!fitting.is_empty()).then(|| random.pick(&fitting).id),
            note: None,
        });
        let input = deals::Input {
            name: plan.name.clone(),
            account_id: plan.firm.map(|f| accounts[f]),
            pipeline_id: market.pipelines[plan.pipeline].id,
            stage_id: last.stage.id,
            amount: plan.amount,
            currency: plan.currency,
            expected_close: if random.chance(96) { Some(last.close) } else { None },
            owner_id: Some(owner.id),
            source: plan.source.map(str::to_owned),
            category: None,
            next_step: plan.next_step.map(|(text, _)| text.to_owned()),
            next_step_on: plan.next_step.map(|(_, day)| day),
            competitor: plan.rival.map(str::to_owned),
            closing,
            description: String::new(),
            tags: plan.tags.clone(),
        };
        let moves: Vec<Move> = plan
            .steps
            .iter()
            .map(|step| Move {
                at: step.at,
                by: Some(owner.id),
                stage_id: step.stage.id,
                amount: step.amount,
                expected_close: Some(step.close),
                owner_id: Some(owner.id),
            })
            .collect();
        let made = plan.steps.first().map_or(market.now, |s| s.at);
        let id = deals::create_with_history(conn, &owner.viewer(), &input, &moves, made)?;
        for (place, person) in plan.people.iter().enumerate() {
            diesel::insert_into(deal_contacts::table)
                .values((
                    deal_contacts::deal_id.eq(id),
                    deal_contacts::contact_id.eq(contacts[*person]),
                    deal_contacts::role.eq(ROLES[(place + plan.owner) % ROLES.len()]),
                ))
                .execute(conn)?;
        }
        for (position, (product, quantity, price)) in (0_i32..).zip(&plan.items) {
            diesel::insert_into(deal_items::table)
                .values((
                    deal_items::deal_id.eq(id),
                    deal_items::product_id.eq(products[*product]),
                    deal_items::quantity.eq(quantity * 1000),
                    deal_items::tax_rate.eq(2500_i64),
                    deal_items::unit_price.eq(price),
                    deal_items::position.eq(position),
                ))
                .execute(conn)?;
        }
        ids.push(id);
    }
    Ok(ids)
}
