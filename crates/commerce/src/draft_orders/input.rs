//! What a merchant or an app says about a draft.

use units::{CustomerId, Money, ProductVariantId};

use super::draft_order::AppliedDiscountType;
use crate::address::Address;
use crate::attributes::Attribute;
use crate::metafields::NewMetafield;

/// What is said about a draft. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct DraftOrderInput {
    /// All lines, instead of those before.
    pub lines: Option<Vec<DraftLineInput>>,
    /// The customer.
    pub customer: Option<Option<CustomerId>>,
    /// Whether the customer's first address is taken for both addresses that are not given.
    pub use_default_address: bool,
    /// Where the invoice goes.
    pub email: Option<Option<String>>,
    /// Telephone.
    pub phone: Option<Option<String>>,
    /// The note.
    pub note: Option<Option<String>>,
    /// The buyer's purchase order number.
    pub po_number: Option<Option<String>>,
    /// Where it came from.
    pub source_name: Option<Option<String>>,
    /// All tags, instead of those before.
    pub tags: Option<Vec<String>>,
    /// All free pairs, instead of those before.
    pub attributes: Option<Vec<Attribute>>,
    /// Where the goods go.
    pub shipping_address: Option<Option<Address>>,
    /// Where the bill goes.
    pub billing_address: Option<Option<Address>>,
    /// A discount on all of it.
    pub discount: Option<Option<DraftDiscountInput>>,
    /// How it is delivered.
    pub delivery: Option<Option<DeliveryInput>>,
    /// Whether no tax is charged.
    pub tax_exempt: Option<bool>,
    /// Whether the customer may see it.
    pub visible_to_customer: Option<bool>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
}

/// A line as it is described: of a variant, or of the merchant's own making.
#[derive(Debug, Clone, Default)]
pub struct DraftLineInput {
    /// The variant; what it is comes from the catalogue then.
    pub variant: Option<ProductVariantId>,
    /// What apps know the line by.
    pub uuid: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Stock-keeping unit.
    pub sku: Option<String>,
    /// Units, above zero.
    pub quantity: i64,
    /// The price of one of the merchant's own making.
    pub price: Option<Money>,
    /// The price of one instead of the variant's.
    pub price_override: Option<Money>,
    /// Whether it is taxed; only for the merchant's own making.
    pub taxable: Option<bool>,
    /// Whether it has to be sent; only for the merchant's own making.
    pub requires_shipping: Option<bool>,
    /// What one weighs; only for the merchant's own making.
    pub weight_grams: Option<i64>,
    /// Free pairs.
    pub attributes: Vec<Attribute>,
    /// A discount on it.
    pub discount: Option<DraftDiscountInput>,
}

/// A discount as it is described.
#[derive(Debug, Clone)]
pub struct DraftDiscountInput {
    /// What the customer reads.
    pub title: Option<String>,
    /// What the merchant notes.
    pub description: Option<String>,
    /// What it is given in.
    pub value_type: AppliedDiscountType,
    /// A decimal: percent, or major units of the currency. Below zero counts as nothing.
    pub value: String,
}

/// A delivery as it is described.
#[derive(Debug, Clone)]
pub enum DeliveryInput {
    /// The shop's own rate, by its handle.
    Rate(String),
    /// One that the merchant makes up.
    Custom {
        /// What it is called.
        title: Option<String>,
        /// Its price.
        price: Money,
    },
}
