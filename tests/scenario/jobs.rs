//! Work that was asked for, looked up by its id.

use tests::{TestShop, json, scenario};

#[scenario]
async fn a_job_is_looked_up_by_the_shop_that_did_it(shop: TestShop) {
    let variant = shop.given_variant("1.00", 1).await;
    let create = "mutation { collectionCreate(input: {title: \"Tea\"}) {
        collection { id } userErrors { message } } }";
    let collection = shop.admin(create, json!({})).await.ok();
    let collection = collection.text("collectionCreate.collection.id");
    let remove = "mutation ($id: ID!, $products: [ID!]!) {
        collectionRemoveProducts(id: $id, productIds: $products) {
            job { id done } userErrors { message }
        }
    }";
    let asked = json!({"id": collection, "products": [variant.product]});
    let job = shop.admin(remove, asked).await.ok();
    let id = job.text("collectionRemoveProducts.job.id");

    let look = "query ($id: ID!) { job(id: $id) { id done } }";
    let found = shop.admin(look, json!({"id": id})).await.ok();
    assert_eq!(found.text("job.id"), id);
    assert_eq!(found.get("job.done"), &json!(true));
    let unknown = json!({"id": "gid://shopify/Job/00000000-0000-0000-0000-000000000000"});
    let found = shop.admin(look, unknown).await.ok();
    assert!(found.get("job").is_null());
}
