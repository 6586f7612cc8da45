//! The public taxonomy of products, and the category of one.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const LIST: &str = "query($search: String, $children: ID, $below: ID, $beside: ID) {
    taxonomy { categories(first: 50, search: $search, childrenOf: $children,
            descendantsOf: $below, siblingsOf: $beside) {
        nodes { id name fullName level isRoot isLeaf isArchived parentId ancestorIds childrenIds }
        pageInfo { hasNextPage } } } }";

const CREATE: &str = "mutation($product: ProductCreateInput!) { productCreate(product: $product) {
    product { id category { id name fullName level } } userErrors { field message } } }";

const SHOES: &str = "gid://shopify/TaxonomyCategory/aa-8";

#[scenario]
async fn categories_are_listed_by_place_and_found_by_words(shop: TestShop) {
    let roots = shop.admin(LIST, json!({})).await.ok();
    assert_eq!(roots.list("taxonomy.categories.nodes").len(), 26);
    let clothes = json!({ "children": "gid://shopify/TaxonomyCategory/aa" });
    let below = shop.admin(LIST, clothes).await.ok();
    let shoes = &below.list("taxonomy.categories.nodes")[7];
    assert_eq!(
        shoes,
        &json!({ "id": SHOES, "name": "Shoes", "fullName": "Apparel & Accessories > Shoes",
            "level": 2, "isRoot": false, "isLeaf": false, "isArchived": false,
            "parentId": "gid://shopify/TaxonomyCategory/aa",
            "ancestorIds": ["gid://shopify/TaxonomyCategory/aa"],
            "childrenIds": shoes["childrenIds"] })
    );
    let below = json!({ "below": SHOES, "search": "first steps" });
    let below = shop.admin(LIST, below).await.ok();
    let first = &below.list("taxonomy.categories.nodes")[0];
    assert_eq!(first["parentId"], json!(format!("{SHOES}-2")));
    assert_eq!(
        (&first["level"], &first["isLeaf"]),
        (&json!(4), &json!(true))
    );
    let found = shop.admin(LIST, json!({ "search": "shoe acc" })).await.ok();
    let nodes = found.list("taxonomy.categories.nodes");
    assert_eq!(nodes[0]["name"], "Shoe Accessories");
    let beside = shop
        .admin(LIST, json!({ "beside": SHOES, "search": "jewelry" }))
        .await
        .ok();
    assert_eq!(beside.list("taxonomy.categories.nodes").len(), 1);
}

#[scenario]
async fn a_product_has_a_category_of_the_list_or_none(shop: TestShop) {
    let product = json!({ "title": "Boots", "category": SHOES });
    let reply = shop.admin(CREATE, json!({ "product": product })).await.ok();
    assert_eq!(
        reply.get("productCreate.product.category"),
        &json!({ "id": SHOES, "name": "Shoes", "fullName": "Apparel & Accessories > Shoes",
            "level": 2 })
    );
    shop.publish(&reply.text("productCreate.product.id")).await;
    let query = "{ product(handle: \"boots\") { category { id name ancestors { name } } } }";
    let shown = shop.storefront(query, json!({})).await.ok();
    assert_eq!(
        shown.get("product.category"),
        &json!({ "id": SHOES, "name": "Shoes", "ancestors": [{ "name": "Apparel & Accessories" }] })
    );
    let id = reply.text("productCreate.product.id");
    let update = "mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
        product { category { id } } userErrors { field message } } }";
    let none = json!({ "product": { "id": id, "category": null } });
    let reply = shop.admin(update, none).await.ok();
    assert_eq!(reply.get("productUpdate.product.category"), &Value::Null);
    let unknown = json!({ "title": "X", "category": "gid://shopify/TaxonomyCategory/zz-1" });
    shop.admin(CREATE, json!({ "product": unknown }))
        .await
        .refused_at("category");
}
