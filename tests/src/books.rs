//! The books of a shop: what must add up after everything that ever happened.
//!
//! Each rule is a statement that finds the rows that break it.

use store::{Db, StoreError, Tx};
use units::ShopId;

/// A rule of the books and the statement that finds what breaks it.
struct Rule {
    /// What is wrong with a row that the statement finds.
    broken: &'static str,
    /// Gives the ids of the rows that break it, as text.
    find: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        broken: "stock of the item differs from the sums of its ledger",
        find: "SELECT CAST(l.inventory_item_id AS TEXT)
                 FROM inventory_levels l
                 LEFT JOIN (SELECT inventory_item_id, location_id,
                                   SUM(available) AS available, SUM(committed) AS committed,
                                   SUM(reserved) AS reserved, SUM(damaged) AS damaged,
                                   SUM(safety_stock) AS safety_stock,
                                   SUM(quality_control) AS quality_control,
                                   SUM(incoming) AS incoming
                              FROM inventory_ledger
                             WHERE shop_id = $shop
                             GROUP BY inventory_item_id, location_id) s
                   ON s.inventory_item_id = l.inventory_item_id
                  AND s.location_id = l.location_id
                WHERE l.shop_id = $shop
                  AND (l.available <> COALESCE(s.available, 0)
                    OR l.committed <> COALESCE(s.committed, 0)
                    OR l.reserved <> COALESCE(s.reserved, 0)
                    OR l.damaged <> COALESCE(s.damaged, 0)
                    OR l.safety_stock <> COALESCE(s.safety_stock, 0)
                    OR l.quality_control <> COALESCE(s.quality_control, 0)
                    OR l.incoming <> COALESCE(s.incoming, 0))",
    },
    Rule {
        broken: "the item is sold below nothing though its variant does not allow that",
        find: "SELECT CAST(l.inventory_item_id AS TEXT)
                 FROM inventory_levels l
                 LEFT JOIN product_variants v
                   ON v.shop_id = $shop AND v.inventory_item_id = l.inventory_item_id
                WHERE l.shop_id = $shop AND l.available < 0
                  AND COALESCE(v.inventory_policy, 'DENY') <> 'CONTINUE'",
    },
    Rule {
        broken: "the item has a negative quantity that is not `available`",
        find: "SELECT CAST(inventory_item_id AS TEXT)
                 FROM inventory_levels
                WHERE shop_id = $shop
                  AND (committed < 0 OR reserved < 0 OR damaged < 0 OR safety_stock < 0
                    OR quality_control < 0 OR incoming < 0)",
    },
    Rule {
        broken: "the item's committed stock differs from what open fulfilment orders wait for",
        find: "SELECT CAST(l.inventory_item_id AS TEXT)
                 FROM inventory_levels l
                 LEFT JOIN (SELECT i.inventory_item_id, f.location_id,
                                   SUM(i.remaining_quantity) AS remaining
                              FROM fulfillment_order_line_items i
                              JOIN fulfillment_orders f
                                ON f.shop_id = $shop AND f.order_id = i.order_id
                               AND f.id = i.fulfillment_order_id
                             WHERE i.shop_id = $shop AND i.inventory_item_id IS NOT NULL
                               AND f.status <> 'CLOSED' AND f.status <> 'CANCELLED'
                             GROUP BY i.inventory_item_id, f.location_id) w
                   ON w.inventory_item_id = l.inventory_item_id
                  AND w.location_id = l.location_id
                WHERE l.shop_id = $shop AND l.committed <> COALESCE(w.remaining, 0)",
    },
    Rule {
        broken: "the order's subtotal or quantity differs from its lines",
        find: "SELECT o.name
                 FROM orders o
                 LEFT JOIN (SELECT order_id, SUM(quantity) AS quantity,
                                   SUM(price_minor * quantity - discount_minor) AS subtotal
                              FROM line_items
                             WHERE shop_id = $shop
                             GROUP BY order_id) l
                   ON l.order_id = o.id
                WHERE o.shop_id = $shop
                  AND (o.subtotal_minor <> COALESCE(l.subtotal, 0)
                    OR o.quantity <> COALESCE(l.quantity, 0))",
    },
    Rule {
        broken: "the order's shipping differs from its shipping lines",
        find: "SELECT o.name
                 FROM orders o
                 LEFT JOIN (SELECT order_id, SUM(price_minor) AS price
                              FROM shipping_lines
                             WHERE shop_id = $shop
                             GROUP BY order_id) s
                   ON s.order_id = o.id
                WHERE o.shop_id = $shop AND o.shipping_minor <> COALESCE(s.price, 0)",
    },
    Rule {
        broken: "the order's tax differs from that of its lines",
        find: "SELECT o.name
                 FROM orders o
                 LEFT JOIN (SELECT order_id, SUM(tax_minor) AS tax
                              FROM (SELECT order_id, tax_minor FROM line_items
                                     WHERE shop_id = $shop
                                     UNION ALL
                                    SELECT order_id, tax_minor FROM shipping_lines
                                     WHERE shop_id = $shop) parts
                             GROUP BY order_id) t
                   ON t.order_id = o.id
                WHERE o.shop_id = $shop AND o.tax_minor <> COALESCE(t.tax, 0)",
    },
    Rule {
        broken: "the order's total is not the sum of its parts",
        find: "SELECT name
                 FROM orders
                WHERE shop_id = $shop
                  AND total_minor <> subtotal_minor + shipping_minor
                                   + CASE WHEN taxes_included = 1 THEN 0 ELSE tax_minor END",
    },
    Rule {
        broken: "the order's payments differ from its transactions",
        find: "SELECT o.name
                 FROM orders o
                 LEFT JOIN (SELECT order_id,
                                   SUM(CASE WHEN kind IN ('SALE', 'CAPTURE')
                                            THEN amount_minor ELSE 0 END) AS received,
                                   SUM(CASE WHEN kind = 'REFUND'
                                            THEN amount_minor ELSE 0 END) AS refunded
                              FROM order_transactions
                             WHERE shop_id = $shop AND status = 'SUCCESS'
                             GROUP BY order_id) t
                   ON t.order_id = o.id
                WHERE o.shop_id = $shop
                  AND (o.received_minor <> COALESCE(t.received, 0)
                    OR o.refunded_minor <> COALESCE(t.refunded, 0)
                    OR o.refunded_minor > o.received_minor)",
    },
    Rule {
        broken: "the refund differs from its transactions",
        find: "SELECT CAST(r.id AS TEXT)
                 FROM refunds r
                 LEFT JOIN (SELECT refund_id, SUM(amount_minor) AS amount
                              FROM order_transactions
                             WHERE shop_id = $shop AND kind = 'REFUND' AND status = 'SUCCESS'
                             GROUP BY refund_id) t
                   ON t.refund_id = r.id
                WHERE r.shop_id = $shop AND r.refunded_minor <> COALESCE(t.amount, 0)",
    },
    Rule {
        broken: "more units of the line went back than were sold",
        find: "SELECT CAST(l.id AS TEXT)
                 FROM line_items l
                 LEFT JOIN (SELECT line_item_id, SUM(quantity) AS quantity
                              FROM refund_line_items
                             WHERE shop_id = $shop
                             GROUP BY line_item_id) r
                   ON r.line_item_id = l.id
                WHERE l.shop_id = $shop
                  AND (l.current_quantity < 0
                    OR l.current_quantity > l.quantity - COALESCE(r.quantity, 0))",
    },
    Rule {
        broken: "the line's units left to fulfil differ from its fulfilment orders",
        find: "SELECT CAST(l.id AS TEXT)
                 FROM line_items l
                 LEFT JOIN (SELECT i.line_item_id, SUM(i.remaining_quantity) AS remaining
                              FROM fulfillment_order_line_items i
                              JOIN fulfillment_orders f
                                ON f.shop_id = $shop AND f.order_id = i.order_id
                               AND f.id = i.fulfillment_order_id
                             WHERE i.shop_id = $shop
                               AND f.status <> 'CLOSED' AND f.status <> 'CANCELLED'
                             GROUP BY i.line_item_id) w
                   ON w.line_item_id = l.id
                WHERE l.shop_id = $shop AND l.fulfillable_quantity <> COALESCE(w.remaining, 0)",
    },
    Rule {
        broken: "the fulfilment order's line sent out more than it had",
        find: "SELECT CAST(i.id AS TEXT)
                 FROM fulfillment_order_line_items i
                 LEFT JOIN (SELECT l.fulfillment_order_line_item_id AS id,
                                   SUM(l.quantity) AS quantity
                              FROM fulfillment_line_items l
                              JOIN fulfillments f
                                ON f.shop_id = $shop AND f.order_id = l.order_id
                               AND f.id = l.fulfillment_id
                             WHERE l.shop_id = $shop AND f.status <> 'CANCELLED'
                             GROUP BY l.fulfillment_order_line_item_id) s
                   ON s.id = i.id
                WHERE i.shop_id = $shop
                  AND (i.remaining_quantity < 0
                    OR i.total_quantity < i.remaining_quantity + COALESCE(s.quantity, 0))",
    },
    Rule {
        broken: "the product's range of prices or count of variants differs from its variants",
        find: "SELECT p.handle
                 FROM products p
                 JOIN (SELECT product_id, COUNT(*) AS variants,
                              MIN(price_minor) AS lowest, MAX(price_minor) AS highest
                         FROM product_variants
                        WHERE shop_id = $shop
                        GROUP BY product_id) v
                   ON v.product_id = p.id
                WHERE p.shop_id = $shop
                  AND (p.variants_count <> v.variants OR p.price_min_minor <> v.lowest
                    OR p.price_max_minor <> v.highest)",
    },
    Rule {
        broken: "the cart is marked as bought by an order that another checkout made",
        find: "SELECT c.token
                 FROM carts c
                 LEFT JOIN orders o ON o.shop_id = $shop AND o.id = c.order_id
                WHERE c.shop_id = $shop AND c.order_id IS NOT NULL
                  AND (o.checkout_token IS NULL OR o.checkout_token <> c.token)",
    },
];

/// Rows that lead nowhere: a table, its column, and the table and column that it points to.
const POINTERS: &[(&str, &str, &str, &str)] = &[
    ("product_variants", "product_id", "products", "id"),
    (
        "product_variants",
        "inventory_item_id",
        "inventory_items",
        "id",
    ),
    ("product_options", "product_id", "products", "id"),
    (
        "product_option_values",
        "option_id",
        "product_options",
        "id",
    ),
    ("media", "product_id", "products", "id"),
    ("collection_products", "collection_id", "collections", "id"),
    ("collection_products", "product_id", "products", "id"),
    ("inventory_levels", "location_id", "locations", "id"),
    (
        "inventory_ledger",
        "inventory_item_id",
        "inventory_levels",
        "inventory_item_id",
    ),
    ("customer_addresses", "customer_id", "customers", "id"),
    ("line_items", "order_id", "orders", "id"),
    ("shipping_lines", "order_id", "orders", "id"),
    ("order_transactions", "order_id", "orders", "id"),
    ("fulfillment_orders", "order_id", "orders", "id"),
    (
        "fulfillment_order_line_items",
        "fulfillment_order_id",
        "fulfillment_orders",
        "id",
    ),
    (
        "fulfillment_order_line_items",
        "line_item_id",
        "line_items",
        "id",
    ),
    ("fulfillments", "order_id", "orders", "id"),
    (
        "fulfillment_line_items",
        "fulfillment_id",
        "fulfillments",
        "id",
    ),
    ("fulfillment_line_items", "line_item_id", "line_items", "id"),
    ("refunds", "order_id", "orders", "id"),
    ("refund_line_items", "refund_id", "refunds", "id"),
    ("refund_line_items", "line_item_id", "line_items", "id"),
    ("webhook_deliveries", "event_id", "events", "id"),
    ("access_tokens", "app_id", "apps", "id"),
];

/// Checks the books of a shop; never on an async thread.
///
/// # Panics
/// With a line for every rule that does not hold.
pub fn check(db: &Db, shop: ShopId) {
    let wrong = db
        .read_blocking(shop, find_wrong)
        .and_then(|wrong| wrong)
        .expect("the books can be read");
    assert!(
        wrong.is_empty(),
        "The books are wrong:\n{}",
        wrong.join("\n")
    );
}

fn find_wrong(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut wrong = Vec::new();
    for rule in RULES {
        let rows: Vec<String> = tx.all(rule.find, ())?;
        if !rows.is_empty() {
            wrong.push(format!("{}: {}", rule.broken, shown(&rows)));
        }
    }
    for (table, column, target, key) in POINTERS {
        let text = format!(
            "SELECT CAST(a.{column} AS TEXT)
               FROM {table} a
              WHERE a.shop_id = $shop
                AND NOT EXISTS (SELECT 1 FROM {target} b
                                 WHERE b.shop_id = $shop AND b.{key} = a.{column})"
        );
        let rows: Vec<String> = tx.all(&text, ())?;
        if !rows.is_empty() {
            wrong.push(format!("{table}.{column} leads nowhere: {}", shown(&rows)));
        }
    }
    Ok(wrong)
}

/// The first rows, and how many there are.
fn shown(rows: &[String]) -> String {
    let first: Vec<&str> = rows.iter().take(5).map(String::as_str).collect();
    format!("{} ({} rows)", first.join(", "), rows.len())
}
