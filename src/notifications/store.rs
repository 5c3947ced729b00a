//! Rows of `notifications`.

use super::{Kind, Notice, Way};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{notification_choices, notifications, users},
        sql::{Sql, Value},
        types::{EntryId, UserId},
    },
    error::{Error, Result},
    id_type,
    records::{RecordKind, RecordRef, standing},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};

id_type! {
    NoticeId,
}

/// More unread ones than this are not counted.
pub const COUNTED: i64 = 100;

/// A notice as it was kept.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notifications)]
pub struct Told {
    pub id: NoticeId,
    pub kind: Kind,
    pub by_id: Option<UserId>,
    event: String,
    pub said: String,
    record_kind: RecordKind,
    record_id: i64,
    pub title: String,
    /// Of how many records one event told.
    pub times: i32,
    pub at: NaiveDateTime,
    pub read_at: Option<NaiveDateTime>,
}

impl Told {
    pub fn record(&self) -> RecordRef {
        RecordRef::new(self.record_kind, self.record_id)
    }

    /// The timeline entry that mentions the reader, if that is what it tells of.
    pub fn mention(&self) -> Option<EntryId> {
        self.event.strip_prefix("mention:")?.parse().ok().map(EntryId)
    }

    /// Whether its record is not the reader's to see any more (see [`veil`]).
    pub fn is_veiled(&self) -> bool {
        self.title.is_empty()
    }

    /// The title, and how many more there are.
    pub fn about(&self) -> String {
        match self.times {
            ..=1 if self.is_veiled() => "not yours to see any more".into(),
            ..=1 => self.title.clone(),
            2 => format!("{} and one more", self.title),
            n => format!("{} and {} more", self.title, n - 1),
        }
    }
}

/// Tells a person, in the way they chose. Not of their own doings, not those who left, and not twice of one event:
/// a further record of the same event is counted.
pub fn add(conn: &mut Conn, viewer: &Viewer, notice: &Notice, at: NaiveDateTime) -> Result<()> {
    if viewer.id == Some(notice.to) {
        return Ok(());
    }
    let here = users::table.find(notice.to).filter(users::deactivated_at.is_null());
    if !diesel::select(diesel::dsl::exists(here)).get_result::<bool>(conn)? {
        return Ok(());
    }
    let told = notifications::table
        .filter(notifications::user_id.eq(notice.to))
        .filter(notifications::event.eq(&notice.event));
    let first: Option<(NoticeId, RecordKind, i64)> = told
        .select((notifications::id, notifications::record_kind, notifications::record_id))
        .first(conn)
        .optional()?;
    if let Some((id, kind, record)) = first {
        if (kind, record) != (notice.record.kind, notice.record.id) {
            diesel::update(notifications::table.find(id))
                .set(notifications::times.eq(notifications::times + 1))
                .execute(conn)?;
        }
        return Ok(());
    }
    let way = way(conn, notice.to, notice.kind)?;
    diesel::insert_into(notifications::table)
        .values((
            notifications::user_id.eq(notice.to),
            notifications::event.eq(&notice.event),
            notifications::kind.eq(notice.kind),
            notifications::by_id.eq(viewer.id),
            notifications::said.eq(&notice.said),
            notifications::record_kind.eq(notice.record.kind),
            notifications::record_id.eq(notice.record.id),
            notifications::title.eq(&notice.title),
            notifications::way.eq(way),
            notifications::at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// How this person hears of this kind.
fn way(conn: &mut Conn, user: UserId, kind: Kind) -> Result<Way> {
    let chosen: Option<Way> = notification_choices::table
        .find((user.0, kind.text()))
        .select(notification_choices::way)
        .first(conn)
        .optional()?;
    Ok(chosen.unwrap_or(Way::App))
}

/// How this person hears of each kind.
pub fn choices(conn: &mut Conn, user: UserId) -> Result<Vec<(Kind, Way)>> {
    let chosen: Vec<(String, Way)> = notification_choices::table
        .filter(notification_choices::user_id.eq(user))
        .select((notification_choices::kind, notification_choices::way))
        .load(conn)?;
    let way = |kind: Kind| chosen.iter().find(|(k, _)| k == kind.text()).map_or(Way::App, |(_, way)| *way);
    Ok(Kind::ALL.iter().map(|kind| (*kind, way(*kind))).collect())
}

/// Keeps how this person wants to hear of each kind.
pub fn choose(conn: &mut Conn, user: UserId, chosen: &[(Kind, Way)]) -> Result<()> {
    diesel::delete(notification_choices::table.filter(notification_choices::user_id.eq(user))).execute(conn)?;
    for (kind, way) in chosen.iter().filter(|(_, way)| *way != Way::App) {
        diesel::insert_into(notification_choices::table)
            .values((
                notification_choices::user_id.eq(user),
                notification_choices::kind.eq(*kind),
                notification_choices::way.eq(*way),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A person's notices, newest first, before this one.
pub fn list(conn: &mut Conn, user: UserId, unread: bool, before: Option<NoticeId>, limit: i64) -> Result<Vec<Told>> {
    let mut query = notifications::table
        .filter(notifications::user_id.eq(user))
        .order(notifications::id.desc())
        .limit(limit)
        .select(Told::as_select())
        .into_boxed();
    if unread {
        query = query.filter(notifications::read_at.is_null());
    }
    if let Some(before) = before {
        query = query.filter(notifications::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// How many are unread, at most [`COUNTED`].
pub fn unread(conn: &mut Conn, user: UserId) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 FROM notifications WHERE read_at IS NULL AND user_id = ");
    sql.bind(Value::Int(user.0)).push(" LIMIT ").bind(Value::Int(COUNTED)).push(") t");
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}

/// Marks one as read. Gives where it leads.
///
/// # Errors
/// `Error::NotFound` for another person's.
pub fn read(conn: &mut Conn, user: UserId, id: NoticeId, at: NaiveDateTime) -> Result<Told> {
    let own = notifications::table.find(id).filter(notifications::user_id.eq(user));
    let told: Told = own.select(Told::as_select()).first(conn).optional()?.ok_or(Error::NotFound)?;
    if told.read_at.is_none() {
        diesel::update(own).set(notifications::read_at.eq(at)).execute(conn)?;
    }
    Ok(told)
}

/// Marks as unread again.
pub fn unread_again(conn: &mut Conn, user: UserId, id: NoticeId) -> Result<()> {
    let rows = diesel::update(notifications::table.find(id).filter(notifications::user_id.eq(user)))
        .set(notifications::read_at.eq(None::<NaiveDateTime>))
        .execute(conn)?;
    if rows == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Marks everything up to this one as read.
pub fn read_all(conn: &mut Conn, user: UserId, up_to: NoticeId, at: NaiveDateTime) -> Result<usize> {
    let mine = notifications::table
        .filter(notifications::user_id.eq(user))
        .filter(notifications::read_at.is_null())
        .filter(notifications::id.le(up_to));
    Ok(diesel::update(mine).set(notifications::read_at.eq(at)).execute(conn)?)
}

/// The people told of something since then, with the row's number.
pub fn since(conn: &mut Conn, at: NaiveDateTime) -> Result<Vec<(NoticeId, UserId)>> {
    Ok(notifications::table
        .filter(notifications::at.gt(at))
        .order((notifications::at, notifications::id))
        .limit(10_000)
        .select((notifications::id, notifications::user_id))
        .load(conn)?)
}

/// The people who have mail of this way to get, with the moment of the oldest of it.
pub fn waiting(conn: &mut Conn, way: Way) -> Result<Vec<(UserId, NaiveDateTime)>> {
    // Said twice, so that the index of what is to be mailed serves.
    let mut sql = Sql::new(
        "SELECT user_id, min(at) FROM notifications WHERE mailed_at IS NULL AND way <> 'app' AND read_at IS NULL AND way = ",
    );
    sql.bind(Value::Text(way.text().into())).push(" GROUP BY user_id");
    sql.load::<(BigInt, Timestamp), _>(conn)
}

/// Forgets what was told of an erased record.
pub fn forget(conn: &mut Conn, record: RecordRef) -> Result<()> {
    diesel::delete(
        notifications::table
            .filter(notifications::record_kind.eq(record.kind))
            .filter(notifications::record_id.eq(record.id)),
    )
    .execute(conn)?;
    Ok(())
}

/// Leaves out the titles of what the reader may not see any more.
pub fn veil(conn: &mut Conn, viewer: &Viewer, told: &mut [Told]) -> Result<()> {
    let named: Vec<RecordRef> = told.iter().map(Told::record).collect();
    let unseen = standing::unseen(conn, viewer, &named)?;
    for one in told.iter_mut().filter(|t| unseen.contains(&t.record())) {
        one.title.clear();
        one.times = 1;
    }
    Ok(())
}

/// Takes what a person is to be mailed, told before this moment, and marks it as mailed.
pub fn take(conn: &mut Conn, user: UserId, way: Way, before: NaiveDateTime, at: NaiveDateTime) -> Result<Vec<Told>> {
    let own = notifications::table
        .filter(notifications::user_id.eq(user))
        .filter(notifications::way.eq(way))
        .filter(notifications::mailed_at.is_null())
        .filter(notifications::at.le(before));
    let told: Vec<Told> = own
        .filter(notifications::read_at.is_null())
        .order(notifications::id)
        .limit(200)
        .select(Told::as_select())
        .load(conn)?;
    if let Some(last) = told.last() {
        diesel::update(own.filter(notifications::id.le(last.id))).set(notifications::mailed_at.eq(at)).execute(conn)?;
    }
    Ok(told)
}

/// Forgets what was told long ago: read ones after 90 days, others after a year.
pub fn sweep(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    let old = notifications::table.filter(notifications::at.lt(at - Duration::days(90)));
    let read = diesel::delete(old.filter(notifications::read_at.is_not_null())).execute(conn)?;
    let unread =
        diesel::delete(notifications::table.filter(notifications::at.lt(at - Duration::days(365)))).execute(conn)?;
    Ok(read + unread)
}
