//! One request to the merchant's pages.

use std::net::IpAddr;

use commerce::{Actor, Call, Luck};
use store::{Db, StoreError, Tx};
use units::{ShopId, StaffMemberId, Timestamp};

/// One request to the merchant's pages: where it came in, when, and what serves it.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub db: Db,
    /// Where tokens come from.
    pub luck: Luck,
    /// The shop that the host stands for.
    pub shop: ShopId,
    /// Whether the connection is secured.
    pub secure: bool,
    /// The caller's address, as far as it is known.
    pub peer: Option<IpAddr>,
    /// The moment that the request counts as happening.
    pub now: Timestamp,
}

impl Desk {
    /// A call in the name of a member of the staff.
    #[must_use]
    pub fn call(&self, staff: StaffMemberId) -> Call {
        self.call_as(Actor::Staff(staff))
    }

    /// A call in somebody's name.
    #[must_use]
    pub fn call_as(&self, actor: Actor) -> Call {
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
