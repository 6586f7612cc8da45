//! Refunds: money and goods that went back.

use store::{record, text_enum};
use units::{
    Currency, LineItemId, LocationId, MinorBag, MoneyBag, OrderId, RefundId, RefundLineItemId,
    Timestamp,
};

use super::value::ValuedLine;
use crate::orders::Order;

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
        pub(super) refunded_minor: i64,
        pub(super) shipping_minor: i64,
        pub(super) shipping_tax_minor: i64,
        /// The shop's currency.
        pub currency: Currency,
        pub(super) presentment_currency: Option<Currency>,
        pub(super) presentment_refunded_minor: Option<i64>,
        pub(super) presentment_shipping_minor: Option<i64>,
        pub(super) presentment_shipping_tax_minor: Option<i64>,
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
        pub(super) subtotal_minor: i64,
        pub(super) tax_minor: i64,
        pub(super) presentment_subtotal_minor: Option<i64>,
        pub(super) presentment_tax_minor: Option<i64>,
    }
}

/// What a refund takes off its order and gives back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RefundAmounts {
    pub(super) refunded: MinorBag,
    pub(super) shipping: MinorBag,
    pub(super) shipping_tax: MinorBag,
}

impl Refund {
    /// A refund of an order, to be stored.
    pub(super) fn of(
        order: &Order,
        id: RefundId,
        note: Option<String>,
        amounts: RefundAmounts,
        (processed_at, now): (Timestamp, Timestamp),
    ) -> Self {
        let seen = |amount: MinorBag| order.is_abroad().then_some(amount.presentment);
        Self {
            order_id: order.id,
            id,
            note,
            refunded_minor: amounts.refunded.shop,
            shipping_minor: amounts.shipping.shop,
            shipping_tax_minor: amounts.shipping_tax.shop,
            currency: order.currency,
            presentment_currency: order.is_abroad().then_some(order.presentment_currency),
            presentment_refunded_minor: seen(amounts.refunded),
            presentment_shipping_minor: seen(amounts.shipping),
            presentment_shipping_tax_minor: seen(amounts.shipping_tax),
            processed_at,
            created_at: now,
            updated_at: now,
        }
    }

    /// The currency that the buyer saw.
    #[must_use]
    pub fn presentment_currency(&self) -> Currency {
        self.presentment_currency.unwrap_or(self.currency)
    }

    /// An amount in the refund's currencies.
    #[must_use]
    pub fn bag(&self, amount: MinorBag) -> MoneyBag {
        amount.in_currencies(self.currency, self.presentment_currency())
    }

    /// The money given back.
    #[must_use]
    pub fn total(&self) -> MoneyBag {
        let refunded = MinorBag::kept(self.refunded_minor, self.presentment_refunded_minor);
        self.bag(refunded)
    }

    /// Shipping taken off the order.
    #[must_use]
    pub fn shipping(&self) -> MinorBag {
        MinorBag::kept(self.shipping_minor, self.presentment_shipping_minor)
    }

    /// Tax on that.
    #[must_use]
    pub fn shipping_tax(&self) -> MinorBag {
        MinorBag::kept(self.shipping_tax_minor, self.presentment_shipping_tax_minor)
    }
}

impl RefundLineItem {
    /// Units of a valued line, to be stored.
    pub(super) fn of(
        valued: &ValuedLine,
        (refund_id, id): (RefundId, RefundLineItemId),
        restock_type: RestockType,
        location_id: Option<LocationId>,
    ) -> Self {
        let (line, value) = (&valued.line, valued.value);
        let abroad = line.presentment_currency.is_some();
        let seen = |amount: MinorBag| abroad.then_some(amount.presentment);
        Self {
            order_id: line.order_id,
            refund_id,
            id,
            line_item_id: line.id,
            location_id,
            quantity: valued.asked.quantity,
            restock_type,
            subtotal_minor: value.subtotal.shop,
            tax_minor: value.tax.shop,
            presentment_subtotal_minor: seen(value.subtotal),
            presentment_tax_minor: seen(value.tax),
        }
    }

    /// Their worth less discounts.
    #[must_use]
    pub fn subtotal(&self) -> MinorBag {
        MinorBag::kept(self.subtotal_minor, self.presentment_subtotal_minor)
    }

    /// Tax on that.
    #[must_use]
    pub fn tax(&self) -> MinorBag {
        MinorBag::kept(self.tax_minor, self.presentment_tax_minor)
    }

    /// Whether the units may be sold again.
    #[must_use]
    pub fn is_restocked(&self) -> bool {
        self.restock_type != RestockType::NoRestock
    }
}
