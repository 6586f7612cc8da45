//! Languages of what hangs on other things: pictures, plans, terms, and lists of all of it.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

use crate::translations::{given_language, say};

#[scenario]
async fn terms_pictures_and_plans_are_read_in_the_buyers_language(shop: TestShop) {
    given_language(&shop, "fr").await;
    let policy = "mutation($policy: ShopPolicyInput!) { shopPolicyUpdate(shopPolicy: $policy) {
        shopPolicy { id } userErrors { field message } } }";
    let terms = json!({ "policy": { "type": "REFUND_POLICY", "body": "<p>30 days</p>" } });
    let terms = shop.admin(policy, terms).await.ok();
    let terms = terms.text("shopPolicyUpdate.shopPolicy.id");
    say(&shop, &terms, &[("body", "<p>30 jours</p>")]).await;

    let create = "mutation($media: [CreateMediaInput!]) {
        productCreate(product: {title: \"Beans\", handle: \"beans\"}, media: $media) {
            product { id media(first: 1) { nodes { ... on MediaImage { id } } } }
            userErrors { field message } } }";
    let media = json!({ "media": [{ "mediaContentType": "IMAGE", "alt": "A sack",
        "originalSource": "/cdn/shop/files/sack.png" }] });
    let made = shop.admin(create, media).await.ok();
    let product = made.text("productCreate.product.id");
    let picture = made.text("productCreate.product.media.nodes.0.id");
    shop.publish(&product).await;
    say(&shop, &picture, &[("alt", "Un sac")]).await;

    let group = "mutation($input: SellingPlanGroupInput!, $product: [ID!]) {
        sellingPlanGroupCreate(input: $input, resources: {productIds: $product}) {
            sellingPlanGroup { id sellingPlans(first: 1) { nodes { id } } }
            userErrors { field message } } }";
    let monthly = json!({ "interval": "MONTH", "intervalCount": 1 });
    let input = json!({ "name": "Subscribe", "merchantCode": "sub", "options": ["Every"],
        "sellingPlansToCreate": [{ "name": "Monthly", "options": "month", "category": "SUBSCRIPTION",
            "billingPolicy": { "recurring": monthly }, "deliveryPolicy": { "recurring": monthly } }] });
    let made = shop
        .admin(group, json!({ "input": input, "product": [product] }))
        .await
        .ok();
    let own = "sellingPlanGroupCreate.sellingPlanGroup";
    let group = made.text(&format!("{own}.id"));
    let plan = made.text(&format!("{own}.sellingPlans.nodes.0.id"));
    say(&shop, &group, &[("name", "S'abonner")]).await;
    say(&shop, &plan, &[("name", "Mensuel")]).await;

    let read = "query @inContext(language: FR) { shop { refundPolicy { body } }
        product(handle: \"beans\") { images(first: 1) { nodes { altText } }
            sellingPlanGroups(first: 1) { nodes { name sellingPlans(first: 1) { nodes { name } } } } } }";
    let reply = shop.storefront(read, json!({})).await.ok();
    assert_eq!(reply.text("shop.refundPolicy.body"), "<p>30 jours</p>");
    assert_eq!(reply.text("product.images.nodes.0.altText"), "Un sac");
    let groups = reply.get("product.sellingPlanGroups.nodes");
    assert_eq!(
        groups,
        &json!([{ "name": "S'abonner", "sellingPlans": { "nodes": [{ "name": "Mensuel" }] } }])
    );
    let list = "query($type: TranslatableResourceType!) {
        translatableResources(first: 5, resourceType: $type) { nodes { resourceId
            translations(locale: \"fr\") { key } } } }";
    for (kind, id) in [
        ("SHOP_POLICY", &terms),
        ("MEDIA_IMAGE", &picture),
        ("SELLING_PLAN", &plan),
        ("SELLING_PLAN_GROUP", &group),
    ] {
        let found = shop.admin(list, json!({ "type": kind })).await.ok();
        let node = &found.list("translatableResources.nodes")[0];
        assert_eq!(node["resourceId"], json!(id));
        assert_eq!(node["translations"].as_array().map(Vec::len), Some(1));
    }
}

#[scenario]
async fn what_hangs_on_a_resource_is_listed_with_it(shop: TestShop) {
    let set = "mutation($input: ProductSetInput!) { productSet(input: $input) {
        product { id } userErrors { field message } } }";
    let input = json!({ "title": "Cup", "metafields": [
            { "namespace": "custom", "key": "care", "type": "single_line_text_field", "value": "Wash" },
            { "namespace": "custom", "key": "size", "type": "number_integer", "value": "4" }],
        "productOptions": [{ "name": "Colour", "values": [{ "name": "Blue" }, { "name": "Red" }] }],
        "variants": [{ "optionValues": [{ "optionName": "Colour", "name": "Blue" }], "price": "1" },
            { "optionValues": [{ "optionName": "Colour", "name": "Red" }], "price": "1" }] });
    let made = shop.admin(set, json!({ "input": input })).await.ok();
    let product = made.text("productSet.product.id");
    let read = "query($id: ID!, $type: TranslatableResourceType) {
        translatableResource(resourceId: $id) {
            nestedTranslatableResources(first: 9, resourceType: $type) {
                nodes { resourceId translatableContent { key value } } } } }";
    let below = |kind: Value| {
        let (shop, asked) = (&shop, json!({ "id": product, "type": kind }));
        async move {
            let reply = shop.admin(read, asked).await.ok();
            let own = "translatableResource.nestedTranslatableResources.nodes";
            let nodes = reply.list(own).iter();
            let text = |node: &Value| node["translatableContent"][0]["value"].clone();
            nodes.map(text).collect::<Vec<Value>>()
        }
    };
    assert_eq!(
        below(Value::Null).await,
        ["Wash", "Colour", "Blue", "Red"].map(|text| json!(text))
    );
    assert_eq!(below(json!("PRODUCT_OPTION")).await, [json!("Colour")]);
    assert_eq!(below(json!("METAFIELD")).await, [json!("Wash")]);
    assert!(below(json!("LINK")).await.is_empty());
}
