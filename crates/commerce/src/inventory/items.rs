//! Opening the stocked side of a variant.

use store::{StoreError, Tx};
use units::{InventoryItemId, ProductVariantId, WeightUnit};

use super::sql;
use crate::call::Call;

/// What an inventory item begins with.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// The variant that it is the stock of.
    pub variant: ProductVariantId,
    /// Stock-keeping unit; may be empty.
    pub sku: String,
    /// Whether its stock is counted.
    pub tracked: bool,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// What one weighs.
    pub weight_grams: i64,
    /// The unit that the merchant weighs it in.
    pub weight_unit: WeightUnit,
    /// What one costs the merchant, in minor units of the shop's currency.
    pub cost_minor: Option<i64>,
}

/// Opens an inventory item, stocked nowhere yet.
///
/// # Errors
/// `Store` faults only.
pub fn open_item(tx: &mut Tx, call: &Call, item: &NewItem) -> Result<InventoryItemId, StoreError> {
    let id = call.new_id();
    sql::insert_item(tx, call, id, item)?;
    Ok(id)
}
