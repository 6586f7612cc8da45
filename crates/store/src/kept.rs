//! What readers keep in memory of a shop from one snapshot to the next.
//!
//! There is one value of a type for each shop, and it is made anew by one reader at a time. All values together stay
//! within a number of bytes: the shops that were asked longest ago are forgotten first.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use units::ShopId;

use crate::error::StoreError;
use crate::tx::Tx;

/// What all kept values may weigh together.
const BYTES_MAX: usize = 512 << 20;

/// Something that is kept.
pub trait Weighed: Send + Sync + 'static {
    /// How many bytes it takes, about.
    fn bytes(&self) -> usize;
}

type Value = Arc<dyn Any + Send + Sync>;
type Slot = Arc<Mutex<Option<Value>>>;

/// The values of all shops.
#[derive(Clone, Default)]
pub(crate) struct Keeper {
    slots: Arc<Mutex<Slots>>,
}

#[derive(Default)]
struct Slots {
    by_key: HashMap<(ShopId, TypeId), Entry>,
    turn: u64,
}

struct Entry {
    slot: Slot,
    bytes: usize,
    /// When it was asked last.
    turn: u64,
}

impl Keeper {
    fn slot(&self, key: (ShopId, TypeId)) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.turn += 1;
        let turn = slots.turn;
        let new = || Entry {
            slot: Slot::default(),
            bytes: 0,
            turn,
        };
        let entry = slots.by_key.entry(key).or_insert_with(new);
        entry.turn = turn;
        Arc::clone(&entry.slot)
    }

    fn weigh(&self, key: (ShopId, TypeId), bytes: usize) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = slots.by_key.get_mut(&key) {
            entry.bytes = bytes;
        }
        let mut all: usize = slots.by_key.values().map(|entry| entry.bytes).sum();
        while all > BYTES_MAX {
            let others = slots.by_key.iter().filter(|(own, _)| **own != key);
            let Some(oldest) = others
                .min_by_key(|(_, entry)| entry.turn)
                .map(|(key, _)| *key)
            else {
                return;
            };
            let gone = slots.by_key.remove(&oldest);
            all -= gone.map_or(0, |entry| entry.bytes);
        }
    }
}

impl Tx {
    /// Whether this transaction reads a snapshot and may keep what it makes of it. What a writing transaction sees
    /// may yet be undone.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        self.keeper.is_some()
    }

    /// The shop's value of a type, after `renew` has made it of the last one, if there is one. A transaction that
    /// [writes](Self::keeps) makes it for itself alone.
    ///
    /// # Errors
    /// What `renew` says; the last value is kept then.
    pub fn kept<T: Weighed>(
        &mut self,
        renew: impl FnOnce(&mut Self, Option<Arc<T>>) -> Result<Arc<T>, StoreError>,
    ) -> Result<Arc<T>, StoreError> {
        let Some(keeper) = self.keeper.clone() else {
            return renew(self, None);
        };
        let key = (self.shop(), TypeId::of::<T>());
        let slot = keeper.slot(key);
        // Whoever waits here is given what the other one makes.
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let last = held.clone().and_then(|value| value.downcast::<T>().ok());
        let before = last.clone();
        let value = renew(self, last)?;
        if before.is_none_or(|before| !Arc::ptr_eq(&before, &value)) {
            let (kept, bytes): (Value, usize) = (value.clone(), value.bytes());
            *held = Some(kept);
            drop(held);
            keeper.weigh(key, bytes);
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_that_was_asked_longest_ago_is_forgotten_first() {
        let keeper = Keeper::default();
        let key = |shop| (ShopId(shop), TypeId::of::<u8>());
        for shop in [1, 2, 3] {
            keeper.slot(key(shop));
            keeper.weigh(key(shop), BYTES_MAX / 4);
        }
        keeper.slot(key(1));
        keeper.slot(key(4));
        keeper.weigh(key(4), BYTES_MAX / 2);
        let slots = keeper.slots.lock().unwrap();
        let mut left: Vec<i64> = slots.by_key.keys().map(|(shop, _)| shop.get()).collect();
        left.sort_unstable();
        assert_eq!(left, [1, 3, 4]);
    }
}
