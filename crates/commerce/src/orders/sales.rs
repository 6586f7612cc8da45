//! What sells best, and what is bought together: counted from new orders now and then, so that
//! placing an order need not wait for it.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{OrderId, ProductId, Timestamp};

use crate::catalog;

/// Orders that are counted in one go: a lane's turn is short.
const ORDERS_MAX: i64 = 50;
/// Products of one order whose pairs are counted.
const PAIRED_MAX: usize = 8;
/// Orders younger than this wait: another lane may yet commit an older one.
const SETTLED_SECONDS: i64 = 60;
/// Where the count stands: the last order that was counted.
const MARK: &str = "sales";

/// Whether there are orders that [`count_sales`] has not counted.
///
/// # Errors
/// `Store` faults only.
pub fn sales_are_behind(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let mark = mark(tx)?;
    Ok(!next(tx, mark, now)?.is_empty())
}

/// Counts what the next orders sold; gives whether there may be more.
///
/// # Errors
/// `Store` faults only.
pub fn count_sales(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let mark = mark(tx)?;
    let orders = next(tx, mark, now)?;
    let Some(last) = orders.last().copied() else {
        return Ok(false);
    };
    let lines: Vec<(OrderId, ProductId, i64)> = tx.all(
        "SELECT order_id, product_id, quantity
           FROM line_items
          WHERE shop_id = $shop AND order_id = ANY($1) AND product_id IS NOT NULL
          ORDER BY order_id, id",
        (&orders,),
    )?;
    let (units, pairs) = tally(&lines);
    catalog::note_sales(tx, &units, &pairs)?;
    tx.execute(
        "INSERT INTO counters (shop_id, name, value) VALUES ($shop, $1, $2)
         ON CONFLICT (shop_id, name) DO UPDATE SET value = excluded.value",
        (MARK, last),
    )?;
    Ok(i64::try_from(orders.len()).is_ok_and(|count| count >= ORDERS_MAX))
}

fn mark(tx: &mut Tx) -> Result<i64, StoreError> {
    let found = tx.optional(
        "SELECT value FROM counters WHERE shop_id = $shop AND name = $1",
        (MARK,),
    )?;
    Ok(found.unwrap_or(0))
}

/// The next orders behind a mark that are old enough.
fn next(tx: &mut Tx, mark: i64, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
    let settled = now.plus_seconds(-SETTLED_SECONDS);
    let found: Vec<(OrderId, Timestamp)> = tx.all(
        "SELECT id, created_at
           FROM orders
          WHERE shop_id = $shop AND id > $1
          ORDER BY id
          LIMIT $2",
        (mark, ORDERS_MAX),
    )?;
    let old = found.into_iter().take_while(|(_, at)| *at <= settled);
    Ok(old.map(|(id, _)| id).collect())
}

type Units = BTreeMap<ProductId, i64>;
type Pairs = BTreeMap<(ProductId, ProductId), i64>;

/// Units of each product, and in how many orders two products stand together, the lower id first.
/// Lines come order by order.
fn tally(lines: &[(OrderId, ProductId, i64)]) -> (Units, Pairs) {
    let (mut units, mut pairs) = (Units::new(), Pairs::new());
    for order in lines.chunk_by(|one, other| one.0 == other.0) {
        let mut products: Vec<ProductId> = Vec::new();
        for (_, product, quantity) in order {
            *units.entry(*product).or_insert(0) += quantity;
            if !products.contains(product) && products.len() < PAIRED_MAX {
                products.push(*product);
            }
        }
        products.sort_unstable();
        for (place, one) in products.iter().enumerate() {
            for other in &products[place + 1..] {
                *pairs.entry((*one, *other)).or_insert(0) += 1;
            }
        }
    }
    (units, pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up_and_pairs_count_once_an_order() {
        let line = |order, product, quantity| (OrderId(order), ProductId(product), quantity);
        let lines = [
            line(1, 7, 2),
            line(1, 5, 1),
            line(1, 7, 1),
            line(2, 5, 1),
            line(2, 7, 4),
        ];
        let (units, pairs) = tally(&lines);
        assert_eq!(units, Units::from([(ProductId(5), 2), (ProductId(7), 7)]));
        assert_eq!(pairs, Pairs::from([((ProductId(5), ProductId(7)), 2)]));
    }
}
