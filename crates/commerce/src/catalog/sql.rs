//! The catalogue's queries behind changes.

mod gone;
mod prices;
mod stock;

pub(super) use gone::{delete_products, delete_variants};
pub(super) use prices::reprice_variants;
pub(super) use stock::{
    available_at, available_locked, count_products, insert_levels, locations, products_after,
};

use store::{Record, StoreError, Tx};
use units::{
    CollectionId, MediaImageId, ProductId, ProductOptionId, ProductOptionValueId, fold, sort_key,
};

use super::{MediaImage, Product, ProductOption, ProductOptionValue, ProductVariant};

/// A variant's columns, its stocked item's among them; `v` and `i` are the aliases.
pub(super) const VARIANT: &str = "v.id, v.product_id, v.position, v.title, v.option1, v.option2, \
     v.option3, v.sku, v.barcode, v.price_minor, v.compare_at_minor, v.taxable, v.tax_code, \
     v.inventory_policy, v.inventory_item_id, v.media_id, v.created_at, v.updated_at, i.tracked, \
     i.requires_shipping, i.weight_grams, i.weight_unit, i.cost_minor, i.country_code_of_origin, \
     i.province_code_of_origin, i.harmonized_system_code, v.unit_quantity_micros, \
     v.unit_quantity_unit, v.unit_reference_value, v.unit_reference_unit, v.show_unit_price, \
     i.country_codes, v.requires_components";

/// Where those columns come from.
pub(super) const VARIANT_FROM: &str = "FROM product_variants v \
     JOIN inventory_items i ON i.shop_id = v.shop_id AND i.id = v.inventory_item_id";

pub(super) fn products_locked(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<Product>, StoreError> {
    let text = format!(
        "SELECT {} FROM products WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Product::COLUMNS
    );
    tx.all_locked(&text, (ids,))
}

pub(super) fn options_of(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<ProductOption>, StoreError> {
    tx.all(
        "SELECT id, product_id, position, name, linked_namespace, linked_key
           FROM product_options
          WHERE shop_id = $shop AND product_id = ANY($1)
          ORDER BY product_id, position",
        (ids,),
    )
}

/// The options of those ids, whose product's they are.
pub(super) fn products_with_options(
    tx: &mut Tx,
    ids: &[ProductOptionId],
) -> Result<Vec<(ProductId, ProductOptionId)>, StoreError> {
    tx.all(
        "SELECT product_id, id FROM product_options WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )
}

pub(super) fn option_values_of(
    tx: &mut Tx,
    ids: &[ProductId],
) -> Result<Vec<ProductOptionValue>, StoreError> {
    tx.all(
        "SELECT id, product_id, option_id, position, name, linked_value
           FROM product_option_values
          WHERE shop_id = $shop AND product_id = ANY($1)
          ORDER BY product_id, option_id, position",
        (ids,),
    )
}

pub(super) fn variants_of(
    tx: &mut Tx,
    ids: &[ProductId],
) -> Result<Vec<ProductVariant>, StoreError> {
    let text = format!(
        "SELECT {VARIANT} {VARIANT_FROM}
          WHERE v.shop_id = $shop AND v.product_id = ANY($1)
          ORDER BY v.product_id, v.position, v.id"
    );
    tx.all(&text, (ids,))
}

pub(super) fn media_of(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<MediaImage>, StoreError> {
    let text = format!(
        "SELECT {} FROM media
          WHERE shop_id = $shop AND product_id = ANY($1)
          ORDER BY product_id, position, id",
        MediaImage::COLUMNS
    );
    tx.all(&text, (ids,))
}

pub(super) fn tags_of(
    tx: &mut Tx,
    ids: &[ProductId],
) -> Result<Vec<(ProductId, String)>, StoreError> {
    tx.all(
        "SELECT owner_id, tag
           FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Product' AND owner_id = ANY($1)
          ORDER BY owner_id, tag_key",
        (ids,),
    )
}

/// The products with those handles.
pub(super) fn products_by_handle(
    tx: &mut Tx,
    handles: &[&str],
) -> Result<Vec<(ProductId, String)>, StoreError> {
    tx.all(
        "SELECT id, handle FROM products WHERE shop_id = $shop AND handle = ANY($1)",
        (handles,),
    )
}

/// The handles that begin with `{handle}-`, and the handle itself when it is taken.
pub(super) fn handles_like(
    tx: &mut Tx,
    table: &str,
    handle: &str,
) -> Result<Vec<String>, StoreError> {
    const HANDLES_MAX: i64 = 10_000;
    // The character after the hyphen is the full stop, which no handle has.
    let text = format!(
        "SELECT handle FROM {table}
          WHERE shop_id = $shop AND (handle = $1 OR (handle >= $2 AND handle < $3))
          LIMIT $4"
    );
    let (from, to) = (format!("{handle}-"), format!("{handle}."));
    tx.all(&text, (handle, from, to, HANDLES_MAX))
}

pub(super) fn insert_products(tx: &mut Tx, products: &[&Product]) -> Result<(), StoreError> {
    let rows: Vec<_> = products
        .iter()
        .map(|p| {
            (
                p.id,
                &p.title,
                sort_key(&p.title),
                &p.handle,
                &p.description_html,
                &p.vendor,
                fold(&p.vendor),
                &p.product_type,
                fold(&p.product_type),
                &p.category,
                p.status,
                &p.template_suffix,
                p.gift_card,
                p.requires_selling_plan,
                &p.seo_title,
                &p.seo_description,
                p.price_min_minor,
                p.price_max_minor,
                p.compare_at_min_minor,
                p.compare_at_max_minor,
                p.variants_count,
                p.only_default_variant,
                p.published_at,
                p.created_at,
                p.updated_at,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO products (shop_id, id, title, title_key, handle, description_html, vendor,
             vendor_key, product_type, product_type_key, category, status, template_suffix,
             gift_card, requires_selling_plan, seo_title, seo_description, price_min_minor,
             price_max_minor, compare_at_min_minor, compare_at_max_minor, variants_count,
             only_default_variant, published_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn update_products(tx: &mut Tx, products: &[&Product]) -> Result<(), StoreError> {
    let rows: Vec<_> = products
        .iter()
        .map(|p| {
            (
                p.id,
                &p.title,
                sort_key(&p.title),
                &p.handle,
                &p.description_html,
                &p.vendor,
                fold(&p.vendor),
                &p.product_type,
                fold(&p.product_type),
                &p.category,
                p.status,
                &p.template_suffix,
                p.requires_selling_plan,
                &p.seo_title,
                &p.seo_description,
                p.price_min_minor,
                p.price_max_minor,
                p.compare_at_min_minor,
                p.compare_at_max_minor,
                p.variants_count,
                p.only_default_variant,
                p.published_at,
                p.updated_at,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "UPDATE products
            SET title = $2, title_key = $3, handle = $4, description_html = $5, vendor = $6,
                vendor_key = $7, product_type = $8, product_type_key = $9, category = $10,
                status = $11, template_suffix = $12, requires_selling_plan = $13,
                seo_title = $14, seo_description = $15, price_min_minor = $16,
                price_max_minor = $17, compare_at_min_minor = $18, compare_at_max_minor = $19,
                variants_count = $20, only_default_variant = $21, published_at = $22,
                updated_at = $23
          WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    Ok(())
}

pub(super) fn upsert_options(tx: &mut Tx, options: &[&ProductOption]) -> Result<(), StoreError> {
    let rows: Vec<_> = options
        .iter()
        .map(|o| {
            let linked = (&o.linked_namespace, &o.linked_key);
            (o.id, o.product_id, o.position, &o.name, linked.0, linked.1)
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO product_options (shop_id, id, product_id, position, name, linked_namespace,
             linked_key)
         VALUES ($shop, $1, $2, $3, $4, $5, $6)
         ON CONFLICT (shop_id, id) DO UPDATE
             SET position = excluded.position, name = excluded.name,
                 linked_namespace = excluded.linked_namespace, linked_key = excluded.linked_key",
        &rows,
    )?;
    Ok(())
}

pub(super) fn upsert_option_values(
    tx: &mut Tx,
    values: &[&ProductOptionValue],
) -> Result<(), StoreError> {
    let rows: Vec<_> = values
        .iter()
        .map(|v| {
            let linked = &v.linked_value;
            (v.id, v.product_id, v.option_id, v.position, &v.name, linked)
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO product_option_values (shop_id, id, product_id, option_id, position, name,
             linked_value)
         VALUES ($shop, $1, $2, $3, $4, $5, $6)
         ON CONFLICT (shop_id, id) DO UPDATE
             SET position = excluded.position, name = excluded.name,
                 linked_value = excluded.linked_value",
        &rows,
    )?;
    Ok(())
}

pub(super) fn upsert_variants(tx: &mut Tx, variants: &[&ProductVariant]) -> Result<(), StoreError> {
    let rows: Vec<_> = variants
        .iter()
        .map(|v| {
            (
                v.id,
                v.product_id,
                v.position,
                &v.title,
                &v.option1,
                &v.option2,
                &v.option3,
                &v.sku,
                &v.barcode,
                v.price_minor,
                v.compare_at_minor,
                v.taxable,
                &v.tax_code,
                v.inventory_policy,
                v.inventory_item_id,
                v.media_id,
                v.created_at,
                v.updated_at,
                v.unit_quantity_micros,
                v.unit_quantity_unit,
                v.unit_reference_value,
                v.unit_reference_unit,
                v.show_unit_price,
                v.requires_components,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO product_variants (shop_id, id, product_id, position, title, option1, option2,
             option3, sku, barcode, price_minor, compare_at_minor, taxable, tax_code,
             inventory_policy, inventory_item_id, media_id, created_at, updated_at,
             unit_quantity_micros, unit_quantity_unit, unit_reference_value, unit_reference_unit,
             show_unit_price, requires_components)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24)
         ON CONFLICT (shop_id, id) DO UPDATE
             SET position = excluded.position, title = excluded.title,
                 option1 = excluded.option1, option2 = excluded.option2,
                 option3 = excluded.option3, sku = excluded.sku, barcode = excluded.barcode,
                 price_minor = excluded.price_minor, compare_at_minor = excluded.compare_at_minor,
                 taxable = excluded.taxable, tax_code = excluded.tax_code,
                 inventory_policy = excluded.inventory_policy, media_id = excluded.media_id,
                 updated_at = excluded.updated_at,
                 unit_quantity_micros = excluded.unit_quantity_micros,
                 unit_quantity_unit = excluded.unit_quantity_unit,
                 unit_reference_value = excluded.unit_reference_value,
                 unit_reference_unit = excluded.unit_reference_unit,
                 show_unit_price = excluded.show_unit_price,
                 requires_components = excluded.requires_components",
        &rows,
    )?;
    Ok(())
}

pub(super) fn upsert_items(tx: &mut Tx, variants: &[&ProductVariant]) -> Result<(), StoreError> {
    let rows: Vec<_> = variants
        .iter()
        .map(|v| {
            (
                v.inventory_item_id,
                v.id,
                &v.sku,
                v.tracked,
                v.requires_shipping,
                v.weight_grams,
                v.weight_unit,
                v.cost_minor,
                &v.country_code_of_origin,
                &v.province_code_of_origin,
                &v.harmonized_system_code,
                v.created_at,
                v.updated_at,
                &v.country_codes,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO inventory_items (shop_id, id, variant_id, sku, tracked, requires_shipping,
             weight_grams, weight_unit, cost_minor, country_code_of_origin,
             province_code_of_origin, harmonized_system_code, created_at, updated_at, country_codes)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (shop_id, id) DO UPDATE
             SET sku = excluded.sku, tracked = excluded.tracked,
                 requires_shipping = excluded.requires_shipping,
                 weight_grams = excluded.weight_grams, weight_unit = excluded.weight_unit,
                 cost_minor = excluded.cost_minor,
                 country_code_of_origin = excluded.country_code_of_origin,
                 province_code_of_origin = excluded.province_code_of_origin,
                 harmonized_system_code = excluded.harmonized_system_code,
                 country_codes = excluded.country_codes, updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

pub(super) fn upsert_media(tx: &mut Tx, media: &[&MediaImage]) -> Result<(), StoreError> {
    let rows: Vec<_> = media
        .iter()
        .map(|m| {
            (
                m.id,
                m.product_id,
                m.position,
                m.content_type,
                m.status,
                &m.url,
                &m.alt,
                m.width,
                m.height,
                m.created_at,
                m.updated_at,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO media (shop_id, id, product_id, position, content_type, status, url, alt,
             width, height, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (shop_id, product_id, id) DO UPDATE
             SET position = excluded.position, url = excluded.url, alt = excluded.alt,
                 width = excluded.width, height = excluded.height,
                 updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

pub(super) fn insert_tags(tx: &mut Tx, tags: &[(ProductId, &str)]) -> Result<(), StoreError> {
    let rows: Vec<_> = tags
        .iter()
        .map(|(id, tag)| (*id, fold(tag), *tag))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO tags (shop_id, owner_kind, owner_id, tag_key, tag)
         VALUES ($shop, 'Product', $1, $2, $3)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn delete_tags(tx: &mut Tx, tags: &[(ProductId, String)]) -> Result<(), StoreError> {
    if tags.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "DELETE FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Product' AND owner_id = $1 AND tag_key = $2",
        tags,
    )?;
    Ok(())
}

pub(super) fn upsert_terms(
    tx: &mut Tx,
    terms: &[(ProductId, String, i64)],
) -> Result<(), StoreError> {
    if terms.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO search_terms (shop_id, owner_kind, owner_id, term, weight)
         VALUES ($shop, 'Product', $1, $2, $3)
         ON CONFLICT (shop_id, owner_kind, term, owner_id) DO UPDATE
             SET weight = excluded.weight",
        terms,
    )?;
    Ok(())
}

pub(super) fn delete_terms(tx: &mut Tx, terms: &[(ProductId, String)]) -> Result<(), StoreError> {
    if terms.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "DELETE FROM search_terms
          WHERE shop_id = $shop AND owner_kind = 'Product' AND owner_id = $1 AND term = $2",
        terms,
    )?;
    Ok(())
}

pub(super) fn delete_options(tx: &mut Tx, ids: &[ProductOptionId]) -> Result<(), StoreError> {
    delete(
        tx,
        "DELETE FROM product_options WHERE shop_id = $shop AND id = ANY($1)",
        ids,
    )
}

pub(super) fn delete_option_values(
    tx: &mut Tx,
    ids: &[ProductOptionValueId],
) -> Result<(), StoreError> {
    delete(
        tx,
        "DELETE FROM product_option_values WHERE shop_id = $shop AND id = ANY($1)",
        ids,
    )
}

pub(super) fn delete_media(
    tx: &mut Tx,
    rows: &[(ProductId, MediaImageId)],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "DELETE FROM media WHERE shop_id = $shop AND product_id = $1 AND id = $2",
        rows,
    )?;
    Ok(())
}

/// What the files behind some media show, after it was said anew.
pub(super) fn retell_files(tx: &mut Tx, media: &[&MediaImage]) -> Result<(), StoreError> {
    let rows: Vec<_> = media.iter().map(|m| (m.id, &m.alt)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "UPDATE files SET alt = $2 WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    Ok(())
}

/// The products that show some files.
pub(super) fn products_showing(
    tx: &mut Tx,
    ids: &[MediaImageId],
) -> Result<Vec<ProductId>, StoreError> {
    tx.all(
        "SELECT DISTINCT product_id FROM media
          WHERE shop_id = $shop AND id = ANY($1)
          ORDER BY product_id",
        (ids,),
    )
}

/// Those of some files that a product shows.
pub(super) fn shown(tx: &mut Tx, ids: &[MediaImageId]) -> Result<Vec<MediaImageId>, StoreError> {
    tx.all(
        "SELECT DISTINCT id FROM media WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        (ids,),
    )
}

fn delete<T: store::ToParam>(tx: &mut Tx, text: &str, ids: &[T]) -> Result<(), StoreError> {
    if !ids.is_empty() {
        tx.execute(text, (ids,))?;
    }
    Ok(())
}

/// The collections that a product was put into by hand.
pub(super) fn collections_of_product(
    tx: &mut Tx,
    id: ProductId,
) -> Result<Vec<CollectionId>, StoreError> {
    tx.all(
        "SELECT cp.collection_id
           FROM collection_products cp
           JOIN collections c ON c.shop_id = cp.shop_id AND c.id = cp.collection_id
          WHERE cp.shop_id = $shop AND cp.product_id = $1 AND c.rules_match IS NULL
          ORDER BY cp.collection_id",
        (id,),
    )
}
