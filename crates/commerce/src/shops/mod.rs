//! Shops: the tenants, their settings and their domains.

mod create;
mod find;
mod sql;
mod zone;

pub use create::{CreateError, NewShop, create};
pub use find::{Entry, all, by_host, named, only};
pub use zone::Zone;

use store::{StoreError, Tx, record};
use units::{Currency, Money, ShopId, Timestamp, WeightUnit};

record! {
    /// A shop and its settings.
    #[derive(Clone)]
    pub struct Shop {
        /// Its id, that of every row it owns.
        pub id: ShopId,
        /// The first part of its permanent domain.
        pub handle: String,
        /// Its permanent domain, `{handle}.myshopify.com`-shaped.
        pub domain: String,
        /// The name that buyers see.
        pub name: String,
        /// Where the merchant is written to.
        pub email: String,
        /// A line about the shop.
        pub description: String,
        /// The currency it keeps its books in.
        pub currency: Currency,
        /// ISO 639-1 code of the shop's language, lower case.
        pub language: String,
        /// IANA zone of its days and reports.
        pub time_zone: String,
        /// The unit that its weights are shown in.
        pub weight_unit: WeightUnit,
        /// Street and number.
        pub address1: String,
        /// Flat, floor, building.
        pub address2: String,
        /// Town.
        pub city: String,
        /// Province code.
        pub province_code: String,
        /// Postal code.
        pub zip: String,
        /// ISO 3166-1 code of its country.
        pub country_code: String,
        /// Telephone.
        pub phone: String,
        /// Whether the test gateway may be used.
        pub test_shop: bool,
        /// Whether prices include tax.
        pub taxes_included: bool,
        /// What the tax is called: `VAT`.
        pub tax_title: String,
        /// The tax rate in millionths: 190,000 is 19 %.
        pub tax_rate_ppm: i64,
        /// What the flat shipping rate is called.
        pub shipping_title: String,
        /// Its price in minor units of the shop's currency.
        pub shipping_price_minor: i64,
        /// Whether shipping is taxed.
        pub shipping_taxed: bool,
        /// Whether mutations that must be idempotent are refused without a key.
        pub strict_idempotency: bool,
        /// How many automatic discounts there are, given or not: without any, no sale looks.
        pub automatic_discounts: i64,
        /// How many things make one buyer's market differ from another's: without any, no sale
        /// looks for a market.
        pub market_rules: i64,
        /// How many languages it speaks to buyers beside its own: without any, nothing looks for
        /// translations.
        pub more_locales: i64,
        /// When it was opened.
        pub created_at: Timestamp,
        /// When its settings last changed.
        pub updated_at: Timestamp,
    }
}

impl Shop {
    /// An amount in the shop's currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The flat shipping rate's price.
    #[must_use]
    pub fn shipping_price(&self) -> Money {
        self.money(self.shipping_price_minor)
    }
}

/// The shop that the transaction is in.
///
/// # Errors
/// `Store` faults; `Missing` when the shop was removed.
pub fn current(tx: &mut Tx) -> Result<Shop, StoreError> {
    sql::current(tx)
}
