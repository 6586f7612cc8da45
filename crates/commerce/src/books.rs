//! The books: whether everything that is stored adds up.
//!
//! The program never needs this; tests, the simulation and the crash test do, after every step.

mod abroad;

use store::{StoreError, Tx};

use crate::catalog;

/// A rule of the books: what it is called, and a query that names the rows that break it.
struct Rule {
    name: &'static str,
    broken: &'static str,
}

/// No rule names more rows than this.
const NAMED_MAX: usize = 5;

const RULES: &[Rule] = &[
    Rule {
        name: "a collection counts its products",
        broken: "SELECT 'collection ' || c.id || ': ' || c.products_count
              FROM collections c
             WHERE c.shop_id = $shop
               AND c.products_count <> (SELECT COUNT(*) FROM collection_products cp
                                         WHERE cp.shop_id = c.shop_id
                                           AND cp.collection_id = c.id)
             LIMIT 5",
    },
    Rule {
        name: "a price list names prices of variants that there are",
        broken: "SELECT 'price list ' || f.price_list_id || ', variant ' || f.variant_id
              FROM price_list_prices f
              LEFT JOIN product_variants v
                ON v.shop_id = f.shop_id AND v.id = f.variant_id AND v.product_id = f.product_id
              LEFT JOIN price_lists l ON l.shop_id = f.shop_id AND l.id = f.price_list_id
             WHERE f.shop_id = $shop AND (v.id IS NULL OR l.id IS NULL)
             LIMIT 5",
    },
    Rule {
        name: "a market counts its regions, and the primary one has the shop's country",
        broken: "SELECT 'market ' || m.id
              FROM markets m
              JOIN shops s ON s.id = m.shop_id
             WHERE m.shop_id = $shop
               AND (m.regions_count <> (SELECT COUNT(*) FROM market_regions r
                                         WHERE r.shop_id = m.shop_id AND r.market_id = m.id)
                    OR (m.is_primary = 1
                        AND NOT EXISTS (SELECT 1 FROM market_regions r
                                         WHERE r.shop_id = m.shop_id AND r.market_id = m.id
                                           AND r.country_code = s.country_code)))
             LIMIT 5",
    },
    Rule {
        name: "a level is the sum of its ledger",
        broken: "SELECT 'item ' || l.inventory_item_id || ' at ' || l.location_id
              FROM inventory_levels l
              LEFT JOIN (SELECT inventory_item_id, location_id,
                                CAST(SUM(available) AS BIGINT) AS available,
                                CAST(SUM(committed) AS BIGINT) AS committed,
                                CAST(SUM(reserved) AS BIGINT) AS reserved,
                                CAST(SUM(damaged) AS BIGINT) AS damaged,
                                CAST(SUM(safety_stock) AS BIGINT) AS safety_stock,
                                CAST(SUM(quality_control) AS BIGINT) AS quality_control,
                                CAST(SUM(incoming) AS BIGINT) AS incoming
                           FROM inventory_ledger
                          WHERE shop_id = $shop
                          GROUP BY inventory_item_id, location_id) s
                ON s.inventory_item_id = l.inventory_item_id AND s.location_id = l.location_id
             WHERE l.shop_id = $shop
               AND (l.available <> COALESCE(s.available, 0)
                    OR l.committed <> COALESCE(s.committed, 0)
                    OR l.reserved <> COALESCE(s.reserved, 0)
                    OR l.damaged <> COALESCE(s.damaged, 0)
                    OR l.safety_stock <> COALESCE(s.safety_stock, 0)
                    OR l.quality_control <> COALESCE(s.quality_control, 0)
                    OR l.incoming <> COALESCE(s.incoming, 0))
             LIMIT 5",
    },
    Rule {
        // The ledger outlives the items of products that were deleted.
        name: "what the ledger holds of an item has a level",
        broken: "SELECT 'item ' || e.inventory_item_id || ' at ' || e.location_id
              FROM inventory_ledger e
              JOIN inventory_items i ON i.shop_id = e.shop_id AND i.id = e.inventory_item_id
             WHERE e.shop_id = $shop
               AND NOT EXISTS (SELECT 1 FROM inventory_levels l
                                WHERE l.shop_id = e.shop_id
                                  AND l.inventory_item_id = e.inventory_item_id
                                  AND l.location_id = e.location_id)
             GROUP BY e.inventory_item_id, e.location_id
            HAVING SUM(e.available) <> 0 OR SUM(e.committed) <> 0 OR SUM(e.reserved) <> 0
                OR SUM(e.damaged) <> 0 OR SUM(e.safety_stock) <> 0
                OR SUM(e.quality_control) <> 0 OR SUM(e.incoming) <> 0
             LIMIT 5",
    },
    Rule {
        name: "nothing is sold that was not there",
        broken: "SELECT 'item ' || l.inventory_item_id || ': ' || l.available
              FROM inventory_levels l
              JOIN inventory_items i ON i.shop_id = l.shop_id AND i.id = l.inventory_item_id
              JOIN product_variants v ON v.shop_id = i.shop_id AND v.id = i.variant_id
             WHERE l.shop_id = $shop AND i.tracked = 1 AND v.inventory_policy = 'DENY'
               AND l.available < 0
             LIMIT 5",
    },
    Rule {
        name: "no quantity but what is available is below zero",
        broken: "SELECT 'item ' || inventory_item_id
              FROM inventory_levels
             WHERE shop_id = $shop
               AND (committed < 0 OR reserved < 0 OR damaged < 0 OR safety_stock < 0
                    OR quality_control < 0 OR incoming < 0)
             LIMIT 5",
    },
    Rule {
        name: "what is committed is what open fulfilment orders wait for",
        broken: "SELECT 'item ' || l.inventory_item_id || ' at ' || l.location_id
              FROM inventory_levels l
              LEFT JOIN (SELECT f.location_id, n.inventory_item_id,
                                CAST(SUM(n.remaining_quantity) AS BIGINT) AS waiting
                           FROM fulfillment_order_line_items n
                           JOIN fulfillment_orders f
                             ON f.shop_id = n.shop_id AND f.order_id = n.order_id
                            AND f.id = n.fulfillment_order_id
                          WHERE n.shop_id = $shop AND n.inventory_item_id IS NOT NULL
                            AND f.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD', 'SCHEDULED')
                          GROUP BY f.location_id, n.inventory_item_id) w
                ON w.inventory_item_id = l.inventory_item_id AND w.location_id = l.location_id
             WHERE l.shop_id = $shop AND l.committed <> COALESCE(w.waiting, 0)
             LIMIT 5",
    },
    Rule {
        name: "an order's lines add up",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND (o.subtotal_minor <> COALESCE((SELECT SUM(i.price_minor * i.quantity
                                                             - i.discount_minor)
                                                    FROM line_items i
                                                   WHERE i.shop_id = o.shop_id
                                                     AND i.order_id = o.id), 0)
                    OR o.shipping_minor <> COALESCE((SELECT SUM(s.price_minor
                                                                - s.discount_minor)
                                                       FROM shipping_lines s
                                                      WHERE s.shop_id = o.shop_id
                                                        AND s.order_id = o.id), 0)
                    OR o.tax_minor <> COALESCE((SELECT SUM(i.tax_minor)
                                                  FROM line_items i
                                                 WHERE i.shop_id = o.shop_id
                                                   AND i.order_id = o.id), 0)
                                    + COALESCE((SELECT SUM(s.tax_minor)
                                                  FROM shipping_lines s
                                                 WHERE s.shop_id = o.shop_id
                                                   AND s.order_id = o.id), 0)
                    OR o.total_minor <> o.subtotal_minor + o.shipping_minor
                                      + CASE WHEN o.taxes_included = 1 THEN 0
                                             ELSE o.tax_minor END)
             LIMIT 5",
    },
    Rule {
        name: "an order's discounts are those of its lines",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND o.discounts_minor <> COALESCE((SELECT SUM(i.discount_minor)
                                                    FROM line_items i
                                                   WHERE i.shop_id = o.shop_id
                                                     AND i.order_id = o.id), 0)
                                      + COALESCE((SELECT SUM(s.discount_minor)
                                                    FROM shipping_lines s
                                                   WHERE s.shop_id = o.shop_id
                                                     AND s.order_id = o.id), 0)
             LIMIT 5",
    },
    Rule {
        name: "no line costs less than nothing",
        broken: "SELECT 'line ' || i.id
              FROM line_items i
             WHERE i.shop_id = $shop
               AND (i.discount_minor < 0 OR i.discount_minor > i.price_minor * i.quantity)
             LIMIT 5",
    },
    Rule {
        name: "a discount was used as often as is counted, and has the codes that are counted",
        broken: "SELECT d.title
              FROM discounts d
              JOIN (SELECT e.id, (SELECT COUNT(*) FROM discount_uses u
                                   WHERE u.shop_id = e.shop_id AND u.discount_id = e.id) AS uses
                      FROM discounts e
                     WHERE e.shop_id = $shop) n
                ON n.id = d.id
             WHERE d.shop_id = $shop
               AND (d.usage_count <> n.uses
                    OR d.codes_count <> (SELECT COUNT(*) FROM discount_codes c
                                          WHERE c.shop_id = d.shop_id AND c.discount_id = d.id))
             LIMIT 5",
    },
    Rule {
        name: "a gift card holds what its ledger says, and never less than nothing",
        broken: "SELECT 'gift card ' || g.id
              FROM gift_cards g
             WHERE g.shop_id = $shop
               AND (g.balance_minor < 0
                    OR g.balance_minor <> COALESCE((SELECT SUM(t.amount_minor)
                                                      FROM gift_card_transactions t
                                                     WHERE t.shop_id = g.shop_id
                                                       AND t.gift_card_id = g.id), 0))
             LIMIT 5",
    },
    Rule {
        name: "what gift cards paid and got back is what orders say",
        broken: "SELECT 'transaction ' || t.id
              FROM order_transactions t
              JOIN orders o ON o.shop_id = t.shop_id AND o.id = t.order_id
             WHERE t.shop_id = $shop AND t.gateway = 'gift_card' AND t.status = 'SUCCESS'
               AND o.checkout_token IS NOT NULL
               AND CASE WHEN t.kind = 'REFUND' THEN t.amount_minor ELSE -t.amount_minor END
                   <> COALESCE((SELECT SUM(g.amount_minor)
                                  FROM gift_card_transactions g
                                 WHERE g.shop_id = t.shop_id
                                   AND g.order_transaction_id = t.id), 0)
             LIMIT 5",
    },
    Rule {
        name: "an order's payments are what its transactions say",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND (o.received_minor <> COALESCE((SELECT SUM(t.amount_minor)
                                                    FROM order_transactions t
                                                   WHERE t.shop_id = o.shop_id
                                                     AND t.order_id = o.id
                                                     AND t.status = 'SUCCESS'
                                                     AND t.kind IN ('SALE', 'CAPTURE')), 0)
                    OR o.refunded_minor <> COALESCE((SELECT SUM(t.amount_minor)
                                                       FROM order_transactions t
                                                      WHERE t.shop_id = o.shop_id
                                                        AND t.order_id = o.id
                                                        AND t.status = 'SUCCESS'
                                                        AND t.kind = 'REFUND'), 0)
                    OR o.refunded_minor > o.received_minor)
             LIMIT 5",
    },
    Rule {
        name: "an order's lines are what its fulfilment orders and its quantity say",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND o.quantity <> COALESCE((SELECT SUM(i.quantity)
                                             FROM line_items i
                                            WHERE i.shop_id = o.shop_id
                                              AND i.order_id = o.id), 0)
             LIMIT 5",
    },
    Rule {
        name: "a checkout became one order, and its cart knows it",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop AND o.checkout_token IS NOT NULL
               AND NOT EXISTS (SELECT 1
                                 FROM carts c
                                 JOIN checkouts k ON k.shop_id = c.shop_id AND k.token = c.token
                                WHERE c.shop_id = o.shop_id AND c.token = o.checkout_token
                                  AND c.order_id = o.id AND k.order_id = o.id
                                  AND k.state = 'completed')
             LIMIT 5",
    },
    Rule {
        name: "a cart that was bought has its order",
        broken: "SELECT c.token
              FROM carts c
             WHERE c.shop_id = $shop AND c.order_id IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM orders o
                                WHERE o.shop_id = c.shop_id AND o.id = c.order_id)
             LIMIT 5",
    },
    Rule {
        name: "a customer's record counts the orders",
        broken: "SELECT 'customer ' || c.id
              FROM customers c
             WHERE c.shop_id = $shop
               AND (c.orders_count <> (SELECT COUNT(*) FROM orders o
                                        WHERE o.shop_id = c.shop_id AND o.customer_id = c.id)
                    OR c.spent_minor <> COALESCE((SELECT SUM(o.received_minor - o.refunded_minor)
                                                    FROM orders o
                                                   WHERE o.shop_id = c.shop_id
                                                     AND o.customer_id = c.id), 0))
             LIMIT 5",
    },
    Rule {
        name: "every order told of its birth once",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND o.created_at >= (SELECT e.at FROM events e
                                     WHERE e.shop_id = o.shop_id
                                     ORDER BY e.id LIMIT 1)
               AND (SELECT COUNT(*) FROM events e
                     WHERE e.shop_id = o.shop_id AND e.subject_kind = 'Order'
                       AND e.subject_id = o.id
                       AND (e.topics || ' ') LIKE 'ORDERS_CREATE %') <> 1
             LIMIT 5",
    },
    Rule {
        name: "a refund is what its transactions say",
        broken: "SELECT 'refund ' || r.id
              FROM refunds r
             WHERE r.shop_id = $shop
               AND r.refunded_minor <> COALESCE((SELECT SUM(t.amount_minor)
                                                   FROM order_transactions t
                                                  WHERE t.shop_id = r.shop_id
                                                    AND t.order_id = r.order_id
                                                    AND t.refund_id = r.id
                                                    AND t.status = 'SUCCESS'
                                                    AND t.kind = 'REFUND'), 0)
             LIMIT 5",
    },
    Rule {
        name: "a draft adds up, and what was completed has its order",
        broken: "SELECT d.name
              FROM draft_orders d
             WHERE d.shop_id = $shop
               AND (d.subtotal_minor <> d.gross_minor - d.discounts_minor
                    OR d.total_minor <> d.subtotal_minor + d.shipping_minor
                                      + CASE WHEN d.taxes_included = 1 THEN 0
                                             ELSE d.tax_minor END
                    OR (d.status = 'COMPLETED'
                        AND NOT EXISTS (SELECT 1 FROM orders o
                                         WHERE o.shop_id = d.shop_id AND o.id = d.order_id
                                           AND o.total_minor = d.total_minor)))
             LIMIT 5",
    },
    Rule {
        name: "no more of a line goes back than was sold",
        broken: "SELECT 'line ' || i.id
              FROM line_items i
             WHERE i.shop_id = $shop
               AND (i.current_quantity < 0
                    OR i.current_quantity > i.quantity
                       - COALESCE((SELECT SUM(r.quantity)
                                     FROM refund_line_items r
                                    WHERE r.shop_id = i.shop_id AND r.order_id = i.order_id
                                      AND r.line_item_id = i.id), 0))
             LIMIT 5",
    },
    Rule {
        name: "a line has to be fulfilled as far as its fulfilment orders wait",
        broken: "SELECT 'line ' || i.id
              FROM line_items i
             WHERE i.shop_id = $shop
               AND i.fulfillable_quantity
                   <> COALESCE((SELECT SUM(n.remaining_quantity)
                                  FROM fulfillment_order_line_items n
                                  JOIN fulfillment_orders f
                                    ON f.shop_id = n.shop_id AND f.order_id = n.order_id
                                   AND f.id = n.fulfillment_order_id
                                 WHERE n.shop_id = i.shop_id AND n.order_id = i.order_id
                                   AND n.line_item_id = i.id
                                   AND f.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD',
                                                    'SCHEDULED')), 0)
             LIMIT 5",
    },
    Rule {
        name: "a fulfilment order sends no more than it has",
        broken: "SELECT 'line ' || n.id
              FROM fulfillment_order_line_items n
             WHERE n.shop_id = $shop
               AND (n.remaining_quantity < 0
                    OR n.total_quantity < n.remaining_quantity
                       + COALESCE((SELECT SUM(l.quantity)
                                     FROM fulfillment_line_items l
                                     JOIN fulfillments f
                                       ON f.shop_id = l.shop_id AND f.order_id = l.order_id
                                      AND f.id = l.fulfillment_id
                                    WHERE l.shop_id = n.shop_id AND l.order_id = n.order_id
                                      AND l.fulfillment_order_line_item_id = n.id
                                      AND f.status <> 'CANCELLED'), 0))
             LIMIT 5",
    },
    Rule {
        name: "a product's prices and count are those of its variants",
        broken: "SELECT 'product ' || p.handle
              FROM products p
              JOIN (SELECT product_id, COUNT(*) AS variants, MIN(price_minor) AS lowest,
                           MAX(price_minor) AS highest
                      FROM product_variants
                     WHERE shop_id = $shop
                     GROUP BY product_id) v
                ON v.product_id = p.id
             WHERE p.shop_id = $shop
               AND (p.variants_count <> v.variants OR p.price_min_minor <> v.lowest
                    OR p.price_max_minor <> v.highest)
             LIMIT 5",
    },
];

/// Columns that lead to a row: the table and column, and what they lead to.
const LINKS: &[(&str, &str, &str, &str)] = &[
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
    ("media", "id", "files", "id"),
    ("theme_files", "theme_id", "themes", "id"),
    ("articles", "blog_id", "blogs", "id"),
    ("menu_items", "menu_id", "menus", "id"),
    ("collection_products", "collection_id", "collections", "id"),
    ("collection_products", "product_id", "products", "id"),
    ("collection_rules", "collection_id", "collections", "id"),
    ("selling_plans", "group_id", "selling_plan_groups", "id"),
    (
        "selling_plan_group_products",
        "product_id",
        "products",
        "id",
    ),
    (
        "selling_plan_group_products",
        "group_id",
        "selling_plan_groups",
        "id",
    ),
    (
        "selling_plan_group_variants",
        "variant_id",
        "product_variants",
        "id",
    ),
    (
        "selling_plan_group_variants",
        "group_id",
        "selling_plan_groups",
        "id",
    ),
    ("inventory_levels", "location_id", "locations", "id"),
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
    (
        "metaobjects",
        "definition_id",
        "metaobject_definitions",
        "id",
    ),
    ("metaobject_fields", "metaobject_id", "metaobjects", "id"),
    ("discount_codes", "discount_id", "discounts", "id"),
    ("discount_uses", "discount_id", "discounts", "id"),
    ("gift_card_transactions", "gift_card_id", "gift_cards", "id"),
    ("webhook_deliveries", "event_id", "events", "id"),
    ("access_tokens", "app_id", "apps", "id"),
];

/// Checks the shop's books: one sentence per rule that is broken, empty when all is well.
///
/// # Errors
/// `Store` faults only.
pub fn check(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut violations = Vec::new();
    for rule in RULES.iter().chain(abroad::RULES) {
        let rows: Vec<String> = tx.all(rule.broken, ())?;
        if !rows.is_empty() {
            let named = rows[..rows.len().min(NAMED_MAX)].join(", ");
            violations.push(format!("{}: not so for {named}", rule.name));
        }
    }
    for fault in catalog::columns_faults(tx)?.into_iter().take(NAMED_MAX) {
        violations.push(format!(
            "the catalogue in memory is that of the store: {fault}"
        ));
    }
    for (table, column, target, key) in LINKS {
        let text = format!(
            "SELECT CAST(a.{column} AS TEXT)
               FROM {table} a
              WHERE a.shop_id = $shop
                AND NOT EXISTS (SELECT 1 FROM {target} b
                                 WHERE b.shop_id = a.shop_id AND b.{key} = a.{column})
              LIMIT {NAMED_MAX}"
        );
        let rows: Vec<String> = tx.all(&text, ())?;
        if !rows.is_empty() {
            violations.push(format!(
                "{table}.{column} leads nowhere: {}",
                rows.join(", ")
            ));
        }
    }
    Ok(violations)
}
