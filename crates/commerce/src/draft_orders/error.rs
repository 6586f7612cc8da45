//! Why a draft stayed as it was.

use store::StoreError;
use units::{Currency, ProductVariantId};

use crate::address::AddressError;
use crate::metafields::MetafieldsError;
use crate::tags::TagsError;

/// A draft has at most this many lines.
pub(super) const LINES_MAX: usize = 499;
/// A line has at most this many units.
pub(super) const QUANTITY_MAX: i64 = 1_000_000;
/// A text has at most this many characters.
pub(super) const TEXT_CHARS_MAX: usize = 5000;
/// Free pairs on a draft or a line, at most.
pub(super) const ATTRIBUTES_MAX: usize = 250;
/// No unit weighs more than a thousand tons.
pub(super) const GRAMS_MAX: i64 = 1_000_000_000;

/// Why a draft stayed as it was. `at` counts lines from 0; `None` means the draft itself.
#[derive(Debug, thiserror::Error)]
pub enum DraftOrderError {
    /// There is no such draft.
    #[error("Draft order does not exist")]
    NotFound,
    /// There is an order already.
    #[error("This order has been paid")]
    Completed,
    /// There is no line.
    #[error("Add at least 1 product")]
    NoLines,
    /// Beyond `LINES_MAX`.
    #[error("Line items cannot be more than {LINES_MAX}")]
    TooManyLines,
    /// No such variant.
    #[error("Product with ID {} is no longer available.", .0.get())]
    VariantUnknown(ProductVariantId),
    /// A line of the merchant's own making has no title.
    #[error("Merchandise title is empty.")]
    TitleMissing,
    /// Not above zero.
    #[error("Quantity must be greater than or equal to 1")]
    QuantityNotPositive {
        /// Which line.
        at: usize,
    },
    /// Beyond `QUANTITY_MAX`.
    #[error("Quantity must be less than or equal to {QUANTITY_MAX}")]
    QuantityTooHigh {
        /// Which line.
        at: usize,
    },
    /// A price below zero.
    #[error("Cannot send negative price for line_item")]
    PriceNegative,
    /// A weight that nothing has.
    #[error("Weight must be between 0 and 1,000,000 kilograms")]
    WeightInvalid {
        /// Which line.
        at: usize,
    },
    /// An amount in another currency.
    #[error("Amounts must be in {shop}, the currency of the shop")]
    CurrencyMismatch {
        /// The shop's currency.
        shop: Currency,
    },
    /// The sums are beyond what is counted.
    #[error("The total is larger than an order can be.")]
    TooLarge,
    /// More than all of it.
    #[error("Applied discount value must be less than or equal to 100%")]
    DiscountTooHigh {
        /// Which line.
        at: Option<usize>,
    },
    /// Not a number with two decimals.
    #[error("Applied discount value can have at most 2 digits after decimal point")]
    DiscountTooPrecise {
        /// Which line.
        at: Option<usize>,
    },
    /// A delivery below zero.
    #[error("Shipping price must be greater than or equal to 0")]
    DeliveryNegative,
    /// No such rate.
    #[error("The shipping rate '{0}' does not exist.")]
    RateUnknown(String),
    /// Not a mailbox.
    #[error("Email is invalid")]
    EmailInvalid,
    /// Not a number.
    #[error("Phone is invalid")]
    PhoneInvalid,
    /// No such customer.
    #[error("Customer does not exist")]
    CustomerUnknown,
    /// The address cannot be.
    #[error("{reason}")]
    AddressInvalid {
        /// Which address.
        field: &'static str,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// A text is too long, or there are too many pairs.
    #[error(
        "A text can be {TEXT_CHARS_MAX} characters long, and there can be {ATTRIBUTES_MAX} attributes."
    )]
    TooLong {
        /// Where it stands.
        field: &'static str,
    },
    /// Not labels.
    #[error(transparent)]
    Tags(#[from] TagsError),
    /// Metafields that cannot be.
    #[error(transparent)]
    Metafields(#[from] MetafieldsError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}
