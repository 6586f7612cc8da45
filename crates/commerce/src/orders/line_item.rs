//! What an order sold, how it is shipped, and the money that moved for it.

use serde::{Deserialize, Serialize};
use store::record;
use units::{
    Currency, InventoryItemId, LineItemGroupId, LineItemId, MinorBag, MoneyBag, OrderId,
    OrderTransactionId, ProductId, ProductVariantId, RefundId, SellingPlanId, ShippingLineId,
    Timestamp,
};

use super::status::{Movement, TransactionKind, TransactionStatus};
use crate::attributes::{self, Attribute};
use crate::discounts::DiscountAllocation;
use crate::events::Topic;

record! {
    /// A line of an order: a snapshot of what was sold. Amounts count for the whole line, except the
    /// price.
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
        price_minor: i64,
        discount_minor: i64,
        discount_allocations: String,
        tax_minor: i64,
        tax_lines: String,
        /// Whether it is taxed.
        pub taxable: bool,
        /// Whether it is shipped.
        pub requires_shipping: bool,
        /// Whether it is a gift card.
        pub gift_card: bool,
        /// Weight of one unit.
        pub weight_grams: i64,
        /// The selling plan by which it was bought, which may be gone by now.
        pub selling_plan_id: Option<SellingPlanId>,
        /// What that was called then.
        pub selling_plan_name: Option<String>,
        /// The currency that the buyer saw, where it was not the shop's.
        pub presentment_currency: Option<Currency>,
        presentment_price_minor: Option<i64>,
        presentment_discount_minor: Option<i64>,
        presentment_tax_minor: Option<i64>,
        /// The bundle that it was sold in.
        pub group_id: Option<LineItemGroupId>,
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
        price_minor: i64,
        discount_minor: i64,
        discount_allocations: String,
        tax_minor: i64,
        tax_lines: String,
        presentment_price_minor: Option<i64>,
        presentment_discount_minor: Option<i64>,
        presentment_tax_minor: Option<i64>,
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
        pub(super) amount_minor: i64,
        /// The shop's currency.
        pub currency: Currency,
        pub(super) presentment_minor: Option<i64>,
        pub(super) presentment_currency: Option<Currency>,
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
    /// Its amount, in minor units of the shop's currency.
    pub price_minor: i64,
    /// Its amount in minor units of the currency that the buyer saw, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentment_minor: Option<i64>,
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
    /// Price less discounts.
    pub subtotal: MinorBag,
    /// Tax.
    pub tax: MinorBag,
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

    /// Price of one unit.
    #[must_use]
    pub fn price(&self) -> MinorBag {
        MinorBag::kept(self.price_minor, self.presentment_price_minor)
    }

    /// Discounts.
    #[must_use]
    pub fn discount(&self) -> MinorBag {
        MinorBag::kept(self.discount_minor, self.presentment_discount_minor)
    }

    /// Taxes.
    #[must_use]
    pub fn tax(&self) -> MinorBag {
        MinorBag::kept(self.tax_minor, self.presentment_tax_minor)
    }

    /// Price of all its units, before discounts.
    #[must_use]
    pub fn original_total(&self) -> MinorBag {
        self.price().times(self.quantity)
    }

    /// Price of all its units, less discounts.
    #[must_use]
    pub fn discounted_total(&self) -> MinorBag {
        self.original_total() - self.discount()
    }

    /// What the next `units` to be taken off are worth, after those that were taken off before.
    ///
    /// Shares of indivisible amounts are laid so that the parts sum to the whole line.
    #[must_use]
    pub fn value_of_next(&self, units: i64) -> LineValue {
        let removed = self.quantity - self.current_quantity;
        let share = |whole: MinorBag| {
            whole.part(removed + units, self.quantity) - whole.part(removed, self.quantity)
        };
        LineValue {
            subtotal: share(self.discounted_total()),
            tax: share(self.tax()),
        }
    }

    /// What `units` of it are worth on paper: for slips that only show a part of the line.
    #[must_use]
    pub fn value_of(&self, units: i64) -> LineValue {
        LineValue {
            subtotal: self.discounted_total().part(units, self.quantity),
            tax: self.tax().part(units, self.quantity),
        }
    }
}

impl TaxLine {
    /// Its amount.
    #[must_use]
    pub fn price(&self) -> MinorBag {
        MinorBag::kept(self.price_minor, self.presentment_minor)
    }
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
            presentment_price_minor: None,
            presentment_discount_minor: None,
            presentment_tax_minor: None,
        }
    }

    /// Its price before discounts.
    #[must_use]
    pub fn price(&self) -> MinorBag {
        MinorBag::kept(self.price_minor, self.presentment_price_minor)
    }

    /// Discounts.
    #[must_use]
    pub fn discount(&self) -> MinorBag {
        MinorBag::kept(self.discount_minor, self.presentment_discount_minor)
    }

    /// Tax on it.
    #[must_use]
    pub fn tax(&self) -> MinorBag {
        MinorBag::kept(self.tax_minor, self.presentment_tax_minor)
    }

    /// Its price, less discounts.
    #[must_use]
    pub fn discounted(&self) -> MinorBag {
        self.price() - self.discount()
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
    /// How much.
    #[must_use]
    pub fn amount(&self) -> MinorBag {
        MinorBag::kept(self.amount_minor, self.presentment_minor)
    }

    /// How much, with currencies.
    #[must_use]
    pub fn money(&self) -> MoneyBag {
        self.bag(self.amount())
    }

    /// An amount in its currencies.
    #[must_use]
    pub fn bag(&self, amount: MinorBag) -> MoneyBag {
        let presentment = self.presentment_currency.unwrap_or(self.currency);
        amount.in_currencies(self.currency, presentment)
    }

    /// The movement, for the books.
    #[must_use]
    pub fn movement(&self) -> Movement {
        Movement {
            kind: self.kind,
            status: self.status,
            amount: self.amount(),
        }
    }

    /// Whether it brought money in.
    #[must_use]
    pub fn is_income(&self) -> bool {
        self.status == TransactionStatus::Success
            && matches!(self.kind, TransactionKind::Sale | TransactionKind::Capture)
    }

    /// What of it went back, when `others` are all movements of the order.
    #[must_use]
    pub fn refunded(&self, others: &[Self]) -> MinorBag {
        let back = others.iter().filter(|other| {
            other.kind == TransactionKind::Refund
                && other.parent_id == Some(self.id)
                && !matches!(
                    other.status,
                    TransactionStatus::Failure | TransactionStatus::Error
                )
        });
        back.map(Self::amount).sum()
    }

    /// What of it may still be given back, when `others` are all movements of the order.
    #[must_use]
    pub fn refundable(&self, others: &[Self]) -> MinorBag {
        if !self.is_income() {
            return MinorBag::ZERO;
        }
        (self.amount() - self.refunded(others)).or_nothing()
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
            selling_plan_id: None,
            selling_plan_name: None,
            presentment_currency: None,
            presentment_price_minor: None,
            presentment_discount_minor: None,
            presentment_tax_minor: None,
            group_id: None,
        }
    }
}
