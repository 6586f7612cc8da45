//! The queries of prices.

use store::{StoreError, Tx};

use crate::catalog::ProductVariant;

/// Writes the prices of variants of which nothing else changed: no index is touched by it, and there may be thousands.
pub(in crate::catalog) fn reprice_variants(
    tx: &mut Tx,
    variants: &[&ProductVariant],
) -> Result<(), StoreError> {
    if variants.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = variants
        .iter()
        .map(|v| (v.id, v.price_minor, v.compare_at_minor, v.updated_at))
        .collect();
    tx.update_many(
        "UPDATE product_variants SET price_minor = $2, compare_at_minor = $3, updated_at = $4
          WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    Ok(())
}
