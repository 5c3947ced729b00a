//! Pipelines and their stages: the list, the form, and taking a stage out.

use crate::{
    db::types::{PipelineId, StageId, clean},
    deals::{
        Category,
        pipelines::{self, Pipeline, Stage},
        stages::{self, StageInput},
    },
    error::{Error, Result},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, page_with, redraw, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

/// Stages that a pipeline has at most: more do not fit a board.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "settings/pipelines.html")]
struct PipelineIndex {
    page: Page,
    pipelines: Vec<(Pipeline, i64)>,
    name: String,
    errors: Vec<(String, String)>,
}

impl PipelineIndex {
    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }
}

/// `GET /settings/pipelines`
pub async fn index(who: Admin, app: App) -> Answer {
    page(&listed(who.0, &app, String::new(), Vec::new()).await?)
}

async fn listed(reader: Page, app: &App, name: String, errors: Vec<(String, String)>) -> Result<PipelineIndex> {
    let pipelines = app
        .db
        .read(|conn| {
            let all = pipelines::all(conn)?;
            let with_counts = all.into_iter().map(|p| {
                let counts = stages::counts(conn, p.id)?;
                let open = counts.iter().filter(|(id, _)| p.open().any(|s| s.id == *id)).map(|(_, n)| n).sum();
                Ok((p, open))
            });
            with_counts.collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(PipelineIndex { page: reader, pipelines, name, errors })
}

/// `POST /settings/pipelines`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let typed = fields.one("name").to_owned();
    let Some(name) = clean(&typed).filter(|n| n.chars().count() <= 80) else {
        let errors = vec![("name".to_owned(), "Write a name of at most 80 signs, such as “Renewals”.".to_owned())];
        return redraw(&listed(who.0, &app, typed, errors).await?);
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let made = app.db.write(move |conn| stages::create(conn, &viewer, &name, now)).await;
    let id = match made {
        Ok(id) => id,
        Err(Error::Refused(sentence)) => {
            return redraw(&listed(who.0, &app, typed, vec![("name".to_owned(), sentence)]).await?);
        }
        Err(error) => return Err(error),
    };
    Ok(see_other_with(url(id), Flash::new("Pipeline added with the usual stages: make them yours")))
}

fn url(id: PipelineId) -> String {
    format!("/settings/pipelines/{id}")
}

/// The name of a pipeline, and the days without a word after which its deals are silent.
type NameAndSilence = (String, Option<i32>);

/// A row of the form, as typed.
#[derive(Clone, Debug, Default)]
struct StageRow {
    /// Empty for a new stage.
    id: String,
    name: String,
    probability: String,
    category: String,
    stuck_days: String,
    deals: i64,
}

#[derive(Template)]
#[template(path = "settings/pipeline.html")]
struct PipelineEdit {
    page: Page,
    id: PipelineId,
    version: i64,
    name: String,
    silent_days: String,
    /// The last one is blank, to add a stage.
    rows: Vec<StageRow>,
    closing: Vec<Stage>,
    errors: Vec<(String, String)>,
}

impl PipelineEdit {
    fn of(page: Page, pipeline: &Pipeline, counts: &[(StageId, i64)]) -> Self {
        let row = |s: &Stage| StageRow {
            id: s.id.to_string(),
            name: s.name.clone(),
            probability: s.probability.to_string(),
            category: s.category.text().into(),
            stuck_days: s.stuck_days.map(|d| d.to_string()).unwrap_or_default(),
            deals: counts.iter().find(|(id, _)| *id == s.id).map_or(0, |(_, n)| *n),
        };
        Self {
            page,
            id: pipeline.id,
            version: pipeline.version,
            name: pipeline.name.clone(),
            silent_days: pipeline.silent_days.map(|d| d.to_string()).unwrap_or_default(),
            rows: pipeline.open().map(row).chain([StageRow::blank()]).collect(),
            closing: pipeline.stages.iter().filter(|s| !pipeline.open().any(|o| o.id == s.id)).cloned().collect(),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// Whether a field of the row there is wrong.
    fn is_wrong(&self, field: &str, at: &usize) -> bool {
        !self.error(&format!("{field}-{at}")).is_empty()
    }

    /// The categories of an open stage.
    fn categories(&self, chosen: &str) -> Vec<(String, String, bool)> {
        let open = Category::choices().into_iter().filter(|(value, _)| value != Category::Closed.text());
        open.map(|(value, label)| (value.clone(), label, value == chosen)).collect()
    }

    /// The rows as typed, with one moved up or down when a button asks for it.
    fn read(&mut self, fields: &Fields) {
        self.name = fields.one("name").to_owned();
        self.silent_days = fields.one("silent_days").to_owned();
        let all = |name: &str| fields.all(name).map(str::to_owned).collect::<Vec<_>>();
        let (names, chances, categories, stuck) =
            (all("stage"), all("probability"), all("category"), all("stuck_days"));
        let at = |list: &[String], i: usize| list.get(i).cloned().unwrap_or_default();
        let rows = all("id").into_iter().enumerate().take(MOST + 1).map(|(i, id)| StageRow {
            deals: self.rows.iter().find(|r| r.id == id && !id.is_empty()).map_or(0, |r| r.deals),
            id,
            name: at(&names, i),
            probability: at(&chances, i),
            category: at(&categories, i),
            stuck_days: at(&stuck, i),
        });
        let mut rows: Vec<StageRow> = rows.filter(|r| !r.id.is_empty() || !r.name.trim().is_empty()).collect();
        if let Some((way, id)) = fields.one("move").split_once(':')
            && let Some(from) = rows.iter().position(|r| r.id == id)
        {
            let to = if way == "up" { from.saturating_sub(1) } else { (from + 1).min(rows.len() - 1) };
            rows.swap(from, to);
        }
        rows.push(StageRow::blank());
        self.rows = rows;
    }

    /// The name, the days until a deal is silent, and the stages, or `None` with the errors filled in.
    fn check(&mut self) -> Option<(NameAndSilence, Vec<StageInput>)> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let name = clean(&self.name).filter(|n| n.chars().count() <= 80);
        if name.is_none() {
            errors.push(("name".into(), "A pipeline has a name of at most 80 signs.".into()));
        }
        let days = |typed: &str| match typed.trim() {
            "" => Some(None),
            text => text.parse::<i32>().ok().filter(|d| (1..=3650).contains(d)).map(Some),
        };
        let silent = days(&self.silent_days);
        if silent.is_none() {
            errors.push((
                "silent_days".into(),
                "Days are a whole number from 1 to 3650; leave them empty for never.".into(),
            ));
        }
        let mut inputs = Vec::new();
        for (at, row) in self.rows.iter().enumerate().filter(|(_, r)| !r.id.is_empty() || !r.name.trim().is_empty()) {
            let mut wrong = |field: &str, sentence: &str| errors.push((format!("{field}-{at}"), sentence.to_owned()));
            let named = clean(&row.name).filter(|n| n.chars().count() <= 60);
            if named.is_none() {
                wrong("stage", "A stage has a name of at most 60 signs. To remove it, use its button.");
            }
            let chance = row.probability.trim().trim_end_matches('%').trim().parse::<i32>().ok();
            let chance = chance.filter(|c| (0..=100).contains(c));
            if chance.is_none() {
                wrong("probability", "The chance is a whole number from 0 to 100.");
            }
            let stuck = days(&row.stuck_days);
            if stuck.is_none() {
                wrong("stuck_days", "Days are a whole number from 1 to 3650; leave them empty for never.");
            }
            inputs.push(StageInput {
                id: row.id.parse().ok().map(StageId),
                name: named.unwrap_or_default(),
                probability: chance.unwrap_or_default(),
                category: Category::parse(&row.category)
                    .filter(|c| *c != Category::Closed)
                    .unwrap_or(Category::Pipeline),
                stuck_days: stuck.flatten(),
            });
        }
        if inputs.len() > MOST {
            errors.push((String::new(), format!("A pipeline has at most {MOST} open stages.")));
        }
        self.errors = errors;
        if self.errors.is_empty() { Some(((name?, silent.flatten()), inputs)) } else { None }
    }
}

impl StageRow {
    fn blank() -> Self {
        Self { probability: "50".into(), category: Category::Pipeline.text().into(), ..Self::default() }
    }
}

/// `GET /settings/pipelines/{id}`
pub async fn edit(who: Admin, app: App, id: Path<PipelineId>) -> Answer {
    let id = *id;
    let (pipeline, counts) = app.db.read(move |conn| Ok((stages::get(conn, id)?, stages::counts(conn, id)?))).await?;
    page(&PipelineEdit::of(who.0, &pipeline, &counts))
}

/// `POST /settings/pipelines/{id}`
pub async fn update(who: Admin, app: App, id: Path<PipelineId>, fields: Fields) -> Answer {
    let (id, version, viewer, now) = (*id, fields.version(), who.viewer.clone(), who.now);
    let (pipeline, counts) = app.db.read(move |conn| Ok((stages::get(conn, id)?, stages::counts(conn, id)?))).await?;
    let mut template = PipelineEdit::of(who.0, &pipeline, &counts);
    template.read(&fields);
    template.version = version;
    let Some((name, inputs)) = template.check() else {
        return redraw(&template);
    };
    let outcome = app
        .db
        .write(move |conn| {
            let pipeline = stages::get(conn, id)?;
            let saved = stages::save(conn, &viewer, &pipeline, version, (&name.0, name.1), &inputs, now)?;
            Ok((pipeline, saved))
        })
        .await;
    let (pipeline, saved) = match outcome {
        Ok(outcome) => outcome,
        Err(Error::Refused(sentence)) => {
            template.errors.push(("name".into(), sentence));
            return redraw(&template);
        }
        Err(error) => return Err(error),
    };
    if saved {
        return Ok(see_other_with(url(id), Flash::new("Pipeline saved")));
    }
    let stages: Vec<&str> = pipeline.open().map(|s| s.name.as_str()).collect();
    template.version = pipeline.version;
    template.errors.push((
        String::new(),
        format!("Someone changed this pipeline while you were writing: its stages are {} now. Look at yours, then save again.", stages.join(", ")),
    ));
    page_with(StatusCode::CONFLICT, &template)
}

#[derive(Template)]
#[template(path = "settings/pipeline-removal.html")]
struct StageRemoval {
    page: Page,
    pipeline: Pipeline,
    stage: Stage,
    deals: i64,
}

impl StageRemoval {
    fn targets(&self) -> Vec<(String, String, bool)> {
        let others = self.pipeline.open().filter(|s| s.id != self.stage.id);
        others.map(|s| (s.id.to_string(), s.name.clone(), false)).collect()
    }
}

/// `GET /settings/pipelines/{id}/stages/{stage}/removal/new`
pub async fn new_removal(who: Admin, app: App, ids: Path<(PipelineId, StageId)>) -> Answer {
    let (id, stage) = *ids;
    let (pipeline, counts) = app.db.read(move |conn| Ok((stages::get(conn, id)?, stages::counts(conn, id)?))).await?;
    let stage = pipeline.open().find(|s| s.id == stage).ok_or(Error::NotFound)?.clone();
    let deals = counts.iter().find(|(id, _)| *id == stage.id).map_or(0, |(_, n)| *n);
    page(&StageRemoval { page: who.0, pipeline, stage, deals })
}

/// `POST /settings/pipelines/{id}/stages/{stage}/removal`
pub async fn create_removal(who: Admin, app: App, ids: Path<(PipelineId, StageId)>, fields: Fields) -> Answer {
    let ((id, stage), viewer, now) = (*ids, who.viewer.clone(), who.now);
    let to = StageId(fields.id("to").unwrap_or(0));
    let moved = app.db.write(move |conn| stages::remove(conn, &viewer, id, stage, to, now)).await?;
    let words = match moved {
        0 => "Stage removed".to_owned(),
        1 => "Stage removed, 1 deal moved".to_owned(),
        n => format!("Stage removed, {n} deals moved"),
    };
    Ok(see_other_with(url(id), Flash::new(words)))
}
