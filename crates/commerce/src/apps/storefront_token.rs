//! Public tokens of storefronts, as apps make and delete them.

use store::{StoreError, Tx};
use units::{AppId, StorefrontAccessTokenId};

use super::{NewToken, NewTokenError, Scopes, StorefrontAccessToken, TokenKind, create_token, sql};
use crate::call::Call;

/// Why a storefront's token was not made or deleted.
#[derive(Debug, thiserror::Error)]
pub enum StorefrontTokenError {
    /// A token is found again by its title.
    #[error("Title can't be blank")]
    TitleBlank,
    /// Longer than 255 characters.
    #[error("Title is too long (maximum is 255 characters)")]
    TitleTooLong,
    /// The app has no scope that a storefront could have.
    #[error("The app has no unauthenticated access scope to pass on.")]
    NoScopes,
    /// The app has 100 of them.
    #[error("An app has at most 100 storefront access tokens: delete one first.")]
    TooMany,
    /// There is no such token of this app.
    #[error("Storefront access token does not exist")]
    NotFound,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a public token; it gets those of the app's `scopes` that a storefront may have.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn storefront_access_token_create(
    tx: &mut Tx,
    call: &Call,
    app: AppId,
    scopes: Scopes,
    title: &str,
) -> Result<StorefrontAccessTokenId, StorefrontTokenError> {
    let title = title.trim();
    if title.is_empty() {
        return Err(StorefrontTokenError::TitleBlank);
    }
    if title.chars().count() > 255 {
        return Err(StorefrontTokenError::TitleTooLong);
    }
    let new = NewToken {
        app,
        kind: TokenKind::StorefrontPublic,
        title: title.to_owned(),
        scopes: scopes.only_unauthenticated(),
        expires_at: None,
        text: None,
    };
    let token = create_token(tx, call, &new).map_err(|error| match error {
        NewTokenError::Store(fault) => StorefrontTokenError::Store(fault),
        NewTokenError::TooMany => StorefrontTokenError::TooMany,
        NewTokenError::NoScopes => StorefrontTokenError::NoScopes,
        NewTokenError::AppNotFound | NewTokenError::TextInvalid | NewTokenError::TextTaken => {
            StorefrontTokenError::NotFound
        }
    })?;
    Ok(StorefrontAccessTokenId(token.id.get()))
}

/// Deletes a public token of the app; requests with it are refused from then on.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn storefront_access_token_delete(
    tx: &mut Tx,
    app: AppId,
    id: StorefrontAccessTokenId,
) -> Result<(), StorefrontTokenError> {
    if sql::delete_storefront_token(tx, app, id)? == 0 {
        return Err(StorefrontTokenError::NotFound);
    }
    Ok(())
}

/// The app's public tokens, oldest first: at most 100, which is how many it may have.
///
/// # Errors
/// `Store` faults only.
pub fn storefront_access_tokens(
    tx: &mut Tx,
    app: AppId,
) -> Result<Vec<StorefrontAccessToken>, StoreError> {
    sql::storefront_tokens_of(tx, app)
}
