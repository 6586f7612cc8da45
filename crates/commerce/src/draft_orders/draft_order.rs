//! A draft order as it is kept.

use serde::{Deserialize, Serialize};
use store::{record, text_enum};
use units::{
    Currency, CustomerId, DraftOrderId, DraftOrderLineItemId, Money, OrderId, ProductId,
    ProductVariantId, ShippingLineId, ShopId, Timestamp, divide_half_up,
};

use crate::address::Address;
use crate::attributes::{self, Attribute};
use crate::orders::{ShippingLine, TaxLine};

text_enum! {
    /// Where a draft stands.
    pub enum DraftOrderStatus {
        /// The merchant is at it.
        Open = "OPEN",
        /// The customer was sent its invoice.
        InvoiceSent = "INVOICE_SENT",
        /// There is an order.
        Completed = "COMPLETED",
    }
}

impl DraftOrderStatus {
    /// Whether a draft may go from this state to `next`.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        match self {
            Self::Open => matches!(next, Self::InvoiceSent | Self::Completed),
            Self::InvoiceSent => next == Self::Completed,
            Self::Completed => false,
        }
    }
}

record! {
    /// What the merchant offers a customer. Amounts are in minor units of its currency.
    #[derive(Clone)]
    pub struct DraftOrder {
        /// Its id.
        pub id: DraftOrderId,
        /// The shop's running number of drafts.
        pub number: i64,
        /// What people call it: `#D1`.
        pub name: String,
        /// The secret in the address of its invoice.
        pub token: String,
        /// Where it stands.
        pub status: DraftOrderStatus,
        /// The order that it became.
        pub order_id: Option<OrderId>,
        /// The customer.
        pub customer_id: Option<CustomerId>,
        /// Where its invoice goes.
        pub email: Option<String>,
        /// Telephone.
        pub phone: Option<String>,
        /// The note.
        pub note: Option<String>,
        /// The buyer's purchase order number.
        pub po_number: Option<String>,
        /// Where it came from, as an app said.
        pub source_name: Option<String>,
        pub(super) attributes: String,
        pub(super) shipping_address: Option<String>,
        pub(super) billing_address: Option<String>,
        pub(super) lines: String,
        pub(super) discount: Option<String>,
        pub(super) delivery: Option<String>,
        /// Whether no tax is charged.
        pub tax_exempt: bool,
        /// Whether its prices include tax.
        pub taxes_included: bool,
        /// What the tax is called.
        pub tax_title: String,
        /// The tax rate in millionths; zero when nothing is taxed.
        pub tax_rate_ppm: i64,
        /// Whether its delivery is taxed too.
        pub shipping_taxed: bool,
        /// Whether the customer may see it.
        pub visible_to_customer: bool,
        /// The currency.
        pub currency: Currency,
        /// Its lines before discounts.
        pub gross_minor: i64,
        /// Its lines less all discounts.
        pub subtotal_minor: i64,
        /// All discounts.
        pub discounts_minor: i64,
        /// Shipping.
        pub shipping_minor: i64,
        /// All taxes.
        pub tax_minor: i64,
        /// All in all.
        pub total_minor: i64,
        /// Units.
        pub quantity: i64,
        /// Weight.
        pub weight_grams: i64,
        /// When its invoice was last sent.
        pub invoice_sent_at: Option<Timestamp>,
        /// When it became an order.
        pub completed_at: Option<Timestamp>,
        /// When it came into being.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A line of a draft. Stored as JSON; amounts are in minor units of the draft's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftOrderLineItem {
    pub(super) id: i64,
    /// What apps know it by.
    pub uuid: String,
    pub(super) product_id: Option<i64>,
    pub(super) variant_id: Option<i64>,
    /// What it is called.
    pub title: String,
    /// What its variant is called.
    pub variant_title: Option<String>,
    /// Who made it.
    pub vendor: Option<String>,
    /// Stock-keeping unit.
    pub sku: Option<String>,
    /// A picture.
    pub image_url: Option<String>,
    /// Units.
    pub quantity: i64,
    /// The price of one.
    pub price_minor: i64,
    /// The price that the merchant set instead of the variant's.
    pub override_minor: Option<i64>,
    /// Whether it is taxed.
    pub taxable: bool,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// Whether it is a gift card.
    pub gift_card: bool,
    /// What one weighs.
    pub weight_grams: i64,
    /// Free pairs.
    pub attributes: Vec<Attribute>,
    /// The merchant's discount on it.
    pub discount: Option<AppliedDiscount>,
    /// The taxes on it.
    pub tax_lines: Vec<TaxLine>,
}

/// What a draft's discount is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppliedDiscountType {
    /// An amount: off each unit of a line, or off the whole draft.
    #[serde(rename = "FIXED_AMOUNT")]
    FixedAmount,
    /// A share of the price.
    #[serde(rename = "PERCENTAGE")]
    Percentage,
}

/// A discount that the merchant gives. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedDiscount {
    /// What the customer reads.
    pub title: Option<String>,
    /// What the merchant notes.
    pub description: String,
    /// What it is given in.
    pub value_type: AppliedDiscountType,
    /// Hundredths: of a percent, or of the currency's major unit.
    pub value_hundredths: i64,
    /// What it takes off in all, in minor units.
    pub amount_minor: i64,
}

/// How a draft is delivered, and for how much. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub(super) id: i64,
    /// What it is called.
    pub title: String,
    /// The rate's code; `custom` when the merchant made it up.
    pub code: String,
    /// Its price, in minor units.
    pub price_minor: i64,
    /// The taxes on it.
    pub tax_lines: Vec<TaxLine>,
}

/// The route of the page at which a draft's invoice is paid: the shop's bare id and the draft's
/// token.
pub const INVOICE_ROUTE: &str = "/{shop}/invoices/{token}";

impl AppliedDiscountType {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixedAmount => "FIXED_AMOUNT",
            Self::Percentage => "PERCENTAGE",
        }
    }
}

impl AppliedDiscount {
    /// How much comes off: in millionths of the price, or in minor units of `currency`.
    pub(super) fn value(&self, currency: Currency) -> (AppliedDiscountType, i64) {
        match self.value_type {
            AppliedDiscountType::Percentage => (self.value_type, self.value_hundredths * 100),
            AppliedDiscountType::FixedAmount => {
                let minor =
                    i128::from(self.value_hundredths) * i128::from(currency.minor_per_major());
                let minor = i64::try_from(divide_half_up(minor, 100)).unwrap_or(i64::MAX);
                (self.value_type, minor)
            }
        }
    }
}

impl DraftOrderLineItem {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> DraftOrderLineItemId {
        DraftOrderLineItemId(self.id)
    }

    /// The product, which may be gone by now.
    #[must_use]
    pub fn product_id(&self) -> Option<ProductId> {
        self.product_id.map(ProductId)
    }

    /// The variant, which may be gone by now; `None` for a line of the merchant's own making.
    #[must_use]
    pub fn variant_id(&self) -> Option<ProductVariantId> {
        self.variant_id.map(ProductVariantId)
    }

    /// Title and variant, as a person would say them.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.variant_title {
            Some(variant) => format!("{} - {variant}", self.title),
            None => self.title.clone(),
        }
    }

    /// Price of all its units, before discounts.
    #[must_use]
    pub fn original_total_minor(&self) -> i64 {
        self.price_minor * self.quantity
    }

    /// What the merchant's discount on it takes off.
    #[must_use]
    pub fn discount_minor(&self) -> i64 {
        self.discount.as_ref().map_or(0, |own| own.amount_minor)
    }

    /// Price of all its units less its own discount; the draft's discount is not counted.
    #[must_use]
    pub fn discounted_total_minor(&self) -> i64 {
        self.original_total_minor() - self.discount_minor()
    }

    /// What one of its units comes to on average, less its own discount.
    #[must_use]
    pub fn discounted_unit_minor(&self) -> i64 {
        let total = i128::from(self.discounted_total_minor());
        let unit = divide_half_up(total, i128::from(self.quantity.max(1)));
        i64::try_from(unit).unwrap_or(self.price_minor)
    }
}

impl DraftOrder {
    /// An amount in its currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Its lines.
    #[must_use]
    pub fn line_items(&self) -> Vec<DraftOrderLineItem> {
        attributes::from_json(&self.lines)
    }

    /// The discount on all of it.
    #[must_use]
    pub fn applied_discount(&self) -> Option<AppliedDiscount> {
        read(self.discount.as_deref())
    }

    /// How it is delivered.
    #[must_use]
    pub fn delivery(&self) -> Option<Delivery> {
        read(self.delivery.as_deref())
    }

    /// How it is delivered, as an order would keep it.
    #[must_use]
    pub fn shipping_line(&self) -> Option<ShippingLine> {
        let delivery = self.delivery()?;
        Some(ShippingLine::drafted(
            ShippingLineId(delivery.id),
            delivery.title,
            delivery.code,
            delivery.price_minor,
            &delivery.tax_lines,
        ))
    }

    /// What an app attached to it.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute> {
        attributes::from_json(&self.attributes)
    }

    /// Where it goes.
    #[must_use]
    pub fn shipping_address(&self) -> Option<Address> {
        read(self.shipping_address.as_deref())
    }

    /// Who pays.
    #[must_use]
    pub fn billing_address(&self) -> Option<Address> {
        read(self.billing_address.as_deref())
    }

    /// Its lines' worth less their own discounts; the draft's discount is not counted.
    #[must_use]
    pub fn lines_subtotal_minor(&self) -> i64 {
        let order = self.applied_discount().map_or(0, |own| own.amount_minor);
        self.subtotal_minor + order
    }

    /// Whether there is an order.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status == DraftOrderStatus::Completed
    }

    /// Whether anything of it has to be sent.
    #[must_use]
    pub fn requires_shipping(&self) -> bool {
        self.line_items().iter().any(|line| line.requires_shipping)
    }

    /// The path of its invoice. Whoever has it sees the draft and may pay it.
    #[must_use]
    pub fn invoice_path(&self, shop: ShopId) -> String {
        INVOICE_ROUTE
            .replace("{shop}", &shop.get().to_string())
            .replace("{token}", &self.token)
    }
}

/// Reads JSON that an operation of ours wrote; what cannot be read counts as absent.
fn read<T: for<'de> Deserialize<'de>>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| serde_json::from_str(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_goes_only_where_the_table_says() {
        use DraftOrderStatus as S;
        let allowed = [
            (S::Open, S::InvoiceSent),
            (S::Open, S::Completed),
            (S::InvoiceSent, S::Completed),
        ];
        for from in S::ALL {
            for to in S::ALL {
                let expected = allowed.contains(&(*from, *to));
                assert_eq!(from.can_become(*to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_discount_is_read_in_the_units_of_its_currency() {
        let discount = |value_type, value_hundredths| AppliedDiscount {
            title: None,
            description: String::new(),
            value_type,
            value_hundredths,
            amount_minor: 0,
        };
        let share = discount(AppliedDiscountType::Percentage, 1234);
        assert_eq!(share.value(Currency::EUR).1, 123_400);
        let amount = discount(AppliedDiscountType::FixedAmount, 550);
        assert_eq!(amount.value(Currency::EUR).1, 550);
    }
}
