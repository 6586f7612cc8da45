//! Asking the shop's rules about products that changed.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{CollectionId, InventoryItemId, ProductId, ProductVariantId};

use super::facts::{Facts, Needs};
use super::sql::{self, Rules};
use crate::call::Call;
use crate::catalog::members::{self, Moves};
use crate::catalog::save::Change;
use crate::metafields::{self, Identifier, Metafield, MetafieldsError, Owned, Owner};
use crate::queue;

/// Whether rules may judge a product otherwise after a change.
pub(in crate::catalog) fn changed(change: &Change) -> Option<ProductId> {
    let after = change.after.as_ref()?;
    let alike = change
        .before
        .as_ref()
        .is_some_and(|before| Facts::of(before) == Facts::of(after));
    (!alike || !change.stock.is_empty()).then_some(after.product.id)
}

/// Puts products into the collections that want them now, and takes them out of the others. Every
/// rule of the shop is read once, however many products there are.
pub(in crate::catalog) fn sort_in(
    tx: &mut Tx,
    call: &Call,
    products: &[ProductId],
) -> Result<(), StoreError> {
    if products.is_empty() {
        return Ok(());
    }
    let rules = Rules::all(tx)?;
    if rules.sets.is_empty() {
        return Ok(());
    }
    let needs = Needs::of(rules.sets.values());
    let products = Facts::load(tx, products, needs, &rules.definitions)?;
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let held: BTreeSet<_> = sql::held(tx, &ids)?.into_iter().collect();
    let mut moves: BTreeMap<CollectionId, Moves> = BTreeMap::new();
    for (collection, set) in &rules.sets {
        for product in &products {
            let is_in = held.contains(&(*collection, product.id));
            match (set.admits(product), is_in) {
                (true, false) => moves.entry(*collection).or_default().join.push(product.id),
                (false, true) => moves.entry(*collection).or_default().leave.push(product.id),
                _ => {}
            }
        }
    }
    members::carry_out(tx, call, &moves)
}

/// Does what [`metafields::set`] does, and sorts the products in anew.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn set_metafields(
    tx: &mut Tx,
    call: &Call,
    inputs: &[Owned],
) -> Result<Vec<Metafield>, MetafieldsError> {
    let set = metafields::set(tx, call, inputs)?;
    let owners = inputs.iter().map(|input| (input.owner, input.owner_id));
    let products = products_of(tx, owners)?;
    sort_in(tx, call, &products)?;
    Ok(set)
}

/// Does what [`metafields::delete`] does, and sorts the products in anew.
///
/// # Errors
/// `Store` faults only.
pub fn delete_metafields(
    tx: &mut Tx,
    call: &Call,
    identifiers: &[Identifier],
) -> Result<Vec<bool>, StoreError> {
    let gone = metafields::delete(tx, call, identifiers)?;
    let owners = identifiers.iter().map(|one| (one.owner, one.owner_id));
    let products = products_of(tx, owners)?;
    sort_in(tx, call, &products)?;
    Ok(gone)
}

/// The products whose metafields, or whose variants', are meant.
fn products_of(
    tx: &mut Tx,
    owners: impl Iterator<Item = (Owner, i64)>,
) -> Result<Vec<ProductId>, StoreError> {
    let mut products = BTreeSet::new();
    let mut variants = BTreeSet::new();
    for (owner, id) in owners {
        match owner {
            Owner::Product => {
                products.insert(ProductId(id));
            }
            Owner::ProductVariant => {
                variants.insert(ProductVariantId(id));
            }
            _ => {}
        }
    }
    if !variants.is_empty() {
        let variants: Vec<ProductVariantId> = variants.into_iter().collect();
        let of: Vec<ProductId> = tx.all(
            "SELECT DISTINCT product_id FROM product_variants
              WHERE shop_id = $shop AND id = ANY($1)",
            (&variants,),
        )?;
        products.extend(of);
    }
    Ok(products.into_iter().collect())
}

/// Sorts in the product of an item whose stock moved, and takes the job off that asked for it.
///
/// # Errors
/// `Store` faults only.
pub fn sort_in_stocked(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    item: InventoryItemId,
) -> Result<(), StoreError> {
    let product: Option<ProductId> = tx.optional(
        "SELECT product_id FROM product_variants WHERE shop_id = $shop AND inventory_item_id = $1",
        (item,),
    )?;
    sort_in(tx, call, product.as_slice())?;
    queue::finish(tx, job)
}
