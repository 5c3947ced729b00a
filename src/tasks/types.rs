//! Types of tasks: calls, mails, to-dos and the company's own. One that was used is put away, not erased.

use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::task_types,
        types::{fold, fresh_key},
    },
    error::{Error, Result},
    journal,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

pub const CALL: &str = "call";
pub const EMAIL: &str = "email";
pub const TO_DO: &str = "to_do";

/// Icons that a type can have, with their names.
pub const ICONS: [(&str, &str); 14] = [
    ("phone", "Phone"),
    ("mail", "Letter"),
    ("task", "Tick"),
    ("meeting", "Meeting"),
    ("chat", "Talk"),
    ("note", "Note"),
    ("file", "Document"),
    ("form", "Form"),
    ("money", "Money"),
    ("calendar", "Calendar"),
    ("eye", "Look"),
    ("star", "Star"),
    ("flag", "Flag"),
    ("pin", "Pin"),
];

/// A type of task.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct TaskType {
    /// As tasks and addresses keep it.
    pub key: String,
    pub name: String,
    /// Name of its icon in the sprite.
    pub icon: String,
    pub active: bool,
}

/// All of them, in order.
pub fn all(conn: &mut Conn) -> Result<Vec<TaskType>> {
    Ok(task_types::table
        .order((task_types::position, task_types::key))
        .select((task_types::key, task_types::name, task_types::icon, task_types::active))
        .load(conn)?)
}

/// The type of this key.
pub fn get(conn: &mut Conn, key: &str) -> Result<TaskType> {
    all(conn)?.into_iter().find(|t| t.key == key).ok_or(Error::NotFound)
}

/// Adds one at the end. `Ok(false)` when the name is taken.
pub fn create(conn: &mut Conn, viewer: &Viewer, name: &str, icon: &str, at: NaiveDateTime) -> Result<bool> {
    dialect::hold(conn, "types of tasks")?;
    let all = all(conn)?;
    if all.iter().any(|t| fold(&t.name) == fold(name)) {
        return Ok(false);
    }
    let key = fresh_key(name, "type", |key| all.iter().any(|t| t.key == key));
    let last: Option<i32> = task_types::table.select(diesel::dsl::max(task_types::position)).first(conn)?;
    diesel::insert_into(task_types::table)
        .values((
            task_types::key.eq(key),
            task_types::name.eq(name),
            task_types::icon.eq(icon),
            task_types::position.eq(last.unwrap_or(0) + 1),
        ))
        .execute(conn)?;
    tell(conn, viewer, None, Some(name.to_owned()), at)?;
    Ok(true)
}

/// Saves its name and icon. `Ok(false)` when the name is another's.
pub fn update(conn: &mut Conn, viewer: &Viewer, key: &str, name: &str, icon: &str, at: NaiveDateTime) -> Result<bool> {
    dialect::hold(conn, "types of tasks")?;
    let before = get(conn, key)?;
    if all(conn)?.iter().any(|t| t.key != key && fold(&t.name) == fold(name)) {
        return Ok(false);
    }
    diesel::update(task_types::table.find(key))
        .set((task_types::name.eq(name), task_types::icon.eq(icon)))
        .execute(conn)?;
    tell(conn, viewer, Some(before.name), Some(name.to_owned()), at)?;
    Ok(true)
}

/// Puts it away, or brings it back.
///
/// # Errors
/// `Error::Refused` for the last that is offered.
pub fn set_active(conn: &mut Conn, viewer: &Viewer, key: &str, active: bool, at: NaiveDateTime) -> Result<()> {
    dialect::hold(conn, "types of tasks")?;
    let before = get(conn, key)?;
    if !active && !all(conn)?.iter().any(|t| t.active && t.key != key) {
        return Err(Error::Refused("This is the last type: add another before it is put away.".into()));
    }
    diesel::update(task_types::table.find(key)).set(task_types::active.eq(active)).execute(conn)?;
    let shown = |active| if active { before.name.clone() } else { format!("{} (put away)", before.name) };
    tell(conn, viewer, Some(shown(before.active)), Some(shown(active)), at)
}

fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    journal::company_changed(conn, viewer, "Type of task", before, after, at)
}
