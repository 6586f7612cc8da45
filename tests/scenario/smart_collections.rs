//! Collections that fill themselves, and how products are put in order and copied.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Reply, TestShop, scenario};

const CREATE: &str = "mutation($input: CollectionInput) { collectionCreate(input: $input) {
    collection { id handle productsCount { count }
        ruleSet { appliedDisjunctively rules { column relation condition
            conditionObject { __typename ... on CollectionRuleTextCondition { value }
                ... on CollectionRuleMetafieldCondition { metafieldDefinition { key } } } } }
        products(first: 9) { nodes { title } } }
    userErrors { field message } } }";

const UPDATE: &str = "mutation($input: CollectionInput) { collectionUpdate(input: $input) {
    collection { id handle productsCount { count } products(first: 9) { nodes { title } } }
    job { id done } userErrors { field message } } }";

const PRODUCT: &str =
    "mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
    product { id variants(first: 5) { nodes { id inventoryItem { id } } } }
    userErrors { field message } } }";

fn rule(column: &str, relation: &str, condition: &str) -> Value {
    json!({ "column": column, "relation": relation, "condition": condition })
}

fn rules(all: &[Value]) -> Value {
    json!({ "appliedDisjunctively": false, "rules": all })
}

async fn given_smart(shop: &TestShop, title: &str, rule_set: Value) -> String {
    let input = json!({ "title": title, "ruleSet": rule_set, "sortOrder": "ALPHA_ASC" });
    let reply = shop.admin(CREATE, json!({ "input": input })).await.ok();
    reply.text("collectionCreate.collection.id")
}

/// A product with one variant of a price.
async fn given_product(shop: &TestShop, title: &str, price: &str, tags: &[&str]) -> Reply {
    let option = json!([{ "name": "Size", "values": [{ "name": "One" }] }]);
    let variant =
        json!([{ "price": price, "optionValues": [{ "optionName": "Size", "name": "One" }] }]);
    let input = json!({ "title": title, "productType": "Seat", "vendor": "Oak & Co", "tags": tags,
        "productOptions": option, "variants": variant });
    shop.admin(PRODUCT, json!({ "input": input })).await.ok()
}

async fn titles(shop: &TestShop, collection: &str) -> Vec<String> {
    let query = "query($id: ID!) { collection(id: $id) { productsCount { count }
        products(first: 9) { nodes { title } } } }";
    let reply = shop.admin(query, json!({ "id": collection })).await.ok();
    let nodes = reply.list("collection.products.nodes");
    let count = reply.number("collection.productsCount.count");
    assert_eq!(usize::try_from(count), Ok(nodes.len()));
    let title = |node: &Value| node["title"].as_str().unwrap_or_default().to_owned();
    nodes.iter().map(title).collect()
}

/// Waits until a collection has products of those titles.
async fn then_holds(shop: &TestShop, collection: &str, wanted: &[&str]) {
    for _ in 0..200 {
        if titles(shop, collection).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(titles(shop, collection).await, wanted);
}

#[scenario]
async fn a_smart_collection_follows_its_products(shop: TestShop) {
    let stool = given_product(&shop, "Stool", "30.00", &["wood"]).await;
    let cheap = rules(&[
        rule("VARIANT_PRICE", "LESS_THAN", "50"),
        rule("TYPE", "EQUALS", "seat"),
    ]);

    let input = json!({ "title": "Cheap seats", "ruleSet": cheap });
    let made = shop.admin(CREATE, json!({ "input": input })).await.ok();

    let own = "collectionCreate.collection";
    let id = made.text(&format!("{own}.id"));
    assert_eq!(made.number(&format!("{own}.productsCount.count")), 1);
    assert_eq!(made.text(&format!("{own}.products.nodes.0.title")), "Stool");
    assert_eq!(
        made.get(&format!("{own}.ruleSet.rules.0")),
        &json!({ "column": "VARIANT_PRICE", "relation": "LESS_THAN", "condition": "50",
            "conditionObject": { "__typename": "CollectionRuleTextCondition", "value": "50" } })
    );
    let tagged = given_smart(&shop, "Wood", rules(&[rule("TAG", "EQUALS", "WOOD")])).await;
    assert_eq!(titles(&shop, &tagged).await, ["Stool"]);

    given_product(&shop, "Bench", "49.99", &[]).await;
    given_product(&shop, "Throne", "500.00", &[]).await;
    let mut in_order = titles(&shop, &id).await;
    in_order.sort();
    assert_eq!(in_order, ["Bench", "Stool"]);

    // A dearer variant takes the product out, in the same request.
    let price = "mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $product, variants: $variants) {
            userErrors { field message } } }";
    let dearer = json!({ "product": stool.text("productSet.product.id"),
        "variants": [{ "id": stool.text("productSet.product.variants.nodes.0.id"), "price": "80.00" }] });
    let _ = shop.admin(price, dearer).await.ok();
    assert_eq!(titles(&shop, &id).await, ["Bench"]);

    let untag =
        "mutation($id: ID!) { tagsRemove(id: $id, tags: [\"Wood\"]) { userErrors { message } } }";
    let product = json!({ "id": stool.text("productSet.product.id") });
    let _ = shop.admin(untag, product.clone()).await.ok();
    assert!(titles(&shop, &tagged).await.is_empty());
    let retag =
        "mutation($id: ID!) { tagsAdd(id: $id, tags: [\"wood\"]) { userErrors { message } } }";
    let _ = shop.admin(retag, product.clone()).await.ok();
    assert_eq!(titles(&shop, &tagged).await, ["Stool"]);
    let delete = "mutation($id: ID!) { productDelete(input: {id: $id}) { deletedProductId } }";
    let _ = shop.admin(delete, product).await.ok();
    assert!(titles(&shop, &tagged).await.is_empty());
}

#[scenario]
async fn new_rules_fill_a_collection_anew(shop: TestShop) {
    for (title, price) in [("Bench", "10.00"), ("Chair", "20.00"), ("Stool", "30.00")] {
        given_product(&shop, title, price, &[]).await;
    }
    let titled = |relation: &str, text: &str| rules(&[rule("TITLE", relation, text)]);
    let id = given_smart(&shop, "Some", titled("CONTAINS", "o")).await;
    assert_eq!(titles(&shop, &id).await, ["Stool"]);

    let either = json!({ "appliedDisjunctively": true, "rules": [
        rule("TITLE", "STARTS_WITH", "be"), rule("VARIANT_PRICE", "EQUALS", "20.00")] });
    let input = json!({ "input": { "id": id, "ruleSet": either } });
    let reply = shop.admin(UPDATE, input).await.ok();

    assert_eq!(reply.get("collectionUpdate.job.done"), &json!(true));
    assert_eq!(titles(&shop, &id).await, ["Bench", "Chair"]);
    let query = "{ smart: collections(first: 5, query: \"collection_type:smart\") { nodes { id } }
        custom: collections(first: 5, query: \"collection_type:custom\") { nodes { id } }
        collectionRulesConditions { ruleType defaultRelation allowedRelations
            ruleObject { ... on CollectionRuleMetafieldCondition { metafieldDefinition { key } } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.list("smart.nodes").len(), 1);
    assert!(reply.list("custom.nodes").is_empty());
    let known = json!({ "ruleType": "TAG", "defaultRelation": "EQUALS",
        "allowedRelations": ["EQUALS"], "ruleObject": null });
    assert!(reply.list("collectionRulesConditions").contains(&known));
}

#[scenario]
async fn more_products_than_a_turn_takes_are_sorted_in_by_a_job(shop: TestShop) {
    for number in 0..251 {
        let create = "mutation($title: String) { productCreate(product: {title: $title}) {
            userErrors { message } } }";
        let _ = shop
            .admin(create, json!({ "title": format!("Peg {number}") }))
            .await
            .ok();
    }
    let pegs = rules(&[rule("TITLE", "STARTS_WITH", "Peg")]);
    let id = given_smart(&shop, "Pegs", pegs).await;

    let query = "query($id: ID!) { collection(id: $id) { productsCount { count } } }";
    for _ in 0..200 {
        let reply = shop.admin(query, json!({ "id": id })).await.ok();
        if reply.number("collection.productsCount.count") == 251 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the collection was not filled");
}

#[scenario]
async fn stock_moves_products_in_and_out_of_a_collection(shop: TestShop) {
    let stool = given_product(&shop, "Stool", "30.00", &[]).await;
    let low = rules(&[rule("VARIANT_INVENTORY", "GREATER_THAN", "4")]);
    let id = given_smart(&shop, "Plenty", low).await;
    assert!(titles(&shop, &id).await.is_empty());
    let place = shop
        .admin("{ locations(first: 1) { nodes { id } } }", json!({}))
        .await
        .ok();

    let set = "mutation($input: InventorySetQuantitiesInput!) {
        inventorySetQuantities(input: $input) @idempotent(key: \"stock\") { userErrors { field message } } }";
    let item = stool.text("productSet.product.variants.nodes.0.inventoryItem.id");
    let quantities = json!([{ "inventoryItemId": item, "changeFromQuantity": 0, "quantity": 5,
        "locationId": place.text("locations.nodes.0.id") }]);
    let input = json!({ "name": "available", "reason": "correction", "quantities": quantities });
    let _ = shop.admin(set, json!({ "input": input })).await.ok();

    then_holds(&shop, &id, &["Stool"]).await;
}

const DEFINE: &str = "mutation($definition: MetafieldDefinitionInput!) {
        metafieldDefinitionCreate(definition: $definition) {
            createdDefinition { id useAsCollectionCondition
                capabilities { smartCollectionCondition { eligible enabled } } }
            userErrors { field message code } } }";

const UNDEFINE: &str = "mutation($id: ID!) { metafieldDefinitionDelete(id: $id,
        deleteAllAssociatedMetafields: true) { userErrors { field message code } } }";

const CLOSE: &str = "mutation { metafieldDefinitionUpdate(definition: {namespace: \"custom\",
        key: \"legs\", ownerType: PRODUCT,
        capabilities: {smartCollectionCondition: {enabled: false}}}) {
            userErrors { field message code } } }";

const SET_METAFIELDS: &str =
    "mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
        userErrors { field message } } }";

#[scenario]
async fn metafields_move_products_in_and_out_of_a_collection(shop: TestShop) {
    let stool = given_product(&shop, "Stool", "30.00", &[]).await;
    let product = stool.text("productSet.product.id");
    let variant = stool.text("productSet.product.variants.nodes.0.id");
    let definition = |owner: &str, kind: &str| {
        json!({ "definition": { "name": "Legs", "namespace": "custom", "key": "legs",
            "type": kind, "ownerType": owner,
            "capabilities": { "smartCollectionCondition": { "enabled": true } } } })
    };
    let of_product = shop
        .admin(DEFINE, definition("PRODUCT", "number_integer"))
        .await
        .ok();
    let created = "metafieldDefinitionCreate.createdDefinition";
    assert_eq!(
        of_product.get(&format!("{created}.useAsCollectionCondition")),
        &json!(true)
    );
    let of_variant = shop
        .admin(
            DEFINE,
            definition("PRODUCTVARIANT", "list.single_line_text_field"),
        )
        .await
        .ok();
    shop.admin(DEFINE, definition("CUSTOMER", "number_integer"))
        .await
        .refused("INVALID_CAPABILITY");
    let with = |column: &str, relation: &str, condition: &str, of: &Reply| {
        let mut one = rule(column, relation, condition);
        one["conditionObjectId"] = json!(of.text(&format!("{created}.id")));
        rules(&[one])
    };
    let many = with(
        "PRODUCT_METAFIELD_DEFINITION",
        "GREATER_THAN",
        "3",
        &of_product,
    );
    let many = given_smart(&shop, "Many legs", many).await;
    let oak = with("VARIANT_METAFIELD_DEFINITION", "EQUALS", "oak", &of_variant);
    let oak = given_smart(&shop, "Oak legs", oak).await;

    let field = |owner: &str, value: &str| json!({ "ownerId": owner, "namespace": "custom", "key": "legs", "value": value });
    let given =
        json!({ "metafields": [field(&product, "4"), field(&variant, "[\"Ash\", \"Oak\"]")] });
    let _ = shop.admin(SET_METAFIELDS, given).await.ok();
    assert_eq!(titles(&shop, &many).await, ["Stool"]);
    assert_eq!(titles(&shop, &oak).await, ["Stool"]);

    let delete = "mutation($metafields: [MetafieldIdentifierInput!]!) {
        metafieldsDelete(metafields: $metafields) { userErrors { field message } } }";
    let named =
        json!({ "metafields": [{ "ownerId": product, "namespace": "custom", "key": "legs" }] });
    let _ = shop.admin(delete, named).await.ok();
    assert!(titles(&shop, &many).await.is_empty());

    let id = json!({ "id": of_product.text(&format!("{created}.id")) });
    shop.admin(UNDEFINE, id)
        .await
        .refused("METAFIELD_DEFINITION_IN_USE");
    shop.admin(CLOSE, json!({}))
        .await
        .refused("CAPABILITY_CANNOT_BE_DISABLED");
}

#[scenario]
async fn what_a_smart_collection_holds_is_not_changed_by_hand(shop: TestShop) {
    let stool = given_product(&shop, "Stool", "30.00", &[]).await;
    let product = stool.text("productSet.product.id");
    let id = given_smart(&shop, "Tables", rules(&[rule("TYPE", "EQUALS", "Table")])).await;
    let members = json!({ "id": id, "products": [product] });
    let add = "mutation($id: ID!, $products: [ID!]!) { collectionAddProducts(id: $id,
        productIds: $products) { userErrors { field message } } }";
    shop.admin(add, members.clone()).await.refused_at("id");
    let add = "mutation($id: ID!, $products: [ID!]!) { collectionAddProductsV2(id: $id,
        productIds: $products) { job { done } userErrors { field message code } } }";
    shop.admin(add, members.clone())
        .await
        .refused("CANT_ADD_TO_SMART_COLLECTION");
    let remove = "mutation($id: ID!, $products: [ID!]!) { collectionRemoveProducts(id: $id,
        productIds: $products) { userErrors { field message } } }";
    shop.admin(remove, members).await.refused_at("id");
    let join = "mutation($id: ID!, $collection: ID!) { productUpdate(product: {id: $id,
        collectionsToJoin: [$collection]}) { userErrors { field message } } }";
    shop.admin(join, json!({ "id": product, "collection": id }))
        .await
        .refused_at("collectionsToJoin");

    let refused = [
        (rule("TAG", "CONTAINS", "x"), "ruleSet.rules.0"),
        (
            rule("VARIANT_PRICE", "LESS_THAN", "cheap"),
            "ruleSet.rules.0",
        ),
        (
            rule("PRODUCT_METAFIELD_DEFINITION", "EQUALS", "1"),
            "ruleSet.rules.0",
        ),
    ];
    for (one, at) in refused {
        let input = json!({ "input": { "title": "Odd", "ruleSet": rules(&[one]) } });
        shop.admin(CREATE, input).await.refused_at(at);
    }
    let none = json!({ "input": { "title": "Odd", "ruleSet": rules(&[]) } });
    shop.admin(CREATE, none).await.refused_at("ruleSet.rules");
    let manual = json!({ "input": { "title": "By hand" } });
    let manual = shop.admin(CREATE, manual).await.ok();
    let turned = json!({ "input": { "id": manual.text("collectionCreate.collection.id"),
        "ruleSet": rules(&[rule("TYPE", "EQUALS", "Seat")]) } });
    shop.admin(UPDATE, turned).await.refused_at("ruleSet");
}

const REORDER: &str = "mutation($id: ID!, $moves: [MoveInput!]!) {
    collectionReorderProducts(id: $id, moves: $moves) { job { id done }
        userErrors { field message code } } }";

#[scenario]
async fn the_merchant_puts_products_in_order(shop: TestShop) {
    let mut products = Vec::new();
    for title in ["A", "B", "C"] {
        let made = given_product(&shop, title, "1.00", &[]).await;
        products.push(made.text("productSet.product.id"));
    }
    let input = json!({ "title": "Letters", "sortOrder": "MANUAL" });
    let made = shop.admin(CREATE, json!({ "input": input })).await.ok();
    let id = made.text("collectionCreate.collection.id");
    let add = "mutation($id: ID!, $products: [ID!]!) { collectionAddProductsV2(id: $id,
        productIds: $products) { job { done } userErrors { field message code } } }";
    let reply = shop
        .admin(add, json!({ "id": id, "products": products }))
        .await
        .ok();
    assert_eq!(reply.get("collectionAddProductsV2.job.done"), &json!(true));

    let moves = json!([{ "id": products[2], "newPosition": "0" }, { "id": products[0], "newPosition": "9" }]);
    let _ = shop
        .admin(REORDER, json!({ "id": id, "moves": moves }))
        .await
        .ok();

    assert_eq!(titles(&shop, &id).await, ["C", "B", "A"]);
    let stray = json!([{ "id": "gid://shopify/Product/1", "newPosition": "0" }]);
    shop.admin(REORDER, json!({ "id": id, "moves": stray }))
        .await
        .refused("INVALID_MOVE");
    let sorted = json!({ "input": { "id": id, "sortOrder": "ALPHA_ASC" } });
    let _ = shop.admin(UPDATE, sorted).await.ok();
    shop.admin(REORDER, json!({ "id": id, "moves": moves }))
        .await
        .refused("MANUALLY_SORTED_COLLECTION");
    let nowhere = json!({ "id": "gid://shopify/Collection/1", "moves": moves, "products": [] });
    shop.admin(REORDER, nowhere.clone())
        .await
        .refused("COLLECTION_NOT_FOUND");
    shop.admin(add, nowhere)
        .await
        .refused("COLLECTION_DOES_NOT_EXIST");
}

#[scenario]
async fn a_collection_is_copied_with_all_that_it_holds(shop: TestShop) {
    let stool = given_product(&shop, "Stool", "30.00", &[]).await;
    let input = json!({ "title": "Seats", "sortOrder": "MANUAL",
        "products": [stool.text("productSet.product.id")],
        "metafields": [{ "namespace": "custom", "key": "mood", "type": "single_line_text_field", "value": "calm" }] });
    let made = shop.admin(CREATE, json!({ "input": input })).await.ok();
    let id = made.text("collectionCreate.collection.id");
    let copy = "mutation($input: CollectionDuplicateInput!) { collectionDuplicate(input: $input) {
        collection { id title handle sortOrder publishedOnCurrentPublication productsCount { count }
            metafield(namespace: \"custom\", key: \"mood\") { value } ruleSet { rules { column } } }
        job { done } userErrors { field message code } } }";
    let asked = json!({ "input": { "collectionId": id, "newTitle": "Seats again", "copyPublications": false } });

    let reply = shop.admin(copy, asked).await.ok();

    let own = "collectionDuplicate.collection";
    assert_eq!(reply.text(&format!("{own}.handle")), "seats-again");
    assert_eq!(reply.text(&format!("{own}.sortOrder")), "MANUAL");
    assert_eq!(reply.text(&format!("{own}.metafield.value")), "calm");
    assert_eq!(reply.number(&format!("{own}.productsCount.count")), 1);
    let published = format!("{own}.publishedOnCurrentPublication");
    assert_eq!(reply.get(&published), &json!(false));
    let smart = given_smart(&shop, "Cheap", rules(&[rule("TYPE", "EQUALS", "Seat")])).await;
    let asked = json!({ "input": { "collectionId": smart, "newTitle": "Cheap too" } });
    let reply = shop.admin(copy, asked).await.ok();
    assert_eq!(reply.number(&format!("{own}.productsCount.count")), 1);
    assert_eq!(reply.list(&format!("{own}.ruleSet.rules")).len(), 1);
    let nowhere =
        json!({ "input": { "collectionId": "gid://shopify/Collection/1", "newTitle": "X" } });
    shop.admin(copy, nowhere)
        .await
        .refused("COLLECTION_NOT_FOUND");
}

#[scenario]
async fn an_address_that_a_collection_had_leads_to_the_one_it_has(shop: TestShop) {
    let input = json!({ "input": { "title": "Seats" } });
    let made = shop.admin(CREATE, input).await.ok();
    let id = made.text("collectionCreate.collection.id");
    let renamed = json!({ "input": { "id": id, "handle": "sit", "redirectNewHandle": true } });

    let _ = shop.admin(UPDATE, renamed).await.ok();

    let query = "{ urlRedirects(first: 5) { nodes { path target } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(
        reply.get("urlRedirects.nodes"),
        &json!([{ "path": "/collections/seats", "target": "/collections/sit" }])
    );
}

#[scenario]
async fn a_collection_is_published_and_withdrawn_the_older_way(shop: TestShop) {
    let input = json!({ "input": { "title": "Seats" } });
    let made = shop.admin(CREATE, input).await.ok();
    let id = made.text("collectionCreate.collection.id");
    let change = |verb: &str| {
        format!(
            "mutation($input: Collection{verb}Input!) {{ collection{verb}(input: $input) {{
                collection {{ publishedOnCurrentPublication }} shop {{ id }}
                userErrors {{ field message }} }} }}"
        )
    };
    let asked = |id: &str, publication: i64| {
        let publication = format!("gid://shopify/Publication/{publication}");
        json!({ "input": { "id": id, "collectionPublications": [{ "publicationId": publication }] } })
    };

    let reply = shop.admin(&change("Unpublish"), asked(&id, 1)).await.ok();
    assert_eq!(
        reply.get("collectionUnpublish.collection.publishedOnCurrentPublication"),
        &json!(false)
    );
    let reply = shop.admin(&change("Publish"), asked(&id, 1)).await.ok();
    assert_eq!(
        reply.get("collectionPublish.collection.publishedOnCurrentPublication"),
        &json!(true)
    );

    for verb in ["Publish", "Unpublish"] {
        shop.admin(&change(verb), asked(&id, 7))
            .await
            .refused_at("id");
        shop.admin(&change(verb), asked("gid://shopify/Collection/1", 1))
            .await
            .refused_at("id");
    }
}

#[scenario]
async fn a_rule_may_ask_for_a_category_or_what_is_below_it(shop: TestShop) {
    let chairs = "gid://shopify/TaxonomyCategory/fr-7";
    let query = "mutation($product: ProductCreateInput!) { productCreate(product: $product) {
        product { id } userErrors { message } } }";
    let product = json!({ "title": "Armchair", "category": chairs });
    let _ = shop.admin(query, json!({ "product": product })).await.ok();
    let within = "PRODUCT_CATEGORY_ID_WITH_DESCENDANTS";
    let furniture = "gid://shopify/TaxonomyCategory/fr";

    let all = given_smart(
        &shop,
        "Furniture",
        rules(&[rule(within, "EQUALS", furniture)]),
    )
    .await;
    let only = rules(&[rule("PRODUCT_CATEGORY_ID", "EQUALS", chairs)]);
    let only = given_smart(&shop, "Chairs", only).await;
    let exact = rules(&[rule("PRODUCT_CATEGORY_ID", "EQUALS", furniture)]);
    let exact = given_smart(&shop, "Nothing but furniture", exact).await;

    then_holds(&shop, &all, &["Armchair"]).await;
    then_holds(&shop, &only, &["Armchair"]).await;
    then_holds(&shop, &exact, &[]).await;
    let query = "query($id: ID!) { collection(id: $id) { ruleSet { rules { column condition
        conditionObject { ... on CollectionRuleCategoryCondition { value { id fullName } } } } } } }";
    let told = shop.admin(query, json!({ "id": only })).await.ok();
    let rule = told.get("collection.ruleSet.rules.0");
    assert_eq!(
        rule["conditionObject"]["value"]["fullName"],
        "Furniture > Chairs"
    );
    let wrong = rules(&[json!({ "column": within, "relation": "EQUALS", "condition": "chairs" })]);
    let input = json!({ "title": "Wrong", "ruleSet": wrong });
    let refused = shop.admin(CREATE, json!({ "input": input })).await;
    assert!(!refused.user_errors().is_empty());
}
