//! Combined listings: a product that stands for others.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const UPDATE: &str = "mutation($parent: ID!, $title: String, $added: [ChildProductRelationInput!],
    $edited: [ChildProductRelationInput!], $removed: [ID!], $options: [OptionAndValueInput!]) {
    combinedListingUpdate(parentProductId: $parent, title: $title, productsAdded: $added,
        productsEdited: $edited, productsRemovedIds: $removed, optionsAndValues: $options) {
        product { id title combinedListingRole options { name values }
            combinedListing { parentProduct { id } combinedListingChildren(first: 5) {
                nodes { product { title combinedListingRole combinedListing { parentProduct { title } } }
                    parentVariant { title availableForSale } } } } }
        userErrors { code field message } } }";

async fn given_product(shop: &TestShop, title: &str, role: Value) -> String {
    let query = "mutation($product: ProductCreateInput!) { productCreate(product: $product) {
        product { id combinedListingRole } userErrors { message } } }";
    let product = json!({ "title": title, "combinedListingRole": role });
    let made = shop.admin(query, json!({ "product": product })).await.ok();
    assert_eq!(made.get("productCreate.product.combinedListingRole"), &role);
    made.text("productCreate.product.id")
}

fn child(id: &str, colour: &str) -> Value {
    json!({ "childProductId": id,
        "selectedParentOptionValues": [{ "name": "Colour", "value": colour }] })
}

#[scenario]
async fn a_listing_combines_products_as_variants_of_its_parent(shop: TestShop) {
    let parent = given_product(&shop, "Chair", json!("PARENT")).await;
    let red = given_product(&shop, "Red chair", Value::Null).await;
    let blue = given_product(&shop, "Blue chair", Value::Null).await;
    let asked = json!({ "parent": parent, "title": "Chairs",
        "added": [child(&red, "Red"), child(&blue, "Blue")],
        "options": [{ "name": "Colour", "values": ["Red", "Blue", "Green"] }] });

    let made = shop.admin(UPDATE, asked.clone()).await.ok();

    let own = "combinedListingUpdate.product";
    assert_eq!(made.text(&format!("{own}.title")), "Chairs");
    assert_eq!(made.text(&format!("{own}.combinedListingRole")), "PARENT");
    let nodes = format!("{own}.combinedListing.combinedListingChildren.nodes");
    assert_eq!(made.list(&nodes).len(), 2);
    assert_eq!(
        made.get(&format!("{nodes}.0")),
        &json!({ "product": { "title": "Red chair", "combinedListingRole": "CHILD",
                "combinedListing": { "parentProduct": { "title": "Chairs" } } },
            "parentVariant": { "title": "Red", "availableForSale": false } })
    );
    let found =
        "{ parents: products(first: 5, query: \"combined_listing_role:parent\") { nodes { title } }
        children: products(first: 5, query: \"combined_listing_role:child\") { nodes { title } } }";
    let found = shop.admin(found, json!({})).await.ok();
    assert_eq!(found.get("parents.nodes"), &json!([{ "title": "Chairs" }]));
    assert_eq!(found.list("children.nodes").len(), 2);
    let again = shop.admin(UPDATE, asked).await;
    let _ = again.refused("PRODUCT_IS_ALREADY_A_CHILD");
    let edit = json!({ "parent": parent, "edited": [child(&blue, "Red")] });
    let same = shop.admin(UPDATE, edit).await;
    let _ = same.refused("CANNOT_HAVE_REPEATED_OPTION_VALUES");
    let change = json!({ "parent": parent, "edited": [child(&blue, "Green")], "removed": [red] });
    let changed = shop.admin(UPDATE, change).await.ok();
    assert_eq!(changed.list(&nodes).len(), 1);
    assert_eq!(
        changed.text(&format!("{nodes}.0.parentVariant.title")),
        "Green"
    );
    let plain = json!({ "parent": red, "added": [child(&blue, "Red")] });
    let refused = shop.admin(UPDATE, plain).await;
    let _ = refused.refused("PARENT_PRODUCT_MUST_BE_A_COMBINED_LISTING");
    let missing = json!({ "parent": parent, "added": [child("gid://shopify/Product/1", "Red")] });
    let refused = shop.admin(UPDATE, missing).await;
    let _ = refused.refused("PRODUCT_NOT_FOUND");
}
