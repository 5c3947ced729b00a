//! Who may run a job now: the holder written in its row, until the lease runs out. Servers of one database agree within
//! [`LENGTH`] on the time of day.

use crate::{
    db::{
        Conn,
        schema::jobs,
        sql::{Sql, Value},
    },
    error::Result,
};
use chrono::{Duration, NaiveDateTime};
use diesel::{prelude::*, sql_types::Text};

/// After this long without a step, another server takes over.
pub const LENGTH: Duration = Duration::minutes(5);

/// Takes the job, unless another server holds it.
pub fn take(conn: &mut Conn, name: &str, holder: &str, at: NaiveDateTime) -> Result<bool> {
    let mut row = Sql::new("INSERT INTO jobs (name) VALUES (");
    row.bind(Value::Text(name.to_owned())).push(") ON CONFLICT DO NOTHING RETURNING name");
    let _: Vec<String> = row.load::<Text, _>(conn)?;
    let free = jobs::leased_until.is_null().or(jobs::leased_until.le(at)).or(jobs::holder.eq(holder));
    let rows = diesel::update(jobs::table.filter(jobs::name.eq(name)).filter(free.assume_not_null()))
        .set((jobs::holder.eq(holder), jobs::leased_until.eq(at + LENGTH), jobs::last_started_at.eq(at)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Lengthens the lease; `false` when another server has it.
pub fn renew(conn: &mut Conn, name: &str, holder: &str, at: NaiveDateTime) -> Result<bool> {
    let rows = diesel::update(jobs::table.filter(jobs::name.eq(name)).filter(jobs::holder.eq(holder)))
        .set(jobs::leased_until.eq(at + LENGTH))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Gives the job back and notes how it went.
pub fn finish(conn: &mut Conn, name: &str, holder: &str, error: Option<&str>, at: NaiveDateTime) -> Result<()> {
    diesel::update(jobs::table.filter(jobs::name.eq(name)).filter(jobs::holder.eq(holder)))
        .set((jobs::leased_until.eq(None::<NaiveDateTime>), jobs::last_finished_at.eq(at), jobs::last_error.eq(error)))
        .execute(conn)?;
    Ok(())
}

/// What a job's row says.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct State {
    pub name: String,
    pub leased_until: Option<NaiveDateTime>,
    pub last_started_at: Option<NaiveDateTime>,
    pub last_finished_at: Option<NaiveDateTime>,
    pub last_error: Option<String>,
}

/// Of every job that ever ran.
pub fn states(conn: &mut Conn) -> Result<Vec<State>> {
    Ok(jobs::table.select(State::as_select()).load(conn)?)
}

/// Of one job.
pub fn state(conn: &mut Conn, name: &str) -> Result<Option<State>> {
    Ok(jobs::table.find(name).select(State::as_select()).first(conn).optional()?)
}
