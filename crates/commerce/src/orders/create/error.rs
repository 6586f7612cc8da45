//! Why an order was not created.

use store::StoreError;
use units::Currency;

use crate::metafields::MetafieldsError;
use crate::tags::TagsError;

/// An order has at most this many lines.
pub(super) const LINES_MAX: usize = 500;
/// A line has at most this many units.
pub(super) const QUANTITY_MAX: i64 = 1_000_000;
/// A text has at most this many bytes.
pub(super) const TEXT_BYTES_MAX: usize = 5000;
/// How far ahead of now an order may count as placed.
pub(super) const AHEAD_SECONDS_MAX: i64 = 24 * 3600;

/// Why an order was not created. `at` counts from 0 in the list that the request gave.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is no line.
    #[error("Line items must have at least one line item")]
    LinesMissing,
    /// Beyond `LINES_MAX`.
    #[error("An order can have {LINES_MAX} line items at most.")]
    TooManyLines,
    /// Not above zero.
    #[error("Quantity must be greater than 0")]
    QuantityNotPositive {
        /// Which line.
        at: usize,
    },
    /// Beyond `QUANTITY_MAX`.
    #[error("Quantity can be {QUANTITY_MAX} at most.")]
    QuantityTooHigh {
        /// Which line.
        at: usize,
    },
    /// No such variant.
    #[error("Variant does not exist")]
    VariantUnknown {
        /// Which line.
        at: usize,
    },
    /// A line of the app's own making has no title.
    #[error("Title can't be blank")]
    TitleMissing {
        /// Which line.
        at: usize,
    },
    /// A line of the app's own making has no price.
    #[error("Price can't be blank")]
    PriceMissing {
        /// Which line.
        at: usize,
    },
    /// An amount below zero.
    #[error("Amounts must be greater than or equal to 0")]
    AmountNegative {
        /// Where it stands, below the order.
        field: &'static str,
        /// Which of them.
        at: usize,
    },
    /// An amount in another currency.
    #[error("Amounts must be in {shop}, the currency of the shop")]
    CurrencyMismatch {
        /// Where it stands, below the order.
        field: &'static str,
        /// The shop's currency.
        shop: Currency,
    },
    /// The sums are beyond what is counted.
    #[error("The total is larger than an order can be.")]
    TooLarge,
    /// A text is too long.
    #[error("A text can be {TEXT_BYTES_MAX} bytes long at most.")]
    TextTooLong {
        /// Where it stands, below the order.
        field: &'static str,
    },
    /// Not a mailbox.
    #[error("Email is invalid")]
    EmailInvalid,
    /// Not a number.
    #[error("Phone is invalid")]
    PhoneInvalid,
    /// Not an address.
    #[error("The address's country or province is invalid.")]
    AddressInvalid {
        /// Which address.
        field: &'static str,
    },
    /// No such customer.
    #[error("Customer does not exist")]
    CustomerUnknown,
    /// There is no such location that is open.
    #[error("Location does not exist or is not active.")]
    LocationUnknown,
    /// Metafields that cannot be.
    #[error(transparent)]
    Metafields(#[from] MetafieldsError),
    /// Not labels.
    #[error(transparent)]
    Tags(TagsError),
    /// Lines and order both name taxes.
    #[error("Taxes are given on the order or on its line items, not on both.")]
    TaxesTwice,
    /// A tax rate below zero or above 100 %.
    #[error("A tax line needs a rate from 0 to 1.")]
    TaxRateInvalid {
        /// Where it stands, below the order.
        field: &'static str,
    },
    /// The transactions say something else than the status.
    #[error(
        "The financial status {stated} does not follow from the transactions, which make it {found}."
    )]
    StatusContradicted {
        /// What was said.
        stated: &'static str,
        /// What the transactions come to.
        found: &'static str,
    },
    /// The status cannot be reached without transactions.
    #[error("The financial status {stated} needs the transactions that lead to it.")]
    StatusWithoutTransactions {
        /// What was said.
        stated: &'static str,
    },
    /// A movement of money that a new order cannot have.
    #[error(
        "A new order's transactions are authorizations, captures and sales; this one cannot stand here."
    )]
    TransactionInvalid {
        /// Which transaction.
        at: usize,
    },
    /// Too far ahead.
    #[error("Processed at cannot be in the future")]
    ProcessedAtInvalid,
    /// There is not enough stock.
    #[error("There is not enough stock of '{title}': {left} left.")]
    NotEnoughStock {
        /// Which line.
        at: usize,
        /// What it is called.
        title: String,
        /// How many there are.
        left: i64,
    },
    /// The shop has no location to send from.
    #[error("The shop has no location to send orders from.")]
    NoLocation,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}
