//! Rows whose amounts are in a currency that stands elsewhere.

use units::{Currency, Money, MoneyBag};

/// A row together with the currency of its amounts.
#[derive(Clone)]
pub(crate) struct Priced<T> {
    /// The row.
    pub(crate) row: T,
    /// The currency.
    pub(crate) currency: Currency,
}

impl<T> Priced<T> {
    pub(crate) fn new(row: T, currency: Currency) -> Self {
        Self { row, currency }
    }

    /// An amount of the row.
    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// An amount of the row in both currencies.
    pub(crate) fn bag(&self, minor: i64) -> MoneyBag {
        MoneyBag::same(self.money(minor))
    }
}
