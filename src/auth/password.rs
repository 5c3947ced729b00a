//! Passwords: argon2id with OWASP's parameters (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane), strength by
//! estimate rather than by rules of composition.

use crate::error::{Error, Result};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::LazyLock;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// At least this many characters.
pub const SHORTEST: usize = 10;

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A PHC string with a salt of its own.
pub fn hash(password: &str) -> Result<String> {
    Ok(argon2()?.hash_password(password.as_bytes()).map_err(|e| Error::internal(e.to_string()))?.to_string())
}

/// What an unknown address is checked against, so that it takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

/// Whether the password fits; the second value is a new hash to keep when the parameters have risen since.
/// With no stored hash it works as long and says no.
pub fn verify(password: &str, stored: Option<&str>) -> Result<(bool, Option<String>)> {
    let text = stored.unwrap_or(&NOBODY);
    let Ok(parsed) = PasswordHash::new(text) else { return Ok((false, None)) };
    let fits = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok() && stored.is_some();
    let current = text.contains(&format!("m={MEMORY_KIB},t={PASSES},p={LANES}")) && text.starts_with("$argon2id$");
    let renewed = if fits && !current { Some(hash(password)?) } else { None };
    Ok((fits, renewed))
}

/// # Errors
/// A sentence for the field, when the password is short or easy to guess for someone who knows these words about them.
pub fn check_strength(password: &str, known_words: &[&str]) -> Result<(), String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("The password is short: write {SHORTEST} signs or more. A few words in a row are fine."));
    }
    if password.chars().count() > 200 {
        return Err("The password is longer than 200 signs: write fewer.".into());
    }
    let estimate = zxcvbn::zxcvbn(password, known_words);
    if estimate.score() < zxcvbn::Score::Three {
        return Err("This password is easy to guess: add a word or two that have nothing to do with you.".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let stored = hash("correct horse battery").unwrap();
        assert_eq!(verify("correct horse battery", Some(&stored)).unwrap(), (true, None));
        assert_eq!(verify("wrong horse battery", Some(&stored)).unwrap(), (false, None));
        assert_eq!(verify("nobody has this password", None).unwrap(), (false, None));
    }

    #[test]
    fn raised_parameters_renew_the_hash() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let stored = weak.hash_password(b"correct horse battery").unwrap().to_string();
        let (fits, renewed) = verify("correct horse battery", Some(&stored)).unwrap();
        assert!(fits && renewed.is_some_and(|h| h.contains("m=19456,t=2,p=1")));
    }

    #[test]
    fn guessable_passwords_are_refused() {
        assert!(check_strength("short", &[]).is_err());
        assert!(check_strength("password1234", &[]).is_err());
        assert!(check_strength("violet tram over harbour", &[]).is_ok());
    }
}
