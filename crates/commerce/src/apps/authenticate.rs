//! Who is calling?

use store::{StoreError, Tx, record};
use units::{AppId, AppInstallationId, Timestamp, TokenId};

use super::{Scopes, TokenKind, sql};
use crate::secret::hash;

record! {
    /// Whom a token stands for.
    #[derive(Clone)]
    pub struct Authenticated {
        /// The app.
        pub app_id: AppId,
        /// Its installation.
        pub installation_id: AppInstallationId,
        /// The token.
        pub token_id: TokenId,
        /// Which interface the token opens.
        pub kind: TokenKind,
        /// What it allows.
        pub scopes: Scopes,
        /// Cost points a second that the app's bucket refills by; 0 means no limit.
        pub throttle_per_second: i64,
        /// When the token ends, if ever: a cache must not keep it longer.
        pub expires_at: Option<Timestamp>,
    }
}

/// Finds whom a token of a kind stands for; `None` when it is unknown or has ended.
///
/// # Errors
/// `Store` faults only.
pub fn authenticate(
    tx: &mut Tx,
    kind: TokenKind,
    token: &str,
    now: Timestamp,
) -> Result<Option<Authenticated>, StoreError> {
    let found = sql::authenticated(tx, &hash(token))?;
    Ok(found.filter(|found| found.kind == kind && is_running(found.expires_at, now)))
}

fn is_running(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_none_or(|end| now < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_at_its_moment() {
        assert!(is_running(None, Timestamp(5)));
        assert!(is_running(Some(Timestamp(6)), Timestamp(5)));
        assert!(!is_running(Some(Timestamp(5)), Timestamp(5)));
    }
}
