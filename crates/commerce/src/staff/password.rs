//! Passwords, kept as Argon2id hashes.
//!
//! These functions take tens of milliseconds of CPU and some 19 MB on purpose: never call them
//! inside a transaction or on an asynchronous thread.

use std::fmt;

use argon2::password_hash::{PasswordHash as Parsed, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use store::text_newtype;

use crate::call::Luck;

/// A password's Argon2id hash in the PHC text form, salt and costs included.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

text_newtype!(PasswordHash, as_str, from_stored);

/// Why a password was not hashed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too easy to guess.
    #[error("A password has at least 8 characters.")]
    TooShort,
    /// Longer than anybody types; hashing it would be work for nothing.
    #[error("A password has at most 256 bytes.")]
    TooLong,
}

impl PasswordHash {
    fn as_str(&self) -> &str {
        &self.0
    }

    fn from_stored(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

/// A hash is a secret too.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// 19 MiB, two passes, one lane: the least that is recommended for signing in.
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// Hashes a password with a salt of `luck`.
///
/// # Errors
/// When it is too short or too long.
pub fn hash_password(password: &str, luck: &Luck) -> Result<PasswordHash, PasswordError> {
    if password.chars().count() < 8 {
        return Err(PasswordError::TooShort);
    }
    if password.len() > 256 {
        return Err(PasswordError::TooLong);
    }
    Ok(hash_checked_password(password, luck))
}

/// Hashes a password that was checked by rules of its own.
#[must_use]
pub fn hash_checked_password(password: &str, luck: &Luck) -> PasswordHash {
    let salt = SaltString::encode_b64(luck.token().as_bytes())
        .expect("32 bytes are a salt of a length that is allowed");
    let hash = argon()
        .hash_password(password.as_bytes(), &salt)
        .expect("the costs are the library's own defaults, and the lengths are in bounds");
    PasswordHash(hash.to_string())
}

/// Whether the password is the one of the hash.
///
/// Without a hash (nobody has that address) it takes as long and is false, so that the time it
/// takes tells nobody which addresses exist.
#[must_use]
pub fn verify_password(password: &str, hash: Option<&PasswordHash>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RvY2tyb29tLW5vYm9keQ$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > 256 {
        return false;
    }
    let text = hash.map_or(NOBODY, PasswordHash::as_str);
    let Ok(parsed) = Parsed::new(text) else {
        return false;
    };
    argon()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok()
        && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("correct horse", &Luck::seeded(1)).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify_password("correct horse", Some(&hash)));
        assert!(!verify_password("correct house", Some(&hash)));
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }

    #[test]
    fn nobody_signs_in_without_a_hash() {
        assert!(!verify_password("correct horse", None));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        let hash = |text: &str| hash_password(text, &Luck::seeded(1));
        assert_eq!(hash("short"), Err(PasswordError::TooShort));
        assert_eq!(hash(&"x".repeat(257)), Err(PasswordError::TooLong));
    }
}
