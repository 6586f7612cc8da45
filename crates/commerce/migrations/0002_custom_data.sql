-- Custom data: definitions of metafields, metaobjects with their definitions, and which metaobjects
-- are referred to from where.

CREATE TABLE metafield_definitions (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    owner_kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    type TEXT NOT NULL,
    validations TEXT NOT NULL,
    admin_access TEXT NOT NULL,
    storefront_access TEXT NOT NULL,
    customer_account_access TEXT NOT NULL,
    pinned_position BIGINT,
    admin_filterable BIGINT NOT NULL,
    unique_values BIGINT NOT NULL,
    app_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX metafield_definitions_by_key ON metafield_definitions (shop_id, owner_kind, key, namespace);

CREATE TABLE metaobject_definitions (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    display_name_key TEXT,
    admin_access TEXT NOT NULL,
    storefront_access TEXT NOT NULL,
    customer_account_access TEXT NOT NULL,
    publishable BIGINT NOT NULL,
    translatable BIGINT NOT NULL,
    renderable BIGINT NOT NULL,
    meta_title_key TEXT,
    meta_description_key TEXT,
    online_store BIGINT NOT NULL,
    url_handle TEXT,
    fields TEXT NOT NULL,
    app_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX metaobject_definitions_by_type ON metaobject_definitions (shop_id, type);

CREATE TABLE metaobjects (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    definition_id BIGINT NOT NULL,
    type TEXT NOT NULL,
    handle TEXT NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    status TEXT NOT NULL,
    template_suffix TEXT,
    app_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX metaobjects_by_handle ON metaobjects (shop_id, type, handle);
CREATE INDEX metaobjects_by_definition ON metaobjects (shop_id, definition_id, id);
CREATE INDEX metaobjects_by_name ON metaobjects (shop_id, definition_id, display_name_key, id);
CREATE INDEX metaobjects_by_change ON metaobjects (shop_id, definition_id, updated_at, id);

CREATE TABLE metaobject_fields (
    shop_id BIGINT NOT NULL,
    metaobject_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    value_key TEXT NOT NULL,
    PRIMARY KEY (shop_id, metaobject_id, key)
);

CREATE TABLE metaobject_references (
    shop_id BIGINT NOT NULL,
    metaobject_id BIGINT NOT NULL,
    source_kind TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (shop_id, metaobject_id, source_kind, source_id, key)
);
CREATE INDEX metaobject_references_by_source ON metaobject_references (shop_id, source_kind, source_id);
