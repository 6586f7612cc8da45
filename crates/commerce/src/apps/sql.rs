//! The apps' queries.

use store::{StoreError, Tx};
use units::{AppId, AppInstallationId, StorefrontAccessTokenId};

use super::token::{TOKENS_PER_APP_MAX, Token};
use super::{App, Authenticated, NewToken, StorefrontAccessToken, TokenKind};
use crate::call::Call;
use crate::secret::hash;

pub(super) fn apps(tx: &mut Tx, ids: &[AppId]) -> Result<Vec<App>, StoreError> {
    tx.all(
        "SELECT id, installation_id, title, handle, client_id, client_secret,
                throttle_per_second, created_at
           FROM apps
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )
}

pub(super) fn apps_by_installation(
    tx: &mut Tx,
    ids: &[AppInstallationId],
) -> Result<Vec<App>, StoreError> {
    tx.all(
        "SELECT id, installation_id, title, handle, client_id, client_secret,
                throttle_per_second, created_at
           FROM apps
          WHERE shop_id = $shop AND installation_id = ANY($1)",
        (ids,),
    )
}

pub(super) fn app_named(tx: &mut Tx, name: &str) -> Result<Option<App>, StoreError> {
    tx.optional(
        "SELECT id, installation_id, title, handle, client_id, client_secret,
                throttle_per_second, created_at
           FROM apps
          WHERE shop_id = $shop AND (handle = $1 OR client_id = $1)",
        (name,),
    )
}

pub(super) fn all(tx: &mut Tx) -> Result<Vec<App>, StoreError> {
    tx.all(
        "SELECT id, installation_id, title, handle, client_id, client_secret,
                throttle_per_second, created_at
           FROM apps
          WHERE shop_id = $shop
          ORDER BY id
          LIMIT 250",
        (),
    )
}

pub(super) fn insert_app(tx: &mut Tx, app: &App) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO apps (shop_id, id, installation_id, title, handle, client_id, client_secret,
             throttle_per_second, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)",
        (
            app.id,
            app.installation_id,
            &app.title,
            &app.handle,
            &app.client_id,
            &app.client_secret,
            app.throttle_per_second,
            app.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn token_taken(tx: &mut Tx, token_hash: &str) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT id FROM access_tokens WHERE shop_id = $shop AND token_hash = $1",
        (token_hash,),
    )?;
    Ok(found.is_some())
}

/// How many tokens of a kind an app has; counts no further than the limit.
pub(super) fn tokens_of(tx: &mut Tx, app: AppId, kind: TokenKind) -> Result<usize, StoreError> {
    let found: Vec<i64> = tx.all(
        "SELECT id FROM access_tokens
          WHERE shop_id = $shop AND app_id = $1 AND kind = $2
          LIMIT $3",
        (
            app,
            kind,
            i64::try_from(TOKENS_PER_APP_MAX).unwrap_or(i64::MAX),
        ),
    )?;
    Ok(found.len())
}

pub(super) fn insert_token(
    tx: &mut Tx,
    call: &Call,
    new: &NewToken,
    token: &Token,
) -> Result<(), StoreError> {
    let public = (new.kind == TokenKind::StorefrontPublic).then_some(token.text.as_str());
    tx.execute(
        "INSERT INTO access_tokens (shop_id, id, app_id, kind, token_hash, public_token, title,
             scopes, expires_at, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        (
            token.id,
            new.app,
            new.kind,
            hash(&token.text),
            public,
            &new.title,
            new.scopes,
            new.expires_at,
            call.now,
        ),
    )?;
    Ok(())
}

pub(super) fn authenticated(
    tx: &mut Tx,
    token_hash: &str,
) -> Result<Option<Authenticated>, StoreError> {
    tx.optional(
        "SELECT a.id, a.installation_id, t.id, t.kind, t.scopes, a.throttle_per_second,
                t.expires_at
           FROM access_tokens t
           JOIN apps a ON a.shop_id = t.shop_id AND a.id = t.app_id
          WHERE t.shop_id = $shop AND t.token_hash = $1",
        (token_hash,),
    )
}

pub(super) fn storefront_tokens(
    tx: &mut Tx,
    ids: &[StorefrontAccessTokenId],
) -> Result<Vec<StorefrontAccessToken>, StoreError> {
    tx.all(
        "SELECT id, title, public_token, scopes, created_at
           FROM access_tokens
          WHERE shop_id = $shop AND id = ANY($1) AND public_token IS NOT NULL",
        (ids,),
    )
}

pub(super) fn storefront_tokens_of(
    tx: &mut Tx,
    app: AppId,
) -> Result<Vec<StorefrontAccessToken>, StoreError> {
    tx.all(
        "SELECT id, title, public_token, scopes, created_at
           FROM access_tokens
          WHERE shop_id = $shop AND app_id = $1 AND public_token IS NOT NULL
          ORDER BY id
          LIMIT $2",
        (app, i64::try_from(TOKENS_PER_APP_MAX).unwrap_or(i64::MAX)),
    )
}

pub(super) fn delete_storefront_token(
    tx: &mut Tx,
    app: AppId,
    id: StorefrontAccessTokenId,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM access_tokens
          WHERE shop_id = $shop AND app_id = $1 AND id = $2 AND public_token IS NOT NULL",
        (app, id),
    )
}
