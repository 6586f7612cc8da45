//! Changing the stocked side of a variant by its own id.

use store::Tx;
use units::InventoryItemId;

use super::errors::{CatalogError, Refusal, Why};
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
    let done = update_variants(tx, call, product, &[change], &[], Partial::Refuse);
    done.map_err(of_item)?;
    Ok(id)
}

/// The refusals, at their places in the item's own input.
fn of_item(error: CatalogError) -> CatalogError {
    let CatalogError::Refused(refused) = error else {
        return error;
    };
    let own = |refusal: Refusal| {
        let inside = refusal.at.iter().position(|part| part == "inventoryItem");
        let at = refusal.at[inside.map_or(0, |place| place + 1)..].to_vec();
        Refusal::new(at, refusal.why).within(["input"])
    };
    CatalogError::Refused(refused.into_iter().map(own).collect())
}
