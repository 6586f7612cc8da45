//! One request to a shop's pages.

use std::net::IpAddr;
use std::sync::Arc;

use commerce::staff::SignInLimiter;
use commerce::{Actor, Call, Luck};
use store::{Db, StoreError, Tx};
use units::{ShopId, Timestamp};

/// One request to a shop's pages: where it came in, when, and what serves it.
#[derive(Clone)]
pub struct Visit {
    /// The database.
    pub db: Db,
    /// Where tokens come from.
    pub luck: Luck,
    /// The shop that the host stands for.
    pub shop: ShopId,
    /// Scheme and host that the visitor used, without a slash at the end.
    pub origin: String,
    /// Whether the connection is secured.
    pub secure: bool,
    /// The visitor's address, as far as it is known.
    pub peer: Option<IpAddr>,
    /// Counts guesses at codes.
    pub limiter: Arc<SignInLimiter>,
    /// The moment that the request counts as happening.
    pub now: Timestamp,
}

impl Visit {
    /// A call in somebody's name.
    #[must_use]
    pub fn call(&self, actor: Actor) -> Call {
        Call::new(
            self.shop,
            actor,
            self.now,
            self.db.ids().clone(),
            self.luck.clone(),
        )
    }

    /// Reads from one snapshot of the shop.
    ///
    /// # Errors
    /// `look`'s own, and `Store` faults.
    pub async fn read<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.db.read(self.shop, look).await?
    }
}
