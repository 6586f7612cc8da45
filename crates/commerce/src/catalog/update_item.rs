//! Changing the stocked side of a variant by its own id.

use store::Tx;
use units::InventoryItemId;

use super::errors::{CatalogError, Why};
use super::input::{ItemInput, VariantInput};
use super::loads::variants;
use super::variants_bulk::{Partial, update_variants};
use crate::call::Call;
use crate::inventory;

/// Changes what the input gives of a variant's stocked side.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_item(
    tx: &mut Tx,
    call: &Call,
    id: InventoryItemId,
    input: &ItemInput,
) -> Result<InventoryItemId, CatalogError> {
    let missing = || CatalogError::at(["id"], Why::VariantMissing);
    let item = inventory::items_by_id(tx, &[id])?.pop().flatten();
    let variant = item.ok_or_else(missing)?.variant_id;
    let found = variants(tx, &[variant])?.pop().flatten();
    let product = found.ok_or_else(missing)?.variant.product_id;
    let change = VariantInput {
        id: Some(variant),
        item: input.clone(),
        ..VariantInput::default()
    };
    update_variants(tx, call, product, &[change], &[], Partial::Refuse)?;
    Ok(id)
}
