-- What a shop says: pages, blogs and articles, menus, and where old addresses lead; and its files.

CREATE TABLE pages (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    body_html TEXT NOT NULL,
    template_suffix TEXT,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX pages_by_handle ON pages (shop_id, handle);
CREATE INDEX pages_by_title ON pages (shop_id, title_key, id);
CREATE INDEX pages_by_updated ON pages (shop_id, updated_at, id);

CREATE TABLE blogs (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    comment_policy TEXT NOT NULL,
    template_suffix TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX blogs_by_handle ON blogs (shop_id, handle);
CREATE INDEX blogs_by_title ON blogs (shop_id, title_key, id);

CREATE TABLE articles (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    blog_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    author TEXT NOT NULL,
    author_key TEXT NOT NULL,
    author_id BIGINT,
    body_html TEXT NOT NULL,
    summary_html TEXT NOT NULL,
    image_id BIGINT,
    image_url TEXT,
    image_alt TEXT NOT NULL,
    image_width BIGINT,
    image_height BIGINT,
    template_suffix TEXT,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX articles_by_handle ON articles (shop_id, blog_id, handle);
CREATE INDEX articles_by_image ON articles (shop_id, image_id);
CREATE INDEX articles_by_blog ON articles (shop_id, blog_id, id);
CREATE INDEX articles_by_published ON articles (shop_id, published_at, id);
CREATE INDEX articles_by_title ON articles (shop_id, title_key, id);
CREATE INDEX articles_by_updated ON articles (shop_id, updated_at, id);
CREATE INDEX articles_by_author ON articles (shop_id, author_key, id);

CREATE TABLE menus (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    handle TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    is_default BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX menus_by_handle ON menus (shop_id, handle);

CREATE TABLE menu_items (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    menu_id BIGINT NOT NULL,
    parent_id BIGINT,
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    resource_id BIGINT,
    url TEXT,
    tags TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX menu_items_by_menu ON menu_items (shop_id, menu_id, position, id);

CREATE TABLE url_redirects (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    path TEXT NOT NULL,
    path_key TEXT NOT NULL,
    target TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX url_redirects_by_path ON url_redirects (shop_id, path_key);

CREATE TABLE files (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    filename TEXT NOT NULL,
    filename_key TEXT NOT NULL,
    leaves TEXT,
    leaves_key TEXT,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    alt TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size_bytes BIGINT,
    width BIGINT,
    height BIGINT,
    duration_ms BIGINT,
    preview_id BIGINT,
    error_code TEXT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX files_by_name ON files (shop_id, filename_key, id);
CREATE INDEX files_by_left_name ON files (shop_id, leaves_key);
CREATE INDEX files_by_preview ON files (shop_id, preview_id);
CREATE INDEX files_by_created ON files (shop_id, created_at, id);
CREATE INDEX files_by_updated ON files (shop_id, updated_at, id);

CREATE TABLE staged_uploads (
    shop_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    resource TEXT NOT NULL,
    key TEXT NOT NULL,
    filename TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    bytes_max BIGINT NOT NULL,
    secret TEXT NOT NULL,
    uploaded_bytes BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, token)
);
CREATE INDEX staged_uploads_by_expiry ON staged_uploads (shop_id, expires_at);

CREATE TABLE gone_blobs (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE themes (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE theme_files (
    shop_id BIGINT NOT NULL,
    theme_id BIGINT NOT NULL,
    filename TEXT NOT NULL,
    body TEXT NOT NULL,
    encoding TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    checksum_md5 TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, theme_id, filename)
);
