//! Markets: where a shop sells, in which currency, what, and at which prices.
//!
//! Every shop has a primary market, that of its own country, in its own currency. A further market
//! has regions, may have a currency with a rate of the merchant's, and a catalog: a publication,
//! which says what is sold there, and a price list, which says at which prices. A buyer's country
//! leads to one market, and that to [`Terms`], which is all that a sale has to know.

mod catalog_lists;
mod catalogs;
mod error;
mod find;
mod fixed_prices;
mod input;
mod list;
mod locales;
mod market;
mod presences;
mod price_lists;
mod publication;
mod save;
mod sql;
mod terms;

pub use catalog_lists::{
    CATALOGS, CatalogSort, catalogs, catalogs_count, catalogs_of, catalogs_page,
    catalogs_publishing, catalogs_with, markets_of,
};
pub use catalogs::{
    CATALOGS_MAX, Catalog, CatalogError, CatalogInput, CatalogStatus, Dependents, create_catalog,
    delete_catalog, move_catalog, update_catalog,
};
pub use error::MarketError;
pub use find::{
    SoldIn, enabled_currencies, markets, primary, region_lists, regions, served_countries,
    terms_by_currency,
};
pub use fixed_prices::{
    FIXED_PRICES_MAX, FixedPrice, FixedPriceError, NewPrice, NewProductPrice, fix, fix_products,
    fixed, unfix,
};
pub use input::{CurrencyInput, MarketInput, RegionsInput};
pub use list::{MARKETS, MarketSort, markets_count, markets_page};
pub use locales::{
    ContextError, LOCALES_MAX, Locale, LocaleError, check_country, disable_locale, enable_locale,
    language_code, locale_of, locales, spoken, update_locale,
};
pub use market::{Market, MarketRegion, MarketStatus, RegionLevel};
pub use presences::{
    Folder, WEB_PRESENCES_MAX, WebPresence, WebPresenceError, WebPresenceInput,
    create_web_presence, delete_web_presence, folder, update_web_presence, web_presences,
    web_presences_of_markets,
};
pub use price_lists::{
    AdjustmentInput, PRICES, PriceList, PriceListError, PriceListInput, PriceListSort,
    VariantPrice, by_ids as price_lists, create as create_price_list, delete as delete_price_list,
    fixed_counts, page as price_lists_page, prices_page, pricing_of, update as update_price_list,
};
pub use publication::{
    Begins, CatalogPublication, PublicationError, Shown, all as all_publications,
    by_ids as publications, create as create_publication, delete as delete_publication,
    of_products as publications_of, set_shown, update as update_publication,
};
pub use save::{create, delete, open, update};
pub use terms::{
    CompareAtMode, Listed, PriceListTerms, PublicationTerms, Terms, terms, terms_in, terms_shown,
};

/// Markets of one shop, at most.
pub const MARKETS_MAX: i64 = 250;
/// Names of markets, catalogs and price lists, in characters.
const NAME_CHARS_MAX: usize = 255;
