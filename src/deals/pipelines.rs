//! Pipelines and their stages.

use super::{Category, Status};
use crate::{
    db::{
        Conn,
        schema::{close_reasons, pipelines, stages},
        types::{PipelineId, StageId},
    },
    error::Result,
};
use diesel::prelude::*;

/// A step of a pipeline. `kind` open for the steps a deal walks, won and lost for where it ends.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = stages)]
pub struct Stage {
    pub id: StageId,
    pub pipeline_id: PipelineId,
    pub name: String,
    pub position: i32,
    pub kind: Status,
    /// Chance of being won, in percent.
    pub probability: i32,
    pub category: Category,
    /// Days after which a deal here counts as stuck.
    pub stuck_days: Option<i32>,
    /// Days that deals which were won spent here (`paces`).
    pub won_days: Option<i32>,
}

/// An ordered set of stages.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub id: PipelineId,
    pub name: String,
    pub version: i64,
    /// Days without a word after which a deal counts as silent.
    pub silent_days: Option<i32>,
    /// In order: the open ones, then won, then lost.
    pub stages: Vec<Stage>,
}

/// The stages that a new pipeline starts with: the field's usual ones.
pub const STANDARD_STAGES: [(&str, Status, i32, Category, Option<i32>); 7] = [
    ("Qualification", Status::Open, 10, Category::Pipeline, Some(14)),
    ("Needs analysis", Status::Open, 20, Category::Pipeline, Some(21)),
    ("Proposal", Status::Open, 50, Category::BestCase, Some(21)),
    ("Negotiation", Status::Open, 75, Category::Commit, Some(14)),
    ("Verbal yes", Status::Open, 90, Category::Commit, Some(10)),
    ("Won", Status::Won, 100, Category::Closed, None),
    ("Lost", Status::Lost, 0, Category::Omitted, None),
];

const STANDARD_REASONS: [(&str, Status); 10] = [
    ("Best fit", Status::Won),
    ("Price", Status::Won),
    ("Relationship", Status::Won),
    ("Existing customer", Status::Won),
    ("Price", Status::Lost),
    ("Missing feature", Status::Lost),
    ("Chose a competitor", Status::Lost),
    ("No budget", Status::Lost),
    ("No decision", Status::Lost),
    ("Went silent", Status::Lost),
];

/// Makes the first pipeline and the usual reasons for closing.
pub fn make_defaults(conn: &mut Conn) -> Result<()> {
    make(conn, "Sales", &STANDARD_STAGES)?;
    for (position, (name, outcome)) in (0_i32..).zip(STANDARD_REASONS) {
        diesel::insert_into(close_reasons::table)
            .values((
                close_reasons::name.eq(name),
                close_reasons::outcome.eq(outcome),
                close_reasons::position.eq(position),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Makes a pipeline with these stages, in this order.
pub fn make(conn: &mut Conn, name: &str, with: &[(&str, Status, i32, Category, Option<i32>)]) -> Result<PipelineId> {
    let last: Option<i32> = pipelines::table.select(diesel::dsl::max(pipelines::position)).first(conn)?;
    let id: PipelineId = diesel::insert_into(pipelines::table)
        .values((pipelines::name.eq(name), pipelines::position.eq(last.unwrap_or(0) + 1)))
        .returning(pipelines::id)
        .get_result(conn)?;
    for (position, (name, kind, probability, category, stuck_days)) in (0_i32..).zip(with) {
        diesel::insert_into(stages::table)
            .values((
                stages::pipeline_id.eq(id),
                stages::name.eq(name),
                stages::position.eq(position),
                stages::kind.eq(*kind),
                stages::probability.eq(probability),
                stages::category.eq(*category),
                stages::stuck_days.eq(stuck_days),
            ))
            .execute(conn)?;
    }
    Ok(id)
}

/// Every pipeline with its stages, in order.
pub fn all(conn: &mut Conn) -> Result<Vec<Pipeline>> {
    let rows: Vec<(PipelineId, String, i64, Option<i32>)> = pipelines::table
        .order((pipelines::position, pipelines::id))
        .select((pipelines::id, pipelines::name, pipelines::version, pipelines::silent_days))
        .load(conn)?;
    let mut steps: Vec<Stage> = stages::table
        .order((stages::pipeline_id, stages::position, stages::id))
        .select(Stage::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, version, silent_days)| {
            let (own, rest) = std::mem::take(&mut steps).into_iter().partition(|s| s.pipeline_id == id);
            steps = rest;
            Pipeline { id, name, version, silent_days, stages: own }
        })
        .collect())
}

/// One stage.
pub fn stage(conn: &mut Conn, id: StageId) -> Result<Stage> {
    Ok(stages::table.find(id).select(Stage::as_select()).first(conn)?)
}

/// The stages of a pipeline, in order.
pub fn stages(conn: &mut Conn, pipeline: PipelineId) -> Result<Vec<Stage>> {
    Ok(stages::table
        .filter(stages::pipeline_id.eq(pipeline))
        .order((stages::position, stages::id))
        .select(Stage::as_select())
        .load(conn)?)
}

/// The stage in which a pipeline's deals end like this.
pub fn closing_stage(conn: &mut Conn, pipeline: PipelineId, outcome: Status) -> Result<Stage> {
    Ok(stages::table
        .filter(stages::pipeline_id.eq(pipeline))
        .filter(stages::kind.eq(outcome))
        .order((stages::position, stages::id))
        .select(Stage::as_select())
        .first(conn)?)
}

/// The name of a pipeline, for the journal.
pub fn name_of(conn: &mut Conn, id: PipelineId) -> Result<Option<String>> {
    Ok(pipelines::table.find(id).select(pipelines::name).first(conn).optional()?)
}

impl Pipeline {
    /// The steps that a deal walks.
    pub fn open(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|s| s.kind == Status::Open)
    }

    /// Icon of a stage: the ring fills from the first open stage to the last.
    pub fn icon(&self, stage: &Stage) -> &'static str {
        const RINGS: [&str; 5] = ["stage-1", "stage-2", "stage-3", "stage-4", "stage-5"];
        match stage.kind {
            Status::Won => "stage-won",
            Status::Lost => "stage-lost",
            Status::Open => {
                let steps = self.open().count();
                let at = self.open().position(|s| s.id == stage.id).unwrap_or(0);
                RINGS[if steps <= RINGS.len() { at.min(4) } else { at * 4 / (steps - 1) }]
            }
        }
    }
}

/// Every pipeline and stage, to draw rows with.
#[derive(Clone, Debug)]
pub struct Known(pub Vec<Pipeline>);

impl Known {
    pub fn load(conn: &mut Conn) -> Result<Self> {
        Ok(Self(all(conn)?))
    }

    pub fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.0.iter().find(|p| p.id == id)
    }

    /// A stage with its pipeline.
    pub fn stage(&self, id: StageId) -> Option<(&Pipeline, &Stage)> {
        self.0.iter().find_map(|p| p.stages.iter().find(|s| s.id == id).map(|s| (p, s)))
    }

    /// The name of a stage, with its pipeline's where there are several.
    pub fn label(&self, pipeline: &Pipeline, stage: &Stage) -> String {
        if self.0.len() > 1 { format!("{} ({})", stage.name, pipeline.name) } else { stage.name.clone() }
    }
}
