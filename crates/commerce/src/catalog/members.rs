//! Which products stand in which collections, and in which order.
//!
//! Places are far apart, so that a product that is moved between two others leaves them where they
//! are; a collection's count goes up and down with its rows, and is never counted anew.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{CollectionId, ProductId, Timestamp, sort_key};

use super::collections::{self, CollectionInput, CollectionSort};
use super::errors::{CatalogError, Why};
use super::input::ProductInput;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::revisions;

/// Products that one call adds, removes or moves, at most.
const PRODUCTS_PER_CALL_MAX: usize = 250;
/// Products of a collection that can be put in order by hand.
const ORDERED_MAX: i64 = 50_000;
/// How far apart two neighbours' places are at first.
const APART: i64 = 1 << 16;

/// Products that come to a collection, and that go.
#[derive(Debug, Default)]
pub(super) struct Moves {
    pub(super) join: Vec<ProductId>,
    pub(super) leave: Vec<ProductId>,
}

/// Where a product is moved to in its collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The product.
    pub product: ProductId,
    /// Its new place, from 0; beyond the end is the end.
    pub position: usize,
}

/// Adds products at the end of a collection; those that it has stay where they are.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_products(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), CatalogError> {
    by_hand(tx, id, Why::SmartJoin)?;
    check_products(tx, products)?;
    put(tx, call, id, products)?;
    Ok(())
}

/// Takes products out of a collection; those that it does not have are no error.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove_products(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), CatalogError> {
    by_hand(tx, id, Why::SmartLeave)?;
    if products.len() > PRODUCTS_PER_CALL_MAX {
        let why = Why::OutOfRange("The number of products");
        return Err(CatalogError::at(["productIds"], why));
    }
    let left = leave(tx, id, products)?;
    adjust(tx, call, &[(id, -count(left))])?;
    Ok(tell(tx, call, &[id])?)
}

/// Moves products of a collection that the merchant orders by hand, one after the other.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn reorder_products(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    moves: &[Placement],
) -> Result<(), CatalogError> {
    let collection = collections::locked(tx, id)?;
    if collection.sort_order != CollectionSort::Manual {
        return Err(CatalogError::at(["id"], Why::NotOrderedByHand));
    }
    if moves.is_empty() || moves.len() > PRODUCTS_PER_CALL_MAX {
        return Err(CatalogError::at(
            ["moves"],
            Why::OutOfRange("The number of moves"),
        ));
    }
    let before: Vec<(ProductId, i64)> = tx.all(
        "SELECT product_id, position FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1
          ORDER BY position, product_id
          LIMIT $2",
        (id, ORDERED_MAX),
    )?;
    let known: BTreeSet<ProductId> = before.iter().map(|(product, _)| *product).collect();
    if let Some(place) = moves.iter().position(|one| !known.contains(&one.product)) {
        let at = ["moves".to_owned(), place.to_string(), "id".to_owned()];
        return Err(CatalogError::at(at, Why::NotCollected));
    }
    let rows: Vec<(CollectionId, ProductId, i64)> = ordered(&before, moves)
        .into_iter()
        .map(|(product, position)| (id, product, position))
        .collect();
    tx.update_many(
        "UPDATE collection_products SET position = $3
          WHERE shop_id = $shop AND collection_id = $1 AND product_id = $2",
        &rows,
    )?;
    let moved: Vec<ProductId> = rows.iter().map(|(_, product, _)| *product).collect();
    revisions::note_products(tx, &moved)?;
    adjust(tx, call, &[(id, 0)])?;
    Ok(tell(tx, call, &[id])?)
}

/// The new places of products that get one: those that are moved, or all when two neighbours are
/// too close to put another between them.
fn ordered(before: &[(ProductId, i64)], moves: &[Placement]) -> Vec<(ProductId, i64)> {
    let mut order: Vec<(ProductId, i64)> = before.to_vec();
    for one in moves {
        let from = order
            .iter()
            .position(|(product, _)| *product == one.product);
        let Some(from) = from else { continue };
        let (product, _) = order.remove(from);
        let to = one.position.min(order.len());
        let low = to.checked_sub(1).map(|left| order[left].1);
        let place = match (low, order.get(to).map(|right| right.1)) {
            (None, None) => 0,
            (Some(low), None) => low + APART,
            (None, Some(high)) => high - APART,
            // Without room between them, it stands with its left neighbour for now.
            (Some(low), Some(high)) => low + (high - low) / 2,
        };
        order.insert(to, (product, place));
    }
    let is_rising = order.windows(2).all(|pair| pair[0].1 < pair[1].1);
    if !is_rising {
        for (row, place) in order.iter_mut().zip(1_i64..) {
            row.1 = place * APART;
        }
    }
    let old: BTreeMap<ProductId, i64> = before.iter().copied().collect();
    order.retain(|(product, place)| old.get(product) != Some(place));
    order
}

/// Which collections a product joins and leaves with a change.
pub(super) struct Membership {
    product: ProductId,
    join: Vec<CollectionId>,
    leave: Vec<CollectionId>,
}

impl Membership {
    pub(super) fn plan(
        tx: &mut Tx,
        product: ProductId,
        input: &ProductInput,
    ) -> Result<Self, CatalogError> {
        let mut join: Vec<CollectionId> = input.collections_to_join.clone();
        let mut leave: Vec<CollectionId> = input.collections_to_leave.clone();
        let (mut at, mut leave_at) = ("collectionsToJoin", "collectionsToLeave");
        if let Some(all) = &input.collections {
            (at, leave_at) = ("collections", "collections");
            let held = sql::collections_of_product(tx, product)?;
            leave.extend(held.iter().filter(|id| !all.contains(id)));
            join.extend(all.iter().filter(|id| !held.contains(id)));
        }
        join.sort_unstable();
        join.dedup();
        leave.sort_unstable();
        leave.dedup();
        let is_smart = collections_by_hand(tx, &join)?;
        if is_smart.len() != join.len() {
            return Err(CatalogError::at([at], Why::CollectionMissing));
        }
        if is_smart.values().any(|smart| *smart) {
            return Err(CatalogError::at([at], Why::SmartJoin));
        }
        if collections_by_hand(tx, &leave)?
            .values()
            .any(|smart| *smart)
        {
            return Err(CatalogError::at([leave_at], Why::SmartLeave));
        }
        Ok(Self {
            product,
            join,
            leave,
        })
    }
}

/// Of those collections that there are, which fill themselves.
fn collections_by_hand(
    tx: &mut Tx,
    ids: &[CollectionId],
) -> Result<BTreeMap<CollectionId, bool>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<(CollectionId, bool)> = tx.all(
        "SELECT id, CAST(CASE WHEN rules_match IS NULL THEN 0 ELSE 1 END AS BIGINT)
           FROM collections
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(found.into_iter().collect())
}

pub(super) fn write(tx: &mut Tx, call: &Call, membership: &Membership) -> Result<(), StoreError> {
    let mut moves: BTreeMap<CollectionId, Moves> = BTreeMap::new();
    for collection in &membership.join {
        moves.entry(*collection).or_default().join = vec![membership.product];
    }
    for collection in &membership.leave {
        moves.entry(*collection).or_default().leave = vec![membership.product];
    }
    carry_out(tx, call, &moves)
}

/// Takes a product that goes out of all of its collections.
pub(super) fn leave_all(tx: &mut Tx, call: &Call, product: ProductId) -> Result<(), StoreError> {
    let held: Vec<CollectionId> = tx.all(
        "SELECT collection_id FROM collection_products
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY collection_id",
        (product,),
    )?;
    let moves = held.into_iter().map(|collection| {
        let moves = Moves {
            join: Vec::new(),
            leave: vec![product],
        };
        (collection, moves)
    });
    carry_out(tx, call, &moves.collect())
}

/// Puts products into collections by hand, each `(title, product)`: for imports. A collection
/// that fills itself is left to its rules.
pub(super) fn join_by_title(
    tx: &mut Tx,
    call: &Call,
    wanted: &[(String, ProductId)],
) -> Result<(), CatalogError> {
    let titles: BTreeSet<&str> = wanted.iter().map(|(title, _)| title.as_str()).collect();
    for title in titles {
        let known: Option<(CollectionId, bool)> = tx.optional(
            "SELECT id, CAST(CASE WHEN rules_match IS NULL THEN 0 ELSE 1 END AS BIGINT)
               FROM collections
              WHERE shop_id = $shop AND title_key = $1
              ORDER BY id
              LIMIT 1",
            (sort_key(title),),
        )?;
        let products: Vec<ProductId> = wanted
            .iter()
            .filter(|(wanted, _)| wanted == title)
            .map(|(_, product)| *product)
            .collect();
        match known {
            Some((_, true)) => {}
            Some((id, false)) => {
                let joined = join(tx, call, id, &products)?;
                adjust(tx, call, &[(id, count(joined))])?;
            }
            None => {
                let input = CollectionInput {
                    title: Some(title.to_owned()),
                    sort_order: Some(CollectionSort::Manual),
                    products,
                    published_at: Some(call.now),
                    ..CollectionInput::default()
                };
                collections::create_collection(tx, call, &input)?;
            }
        }
    }
    Ok(())
}

/// Moves products in and out of collections, with their counts and what is told of it.
pub(super) fn carry_out(
    tx: &mut Tx,
    call: &Call,
    moves: &BTreeMap<CollectionId, Moves>,
) -> Result<(), StoreError> {
    let mut changed = Vec::new();
    for (id, moves) in moves {
        let joined = join(tx, call, *id, &moves.join)?;
        let left = leave(tx, *id, &moves.leave)?;
        if joined > 0 || left > 0 {
            changed.push((*id, count(joined) - count(left)));
        }
    }
    adjust(tx, call, &changed)?;
    let ids: Vec<CollectionId> = changed.iter().map(|(id, _)| *id).collect();
    tell(tx, call, &ids)
}

/// Puts products at the end of a collection whose row is locked, and tells of it.
pub(super) fn put(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), StoreError> {
    let joined = join(tx, call, id, products)?;
    adjust(tx, call, &[(id, count(joined))])?;
    tell(tx, call, &[id])
}

/// The refusal to change the products of a collection that fills itself.
fn by_hand(tx: &mut Tx, id: CollectionId, why: Why) -> Result<(), CatalogError> {
    match collections::locked(tx, id)?.rules_match {
        None => Ok(()),
        Some(_) => Err(CatalogError::at(["id"], why)),
    }
}

/// The refusal of products that are not there, or of too many.
pub(super) fn check_products(tx: &mut Tx, products: &[ProductId]) -> Result<(), CatalogError> {
    if products.len() > PRODUCTS_PER_CALL_MAX {
        let why = Why::OutOfRange("The number of products");
        return Err(CatalogError::at(["products"], why));
    }
    let unique: BTreeSet<ProductId> = products.iter().copied().collect();
    if unique.is_empty() {
        return Ok(());
    }
    let unique: Vec<ProductId> = unique.into_iter().collect();
    let found: i64 = tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM products WHERE shop_id = $shop AND id = ANY($1)",
        (&unique,),
    )?;
    if usize::try_from(found) == Ok(unique.len()) {
        return Ok(());
    }
    Err(CatalogError::at(["products"], Why::ProductMissing))
}

/// Puts products at the end of a collection; gives how many were not in it.
pub(super) fn join(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<u64, StoreError> {
    if products.is_empty() {
        return Ok(0);
    }
    let last: i64 = tx.one(
        "SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT)
           FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1",
        (id,),
    )?;
    let mut seen = BTreeSet::new();
    let rows: Vec<Row> = products
        .iter()
        .filter(|product| seen.insert(**product))
        .zip(1_i64..)
        .map(|(product, place)| (id, *product, last + place * APART, call.now))
        .collect();
    insert(tx, &rows)
}

/// A product's place in a collection, since when it has it.
type Row = (CollectionId, ProductId, i64, Timestamp);

/// Puts products at given places of a collection, and tells of it.
pub(super) fn place(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    rows: &[Row],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let joined = insert(tx, rows)?;
    adjust(tx, call, &[(id, count(joined))])?;
    tell(tx, call, &[id])
}

fn insert(tx: &mut Tx, rows: &[Row]) -> Result<u64, StoreError> {
    let products: Vec<ProductId> = rows.iter().map(|(_, product, ..)| *product).collect();
    revisions::note_products(tx, &products)?;
    tx.insert_many(
        "INSERT INTO collection_products (shop_id, collection_id, product_id, position, created_at)
         VALUES ($shop, $1, $2, $3, $4)
         ON CONFLICT (shop_id, collection_id, product_id) DO NOTHING",
        rows,
    )
}

/// Takes products out of a collection; gives how many were in it.
fn leave(tx: &mut Tx, id: CollectionId, products: &[ProductId]) -> Result<u64, StoreError> {
    if products.is_empty() {
        return Ok(0);
    }
    revisions::note_products(tx, products)?;
    tx.execute(
        "DELETE FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1 AND product_id = ANY($2)",
        (id, products),
    )
}

/// Dates collections, and corrects how many products they have.
pub(super) fn adjust(
    tx: &mut Tx,
    call: &Call,
    changed: &[(CollectionId, i64)],
) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = changed
        .iter()
        .map(|(id, by)| (*id, *by, call.now))
        .collect();
    tx.update_many(
        "UPDATE collections SET products_count = products_count + $2, updated_at = $3
          WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    Ok(())
}

pub(super) fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

pub(super) fn tell(tx: &mut Tx, call: &Call, ids: &[CollectionId]) -> Result<(), StoreError> {
    let events: Vec<_> = ids
        .iter()
        .map(|id| {
            let topics = &[Topic::CollectionsUpdate];
            (call, NewEvent::of(topics, Subject::Collection, *id))
        })
        .collect();
    events::record_many(tx, &events)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(places: &[i64], moves: &[(i64, usize)]) -> (Vec<i64>, usize) {
        let before: Vec<_> = places
            .iter()
            .zip(1..)
            .map(|(place, id)| (ProductId(id), *place))
            .collect();
        let moves: Vec<_> = moves
            .iter()
            .map(|(id, position)| Placement {
                product: ProductId(*id),
                position: *position,
            })
            .collect();
        let written = ordered(&before, &moves);
        let mut all: BTreeMap<ProductId, i64> = before.into_iter().collect();
        all.extend(written.iter().copied());
        let mut order: Vec<_> = all.into_iter().collect();
        order.sort_by_key(|(id, place)| (*place, *id));
        let order = order.into_iter().map(|(id, _)| id.get()).collect();
        (order, written.len())
    }

    #[test]
    fn a_moved_product_leaves_the_others_where_they_are() {
        let places = [APART, 2 * APART, 3 * APART];
        assert_eq!(after(&places, &[(3, 0)]), (vec![3, 1, 2], 1));
        assert_eq!(after(&places, &[(1, 1)]), (vec![2, 1, 3], 1));
        assert_eq!(after(&places, &[(1, 99), (2, 1)]), (vec![3, 2, 1], 2));
        assert_eq!(after(&places, &[(2, 1)]).0, [1, 2, 3]);
    }

    #[test]
    fn without_room_all_get_new_places() {
        assert_eq!(after(&[1, 2, 3], &[(3, 1)]), (vec![1, 3, 2], 3));
    }
}
