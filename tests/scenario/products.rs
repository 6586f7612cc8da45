//! Products and their variants: made, read, changed, set whole, deleted.

use serde_json::{Value, json};
use tests::{Receiver, TestShop, scenario};

const CREATE: &str = "mutation($product: ProductCreateInput, $media: [CreateMediaInput!]) {
    productCreate(product: $product, media: $media) {
        product { id handle title status tags vendor totalVariants
            options { name position values optionValues { name hasVariants } }
            variants(first: 5) { nodes { id title price } } }
        shop { id }
        userErrors { field message }
    }
}";

const BULK_CREATE: &str = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!,
        $strategy: ProductVariantsBulkCreateStrategy) {
    productVariantsBulkCreate(productId: $id, variants: $variants, strategy: $strategy) {
        product { id totalVariants }
        productVariants { id title sku price inventoryQuantity availableForSale
            selectedOptions { name value optionValue { name hasVariants } } }
        userErrors { field message code }
    }
}";

const UPDATE: &str = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $variants) {
            productVariants { price compareAtPrice barcode inventoryItem { unitCost { amount }
                measurement { weight { value unit } } variant { id } } }
            userErrors { field message code } } }";

async fn given_shirt(shop: &TestShop) -> String {
    let product = json!({
        "title": "Shirt",
        "tags": ["Summer", "linen"],
        "productOptions": [
            { "name": "Size", "values": [{ "name": "S" }, { "name": "M" }] },
            { "name": "Colour", "values": [{ "name": "Red" }] },
        ],
    });
    let reply = shop.admin(CREATE, json!({ "product": product })).await.ok();
    reply.text("productCreate.product.id")
}

async fn variant_ids(shop: &TestShop, product: &str) -> Vec<Value> {
    let query = "query($id: ID!) { product(id: $id) { variants(first: 50) { nodes { id } } } }";
    let reply = shop.admin(query, json!({ "id": product })).await.ok();
    let nodes = reply.list("product.variants.nodes");
    nodes.iter().map(|node| node["id"].clone()).collect()
}

#[scenario]
async fn a_product_begins_with_its_first_values_and_a_picture(shop: TestShop) {
    let product = json!({
        "title": "Oak Stool",
        "descriptionHtml": "<p>Three <b>legs</b></p>",
        "productOptions": [{ "name": "Size", "values": [{ "name": "S" }, { "name": "M" }] }],
        "metafields": [{ "namespace": "custom", "key": "height", "type": "number_integer",
            "value": "45" }],
    });
    let media = json!([{ "mediaContentType": "IMAGE", "alt": "A stool",
        "originalSource": "/cdn/shop/files/stool.png" }]);
    let asked = json!({ "product": product, "media": media });
    let reply = shop.admin(CREATE, asked).await.ok();
    assert_eq!(reply.text("productCreate.product.handle"), "oak-stool");
    assert_eq!(reply.text("productCreate.product.status"), "ACTIVE");
    assert_eq!(
        reply.get("productCreate.product.options.0.values"),
        &json!(["S"])
    );
    let values = reply.get("productCreate.product.options.0.optionValues");
    assert_eq!(values[1], json!({ "name": "M", "hasVariants": false }));
    assert_eq!(
        reply.text("productCreate.product.variants.nodes.0.price"),
        "0.00"
    );
    let query = "query($id: ID!) { product(id: $id) {
        description legacyResourceId onlineStoreUrl tracksInventory totalInventory
        metafield(namespace: \"custom\", key: \"height\") { jsonValue ownerType owner { __typename } }
        media(first: 2) { nodes { id alt mediaContentType status preview { image { url } }
            ... on MediaImage { mimeType image { url width } } } }
        featuredImage { altText } images(first: 2) { edges { node { url } } } mediaCount { count }
        priceRangeV2 { minVariantPrice { amount currencyCode } } compareAtPriceRange {
            minVariantCompareAtPrice { amount } }
        resourcePublicationsCount { count }
    } }";
    let id = reply.text("productCreate.product.id");
    let new = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(new.get("product.onlineStoreUrl"), &Value::Null);
    assert_eq!(new.number("product.resourcePublicationsCount.count"), 0);
    shop.publish(&id).await;
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("product.description"), "Three legs");
    assert!(id.ends_with(&reply.text("product.legacyResourceId")));
    assert!(
        reply
            .text("product.onlineStoreUrl")
            .ends_with("/products/oak-stool")
    );
    assert_eq!(reply.get("product.metafield.jsonValue"), &json!(45));
    assert_eq!(reply.text("product.metafield.owner.__typename"), "Product");
    assert_eq!(reply.text("product.media.nodes.0.mimeType"), "image/png");
    assert_eq!(reply.text("product.featuredImage.altText"), "A stool");
    assert_eq!(reply.number("product.mediaCount.count"), 1);
    assert_eq!(
        reply.text("product.priceRangeV2.minVariantPrice.amount"),
        "0.0"
    );
    assert_eq!(reply.get("product.compareAtPriceRange"), &Value::Null);
    assert_eq!(reply.number("product.resourcePublicationsCount.count"), 1);
}

#[scenario]
async fn a_product_without_a_title_or_with_a_taken_handle_is_refused(shop: TestShop) {
    let blank = json!({ "product": { "title": " " } });
    let reply = shop.admin(CREATE, blank).await;
    assert_eq!(reply.refused_at("title")["message"], "Title can't be blank");
    assert_eq!(reply.get("productCreate.product"), &Value::Null);
    let stool = json!({ "product": { "title": "Stool", "handle": "stool" } });
    let _ = shop.admin(CREATE, stool.clone()).await.ok();
    shop.admin(CREATE, stool).await.refused_at("handle");
    let count = shop
        .admin("{ productsCount { count precision } }", json!({}))
        .await
        .ok();
    assert_eq!(
        count.get("productsCount"),
        &json!({ "count": 1, "precision": "EXACT" })
    );
}

#[scenario]
async fn products_are_listed_searched_and_found_by_handle_and_id(shop: TestShop) {
    for title in ["Oak Stool", "Ash Bench", "Oak Table"] {
        let _ = shop
            .admin(CREATE, json!({ "product": { "title": title } }))
            .await
            .ok();
    }
    let list = "query($first: Int, $after: String, $query: String, $key: ProductSortKeys) {
        products(first: $first, after: $after, query: $query, sortKey: $key) {
            nodes { id title handle } pageInfo { hasNextPage endCursor } } }";
    let first = shop
        .admin(list, json!({ "first": 2, "key": "TITLE" }))
        .await
        .ok();
    assert_eq!(first.text("products.nodes.0.title"), "Ash Bench");
    assert_eq!(first.get("products.pageInfo.hasNextPage"), &json!(true));
    let after = first.text("products.pageInfo.endCursor");
    let rest = json!({ "first": 2, "after": after, "key": "TITLE" });
    let second = shop.admin(list, rest).await.ok();
    assert_eq!(second.text("products.nodes.0.title"), "Oak Table");
    assert_eq!(second.get("products.pageInfo.hasNextPage"), &json!(false));
    for (query, found) in [
        ("oak", 2),
        ("title:'ash bench' OR handle:oak-table", 2),
        ("status:active -oak", 1),
        ("status:draft", 0),
    ] {
        let reply = shop
            .admin(list, json!({ "first": 9, "query": query }))
            .await
            .ok();
        assert_eq!(reply.list("products.nodes").len(), found, "{query}");
    }
    let odd = shop
        .admin(list, json!({ "first": 9, "query": "colour:red" }))
        .await
        .ok();
    assert_eq!(odd.list("products.nodes").len(), 3);
    let warned = &odd.json["extensions"]["search"][0]["warnings"][0];
    assert_eq!(
        (&warned["field"], &warned["code"]),
        (&json!("colour"), &json!("invalid_field"))
    );
    let one = "query($id: ID!) { product(id: $id) { title } node(id: $id) { id __typename }
        productByHandle(handle: \"oak-stool\") { title }
        productByIdentifier(identifier: {handle: \"ash-bench\"}) { title } }";
    let id = first.text("products.nodes.0.id");
    let reply = shop.admin(one, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("product.title"), "Ash Bench");
    assert_eq!(reply.text("node.__typename"), "Product");
    assert_eq!(reply.text("productByHandle.title"), "Oak Stool");
    let shops = "query($id: ID!) { shop { products(first: 5) { nodes { title } }
        productVariants(first: 5) { nodes { id } } }
        productVariantByIdentifier(identifier: {id: $id}) { id } }";
    let variant = variant_ids(&shop, &id).await.remove(0);
    let reply = shop.admin(shops, json!({ "id": variant })).await.ok();
    assert_eq!(reply.list("shop.products.nodes").len(), 3);
    assert_eq!(reply.list("shop.productVariants.nodes").len(), 3);
    assert_eq!(reply.get("productVariantByIdentifier.id"), &variant);
    let unknown = json!({ "id": "gid://shopify/Product/1" });
    let reply = shop
        .admin("query($id: ID!) { product(id: $id) { id } }", unknown)
        .await
        .ok();
    assert_eq!(reply.get("product"), &Value::Null);
}

#[scenario]
async fn an_update_is_heard_and_one_of_an_unknown_product_is_refused(shop: TestShop) {
    let id = given_shirt(&shop).await;
    let receiver = Receiver::start().await;
    let subscribe = "mutation($uri: String!) { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE,
        webhookSubscription: {uri: $uri}) { userErrors { field message } } }";
    let _ = shop
        .admin(subscribe, json!({ "uri": receiver.url() }))
        .await
        .ok();
    let update = "mutation($product: ProductUpdateInput) { productUpdate(product: $product) {
        product { title status seo { title } tags } userErrors { field message } } }";
    let changed = json!({ "id": id, "title": "Linen Shirt", "status": "DRAFT",
        "seo": { "title": "Shirts" }, "tags": ["new"] });
    let reply = shop.admin(update, json!({ "product": changed })).await.ok();
    assert_eq!(
        reply.get("productUpdate.product"),
        &json!({ "title": "Linen Shirt", "status": "DRAFT", "seo": { "title": "Shirts" },
            "tags": ["new"] })
    );
    let heard = receiver.wait_for("products/update", 1).await;
    assert!(heard[0].is_signed_with(shop.app_secret()));
    let unknown = json!({ "product": { "id": "gid://shopify/Product/1", "title": "x" } });
    let reply = shop.admin(update, unknown).await;
    assert_eq!(reply.refused_at("id")["message"], "Product does not exist");
}

#[scenario]
async fn variants_are_made_and_changed_in_bulk(shop: TestShop) {
    let id = given_shirt(&shop).await;
    let location = shop.location().await;
    let variants = json!([{ "price": "19.90", "compareAtPrice": "25",
        "optionValues": [{ "optionName": "Size", "name": "L" }, { "optionName": "Colour", "name": "Red" }],
        "inventoryItem": { "sku": "SH-L", "tracked": true, "cost": "7.5",
            "measurement": { "weight": { "value": 0.25, "unit": "KILOGRAMS" } } },
        "inventoryQuantities": [{ "locationId": location, "availableQuantity": 4 }] }]);
    let asked = json!({ "id": id, "variants": variants, "strategy": "REMOVE_STANDALONE_VARIANT" });
    let reply = shop.admin(BULK_CREATE, asked).await.ok();
    let made = reply
        .get("productVariantsBulkCreate.productVariants.0")
        .clone();
    assert_eq!(
        (&made["title"], &made["sku"]),
        (&json!("L / Red"), &json!("SH-L"))
    );
    assert_eq!(
        (&made["price"], &made["inventoryQuantity"]),
        (&json!("19.90"), &json!(4))
    );
    assert_eq!(
        made["selectedOptions"][0],
        json!({ "name": "Size", "value": "L", "optionValue": { "name": "L", "hasVariants": true } })
    );
    assert_eq!(
        reply.number("productVariantsBulkCreate.product.totalVariants"),
        1
    );

    let changed =
        json!([{ "id": made["id"], "price": 21, "compareAtPrice": null, "barcode": "123" }]);
    let reply = shop
        .admin(UPDATE, json!({ "id": id, "variants": changed }))
        .await
        .ok();
    let variant = reply.get("productVariantsBulkUpdate.productVariants.0");
    assert_eq!(
        (&variant["price"], &variant["compareAtPrice"]),
        (&json!("21.00"), &Value::Null)
    );
    assert_eq!(variant["inventoryItem"]["unitCost"]["amount"], "7.5");
    assert_eq!(
        variant["inventoryItem"]["measurement"]["weight"]["value"],
        0.25
    );
    assert_eq!(variant["inventoryItem"]["variant"]["id"], made["id"]);
}

#[scenario]
async fn variants_are_deleted_but_for_the_last_and_changed_only_by_their_id(shop: TestShop) {
    let id = given_shirt(&shop).await;
    let first = variant_ids(&shop, &id).await.remove(0);
    for (wrong, field, code) in [
        (
            json!({ "price": "1" }),
            "variants.0.id",
            "PRODUCT_VARIANT_ID_MISSING",
        ),
        (
            json!({ "id": first, "price": "-1" }),
            "variants.0.price",
            "NEGATIVE_PRICE_VALUE",
        ),
    ] {
        let reply = shop
            .admin(UPDATE, json!({ "id": id, "variants": [wrong] }))
            .await;
        assert_eq!(reply.refused_at(field)["code"], code);
    }

    let delete = "mutation($id: ID!, $ids: [ID!]!) {
        productVariantsBulkDelete(productId: $id, variantsIds: $ids) {
            product { id } userErrors { field message code } } }";
    let last = json!({ "id": id, "ids": variant_ids(&shop, &id).await });
    shop.admin(delete, last)
        .await
        .refused("CANNOT_DELETE_LAST_VARIANT");
    let second = json!([{ "optionValues": [{ "optionName": "Size", "name": "M" },
        { "optionName": "Colour", "name": "Red" }] }]);
    let _ = shop
        .admin(BULK_CREATE, json!({ "id": id, "variants": second }))
        .await
        .ok();
    let _ = shop
        .admin(delete, json!({ "id": id, "ids": [first] }))
        .await
        .ok();
    assert_eq!(variant_ids(&shop, &id).await.len(), 1);
}

#[scenario]
async fn a_variant_that_cannot_be_is_refused_with_its_code(shop: TestShop) {
    let id = given_shirt(&shop).await;
    for (values, field, code) in [
        (
            json!([["Size", "S"], ["Colour", "Red"]]),
            "variants.0",
            "VARIANT_ALREADY_EXISTS",
        ),
        (
            json!([["Size", "L"]]),
            "variants.0.optionValues",
            "NEED_TO_ADD_OPTION_VALUES",
        ),
        (
            json!([["Fit", "Slim"]]),
            "variants.0.optionValues.0.optionName",
            "INVALID_INPUT",
        ),
    ] {
        let values: Vec<Value> = values
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| json!({ "optionName": pair[0], "name": pair[1] }))
            .collect();
        let asked = json!({ "id": id, "variants": [{ "optionValues": values }] });
        let reply = shop.admin(BULK_CREATE, asked).await;
        assert_eq!(reply.refused_at(field)["code"], code);
    }
    let other = json!({ "id": "gid://shopify/Product/1", "variants": [] });
    shop.admin(BULK_CREATE, other)
        .await
        .refused("PRODUCT_DOES_NOT_EXIST");
    assert_eq!(variant_ids(&shop, &id).await.len(), 1);
}

#[scenario]
async fn a_product_is_set_whole_by_its_handle(shop: TestShop) {
    let location = shop.location().await;
    let set = "mutation($input: ProductSetInput!, $identifier: ProductSetIdentifiers) {
        productSet(input: $input, identifier: $identifier, synchronous: true) {
            product { id title variants(first: 9) { nodes { id title price inventoryQuantity } } }
            productSetOperation { id }
            userErrors { field message code } } }";
    let input = |sizes: &[&str], price: &str| {
        let variants: Vec<Value> = sizes.iter().map(|size| json!({
            "price": price, "sku": format!("M-{size}"),
            "optionValues": [{ "optionName": "Size", "name": size }],
            "inventoryItem": { "tracked": true },
            "inventoryQuantities": [{ "locationId": location, "name": "available", "quantity": 3 }],
        })).collect();
        let values: Vec<Value> = sizes.iter().map(|size| json!({ "name": size })).collect();
        json!({ "title": "Mug", "productOptions": [{ "name": "Size", "values": values }],
            "variants": variants })
    };
    let by_handle = json!({ "handle": "mug" });
    let first = json!({ "input": input(&["S", "M"], "10"), "identifier": by_handle });
    let first = shop.admin(set, first).await.ok();
    let second = json!({ "input": input(&["M", "L"], "12"), "identifier": by_handle });
    let second = shop.admin(set, second).await.ok();
    assert_eq!(
        first.text("productSet.product.id"),
        second.text("productSet.product.id")
    );
    assert_eq!(first.get("productSet.productSetOperation"), &Value::Null);
    let nodes = second.list("productSet.product.variants.nodes");
    let told: Vec<(&Value, &Value)> = nodes.iter().map(|v| (&v["title"], &v["price"])).collect();
    let price = json!("12.00");
    assert_eq!(told, [(&json!("M"), &price), (&json!("L"), &price)]);
    assert_eq!(
        nodes[0]["id"],
        *first.get("productSet.product.variants.nodes.1.id")
    );
    let lone = json!({ "input": { "title": "X", "productOptions": [
        { "name": "Size", "values": [{ "name": "S" }] }] } });
    shop.admin(set, lone)
        .await
        .refused("VARIANTS_INPUT_MISSING");
    let missing =
        json!({ "input": { "title": "X" }, "identifier": { "id": "gid://shopify/Product/1" } });
    shop.admin(set, missing)
        .await
        .refused("PRODUCT_DOES_NOT_EXIST");
}

#[scenario]
async fn a_deleted_product_is_gone_from_every_list(shop: TestShop) {
    let id = given_shirt(&shop).await;
    let delete = "mutation($id: ID!) { productDelete(input: {id: $id}) {
        deletedProductId userErrors { field message } } }";
    let reply = shop.admin(delete, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("productDelete.deletedProductId"), id);
    let left = shop
        .admin(
            "{ products(first: 5) { nodes { id } } productVariants(first: 5) {
        nodes { id } } }",
            json!({}),
        )
        .await
        .ok();
    assert_eq!(
        left.list("products.nodes").len() + left.list("productVariants.nodes").len(),
        0
    );
    let again = shop.admin(delete, json!({ "id": id })).await;
    assert_eq!(again.refused_at("id")["message"], "Product does not exist");
}

#[scenario]
async fn without_the_scope_nothing_is_read_or_written(shop: TestShop) {
    let id = given_shirt(&shop).await;
    let reader = shop.token(&["read_products"]).await;
    let stranger = shop.token(&["read_orders"]).await;
    let ids = json!({ "id": id });
    for mutation in [
        "mutation($id: ID!) { productUpdate(product: {id: $id, title: \"x\"}) { product { id } } }",
        "mutation($id: ID!) { productDelete(input: {id: $id}) { deletedProductId } }",
        "mutation($id: ID!) { productSet(input: {title: \"x\"}, identifier: {id: $id}) { product { id } } }",
        "mutation($id: ID!) { productVariantsBulkCreate(productId: $id, variants: []) { product { id } } }",
        "mutation($id: ID!) { productVariantsBulkUpdate(productId: $id, variants: []) { product { id } } }",
        "mutation($id: ID!) { productVariantsBulkDelete(productId: $id, variantsIds: []) { product { id } } }",
    ] {
        shop.admin_with(&reader, mutation, ids.clone())
            .await
            .error("ACCESS_DENIED");
    }
    let create = "mutation { productCreate(product: {title: \"x\"}) { product { id } } }";
    shop.admin_with(&reader, create, json!({}))
        .await
        .error("ACCESS_DENIED");
    let query = "query($id: ID!) { product(id: $id) { id } products(first: 1) { nodes { id } } }";
    let _ = shop.admin_with(&reader, query, ids.clone()).await.ok();
    shop.admin_with(&stranger, query, ids)
        .await
        .error("ACCESS_DENIED");
}

#[scenario]
async fn another_shops_product_is_nobodys(shop: TestShop) {
    let id = given_shirt(&shop).await;
    let twin = shop.twin().await;
    let update = "mutation($id: ID!) { productUpdate(product: {id: $id, title: \"Theirs\"}) {
        product { title } userErrors { field message } } }";
    let _ = twin.admin(update, json!({ "id": id })).await.ok();
    let query = "query($id: ID!) { product(id: $id) { title } }";
    let own = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(own.text("product.title"), "Shirt");
    let wrong = json!({ "id": "gid://shopify/Order/1" });
    assert!(shop.admin(query, wrong).await.json.get("errors").is_some());
}
