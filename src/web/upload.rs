//! Files that a form sends along (`multipart/form-data`).

use crate::error::{Error, Result};
use actix_multipart::Multipart;
use futures_util::TryStreamExt;

/// A file as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    pub bytes: Vec<u8>,
}

/// Reads one field's file, of at most so many bytes; empty when the form has none. What else the form sends is read and
/// left, up to the same limit.
///
/// # Errors
/// `Error::TooLarge` over the limit, `Error::Refused` when the body is no such form.
pub async fn read(mut body: Multipart, field: &str, most: usize) -> Result<Upload> {
    let broken = |_| Error::Refused("The file did not arrive whole: send it again.".into());
    let mut found = Upload::default();
    let mut left = most;
    while let Some(mut part) = body.try_next().await.map_err(broken)? {
        let wanted = part.name() == Some(field);
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            left = left.checked_sub(chunk.len()).ok_or(Error::TooLarge)?;
            if wanted {
                found.bytes.extend_from_slice(&chunk);
            }
        }
    }
    Ok(found)
}
