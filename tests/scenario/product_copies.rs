//! Products copied, moved to another address, put away, and told by the litre.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const DUPLICATE: &str = "mutation($id: ID!, $title: String!, $status: ProductStatus,
        $images: Boolean, $wait: Boolean) {
    productDuplicate(productId: $id, newTitle: $title, newStatus: $status,
            includeImages: $images, synchronous: $wait) {
        newProduct { id title handle status tags metafield(key: \"height\") { value }
            media(first: 5) { nodes { id } }
            variants(first: 5) { nodes { title sku price inventoryQuantity } } }
        imageJob { done } shop { id }
        productDuplicateOperation { id status product { id } newProduct { title } }
        userErrors { field message } } }";

const CREATE: &str = "mutation($product: ProductCreateInput!, $media: [CreateMediaInput!]) {
    productCreate(product: $product, media: $media) { product { id handle }
        userErrors { message } } }";

async fn given_stool(shop: &TestShop) -> String {
    let product = json!({ "title": "Stool", "tags": ["oak"], "metafields": [
        { "key": "height", "type": "number_integer", "value": "45" }] });
    let media = json!([{ "mediaContentType": "IMAGE", "originalSource": "/cdn/shop/files/1.png" }]);
    let reply = shop
        .admin(CREATE, json!({ "product": product, "media": media }))
        .await
        .ok();
    reply.text("productCreate.product.id")
}

#[scenario]
async fn a_copy_has_what_the_product_has_but_its_stock_and_its_address(shop: TestShop) {
    let id = given_stool(&shop).await;
    let asked = json!({ "id": id, "title": "High Stool", "status": "DRAFT", "images": true });
    let reply = shop.admin(DUPLICATE, asked).await.ok();
    let copy = reply.get("productDuplicate.newProduct");
    assert_eq!(
        (&copy["handle"], &copy["status"]),
        (&json!("high-stool"), &json!("DRAFT"))
    );
    assert_eq!(copy["tags"], json!(["oak"]));
    assert_eq!(copy["metafield"]["value"], "45");
    assert_eq!(copy["media"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(copy["variants"]["nodes"][0]["inventoryQuantity"], 0);
    assert_eq!(reply.get("productDuplicate.imageJob.done"), &json!(true));
    assert_ne!(copy["id"], json!(id));

    let bare = json!({ "id": id, "title": "Low Stool", "wait": false });
    let reply = shop.admin(DUPLICATE, bare).await.ok();
    assert_eq!(
        reply.list("productDuplicate.newProduct.media.nodes").len(),
        0
    );
    let operation = reply.get("productDuplicate.productDuplicateOperation");
    assert_eq!(operation["newProduct"]["title"], "Low Stool");
    assert_eq!(operation["product"]["id"], json!(id));
}

#[scenario]
async fn a_copy_needs_a_product_and_a_title(shop: TestShop) {
    let id = given_stool(&shop).await;
    let blank = shop
        .admin(DUPLICATE, json!({ "id": id, "title": " " }))
        .await;
    blank.refused_at("newTitle");
    let unknown = json!({ "id": "gid://shopify/Product/1", "title": "X" });
    shop.admin(DUPLICATE, unknown).await.refused_at("productId");
}

#[scenario]
async fn a_status_is_changed_alone(shop: TestShop) {
    let id = given_stool(&shop).await;
    let change = "mutation($id: ID!) { productChangeStatus(productId: $id, status: ARCHIVED) {
        product { status } userErrors { field message code } } }";
    let reply = shop.admin(change, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("productChangeStatus.product.status"), "ARCHIVED");
    let unknown = json!({ "id": "gid://shopify/Product/1" });
    shop.admin(change, unknown)
        .await
        .refused("PRODUCT_NOT_FOUND");
}

#[scenario]
async fn a_new_handle_leaves_a_redirect_when_that_is_wanted(shop: TestShop) {
    let id = given_stool(&shop).await;
    let update = "mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
        product { handle } userErrors { field message } } }";
    let redirects = "{ urlRedirects(first: 5) { nodes { path target } } }";
    for (handle, redirect, count) in [("oak-stool", true, 1), ("ash-stool", false, 1)] {
        let product = json!({ "id": id, "handle": handle, "redirectNewHandle": redirect });
        let _ = shop.admin(update, json!({ "product": product })).await.ok();
        let reply = shop.admin(redirects, json!({})).await.ok();
        assert_eq!(reply.list("urlRedirects.nodes").len(), count);
    }
    let set = "mutation($input: ProductSetInput!, $identifier: ProductSetIdentifiers) {
        productSet(input: $input, identifier: $identifier) { product { handle }
            userErrors { field message code } } }";
    let input = json!({ "title": "Stool", "handle": "stool", "redirectNewHandle": true });
    let asked = json!({ "input": input, "identifier": { "id": id } });
    let _ = shop.admin(set, asked).await.ok();
    // The product is back at its first address, from where nothing leads away any more.
    let reply = shop.admin(redirects, json!({})).await.ok();
    assert_eq!(
        reply.get("urlRedirects.nodes"),
        &json!([{ "path": "/products/ash-stool", "target": "/products/stool" }])
    );
}

#[scenario]
async fn a_bottle_is_told_by_the_litre_to_those_who_are_shown_it(shop: TestShop) {
    let id = given_stool(&shop).await;
    let list =
        "query($id: ID!) { product(id: $id) { handle variants(first: 1) { nodes { id } } } }";
    let reply = shop.admin(list, json!({ "id": id })).await.ok();
    let variant = reply.text("product.variants.nodes.0.id");
    let update = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $variants) {
            productVariants { showUnitPrice unitPrice { amount } unitPriceMeasurement {
                measuredType quantityUnit quantityValue referenceUnit referenceValue } }
            userErrors { field message code } } }";
    let change = |measure: Value| {
        json!({ "id": id, "variants": [{ "id": variant, "price": "9.00", "showUnitPrice": true,
            "unitPriceMeasurement": measure }] })
    };
    let bottle = json!({ "quantityValue": 750, "quantityUnit": "ML", "referenceUnit": "L",
        "referenceValue": 1 });
    let reply = shop.admin(update, change(bottle)).await.ok();
    let told = reply.get("productVariantsBulkUpdate.productVariants.0");
    assert_eq!(told["unitPrice"]["amount"], "12.0");
    assert_eq!(
        told["unitPriceMeasurement"],
        json!({ "measuredType": "VOLUME", "quantityUnit": "ML", "quantityValue": 750.0,
            "referenceUnit": "L", "referenceValue": 1 })
    );
    shop.publish(&id).await;
    let query = "{ product(handle: \"stool\") { variants(first: 1) { nodes {
        unitPrice { amount } unitPriceMeasurement { quantityUnit } } } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(
        reply.text("product.variants.nodes.0.unitPrice.amount"),
        "12.0"
    );
    let heavy = json!({ "quantityValue": 1, "quantityUnit": "ML", "referenceUnit": "KG" });
    shop.admin(update, change(heavy))
        .await
        .refused("INVALID_VALUE");
}
