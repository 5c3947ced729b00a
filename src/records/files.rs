//! Files that records carry. They live in the database, each content once, so that one backup holds everything and every
//! server sees them.

use crate::{
    db::{
        Conn, dialect,
        schema::{attachments, contacts, files},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;
use diesel::{dsl::exists, prelude::*};
use sha2::{Digest, Sha256};

/// A picture that browsers draw and that runs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    Png,
    Jpeg,
    WebP,
}

impl Picture {
    /// What the content is by its own first bytes, whatever its name says. `None` for anything else, SVG included: that
    /// is a document which can carry scripts.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }
}

/// Keeps a picture, or finds the one with the same content. Returns its number.
pub fn keep(conn: &mut Conn, picture: Picture, bytes: &[u8], at: NaiveDateTime) -> Result<i64> {
    keep_as(conn, picture.media_type(), bytes, at)
}

/// Keeps any content, as of this media type where it is not known yet. Returns its number.
pub fn keep_as(conn: &mut Conn, media_type: &str, bytes: &[u8], at: NaiveDateTime) -> Result<i64> {
    let sha256 = HEXLOWER.encode(&Sha256::digest(bytes));
    // The same file may arrive twice at once.
    dialect::hold(conn, &format!("file {sha256}"))?;
    let held: Option<i64> = files::table.filter(files::sha256.eq(&sha256)).select(files::id).first(conn).optional()?;
    if let Some(id) = held {
        return Ok(id);
    }
    Ok(diesel::insert_into(files::table)
        .values((
            files::sha256.eq(&sha256),
            files::media_type.eq(media_type),
            files::size.eq(i64::try_from(bytes.len()).unwrap_or(i64::MAX)),
            files::bytes.eq(bytes),
            files::created_at.eq(at),
        ))
        .returning(files::id)
        .get_result(conn)?)
}

/// Number, media type and content of the file with this hash.
pub fn find(conn: &mut Conn, sha256: &str) -> Result<Option<(i64, String, Vec<u8>)>> {
    Ok(files::table
        .filter(files::sha256.eq(sha256))
        .select((files::id, files::media_type, files::bytes))
        .first(conn)
        .optional()?)
}

/// The hash of a file, for its address `/files/{sha256}`.
pub fn hash(conn: &mut Conn, id: i64) -> Result<Option<String>> {
    Ok(files::table.find(id).select(files::sha256).first(conn).optional()?)
}

/// Erases a file, unless a record still carries it.
pub fn release(conn: &mut Conn, id: i64) -> Result<()> {
    let photo = contacts::table.filter(contacts::photo_id.eq(id));
    let attached = attachments::table.filter(attachments::file_id.eq(id));
    if !diesel::select(exists(photo)).get_result::<bool>(conn)?
        && !diesel::select(exists(attached)).get_result::<bool>(conn)?
    {
        diesel::delete(files::table.find(id)).execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(Picture::of(b"\x89PNG\r\n\x1a\n\0\0"), Some(Picture::Png));
        assert_eq!(Picture::of(b"\xff\xd8\xff\xe0\0"), Some(Picture::Jpeg));
        assert_eq!(Picture::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(Picture::WebP));
        for other in [b"<svg xmlns".as_slice(), b"GIF89a", b"RIFF\x10\0\0\0WAVE", b"", b"\x89PNG"] {
            assert_eq!(Picture::of(other), None);
        }
    }
}
