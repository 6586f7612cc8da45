//! Reading the catalogue: one row, many by id, and what hangs on many at once.

use std::collections::BTreeMap;

use store::{Filter, Param, Record, StoreError, Tx, record};
use units::{CollectionId, InventoryItemId, MediaImageId, ProductId, ProductVariantId, Timestamp};

use super::search::AVAILABLE;
use super::sql::{VARIANT, VARIANT_FROM};
use super::{Collection, MediaImage, Product, ProductOption, ProductOptionValue, ProductVariant};

record! {
    /// A variant and what is in stock of it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct StockedVariant {
        /// The variant.
        pub variant: ProductVariant,
        /// What is available at all locations together.
        pub available: i64,
        /// What is available where online orders are sent from.
        pub sellable: i64,
    }
}

record! {
    /// A value of an option, and whether a variant has it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct UsedValue {
        /// The value.
        pub value: ProductOptionValue,
        /// Whether a variant has it.
        pub has_variants: bool,
    }
}

/// An option with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionWithValues {
    /// The option.
    pub option: ProductOption,
    /// Its values, in order.
    pub values: Vec<UsedValue>,
}

impl StockedVariant {
    /// Whether it can be bought online.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.variant.is_available(self.sellable)
    }
}

/// What is available of a variant (`v`): its own stock, or as many bundles as its components make.
macro_rules! in_stock {
    ($sites:literal, $open:literal, $limited:literal, $unlimited:literal) => {
        concat!(
            "CASE WHEN v.requires_components = 1 THEN COALESCE((\
             SELECT MIN(COALESCE((SELECT CAST(SUM(l.available) AS BIGINT) FROM inventory_levels l ",
            $sites,
            " WHERE l.shop_id = vc.shop_id AND l.inventory_item_id = ci.id",
            $open,
            "), 0) / vc.quantity) FROM variant_components vc \
             JOIN inventory_items ci ON ci.shop_id = vc.shop_id \
             AND ci.variant_id = vc.component_variant_id AND ci.tracked = 1 ",
            $limited,
            " WHERE vc.shop_id = v.shop_id AND vc.parent_variant_id = v.id), ",
            $unlimited,
            ") \
             ELSE (SELECT CAST(COALESCE(SUM(l.available), 0) AS BIGINT) FROM inventory_levels l ",
            $sites,
            " WHERE l.shop_id = v.shop_id AND l.inventory_item_id = v.inventory_item_id",
            $open,
            ") END"
        )
    };
}

/// What is available at all locations, and where online orders are sent from.
pub(super) const STOCK: &str = concat!(
    in_stock!("", "", "", "0"),
    ", ",
    in_stock!(
        "JOIN locations k ON k.shop_id = l.shop_id AND k.id = l.location_id",
        " AND k.is_active = 1 AND k.fulfills_online_orders = 1",
        "JOIN product_variants cv ON cv.shop_id = vc.shop_id \
         AND cv.id = vc.component_variant_id AND cv.inventory_policy = 'DENY'",
        "(SELECT COUNT(*) * 1000000 FROM variant_components vn \
          WHERE vn.shop_id = v.shop_id AND vn.parent_variant_id = v.id)"
    )
);

/// Columns with an alias in front: `p.id, p.title`.
pub(super) fn aliased<T: Record>(alias: &str) -> String {
    let columns: Vec<String> = T::COLUMNS
        .split(", ")
        .map(|column| format!("{alias}.{column}"))
        .collect();
    columns.join(", ")
}

/// What buyers see at a moment: active and published. Lists leave out the unlisted.
#[must_use]
pub fn listed(now: Timestamp) -> Filter {
    Filter::of(
        "p.status = 'ACTIVE' AND p.published_at <= $1",
        vec![Param::Int(now.micros())],
    )
}

/// Which collections buyers see at a moment.
#[must_use]
pub fn listed_collections(now: Timestamp) -> Filter {
    Filter::of("c.published_at <= $1", vec![Param::Int(now.micros())])
}

fn in_order<K: Ord + Copy, T: Clone>(
    ids: &[K],
    found: Vec<T>,
    key: impl Fn(&T) -> K,
) -> Vec<Option<T>> {
    let by_id: BTreeMap<K, T> = found.into_iter().map(|row| (key(&row), row)).collect();
    ids.iter().map(|id| by_id.get(id).cloned()).collect()
}

/// The products with those ids, in that order.
///
/// # Errors
/// `Store` faults only.
pub fn products(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<Option<Product>>, StoreError> {
    let text = format!(
        "SELECT {} FROM products WHERE shop_id = $shop AND id = ANY($1)",
        Product::COLUMNS
    );
    Ok(in_order(
        ids,
        tx.all(&text, (ids,))?,
        |product: &Product| product.id,
    ))
}

/// The product with that handle.
///
/// # Errors
/// `Store` faults only.
pub fn product_by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Product>, StoreError> {
    let text = format!(
        "SELECT {} FROM products WHERE shop_id = $shop AND handle = $1",
        Product::COLUMNS
    );
    tx.optional(&text, (handle,))
}

/// The variants with those ids, in that order.
///
/// # Errors
/// `Store` faults only.
pub fn variants(
    tx: &mut Tx,
    ids: &[ProductVariantId],
) -> Result<Vec<Option<StockedVariant>>, StoreError> {
    let text = format!(
        "SELECT {VARIANT}, {STOCK} {VARIANT_FROM} WHERE v.shop_id = $shop AND v.id = ANY($1)"
    );
    let found = tx.all(&text, (ids,))?;
    Ok(in_order(ids, found, |found: &StockedVariant| {
        found.variant.id
    }))
}

/// The variants of those stocked items, in that order.
///
/// # Errors
/// `Store` faults only.
pub fn variants_of_items(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<Option<StockedVariant>>, StoreError> {
    let text = format!(
        "SELECT {VARIANT}, {STOCK} {VARIANT_FROM}
          WHERE v.shop_id = $shop AND v.inventory_item_id = ANY($1)"
    );
    let found = tx.all(&text, (items,))?;
    Ok(in_order(items, found, |found: &StockedVariant| {
        found.variant.inventory_item_id
    }))
}

/// The pictures with those ids, in that order; what cannot be seen yet is none.
///
/// # Errors
/// `Store` faults only.
pub fn media(tx: &mut Tx, ids: &[MediaImageId]) -> Result<Vec<Option<MediaImage>>, StoreError> {
    let text = format!(
        "SELECT {} FROM media
          WHERE shop_id = $shop AND id = ANY($1) AND content_type = 'IMAGE' AND url <> ''",
        MediaImage::COLUMNS
    );
    Ok(in_order(
        ids,
        tx.all(&text, (ids,))?,
        |media: &MediaImage| media.id,
    ))
}

/// The first picture of each product.
///
/// # Errors
/// `Store` faults only.
pub fn first_media(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<Option<MediaImage>>, StoreError> {
    let text = format!(
        "SELECT {} FROM media
          WHERE shop_id = $shop AND product_id = $1 AND content_type = 'IMAGE' AND url <> ''
          ORDER BY product_id, position, id LIMIT 1",
        MediaImage::COLUMNS
    );
    let found = tx.each(&text, products, ())?;
    Ok(found
        .into_iter()
        .map(|media| media.into_iter().next())
        .collect())
}

/// The first medium of each product, of whatever kind.
///
/// # Errors
/// `Store` faults only.
pub fn first_of_all_media(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<Option<MediaImageId>>, StoreError> {
    let found: Vec<Vec<MediaImageId>> = tx.each(
        "SELECT id FROM media
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY product_id, position, id LIMIT 1",
        products,
        (),
    )?;
    Ok(found
        .into_iter()
        .map(|media| media.into_iter().next())
        .collect())
}

/// How many media each product has.
///
/// # Errors
/// `Store` faults only.
pub fn media_counts(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<i64>, StoreError> {
    let found: Vec<Vec<i64>> = tx.each(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM media WHERE shop_id = $shop AND product_id = $1",
        products,
        (),
    )?;
    Ok(found
        .into_iter()
        .map(|found| found.first().copied().unwrap_or(0))
        .collect())
}

/// Those of the collections that have the product.
///
/// # Errors
/// `Store` faults only.
pub fn collections_with(
    tx: &mut Tx,
    collections: &[CollectionId],
    product: ProductId,
) -> Result<Vec<CollectionId>, StoreError> {
    tx.all(
        "SELECT collection_id FROM collection_products
          WHERE shop_id = $shop AND collection_id = ANY($1) AND product_id = $2",
        (collections, product),
    )
}

/// Those of the products that a collection has.
///
/// # Errors
/// `Store` faults only.
pub fn products_in(
    tx: &mut Tx,
    collection: CollectionId,
    products: &[ProductId],
) -> Result<Vec<ProductId>, StoreError> {
    tx.all(
        "SELECT product_id FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1 AND product_id = ANY($2)",
        (collection, products),
    )
}

/// The options of each product with their values.
///
/// # Errors
/// `Store` faults only.
pub fn options(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<Vec<OptionWithValues>>, StoreError> {
    // One statement for both: an option has a value at least.
    let rows: Vec<Vec<(ProductOption, UsedValue)>> = tx.each(
        "SELECT o.id, o.product_id, o.position, o.name, o.linked_namespace, o.linked_key, w.id,
                w.product_id, w.option_id, w.position, w.name, w.linked_value,
                CASE WHEN EXISTS (SELECT 1 FROM product_variants v
                                   WHERE v.shop_id = $shop AND v.product_id = o.product_id
                                     AND w.name = CASE o.position WHEN 1 THEN v.option1
                                                      WHEN 2 THEN v.option2
                                                      ELSE v.option3 END)
                     THEN 1 ELSE 0 END
           FROM product_options o
           JOIN product_option_values w ON w.shop_id = o.shop_id AND w.option_id = o.id
          WHERE o.shop_id = $shop AND o.product_id = $1
          ORDER BY o.position, w.position",
        products,
        (),
    )?;
    Ok(rows
        .into_iter()
        .map(|rows| {
            let mut options: Vec<OptionWithValues> = Vec::new();
            for (option, value) in rows {
                match options.last_mut() {
                    Some(last) if last.option.id == option.id => last.values.push(value),
                    _ => options.push(OptionWithValues {
                        option,
                        values: vec![value],
                    }),
                }
            }
            options
        })
        .collect())
}

/// The names of each product's options, in order.
///
/// # Errors
/// `Store` faults only.
pub fn option_names(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<Vec<String>>, StoreError> {
    tx.each(
        "SELECT name FROM product_options
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY position",
        products,
        (),
    )
}

/// Whether each product has a variant that can be bought.
///
/// # Errors
/// `Store` faults only.
pub fn available(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<bool>, StoreError> {
    let text = format!(
        "SELECT p.id FROM products p WHERE p.shop_id = $shop AND p.id = $1 AND {AVAILABLE}"
    );
    let found: Vec<Vec<ProductId>> = tx.each(&text, products, ())?;
    Ok(found.iter().map(|found| !found.is_empty()).collect())
}

/// How many variants of each product are counted and out of stock.
///
/// # Errors
/// `Store` faults only.
pub fn out_of_stock_variants(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<i64>, StoreError> {
    let found: Vec<Vec<i64>> = tx.each(
        "SELECT CAST(COUNT(*) AS BIGINT)
           FROM product_variants v
           JOIN inventory_items i ON i.shop_id = v.shop_id AND i.id = v.inventory_item_id
          WHERE v.shop_id = $shop AND v.product_id = $1 AND i.tracked = 1
            AND NOT EXISTS (SELECT 1 FROM inventory_levels l
                             WHERE l.shop_id = $shop AND l.inventory_item_id = i.id
                               AND l.available > 0)",
        products,
        (),
    )?;
    Ok(found
        .into_iter()
        .map(|found| found.first().copied().unwrap_or(0))
        .collect())
}

/// How many variants of each product are counted.
///
/// # Errors
/// `Store` faults only.
pub fn tracked_variants(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<i64>, StoreError> {
    let found: Vec<Vec<i64>> = tx.each(
        "SELECT CAST(COUNT(*) AS BIGINT)
           FROM product_variants v
           JOIN inventory_items i ON i.shop_id = v.shop_id AND i.id = v.inventory_item_id
          WHERE v.shop_id = $shop AND v.product_id = $1 AND i.tracked = 1",
        products,
        (),
    )?;
    Ok(found
        .into_iter()
        .map(|found| found.first().copied().unwrap_or(0))
        .collect())
}

/// The collections with those ids, in that order.
///
/// # Errors
/// `Store` faults only.
pub fn collections(
    tx: &mut Tx,
    ids: &[CollectionId],
) -> Result<Vec<Option<Collection>>, StoreError> {
    let text = format!(
        "SELECT {} FROM collections WHERE shop_id = $shop AND id = ANY($1)",
        Collection::COLUMNS
    );
    Ok(in_order(
        ids,
        tx.all(&text, (ids,))?,
        |collection: &Collection| collection.id,
    ))
}

/// The collection with that handle.
///
/// # Errors
/// `Store` faults only.
pub fn collection_by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Collection>, StoreError> {
    let text = format!(
        "SELECT {} FROM collections WHERE shop_id = $shop AND handle = $1",
        Collection::COLUMNS
    );
    tx.optional(&text, (handle,))
}
