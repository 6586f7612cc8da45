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
        /// When it was opened.
        pub created_at: Timestamp,
        /// When its settings last changed.
        pub updated_at: Timestamp,
    }
}

/// A country or language that the shop does not sell in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarketError {
    /// Another country than the shop's market.
    #[error("This shop does not sell in {asked}; its market is {served}.")]
    Country {
        /// What was asked for.
        asked: String,
        /// What the shop serves.
        served: String,
    },
    /// Another language than the shop's.
    #[error("This shop has no language {asked}; it speaks {served}.")]
    Language {
        /// What was asked for.
        asked: String,
        /// What the shop serves.
        served: String,
    },
}

impl Shop {
    /// Checks a buyer's country and language, upper-case ISO codes, against the shop's market.
    ///
    /// # Errors
    /// When one is asked for that the shop does not serve.
    pub fn serves(&self, country: Option<&str>, language: Option<&str>) -> Result<(), MarketError> {
        if let Some(asked) = country.filter(|asked| *asked != self.country_code) {
            return Err(MarketError::Country {
                asked: asked.to_owned(),
                served: self.country_code.clone(),
            });
        }
        let served = self.language.to_ascii_uppercase();
        match language.filter(|asked| *asked != served) {
            Some(asked) => Err(MarketError::Language {
                asked: asked.to_owned(),
                served,
            }),
            None => Ok(()),
        }
    }

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
