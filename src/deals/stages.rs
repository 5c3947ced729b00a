//! Changing pipelines and their stages, as an admin does in the settings.

use super::{
    Category, Status, moves,
    pipelines::{self, Pipeline, STANDARD_STAGES, Stage},
    store::{self, Input},
};
use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::{deals, pipelines as pipeline_rows, stages},
        types::{DealId, PipelineId, StageId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A stage as the form gives it: already valid.
#[derive(Clone, Debug)]
pub struct StageInput {
    /// `None` for a new one.
    pub id: Option<StageId>,
    pub name: String,
    /// In percent.
    pub probability: i32,
    pub category: Category,
    pub stuck_days: Option<i32>,
}

/// The pipeline with its stages.
pub fn get(conn: &mut Conn, id: PipelineId) -> Result<Pipeline> {
    pipelines::all(conn)?.into_iter().find(|p| p.id == id).ok_or(Error::NotFound)
}

/// Adds a pipeline with the usual stages, to be changed.
///
/// # Errors
/// `Error::Refused` when there is one of this name.
pub fn create(conn: &mut Conn, viewer: &Viewer, name: &str, at: NaiveDateTime) -> Result<PipelineId> {
    unused(conn, name, None)?;
    let id = pipelines::make(conn, name, &STANDARD_STAGES)?;
    tell(conn, viewer, Change::new(id, Action::Created, name), at)?;
    Ok(id)
}

/// Two pipelines of one name could not be told apart where one is chosen.
fn unused(conn: &mut Conn, name: &str, own: Option<PipelineId>) -> Result<()> {
    dialect::hold(conn, "names of pipelines")?;
    let name = fold(name);
    match pipelines::all(conn)?.into_iter().find(|p| Some(p.id) != own && fold(&p.name) == name) {
        Some(other) => Err(Error::Refused(format!("There is a pipeline “{}”: choose another name.", other.name))),
        None => Ok(()),
    }
}

/// Saves the name and the open stages, in this order, over the version that was read; closing stages keep their place at
/// the end. `Ok(false)` when someone else saved in between. Stages that are not named stay where they were, behind.
pub fn save(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Pipeline,
    version: i64,
    (name, silent_days): (&str, Option<i32>),
    inputs: &[StageInput],
    at: NaiveDateTime,
) -> Result<bool> {
    if before.name != name {
        unused(conn, name, Some(before.id))?;
    }
    let own = pipeline_rows::table.find(before.id).filter(pipeline_rows::version.eq(version));
    let rows = diesel::update(own)
        .set((
            pipeline_rows::name.eq(name),
            pipeline_rows::silent_days.eq(silent_days),
            pipeline_rows::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let known = |id: Option<StageId>| before.open().find(|s| Some(s.id) == id);
    let mut position = 0_i32;
    for input in inputs {
        let values = (
            stages::name.eq(&input.name),
            stages::position.eq(position),
            stages::probability.eq(input.probability),
            stages::category.eq(input.category),
            stages::stuck_days.eq(input.stuck_days),
        );
        match known(input.id) {
            Some(stage) => diesel::update(stages::table.find(stage.id)).set(values).execute(conn)?,
            None => diesel::insert_into(stages::table)
                .values((values, stages::pipeline_id.eq(before.id), stages::kind.eq(Status::Open)))
                .execute(conn)?,
        };
        position += 1;
    }
    let named = |stage: &Stage| inputs.iter().any(|i| i.id == Some(stage.id));
    let (open, closing): (Vec<&Stage>, Vec<&Stage>) =
        before.stages.iter().filter(|s| !named(s)).partition(|s| s.kind == Status::Open);
    for stage in open.into_iter().chain(closing) {
        diesel::update(stages::table.find(stage.id)).set(stages::position.eq(position)).execute(conn)?;
        position += 1;
    }
    keep_categories(conn, viewer, before, inputs, at)?;
    let after = get(conn, before.id)?;
    let change = Change::new(before.id, Action::Updated, name)
        .field("Name", Some(before.name.clone()), Some(name.to_owned()))
        .field(
            "Silent after",
            before.silent_days.map(|d| format!("{d} days")),
            silent_days.map(|d| format!("{d} days")),
        )
        .field("Stages", Some(words(before)), Some(words(&after)));
    tell(conn, viewer, change, at)?;
    Ok(true)
}

/// A stage that counts in the forecast as something else moves its open deals there, but those with a category of their
/// own.
fn keep_categories(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Pipeline,
    inputs: &[StageInput],
    at: NaiveDateTime,
) -> Result<()> {
    let changed = |s: &&Stage| inputs.iter().any(|i| i.id == Some(s.id) && i.category != s.category);
    for stage in before.open().filter(changed) {
        let ids: Vec<DealId> = deals::table
            .filter(deals::stage_id.eq(stage.id))
            .filter(deals::status.eq(Status::Open))
            .filter(deals::category.is_null())
            .order(deals::id)
            .select(deals::id)
            .load(conn)?;
        for some in ids.chunks(500) {
            moves::add_as_they_are(conn, some, viewer.id, at)?;
        }
    }
    Ok(())
}

/// Open stages on a line, for the journal.
fn words(pipeline: &Pipeline) -> String {
    let one = |s: &Stage| {
        let stuck = s.stuck_days.map_or(String::new(), |d| format!(", {d} days"));
        format!("{} ({} %, {}{stuck})", s.name, s.probability, s.category.label())
    };
    pipeline.open().map(one).collect::<Vec<_>>().join(" · ")
}

/// How many deals are in each stage of a pipeline, the bin left out.
pub fn counts(conn: &mut Conn, pipeline: PipelineId) -> Result<Vec<(StageId, i64)>> {
    Ok(deals::table
        .filter(deals::pipeline_id.eq(pipeline))
        .filter(deals::deleted_at.is_null())
        .group_by(deals::stage_id)
        .select((deals::stage_id, diesel::dsl::count_star()))
        .load(conn)?)
}

/// Takes a stage out of its pipeline. Its deals, those in the bin too, move to another open stage of it; each keeps that
/// as a move. Returns how many moved.
///
/// # Errors
/// `Error::Refused` for a closing stage, the last open one, and a target that cannot take the deals.
pub fn remove(
    conn: &mut Conn,
    viewer: &Viewer,
    pipeline: PipelineId,
    id: StageId,
    to: StageId,
    at: NaiveDateTime,
) -> Result<usize> {
    let before = get(conn, pipeline)?;
    let stage = before.stages.iter().find(|s| s.id == id).ok_or(Error::NotFound)?;
    if stage.kind != Status::Open {
        return Err(Error::Refused("A pipeline ends in won and lost: these stages stay.".into()));
    }
    if !before.open().any(|s| s.id == to && s.id != id) {
        return Err(Error::Refused("Choose another open stage of this pipeline for its deals.".into()));
    }
    let ids: Vec<DealId> = deals::table.filter(deals::stage_id.eq(id)).order(deals::id).select(deals::id).load(conn)?;
    for deal in &ids {
        let deal = store::any(conn, viewer, *deal)?;
        let next = Input { stage_id: to, ..Input::of(&deal) };
        if !store::save(conn, viewer, &deal, deal.version, &next, at)? {
            return Err(Error::Refused("A deal changed while its stage was removed: do it again.".into()));
        }
    }
    diesel::delete(stages::table.find(id)).execute(conn)?;
    diesel::update(pipeline_rows::table.find(pipeline))
        .set(pipeline_rows::version.eq(pipeline_rows::version + 1))
        .execute(conn)?;
    let after = get(conn, pipeline)?;
    let change =
        Change::new(pipeline, Action::Updated, &before.name).field("Stages", Some(words(&before)), Some(words(&after)));
    tell(conn, viewer, change, at)?;
    Ok(ids.len())
}

/// Settings have no timeline: the journal alone keeps them.
fn tell(conn: &mut Conn, viewer: &Viewer, mut change: Change, at: NaiveDateTime) -> Result<()> {
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}
