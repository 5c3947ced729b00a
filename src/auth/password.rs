//! Passwords: argon2id with OWASP's parameters (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane), strength by
//! estimate rather than by rules of composition.

use crate::error::{Error, Result};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

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

/// A hash that no password has: checking against it takes as long as checking against a real one.
fn nobody() -> String {
    let (salt, hash) = ("c2FsdCBvZiBub2JvZHkuLg", "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}")
}

/// Whether the password fits; the second value is a new hash to keep when the parameters have risen since.
/// With no stored hash it works as long and says no.
pub fn verify(password: &str, stored: Option<&str>) -> Result<(bool, Option<String>)> {
    let text = stored.map_or_else(nobody, str::to_owned);
    let Ok(parsed) = PasswordHash::new(&text) else { return Ok((false, None)) };
    let fits = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok() && stored.is_some();
    let current = text.contains(&format!("m={MEMORY_KIB},t={PASSES},p={LANES}")) && text.starts_with("$argon2id$");
    let renewed = if fits && !current { Some(hash(password)?) } else { None };
    Ok((fits, renewed))
}

/// Hashing fills 19 MiB each time: so many at once, the others queue, and a flood of tries cannot take the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Hashing or checking off the worker, in its turn.
pub async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(|e| Error::Internal(e.into()))?;
    actix_web::web::block(work).await?
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
        assert_eq!(verify("correct horse battery", None).unwrap(), (false, None));
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_a_real_one() {
        let nobody = nobody();
        let real = hash("correct horse battery").unwrap();
        let costs = |text: &str| text.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(costs(&nobody), costs(&real));
        assert!(PasswordHash::new(&nobody).is_ok_and(|h| h.hash.is_some() && h.salt.is_some()));
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
