//! Redirects from the addresses that products, collections and metaobjects had.

use store::{StoreError, Tx};
use units::{MetaobjectId, ProductId};

use super::redirects::lead;
use crate::call::Call;
use crate::catalog::{self, CatalogError, Renamed};
use crate::metaobjects::{self, MetaobjectError};

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

/// Runs a change of a metaobject; if its handle becomes another and entries of its type have pages,
/// its old address leads to the new one, when that is wanted.
///
/// # Errors
/// Those of the change; `Store` is safe to retry.
pub fn change_metaobject(
    tx: &mut Tx,
    call: &Call,
    id: MetaobjectId,
    old: OldAddress,
    change: impl FnOnce(&mut Tx) -> Result<MetaobjectId, MetaobjectError>,
) -> Result<MetaobjectId, MetaobjectError> {
    let before = match old {
        OldAddress::Redirect => page_of(tx, id)?,
        OldAddress::Forget => None,
    };
    change(tx)?;
    if let Some(from) = before
        && let Some(to) = page_of(tx, id)?.filter(|to| *to != from)
    {
        lead(tx, call, &from, &to)?;
    }
    Ok(id)
}

/// The path of a metaobject's page, where entries of its type have pages.
fn page_of(tx: &mut Tx, id: MetaobjectId) -> Result<Option<String>, StoreError> {
    let Some(entry) = metaobjects::load(tx, &[id])?.pop() else {
        return Ok(None);
    };
    let definition = metaobjects::definitions(tx, &[entry.definition_id])?.pop();
    let definition = definition.filter(|own| own.online_store);
    let folder = definition.and_then(|own| own.url_handle);
    Ok(folder.map(|folder| format!("/pages/{folder}/{}", entry.handle)))
}

fn handle(tx: &mut Tx, id: ProductId) -> Result<Option<String>, CatalogError> {
    let found = catalog::products(tx, &[id])?.pop().flatten();
    Ok(found.map(|product| product.handle))
}
