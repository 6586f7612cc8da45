//! What orders used of discounts, counted with the order.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{CustomerId, DiscountId, DiscountRedeemCodeId, OrderId, Timestamp};

/// An order's use of a discount.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) order: OrderId,
    pub(crate) discount: DiscountId,
    pub(crate) code: Option<DiscountRedeemCodeId>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) at: Timestamp,
}

/// Writes the uses of a slice of orders, and counts them. The rows of discounts with a limit are
/// locked since they were read.
pub(crate) fn record(tx: &mut Tx, uses: &[Use]) -> Result<(), StoreError> {
    if uses.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = uses
        .iter()
        .map(|each| (each.order, each.discount, each.code, each.customer, each.at))
        .collect();
    tx.insert_many(
        "INSERT INTO discount_uses (shop_id, order_id, discount_id, discount_code_id, customer_id,
             at)
         VALUES ($shop, $1, $2, $3, $4, $5)",
        &rows,
    )?;
    let mut of_discounts: BTreeMap<DiscountId, i64> = BTreeMap::new();
    let mut of_codes: BTreeMap<DiscountRedeemCodeId, i64> = BTreeMap::new();
    for each in uses {
        *of_discounts.entry(each.discount).or_default() += 1;
        if let Some(code) = each.code {
            *of_codes.entry(code).or_default() += 1;
        }
    }
    let rows: Vec<_> = of_discounts.into_iter().collect();
    tx.update_many(
        "UPDATE discounts SET usage_count = usage_count + $2 WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    let rows: Vec<_> = of_codes.into_iter().collect();
    if !rows.is_empty() {
        tx.update_many(
            "UPDATE discount_codes SET usage_count = usage_count + $2
              WHERE shop_id = $shop AND id = $1",
            &rows,
        )?;
    }
    Ok(())
}
