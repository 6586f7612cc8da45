//! Pure arithmetic from cart lines to taxes, shipping and totals.
//!
//! Every amount is in minor units of one currency, the sale's; nothing here knows which. A caller
//! describes a [`Sale`] and gets it [`Priced`]: whatever later joins the calculation (discounts,
//! gift cards) joins the sale, and callers that do not use it stay as they are.

mod allocate;
mod sale;
mod tax;

pub use allocate::allocate;
pub use sale::{
    Line, Priced, PricedLine, PricedShipping, PricingError, Sale, TOTAL_MINOR_MAX, Terms, price,
};
pub use tax::{PPM, tax_on};
