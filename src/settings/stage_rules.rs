//! What a stage asks for, and its checklist.

use crate::{
    db::types::{PipelineId, StageId, clean},
    deals::{
        pipelines::{Pipeline, Stage},
        rules::{self, Requirement},
        stages,
    },
    error::{Error, Result},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

/// Lines of a checklist: more are a document, not a checklist.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "settings/stage-rules.html")]
struct StageRules {
    page: Page,
    pipeline: Pipeline,
    stage: Stage,
    asked: Vec<Requirement>,
    lines: String,
    errors: Vec<(String, String)>,
}

impl StageRules {
    fn error(&self) -> &str {
        self.errors.first().map_or("", |(_, sentence)| sentence.as_str())
    }

    /// Every requirement, and whether the stage has it.
    fn choices(&self) -> Vec<(&'static str, &'static str, bool)> {
        Requirement::ALL.iter().map(|r| (r.text(), r.label(), self.asked.contains(r))).collect()
    }
}

async fn loaded(reader: Page, app: &App, id: PipelineId, stage: StageId) -> Result<StageRules> {
    let (pipeline, asked, lines) = app
        .db
        .read(move |conn| {
            Ok((stages::get(conn, id)?, rules::of_stage(conn, stage)?, rules::checklist(conn, stage, None)?))
        })
        .await?;
    let stage = pipeline.stages.iter().find(|s| s.id == stage).ok_or(Error::NotFound)?.clone();
    let lines = lines.into_iter().map(|c| c.name).collect::<Vec<_>>().join("\n");
    Ok(StageRules { page: reader, pipeline, stage, asked, lines, errors: Vec::new() })
}

/// `GET /settings/pipelines/{id}/stages/{stage}/rules`
pub async fn edit(who: Admin, app: App, ids: Path<(PipelineId, StageId)>) -> Answer {
    let (id, stage) = *ids;
    page(&loaded(who.0, &app, id, stage).await?)
}

/// `POST /settings/pipelines/{id}/stages/{stage}/rules`
pub async fn update(who: Admin, app: App, ids: Path<(PipelineId, StageId)>, fields: Fields) -> Answer {
    let (id, stage) = *ids;
    let (viewer, now) = (who.viewer.clone(), who.now);
    let mut template = loaded(who.0, &app, id, stage).await?;
    template.asked = fields.all("asks").filter_map(Requirement::parse).collect();
    fields.one("checklist").clone_into(&mut template.lines);
    let mut lines: Vec<String> = Vec::new();
    for line in template.lines.lines().filter_map(clean) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.len() > MOST || lines.iter().any(|line| line.chars().count() > 200) {
        let sentence = format!("A checklist has at most {MOST} lines of at most 200 signs: shorten it.");
        template.errors.push(("checklist".into(), sentence));
        return redraw(&template);
    }
    let (stage, asked) = (template.stage, template.asked);
    app.db.write(move |conn| rules::save(conn, &viewer, &stage, &asked, &lines, now)).await?;
    Ok(see_other_with(format!("/settings/pipelines/{id}"), Flash::new("Rules saved")))
}
