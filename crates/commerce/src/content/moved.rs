//! Redirects from the addresses that products and collections had.

use store::Tx;
use units::ProductId;

use super::redirects::lead;
use crate::call::Call;
use crate::catalog::{self, CatalogError, Renamed};

/// Whether an address that changes goes on leading to what it was of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldAddress {
    /// A redirect leads on.
    Redirect,
    /// Nothing is there any more.
    Forget,
}

/// Runs a change of a product; if its handle becomes another, its old address leads to the new
/// one, when that is wanted. `known` is the product's id, where it is there already.
///
/// # Errors
/// Those of the change; `Store` is safe to retry.
pub fn change_product(
    tx: &mut Tx,
    call: &Call,
    known: Option<ProductId>,
    old: OldAddress,
    change: impl FnOnce(&mut Tx) -> Result<ProductId, CatalogError>,
) -> Result<ProductId, CatalogError> {
    let before = match (known, old) {
        (Some(id), OldAddress::Redirect) => handle(tx, id)?,
        _ => None,
    };
    let id = change(tx)?;
    let Some(before) = before else {
        return Ok(id);
    };
    if let Some(now) = handle(tx, id)?.filter(|now| *now != before) {
        let (from, to) = (format!("/products/{before}"), format!("/products/{now}"));
        lead(tx, call, &from, &to)?;
    }
    Ok(id)
}

/// Runs a change of a collection; if its handle becomes another, its old address leads to the new
/// one, when that is wanted.
///
/// # Errors
/// Those of the change; `Store` is safe to retry.
pub fn change_collection(
    tx: &mut Tx,
    call: &Call,
    old: OldAddress,
    change: impl FnOnce(&mut Tx) -> Result<Option<Renamed>, CatalogError>,
) -> Result<(), CatalogError> {
    if let (Some(renamed), OldAddress::Redirect) = (change(tx)?, old) {
        let path = |handle: &str| format!("/collections/{handle}");
        lead(tx, call, &path(&renamed.from), &path(&renamed.to))?;
    }
    Ok(())
}

fn handle(tx: &mut Tx, id: ProductId) -> Result<Option<String>, CatalogError> {
    let found = catalog::products(tx, &[id])?.pop().flatten();
    Ok(found.map(|product| product.handle))
}
