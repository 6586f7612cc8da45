-- Markets: where a shop sells, in which currency, at which prices, and in which languages.

-- A country is in as many markets as name it; of those that sell, the one with the fewest regions
-- counts. `rate_billionths` is what one unit of the shop's currency is worth in the market's.
CREATE TABLE markets (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    status TEXT NOT NULL,
    is_primary BIGINT NOT NULL,
    region_level TEXT,
    regions_count BIGINT NOT NULL,
    currency TEXT,
    rate_billionths BIGINT,
    rate_updated_at BIGINT,
    rounding BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX markets_by_handle ON markets (shop_id, handle);
CREATE UNIQUE INDEX markets_by_name ON markets (shop_id, name_key);

CREATE TABLE market_regions (
    shop_id BIGINT NOT NULL,
    market_id BIGINT NOT NULL,
    country_code TEXT NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, market_id, country_code)
);
CREATE UNIQUE INDEX market_regions_by_id ON market_regions (shop_id, id);
CREATE INDEX market_regions_by_country ON market_regions (shop_id, country_code, market_id);

-- Every shop has a market of its own country.
INSERT INTO markets (shop_id, id, name, name_key, handle, status, is_primary, region_level,
        regions_count, currency, rate_billionths, rate_updated_at, rounding, created_at, updated_at)
    SELECT id, id, 'Domestic', 'domestic', 'domestic', 'ACTIVE', 1, 'SPECIFIED',
           1, NULL, NULL, NULL, 0, created_at, created_at
      FROM shops;
INSERT INTO market_regions (shop_id, market_id, country_code, id)
    SELECT id, id, country_code, id
      FROM shops;

-- What a market sells and at which prices: a publication and a price list, either may be missing.

CREATE TABLE catalogs (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    status TEXT NOT NULL,
    price_list_id BIGINT,
    publication_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX catalogs_by_title ON catalogs (shop_id, title_key);
CREATE UNIQUE INDEX catalogs_by_price_list ON catalogs (shop_id, price_list_id);
CREATE UNIQUE INDEX catalogs_by_publication ON catalogs (shop_id, publication_id);

CREATE TABLE market_catalogs (
    shop_id BIGINT NOT NULL,
    market_id BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, market_id)
);
CREATE INDEX market_catalogs_by_catalog ON market_catalogs (shop_id, catalog_id, market_id);

-- A product is in a publication when it is named as shown there; else when it is older than
-- `all_until`, or newer than `auto_from`, unless it is named as hidden.
CREATE TABLE catalog_publications (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    auto_publish BIGINT NOT NULL,
    all_until BIGINT NOT NULL,
    auto_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE catalog_publication_products (
    shop_id BIGINT NOT NULL,
    publication_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    shown BIGINT NOT NULL,
    PRIMARY KEY (shop_id, publication_id, product_id)
);
CREATE INDEX catalog_publication_products_by_product ON catalog_publication_products (shop_id, product_id);

CREATE TABLE price_lists (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    currency TEXT NOT NULL,
    adjustment_ppm BIGINT NOT NULL,
    compare_at_mode TEXT NOT NULL,
    fixed_prices_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX price_lists_by_name ON price_lists (shop_id, name_key);

CREATE TABLE price_list_prices (
    shop_id BIGINT NOT NULL,
    price_list_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    compare_at_minor BIGINT,
    PRIMARY KEY (shop_id, price_list_id, variant_id)
);
CREATE INDEX price_list_prices_by_product ON price_list_prices (shop_id, price_list_id, product_id);
CREATE INDEX price_list_prices_by_variant ON price_list_prices (shop_id, variant_id);

-- Languages beside the shop's own, and what is said in them.

CREATE TABLE shop_locales (
    shop_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    published BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, locale)
);

-- `market_id` is 0 for what holds in every market. `digest` is that of the text it translates.
CREATE TABLE translations (
    shop_id BIGINT NOT NULL,
    resource_kind TEXT NOT NULL,
    resource_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    market_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    digest TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, resource_kind, resource_id, locale, market_id, key)
);
CREATE INDEX translations_of_handles ON translations (shop_id, resource_kind, locale, value) WHERE key = 'handle';

-- Where markets are found on the web, below the shop's own domain: `/en-ca`. The domain itself has
-- no row: every shop has it, in all languages that buyers can choose.
CREATE TABLE web_presences (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    subfolder_suffix TEXT NOT NULL,
    default_locale TEXT NOT NULL,
    alternate_locales TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX web_presences_by_suffix ON web_presences (shop_id, subfolder_suffix);

CREATE TABLE market_web_presences (
    shop_id BIGINT NOT NULL,
    market_id BIGINT NOT NULL,
    web_presence_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, market_id, web_presence_id)
);
CREATE INDEX market_web_presences_by_presence ON market_web_presences (shop_id, web_presence_id, market_id);
