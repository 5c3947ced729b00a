//! Rows of `attachments`.

use super::{Block, PER_RECORD};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{attachments, files},
        types::UserId,
    },
    error::{Error, Result},
    id_type,
    journal::{self, Action, Change},
    records::{self, RecordKind, RecordRef},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

id_type! {
    AttachmentId,
}

/// A file beside a record.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: AttachmentId,
    pub record: RecordRef,
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub by_id: Option<UserId>,
    pub at: NaiveDateTime,
    file_id: i64,
}

impl Attachment {
    /// "1.4 MB"
    pub fn size_in_words(&self) -> String {
        match self.size {
            n if n < 1000 => format!("{n} bytes"),
            n if n < 1_000_000 => format!("{} kB", (n + 500) / 1000),
            n => format!("{}.{} MB", n / 1_000_000, n % 1_000_000 / 100_000),
        }
    }
}

type Row = (AttachmentId, RecordKind, i64, String, i64, Option<UserId>, NaiveDateTime, i64);

fn read((id, kind, record, name, size, by_id, at, file_id): Row) -> Attachment {
    Attachment { id, record: RecordRef::new(kind, record), name, size, by_id, at, file_id }
}

macro_rules! columns {
    () => {
        (
            attachments::id,
            attachments::record_kind,
            attachments::record_id,
            attachments::name,
            files::size,
            attachments::by_id,
            attachments::at,
            files::id,
        )
    };
}

/// The files of a record that the viewer sees, the latest first.
pub fn of_record(conn: &mut Conn, viewer: &Viewer, record: RecordRef) -> Result<Block> {
    let rows: Vec<Row> = attachments::table
        .inner_join(files::table.on(files::id.eq(attachments::file_id)))
        .filter(attachments::record_kind.eq(record.kind))
        .filter(attachments::record_id.eq(record.id))
        .filter(attachments::deleted_at.is_null())
        .order(attachments::id.desc())
        .limit(PER_RECORD)
        .select(columns!())
        .load(conn)?;
    Ok(Block { record, files: rows.into_iter().map(read).collect(), open: may_change(viewer, record) })
}

/// Whether the viewer's role lets them change the files of such a record.
pub fn may_change(viewer: &Viewer, record: RecordRef) -> bool {
    match record.kind {
        RecordKind::Deal => viewer.sells(),
        RecordKind::Contact | RecordKind::Account | RecordKind::Task => true,
        _ => false,
    }
}

/// One file, in the bin or not.
///
/// # Errors
/// `Error::NotFound` when it is absent, or its record is not the viewer's to see.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: AttachmentId, deleted: bool) -> Result<Attachment> {
    let row: Option<(Row, Option<NaiveDateTime>)> = attachments::table
        .inner_join(files::table.on(files::id.eq(attachments::file_id)))
        .filter(attachments::id.eq(id))
        .select((columns!(), attachments::deleted_at))
        .first(conn)
        .optional()?;
    let found = row.filter(|(_, at)| at.is_some() == deleted).map(|(row, _)| read(row)).ok_or(Error::NotFound)?;
    records::summary(conn, viewer, found.record)?;
    Ok(found)
}

/// What is in a file.
pub fn content(conn: &mut Conn, attachment: &Attachment) -> Result<Vec<u8>> {
    Ok(files::table.find(attachment.file_id).select(files::bytes).first(conn)?)
}

/// Puts a file beside a record.
///
/// # Errors
/// `Error::Refused` when the record has too many; `Error::Forbidden` when the role does not allow it.
pub fn add(
    conn: &mut Conn,
    viewer: &Viewer,
    record: RecordRef,
    name: &str,
    bytes: &[u8],
    at: NaiveDateTime,
) -> Result<AttachmentId> {
    let summary = records::summary(conn, viewer, record)?;
    if !may_change(viewer, record) {
        return Err(Error::Forbidden);
    }
    let held = of_record(conn, viewer, record)?.files.len();
    if i64::try_from(held).unwrap_or(i64::MAX) >= PER_RECORD {
        return Err(Error::Refused(format!("{} has {PER_RECORD} files: delete some first.", summary.title)));
    }
    let file = records::files::keep_as(conn, "application/octet-stream", bytes, at)?;
    let id = diesel::insert_into(attachments::table)
        .values((
            attachments::record_kind.eq(record.kind),
            attachments::record_id.eq(record.id),
            attachments::file_id.eq(file),
            attachments::name.eq(name),
            attachments::by_id.eq(viewer.id),
            attachments::at.eq(at),
        ))
        .returning(attachments::id)
        .get_result(conn)?;
    let change = Change::new(record, Action::Updated, summary.title).field("File", None, Some(name.to_owned()));
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Takes a file away, or brings it back. The first that does it counts.
pub fn set_deleted(
    conn: &mut Conn,
    viewer: &Viewer,
    attachment: &Attachment,
    deleted: bool,
    at: NaiveDateTime,
) -> Result<()> {
    if !may_change(viewer, attachment.record) {
        return Err(Error::Forbidden);
    }
    let title = records::summary(conn, viewer, attachment.record)?.title;
    diesel::update(attachments::table.find(attachment.id))
        .set(attachments::deleted_at.eq(deleted.then_some(at)))
        .execute(conn)?;
    let (gone, back) = (deleted.then(|| attachment.name.clone()), (!deleted).then(|| attachment.name.clone()));
    journal::record(conn, viewer, Change::new(attachment.record, Action::Updated, title).field("File", gone, back), at)
}

/// Erases the files of an erased record.
pub fn forget(conn: &mut Conn, record: RecordRef) -> Result<()> {
    let own: Vec<(i64, i64)> = attachments::table
        .filter(attachments::record_kind.eq(record.kind))
        .filter(attachments::record_id.eq(record.id))
        .select((attachments::id, attachments::file_id))
        .load(conn)?;
    erase(conn, &own)
}

/// Erases what was taken away before this moment, at most so many; says how many went.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64) -> Result<usize> {
    let old: Vec<(i64, i64)> = attachments::table
        .filter(attachments::deleted_at.lt(before))
        .limit(limit)
        .select((attachments::id, attachments::file_id))
        .load(conn)?;
    erase(conn, &old)?;
    Ok(old.len())
}

fn erase(conn: &mut Conn, rows: &[(i64, i64)]) -> Result<()> {
    for (id, file) in rows {
        diesel::delete(attachments::table.filter(attachments::id.eq(id))).execute(conn)?;
        records::files::release(conn, *file)?;
    }
    Ok(())
}
