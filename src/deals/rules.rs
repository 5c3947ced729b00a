//! What a deal must have to enter a stage, and what is to be done before it moves on from one.
//!
//! Rules are for moves forward, as an open deal makes them by hand: what comes in from elsewhere (imports), moves back,
//! and losing a deal are free.

use super::{
    Status, competitors,
    pipelines::Stage,
    store::{Deal, Input},
};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn, dialect,
        schema::{deal_checks, deal_contacts, deal_items, stage_checks, stage_rules},
        types::{DealId, StageId},
    },
    error::Result,
    journal::{self, Action, Change},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum! {
    /// Something that a stage can ask for.
    Requirement {
        Account = "account", "Account";
        Amount = "amount", "Amount";
        ExpectedClose = "expected_close", "Expected close";
        Person = "person", "A person with a part in it";
        Product = "product", "A product";
        NextStep = "next_step", "Next step";
        Source = "source", "Source";
        Competitor = "competitor", "Competitor";
        Description = "description", "Description";
    }
}

/// A line of a stage's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub id: i64,
    pub name: String,
    /// Whether it is ticked on the deal that was asked about.
    pub ticked: bool,
}

/// What keeps a deal from entering a stage.
#[derive(Clone, Debug, Default)]
pub struct Missing {
    pub requirements: Vec<Requirement>,
    /// Of the stage that it leaves, not ticked yet.
    pub checks: Vec<Check>,
}

impl Missing {
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty() && self.checks.is_empty()
    }

    /// "Proposal asks for: amount, next step. Still to be ticked: Budget confirmed."
    pub fn sentence(&self, stage: &Stage) -> String {
        let mut parts = Vec::new();
        if !self.requirements.is_empty() {
            let names: Vec<String> = self.requirements.iter().map(|r| r.label().to_lowercase()).collect();
            parts.push(format!("{} asks for: {}.", stage.name, names.join(", ")));
        }
        if !self.checks.is_empty() {
            let names: Vec<&str> = self.checks.iter().map(|c| c.name.as_str()).collect();
            parts.push(format!("Still to be ticked: {}.", names.join(", ")));
        }
        parts.join(" ")
    }
}

/// What a stage asks for.
pub fn of_stage(conn: &mut Conn, stage: StageId) -> Result<Vec<Requirement>> {
    let mut found: Vec<Requirement> =
        stage_rules::table.filter(stage_rules::stage_id.eq(stage)).select(stage_rules::requirement).load(conn)?;
    found.sort();
    Ok(found)
}

/// The checklist of a stage, with the ticks of a deal.
pub fn checklist(conn: &mut Conn, stage: StageId, deal: Option<DealId>) -> Result<Vec<Check>> {
    let lines: Vec<(i64, String)> = stage_checks::table
        .filter(stage_checks::stage_id.eq(stage))
        .order((stage_checks::position, stage_checks::id))
        .select((stage_checks::id, stage_checks::name))
        .load(conn)?;
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let ticked: Vec<i64> = match deal {
        Some(deal) => {
            deal_checks::table.filter(deal_checks::deal_id.eq(deal)).select(deal_checks::check_id).load(conn)?
        }
        None => Vec::new(),
    };
    Ok(lines.into_iter().map(|(id, name)| Check { ticked: ticked.contains(&id), id, name }).collect())
}

/// What keeps this deal, as `next` has it, from entering the stage. `before` is the deal and the stage that it leaves;
/// `None` for a new one, which cannot have people, products or ticks yet.
pub fn missing(
    conn: &mut Conn,
    viewer: &Viewer,
    before: Option<(&Deal, &Stage)>,
    stage: &Stage,
    next: &Input,
) -> Result<Missing> {
    let forward = before.is_none_or(|(deal, from)| {
        deal.status == Status::Open
            && from.id != stage.id
            && (from.pipeline_id != stage.pipeline_id || from.position < stage.position)
    });
    if !forward || stage.kind == Status::Lost || viewer.how == How::Import {
        return Ok(Missing::default());
    }
    let mut found = Missing::default();
    for requirement in of_stage(conn, stage.id)? {
        let met = match requirement {
            Requirement::Account => next.account_id.is_some(),
            Requirement::Amount => next.amount.is_some(),
            Requirement::ExpectedClose => next.expected_close.is_some(),
            Requirement::NextStep => next.next_step.is_some(),
            Requirement::Source => next.source.is_some(),
            Requirement::Competitor => {
                next.competitor.is_some()
                    || match before {
                        Some((deal, _)) => !competitors::of_deal(conn, deal.id)?.is_empty(),
                        None => false,
                    }
            }
            Requirement::Description => !next.description.is_empty(),
            Requirement::Person => match before {
                Some((deal, _)) => {
                    let own = deal_contacts::table.filter(deal_contacts::deal_id.eq(deal.id));
                    diesel::select(diesel::dsl::exists(own)).get_result(conn)?
                }
                None => true,
            },
            Requirement::Product => match before {
                Some((deal, _)) => {
                    let own = deal_items::table.filter(deal_items::deal_id.eq(deal.id));
                    diesel::select(diesel::dsl::exists(own)).get_result(conn)?
                }
                None => true,
            },
        };
        if !met {
            found.requirements.push(requirement);
        }
    }
    if let Some((deal, from)) = before.filter(|(_, from)| from.pipeline_id == stage.pipeline_id) {
        found.checks = checklist(conn, from.id, Some(deal.id))?.into_iter().filter(|c| !c.ticked).collect();
    }
    Ok(found)
}

/// Says what a stage asks for, and its checklist. A line that stays word for word keeps its ticks.
pub fn save(
    conn: &mut Conn,
    viewer: &Viewer,
    stage: &Stage,
    requirements: &[Requirement],
    lines: &[String],
    at: NaiveDateTime,
) -> Result<()> {
    let old_rules = of_stage(conn, stage.id)?;
    let old_lines = checklist(conn, stage.id, None)?;
    diesel::delete(stage_rules::table.filter(stage_rules::stage_id.eq(stage.id))).execute(conn)?;
    for requirement in requirements {
        diesel::insert_into(stage_rules::table)
            .values((stage_rules::stage_id.eq(stage.id), stage_rules::requirement.eq(*requirement)))
            .execute(conn)?;
    }
    for gone in old_lines.iter().filter(|old| !lines.contains(&old.name)) {
        diesel::delete(stage_checks::table.find(gone.id)).execute(conn)?;
    }
    for (position, line) in (0_i32..).zip(lines) {
        match old_lines.iter().find(|old| old.name == *line) {
            Some(old) => diesel::update(stage_checks::table.find(old.id))
                .set(stage_checks::position.eq(position))
                .execute(conn)?,
            None => diesel::insert_into(stage_checks::table)
                .values((
                    stage_checks::stage_id.eq(stage.id),
                    stage_checks::position.eq(position),
                    stage_checks::name.eq(line),
                ))
                .execute(conn)?,
        };
    }
    let labels = |list: &[Requirement]| Some(list.iter().map(|r| r.label()).collect::<Vec<_>>().join(", "));
    let old_names: Vec<String> = old_lines.into_iter().map(|c| c.name).collect();
    let change = Change::new(stage.pipeline_id, Action::Updated, &stage.name)
        .field(&format!("{} asks for", stage.name), labels(&old_rules), labels(requirements))
        .field(&format!("Checklist of {}", stage.name), Some(old_names.join("; ")), Some(lines.join("; ")));
    journal::record(conn, viewer, change, at)
}

/// Ticks these lines of a stage's checklist on a deal, and no others of it.
pub fn tick(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    stage: StageId,
    ticked: &[i64],
    at: NaiveDateTime,
) -> Result<()> {
    // Two people may tick the same line at once.
    dialect::hold(conn, &format!("checks of deal {}", deal.id))?;
    let mut change = Change::new(deal.id, Action::Updated, &deal.name);
    for check in checklist(conn, stage, Some(deal.id))? {
        let now = ticked.contains(&check.id);
        if now == check.ticked {
            continue;
        }
        if now {
            diesel::insert_into(deal_checks::table)
                .values((
                    deal_checks::deal_id.eq(deal.id),
                    deal_checks::check_id.eq(check.id),
                    deal_checks::by_id.eq(viewer.id),
                    deal_checks::at.eq(at),
                ))
                .execute(conn)?;
        } else {
            diesel::delete(deal_checks::table.find((deal.id.0, check.id))).execute(conn)?;
        }
        let word = |yes: bool| Some(if yes { "done" } else { "open" }.to_owned());
        change = change.field(&check.name, word(check.ticked), word(now));
    }
    journal::record(conn, viewer, change, at)
}
