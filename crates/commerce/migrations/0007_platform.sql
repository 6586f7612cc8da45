-- What apps stand on: bulk operations.

CREATE TABLE bulk_operations (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    upload TEXT,
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
