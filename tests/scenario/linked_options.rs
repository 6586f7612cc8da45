//! Options whose values are metaobjects: named after them, with a colour or a picture.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

use crate::files::{PNG, given_upload, settled};

const ADD: &str = "mutation($id: ID!, $options: [OptionCreateInput!]!) {
    productOptionsCreate(productId: $id, options: $options, variantStrategy: CREATE) {
        product { id options { id name linkedMetafield { namespace key }
                optionValues { id name linkedMetafieldValue
                    swatch { color image { image { width } } } } }
            variants(first: 9) { nodes { title } }
            metafield(namespace: \"custom\", key: \"finish\") { value } }
        userErrors { field message code } } }";

/// A metafield of products that lists metaobjects with colours, and two of these.
async fn given_finishes(shop: &TestShop) -> (String, String) {
    let define = "mutation($definition: MetaobjectDefinitionCreateInput!) {
        metaobjectDefinitionCreate(definition: $definition) {
            metaobjectDefinition { id } userErrors { field message code } } }";
    let definition = json!({ "type": "finish", "displayNameKey": "label", "fieldDefinitions": [
        { "key": "label", "type": "single_line_text_field" },
        { "key": "color", "type": "color" },
        { "key": "image", "type": "file_reference" },
    ] });
    let made = shop
        .admin(define, json!({ "definition": definition }))
        .await
        .ok();
    let kind = made.text("metaobjectDefinitionCreate.metaobjectDefinition.id");
    let define = "mutation($definition: MetafieldDefinitionInput!) {
        metafieldDefinitionCreate(definition: $definition) {
            createdDefinition { id } userErrors { field message code } } }";
    let definition = json!({ "name": "Finish", "namespace": "custom", "key": "finish",
        "ownerType": "PRODUCT", "type": "list.metaobject_reference",
        "validations": [{ "name": "metaobject_definition_id", "value": kind }] });
    let _ = shop
        .admin(define, json!({ "definition": definition }))
        .await
        .ok();

    let source = given_upload(shop, "oak.png", "image/png", PNG).await;
    let file = "mutation($files: [FileCreateInput!]!) { fileCreate(files: $files) {
        files { id } userErrors { message } } }";
    let file = shop
        .admin(file, json!({ "files": [{ "originalSource": source }] }))
        .await
        .ok()
        .text("fileCreate.files.0.id");
    settled(shop, &file).await;
    let red = json!([{ "key": "label", "value": "Red" }, { "key": "color", "value": "#ff0000" }]);
    let oak = json!([{ "key": "label", "value": "Oak" }, { "key": "image", "value": file }]);
    (
        given_metaobject(shop, red).await,
        given_metaobject(shop, oak).await,
    )
}

async fn given_metaobject(shop: &TestShop, fields: Value) -> String {
    let create = "mutation($metaobject: MetaobjectCreateInput!) {
        metaobjectCreate(metaobject: $metaobject) {
            metaobject { id } userErrors { field message code } } }";
    let metaobject = json!({ "type": "finish", "fields": fields });
    let made = shop
        .admin(create, json!({ "metaobject": metaobject }))
        .await
        .ok();
    made.text("metaobjectCreate.metaobject.id")
}

async fn given_product(shop: &TestShop) -> String {
    let create = "mutation { productCreate(product: { title: \"Stool\" }) {
        product { id } userErrors { message } } }";
    shop.admin(create, json!({}))
        .await
        .ok()
        .text("productCreate.product.id")
}

#[scenario]
async fn a_linked_options_values_are_metaobjects_with_swatches(shop: TestShop) {
    let (red, oak) = given_finishes(&shop).await;
    let id = given_product(&shop).await;
    let linked = json!({ "namespace": "custom", "key": "finish", "values": [red, oak] });
    let asked = json!({ "id": id, "options": [{ "linkedMetafield": linked }] });
    let reply = shop.admin(ADD, asked).await.ok();
    let product = reply.get("productOptionsCreate.product");
    let option = &product["options"][0];
    assert_eq!(
        (&option["name"], &option["linkedMetafield"]),
        (
            &json!("Finish"),
            &json!({ "namespace": "custom", "key": "finish" })
        )
    );
    let value = |place: usize| {
        let value = &option["optionValues"][place];
        json!([
            value["name"],
            value["linkedMetafieldValue"],
            value["swatch"]
        ])
    };
    assert_eq!(
        value(0),
        json!(["Red", red, { "color": "#ff0000", "image": null }])
    );
    let picture = json!({ "color": null, "image": { "image": { "width": 2 } } });
    assert_eq!(value(1), json!(["Oak", oak, picture]));
    assert_eq!(
        product["variants"]["nodes"],
        json!([{ "title": "Red" }, { "title": "Oak" }])
    );
    assert_eq!(
        product["metafield"]["value"],
        json!(json!([red, oak]).to_string())
    );

    // Buyers see them, too.
    shop.publish(&id).await;
    let query = "{ product(handle: \"stool\") { options { optionValues { name
        swatch { color image { previewImage { width } } } } } } }";
    let shown = shop.storefront(query, json!({})).await.ok();
    assert_eq!(
        shown.get("product.options.0.optionValues.0.swatch"),
        &json!({ "color": "#ff0000", "image": null })
    );
    assert_eq!(
        shown.number("product.options.0.optionValues.1.swatch.image.previewImage.width"),
        2
    );
}

#[scenario]
async fn a_value_is_added_and_chosen_by_its_metaobject(shop: TestShop) {
    let (red, oak) = given_finishes(&shop).await;
    let id = given_product(&shop).await;
    let linked = json!({ "namespace": "custom", "key": "finish", "values": [red, oak] });
    let asked = json!({ "id": id, "options": [{ "linkedMetafield": linked }] });
    let reply = shop.admin(ADD, asked).await.ok();
    let option = reply.text("productOptionsCreate.product.options.0.id");
    // The metafield lists the new value, too.
    let blue = json!([{ "key": "label", "value": "Blue" }, { "key": "color", "value": "#0000ff" }]);
    let blue = given_metaobject(&shop, blue).await;
    let update =
        "mutation($id: ID!, $option: OptionUpdateInput!, $add: [OptionValueCreateInput!]) {
        productOptionUpdate(productId: $id, option: $option, optionValuesToAdd: $add) {
            product { options { optionValues { name } }
                metafield(namespace: \"custom\", key: \"finish\") { value } }
            userErrors { field message code } } }";
    let change = |add: Value| json!({ "id": id, "option": { "id": option }, "add": [add] });
    let reply = shop
        .admin(update, change(json!({ "linkedMetafieldValue": blue })))
        .await
        .ok();
    let product = reply.get("productOptionUpdate.product");
    assert_eq!(product["options"][0]["optionValues"][2]["name"], "Blue");
    assert_eq!(
        product["metafield"]["value"],
        json!(json!([red, oak, blue]).to_string())
    );
    shop.admin(update, change(json!({ "name": "Green" })))
        .await
        .refused("CANNOT_COMBINE_LINKED_AND_NONLINKED_OPTION_VALUES");

    // A variant is given a value by its metaobject.
    let create = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkCreate(productId: $id, variants: $variants) {
            productVariants { title } userErrors { field message code } } }";
    let variant = json!({ "price": "5",
        "optionValues": [{ "optionName": "Finish", "linkedMetafieldValue": blue }] });
    let reply = shop
        .admin(create, json!({ "id": id, "variants": [variant] }))
        .await
        .ok();
    assert_eq!(
        reply.text("productVariantsBulkCreate.productVariants.0.title"),
        "Blue"
    );
}

#[scenario]
async fn an_option_is_linked_to_a_list_of_metaobjects_or_refused(shop: TestShop) {
    let (red, _) = given_finishes(&shop).await;
    let id = given_product(&shop).await;
    let link =
        |key: &str, values: Value| json!({ "namespace": "custom", "key": key, "values": values });
    for (option, code) in [
        (
            json!({ "linkedMetafield": link("nothing", json!([red])) }),
            "LINKED_METAFIELD_DEFINITION_NOT_FOUND",
        ),
        (
            json!({ "linkedMetafield": link("finish", json!([])) }),
            "MISSING_METAFIELD_VALUES_FOR_LINKED_OPTION",
        ),
        (
            json!({ "linkedMetafield": link("finish", json!(["gid://shopify/Metaobject/1"])) }),
            "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION",
        ),
        (
            json!({ "linkedMetafield": link("finish", json!([red])), "values": [{ "name": "A" }] }),
            "CANNOT_COMBINE_LINKED_METAFIELD_AND_OPTION_VALUES",
        ),
        (
            json!({ "name": "Color", "values": [{ "linkedMetafieldValue": red }] }),
            "LINKED_METAFIELD_VALUE_WITHOUT_LINKED_OPTION",
        ),
    ] {
        shop.admin(ADD, json!({ "id": id, "options": [option] }))
            .await
            .refused(code);
    }
    // A product set whole is linked as well.
    let set = "mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
        product { options { name optionValues { name swatch { color } } }
            metafield(namespace: \"custom\", key: \"finish\") { value } }
        userErrors { field message code } } }";
    let options = json!([{ "name": "Finish", "linkedMetafield": link("finish", json!([red])) }]);
    let variants = json!([{ "price": "4",
        "optionValues": [{ "optionName": "Finish", "linkedMetafieldValue": red }] }]);
    let input = json!({ "title": "Chair", "productOptions": options, "variants": variants });
    let reply = shop.admin(set, json!({ "input": input })).await.ok();
    let product = reply.get("productSet.product");
    assert_eq!(
        product["options"],
        json!([{ "name": "Finish",
            "optionValues": [{ "name": "Red", "swatch": { "color": "#ff0000" } }] }])
    );
    assert_eq!(
        product["metafield"]["value"],
        json!(json!([red]).to_string())
    );
}
