//! Qualification frameworks: the questions that are asked before a lead is worth a deal. The company chooses one of them;
//! a question that was answered is put away, not erased, when it is taken out.

use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::{framework_questions, frameworks},
        types::{FrameworkId, QuestionId, clean, fold},
    },
    error::{Error, Result},
    journal,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Questions that one framework has at most.
const MOST: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    pub id: FrameworkId,
    pub name: String,
    /// The one that qualifying asks.
    pub chosen: bool,
    pub version: i64,
    /// Those that are asked, in order.
    pub questions: Vec<Question>,
}

#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Question {
    pub id: QuestionId,
    pub label: String,
    /// What to find out, or empty.
    pub hint: String,
}

impl Framework {
    /// The questions as they are edited, a line each: "Budget: What is it, and from whom?".
    pub fn lines(&self) -> String {
        let line = |q: &Question| if q.hint.is_empty() { q.label.clone() } else { format!("{}: {}", q.label, q.hint) };
        self.questions.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Reads such lines as (label, hint).
///
/// # Errors
/// A sentence for the field.
pub fn parse(lines: &str) -> Result<Vec<(String, String)>, String> {
    let mut questions: Vec<(String, String)> = Vec::new();
    for line in lines.lines().filter_map(clean) {
        let (label, hint) = line.split_once(':').unwrap_or((line.as_str(), ""));
        let (label, hint) = (label.trim().to_owned(), hint.trim().to_owned());
        if label.is_empty() || label.chars().count() > 80 || hint.chars().count() > 200 {
            return Err(format!(
                "“{line}”: write a word or two of at most 80 signs, then a colon and what to ask, in at most 200."
            ));
        }
        if questions.iter().any(|(other, _)| fold(other) == fold(&label)) {
            return Err(format!("“{label}” stands there twice: take one away."));
        }
        questions.push((label, hint));
    }
    match questions.len() {
        0 => Err("Write at least one question.".into()),
        n if n > MOST => Err(format!("{n} questions are too many to ask: keep at most {MOST}.")),
        _ => Ok(questions),
    }
}

/// Every framework with the questions it asks.
pub fn all(conn: &mut Conn) -> Result<Vec<Framework>> {
    let rows: Vec<(FrameworkId, String, bool, i64)> = frameworks::table
        .order(frameworks::id)
        .select((frameworks::id, frameworks::name, frameworks::chosen, frameworks::version))
        .load(conn)?;
    let asked: Vec<(FrameworkId, (QuestionId, String, String))> = framework_questions::table
        .filter(framework_questions::active.eq(true))
        .order((framework_questions::position, framework_questions::id))
        .select((
            framework_questions::framework_id,
            (framework_questions::id, framework_questions::label, framework_questions::hint),
        ))
        .load(conn)?;
    let questions = |of: FrameworkId| {
        let own = asked.iter().filter(|(id, _)| *id == of);
        own.map(|(_, (id, label, hint))| Question { id: *id, label: label.clone(), hint: hint.clone() }).collect()
    };
    Ok(rows
        .into_iter()
        .map(|(id, name, chosen, version)| Framework { id, name, chosen, version, questions: questions(id) })
        .collect())
}

/// The one that qualifying asks, if the company chose one.
pub fn chosen(conn: &mut Conn) -> Result<Option<Framework>> {
    Ok(all(conn)?.into_iter().find(|f| f.chosen))
}

/// Adds a framework.
///
/// # Errors
/// `Error::Refused` when there is one of this name.
pub fn create(
    conn: &mut Conn,
    viewer: &Viewer,
    name: &str,
    questions: &[(String, String)],
    at: NaiveDateTime,
) -> Result<()> {
    unused(conn, name, None)?;
    let id: FrameworkId = diesel::insert_into(frameworks::table)
        .values(frameworks::name.eq(name))
        .returning(frameworks::id)
        .get_result(conn)?;
    place(conn, id, questions)?;
    journal::company_changed(conn, viewer, "Qualification framework", None, Some(name.to_owned()), at)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between. A question is known by its label:
/// under another label it is another question, and the answers to the one before stay with it.
///
/// # Errors
/// `Error::Refused` when another has this name.
pub fn save(
    conn: &mut Conn,
    viewer: &Viewer,
    id: FrameworkId,
    version: i64,
    (name, questions): (&str, &[(String, String)]),
    at: NaiveDateTime,
) -> Result<bool> {
    unused(conn, name, Some(id))?;
    let before = all(conn)?.into_iter().find(|f| f.id == id).ok_or(Error::NotFound)?;
    let rows = diesel::update(frameworks::table.find(id).filter(frameworks::version.eq(version)))
        .set((frameworks::name.eq(name), frameworks::version.eq(version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    place(conn, id, questions)?;
    let shown = |name: &str, labels: Vec<&str>| format!("{name} ({})", labels.join(", "));
    let old = shown(&before.name, before.questions.iter().map(|q| q.label.as_str()).collect());
    let new = shown(name, questions.iter().map(|(label, _)| label.as_str()).collect());
    journal::company_changed(conn, viewer, "Qualification framework", Some(old), Some(new), at)?;
    Ok(true)
}

/// Chooses what qualifying asks; `None` for nothing.
pub fn choose(conn: &mut Conn, viewer: &Viewer, id: Option<FrameworkId>, at: NaiveDateTime) -> Result<()> {
    dialect::hold(conn, "qualification frameworks")?;
    let all = all(conn)?;
    let name = |f: &Framework| f.name.clone();
    let next = match id {
        Some(id) => Some(all.iter().find(|f| f.id == id).ok_or(Error::NotFound)?),
        None => None,
    };
    diesel::update(frameworks::table).set(frameworks::chosen.eq(false)).execute(conn)?;
    if let Some(next) = next {
        diesel::update(frameworks::table.find(next.id)).set(frameworks::chosen.eq(true)).execute(conn)?;
    }
    let before = all.iter().find(|f| f.chosen).map(name);
    journal::company_changed(conn, viewer, "Questions of qualifying", before, next.map(name), at)
}

fn unused(conn: &mut Conn, name: &str, except: Option<FrameworkId>) -> Result<()> {
    dialect::hold(conn, "qualification frameworks")?;
    match all(conn)?.iter().any(|f| Some(f.id) != except && fold(&f.name) == fold(name)) {
        true => Err(Error::Refused(format!("There is a framework “{name}” already: choose another name."))),
        false => Ok(()),
    }
}

/// Puts the questions in this order; those not among them are asked no more.
fn place(conn: &mut Conn, framework: FrameworkId, questions: &[(String, String)]) -> Result<()> {
    let held: Vec<(QuestionId, String)> = framework_questions::table
        .filter(framework_questions::framework_id.eq(framework))
        .select((framework_questions::id, framework_questions::label))
        .load(conn)?;
    diesel::update(framework_questions::table.filter(framework_questions::framework_id.eq(framework)))
        .set(framework_questions::active.eq(false))
        .execute(conn)?;
    for (position, (label, hint)) in (1_i32..).zip(questions) {
        let values = (
            framework_questions::label.eq(label),
            framework_questions::hint.eq(hint),
            framework_questions::position.eq(position),
            framework_questions::active.eq(true),
        );
        match held.iter().find(|(_, other)| fold(other) == fold(label)) {
            Some((id, _)) => diesel::update(framework_questions::table.find(id)).set(values).execute(conn)?,
            None => diesel::insert_into(framework_questions::table)
                .values((values, framework_questions::framework_id.eq(framework)))
                .execute(conn)?,
        };
    }
    Ok(())
}
