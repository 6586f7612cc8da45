//! A gift card and its ledger, as they are kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use store::{FromColumn, Param, ToParam, Value, record, text_enum};
use units::{
    AppId, Currency, CustomerId, GiftCardId, GiftCardTransactionId, MinorBag, Money, OrderId,
    OrderTransactionId, Timestamp, part_of,
};

use crate::secret;

text_enum! {
    /// What a movement on a gift card was.
    pub enum TransactionKind {
        /// It was issued.
        Issue = "issue",
        /// Somebody put money on it.
        Credit = "credit",
        /// Somebody took money off it.
        Debit = "debit",
        /// An order was paid with it.
        Payment = "payment",
        /// A payment went back to it.
        Refund = "refund",
    }
}

record! {
    /// A gift card.
    #[derive(Clone)]
    pub struct GiftCard {
        /// Its id.
        pub id: GiftCardId,
        /// The end of its code.
        pub last_characters: String,
        /// The currency of its amounts.
        pub currency: Currency,
        /// What it was issued with, in minor units.
        pub initial_minor: i64,
        /// What is left, in minor units.
        pub balance_minor: i64,
        /// What the merchant noted.
        pub note: Option<String>,
        /// The last day on which it can be used: `2027-12-31`.
        pub expires_on: Option<String>,
        /// Whose it is.
        pub customer_id: Option<CustomerId>,
        /// Who is to get it.
        pub recipient: Option<Recipient>,
        /// The template of its page.
        pub template_suffix: Option<String>,
        /// The app that issued it.
        pub app_id: Option<AppId>,
        /// When it was taken out of use.
        pub deactivated_at: Option<Timestamp>,
        /// When it was issued.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// A movement on a gift card.
    #[derive(Clone, PartialEq, Eq)]
    pub struct GiftCardTransaction {
        /// The card.
        pub gift_card_id: GiftCardId,
        /// Its id.
        pub id: GiftCardTransactionId,
        /// What it was.
        pub kind: TransactionKind,
        /// Minor units of the card's currency; below zero when taken off.
        pub amount_minor: i64,
        /// The order that was paid or refunded.
        pub order_id: Option<OrderId>,
        /// The payment or refund.
        pub order_transaction_id: Option<OrderTransactionId>,
        /// What was noted.
        pub note: Option<String>,
        /// When it counts as done.
        pub processed_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

/// Who is to get a gift card. Kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The customer, by number.
    pub customer: i64,
    /// What they like to be called.
    pub preferred_name: Option<String>,
    /// What is written to them.
    pub message: Option<String>,
    /// When they shall hear of it, in microseconds.
    pub notify_at: Option<i64>,
}

impl GiftCard {
    /// What it pays of an amount: all of it, or as much as the whole card is worth. The card's
    /// currency is the shop's; what is left of the card in the buyer's is rounded down, so that
    /// nobody spends more than there is.
    #[must_use]
    pub fn pays(&self, due: MinorBag) -> MinorBag {
        if due.shop <= 0 {
            return MinorBag::ZERO;
        }
        if self.balance_minor >= due.shop {
            return due;
        }
        let presentment = part_of(due.presentment, self.balance_minor, due.shop);
        if presentment == 0 {
            return MinorBag::ZERO;
        }
        MinorBag {
            shop: self.balance_minor,
            presentment,
        }
    }

    /// What is left.
    #[must_use]
    pub fn balance(&self) -> Money {
        Money::new(self.balance_minor, self.currency)
    }

    /// What it was issued with.
    #[must_use]
    pub fn initial_value(&self) -> Money {
        Money::new(self.initial_minor, self.currency)
    }

    /// Whether it can be used on a day, `2026-11-23`.
    #[must_use]
    pub fn is_usable(&self, today: &str) -> bool {
        self.deactivated_at.is_none() && !self.is_expired(today)
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self, today: &str) -> bool {
        self.expires_on.as_deref().is_some_and(|last| last < today)
    }

    /// Its code as people may see it: `•••• •••• •••• 67gg`.
    #[must_use]
    pub fn masked_code(&self) -> String {
        format!("•••• •••• •••• {}", self.last_characters)
    }
}

/// A code as it is compared: without blanks and dashes, in lower case.
pub(super) fn normalized_code(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a code is found by.
pub(super) fn code_hash(code: &str) -> String {
    secret::hash(&normalized_code(code))
}

impl ToParam for Recipient {
    fn to_param(&self) -> Param<'_> {
        let json = serde_json::to_string(self).expect("a recipient has a JSON text");
        Param::Text(Cow::Owned(json))
    }
}

impl FromColumn for Recipient {
    const WANTED: &'static str = "a recipient in JSON";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        assert_eq!(code_hash("ABCD-1234 EFGH"), code_hash("abcd1234efgh"));
        assert_ne!(code_hash("abcd1234efgh"), code_hash("abcd1234efgi"));
    }
}
