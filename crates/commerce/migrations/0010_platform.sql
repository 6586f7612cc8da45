-- Bulk mutations: what came of lines whose effect is stored and that may not be in the file yet.

ALTER TABLE bulk_operations ADD COLUMN unwritten TEXT NOT NULL DEFAULT '';

-- The shop's terms, one text of each kind.

CREATE TABLE shop_policies (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, kind)
);
CREATE INDEX shop_policies_by_id ON shop_policies (shop_id, id);

-- What readers say below articles.

CREATE TABLE comments (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    author TEXT NOT NULL,
    email TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX comments_by_article ON comments (shop_id, article_id, id);
CREATE INDEX comments_by_status ON comments (shop_id, article_id, status, id);
CREATE INDEX comments_by_created ON comments (shop_id, created_at, id);

-- Searches that the merchant kept.

CREATE TABLE saved_searches (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    query TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX saved_searches_by_name ON saved_searches (shop_id, resource_type, name_key);
CREATE INDEX saved_searches_by_type ON saved_searches (shop_id, resource_type, id);

-- Files of redirects that are taken in.

CREATE TABLE url_redirect_imports (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    preview TEXT NOT NULL,
    row_count BIGINT,
    done BIGINT NOT NULL,
    created_count BIGINT NOT NULL,
    updated_count BIGINT NOT NULL,
    failed_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (shop_id, id)
);

-- Themes that come as archives: until their files are there, and when they never will be.

ALTER TABLE themes ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE themes ADD COLUMN failed BIGINT NOT NULL DEFAULT 0;
