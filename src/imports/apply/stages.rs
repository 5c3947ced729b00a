//! Which of our stages a file's stages are. Where no pipeline has them, one is made that does.

use super::notes::Notes;
use crate::{
    auth::Viewer,
    db::{
        Conn,
        types::{PipelineId, StageId, clean, match_key},
    },
    deals::{
        Category, Status,
        pipelines::{self, Pipeline},
    },
    error::{Error, Result},
    imports::{mapping::Plan, reader::Table, record::Record, words},
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use std::collections::HashMap;

/// The pipeline for stages that come without one.
const UNNAMED: &str = "Imported sales";

/// Chance of being won, in percent, in the open stages that other programs start with: Salesforce's and HubSpot's
/// defaults, and those of the Maven set.
const KNOWN: [(&str, i32); 16] = [
    ("prospecting", 10),
    ("qualification", 10),
    ("needsanalysis", 20),
    ("appointmentscheduled", 20),
    ("engaging", 40),
    ("qualifiedtobuy", 40),
    ("valueproposition", 50),
    ("iddecisionmakers", 60),
    ("presentationscheduled", 60),
    ("perceptionanalysis", 70),
    ("proposalpricequote", 75),
    ("decisionmakerboughtin", 80),
    ("negotiationreview", 90),
    ("negotiation", 90),
    ("contractsent", 90),
    ("proposal", 75),
];

/// A pipeline and the names of its stages.
struct Mapped {
    pipeline: PipelineId,
    by_name: HashMap<String, StageId>,
    open: Vec<StageId>,
    won: Option<StageId>,
    lost: Option<StageId>,
}

impl Mapped {
    fn new(pipeline: &Pipeline) -> Self {
        let first = |kind: Status| pipeline.stages.iter().find(|s| s.kind == kind).map(|s| s.id);
        Self {
            pipeline: pipeline.id,
            by_name: pipeline.stages.iter().map(|s| (match_key(&s.name), s.id)).collect(),
            open: pipeline.stages.iter().filter(|s| s.kind == Status::Open).map(|s| s.id).collect(),
            won: first(Status::Won),
            lost: first(Status::Lost),
        }
    }
}

/// The stages of a file's pipelines, by what its pipeline column says (empty where it has none).
#[derive(Default)]
pub struct Stages {
    mapped: HashMap<String, PipelineId>,
    pipelines: HashMap<PipelineId, Mapped>,
}

/// Where a deal stands, and the open stages before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub pipeline: PipelineId,
    pub stage: StageId,
    /// What the stage says; the row may not say otherwise.
    pub status: Status,
    pub first_open: StageId,
    pub last_open: StageId,
}

impl Stages {
    /// Finds, or makes, a pipeline for each of the file's.
    pub fn prepare(
        conn: &mut Conn,
        viewer: &Viewer,
        wanted: &Wanted,
        notes: &mut Notes,
        at: NaiveDateTime,
    ) -> Result<Self> {
        let mut known = pipelines::all(conn)?;
        let mut mapped = HashMap::new();
        for (name, stages) in &wanted.0 {
            let at = match fitting(&known, name, stages) {
                Some(at) => at,
                None => {
                    let made = make(conn, viewer, &known, (name, stages), at)?;
                    known = pipelines::all(conn)?;
                    let at = known.iter().position(|p| p.id == made).unwrap_or_default();
                    let steps: Vec<&str> = known[at].stages.iter().map(|s| s.name.as_str()).collect();
                    notes.line(format!("The pipeline “{}” was made: {}.", known[at].name, steps.join(", ")));
                    at
                }
            };
            mapped.insert(match_key(name), known[at].id);
        }
        Ok(Self { mapped, pipelines: known.iter().map(|p| (p.id, Mapped::new(p))).collect() })
    }

    /// The stage of a row. `now` is where the deal stands already: a row that names no stage leaves it there.
    pub fn of(&self, record: &Record, now: Option<(PipelineId, StageId)>) -> Result<Option<Standing>, String> {
        let stage = record.text("stage");
        let status = record.text("status").and_then(Status::parse);
        if now.is_some() && stage.is_none() && status.is_none() {
            return Ok(None);
        }
        let named_in = |mapped: &Mapped| stage.and_then(|name| mapped.by_name.get(&match_key(name))).copied();
        let own = now.filter(|_| record.text("pipeline").is_none()).and_then(|(id, _)| self.pipelines.get(&id));
        let key = match_key(record.text("pipeline").unwrap_or_default());
        let of_file = self.mapped.get(&key).and_then(|id| self.pipelines.get(id));
        // A row that names no pipeline leaves the deal in its own, if that has the stage.
        let mapped = own.filter(|m| stage.is_none() || named_in(m).is_some()).or(of_file);
        let Some(mapped) = mapped else { return Err("There is no pipeline for this row.".to_owned()) };
        let named = named_in(mapped);
        let (Some(first_open), Some(last_open)) = (mapped.open.first().copied(), mapped.open.last().copied()) else {
            return Err("The pipeline has no open stage: add one in the settings.".to_owned());
        };
        // "Closed Won" is the won stage whatever that is called; a deal marked as closed stands in no open stage.
        let (stage, status) = match status {
            Some(Status::Won) => (mapped.won, Status::Won),
            Some(Status::Lost) => (mapped.lost, Status::Lost),
            _ => (named.or(Some(first_open)), Status::Open),
        };
        let stage = stage.ok_or("The pipeline has no stage for closed deals.")?;
        let status = match stage {
            stage if Some(stage) == mapped.won => Status::Won,
            stage if Some(stage) == mapped.lost => Status::Lost,
            _ => status,
        };
        Ok(Some(Standing { pipeline: mapped.pipeline, stage, status, first_open, last_open }))
    }
}

/// The pipelines that a file names, each with its open stages in the order they occur.
#[derive(Default)]
pub struct Wanted(Vec<(String, Vec<String>)>);

/// Reads the stages of the whole file.
pub fn wanted(plan: &Plan, table: &Table) -> Wanted {
    let column = |key: &str| plan.columns.iter().position(|c| c.field.is_some_and(|f| f.key == key));
    let (pipeline, stage) = (column("pipeline"), column("stage"));
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for row in table.rows().flatten() {
        let cell = |at: Option<usize>| at.and_then(|at| clean(&row.cells[at])).unwrap_or_default();
        let (name, stage) = (cell(pipeline), cell(stage));
        let at = match found.iter().position(|(known, _)| match_key(known) == match_key(&name)) {
            Some(at) => at,
            None => {
                found.push((name, Vec::new()));
                found.len() - 1
            }
        };
        let closing = matches!(words::deal_status(&stage), Some("won" | "lost"));
        let stages = &mut found[at].1;
        if !stage.is_empty() && !closing && !stages.iter().any(|s| match_key(s) == match_key(&stage)) {
            stages.push(stage);
        }
    }
    Wanted(found)
}

/// The pipeline that has all these stages: the one of that name, else any.
fn fitting(known: &[Pipeline], name: &str, stages: &[String]) -> Option<usize> {
    let has = |pipeline: &Pipeline| {
        stages.iter().all(|wanted| pipeline.stages.iter().any(|s| match_key(&s.name) == match_key(wanted)))
    };
    let same_name = |p: &&Pipeline| !name.is_empty() && match_key(&p.name) == match_key(name);
    let named = known.iter().filter(same_name).find(|p| has(p)).map(|p| p.id);
    let any = || known.iter().find(|p| has(p)).map(|p| p.id);
    // Without any open stage in the file, a pipeline of its own would be empty.
    let id = if name.is_empty() || stages.is_empty() {
        named.or_else(any)
    } else {
        named.or_else(|| suffixed(known, name, &has))
    };
    id.and_then(|id| known.iter().position(|p| p.id == id))
}

/// A pipeline that an earlier import made under this name and a number.
fn suffixed(known: &[Pipeline], name: &str, has: &impl Fn(&Pipeline) -> bool) -> Option<PipelineId> {
    (2..100).find_map(|n| {
        let name = match_key(&format!("{name} {n}"));
        known.iter().find(|p| match_key(&p.name) == name && has(p)).map(|p| p.id)
    })
}

fn make(
    conn: &mut Conn,
    viewer: &Viewer,
    known: &[Pipeline],
    (name, stages): (&str, &[String]),
    at: NaiveDateTime,
) -> Result<PipelineId> {
    let base: String = if name.is_empty() { UNNAMED } else { name }.chars().take(100).collect();
    let taken = |name: &str| known.iter().any(|p| match_key(&p.name) == match_key(name));
    let name = match taken(&base) {
        false => base,
        true => (2..100)
            .map(|n| format!("{base} {n}"))
            .find(|name| !taken(name))
            .ok_or_else(|| Error::internal(format!("there are too many pipelines called {base}")))?,
    };
    let mut open: Vec<(&str, i32)> = stages
        .iter()
        .map(|s| {
            let chance = KNOWN.iter().find(|(key, _)| *key == match_key(s)).map_or(50, |(_, chance)| *chance);
            (s.as_str(), chance)
        })
        .collect();
    open.sort_by_key(|(_, chance)| *chance);
    let mut with: Vec<(&str, Status, i32, Category, Option<i32>)> = open
        .into_iter()
        .map(|(name, chance)| {
            let category = match chance {
                ..50 => Category::Pipeline,
                50..75 => Category::BestCase,
                _ => Category::Commit,
            };
            (name, Status::Open, chance, category, None)
        })
        .collect();
    with.push(("Won", Status::Won, 100, Category::Closed, None));
    with.push(("Lost", Status::Lost, 0, Category::Omitted, None));
    let id = pipelines::make(conn, &name, &with)?;
    let steps = with.iter().map(|(step, ..)| *step).collect::<Vec<_>>().join(", ");
    let mut change = Change::new(id, Action::Created, &name).field("Stages", None, Some(steps));
    change.quiet = true;
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}
