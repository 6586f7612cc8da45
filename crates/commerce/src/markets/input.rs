//! What a market is made of, or what is to change of one.

use units::{CatalogId, Currency, MarketRegionId, MarketWebPresenceId};

use super::market::{MarketStatus, RegionLevel};

/// A market, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct MarketInput {
    /// What the merchant calls it.
    pub name: Option<String>,
    /// Its name in addresses; made of the name when left out.
    pub handle: Option<String>,
    /// Whether it sells.
    pub status: Option<MarketStatus>,
    /// The older way to say so.
    pub enabled: Option<bool>,
    /// Regions to put in.
    pub add: RegionsInput,
    /// Regions to take out.
    pub remove: RegionsInput,
    /// Its currency.
    pub currency: CurrencyInput,
    /// Whether its currency becomes the shop's again.
    pub remove_currency: bool,
    /// Whether markets with the very same regions become drafts, instead of refusing this one.
    pub others_become_drafts: bool,
    /// Catalogs to give it.
    pub catalogs_to_add: Vec<CatalogId>,
    /// Catalogs to take from it.
    pub catalogs_to_delete: Vec<CatalogId>,
    /// Folders below the shop's domain to be found in.
    pub web_presences_to_add: Vec<MarketWebPresenceId>,
    /// Folders to be found in no longer.
    pub web_presences_to_delete: Vec<MarketWebPresenceId>,
}

/// Regions to put in or take out.
#[derive(Debug, Clone, Default)]
pub struct RegionsInput {
    /// All regions, or those that are named.
    pub level: Option<RegionLevel>,
    /// ISO 3166-1 codes; they were checked.
    pub countries: Vec<String>,
    /// Regions of the market, by id.
    pub ids: Vec<MarketRegionId>,
}

/// A market's currency, or what is to change of it.
#[derive(Debug, Clone, Default)]
pub struct CurrencyInput {
    /// The currency.
    pub base: Option<Currency>,
    /// What one unit of the shop's currency is worth in it: a decimal.
    pub rate: Option<String>,
    /// Whether each country has its own; not to be had.
    pub local: Option<bool>,
    /// Whether converted prices are rounded up.
    pub rounding: Option<bool>,
}

impl CurrencyInput {
    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.base.is_none()
            && self.rate.is_none()
            && self.local.is_none()
            && self.rounding.is_none()
    }
}
