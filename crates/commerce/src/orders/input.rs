//! What an app says about an order that it creates.

use units::{Currency, CustomerId, LocationId, Money, ProductVariantId, Timestamp};

use super::status::{DisplayFinancialStatus, TransactionKind, TransactionStatus};
use crate::address::Address;
use crate::attributes::Attribute;
use crate::metafields::NewMetafield;

/// An order as an app describes it.
#[derive(Debug, Clone, Default)]
pub struct OrderInput {
    /// What was sold; at least one line.
    pub lines: Vec<LineInput>,
    /// Who bought it.
    pub customer: CustomerInput,
    /// Where mails go; a customer is found or entered by it when none is named.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// The buyer's purchase order number.
    pub po_number: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Free pairs.
    pub attributes: Vec<Attribute>,
    /// Where the goods go.
    pub shipping_address: Option<Address>,
    /// Where the bill goes.
    pub billing_address: Option<Address>,
    /// What delivery costs.
    pub shipping_lines: Vec<ShippingLineInput>,
    /// Taxes on all taxable lines, unless lines have their own.
    pub tax_lines: Vec<TaxInput>,
    /// Whether prices include those taxes.
    pub taxes_included: bool,
    /// What is taken off, in the order in which it is.
    pub discounts: Vec<DiscountInput>,
    /// What was paid.
    pub transactions: Vec<TransactionInput>,
    /// What is paid: enters the one transaction that says so when none is given.
    pub financial_status: Option<DisplayFinancialStatus>,
    /// The currency of its amounts; the shop's own.
    pub currency: Option<Currency>,
    /// The currency that the buyer saw; the shop's own.
    pub presentment_currency: Option<Currency>,
    /// Its name, instead of `#` and its number.
    pub name: Option<String>,
    /// Where it came from.
    pub source_name: Option<String>,
    /// When it counts as placed; now when `None`.
    pub processed_at: Option<Timestamp>,
    /// When it was done with.
    pub closed_at: Option<Timestamp>,
    /// Whether it is a test.
    pub test: bool,
    /// What happens to the stock.
    pub inventory: InventoryBehaviour,
    /// Whether the buyer is sent a confirmation.
    pub receipt: Receipt,
    /// The location that sends all of it; chosen by the stock when `None`.
    pub ships_from: Option<LocationId>,
    /// Metafields to set on it.
    pub metafields: Vec<NewMetafield>,
}

/// A discount on an order as whoever creates it describes it.
#[derive(Debug, Clone)]
pub struct DiscountInput {
    /// Whether the buyer had a code or the merchant gave it.
    pub kind: DiscountKind,
    /// The code, or what the merchant calls it.
    pub title: String,
    /// What the merchant notes.
    pub description: Option<String>,
    /// How much it takes off.
    pub value: DiscountValue,
    /// What it is taken off.
    pub target: DiscountTarget,
}

/// How much a discount takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountValue {
    /// A share of the price, in millionths.
    Percentage(i64),
    /// An amount once, in minor units.
    Amount(i64),
    /// An amount off each unit, in minor units.
    AmountEach(i64),
}

/// What a discount is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountTarget {
    /// All lines.
    AllLines,
    /// One line, counted from 0.
    Line(usize),
}

/// Where an order's discount came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountKind {
    /// The buyer had a code.
    Code,
    /// The merchant gave it.
    Manual,
}

/// What creating an order does to the stock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InventoryBehaviour {
    /// Nothing.
    #[default]
    Bypass,
    /// Commits it, even where there is not enough.
    DecrementIgnoringPolicy,
    /// Commits it where the variant's policy lets it.
    DecrementObeyingPolicy,
}

/// Whether the buyer is sent a confirmation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Receipt {
    /// No.
    #[default]
    None,
    /// By mail.
    Sent,
}

/// Who bought an order.
#[derive(Debug, Clone, Default)]
pub enum CustomerInput {
    /// Whoever has the order's mailbox.
    #[default]
    Unnamed,
    /// A customer there is.
    Id(CustomerId),
    /// The customer there is with this mailbox.
    Email(String),
    /// The customer with this id or mailbox, changed to what is said of them; entered if the
    /// mailbox is nobody's.
    Upsert(PersonInput),
}

/// A customer who may have to be entered; `None` leaves a field of a known one as it is.
#[derive(Debug, Clone, Default)]
pub struct PersonInput {
    /// Their id, when they are known.
    pub id: Option<CustomerId>,
    /// Mailbox; wanted when there is no id.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// What the merchant notes.
    pub note: Option<String>,
    /// Whether no tax is charged.
    pub tax_exempt: Option<bool>,
}

/// A line as an app describes it: of a variant, or of its own making.
#[derive(Debug, Clone, Default)]
pub struct LineInput {
    /// The variant that is sold.
    pub variant: Option<ProductVariantId>,
    /// What it is called; the variant's title when `None`.
    pub title: Option<String>,
    /// What the variant is called.
    pub variant_title: Option<String>,
    /// Who made it.
    pub vendor: Option<String>,
    /// Stock-keeping unit.
    pub sku: Option<String>,
    /// How many, above zero.
    pub quantity: i64,
    /// The price of one; the variant's when `None`.
    pub price: Option<Money>,
    /// Whether it is taxed; as the variant says when `None`.
    pub taxable: Option<bool>,
    /// Whether it has to be sent; as the variant says when `None`.
    pub requires_shipping: Option<bool>,
    /// Whether it is a gift card.
    pub gift_card: Option<bool>,
    /// What one weighs.
    pub weight_grams: Option<i64>,
    /// Free pairs.
    pub attributes: Vec<Attribute>,
    /// Taxes on this line.
    pub tax_lines: Vec<TaxInput>,
}

/// A delivery as an app describes it.
#[derive(Debug, Clone)]
pub struct ShippingLineInput {
    /// What it is called.
    pub title: String,
    /// The rate's code.
    pub code: Option<String>,
    /// Where the rate came from.
    pub source: Option<String>,
    /// Its price.
    pub price: Money,
    /// Taxes on it.
    pub tax_lines: Vec<TaxInput>,
}

/// A tax as an app describes it.
#[derive(Debug, Clone)]
pub struct TaxInput {
    /// What it is called.
    pub title: String,
    /// Its rate in millionths.
    pub rate_ppm: i64,
    /// What it comes to; by the rate when `None`.
    pub price: Option<Money>,
}

/// A movement of money as an app describes it.
#[derive(Debug, Clone)]
pub struct TransactionInput {
    /// What it does.
    pub kind: TransactionKind,
    /// How it went.
    pub status: TransactionStatus,
    /// How much.
    pub amount: Money,
    /// Through which gateway; `manual` when `None`.
    pub gateway: Option<String>,
    /// The gateway's code.
    pub authorization_code: Option<String>,
    /// When; now when `None`.
    pub processed_at: Option<Timestamp>,
    /// Whether no money moved in truth.
    pub test: bool,
}
