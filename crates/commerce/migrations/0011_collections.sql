-- Collections that fill themselves.

-- ALL or ANY of its rules admit a product; none: the merchant puts it together by hand.
ALTER TABLE collections ADD COLUMN rules_match TEXT;
-- While it is being filled, by new rules or with another's products: the last one looked at.
ALTER TABLE collections ADD COLUMN swept_to BIGINT;
-- The collection whose products it is given.
ALTER TABLE collections ADD COLUMN copy_of BIGINT;

CREATE TABLE collection_rules (
    shop_id BIGINT NOT NULL,
    collection_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    attribute TEXT NOT NULL,
    relation TEXT NOT NULL,
    condition TEXT NOT NULL,
    definition_id BIGINT,
    number BIGINT,
    PRIMARY KEY (shop_id, collection_id, position)
);
CREATE INDEX collection_rules_by_definition ON collection_rules (shop_id, definition_id, collection_id);
CREATE INDEX collection_rules_by_attribute ON collection_rules (shop_id, attribute, collection_id);

ALTER TABLE metafield_definitions ADD COLUMN smart_collection BIGINT NOT NULL DEFAULT 0;

-- Selling plans.

CREATE TABLE selling_plan_groups (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    merchant_code TEXT NOT NULL,
    description TEXT,
    options TEXT NOT NULL,
    position BIGINT,
    app_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX selling_plan_groups_by_name ON selling_plan_groups (shop_id, name_key, id);

CREATE TABLE selling_plans (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    position BIGINT,
    name TEXT NOT NULL,
    description TEXT,
    options TEXT NOT NULL,
    category TEXT,
    reserve TEXT,
    billing TEXT NOT NULL,
    delivery TEXT NOT NULL,
    pricing TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX selling_plans_by_group ON selling_plans (shop_id, group_id, id);

CREATE TABLE selling_plan_group_products (
    shop_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, group_id, product_id)
);
CREATE INDEX selling_plan_group_products_by_product ON selling_plan_group_products (shop_id, product_id, group_id);

CREATE TABLE selling_plan_group_variants (
    shop_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, group_id, variant_id)
);
CREATE INDEX selling_plan_group_variants_by_variant ON selling_plan_group_variants (shop_id, variant_id, group_id);
