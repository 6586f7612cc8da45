-- What the catalogue is told, bundled of, and put together from.

-- What apps say about a product, or about the shop: whether there is something to do.
CREATE TABLE resource_feedback (
    shop_id BIGINT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    messages TEXT NOT NULL,
    generated_at BIGINT NOT NULL,
    subject_updated_at BIGINT,
    PRIMARY KEY (shop_id, subject_kind, subject_id, app_id)
);

-- Customs numbers of single countries, as a JSON object by country.
ALTER TABLE inventory_items ADD COLUMN country_codes TEXT NOT NULL DEFAULT '{}';

-- Bundles: whether a variant is sold by way of its components alone, and what these are.
ALTER TABLE product_variants ADD COLUMN requires_components BIGINT NOT NULL DEFAULT 0;

CREATE TABLE variant_components (
    shop_id BIGINT NOT NULL,
    parent_variant_id BIGINT NOT NULL,
    component_variant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (shop_id, parent_variant_id, component_variant_id)
);
CREATE INDEX variant_components_by_component ON variant_components (shop_id, component_variant_id, parent_variant_id);

-- How the variants of a bundle were made of other products: JSON.
CREATE TABLE bundles (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    parts TEXT NOT NULL,
    consolidated TEXT NOT NULL,
    PRIMARY KEY (shop_id, product_id)
);

-- Combined listings: products that stand for others, each of which is one of their variants.
CREATE TABLE combined_listings (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, product_id)
);

CREATE TABLE combined_listing_products (
    shop_id BIGINT NOT NULL,
    child_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, child_id)
);
CREATE INDEX combined_listing_products_by_parent ON combined_listing_products (shop_id, parent_id, child_id);
