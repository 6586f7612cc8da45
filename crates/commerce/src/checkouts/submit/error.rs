//! Why a checkout was not taken.

use pricing::PricingError;
use store::StoreError;
use units::{Country, Money};

use crate::carts::LINES_MAX;
use crate::checkouts::fields::FieldError;
use crate::discounts::CodeRefusal;
use crate::payments::PaymentRefusal;

/// Why a checkout was not taken. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// No such checkout, or another key.
    #[error("This checkout does not exist.")]
    NotFound,
    /// There is nothing in the cart.
    #[error("The cart is empty.")]
    Empty,
    /// More lines than an order can hold, with bundles as what they are made of.
    #[error(
        "An order can have {LINES_MAX} lines at most, and each component of a bundle is one. Take something out of the cart."
    )]
    TooManyLines,
    /// Fields are not filled in as they must be.
    #[error("Some fields have to be filled in.")]
    Fields(Vec<FieldError>),
    /// A line's product is deleted, no longer sold, or not sold where the checkout goes.
    #[error("'{title}' is no longer sold, or not where this goes. Check the order without it.")]
    Gone {
        /// What it was called.
        title: String,
        /// The line's name within the cart.
        line: String,
    },
    /// There are not enough of a line's product.
    #[error("'{title}': {wanted} wanted, {left} left. Change the quantity to go on.")]
    SoldOut {
        /// What it is called.
        title: String,
        /// The line's name within the cart.
        line: String,
        /// How many the cart wants.
        wanted: i64,
        /// How many there are.
        left: i64,
    },
    /// The total is no longer the one that the buyer saw.
    #[error("The total is now {now}; it was {seen}. Check the order again.")]
    TotalChanged {
        /// What the buyer saw.
        seen: Money,
        /// What it is now.
        now: Money,
    },
    /// What is paid now is no longer what the buyer saw.
    #[error("There is {now} to pay now; it was {seen}. Check the order again.")]
    DueChanged {
        /// What the buyer saw.
        seen: Money,
        /// What it is now.
        now: Money,
    },
    /// No market sells where it goes.
    #[error("This shop does not deliver to {0}. Choose another country.")]
    NotSoldIn(&'static str),
    /// A discount code that the buyer counted on gives nothing any more.
    #[error("The discount code '{code}' {refusal}. Remove it to go on.")]
    CodeRefused {
        /// The code.
        code: String,
        /// Why.
        refusal: CodeRefusal,
    },
    /// No such delivery option.
    #[error("'{0}' is not a way of delivery in this shop.")]
    ShippingRateUnknown(String),
    /// The payment cannot be tried.
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
    /// The sums are beyond what is counted.
    #[error(transparent)]
    Pricing(#[from] PricingError),
    /// The shop has no location to send from.
    #[error("The shop cannot take orders yet: it has no location to send them from.")]
    NoLocation,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SubmitError {
    /// No market sells in a country, by its code.
    pub(super) fn not_sold_in(country: Option<&str>) -> Self {
        let known = country.and_then(Country::of);
        Self::NotSoldIn(known.map_or("this country", |country| country.name))
    }
}
