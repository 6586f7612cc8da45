-- Discounts and gift cards.

CREATE TABLE discounts (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    method TEXT NOT NULL,
    kind TEXT NOT NULL,
    class TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    terms TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    usage_limit BIGINT,
    once_per_customer BIGINT NOT NULL,
    usage_count BIGINT NOT NULL,
    codes_count BIGINT NOT NULL,
    app_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX discounts_by_method ON discounts (shop_id, method, id);
CREATE INDEX discounts_by_title ON discounts (shop_id, title_key, id);
CREATE INDEX discounts_by_updated ON discounts (shop_id, updated_at, id);

CREATE TABLE discount_codes (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    discount_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    usage_count BIGINT NOT NULL,
    app_id BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX discount_codes_by_key ON discount_codes (shop_id, code_key);
CREATE INDEX discount_codes_by_discount ON discount_codes (shop_id, discount_id, id);

-- One row per order and discount that it got: the counts above are sums over these.
CREATE TABLE discount_uses (
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    discount_id BIGINT NOT NULL,
    discount_code_id BIGINT,
    customer_id BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, discount_id)
);
CREATE INDEX discount_uses_by_customer ON discount_uses (shop_id, discount_id, customer_id);

CREATE TABLE gift_cards (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    code_hash TEXT NOT NULL,
    last_characters TEXT NOT NULL,
    currency TEXT NOT NULL,
    initial_minor BIGINT NOT NULL,
    balance_minor BIGINT NOT NULL CHECK (balance_minor >= 0),
    note TEXT,
    expires_on TEXT,
    customer_id BIGINT,
    recipient TEXT,
    template_suffix TEXT,
    app_id BIGINT,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX gift_cards_by_code ON gift_cards (shop_id, code_hash);
CREATE INDEX gift_cards_by_customer ON gift_cards (shop_id, customer_id, id);
CREATE INDEX gift_cards_by_updated ON gift_cards (shop_id, updated_at, id);

-- Every change of a card's balance; the balance is the sum of the amounts.
CREATE TABLE gift_card_transactions (
    shop_id BIGINT NOT NULL,
    gift_card_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    order_id BIGINT,
    order_transaction_id BIGINT,
    note TEXT,
    actor TEXT NOT NULL,
    processed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, gift_card_id, id)
);
CREATE UNIQUE INDEX gift_card_transactions_by_id ON gift_card_transactions (shop_id, id);
CREATE INDEX gift_card_transactions_by_payment ON gift_card_transactions (shop_id, order_transaction_id);
