//! The rules of orders whose buyers saw another currency than the shop's: in that one, too, the
//! parts sum to the whole, and what is whole in one is whole in the other.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "an order has the buyer's amounts exactly where the currencies differ",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND (CASE WHEN o.presentment_currency = o.currency THEN 0 ELSE 9 END
                    <> CASE WHEN o.rate_billionths IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_subtotal_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_discounts_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_shipping_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_tax_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_total_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_received_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_refunded_minor IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN o.presentment_removed_tax_minor IS NULL THEN 0 ELSE 1 END
                    OR EXISTS (SELECT 1 FROM line_items i
                                WHERE i.shop_id = o.shop_id AND i.order_id = o.id
                                  AND COALESCE(i.presentment_currency, o.currency)
                                      <> o.presentment_currency)
                    OR EXISTS (SELECT 1 FROM order_transactions t
                                WHERE t.shop_id = o.shop_id AND t.order_id = o.id
                                  AND COALESCE(t.presentment_currency, o.currency)
                                      <> o.presentment_currency))
             LIMIT 5",
    },
    Rule {
        name: "an order's lines add up in the currency that its buyer saw",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop AND o.presentment_currency <> o.currency
               AND (o.presentment_subtotal_minor
                    <> COALESCE((SELECT SUM(i.presentment_price_minor * i.quantity
                                            - i.presentment_discount_minor)
                                   FROM line_items i
                                  WHERE i.shop_id = o.shop_id AND i.order_id = o.id), 0)
                    OR o.presentment_shipping_minor
                    <> COALESCE((SELECT SUM(s.presentment_price_minor
                                            - s.presentment_discount_minor)
                                   FROM shipping_lines s
                                  WHERE s.shop_id = o.shop_id AND s.order_id = o.id), 0)
                    OR o.presentment_tax_minor
                    <> COALESCE((SELECT SUM(i.presentment_tax_minor)
                                   FROM line_items i
                                  WHERE i.shop_id = o.shop_id AND i.order_id = o.id), 0)
                     + COALESCE((SELECT SUM(s.presentment_tax_minor)
                                   FROM shipping_lines s
                                  WHERE s.shop_id = o.shop_id AND s.order_id = o.id), 0)
                    OR o.presentment_discounts_minor
                    <> COALESCE((SELECT SUM(i.presentment_discount_minor)
                                   FROM line_items i
                                  WHERE i.shop_id = o.shop_id AND i.order_id = o.id), 0)
                     + COALESCE((SELECT SUM(s.presentment_discount_minor)
                                   FROM shipping_lines s
                                  WHERE s.shop_id = o.shop_id AND s.order_id = o.id), 0)
                    OR o.presentment_total_minor
                    <> o.presentment_subtotal_minor + o.presentment_shipping_minor
                     + CASE WHEN o.taxes_included = 1 THEN 0 ELSE o.presentment_tax_minor END)
             LIMIT 5",
    },
    Rule {
        name: "an order's payments are what its transactions say in the buyer's currency, and what is \
               paid or given back whole in one currency is so in the other",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop AND o.presentment_currency <> o.currency
               AND (o.presentment_received_minor
                    <> COALESCE((SELECT SUM(t.presentment_minor)
                                   FROM order_transactions t
                                  WHERE t.shop_id = o.shop_id AND t.order_id = o.id
                                    AND t.status = 'SUCCESS'
                                    AND t.kind IN ('SALE', 'CAPTURE')), 0)
                    OR o.presentment_refunded_minor
                    <> COALESCE((SELECT SUM(t.presentment_minor)
                                   FROM order_transactions t
                                  WHERE t.shop_id = o.shop_id AND t.order_id = o.id
                                    AND t.status = 'SUCCESS' AND t.kind = 'REFUND'), 0)
                    OR o.presentment_refunded_minor > o.presentment_received_minor
                    OR (o.presentment_received_minor - o.presentment_refunded_minor
                            = o.presentment_total_minor
                        AND o.presentment_removed_subtotal_minor = 0
                        AND o.presentment_removed_shipping_minor = 0
                        AND o.received_minor - o.refunded_minor <> o.total_minor)
                    OR (o.presentment_refunded_minor = o.presentment_received_minor
                        AND o.refunded_minor <> o.received_minor))
             LIMIT 5",
    },
    Rule {
        name: "a refund is what its transactions say in the buyer's currency",
        broken: "SELECT 'refund ' || r.id
              FROM refunds r
             WHERE r.shop_id = $shop AND r.presentment_currency IS NOT NULL
               AND r.presentment_refunded_minor
                   <> COALESCE((SELECT SUM(t.presentment_minor)
                                  FROM order_transactions t
                                 WHERE t.shop_id = r.shop_id AND t.order_id = r.order_id
                                   AND t.refund_id = r.id AND t.status = 'SUCCESS'
                                   AND t.kind = 'REFUND'), 0)
             LIMIT 5",
    },
    Rule {
        name: "what was taken off an order is what its refunds say, in both currencies",
        broken: "SELECT o.name
              FROM orders o
             WHERE o.shop_id = $shop
               AND (o.removed_subtotal_minor
                    <> COALESCE((SELECT SUM(l.subtotal_minor) FROM refund_line_items l
                                  WHERE l.shop_id = o.shop_id AND l.order_id = o.id), 0)
                    OR COALESCE(o.presentment_removed_subtotal_minor, o.removed_subtotal_minor)
                    <> COALESCE((SELECT SUM(COALESCE(l.presentment_subtotal_minor,
                                                     l.subtotal_minor))
                                   FROM refund_line_items l
                                  WHERE l.shop_id = o.shop_id AND l.order_id = o.id), 0)
                    OR o.removed_shipping_minor
                    <> COALESCE((SELECT SUM(r.shipping_minor) FROM refunds r
                                  WHERE r.shop_id = o.shop_id AND r.order_id = o.id), 0)
                    OR COALESCE(o.presentment_removed_shipping_minor, o.removed_shipping_minor)
                    <> COALESCE((SELECT SUM(COALESCE(r.presentment_shipping_minor,
                                                     r.shipping_minor))
                                   FROM refunds r
                                  WHERE r.shop_id = o.shop_id AND r.order_id = o.id), 0)
                    OR o.removed_subtotal_minor > o.subtotal_minor
                    OR o.removed_shipping_minor > o.shipping_minor
                    OR o.removed_tax_minor > o.tax_minor)
             LIMIT 5",
    },
];
