-- The spine of a store: shops, apps, catalogue, stock, customers, carts, orders, events.
-- One text for both databases: only BIGINT and TEXT columns; booleans are 0 and 1, moments are
-- UTC microseconds, amounts are minor units, JSON is TEXT. `shop_id` leads every key.

-- Platform tables: reached without a shop, so they carry no `shop_id`.

CREATE TABLE shops (
    id BIGINT NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL,
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    description TEXT NOT NULL,
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    weight_unit TEXT NOT NULL,
    address1 TEXT NOT NULL,
    address2 TEXT NOT NULL,
    city TEXT NOT NULL,
    province_code TEXT NOT NULL,
    zip TEXT NOT NULL,
    country_code TEXT NOT NULL,
    phone TEXT NOT NULL,
    test_shop BIGINT NOT NULL,
    taxes_included BIGINT NOT NULL,
    tax_title TEXT NOT NULL,
    tax_rate_ppm BIGINT NOT NULL,
    shipping_title TEXT NOT NULL,
    shipping_price_minor BIGINT NOT NULL,
    shipping_taxed BIGINT NOT NULL,
    strict_idempotency BIGINT NOT NULL,
    automatic_discounts BIGINT NOT NULL DEFAULT 0,
    market_rules BIGINT NOT NULL DEFAULT 0,
    more_locales BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX shops_by_handle ON shops (handle);

CREATE TABLE domains (
    host TEXT NOT NULL PRIMARY KEY,
    shop BIGINT NOT NULL,
    is_primary BIGINT NOT NULL
);

CREATE TABLE jobs (
    id BIGINT NOT NULL PRIMARY KEY,
    shop BIGINT NOT NULL,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,
    receiver TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    ready BIGINT NOT NULL,
    claimed BIGINT NOT NULL
);
CREATE INDEX jobs_by_receiver ON jobs (ready, lane, receiver, due_at, id);
CREATE INDEX jobs_by_due ON jobs (ready, due_at, id);

-- Staff, apps and their tokens.

CREATE TABLE staff_members (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX staff_members_by_email ON staff_members (shop_id, email);

CREATE TABLE staff_sessions (
    shop_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    staff_member_id BIGINT NOT NULL,
    csrf_token TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, token_hash)
);

CREATE TABLE apps (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    installation_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    handle TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    throttle_per_second BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX apps_by_handle ON apps (shop_id, handle);

CREATE TABLE access_tokens (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    public_token TEXT,
    title TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX access_tokens_by_hash ON access_tokens (shop_id, token_hash);

CREATE TABLE idempotency_keys (
    shop_id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    arguments_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, app_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (shop_id, created_at);

CREATE TABLE counters (
    shop_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (shop_id, name)
);

-- What hangs on any resource: metafields, tags, searched words.

CREATE TABLE metafields (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    value_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX metafields_by_owner ON metafields (shop_id, owner_kind, owner_id, namespace, key);
CREATE INDEX metafields_by_value ON metafields (shop_id, owner_kind, namespace, key, value_key);

CREATE TABLE tags (
    shop_id BIGINT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    tag_key TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (shop_id, owner_kind, owner_id, tag_key)
);
CREATE INDEX tags_by_key ON tags (shop_id, owner_kind, tag_key, owner_id);

CREATE TABLE search_terms (
    shop_id BIGINT NOT NULL,
    owner_kind TEXT NOT NULL,
    term TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (shop_id, owner_kind, term, owner_id)
);
CREATE INDEX search_terms_by_weight ON search_terms (shop_id, owner_kind, term, weight, owner_id);

-- Catalogue.

CREATE TABLE products (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    description_html TEXT NOT NULL,
    vendor TEXT NOT NULL,
    vendor_key TEXT NOT NULL,
    product_type TEXT NOT NULL,
    product_type_key TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    template_suffix TEXT,
    gift_card BIGINT NOT NULL,
    requires_selling_plan BIGINT NOT NULL DEFAULT 0,
    seo_title TEXT,
    seo_description TEXT,
    price_min_minor BIGINT NOT NULL,
    price_max_minor BIGINT NOT NULL,
    compare_at_min_minor BIGINT,
    compare_at_max_minor BIGINT,
    variants_count BIGINT NOT NULL,
    only_default_variant BIGINT NOT NULL,
    sales_key BIGINT NOT NULL DEFAULT 0,
    published_at BIGINT,
    published_key BIGINT GENERATED ALWAYS AS (COALESCE(published_at, 0)) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX products_by_handle ON products (shop_id, handle);
CREATE INDEX products_by_title ON products (shop_id, title_key, id);
CREATE INDEX products_by_created ON products (shop_id, created_at, id);
CREATE INDEX products_by_sales ON products (shop_id, sales_key, id);
CREATE INDEX products_by_updated ON products (shop_id, updated_at, id);
CREATE INDEX products_by_price ON products (shop_id, price_min_minor, id);
CREATE INDEX products_by_vendor ON products (shop_id, vendor_key, id);
CREATE INDEX products_by_type ON products (shop_id, product_type_key, id);
CREATE INDEX products_by_published ON products (shop_id, published_key, id);

CREATE TABLE product_options (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    linked_namespace TEXT,
    linked_key TEXT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX product_options_by_product ON product_options (shop_id, product_id, position);

CREATE TABLE product_option_values (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    option_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    linked_value TEXT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX product_option_values_by_option ON product_option_values (shop_id, option_id, position);
CREATE INDEX product_option_values_by_product ON product_option_values (shop_id, product_id);

CREATE TABLE product_variants (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    option1 TEXT,
    option2 TEXT,
    option3 TEXT,
    sku TEXT NOT NULL,
    barcode TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    compare_at_minor BIGINT,
    taxable BIGINT NOT NULL,
    tax_code TEXT NOT NULL,
    inventory_policy TEXT NOT NULL,
    inventory_item_id BIGINT NOT NULL,
    media_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX product_variants_by_product ON product_variants (shop_id, product_id, position, id);
CREATE INDEX product_variants_by_sku ON product_variants (shop_id, sku, id);
CREATE INDEX product_variants_by_item ON product_variants (shop_id, inventory_item_id);

CREATE TABLE media (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    status TEXT NOT NULL,
    url TEXT NOT NULL,
    alt TEXT NOT NULL,
    width BIGINT,
    height BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, product_id, id)
);
CREATE INDEX media_by_id ON media (shop_id, id);
CREATE INDEX media_by_product ON media (shop_id, product_id, position, id);

CREATE TABLE collections (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    description_html TEXT NOT NULL,
    sort_order TEXT NOT NULL,
    template_suffix TEXT,
    image_id BIGINT,
    image_url TEXT,
    image_alt TEXT NOT NULL,
    image_width BIGINT,
    image_height BIGINT,
    seo_title TEXT,
    seo_description TEXT,
    products_count BIGINT NOT NULL,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX collections_by_handle ON collections (shop_id, handle);
CREATE INDEX collections_by_image ON collections (shop_id, image_id);
CREATE INDEX collections_by_title ON collections (shop_id, title_key, id);
CREATE INDEX collections_by_updated ON collections (shop_id, updated_at, id);

CREATE TABLE collection_products (
    shop_id BIGINT NOT NULL,
    collection_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, collection_id, product_id)
);
CREATE INDEX collection_products_by_position ON collection_products (shop_id, collection_id, position, product_id);
CREATE INDEX collection_products_by_product ON collection_products (shop_id, product_id, collection_id);

-- With which of the shop's commits a part of the catalogue was changed last: what follows it in memory asks for what
-- is newer than what it knows. One row for a product, or for an item whose last unit went or whose first came back.

CREATE TABLE catalog_revisions (
    shop_id BIGINT NOT NULL,
    part TEXT NOT NULL,
    id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (shop_id, part, id)
);
CREATE INDEX catalog_revisions_by_number ON catalog_revisions (shop_id, number, part, id);

-- Stock. Every change is a row of the ledger; a level's quantities are its column sums.

CREATE TABLE locations (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    address1 TEXT NOT NULL,
    address2 TEXT NOT NULL,
    city TEXT NOT NULL,
    province_code TEXT NOT NULL,
    zip TEXT NOT NULL,
    country_code TEXT NOT NULL,
    phone TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    is_primary BIGINT NOT NULL,
    fulfills_online_orders BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deactivated_at BIGINT,
    -- Orders go on telling where they were sent from.
    deleted_at BIGINT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX locations_by_name ON locations (shop_id, name_key, id);

-- A location that hands goods over to buyers, and how.
CREATE TABLE location_pickups (
    shop_id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    pickup_time TEXT NOT NULL,
    instructions TEXT NOT NULL,
    PRIMARY KEY (shop_id, location_id),
    FOREIGN KEY (shop_id, location_id) REFERENCES locations (shop_id, id)
);

CREATE TABLE inventory_items (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    sku TEXT NOT NULL,
    tracked BIGINT NOT NULL,
    requires_shipping BIGINT NOT NULL,
    weight_grams BIGINT NOT NULL,
    weight_unit TEXT NOT NULL,
    cost_minor BIGINT,
    country_code_of_origin TEXT,
    province_code_of_origin TEXT,
    harmonized_system_code TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX inventory_items_by_variant ON inventory_items (shop_id, variant_id);
CREATE INDEX inventory_items_by_sku ON inventory_items (shop_id, sku, id);

CREATE TABLE inventory_levels (
    shop_id BIGINT NOT NULL,
    inventory_item_id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    available BIGINT NOT NULL,
    committed BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    damaged BIGINT NOT NULL,
    safety_stock BIGINT NOT NULL,
    quality_control BIGINT NOT NULL,
    incoming BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, inventory_item_id, location_id)
);
CREATE INDEX inventory_levels_by_location ON inventory_levels (shop_id, location_id, inventory_item_id);
CREATE UNIQUE INDEX inventory_levels_by_id ON inventory_levels (shop_id, id);

-- One row per movement of a level: a change to each quantity. A group is what happened at once.
CREATE TABLE inventory_ledger (
    shop_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    inventory_item_id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    available BIGINT NOT NULL,
    committed BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    damaged BIGINT NOT NULL,
    safety_stock BIGINT NOT NULL,
    quality_control BIGINT NOT NULL,
    incoming BIGINT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    ledger_document TEXT,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, group_id, position)
);

-- Customers. Addresses are JSON snapshots where an order holds them, rows where a customer does.

CREATE TABLE customers (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    email TEXT,
    email_key TEXT,
    phone TEXT,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    first_name_key TEXT NOT NULL,
    last_name_key TEXT NOT NULL,
    name_key TEXT NOT NULL,
    location_key TEXT NOT NULL,
    note TEXT,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    tax_exempt BIGINT NOT NULL,
    verified_email BIGINT NOT NULL,
    email_marketing_state TEXT NOT NULL,
    email_marketing_level TEXT,
    email_marketing_updated_at BIGINT,
    sms_marketing_state TEXT NOT NULL,
    sms_marketing_level TEXT,
    sms_marketing_updated_at BIGINT,
    default_address_id BIGINT,
    orders_count BIGINT NOT NULL,
    spent_minor BIGINT NOT NULL,
    last_order_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX customers_by_email ON customers (shop_id, email_key);
CREATE UNIQUE INDEX customers_by_phone ON customers (shop_id, phone);
CREATE INDEX customers_by_name ON customers (shop_id, name_key, id);
CREATE INDEX customers_by_updated ON customers (shop_id, updated_at, id);
CREATE INDEX customers_by_location ON customers (shop_id, location_key, id);

CREATE TABLE customer_addresses (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    country_code TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX customer_addresses_by_customer ON customer_addresses (shop_id, customer_id, position, id);

-- Carts are lists of intentions: one row, its lines as JSON. A checkout shares its cart's token.

CREATE TABLE carts (
    shop_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    secret TEXT NOT NULL,
    lines TEXT NOT NULL,
    buyer TEXT NOT NULL,
    attributes TEXT NOT NULL,
    delivery TEXT NOT NULL,
    discount_codes TEXT NOT NULL,
    gift_cards TEXT NOT NULL,
    note TEXT NOT NULL,
    order_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, token)
);
CREATE INDEX carts_by_age ON carts (shop_id, created_at) WHERE order_id IS NULL;

CREATE TABLE checkouts (
    shop_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    email TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    presentment_currency TEXT,
    presentment_total_minor BIGINT,
    attempts BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    order_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, token)
);

-- Orders: records that are amended, never rewritten. The status columns are caches of pure
-- functions over the rows below. Amounts are in the shop's currency; those that the buyer saw stand
-- beside them, and are NULL where the buyer saw the shop's currency.

CREATE TABLE orders (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT GENERATED ALWAYS AS (lower(name)) STORED,
    token TEXT NOT NULL,
    checkout_token TEXT,
    confirmation_number TEXT NOT NULL,
    app_id BIGINT,
    source_name TEXT NOT NULL,
    customer_id BIGINT,
    email TEXT,
    email_key TEXT GENERATED ALWAYS AS (lower(COALESCE(email, ''))) STORED,
    phone TEXT,
    note TEXT,
    po_number TEXT,
    locale TEXT NOT NULL,
    attributes TEXT NOT NULL,
    shipping_address TEXT,
    billing_address TEXT,
    currency TEXT NOT NULL,
    presentment_currency TEXT NOT NULL,
    taxes_included BIGINT NOT NULL,
    discount_applications TEXT NOT NULL,
    subtotal_minor BIGINT NOT NULL,
    discounts_minor BIGINT NOT NULL,
    shipping_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    received_minor BIGINT NOT NULL,
    refunded_minor BIGINT NOT NULL,
    removed_subtotal_minor BIGINT NOT NULL DEFAULT 0,
    removed_shipping_minor BIGINT NOT NULL DEFAULT 0,
    removed_tax_minor BIGINT NOT NULL DEFAULT 0,
    rate_billionths BIGINT,
    presentment_subtotal_minor BIGINT,
    presentment_discounts_minor BIGINT,
    presentment_shipping_minor BIGINT,
    presentment_tax_minor BIGINT,
    presentment_total_minor BIGINT,
    presentment_received_minor BIGINT,
    presentment_refunded_minor BIGINT,
    presentment_removed_subtotal_minor BIGINT,
    presentment_removed_shipping_minor BIGINT,
    presentment_removed_tax_minor BIGINT,
    quantity BIGINT NOT NULL,
    weight_grams BIGINT NOT NULL,
    financial_status TEXT NOT NULL,
    fulfillment_status TEXT NOT NULL,
    cancel_reason TEXT,
    cancel_staff_note TEXT,
    test BIGINT NOT NULL,
    processed_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    closed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX orders_by_number ON orders (shop_id, number);
CREATE INDEX orders_by_updated ON orders (shop_id, updated_at, id);
CREATE INDEX orders_by_processed ON orders (shop_id, processed_at, id);
CREATE INDEX orders_by_customer ON orders (shop_id, customer_id, id);
CREATE INDEX orders_by_name ON orders (shop_id, name_key, id);
CREATE INDEX orders_by_email ON orders (shop_id, email_key, id);
CREATE UNIQUE INDEX orders_by_checkout ON orders (shop_id, checkout_token);

CREATE TABLE line_items (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT,
    variant_id BIGINT,
    inventory_item_id BIGINT,
    title TEXT NOT NULL,
    variant_title TEXT,
    vendor TEXT,
    sku TEXT,
    image_url TEXT,
    options TEXT NOT NULL,
    attributes TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    current_quantity BIGINT NOT NULL,
    fulfillable_quantity BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL,
    discount_allocations TEXT NOT NULL,
    tax_minor BIGINT NOT NULL,
    tax_lines TEXT NOT NULL,
    taxable BIGINT NOT NULL,
    requires_shipping BIGINT NOT NULL,
    gift_card BIGINT NOT NULL,
    weight_grams BIGINT NOT NULL,
    selling_plan_id BIGINT,
    selling_plan_name TEXT,
    presentment_currency TEXT,
    presentment_price_minor BIGINT,
    presentment_discount_minor BIGINT,
    presentment_tax_minor BIGINT,
    group_id BIGINT,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE UNIQUE INDEX line_items_by_id ON line_items (shop_id, id);

CREATE TABLE line_item_groups (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    variant_sku TEXT,
    quantity BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);

CREATE TABLE shipping_lines (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    code TEXT NOT NULL,
    source TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL,
    discount_allocations TEXT NOT NULL,
    tax_minor BIGINT NOT NULL,
    tax_lines TEXT NOT NULL,
    presentment_price_minor BIGINT,
    presentment_discount_minor BIGINT,
    presentment_tax_minor BIGINT,
    PRIMARY KEY (shop_id, order_id, id)
);

CREATE TABLE order_transactions (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    parent_id BIGINT,
    refund_id BIGINT,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    gateway TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    presentment_minor BIGINT,
    presentment_currency TEXT,
    authorization_code TEXT,
    error_code TEXT,
    message TEXT NOT NULL,
    test BIGINT NOT NULL,
    processed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE UNIQUE INDEX order_transactions_by_id ON order_transactions (shop_id, id);

CREATE TABLE fulfillment_orders (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    request_status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE UNIQUE INDEX fulfillment_orders_by_id ON fulfillment_orders (shop_id, id);

CREATE TABLE fulfillment_order_line_items (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    fulfillment_order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    line_item_id BIGINT NOT NULL,
    inventory_item_id BIGINT,
    total_quantity BIGINT NOT NULL,
    remaining_quantity BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, fulfillment_order_id, id)
);

CREATE TABLE fulfillments (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    tracking_company TEXT,
    tracking_numbers TEXT NOT NULL,
    tracking_urls TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE UNIQUE INDEX fulfillments_by_id ON fulfillments (shop_id, id);

CREATE TABLE fulfillment_line_items (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    fulfillment_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    line_item_id BIGINT NOT NULL,
    fulfillment_order_id BIGINT NOT NULL,
    fulfillment_order_line_item_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, fulfillment_id, id)
);

CREATE TABLE refunds (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    note TEXT,
    refunded_minor BIGINT NOT NULL,
    shipping_minor BIGINT NOT NULL,
    shipping_tax_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    presentment_currency TEXT,
    presentment_refunded_minor BIGINT,
    presentment_shipping_minor BIGINT,
    presentment_shipping_tax_minor BIGINT,
    processed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE UNIQUE INDEX refunds_by_id ON refunds (shop_id, id);

CREATE TABLE refund_line_items (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    line_item_id BIGINT NOT NULL,
    location_id BIGINT,
    quantity BIGINT NOT NULL,
    restock_type TEXT NOT NULL,
    subtotal_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    presentment_subtotal_minor BIGINT,
    presentment_tax_minor BIGINT,
    PRIMARY KEY (shop_id, order_id, refund_id, id)
);

-- What happened, who is told, and how the telling went.

CREATE TABLE events (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    topics TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    facts TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX events_by_subject ON events (shop_id, subject_kind, subject_id, id);

CREATE TABLE webhook_subscriptions (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    uri TEXT NOT NULL,
    format TEXT NOT NULL,
    api_version TEXT NOT NULL,
    name TEXT,
    filter TEXT,
    include_fields TEXT NOT NULL,
    metafield_namespaces TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX webhook_subscriptions_by_topic ON webhook_subscriptions (shop_id, topic, id);

CREATE TABLE webhook_deliveries (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    subscription_id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    uri TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    payload TEXT,
    response_status BIGINT,
    response_excerpt TEXT NOT NULL DEFAULT '',
    last_error TEXT NOT NULL,
    triggered_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX webhook_deliveries_by_subscription ON webhook_deliveries (shop_id, subscription_id, id);

CREATE TABLE mails (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    link TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
