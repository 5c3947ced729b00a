//! Who would be in two places at once. It is said, not forbidden: people decide that.

use super::{Response, State};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        sql::{Sql, Value},
        types::{MeetingId, UserId},
    },
    error::Result,
    ui::{Page, format},
};
use chrono::{Duration, NaiveDateTime};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

/// A meeting lasts no longer than this: how far back one that reaches into a span can begin.
pub const LONGEST: Duration = Duration::days(14);

/// A colleague's other meeting at the same time.
#[derive(Clone, Debug)]
pub struct Conflict {
    pub user: UserId,
    pub meeting: MeetingId,
    /// `None` when it is not the viewer's to see: then they are only busy.
    pub title: Option<String>,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
}

impl Conflict {
    /// "Olu Bright is busy 10:00 to 11:00", "Olu Bright has “Audit” 10:00 to 11:00".
    pub fn sentence(&self, page: &Page) -> String {
        let clock = |at: NaiveDateTime| page.locale.clock(&format::local(at, page.zone));
        let what = self.title.as_ref().map_or("is busy".to_owned(), |title| format!("has “{title}”"));
        let name = page.directory.name(Some(self.user));
        format!("{name} {what} {} to {}", clock(self.starts_at), clock(self.ends_at))
    }
}

type Row = (UserId, MeetingId, String, Option<UserId>, NaiveDateTime, NaiveDateTime, i64);

/// What these people have from one moment until another, but for one meeting.
pub fn of(
    conn: &mut Conn,
    viewer: &Viewer,
    people: &[UserId],
    (from, to): (NaiveDateTime, NaiveDateTime),
    except: Option<MeetingId>,
) -> Result<Vec<Conflict>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    let mut sql = Sql::new(
        "SELECT p.user_id, m.id, m.title, m.owner_id, m.starts_at, m.ends_at, (SELECT count(*) FROM meeting_people v
         WHERE v.meeting_id = m.id AND v.user_id = ",
    );
    sql.bind(Value::Int(viewer.id.map_or(0, |id| id.0)));
    sql.push(") FROM meeting_people p JOIN meetings m ON m.id = p.meeting_id WHERE p.user_id IN (").bind_ints(&ids);
    sql.push(") AND p.starts_at > ").bind(Value::Time(from - LONGEST)).push(" AND p.starts_at < ");
    sql.bind(Value::Time(to)).push(" AND m.ends_at > ").bind(Value::Time(from));
    sql.push(" AND m.deleted_at IS NULL AND m.state IN (").bind(Value::Text(State::Planned.text().into())).push(", ");
    sql.bind(Value::Text(State::Held.text().into())).push(") AND p.response <> ");
    sql.bind(Value::Text(Response::Declined.text().into())).push(" AND m.id <> ");
    sql.bind(Value::Int(except.map_or(0, |id| id.0))).push(" ORDER BY p.starts_at, m.id, p.user_id LIMIT 20");
    let rows: Vec<Row> = sql.load::<(BigInt, BigInt, Text, Nullable<BigInt>, Timestamp, Timestamp, BigInt), _>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(user, meeting, title, owner, starts_at, ends_at, takes_part)| Conflict {
            user,
            meeting,
            title: (viewer.sees(owner) || takes_part > 0).then_some(title),
            starts_at,
            ends_at,
        })
        .collect())
}
