-- Buyers: customers' accounts, what sells best, and what is bought together.

-- A customer who has a row here may sign in.
CREATE TABLE customer_accounts (
    shop_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, customer_id)
);

-- What a signed-in customer presents; kept as hashes.
CREATE TABLE customer_access_tokens (
    shop_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, token_hash)
);
CREATE INDEX customer_access_tokens_by_customer ON customer_access_tokens (shop_id, customer_id, id);
CREATE INDEX customer_access_tokens_by_end ON customer_access_tokens (shop_id, expires_at, id);

-- Links to choose a password with, each good for one time; kept as hashes.
CREATE TABLE customer_invitations (
    shop_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    mail_id BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, token_hash)
);
CREATE INDEX customer_invitations_by_customer ON customer_invitations (shop_id, customer_id, id);
CREATE INDEX customer_invitations_by_end ON customer_invitations (shop_id, expires_at, id);

-- In how many orders two products stood together; both ways round.
CREATE TABLE product_pairs (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    PRIMARY KEY (shop_id, product_id, other_id)
);
CREATE INDEX product_pairs_by_orders ON product_pairs (shop_id, product_id, orders, other_id);
