//! The named quantities of a level.

use std::ops::{Add, AddAssign, Neg};

use store::{record, text_enum};

/// The reasons that a change may have.
pub const REASONS: &[&str] = &[
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_canceled",
    "movement_created",
    "movement_received",
    "movement_updated",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
];

text_enum! {
    /// What a quantity of stock is called on the wire.
    pub enum QuantityName {
        /// May be sold.
        Available = "available",
        /// Sold, not yet sent.
        Committed = "committed",
        /// Unfit to be sold.
        Damaged = "damaged",
        /// On its way in; not on hand yet.
        Incoming = "incoming",
        /// Everything in the house.
        OnHand = "on_hand",
        /// Being looked at.
        QualityControl = "quality_control",
        /// Set aside.
        Reserved = "reserved",
        /// Kept back on purpose.
        SafetyStock = "safety_stock",
    }
}

record! {
    /// Stock by name, or a change to it.
    #[derive(Clone, Copy, Default, PartialEq, Eq)]
    pub struct Quantities {
        /// May be sold.
        pub available: i64,
        /// Sold, not yet sent.
        pub committed: i64,
        /// Set aside.
        pub reserved: i64,
        /// Unfit to be sold.
        pub damaged: i64,
        /// Kept back on purpose.
        pub safety_stock: i64,
        /// Being looked at.
        pub quality_control: i64,
        /// On its way in.
        pub incoming: i64,
    }
}

impl Quantities {
    /// Everything in the house: all but what is on its way.
    #[must_use]
    pub const fn on_hand(&self) -> i64 {
        self.available
            + self.committed
            + self.reserved
            + self.damaged
            + self.safety_stock
            + self.quality_control
    }

    /// The quantity of a name.
    #[must_use]
    pub const fn get(&self, name: QuantityName) -> i64 {
        match name {
            QuantityName::Available => self.available,
            QuantityName::Committed => self.committed,
            QuantityName::Damaged => self.damaged,
            QuantityName::Incoming => self.incoming,
            QuantityName::OnHand => self.on_hand(),
            QuantityName::QualityControl => self.quality_control,
            QuantityName::Reserved => self.reserved,
            QuantityName::SafetyStock => self.safety_stock,
        }
    }

    /// A change to the quantity of one name. What changes the stock on hand as a whole changes
    /// what is available.
    #[must_use]
    pub const fn only(name: QuantityName, change: i64) -> Self {
        let mut all = Self {
            available: 0,
            committed: 0,
            reserved: 0,
            damaged: 0,
            safety_stock: 0,
            quality_control: 0,
            incoming: 0,
        };
        match name {
            QuantityName::Available | QuantityName::OnHand => all.available = change,
            QuantityName::Committed => all.committed = change,
            QuantityName::Damaged => all.damaged = change,
            QuantityName::Incoming => all.incoming = change,
            QuantityName::QualityControl => all.quality_control = change,
            QuantityName::Reserved => all.reserved = change,
            QuantityName::SafetyStock => all.safety_stock = change,
        }
        all
    }
}

impl Add for Quantities {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            available: self.available + other.available,
            committed: self.committed + other.committed,
            reserved: self.reserved + other.reserved,
            damaged: self.damaged + other.damaged,
            safety_stock: self.safety_stock + other.safety_stock,
            quality_control: self.quality_control + other.quality_control,
            incoming: self.incoming + other.incoming,
        }
    }
}

impl AddAssign for Quantities {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for Quantities {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            available: -self.available,
            committed: -self.committed,
            reserved: -self.reserved,
            damaged: -self.damaged,
            safety_stock: -self.safety_stock,
            quality_control: -self.quality_control,
            incoming: -self.incoming,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_hand_is_everything_but_what_is_on_its_way() {
        let mut all = Quantities::default();
        for name in QuantityName::ALL {
            all += Quantities::only(*name, 1);
        }
        // Available was raised twice: by its own name and through the stock on hand.
        assert_eq!((all.available, all.incoming, all.on_hand()), (2, 1, 7));
        assert_eq!(all + -all, Quantities::default());
    }
}
