//! Definitions of metafields.

use serde_json::{Value, json};
use tests::{Receiver, TestShop, scenario};

const DEFINE: &str = "mutation($definition: MetafieldDefinitionInput!) {
    metafieldDefinitionCreate(definition: $definition) {
        createdDefinition { id name namespace key ownerType description pinnedPosition
            validationStatus metafieldsCount useAsCollectionCondition
            type { name category } validations { name value type }
            access { admin storefront customerAccount }
            capabilities { adminFilterable { eligible enabled status }
                uniqueValues { eligible enabled } } }
        userErrors { field message code } } }";
const SET: &str = "mutation($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
        metafields { id value type description definition { id name } }
        userErrors { field message code } } }";

async fn given_product(shop: &TestShop, title: &str) -> String {
    let create = "mutation($title: String) { productCreate(product: {title: $title}) {
        product { id handle } userErrors { field message } } }";
    let reply = shop.admin(create, json!({ "title": title })).await.ok();
    reply.text("productCreate.product.id")
}

async fn given_definition(shop: &TestShop, definition: Value) -> String {
    let reply = shop
        .admin(DEFINE, json!({ "definition": definition }))
        .await;
    reply
        .ok()
        .text("metafieldDefinitionCreate.createdDefinition.id")
}

fn height() -> Value {
    json!({ "name": "Height", "namespace": "custom", "key": "height", "ownerType": "PRODUCT",
        "type": "number_integer", "description": "In centimetres",
        "validations": [{ "name": "max", "value": "200" }] })
}

#[scenario]
async fn a_definition_gives_metafields_their_type_and_limits(shop: TestShop) {
    let reply = shop
        .admin(DEFINE, json!({ "definition": height() }))
        .await
        .ok();
    let own = "metafieldDefinitionCreate.createdDefinition";
    assert_eq!(reply.text(&format!("{own}.type.category")), "NUMBER");
    assert_eq!(
        reply.text(&format!("{own}.access.admin")),
        "PUBLIC_READ_WRITE"
    );
    assert_eq!(reply.text(&format!("{own}.access.storefront")), "NONE");
    let definition = reply.text(&format!("{own}.id"));
    let product = given_product(&shop, "Stool").await;
    let value = |value: &str| {
        json!({ "metafields": [{ "ownerId": product, "namespace": "custom", "key": "height",
            "value": value }] })
    };
    let reply = shop.admin(SET, value("45")).await.ok();
    assert_eq!(
        reply.text("metafieldsSet.metafields.0.type"),
        "number_integer"
    );
    assert_eq!(
        reply.text("metafieldsSet.metafields.0.description"),
        "In centimetres"
    );
    assert_eq!(
        reply.text("metafieldsSet.metafields.0.definition.id"),
        definition
    );
    let refused = shop.admin(SET, value("201")).await;
    assert_eq!(
        refused.refused("INVALID_VALUE")["message"],
        "Value has a maximum of 200"
    );
    let mut other = value("46");
    other["metafields"][0]["type"] = json!("single_line_text_field");
    shop.admin(SET, other).await.refused("INVALID_TYPE");

    let create = "mutation($product: ProductCreateInput!) { productCreate(product: $product) {
        product { id } userErrors { field message } } }";
    let tall = json!({ "product": { "title": "Ladder", "metafields": [
        { "namespace": "custom", "key": "height", "value": "300" }] } });
    let refused = shop.admin(create, tall).await;
    assert!(
        !refused.user_errors().is_empty(),
        "limits hold wherever metafields are written"
    );

    let read = "query($id: ID!) {
        metafieldDefinition(identifier: {ownerType: PRODUCT, namespace: \"custom\", key: \"height\"}) {
            id metafieldsCount metafields(first: 5) { nodes { value } } }
        metafieldDefinitions(first: 5, ownerType: PRODUCT, query: \"heig*\") { nodes { id } }
        none: metafieldDefinitions(first: 5, ownerType: COLLECTION) { nodes { id } }
        node(id: $id) { ... on MetafieldDefinition { key } }
        metafieldDefinitionTypes { name category supportedValidations { name type } } }";
    let reply = shop.admin(read, json!({ "id": definition })).await.ok();
    assert_eq!(reply.number("metafieldDefinition.metafieldsCount"), 1);
    assert_eq!(
        reply.text("metafieldDefinition.metafields.nodes.0.value"),
        "45"
    );
    assert_eq!(reply.list("metafieldDefinitions.nodes").len(), 1);
    assert!(reply.list("none.nodes").is_empty());
    assert_eq!(reply.text("node.key"), "height");
    assert!(reply.list("metafieldDefinitionTypes").len() > 50);
}

#[scenario]
async fn a_definition_is_changed_pinned_and_deleted(shop: TestShop) {
    let id = given_definition(&shop, height()).await;
    let product = given_product(&shop, "Stool").await;
    let asked = json!({ "metafields": [{ "ownerId": product, "namespace": "custom",
        "key": "height", "value": "150" }] });
    let _ = shop.admin(SET, asked).await.ok();
    let update = "mutation($definition: MetafieldDefinitionUpdateInput!) {
        metafieldDefinitionUpdate(definition: $definition) {
            updatedDefinition { name validationStatus access { storefront }
                capabilities { adminFilterable { enabled } } }
            userErrors { field message code } } }";
    let changed = json!({ "definition": { "namespace": "custom", "key": "height",
        "ownerType": "PRODUCT", "name": "Tallness", "access": { "storefront": "PUBLIC_READ" },
        "capabilities": { "adminFilterable": { "enabled": true } },
        "validations": [{ "name": "max", "value": "100" }] } });
    let reply = shop.admin(update, changed).await.ok();
    let own = "metafieldDefinitionUpdate.updatedDefinition";
    assert_eq!(reply.text(&format!("{own}.name")), "Tallness");
    assert_eq!(
        reply.text(&format!("{own}.validationStatus")),
        "SOME_INVALID"
    );
    let nowhere = json!({ "definition": { "namespace": "custom", "key": "width",
        "ownerType": "PRODUCT", "name": "Width" } });
    shop.admin(update, nowhere).await.refused("NOT_FOUND");

    let pin = "mutation($id: ID!) { metafieldDefinitionPin(definitionId: $id) {
        pinnedDefinition { pinnedPosition } userErrors { field message code } } }";
    let reply = shop.admin(pin, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.number("metafieldDefinitionPin.pinnedDefinition.pinnedPosition"),
        1
    );
    shop.admin(pin, json!({ "id": id }))
        .await
        .refused("ALREADY_PINNED");
    let listed = "{ metafieldDefinitions(first: 5, ownerType: PRODUCT, pinnedStatus: PINNED,
        sortKey: PINNED_POSITION) { nodes { id } } }";
    let reply = shop.admin(listed, json!({})).await.ok();
    assert_eq!(reply.list("metafieldDefinitions.nodes").len(), 1);
    let unpin = "mutation($id: ID!) { metafieldDefinitionUnpin(definitionId: $id) {
        unpinnedDefinition { pinnedPosition } userErrors { field message code } } }";
    let reply = shop.admin(unpin, json!({ "id": id })).await.ok();
    let own = "metafieldDefinitionUnpin.unpinnedDefinition.pinnedPosition";
    assert_eq!(reply.get(own), &Value::Null);
    shop.admin(unpin, json!({ "id": id }))
        .await
        .refused("NOT_PINNED");

    let delete = "mutation($id: ID!, $all: Boolean!) {
        metafieldDefinitionDelete(id: $id, deleteAllAssociatedMetafields: $all) {
            deletedDefinitionId deletedDefinition { ownerType namespace key }
            userErrors { field message code } } }";
    let reply = shop
        .admin(delete, json!({ "id": id, "all": true }))
        .await
        .ok();
    assert_eq!(
        reply.text("metafieldDefinitionDelete.deletedDefinitionId"),
        id
    );
    shop.admin(delete, json!({ "id": id, "all": true }))
        .await
        .refused("NOT_FOUND");
    let read = "query($id: ID!) { product(id: $id) {
        metafield(namespace: \"custom\", key: \"height\") { value } } }";
    let reply = shop.admin(read, json!({ "id": product })).await.ok();
    assert_eq!(reply.get("product.metafield"), &Value::Null);
}

#[scenario]
async fn a_definition_that_cannot_be_is_refused(shop: TestShop) {
    let _ = given_definition(&shop, height()).await;
    let with = |changes: Value| {
        let mut definition = height();
        definition["key"] = json!("other");
        for (name, value) in changes.as_object().unwrap() {
            definition[name] = value.clone();
        }
        json!({ "definition": definition })
    };
    for (changes, code) in [
        (json!({ "key": "height" }), "TAKEN"),
        (json!({ "key": "h" }), "TOO_SHORT"),
        (json!({ "key": "a b" }), "INVALID_CHARACTER"),
        (json!({ "name": " " }), "BLANK"),
        (json!({ "type": "string", "validations": [] }), "INCLUSION"),
        (
            json!({ "validations": [{ "name": "regex", "value": "x" }] }),
            "INVALID_OPTION",
        ),
        (
            json!({ "type": "metaobject_reference", "validations": [] }),
            "INVALID_OPTION",
        ),
        (json!({ "access": { "admin": "MERCHANT_READ" } }), "INVALID"),
        (
            json!({ "type": "json", "validations": [],
                "capabilities": { "uniqueValues": { "enabled": true } } }),
            "INVALID_CAPABILITY",
        ),
    ] {
        shop.admin(DEFINE, with(changes)).await.refused(code);
    }
    shop.admin(DEFINE, with(json!({ "namespace": "app--7" })))
        .await
        .error("ACCESS_DENIED");
    let product = given_product(&shop, "Stool").await;
    let loose = json!({ "metafields": [{ "ownerId": product, "namespace": "custom",
        "key": "loose", "type": "single_line_text_field", "value": "x" }] });
    let _ = shop.admin(SET, loose).await.ok();
    shop.admin(DEFINE, with(json!({ "key": "loose" })))
        .await
        .refused("UNSTRUCTURED_ALREADY_EXISTS");
}

#[scenario]
async fn a_value_that_must_be_unique_stands_once(shop: TestShop) {
    let _ = given_definition(
        &shop,
        json!({ "name": "Code", "namespace": "custom", "key": "code", "ownerType": "PRODUCT",
            "type": "single_line_text_field",
            "capabilities": { "uniqueValues": { "enabled": true } } }),
    )
    .await;
    let stool = given_product(&shop, "Stool").await;
    let bench = given_product(&shop, "Bench").await;
    let code = |id: &str| {
        json!({ "metafields": [{ "ownerId": id, "namespace": "custom", "key": "code",
            "value": "A1" }] })
    };
    let _ = shop.admin(SET, code(&stool)).await.ok();
    let _ = shop.admin(SET, code(&stool)).await.ok();
    shop.admin(SET, code(&bench)).await.refused("TAKEN");
}

#[scenario]
async fn a_storefront_reads_what_a_definition_lets_it(shop: TestShop) {
    let product = given_product(&shop, "Stool").await;
    let field = |key: &str, value: &str| {
        json!({ "ownerId": product, "namespace": "custom", "key": key,
            "type": "single_line_text_field", "value": value })
    };
    let asked = json!({ "metafields": [field("shown", "yes"), field("hidden", "no"),
        field("loose", "no")] });
    for (key, access) in [("shown", "PUBLIC_READ"), ("hidden", "NONE")] {
        let _ = given_definition(
            &shop,
            json!({ "name": key, "namespace": "custom", "key": key, "ownerType": "PRODUCT",
                "type": "single_line_text_field", "description": "Said of it",
                "access": { "storefront": access } }),
        )
        .await;
    }
    let _ = shop.admin(SET, asked).await.ok();
    shop.publish(&product).await;
    let query = "query($id: ID!) { product(id: $id) {
        metafields(identifiers: [{namespace: \"custom\", key: \"shown\"},
            {namespace: \"custom\", key: \"hidden\"}, {namespace: \"custom\", key: \"loose\"}]) {
            value description } } }";
    let reply = shop.storefront(query, json!({ "id": product })).await.ok();
    let shown = json!([{ "value": "yes", "description": "Said of it" }, null, null]);
    assert_eq!(reply.get("product.metafields"), &shown);
}

#[scenario]
async fn webhooks_tell_of_definitions(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
            webhookSubscription { id } userErrors { field message } } }";
    let asked = json!({ "topic": "METAFIELD_DEFINITIONS_CREATE", "uri": receiver.url() });
    let _ = shop.admin(subscribe, asked).await.ok();
    let _ = given_definition(&shop, height()).await;
    let told = receiver.wait_for("metafield_definitions/create", 1).await;
    assert_eq!(told[0].json()["type_name"], "number_integer");
    assert_eq!(told[0].json()["owner_type"], "product");
}

#[scenario]
async fn lists_are_searched_by_metafields_whose_definition_says_so(shop: TestShop) {
    let mut filterable = height();
    filterable["capabilities"] = json!({ "adminFilterable": { "enabled": true } });
    let _ = given_definition(&shop, filterable).await;
    let mut plain = height();
    plain["key"] = json!("care-guide");
    let _ = given_definition(&shop, plain).await;
    for (title, height) in [("Stool", "45"), ("Bench", "44"), ("Ladder", "190")] {
        let product = given_product(&shop, title).await;
        let field = |key: &str| json!({ "ownerId": product, "namespace": "custom", "key": key, "value": height });
        let asked = json!({ "metafields": [field("height"), field("care-guide")] });
        let _ = shop.admin(SET, asked).await.ok();
    }
    let list = "query($query: String!) { products(first: 5, query: $query, sortKey: TITLE) {
        nodes { title } } }";
    for (query, wanted) in [
        ("metafields.custom.height:45", json!([{ "title": "Stool" }])),
        (
            "metafields.custom.height:>44",
            json!([{ "title": "Ladder" }, { "title": "Stool" }]),
        ),
        ("metafields.custom.care-guide:45", json!([])),
        ("metafields.custom.width:45", json!([])),
    ] {
        let reply = shop.admin(list, json!({ "query": query })).await.ok();
        assert_eq!(reply.get("products.nodes"), &wanted, "{query}");
    }
    let others = "query($query: String!) {
        collections(first: 5, query: $query) { nodes { id } }
        customers(first: 5, query: $query) { nodes { id } }
        orders(first: 5, query: $query) { nodes { id } }
        productVariants(first: 5, query: $query) { nodes { id } } }";
    let asked = json!({ "query": "metafields.custom.height:45" });
    let reply = shop.admin(others, asked).await.ok();
    for list in ["collections", "customers", "orders", "productVariants"] {
        assert!(reply.list(&format!("{list}.nodes")).is_empty());
    }
    assert!(reply.json["extensions"]["search"].is_null());
}

#[scenario]
async fn a_row_is_found_and_set_by_an_id_of_the_merchants_own(shop: TestShop) {
    for owner in [
        "PRODUCT",
        "PRODUCTVARIANT",
        "COLLECTION",
        "CUSTOMER",
        "ORDER",
    ] {
        let query = "mutation($definition: MetafieldDefinitionInput!) {
            metafieldDefinitionCreate(definition: $definition) { createdDefinition { id }
                userErrors { field message } } }";
        let definition = json!({ "name": "Number", "namespace": "erp", "key": "number", "type": "id",
            "ownerType": owner, "capabilities": { "uniqueValues": { "enabled": true } } });
        let _ = shop
            .admin(query, json!({ "definition": definition }))
            .await
            .ok();
    }
    let own = json!({ "namespace": "erp", "key": "number", "value": "A-1" });
    let set = "mutation($identifier: ProductSetIdentifiers, $input: ProductSetInput!) {
        productSet(identifier: $identifier, input: $input, synchronous: true) {
            product { id title } userErrors { field message } } }";
    let asked =
        |title: &str| json!({ "identifier": { "customId": own }, "input": { "title": title } });

    let first = shop.admin(set, asked("Stool")).await.ok();
    let again = shop.admin(set, asked("Tall stool")).await.ok();

    let id = first.text("productSet.product.id");
    assert_eq!(again.text("productSet.product.id"), id);
    let update = "mutation($identifier: ProductUpdateIdentifiers, $product: ProductUpdateInput) {
        productUpdate(identifier: $identifier, product: $product) { product { id vendor }
            userErrors { message } } }";
    let change = json!({ "identifier": { "customId": own }, "product": { "vendor": "Oak" } });
    let changed = shop.admin(update, change).await.ok();
    assert_eq!(changed.text("productUpdate.product.id"), id);
    let query = "query($own: UniqueMetafieldValueInput!) {
        productByIdentifier(identifier: { customId: $own }) { id title }
        productVariantByIdentifier(identifier: { customId: $own }) { id }
        collectionByIdentifier(identifier: { customId: $own }) { id }
        customerByIdentifier(identifier: { customId: $own }) { id }
        orderByIdentifier(identifier: { customId: $own }) { id } }";
    let found = shop.admin(query, json!({ "own": own })).await.ok();
    assert_eq!(found.text("productByIdentifier.id"), id);
    assert_eq!(found.text("productByIdentifier.title"), "Tall stool");
    for other in ["productVariant", "collection", "customer", "order"] {
        assert!(
            found.get(&format!("{other}ByIdentifier")).is_null(),
            "{other}"
        );
    }
}
