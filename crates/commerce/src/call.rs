//! Who calls, when, and with what luck: everything an operation must not fetch by itself.

use std::fmt;
use std::sync::{Arc, Mutex};

use store::Ids;
use units::{AppId, CustomerId, ShopId, StaffMemberId, Timestamp};

/// One call of an operation: its shop, its actor, its moment, and the source of new ids.
///
/// Cheap to clone, so that a closure handed to a write lane can own one and be run again.
#[derive(Clone)]
pub struct Call {
    /// The shop that the operation works in.
    pub shop: ShopId,
    /// Who asked for it.
    pub actor: Actor,
    /// The moment that it counts as happening.
    pub now: Timestamp,
    ids: Ids,
    luck: Luck,
}

/// Who asked for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// An app, through the Admin API.
    App(AppId),
    /// A member of the staff, through the merchant's pages.
    Staff(StaffMemberId),
    /// A signed-in customer.
    Customer(CustomerId),
    /// Anybody in the shop window.
    Buyer,
    /// The program itself: jobs, imports, the demo.
    System,
}

/// Where moments come from. Only edges hold one; operations get theirs in `Call::now`.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

/// Where tokens get their randomness from.
#[derive(Clone)]
pub struct Luck(Arc<Fill>);

/// Fills a buffer with random bytes.
type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Call {
    /// A call at `now`; ids come from the store's generator.
    #[must_use]
    pub fn new(shop: ShopId, actor: Actor, now: Timestamp, ids: Ids, luck: Luck) -> Self {
        Self {
            shop,
            actor,
            now,
            ids,
            luck,
        }
    }

    /// A fresh id of any kind: unique, and later than all before it.
    #[must_use]
    pub fn new_id<T: From<i64>>(&self) -> T {
        T::from(self.ids.next(self.now))
    }

    /// A secret that cannot be guessed: 128 bits as 32 hexadecimal digits.
    #[must_use]
    pub fn new_token(&self) -> String {
        self.luck.token()
    }

    /// The same call at another moment.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        Self {
            now,
            ..self.clone()
        }
    }

    /// The same call in the name of somebody else.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            actor,
            ..self.clone()
        }
    }
}

impl Clock {
    /// A clock that asks `read`.
    #[must_use]
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// A clock that stands still: for tests, never for a shop.
    #[must_use]
    pub fn fixed(moment: Timestamp) -> Self {
        Self::new(move || moment)
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Luck {
    /// Luck from the given source, which must fill the buffer with secure random bytes.
    #[must_use]
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// Luck that repeats itself for the same seed: for simulations and tests, never for a shop.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let state = Mutex::new(seed);
        Self::new(move |buffer| {
            let mut state = state
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            for chunk in buffer.chunks_mut(8) {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
            }
        })
    }

    /// 128 bits as 32 hexadecimal digits.
    #[must_use]
    pub fn token(&self) -> String {
        let mut bytes = [0; 16];
        (self.0)(&mut bytes);
        format!("{:032x}", u128::from_be_bytes(bytes))
    }
}

/// As ledgers and events keep it: `app:7`, `staff:7`, `customer:7`, `buyer`, `system`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(id) => write!(f, "app:{}", id.get()),
            Self::Staff(id) => write!(f, "staff:{}", id.get()),
            Self::Customer(id) => write!(f, "customer:{}", id.get()),
            Self::Buyer => f.write_str("buyer"),
            Self::System => f.write_str("system"),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("shop", &self.shop)
            .field("actor", &self.actor)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_luck_repeats_itself_and_differs_by_seed() {
        assert_eq!(Luck::seeded(1).token(), Luck::seeded(1).token());
        assert_ne!(Luck::seeded(1).token(), Luck::seeded(2).token());
        assert_eq!(Luck::seeded(1).token().len(), 32);
    }
}
