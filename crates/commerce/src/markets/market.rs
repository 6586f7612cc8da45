//! A market and its regions.

use pricing::{MarketPricing, RATE_ONE};
use store::{record, text_enum};
use units::{Currency, MarketId, MarketRegionId, Timestamp};

text_enum! {
    /// Whether a market sells.
    pub enum MarketStatus {
        /// It does.
        Active = "ACTIVE",
        /// It is being prepared.
        Draft = "DRAFT",
    }
}

text_enum! {
    /// How a market's regions are meant.
    pub enum RegionLevel {
        /// Every region that no other market names.
        All = "ALL",
        /// Those that it names.
        Specified = "SPECIFIED",
    }
}

record! {
    /// A market.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Market {
        /// Id.
        pub id: MarketId,
        /// What the merchant calls it.
        pub name: String,
        /// Its name in addresses and for apps; unique.
        pub handle: String,
        /// Whether it sells.
        pub status: MarketStatus,
        /// Whether it is the one of the shop's own country.
        pub is_primary: bool,
        /// How its regions are meant; none when it has no condition on regions.
        pub region_level: Option<RegionLevel>,
        /// How many regions it names.
        pub regions_count: i64,
        /// The currency that its buyers see, when it is not the shop's.
        pub currency: Option<Currency>,
        /// What one unit of the shop's currency is worth there, in billionths.
        pub rate_billionths: Option<i64>,
        /// Since when the rate is that.
        pub rate_updated_at: Option<Timestamp>,
        /// Whether converted prices are rounded up to what prices there look like.
        pub rounding: bool,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// A country of a market.
    #[derive(Clone, PartialEq, Eq)]
    pub struct MarketRegion {
        /// Id.
        pub id: MarketRegionId,
        /// ISO 3166-1 code.
        pub country_code: String,
        /// The market.
        pub market_id: MarketId,
    }
}

impl Market {
    /// How the shop's prices become the market's, before any price list.
    #[must_use]
    pub fn pricing(&self, shop: Currency) -> MarketPricing {
        let plain = MarketPricing::same(shop);
        match self.currency {
            Some(currency) if currency != shop => {
                let rate = self.rate_billionths.unwrap_or(RATE_ONE);
                plain.at_rate(currency, rate, self.rounding)
            }
            _ => plain,
        }
    }

    /// The currency that its buyers see.
    #[must_use]
    pub fn currency_in(&self, shop: Currency) -> Currency {
        self.currency.unwrap_or(shop)
    }
}
