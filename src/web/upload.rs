//! Forms that send a file (`multipart/form-data`).

use super::Fields;
use crate::error::{Error, Result};
use actix_multipart::Multipart;
use actix_web::{HttpRequest, web as actix};
use futures_util::StreamExt;

/// A form with its file, held in memory.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    pub fields: Fields,
    /// Its name on the sender's machine, and what is in it. `None` when none was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

/// Reads the body of a request. Called in the handler, after its extractor has proved who asks.
///
/// # Errors
/// `Error::TooLarge` when the body has more than `most` bytes, `Error::Refused` when it is no such form.
pub async fn read(request: &HttpRequest, body: actix::Payload, most: usize) -> Result<Upload> {
    let mut parts = Multipart::new(request.headers(), body);
    let (mut upload, mut left) = (Upload::default(), most);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(broken)?;
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.content_disposition().and_then(|d| d.get_filename()).map(str::to_owned);
        // Names take memory too, and so does a part without one.
        let kept = size_of::<(String, String)>() + name.len() + file.as_ref().map_or(0, String::len);
        left = left.checked_sub(kept).ok_or(Error::TooLarge)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(broken)?;
            left = left.checked_sub(chunk.len()).ok_or(Error::TooLarge)?;
            bytes.extend_from_slice(&chunk);
        }
        match file {
            Some(file) if !file.is_empty() => upload.file = Some((file, bytes)),
            Some(_) => {}
            None => upload.fields.0.push((name, String::from_utf8_lossy(&bytes).replace('\0', ""))),
        }
    }
    Ok(upload)
}

fn broken(error: actix_multipart::MultipartError) -> Error {
    Error::Refused(format!("The form did not arrive whole: {error}. Send it again."))
}
