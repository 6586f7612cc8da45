//! A product with its options, variants and pictures.

use serde_json::{Value, json};
use store::{StoreError, Tx, record};
use units::{
    InventoryItemId, MediaImageId, ProductId, ProductOptionId, ProductVariantId, Timestamp,
};

use super::{amount, filled, moment, whole};
use crate::shops::Shop;

record! {
    struct Product {
        id: ProductId,
        title: String,
        handle: String,
        description_html: String,
        vendor: String,
        product_type: String,
        status: String,
        template_suffix: Option<String>,
        published_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

record! {
    struct Variant {
        id: ProductVariantId,
        position: i64,
        title: String,
        option1: Option<String>,
        option2: Option<String>,
        option3: Option<String>,
        sku: String,
        barcode: String,
        price_minor: i64,
        compare_at_minor: Option<i64>,
        taxable: bool,
        inventory_policy: String,
        inventory_item_id: InventoryItemId,
        media_id: Option<MediaImageId>,
        inventory_quantity: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

record! {
    struct Image {
        id: MediaImageId,
        position: i64,
        url: String,
        alt: String,
        width: Option<i64>,
        height: Option<i64>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found: Option<Product> = tx.optional(
        "SELECT id, title, handle, description_html, vendor, product_type, status,
                template_suffix, published_at, created_at, updated_at
           FROM products
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    let Some(product) = found else {
        return Ok(None);
    };
    let variants = variants(tx, product.id)?;
    let options = options(tx, product.id)?;
    let tags: Vec<String> = tx.all(
        "SELECT tag FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Product' AND owner_id = $1
          ORDER BY tag_key",
        (product.id,),
    )?;
    let images: Vec<Value> = images(tx, product.id)?
        .iter()
        .map(|image| image_json(shop, product.id, image, &variants))
        .collect();
    Ok(Some(json!({
        "admin_graphql_api_id": product.id.to_string(),
        "body_html": product.description_html,
        "created_at": moment(shop, product.created_at),
        "handle": product.handle,
        "id": product.id.get(),
        "product_type": product.product_type,
        "published_at": product.published_at.map(|at| moment(shop, at)),
        "template_suffix": product.template_suffix,
        "title": product.title,
        "updated_at": moment(shop, product.updated_at),
        "vendor": product.vendor,
        "status": product.status.to_lowercase(),
        "published_scope": "web",
        "tags": tags.join(", "),
        "variants": variants.iter().map(|v| variant_json(shop, product.id, v)).collect::<Value>(),
        "options": options,
        "image": images.first(),
        "images": images,
        "variant_gids": variants
            .iter()
            .map(|variant| {
                json!({
                    "admin_graphql_api_id": variant.id.to_string(),
                    "updated_at": variant.updated_at.to_string(),
                })
            })
            .collect::<Value>(),
    })))
}

/// A variant alone.
pub(super) fn variant(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let product: Option<ProductId> = tx.optional(
        "SELECT product_id FROM product_variants WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    let Some(product) = product else {
        return Ok(None);
    };
    let found = variants(tx, product)?;
    let own = found.iter().find(|variant| variant.id.get() == id);
    Ok(own.map(|own| variant_json(shop, product, own)))
}

fn variants(tx: &mut Tx, product: ProductId) -> Result<Vec<Variant>, StoreError> {
    tx.all(
        "SELECT v.id, v.position, v.title, v.option1, v.option2, v.option3, v.sku, v.barcode,
                v.price_minor, v.compare_at_minor, v.taxable, v.inventory_policy,
                v.inventory_item_id, v.media_id,
                COALESCE((SELECT CAST(SUM(l.available) AS BIGINT)
                            FROM inventory_levels l
                           WHERE l.shop_id = $shop
                             AND l.inventory_item_id = v.inventory_item_id), 0),
                v.created_at, v.updated_at
           FROM product_variants v
          WHERE v.shop_id = $shop AND v.product_id = $1
          ORDER BY v.position, v.id
          LIMIT 2048",
        (product,),
    )
}

fn images(tx: &mut Tx, product: ProductId) -> Result<Vec<Image>, StoreError> {
    tx.all(
        "SELECT id, position, url, alt, width, height, created_at, updated_at
           FROM media
          WHERE shop_id = $shop AND product_id = $1 AND content_type = 'IMAGE' AND url <> ''
          ORDER BY position, id
          LIMIT 250",
        (product,),
    )
}

fn options(tx: &mut Tx, product: ProductId) -> Result<Value, StoreError> {
    let options: Vec<(ProductOptionId, i64, String)> = tx.all(
        "SELECT id, position, name FROM product_options
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY position, id",
        (product,),
    )?;
    let values: Vec<(ProductOptionId, String)> = tx.all(
        "SELECT option_id, name FROM product_option_values
          WHERE shop_id = $shop AND product_id = $1
          ORDER BY option_id, position, id
          LIMIT 6144",
        (product,),
    )?;
    let rendered = options.into_iter().map(|(id, position, name)| {
        let own = values.iter().filter(|(option, _)| *option == id);
        json!({
            "id": id.get(),
            "product_id": product.get(),
            "name": name,
            "position": position,
            "values": own.map(|(_, value)| value.as_str()).collect::<Value>(),
        })
    });
    Ok(rendered.collect())
}

fn variant_json(shop: &Shop, product: ProductId, variant: &Variant) -> Value {
    json!({
        "admin_graphql_api_id": variant.id.to_string(),
        "barcode": filled(&variant.barcode),
        "compare_at_price": variant.compare_at_minor.map(|minor| amount(shop, minor)),
        "created_at": moment(shop, variant.created_at),
        "id": variant.id.get(),
        "image_id": variant.media_id.map(MediaImageId::get),
        "inventory_item_id": variant.inventory_item_id.get(),
        "inventory_policy": variant.inventory_policy.to_lowercase(),
        "inventory_quantity": variant.inventory_quantity,
        "old_inventory_quantity": variant.inventory_quantity,
        "option1": variant.option1,
        "option2": variant.option2,
        "option3": variant.option3,
        "position": variant.position,
        "price": amount(shop, variant.price_minor),
        "product_id": product.get(),
        "sku": filled(&variant.sku),
        "taxable": variant.taxable,
        "title": variant.title,
        "updated_at": moment(shop, variant.updated_at),
    })
}

fn image_json(shop: &Shop, product: ProductId, image: &Image, variants: &[Variant]) -> Value {
    let of_it = variants
        .iter()
        .filter(|variant| variant.media_id == Some(image.id));
    json!({
        "admin_graphql_api_id": image.id.to_string(),
        "alt": filled(&image.alt),
        "created_at": moment(shop, image.created_at),
        "height": image.height,
        "id": image.id.get(),
        "position": image.position,
        "product_id": product.get(),
        "src": whole(shop, &image.url),
        "updated_at": moment(shop, image.updated_at),
        "variant_ids": of_it.map(|variant| variant.id.get()).collect::<Value>(),
        "width": image.width,
    })
}
