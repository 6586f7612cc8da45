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
