//! Checkouts: from a cart to an order.
//!
//! A checkout shares its cart's token. Submitting one freezes its prices, takes the stock and the
//! payment, and places the order, all in one transaction: the gateways of this release decide at
//! once, so nothing is ever reserved without being committed.

mod fields;
mod find;
mod submit;

pub(crate) use fields::fill;
pub use fields::{FieldError, fields_of};
pub use find::{CheckoutView, State, find};
pub use submit::{Outcome, Payment, Placed, Submit, SubmitError};
