//! What an order sold, how it is shipped, and the money that moved for it.

use serde::{Deserialize, Serialize};
use store::record;
use units::{
    Currency, InventoryItemId, LineItemId, Money, OrderId, OrderTransactionId, ProductId,
    ProductVariantId, RefundId, ShippingLineId, Timestamp,
};

use super::status::{Movement, TransactionKind, TransactionStatus};
use crate::attributes::{self, Attribute};
use crate::discounts::DiscountAllocation;
use crate::events::Topic;

record! {
    /// A line of an order: a snapshot of what was sold. Amounts are in minor units of the order's
    /// currency and count for the whole line, except the price.
    #[derive(Clone)]
    pub struct LineItem {
        /// The order.
        pub order_id: OrderId,
        /// Its id.
        pub id: LineItemId,
        /// The product, which may be gone by now.
        pub product_id: Option<ProductId>,
        /// The variant, which may be gone by now.
        pub variant_id: Option<ProductVariantId>,
        /// What the variant stocks.
        pub inventory_item_id: Option<InventoryItemId>,
        /// The product's title then.
        pub title: String,
        /// The variant's title then.
        pub variant_title: Option<String>,
        /// The vendor then.
        pub vendor: Option<String>,
        /// The stock keeping unit then.
        pub sku: Option<String>,
        /// A picture then.
        pub image_url: Option<String>,
        options: String,
        attributes: String,
        /// Units when it was sold.
        pub quantity: i64,
        /// Units less those that were taken off since.
        pub current_quantity: i64,
        /// Units that have yet to leave.
        pub fulfillable_quantity: i64,
        /// Price of one unit.
        pub price_minor: i64,
        /// Discounts.
        pub discount_minor: i64,
        discount_allocations: String,
        /// Taxes.
        pub tax_minor: i64,
        tax_lines: String,
        /// Whether it is taxed.
        pub taxable: bool,
        /// Whether it is shipped.
        pub requires_shipping: bool,
        /// Whether it is a gift card.
        pub gift_card: bool,
        /// Weight of one unit.
        pub weight_grams: i64,
    }
}

record! {
    /// How an order is shipped, and for how much.
    #[derive(Clone)]
    pub struct ShippingLine {
        /// The order.
        pub order_id: OrderId,
        /// Its id.
        pub id: ShippingLineId,
        /// What it is called.
        pub title: String,
        /// The rate's code.
        pub code: String,
        /// Where the rate came from.
        pub source: String,
        /// Its price before discounts, in minor units of the order's currency.
        pub price_minor: i64,
        /// Discounts.
        pub discount_minor: i64,
        discount_allocations: String,
        /// Tax on it.
        pub tax_minor: i64,
        tax_lines: String,
    }
}

record! {
    /// A movement of money on an order, whether it went well or not.
    #[derive(Clone)]
    pub struct OrderTransaction {
        /// The order.
        pub order_id: OrderId,
        /// Its id.
        pub id: OrderTransactionId,
        /// The movement that it follows.
        pub parent_id: Option<OrderTransactionId>,
        /// The refund that it belongs to.
        pub refund_id: Option<RefundId>,
        /// What it does.
        pub kind: TransactionKind,
        /// How it went.
        pub status: TransactionStatus,
        /// Through whom: `manual`, `bogus`, …
        pub gateway: String,
        /// How much, in minor units.
        pub amount_minor: i64,
        /// In which currency.
        pub currency: Currency,
        /// What the gateway calls it.
        pub authorization_code: Option<String>,
        /// Why it was declined, as a code.
        pub error_code: Option<String>,
        /// What the gateway said.
        pub message: String,
        /// Whether no money moved in truth.
        pub test: bool,
        /// When it counts as done.
        pub processed_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

/// A tax on a line. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    /// What the tax is called.
    pub title: String,
    /// Its rate in millionths: 190,000 is 19 %.
    pub rate_ppm: i64,
    /// Its amount, in minor units of the order's currency.
    pub price_minor: i64,
}

/// An option that the buyer chose. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedOption {
    /// The option: `Size`.
    pub name: String,
    /// The value: `M`.
    pub value: String,
}

/// What a number of a line's units is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineValue {
    /// Price less discounts, in minor units.
    pub subtotal_minor: i64,
    /// Tax, in minor units.
    pub tax_minor: i64,
}

impl LineItem {
    /// What the buyer or an app attached to it.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute> {
        attributes::from_json(&self.attributes)
    }

    /// What the buyer chose.
    #[must_use]
    pub fn options(&self) -> Vec<SelectedOption> {
        attributes::from_json(&self.options)
    }

    /// The taxes on it.
    #[must_use]
    pub fn tax_lines(&self) -> Vec<TaxLine> {
        attributes::from_json(&self.tax_lines)
    }

    /// What each of the order's discounts took off it.
    #[must_use]
    pub fn discount_allocations(&self) -> Vec<DiscountAllocation> {
        attributes::from_json(&self.discount_allocations)
    }

    /// Title and variant, as a person would say them.
    #[must_use]
    pub fn name(&self) -> String {
        match self.variant_title.as_deref() {
            Some(variant) if !variant.is_empty() && variant != "Default Title" => {
                format!("{} - {variant}", self.title)
            }
            _ => self.title.clone(),
        }
    }

    /// Price of all its units, before discounts.
    #[must_use]
    pub fn original_total_minor(&self) -> i64 {
        self.price_minor * self.quantity
    }

    /// Price of all its units, less discounts.
    #[must_use]
    pub fn discounted_total_minor(&self) -> i64 {
        self.original_total_minor() - self.discount_minor
    }

    /// What the next `units` to be taken off are worth, after those that were taken off before.
    ///
    /// Shares of indivisible amounts are laid so that the parts sum to the whole line.
    #[must_use]
    pub fn value_of_next(&self, units: i64) -> LineValue {
        let removed = self.quantity - self.current_quantity;
        let share = |whole: i64| {
            let up_to = |count: i64| part_of(whole, count, self.quantity);
            up_to(removed + units) - up_to(removed)
        };
        LineValue {
            subtotal_minor: share(self.discounted_total_minor()),
            tax_minor: share(self.tax_minor),
        }
    }

    /// What `units` of it are worth on paper: for slips that only show a part of the line.
    #[must_use]
    pub fn value_of(&self, units: i64) -> LineValue {
        LineValue {
            subtotal_minor: part_of(self.discounted_total_minor(), units, self.quantity),
            tax_minor: part_of(self.tax_minor, units, self.quantity),
        }
    }
}

/// The share of `count` units in `whole`, of `quantity` units in all; rounded down.
pub(crate) fn part_of(whole: i64, count: i64, quantity: i64) -> i64 {
    if quantity <= 0 {
        return 0;
    }
    let share = i128::from(whole) * i128::from(count) / i128::from(quantity);
    i64::try_from(share).expect("a share is no larger than its whole")
}

impl ShippingLine {
    /// A shipping line of something that is no order yet.
    pub(crate) fn drafted(
        id: ShippingLineId,
        title: String,
        code: String,
        price_minor: i64,
        taxes: &[TaxLine],
    ) -> Self {
        Self {
            order_id: OrderId(0),
            id,
            title,
            code,
            source: "shopify".to_owned(),
            price_minor,
            discount_minor: 0,
            discount_allocations: "[]".to_owned(),
            tax_minor: taxes.iter().map(|tax| tax.price_minor).sum(),
            tax_lines: attributes::to_json(taxes),
        }
    }

    /// Its price, less discounts.
    #[must_use]
    pub fn discounted_minor(&self) -> i64 {
        self.price_minor - self.discount_minor
    }

    /// What each of the order's discounts took off it.
    #[must_use]
    pub fn discount_allocations(&self) -> Vec<DiscountAllocation> {
        attributes::from_json(&self.discount_allocations)
    }

    /// The taxes on it.
    #[must_use]
    pub fn tax_lines(&self) -> Vec<TaxLine> {
        attributes::from_json(&self.tax_lines)
    }
}

impl OrderTransaction {
    /// The amount.
    #[must_use]
    pub fn money(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// The movement, for the books.
    #[must_use]
    pub fn movement(&self) -> Movement {
        Movement {
            kind: self.kind,
            status: self.status,
            amount_minor: self.amount_minor,
        }
    }

    /// Whether it brought money in.
    #[must_use]
    pub fn is_income(&self) -> bool {
        self.status == TransactionStatus::Success
            && matches!(self.kind, TransactionKind::Sale | TransactionKind::Capture)
    }

    /// What of it may still be given back, when `others` are all movements of the order.
    #[must_use]
    pub fn refundable_minor(&self, others: &[Self]) -> i64 {
        if !self.is_income() {
            return 0;
        }
        let back = others.iter().filter(|other| {
            other.kind == TransactionKind::Refund
                && other.parent_id == Some(self.id)
                && !matches!(
                    other.status,
                    TransactionStatus::Failure | TransactionStatus::Error
                )
        });
        (self.amount_minor - back.map(|other| other.amount_minor).sum::<i64>()).max(0)
    }
}

/// What tells of a movement of money.
pub(crate) const fn told_by(kind: TransactionKind, status: TransactionStatus) -> &'static [Topic] {
    use TransactionKind::{Capture, Refund, Sale};
    match (kind, status) {
        (Sale | Capture | Refund, TransactionStatus::Success) => &[
            Topic::OrderTransactionsCreate,
            Topic::TenderTransactionsCreate,
        ],
        _ => &[Topic::OrderTransactionsCreate],
    }
}

#[cfg(test)]
impl LineItem {
    /// A line for tests, of `quantity` units of which `left_to_send` may still leave.
    pub(crate) fn sample(
        quantity: i64,
        left_to_send: i64,
        price_minor: i64,
        tax_minor: i64,
    ) -> Self {
        Self {
            order_id: OrderId(1),
            id: LineItemId(1),
            product_id: None,
            variant_id: None,
            inventory_item_id: None,
            title: "Teapot".to_owned(),
            variant_title: None,
            vendor: None,
            sku: None,
            image_url: None,
            options: "[]".to_owned(),
            attributes: "[]".to_owned(),
            quantity,
            current_quantity: quantity,
            fulfillable_quantity: left_to_send,
            price_minor,
            discount_minor: 0,
            discount_allocations: "[]".to_owned(),
            tax_minor,
            tax_lines: "[]".to_owned(),
            taxable: true,
            requires_shipping: true,
            gift_card: false,
            weight_grams: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_line_sum_to_the_whole() {
        for whole in [0, 1, 2, 999, 1_000_003] {
            for quantity in 1..8 {
                let parts: i64 = (0..quantity)
                    .map(|n| part_of(whole, n + 1, quantity) - part_of(whole, n, quantity))
                    .sum();
                assert_eq!(parts, whole);
            }
        }
        assert_eq!(part_of(5, 1, 0), 0);
    }
}
