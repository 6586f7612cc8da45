-- What apps stand on: bulk operations.

CREATE TABLE bulk_operations (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    upload TEXT,
    -- What the app calls it.
    client_identifier TEXT,
    scopes TEXT NOT NULL,
    api_version TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    error_code TEXT,
    secret TEXT NOT NULL,
    left_to_do TEXT NOT NULL,
    object_count BIGINT NOT NULL,
    root_object_count BIGINT NOT NULL,
    file_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    completed_at BIGINT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX bulk_operations_by_state ON bulk_operations (shop_id, state, id);
CREATE INDEX bulk_operations_by_app ON bulk_operations (shop_id, app_id, kind, id);

-- What the merchant agreed to pay for apps. Nothing is charged by this program.

CREATE TABLE app_subscriptions (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    test BIGINT NOT NULL,
    trial_days BIGINT NOT NULL,
    return_url TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    activated_at BIGINT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX app_subscriptions_by_app ON app_subscriptions (shop_id, app_id, created_at, id);

CREATE TABLE app_subscription_line_items (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    subscription_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    pricing_interval TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    terms TEXT NOT NULL,
    discount_minor BIGINT,
    discount_ppm BIGINT,
    discount_intervals BIGINT,
    asked_minor BIGINT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX app_subscription_line_items_by_subscription ON app_subscription_line_items (shop_id, subscription_id, position);

CREATE TABLE app_usage_records (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    line_item_id BIGINT NOT NULL,
    description TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    idempotency_key TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX app_usage_records_by_line ON app_usage_records (shop_id, line_item_id, created_at, id);
CREATE INDEX app_usage_records_by_key ON app_usage_records (shop_id, line_item_id, idempotency_key);

CREATE TABLE app_purchases (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    test BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    return_url TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX app_purchases_by_app ON app_purchases (shop_id, app_id, created_at, id);
