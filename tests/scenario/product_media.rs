//! What a product and its variants show: put in order, given to variants, taken from them.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const REORDER: &str = "mutation($id: ID!, $moves: [MoveInput!]!) {
    productReorderMedia(id: $id, moves: $moves) {
        job { id done } mediaUserErrors { field message code } userErrors { field message } } }";

const APPEND: &str = "mutation($id: ID!, $media: [ProductVariantAppendMediaInput!]!) {
    productVariantAppendMedia(productId: $id, variantMedia: $media) {
        product { id } productVariants { id media(first: 2) { nodes { id alt } } }
        userErrors { field message code } } }";

const DETACH: &str = "mutation($id: ID!, $media: [ProductVariantDetachMediaInput!]!) {
    productVariantDetachMedia(productId: $id, variantMedia: $media) {
        product { id } productVariants { id image { url } }
        userErrors { field message code } } }";

/// A product with a film and two pictures: its id, its variant's and theirs.
async fn given_product(shop: &TestShop) -> (String, String, Vec<Value>) {
    let create = "mutation($media: [CreateMediaInput!]) {
        productCreate(product: {title: \"Stool\"}, media: $media) { product { id
            variants(first: 1) { nodes { id } } media(first: 5) { nodes { id } } }
            userErrors { message } } }";
    let media = json!([
        { "mediaContentType": "EXTERNAL_VIDEO",
            "originalSource": "https://www.youtube.com/watch?v=dQw4w9WgXcQ" },
        { "mediaContentType": "IMAGE", "alt": "Front", "originalSource": "/cdn/shop/files/1.png" },
        { "mediaContentType": "IMAGE", "alt": "Back", "originalSource": "/cdn/shop/files/2.png" },
    ]);
    let reply = shop.admin(create, json!({ "media": media })).await.ok();
    let nodes = reply.list("productCreate.product.media.nodes");
    let ids = nodes.iter().map(|node| node["id"].clone()).collect();
    let variant = reply.text("productCreate.product.variants.nodes.0.id");
    (reply.text("productCreate.product.id"), variant, ids)
}

#[scenario]
async fn media_are_put_in_order(shop: TestShop) {
    let (id, _, media) = given_product(&shop).await;
    let moves =
        json!([{ "id": media[2], "newPosition": "0" }, { "id": media[0], "newPosition": "9" }]);
    let reply = shop
        .admin(REORDER, json!({ "id": id, "moves": moves }))
        .await
        .ok();
    assert_eq!(reply.get("productReorderMedia.job.done"), &json!(true));
    let list = "query($id: ID!) { product(id: $id) { media(first: 5) { nodes { id } } } }";
    let reply = shop.admin(list, json!({ "id": id })).await.ok();
    let now: Vec<Value> = reply
        .list("product.media.nodes")
        .iter()
        .map(|n| n["id"].clone())
        .collect();
    assert_eq!(now, [media[2].clone(), media[1].clone(), media[0].clone()]);
    for (id, moved, code) in [
        (
            id.as_str(),
            "gid://shopify/MediaImage/1",
            "MEDIA_DOES_NOT_EXIST",
        ),
        (
            "gid://shopify/Product/1",
            "gid://shopify/MediaImage/1",
            "PRODUCT_DOES_NOT_EXIST",
        ),
    ] {
        let asked = json!({ "id": id, "moves": [{ "id": moved, "newPosition": "0" }] });
        let reply = shop.admin(REORDER, asked).await;
        assert_eq!(
            reply.text("productReorderMedia.mediaUserErrors.0.code"),
            code
        );
    }
}

#[scenario]
async fn a_variant_shows_one_picture_of_its_product(shop: TestShop) {
    let (id, variant, media) = given_product(&shop).await;
    let asked = |variant: &str, media: Value| json!({ "id": id, "media": [{ "variantId": variant, "mediaIds": media }] });
    for (variant, media, code) in [
        (variant.as_str(), json!([media[0]]), "INVALID_MEDIA_TYPE"),
        (
            variant.as_str(),
            json!([media[1], media[2]]),
            "TOO_MANY_MEDIA_PER_INPUT_PAIR",
        ),
        (
            variant.as_str(),
            json!(["gid://shopify/MediaImage/1"]),
            "MEDIA_DOES_NOT_EXIST_ON_PRODUCT",
        ),
        (
            "gid://shopify/ProductVariant/1",
            json!([media[1]]),
            "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT",
        ),
    ] {
        shop.admin(APPEND, asked(variant, media))
            .await
            .refused(code);
    }
    let reply = shop
        .admin(APPEND, asked(&variant, json!([media[1]])))
        .await
        .ok();
    assert_eq!(
        reply.get("productVariantAppendMedia.productVariants.0.media.nodes"),
        &json!([{ "id": media[1], "alt": "Front" }])
    );
    shop.admin(APPEND, asked(&variant, json!([media[2]])))
        .await
        .refused("PRODUCT_VARIANT_ALREADY_HAS_MEDIA");
    shop.admin(DETACH, asked(&variant, json!([media[2]])))
        .await
        .refused("MEDIA_IS_NOT_ATTACHED_TO_VARIANT");
    let reply = shop
        .admin(DETACH, asked(&variant, json!([media[1]])))
        .await
        .ok();
    let shown = reply.get("productVariantDetachMedia.productVariants.0.image");
    assert_eq!(shown, &Value::Null);
}
