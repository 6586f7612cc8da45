-- Orders whole: what waits at a location, draft orders, fulfilment services, holds and events.

-- Whether a location still owes anything. What is done with is not in it, so it stays small.
CREATE INDEX fulfillment_orders_waiting ON fulfillment_orders (shop_id, location_id, id)
    WHERE status <> 'CLOSED' AND status <> 'CANCELLED' AND status <> 'INCOMPLETE';

-- What the merchant offers a customer until it is paid: one row, with its lines as JSON.
CREATE TABLE draft_orders (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    token TEXT NOT NULL,
    status TEXT NOT NULL,
    order_id BIGINT,
    customer_id BIGINT,
    email TEXT,
    phone TEXT,
    note TEXT,
    po_number TEXT,
    source_name TEXT,
    attributes TEXT NOT NULL,
    shipping_address TEXT,
    billing_address TEXT,
    lines TEXT NOT NULL,
    discount TEXT,
    delivery TEXT,
    tax_exempt BIGINT NOT NULL,
    taxes_included BIGINT NOT NULL,
    tax_title TEXT NOT NULL,
    tax_rate_ppm BIGINT NOT NULL,
    shipping_taxed BIGINT NOT NULL,
    visible_to_customer BIGINT NOT NULL,
    currency TEXT NOT NULL,
    gross_minor BIGINT NOT NULL,
    subtotal_minor BIGINT NOT NULL,
    discounts_minor BIGINT NOT NULL,
    shipping_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    weight_grams BIGINT NOT NULL,
    invoice_sent_at BIGINT,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX draft_orders_by_number ON draft_orders (shop_id, number);
CREATE UNIQUE INDEX draft_orders_by_token ON draft_orders (shop_id, token);
CREATE INDEX draft_orders_by_updated ON draft_orders (shop_id, updated_at, id);
CREATE INDEX draft_orders_by_customer ON draft_orders (shop_id, customer_id, id);
CREATE INDEX draft_orders_by_status ON draft_orders (shop_id, status, id);

-- What somebody wrote beside a mail's matter.
ALTER TABLE mails ADD COLUMN subject TEXT;
ALTER TABLE mails ADD COLUMN message TEXT;

-- Why a fulfilment order must not be worked on for now.
CREATE TABLE fulfillment_holds (
    shop_id BIGINT NOT NULL,
    fulfillment_order_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    reason_notes TEXT,
    handle TEXT NOT NULL,
    external_id TEXT,
    app_id BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, fulfillment_order_id, id)
);
