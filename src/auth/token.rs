//! Secrets in links and cookies: 256 random bits, of which only the SHA-256 is stored.

use crate::error::{Error, Result};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// A fresh secret, as it stands in the link or cookie.
pub fn fresh() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format!("no random numbers: {e}")))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// What is stored of it. A plain hash is enough: the secret has 256 bits of its own.
pub fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}
