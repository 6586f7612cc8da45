//! Reading bundles: what they are made of, and what is part of which.

use store::page::{Listing, page_each};
use store::{Filter, Page, PageError, StoreError, Tx, Window, record};
use units::{ProductId, ProductVariantId};

use super::Bundle;
use crate::attributes::from_json;
use crate::catalog::Product;
use crate::catalog::loads::aliased;
use crate::catalog::search::ProductSort;

/// Components of one variant that are shown, at most: no bundle has more.
const COMPONENTS_MAX: i64 = 150;

/// Bundles that one variant is shown to be part of, at most.
const GROUPS_MAX: i64 = 250;

record! {
    /// A variant that is part of another one.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct Component {
        /// The relation's own number.
        pub id: i64,
        /// The variant that it is part of.
        pub parent: ProductVariantId,
        /// The variant.
        pub variant: ProductVariantId,
        /// How many of it.
        pub quantity: i64,
    }
}

/// What each variant is made of.
///
/// # Errors
/// `Store` faults only.
pub fn components_of(
    tx: &mut Tx,
    variants: &[ProductVariantId],
) -> Result<Vec<Vec<Component>>, StoreError> {
    tx.each(
        "SELECT id, parent_variant_id, component_variant_id, quantity FROM variant_components
          WHERE shop_id = $shop AND parent_variant_id = $1
          ORDER BY component_variant_id LIMIT $2",
        variants,
        (COMPONENTS_MAX,),
    )
}

/// The variants that each variant is part of.
///
/// # Errors
/// `Store` faults only.
pub fn grouped_by(
    tx: &mut Tx,
    variants: &[ProductVariantId],
) -> Result<Vec<Vec<ProductVariantId>>, StoreError> {
    tx.each(
        "SELECT parent_variant_id FROM variant_components
          WHERE shop_id = $shop AND component_variant_id = $1
          ORDER BY parent_variant_id LIMIT $2",
        variants,
        (GROUPS_MAX,),
    )
}

/// How each product is put together, if it is a bundle as a whole.
///
/// # Errors
/// `Store` faults only.
pub fn bundles(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<Option<Bundle>>, StoreError> {
    let rows: Vec<(ProductId, String, String)> = tx.all(
        "SELECT product_id, parts, consolidated FROM bundles
          WHERE shop_id = $shop AND product_id = ANY($1)",
        (products,),
    )?;
    let of = |id: &ProductId| {
        let (_, parts, consolidated) = rows.iter().find(|(product, ..)| product == id)?;
        Some(Bundle {
            parts: from_json(parts),
            consolidated: from_json(consolidated),
        })
    };
    Ok(products.iter().map(of).collect())
}

/// The variants that the variants of each product are made of, each with its own product.
///
/// # Errors
/// `Store` faults only.
pub fn bundled_variants(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<Vec<(ProductVariantId, ProductId)>>, StoreError> {
    tx.each(
        "SELECT DISTINCT cv.id, cv.product_id FROM product_variants pv
           JOIN variant_components vc
             ON vc.shop_id = pv.shop_id AND vc.parent_variant_id = pv.id
           JOIN product_variants cv
             ON cv.shop_id = vc.shop_id AND cv.id = vc.component_variant_id
          WHERE pv.shop_id = $shop AND pv.product_id = $1
          ORDER BY cv.id LIMIT $2",
        products,
        (COMPONENTS_MAX,),
    )
}

/// Which of the products have a variant that is sold by way of its components alone.
///
/// # Errors
/// `Store` faults only.
pub fn bundled_in(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<bool>, StoreError> {
    let found: Vec<Vec<ProductVariantId>> = tx.each(
        "SELECT id FROM product_variants
          WHERE shop_id = $shop AND product_id = $1 AND requires_components = 1 LIMIT 1",
        products,
        (),
    )?;
    Ok(found.iter().map(|found| !found.is_empty()).collect())
}

/// A page of the products that each variant is part of.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn parents_of_variants(
    tx: &mut Tx,
    variants: &[ProductVariantId],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<Product>>, PageError> {
    parents(tx, variants, "cv.id = $1", filter, window)
}

/// A page of the products that variants of each product are part of.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn parents_of_products(
    tx: &mut Tx,
    products: &[ProductId],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<Product>>, PageError> {
    parents(tx, products, "cv.product_id = $1", filter, window)
}

fn parents<K: store::ToParam>(
    tx: &mut Tx,
    keys: &[K],
    whose: &str,
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<Product>>, PageError> {
    let select = format!(
        "SELECT {} FROM products p WHERE p.shop_id = $shop AND p.id IN (
             SELECT pv.product_id FROM product_variants cv
               JOIN variant_components vc ON vc.shop_id = cv.shop_id
                AND vc.component_variant_id = cv.id
               JOIN product_variants pv ON pv.shop_id = vc.shop_id
                AND pv.id = vc.parent_variant_id
              WHERE cv.shop_id = $shop AND {whose})",
        aliased::<Product>("p")
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: ProductSort::Id.columns(),
    };
    page_each(tx, keys, &listing, window)
}
