//! Refunds: money and goods that went back.

use store::{record, text_enum};
use units::{
    Currency, LineItemId, LocationId, Money, OrderId, RefundId, RefundLineItemId, Timestamp,
};

text_enum! {
    /// What becomes of refunded goods.
    pub enum RestockType {
        /// They had not left: they may be sold again and will not be sent.
        Cancel = "CANCEL",
        /// Put back in the manner of old orders.
        LegacyRestock = "LEGACY_RESTOCK",
        /// Stock and fulfilment stay as they are.
        NoRestock = "NO_RESTOCK",
        /// They came back and may be sold again.
        Return = "RETURN",
    }
}

record! {
    /// A refund.
    #[derive(Clone)]
    pub struct Refund {
        /// The order.
        pub order_id: OrderId,
        /// Its id.
        pub id: RefundId,
        /// Why.
        pub note: Option<String>,
        /// Money given back, in minor units of the order's currency.
        pub refunded_minor: i64,
        /// Shipping taken off the order.
        pub shipping_minor: i64,
        /// Tax on that.
        pub shipping_tax_minor: i64,
        /// The order's currency.
        pub currency: Currency,
        /// When it counts as made.
        pub processed_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// Units of a line that a refund took off its order.
    #[derive(Clone)]
    pub struct RefundLineItem {
        /// The order.
        pub order_id: OrderId,
        /// The refund.
        pub refund_id: RefundId,
        /// Its id.
        pub id: RefundLineItemId,
        /// The order's line.
        pub line_item_id: LineItemId,
        /// Where they were put back.
        pub location_id: Option<LocationId>,
        /// Units.
        pub quantity: i64,
        /// What became of them.
        pub restock_type: RestockType,
        /// Their worth less discounts, in minor units.
        pub subtotal_minor: i64,
        /// Tax on that.
        pub tax_minor: i64,
    }
}

impl Refund {
    /// An amount in the refund's currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The money given back.
    #[must_use]
    pub fn total(&self) -> Money {
        self.money(self.refunded_minor)
    }
}

impl RefundLineItem {
    /// Whether the units may be sold again.
    #[must_use]
    pub fn is_restocked(&self) -> bool {
        self.restock_type != RestockType::NoRestock
    }
}
