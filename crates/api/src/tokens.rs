//! Tokens lately seen, so that a busy app's token is not looked up for every request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use commerce::apps::{self, Authenticated, TokenKind};
use store::{Db, StoreError};
use units::{ShopId, Timestamp};

/// A withdrawn token is refused at the latest after this.
const TRUSTED_MICROS: i64 = 1_000_000;
/// The cache starts anew at this many tokens.
const TOKENS_MAX: usize = 10_000;

type Key = (ShopId, TokenKind, String);

#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<Key, (Authenticated, Timestamp)>>);

impl Tokens {
    pub(crate) async fn authenticate(
        &self,
        db: &Db,
        shop: ShopId,
        kind: TokenKind,
        token: String,
        now: Timestamp,
    ) -> Result<Option<Authenticated>, StoreError> {
        let key = (shop, kind, token);
        if let Some(known) = self.known(&key, now) {
            return Ok(Some(known));
        }
        let token = key.2.clone();
        let found = db
            .read(shop, move |tx| apps::authenticate(tx, kind, &token, now))
            .await??;
        if let Some(authenticated) = &found {
            self.keep(key, authenticated.clone(), now);
        }
        Ok(found)
    }

    fn known(&self, key: &Key, now: Timestamp) -> Option<Authenticated> {
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (authenticated, at) = tokens.get(key)?;
        (now.0 - at.0 < TRUSTED_MICROS).then(|| authenticated.clone())
    }

    fn keep(&self, key: Key, authenticated: Authenticated, now: Timestamp) {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= TOKENS_MAX {
            tokens.clear();
        }
        tokens.insert(key, (authenticated, now));
    }
}
