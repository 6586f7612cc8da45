//! Tokens: shown once, kept as hashes.

use store::{StoreError, Tx, text_enum};
use units::{AppId, Timestamp, TokenId};

use super::{Scopes, sql};
use crate::call::Call;
use crate::secret::hash;

/// Tokens of one app and kind; more are refused.
pub(super) const TOKENS_PER_APP_MAX: usize = 100;

text_enum! {
    /// Which interface a token opens.
    pub enum TokenKind {
        /// The Admin API, in `X-Shopify-Access-Token`.
        Admin = "ADMIN",
        /// The Storefront API from a browser; no secret.
        StorefrontPublic = "STOREFRONT_PUBLIC",
        /// The Storefront API from a server.
        StorefrontPrivate = "STOREFRONT_PRIVATE",
    }
}

/// What a token is to be.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whose it is.
    pub app: AppId,
    /// Which interface it opens.
    pub kind: TokenKind,
    /// What it is called.
    pub title: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// The token itself, where it must be the same at every start; made up otherwise.
    pub text: Option<String>,
}

/// A token as it is shown, this once.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// The text to send.
    pub text: String,
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum NewTokenError {
    /// There is no such app.
    #[error("The app does not exist.")]
    AppNotFound,
    /// A token without scopes opens nothing.
    #[error("A token needs at least one access scope.")]
    NoScopes,
    /// A given text is too short to be a secret, or too long.
    #[error("A token has 16 to 255 visible ASCII characters.")]
    TextInvalid,
    /// A given text is in use.
    #[error("The token is in use already.")]
    TextTaken,
    /// The app has as many as it may have.
    #[error("An app has at most 100 tokens of a kind: delete one first.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token. Only its hash is kept, and the text too of a public one.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_token(tx: &mut Tx, call: &Call, new: &NewToken) -> Result<Token, NewTokenError> {
    if new.scopes.is_empty() {
        return Err(NewTokenError::NoScopes);
    }
    if sql::apps(tx, &[new.app])?.is_empty() {
        return Err(NewTokenError::AppNotFound);
    }
    let text = match &new.text {
        None => made_up(call, new.kind),
        Some(text) if is_token(text) => text.clone(),
        Some(_) => return Err(NewTokenError::TextInvalid),
    };
    if sql::token_taken(tx, &hash(&text))? {
        return Err(NewTokenError::TextTaken);
    }
    if sql::tokens_of(tx, new.app, new.kind)? >= TOKENS_PER_APP_MAX {
        return Err(NewTokenError::TooMany);
    }
    let token = Token {
        id: call.new_id(),
        text,
    };
    sql::insert_token(tx, call, new, &token)?;
    Ok(token)
}

fn made_up(call: &Call, kind: TokenKind) -> String {
    match kind {
        TokenKind::Admin | TokenKind::StorefrontPrivate => format!("shpat_{}", call.new_token()),
        TokenKind::StorefrontPublic => call.new_token(),
    }
}

fn is_token(text: &str) -> bool {
    (16..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_token_must_look_like_one() {
        assert!(is_token("shpat_0123456789abcdef"));
        assert!(!is_token("short") && !is_token("has a blank inside of it"));
    }
}
