//! Why a market is refused.

use store::StoreError;
use units::Currency;

use super::{MARKETS_MAX, NAME_CHARS_MAX};

/// Why a market is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// No such market.
    #[error("The market wasn't found.")]
    NotFound,
    /// A name is needed.
    #[error("Name can't be blank")]
    NameBlank,
    /// The name is too long.
    #[error("Name is too long (maximum is {NAME_CHARS_MAX} characters)")]
    NameTooLong,
    /// Another market has the name.
    #[error("Name has already been taken")]
    NameTaken,
    /// Another market has the handle.
    #[error("Handle has already been taken")]
    HandleTaken,
    /// A handle without a letter or digit.
    #[error("Handle must contain a letter or a digit")]
    HandleInvalid,
    /// No such web presence.
    #[error("The web presence wasn't found.")]
    WebPresenceNotFound,
    /// More than a shop has.
    #[error("A shop can have {MARKETS_MAX} markets at most.")]
    TooMany,
    /// `status` and `enabled` say different things.
    #[error("The status and enabled fields contradict each other: give status alone.")]
    StatusContradicts,
    /// The primary market sells always.
    #[error("The primary market can't be deactivated.")]
    PrimaryDisabled,
    /// The primary market stays.
    #[error("The primary market can't be deleted.")]
    PrimaryDeleted,
    /// The primary market keeps the shop's own country.
    #[error("The primary market keeps the shop's own country.")]
    PrimaryRegion,
    /// A condition on regions without any.
    #[error("Specified conditions can't be empty: name at least one region.")]
    RegionsEmpty,
    /// A market keeps one region.
    #[error("The only region of a market can't be removed.")]
    OnlyRegion,
    /// The market has no such region.
    #[error("The region wasn't found in the market.")]
    RegionNotFound,
    /// Another market that sells has the same regions.
    #[error("The market '{0}' sells in the same regions already.")]
    RegionsTaken(String),
    /// No rate is known.
    #[error(
        "{0} needs an exchange rate: no rates are fetched, so give baseCurrencyManualRate, what one unit of the shop's currency is worth."
    )]
    RateMissing(Currency),
    /// Not above zero, or not a number, or beyond a million.
    #[error("The exchange rate must be a number above zero and at most 1000000.")]
    RateInvalid,
    /// The primary market is in the shop's currency.
    #[error("The primary market uses the shop's currency.")]
    PrimaryCurrency,
    /// Each country in its own currency.
    #[error("A market has one currency: make a market of its own for each country, with its rate.")]
    LocalCurrencies,
    /// No such catalog.
    #[error("The catalog wasn't found.")]
    CatalogNotFound,
    /// The market has a catalog.
    #[error("A market can have one catalog at most.")]
    CatalogTaken,
    /// The catalog's prices are in another currency.
    #[error("The catalog's price list is in {0}, which is not the market's currency.")]
    CatalogCurrency(Currency),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}
