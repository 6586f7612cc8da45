//! Why nothing was done about a gift card.

use store::StoreError;
use units::{Currency, Money};

/// Why nothing was done about a gift card. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum GiftCardError {
    /// There is no such card.
    #[error("The gift card could not be found.")]
    NotFound,
    /// It was taken out of use.
    #[error("The gift card is deactivated.")]
    Deactivated,
    /// Its last day is over.
    #[error("The gift card has expired.")]
    Expired,
    /// It begins with nothing.
    #[error("must be greater than 0")]
    InitialNotPositive,
    /// Nothing says what it begins with.
    #[error("An initial amount is required.")]
    InitialMissing,
    /// The code is too short.
    #[error("Code must be at least 8 characters long")]
    CodeTooShort,
    /// The code is too long.
    #[error("Code must be at most 20 characters long")]
    CodeTooLong,
    /// The code has other signs.
    #[error("Code can only contain letters(a-z) and numbers(0-9)")]
    CodeInvalid,
    /// Another card has the code.
    #[error("Code has already been taken")]
    CodeTaken,
    /// There is no such customer.
    #[error("The customer could not be found.")]
    CustomerNotFound,
    /// There is no such recipient.
    #[error("The recipient could not be found.")]
    RecipientNotFound,
    /// A text is too long.
    #[error("{label} is too long (maximum is {most} characters)")]
    TooLong {
        /// Its field.
        field: &'static str,
        /// What it is called.
        label: &'static str,
        /// How long it may be.
        most: usize,
    },
    /// Not a day.
    #[error("'{0}' is not a date such as 2027-12-31.")]
    DateInvalid(String),
    /// Nothing, or less, is to move.
    #[error("A positive amount must be used.")]
    AmountNotPositive,
    /// In another currency than the card's.
    #[error("The currency provided does not match the currency of the gift card.")]
    CurrencyMismatch {
        /// The card's.
        card: Currency,
    },
    /// More than there is.
    #[error("The gift card does not have sufficient funds to satisfy the request.")]
    NotEnough {
        /// What is left.
        left: Money,
    },
    /// More than a card may hold.
    #[error("The gift card's value exceeds the allowed limit of {0}.")]
    LimitExceeded(Money),
    /// A moment to come.
    #[error("The processed date must not be in the future.")]
    ProcessedInFuture,
    /// A moment that nobody means.
    #[error("A valid processed date must be used.")]
    ProcessedInvalid,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}
