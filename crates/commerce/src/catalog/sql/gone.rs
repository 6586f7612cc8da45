//! Taking products and variants away, with what hangs on them.

use store::{StoreError, Tx};
use units::{InventoryItemId, ProductId, ProductVariantId};

use super::delete;
use crate::revisions;

/// The ledger keeps what happened to the items; the items and their levels go.
pub(in crate::catalog) fn delete_variants(
    tx: &mut Tx,
    ids: &[ProductVariantId],
    items: &[InventoryItemId],
) -> Result<(), StoreError> {
    const OF_VARIANTS: [&str; 5] = [
        "DELETE FROM product_variants WHERE shop_id = $shop AND id = ANY($1)",
        "DELETE FROM selling_plan_group_variants WHERE shop_id = $shop AND variant_id = ANY($1)",
        "DELETE FROM price_list_prices WHERE shop_id = $shop AND variant_id = ANY($1)",
        "DELETE FROM variant_components WHERE shop_id = $shop AND parent_variant_id = ANY($1)",
        // What lacks a part is not sold for less, and not at its price: its recipe goes whole.
        "DELETE FROM variant_components
          WHERE shop_id = $shop
            AND parent_variant_id IN (SELECT parent_variant_id FROM variant_components
                                       WHERE shop_id = $shop AND component_variant_id = ANY($1))",
    ];
    const OF_ITEMS: [&str; 2] = [
        "DELETE FROM inventory_levels WHERE shop_id = $shop AND inventory_item_id = ANY($1)",
        "DELETE FROM inventory_items WHERE shop_id = $shop AND id = ANY($1)",
    ];
    // A bundle that loses a component is sold no more.
    let bundles: Vec<ProductId> = tx.all(
        "SELECT DISTINCT pv.product_id
           FROM variant_components vc
           JOIN product_variants pv ON pv.shop_id = vc.shop_id AND pv.id = vc.parent_variant_id
          WHERE vc.shop_id = $shop AND vc.component_variant_id = ANY($1)",
        (ids,),
    )?;
    revisions::note_products(tx, &bundles)?;
    for text in OF_VARIANTS {
        delete(tx, text, ids)?;
    }
    for text in OF_ITEMS {
        delete(tx, text, items)?;
    }
    Ok(())
}

/// Everything of a product that is not its variants'.
pub(in crate::catalog) fn delete_products(
    tx: &mut Tx,
    ids: &[ProductId],
) -> Result<(), StoreError> {
    const OF_PRODUCTS: [&str; 9] = [
        "DELETE FROM collection_products WHERE shop_id = $shop AND product_id = ANY($1)",
        "DELETE FROM selling_plan_group_products WHERE shop_id = $shop AND product_id = ANY($1)",
        "DELETE FROM catalog_publication_products WHERE shop_id = $shop AND product_id = ANY($1)",
        "DELETE FROM resource_feedback
          WHERE shop_id = $shop AND subject_kind = 'Product' AND subject_id = ANY($1)",
        "DELETE FROM bundles WHERE shop_id = $shop AND product_id = ANY($1)",
        "DELETE FROM combined_listings WHERE shop_id = $shop AND product_id = ANY($1)",
        "DELETE FROM combined_listing_products WHERE shop_id = $shop AND parent_id = ANY($1)",
        "DELETE FROM combined_listing_products WHERE shop_id = $shop AND child_id = ANY($1)",
        "DELETE FROM products WHERE shop_id = $shop AND id = ANY($1)",
    ];
    for text in OF_PRODUCTS {
        delete(tx, text, ids)?;
    }
    Ok(())
}
