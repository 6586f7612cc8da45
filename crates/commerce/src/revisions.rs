//! What of the catalogue changed, by the shop's commits: whoever keeps it in memory reads that anew, and no more.

use store::{StoreError, Tx, text_enum};
use units::{CollectionId, InventoryItemId, ProductId};

text_enum! {
    /// A part of the catalogue.
    pub(crate) enum Part {
        /// All of it.
        All = "ALL",
        /// A collection: it is gone.
        Collection = "COLLECTION",
        /// An item: whether it can be bought.
        Item = "ITEM",
        /// A product, with its variants, tags and collections.
        Product = "PRODUCT",
    }
}

/// Parts that are read at once.
const PARTS_PER_READ: i64 = 5_000;

/// Notes that products changed.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn note_products(tx: &mut Tx, products: &[ProductId]) -> Result<(), StoreError> {
    note(tx, Part::Product, products.iter().map(|id| id.get()))
}

/// Notes that items can be bought, or cannot, other than before.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn note_items(tx: &mut Tx, items: &[InventoryItemId]) -> Result<(), StoreError> {
    note(tx, Part::Item, items.iter().map(|id| id.get()))
}

/// Notes that a collection is gone.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn note_collection_gone(tx: &mut Tx, id: CollectionId) -> Result<(), StoreError> {
    note(tx, Part::Collection, std::iter::once(id.get()))
}

/// Notes that anything may have changed.
///
/// # Errors
/// `Store` faults only.
pub fn note_all(tx: &mut Tx) -> Result<(), StoreError> {
    note(tx, Part::All, std::iter::once(0))
}

fn note(tx: &mut Tx, part: Part, ids: impl Iterator<Item = i64>) -> Result<(), StoreError> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let number = tx.coming_commit()?;
    let rows: Vec<_> = ids.into_iter().map(|id| (part, id, number)).collect();
    tx.insert_many(
        "INSERT INTO catalog_revisions (shop_id, part, id, number)
         VALUES ($shop, $1, $2, $3)
         ON CONFLICT (shop_id, part, id) DO UPDATE SET number = excluded.number",
        &rows,
    )?;
    Ok(())
}

/// What changed with the commits after `number`.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn since(tx: &mut Tx, number: i64) -> Result<Vec<(Part, i64)>, StoreError> {
    let mut found: Vec<(Part, i64)> = Vec::new();
    let mut last = (number, String::from("~"), i64::MAX);
    loop {
        let rows: Vec<(i64, Part, i64)> = tx.all(
            "SELECT number, part, id FROM catalog_revisions
              WHERE shop_id = $shop AND (number, part, id) > ($1, $2, $3)
              ORDER BY number, part, id
              LIMIT $4",
            (last.0, last.1.as_str(), last.2, PARTS_PER_READ),
        )?;
        let more = i64::try_from(rows.len()) == Ok(PARTS_PER_READ);
        if let Some((number, part, id)) = rows.last() {
            last = (*number, part.as_str().to_owned(), *id);
        }
        found.extend(rows.into_iter().map(|(_, part, id)| (part, id)));
        if !more {
            return Ok(found);
        }
    }
}
