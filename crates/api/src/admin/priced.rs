//! Rows whose amounts are in currencies that stand elsewhere.

use units::{Currency, MinorBag, Money, MoneyBag};

/// A row together with the currencies of its amounts.
#[derive(Clone)]
pub(crate) struct Priced<T> {
    /// The row.
    pub(crate) row: T,
    /// The shop's currency.
    pub(crate) currency: Currency,
    /// The currency that the buyer saw.
    pub(crate) presentment: Currency,
}

impl<T> Priced<T> {
    /// A row whose amounts are in the shop's currency alone.
    pub(crate) fn new(row: T, currency: Currency) -> Self {
        Self {
            row,
            currency,
            presentment: currency,
        }
    }

    /// A row of what somebody bought in a currency of theirs.
    pub(crate) fn seen(row: T, (currency, presentment): (Currency, Currency)) -> Self {
        Self {
            row,
            currency,
            presentment,
        }
    }

    /// Another row with the same currencies.
    pub(crate) fn with<U>(&self, row: U) -> Priced<U> {
        Priced::seen(row, (self.currency, self.presentment))
    }

    /// An amount of the row in the shop's currency.
    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// An amount of the row in both currencies.
    pub(crate) fn bag(&self, amount: MinorBag) -> MoneyBag {
        amount.in_currencies(self.currency, self.presentment)
    }
}
