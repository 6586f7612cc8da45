//! Deleting a product. Orders keep what they sold.

use store::Tx;
use units::ProductId;

use super::errors::CatalogError;
use super::members;
use super::save::{Change, save};
use super::update::locked;
use crate::call::Call;

/// Deletes a product with its variants, their stock and everything that hangs on them.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, id: ProductId) -> Result<(), CatalogError> {
    let before = locked(tx, id)?;
    members::leave_all(tx, call, id)?;
    let mut changes = [Change {
        before: Some(before),
        after: None,
        stock: Vec::new(),
    }];
    save(tx, call, &mut changes)?;
    Ok(())
}
