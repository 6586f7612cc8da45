//! Which other products go with a product.
//!
//! Those that the merchant chose come first, from the metafields that the ecosystem's tools for search keep them in.
//! Other candidates are gathered from a few bounded lists, each read by its index: what was bought
//! together with it, what stands in its collections, what shares its tags, its type, its vendor.
//! Each gives points; who has most comes first, the older one before the newer.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{CollectionId, ProductId, Timestamp};

use super::{Product, ProductStatus, loads};
use crate::metafields::{self, Owner};
use crate::revisions;

/// Products that are recommended, at most.
pub const RECOMMENDED_MAX: usize = 10;
/// The best candidates that are looked at: some may not be for sale.
const CANDIDATES_MAX: usize = 60;
/// Candidates that one list gives, at most.
const PER_LIST: i64 = 50;
/// Collections and tags whose products are looked at, at most.
const LISTS_MAX: i64 = 8;

const POINTS_TOGETHER: i64 = 12;
const TOGETHER_COUNTED_MAX: i64 = 5;
const POINTS_COLLECTION: i64 = 6;
const POINTS_TAG: i64 = 4;
const POINTS_TYPE: i64 = 5;
const POINTS_VENDOR: i64 = 2;

/// What is wanted beside a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intent {
    /// Something like it.
    #[default]
    Related,
    /// Something that is bought together with it.
    Complementary,
}

/// Where the merchant's own choices are kept: two lists of products, and whether they are all that is shown.
const CHOSEN: &str = "shopify--discovery--product_recommendation";
const DISPLAY: &str = "related_products_display";
const ONLY_CHOSEN: &str = "only manual";

impl Intent {
    /// The key of the list that the merchant chose.
    const fn key(self) -> &'static str {
        match self {
            Self::Related => "related_products",
            Self::Complementary => "complementary_products",
        }
    }
}

/// The products that go with a product, of those that lists show at `now` and that can be bought: what the merchant
/// chose, then the best, at most [`RECOMMENDED_MAX`]. Gifts, and cards for them, are not recommended.
///
/// # Errors
/// `Store` faults only.
pub fn recommendations(
    tx: &mut Tx,
    product: &Product,
    intent: Intent,
    now: Timestamp,
) -> Result<Vec<Product>, StoreError> {
    let (mut ids, more) = chosen(tx, product.id, intent)?;
    if more {
        let found = candidates(tx, product, intent)?;
        ids.extend(found);
    }
    let mut seen = BTreeSet::from([product.id]);
    ids.retain(|id| seen.insert(*id));
    ids.truncate(CANDIDATES_MAX);
    let found = loads::products(tx, &ids)?;
    let listed = |it: &Product| {
        let sold = it.price_max_minor > 0 && !it.gift_card;
        sold && it.status == ProductStatus::Active && it.is_visible(now)
    };
    let found: Vec<Product> = found.into_iter().flatten().filter(listed).collect();
    let ids: Vec<ProductId> = found.iter().map(|it| it.id).collect();
    let available = loads::available(tx, &ids)?;
    Ok(found
        .into_iter()
        .zip(available)
        .filter_map(|(it, available)| available.then_some(it))
        .take(RECOMMENDED_MAX)
        .collect())
}

/// What the merchant chose, and whether others may follow.
fn chosen(
    tx: &mut Tx,
    product: ProductId,
    intent: Intent,
) -> Result<(Vec<ProductId>, bool), StoreError> {
    let keys = [intent.key(), DISPLAY];
    let found = metafields::by_keys(tx, Owner::Product, &[product.0], &keys)?;
    let (mut ids, mut more) = (Vec::new(), true);
    for one in found.iter().filter(|one| one.namespace == CHOSEN) {
        if one.key == DISPLAY {
            more &= intent != Intent::Related || one.value != ONLY_CHOSEN;
        } else {
            let referred = metafields::references(&one.kind, &one.value);
            let products = referred.iter().filter(|gid| gid.kind == "Product");
            ids = products.map(|gid| ProductId(gid.number)).collect();
        }
    }
    Ok((ids, more))
}

/// The products with most points, the best first.
fn candidates(
    tx: &mut Tx,
    product: &Product,
    intent: Intent,
) -> Result<Vec<ProductId>, StoreError> {
    let mut points = Points::default();
    for (id, orders) in bought_together(tx, product.id)? {
        points.add(id, POINTS_TOGETHER * orders.min(TOGETHER_COUNTED_MAX));
    }
    if intent == Intent::Related {
        for id in collected_beside(tx, product.id)? {
            points.add(id, POINTS_COLLECTION);
        }
        for id in tagged_alike(tx, product.id)? {
            points.add(id, POINTS_TAG);
        }
        for id in alike(tx, "product_type_key", &product.product_type)? {
            points.add(id, POINTS_TYPE);
        }
        for id in alike(tx, "vendor_key", &product.vendor)? {
            points.add(id, POINTS_VENDOR);
        }
    }
    Ok(points.best(product.id))
}

#[derive(Default)]
struct Points(BTreeMap<ProductId, i64>);

impl Points {
    fn add(&mut self, id: ProductId, points: i64) {
        *self.0.entry(id).or_insert(0) += points;
    }

    fn best(self, but: ProductId) -> Vec<ProductId> {
        let mut ranked: Vec<(ProductId, i64)> =
            self.0.into_iter().filter(|(id, _)| *id != but).collect();
        ranked.sort_by_key(|(id, points)| (-points, *id));
        ranked.truncate(CANDIDATES_MAX);
        ranked.into_iter().map(|(id, _)| id).collect()
    }
}

fn bought_together(tx: &mut Tx, id: ProductId) -> Result<Vec<(ProductId, i64)>, StoreError> {
    tx.all(
        "SELECT other_id, orders
           FROM product_pairs
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY orders DESC, other_id DESC
          LIMIT $2",
        (id, PER_LIST),
    )
}

fn collected_beside(tx: &mut Tx, id: ProductId) -> Result<Vec<ProductId>, StoreError> {
    let collections: Vec<CollectionId> = tx.all(
        "SELECT collection_id
           FROM collection_products
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY collection_id
          LIMIT $2",
        (id, LISTS_MAX),
    )?;
    let found: Vec<Vec<ProductId>> = tx.each(
        "SELECT product_id
           FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1
          ORDER BY position, product_id
          LIMIT 50",
        &collections,
        (),
    )?;
    Ok(found.concat())
}

fn tagged_alike(tx: &mut Tx, id: ProductId) -> Result<Vec<ProductId>, StoreError> {
    let tags: Vec<String> = tx.all(
        "SELECT tag_key
           FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Product' AND owner_id = $1
          ORDER BY tag_key
          LIMIT $2",
        (id, LISTS_MAX),
    )?;
    let found: Vec<Vec<ProductId>> = tx.each(
        "SELECT owner_id
           FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Product' AND tag_key = $1
          ORDER BY owner_id DESC
          LIMIT 50",
        &tags,
        (),
    )?;
    Ok(found.concat())
}

/// The newest products with the same text in a column; none for an empty one.
fn alike(tx: &mut Tx, column: &str, text: &str) -> Result<Vec<ProductId>, StoreError> {
    let key = units::fold(text.trim());
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT id FROM products
          WHERE shop_id = $shop AND {column} = $1
          ORDER BY id DESC
          LIMIT $2"
    );
    tx.all(&text, (key, PER_LIST))
}

/// Notes how much was sold of products, and in how many orders two stood together (each pair
/// once): called with what is new, from time to time.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn note_sales(
    tx: &mut Tx,
    units: &BTreeMap<ProductId, i64>,
    pairs: &BTreeMap<(ProductId, ProductId), i64>,
) -> Result<(), StoreError> {
    let sold: Vec<(ProductId, i64)> = units.iter().map(|(id, count)| (*id, *count)).collect();
    if !sold.is_empty() {
        // The key falls with every unit, so that what sold most stands first.
        tx.update_many(
            "UPDATE products SET sales_key = sales_key - $2 WHERE shop_id = $shop AND id = $1",
            &sold,
        )?;
        let sold: Vec<ProductId> = units.keys().copied().collect();
        revisions::note_products(tx, &sold)?;
    }
    let rows: Vec<(ProductId, ProductId, i64)> = pairs
        .iter()
        .flat_map(|((one, other), orders)| [(*one, *other, *orders), (*other, *one, *orders)])
        .collect();
    if !rows.is_empty() {
        tx.insert_many(
            "INSERT INTO product_pairs (shop_id, product_id, other_id, orders)
             VALUES ($shop, $1, $2, $3)
             ON CONFLICT (shop_id, product_id, other_id)
             DO UPDATE SET orders = product_pairs.orders + excluded.orders",
            &rows,
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_points_come_first_and_the_older_before_the_newer() {
        let mut points = Points::default();
        for (id, given) in [(1, 9), (2, 5), (3, 5), (4, 6), (2, 1)] {
            points.add(ProductId(id), given);
        }
        let best = points.best(ProductId(1));
        assert_eq!(best, [ProductId(2), ProductId(4), ProductId(3)]);
    }
}
