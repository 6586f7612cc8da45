//! Which passwords customers may choose.

/// The public API's own rule.
const CHARS_MIN: usize = 5;
/// Hashing longer ones would be work for nothing.
const BYTES_MAX: usize = 256;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Nothing was given.
    #[error("Password can't be blank")]
    Blank,
    /// Too easy to guess.
    #[error("Password is too short (minimum is 5 characters)")]
    TooShort,
    /// Longer than anybody types.
    #[error("Password is too long (maximum is 256 bytes)")]
    TooLong,
    /// A blank at either end is most likely a slip.
    #[error("Password cannot start or end with a white space")]
    BlankAtEnd,
}

/// Checks a password before it is hashed.
///
/// # Errors
/// Why it is not taken.
pub fn check_password(password: &str) -> Result<(), PasswordRefusal> {
    if password.trim().is_empty() {
        return Err(PasswordRefusal::Blank);
    }
    if password.trim() != password {
        return Err(PasswordRefusal::BlankAtEnd);
    }
    if password.chars().count() < CHARS_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    if password.len() > BYTES_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_cannot_be_are_refused_by_name() {
        assert_eq!(check_password("tulip"), Ok(()));
        assert_eq!(check_password("   "), Err(PasswordRefusal::Blank));
        assert_eq!(check_password("rose"), Err(PasswordRefusal::TooShort));
        assert_eq!(check_password("tulips "), Err(PasswordRefusal::BlankAtEnd));
        let endless = "x".repeat(257);
        assert_eq!(check_password(&endless), Err(PasswordRefusal::TooLong));
    }
}
