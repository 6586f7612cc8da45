//! Opening a shop.

use store::{Platform, StoreError};
use units::{Country, Currency, ShopId, Timestamp};

use super::sql;

/// What a shop begins with.
#[derive(Debug, Clone)]
pub struct NewShop {
    /// The first part of its permanent domain: letters, digits and hyphens.
    pub handle: String,
    /// The name that buyers see.
    pub name: String,
    /// Where the merchant is written to.
    pub email: String,
    /// The currency it keeps its books in.
    pub currency: Currency,
    /// IANA zone of its days and reports.
    pub time_zone: String,
    /// Street and number.
    pub address1: String,
    /// Town.
    pub city: String,
    /// Postal code.
    pub zip: String,
    /// ISO 3166-1 code of its country.
    pub country_code: String,
    /// Whether the test gateway may be used.
    pub test_shop: bool,
    /// Whether prices include tax.
    pub taxes_included: bool,
    /// What the tax is called.
    pub tax_title: String,
    /// The tax rate in millionths.
    pub tax_rate_ppm: i64,
    /// What the flat shipping rate is called.
    pub shipping_title: String,
    /// Its price in minor units.
    pub shipping_price_minor: i64,
    /// Whether shipping is taxed.
    pub shipping_taxed: bool,
}

/// Why a shop was not opened.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The handle cannot stand in a domain.
    #[error("A shop's handle has letters, digits and hyphens only: '{0}' does not fit.")]
    HandleInvalid(String),
    /// Another shop has it.
    #[error("The handle '{0}' is taken by another shop.")]
    HandleTaken(String),
    /// No country has this code.
    #[error("'{0}' is not the code of a country in ISO 3166-1, such as DE or US.")]
    CountryUnknown(String),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NewShop {
    /// The permanent domain that follows from the handle.
    #[must_use]
    pub fn domain(&self) -> String {
        format!("{}.myshopify.com", self.handle)
    }
}

/// Opens a shop under `id`. Its location, staff and apps are made by their own operations.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    platform: &mut Platform<'_>,
    id: ShopId,
    shop: &NewShop,
    now: Timestamp,
) -> Result<(), CreateError> {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    let edges = shop.handle.starts_with('-') || shop.handle.ends_with('-');
    if shop.handle.is_empty() || shop.handle.len() > 60 || edges || !shop.handle.bytes().all(fits) {
        return Err(CreateError::HandleInvalid(shop.handle.clone()));
    }
    if Country::of(&shop.country_code).is_none() {
        return Err(CreateError::CountryUnknown(shop.country_code.clone()));
    }
    if sql::by_handle(platform, &shop.handle)?.is_some() {
        return Err(CreateError::HandleTaken(shop.handle.clone()));
    }
    sql::insert(platform, id, shop, now)?;
    Ok(())
}
