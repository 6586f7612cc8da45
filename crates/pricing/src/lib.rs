//! Pure arithmetic from cart lines to taxes, shipping and totals.
//!
//! Every amount is in minor units of one currency, the sale's; nothing here knows which. A caller
//! describes a [`Sale`], with the [`Offer`]s that it may get, and gets it [`Priced`]; [`discount`]
//! tells the discounts alone. [`MarketPricing`] says what a price is in another market, [`exchange`] what
//! a sale in a market's currency is in the shop's.

mod allocate;
mod buy_get;
mod discount;
mod exchange;
mod market;
mod sale;
mod tax;

pub use allocate::allocate;
pub use buy_get::BuyGet;
pub use discount::{Applied, Class, Combines, Discounts, Effect, Minimum, Offer, Value, discount};
pub use exchange::{Exchanged, exchange};
pub use market::{MarketPricing, RATE_MAX, RATE_ONE};
pub use sale::{
    Line, Priced, PricedLine, PricedShipping, PricingError, Sale, TOTAL_MINOR_MAX, Terms, price,
};
pub use tax::{PPM, tax_on};
