//! Reading products into columns.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use store::{StoreError, Tx, record};
use units::{CollectionId, InventoryItemId, ProductId, ProductOptionId, Timestamp};

use super::block::{Head, Item, Member, NO_VALUE, UsedValue, Variant};
use super::names::Names;
use crate::catalog::ProductStatus;
use crate::catalog::search::VARIANT_AVAILABLE;
use crate::catalog::sql;

record! {
    struct ProductRow {
        id: ProductId,
        title_key: String,
        vendor: String,
        product_type: String,
        status: ProductStatus,
        published_at: Option<Timestamp>,
        created_at: Timestamp,
        price_min_minor: i64,
        price_max_minor: i64,
        sales_key: i64,
        only_default_variant: bool,
    }
}

type VariantRow = (
    ProductId,
    i64,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
);

/// Those of the products that there are, by id.
pub(super) fn items(
    tx: &mut Tx,
    ids: &[ProductId],
    names: &mut Names,
) -> Result<Vec<Item>, StoreError> {
    let text = format!(
        "SELECT {} FROM products WHERE shop_id = $shop AND id = ANY($1)",
        <ProductRow as store::Record>::COLUMNS
    );
    let rows: Vec<ProductRow> = tx.all(&text, (ids,))?;
    let mut items: BTreeMap<ProductId, Item> = rows
        .into_iter()
        .map(|row| (row.id, item(row, names)))
        .collect();
    for (product, tag) in tag_keys(tx, ids)? {
        if let Some(item) = items.get_mut(&product) {
            item.tags.push(names.tags.put(&tag));
        }
    }
    let members: Vec<(ProductId, CollectionId, i64)> = tx.all(
        "SELECT product_id, collection_id, position FROM collection_products
          WHERE shop_id = $shop AND product_id = ANY($1)
          ORDER BY product_id, collection_id",
        (ids,),
    )?;
    for (product, collection, position) in members {
        if let Some(item) = items.get_mut(&product) {
            let collection = names.put_collection(collection);
            item.members.push(Member {
                collection,
                position,
            });
        }
    }
    add_variants(tx, ids, names, &mut items)?;
    Ok(items.into_values().collect())
}

fn item(row: ProductRow, names: &mut Names) -> Item {
    Item {
        head: Head {
            id: row.id.get(),
            published_at: row.published_at.map_or(i64::MAX, Timestamp::micros),
            created_at: row.created_at.micros(),
            price_min_minor: row.price_min_minor,
            price_max_minor: row.price_max_minor,
            sales_key: row.sales_key,
            vendor: names.vendors.put(&row.vendor),
            product_type: names.types.put(&row.product_type),
            active: row.status == ProductStatus::Active,
            only_default_variant: row.only_default_variant,
            available: false,
        },
        title_key: row.title_key,
        tags: Vec::new(),
        members: Vec::new(),
        values: Vec::new(),
        variants: Vec::new(),
    }
}

/// Variants, and which values of options they have.
fn add_variants(
    tx: &mut Tx,
    ids: &[ProductId],
    names: &mut Names,
    items: &mut BTreeMap<ProductId, Item>,
) -> Result<(), StoreError> {
    let mut options: HashMap<ProductId, [Option<(ProductOptionId, String)>; 3]> = HashMap::new();
    for option in sql::options_of(tx, ids)? {
        let place = usize::try_from(option.position - 1).unwrap_or(usize::MAX);
        let own = options.entry(option.product_id).or_default();
        if let Some(own) = own.get_mut(place) {
            *own = Some((option.id, option.name));
        }
    }
    let mut positions: HashMap<(ProductOptionId, String), i64> = HashMap::new();
    for value in sql::option_values_of(tx, ids)? {
        positions.insert((value.option_id, value.name), value.position);
    }
    let text = format!(
        "SELECT fv.product_id, fv.id, fv.price_minor, fv.option1, fv.option2, fv.option3,
                CAST(CASE WHEN {VARIANT_AVAILABLE} THEN 1 ELSE 0 END AS BIGINT)
           FROM product_variants fv
          WHERE fv.shop_id = $shop AND fv.product_id = ANY($1)"
    );
    let rows: Vec<VariantRow> = tx.all(&text, (ids,))?;
    for (product, id, price_minor, one, two, three, available) in rows {
        let Some(item) = items.get_mut(&product) else {
            continue;
        };
        let mut values = [NO_VALUE; 3];
        let own = options.get(&product);
        for (place, value) in [one, two, three].into_iter().enumerate() {
            let option = own.and_then(|own| own[place].as_ref());
            let (Some((option, name)), Some(value)) = (option, value) else {
                continue;
            };
            let number = names.put_value(name, &value);
            values[place] = number;
            if let Some(position) = positions.get(&(*option, value)) {
                item.values.push(UsedValue {
                    option_position: small(place as i64 + 1),
                    position: small(*position),
                    value: number,
                });
            }
        }
        item.head.available |= available;
        item.variants.push(Variant {
            id,
            price_minor,
            values,
            available,
        });
    }
    for item in items.values_mut() {
        item.values.sort_unstable();
        item.values.dedup();
    }
    Ok(())
}

fn small(position: i64) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn tag_keys(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<(ProductId, String)>, StoreError> {
    tx.all(
        "SELECT owner_id, tag_key FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Product' AND owner_id = ANY($1)
          ORDER BY owner_id, tag_key",
        (ids,),
    )
}

/// The bundles that have components of products: whether they can be bought follows from those.
pub(super) fn bundles_with(
    tx: &mut Tx,
    products: &BTreeSet<ProductId>,
) -> Result<Vec<ProductId>, StoreError> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let products: Vec<ProductId> = products.iter().copied().collect();
    tx.all(
        "SELECT DISTINCT pv.product_id
           FROM product_variants cv
           JOIN variant_components vc
             ON vc.shop_id = cv.shop_id AND vc.component_variant_id = cv.id
           JOIN product_variants pv ON pv.shop_id = vc.shop_id AND pv.id = vc.parent_variant_id
          WHERE cv.shop_id = $shop AND cv.product_id = ANY($1)",
        (products,),
    )
}

/// The products of items.
pub(super) fn products_of_items(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<ProductId>, StoreError> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        "SELECT DISTINCT product_id FROM product_variants
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)",
        (items,),
    )
}
