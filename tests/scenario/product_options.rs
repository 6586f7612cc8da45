//! Options of a product: added, changed, deleted, ordered, with the variants that follow them.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const CREATE: &str = "mutation($id: ID!, $options: [OptionCreateInput!]!,
        $strategy: ProductOptionCreateVariantStrategy) {
    productOptionsCreate(productId: $id, options: $options, variantStrategy: $strategy) {
        product { id options { id name position values optionValues { id name hasVariants } }
            variants(first: 20) { nodes { id title } } }
        userErrors { field message code } } }";

const UPDATE: &str = "mutation($id: ID!, $option: OptionUpdateInput!,
        $add: [OptionValueCreateInput!], $update: [OptionValueUpdateInput!], $delete: [ID!],
        $strategy: ProductOptionUpdateVariantStrategy) {
    productOptionUpdate(productId: $id, option: $option, optionValuesToAdd: $add,
            optionValuesToUpdate: $update, optionValuesToDelete: $delete,
            variantStrategy: $strategy) {
        product { options { name position optionValues { name hasVariants } }
            variants(first: 20) { nodes { title price } } }
        userErrors { field message code } } }";

const DELETE: &str = "mutation($id: ID!, $options: [ID!]!,
        $strategy: ProductOptionDeleteStrategy) {
    productOptionsDelete(productId: $id, options: $options, strategy: $strategy) {
        deletedOptionsIds product { options { name values }
            variants(first: 20) { nodes { title } } }
        userErrors { field message code } } }";

const REORDER: &str = "mutation($id: ID!, $options: [OptionReorderInput!]!) {
    productOptionsReorder(productId: $id, options: $options) {
        product { options { name optionValues { name } } variants(first: 20) { nodes { title } } }
        userErrors { field message code } } }";

const MOVE: &str = "mutation($id: ID!, $positions: [ProductVariantPositionInput!]!) {
    productVariantsBulkReorder(productId: $id, positions: $positions) {
        product { variants(first: 20) { nodes { id title position } } }
        userErrors { field message code } } }";

/// A product without options, and one with sizes and colours of all combinations.
async fn given_product(shop: &TestShop) -> String {
    let create = "mutation { productCreate(product: {title: \"Shirt\"}) { product { id }
        userErrors { message } } }";
    let reply = shop.admin(create, json!({})).await.ok();
    reply.text("productCreate.product.id")
}

fn two_options() -> Value {
    json!([
        { "name": "Size", "values": [{ "name": "S" }, { "name": "M" }] },
        { "name": "Colour", "values": [{ "name": "Red" }, { "name": "Blue" }] },
    ])
}

async fn given_shirt(shop: &TestShop) -> (String, Value) {
    let id = given_product(shop).await;
    let asked = json!({ "id": id, "options": two_options(), "strategy": "CREATE" });
    let reply = shop.admin(CREATE, asked).await.ok();
    let options = reply.get("productOptionsCreate.product.options").clone();
    (id, options)
}

fn titles(nodes: &[Value]) -> Vec<&str> {
    nodes
        .iter()
        .map(|node| node["title"].as_str().unwrap())
        .collect()
}

#[scenario]
async fn options_replace_the_placeholder_and_variants_follow_when_asked(shop: TestShop) {
    let id = given_product(&shop).await;
    let size = json!([{ "name": "Size", "values": [{ "name": "S" }, { "name": "M" }] }]);
    let asked = json!({ "id": id, "options": size });
    let reply = shop.admin(CREATE, asked).await.ok();
    let option = reply.get("productOptionsCreate.product.options.0");
    assert_eq!(
        (&option["name"], &option["values"]),
        (&json!("Size"), &json!(["S"]))
    );
    assert_eq!(option["optionValues"][1]["hasVariants"], false);
    let nodes = reply.list("productOptionsCreate.product.variants.nodes");
    assert_eq!(titles(nodes), ["S"]);

    let colour = json!([{ "name": "Colour", "position": 1,
        "values": [{ "name": "Red" }, { "name": "Blue" }] }]);
    let asked = json!({ "id": id, "options": colour, "strategy": "CREATE" });
    let reply = shop.admin(CREATE, asked).await.ok();
    let nodes = reply.list("productOptionsCreate.product.variants.nodes");
    assert_eq!(titles(nodes), ["Red / S", "Blue / S"]);
    assert_eq!(
        reply.text("productOptionsCreate.product.options.0.name"),
        "Colour"
    );
}

#[scenario]
async fn options_that_cannot_be_are_refused_with_their_codes(shop: TestShop) {
    let (id, _) = given_shirt(&shop).await;
    let red = json!([{ "name": "Red" }]);
    let long = "N".repeat(256);
    for (options, code) in [
        (
            json!([{ "name": "Size", "values": red }]),
            "OPTION_ALREADY_EXISTS",
        ),
        (
            json!([{ "name": "A", "values": red }, { "name": "a", "values": red }]),
            "DUPLICATED_OPTION_NAME",
        ),
        (
            json!([{ "name": "A", "values": [] }]),
            "OPTION_VALUES_MISSING",
        ),
        (
            json!([{ "name": " ", "values": red }]),
            "OPTION_NAME_MISSING",
        ),
        (
            json!([{ "name": long, "values": red }]),
            "OPTION_NAME_TOO_LONG",
        ),
        (
            json!([{ "name": "A", "values": [{ "name": "x" }, { "name": "X" }] }]),
            "DUPLICATED_OPTION_VALUE",
        ),
        (
            json!([{ "name": "A", "values": red }, { "name": "B", "values": red }]),
            "OPTIONS_OVER_LIMIT",
        ),
        (
            json!([{ "name": "A", "position": 4, "values": red }]),
            "POSITION_OUT_OF_BOUNDS",
        ),
    ] {
        let asked = json!({ "id": id, "options": options });
        shop.admin(CREATE, asked).await.refused(code);
    }
    let many: Vec<Value> = (0..513)
        .map(|n| json!({ "name": format!("V{n}") }))
        .collect();
    let asked = json!({ "id": id, "options": [{ "name": "Cut", "values": many }],
        "strategy": "CREATE" });
    shop.admin(CREATE, asked)
        .await
        .refused("TOO_MANY_VARIANTS_CREATED");
    let asked = json!({ "id": "gid://shopify/Product/1", "options": two_options() });
    shop.admin(CREATE, asked)
        .await
        .refused("PRODUCT_DOES_NOT_EXIST");
}

#[scenario]
async fn an_option_is_renamed_moved_and_its_variants_are_managed(shop: TestShop) {
    let (id, options) = given_shirt(&shop).await;
    let colour = &options[1];
    let asked = json!({ "id": id, "strategy": "MANAGE",
        "option": { "id": colour["id"], "name": "Color", "position": 1 },
        "add": [{ "name": "Green" }],
        "update": [{ "id": colour["optionValues"][0]["id"], "name": "Crimson" }],
        "delete": [colour["optionValues"][1]["id"]] });
    let reply = shop.admin(UPDATE, asked).await.ok();
    let nodes = reply.list("productOptionUpdate.product.variants.nodes");
    assert_eq!(
        titles(nodes),
        ["Crimson / S", "Crimson / M", "Green / S", "Green / M"]
    );
    assert_eq!(
        reply.get("productOptionUpdate.product.options.0"),
        &json!({ "name": "Color", "position": 1, "optionValues": [
            { "name": "Crimson", "hasVariants": true }, { "name": "Green", "hasVariants": true }] })
    );
}

#[scenario]
async fn a_change_of_an_option_that_cannot_be_is_refused_with_its_code(shop: TestShop) {
    let (id, options) = given_shirt(&shop).await;
    let size = options[0]["id"].clone();
    let [small, medium] = [0, 1].map(|at| options[0]["optionValues"][at]["id"].clone());
    let option = json!({ "id": size });
    for (asked, code) in [
        (
            json!({ "option": { "id": size, "name": "colour" } }),
            "OPTION_ALREADY_EXISTS",
        ),
        (
            json!({ "option": { "id": size, "position": 3 } }),
            "INVALID_POSITION",
        ),
        (
            json!({ "option": { "id": "gid://shopify/ProductOption/1" } }),
            "OPTION_DOES_NOT_EXIST",
        ),
        (
            json!({ "option": option, "delete": [small] }),
            "OPTION_VALUE_HAS_VARIANTS",
        ),
        (
            json!({ "option": option, "delete": [small, medium], "strategy": "MANAGE" }),
            "CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION",
        ),
        (
            json!({ "option": option, "add": [{ "name": "s" }] }),
            "OPTION_VALUE_ALREADY_EXISTS",
        ),
        (
            json!({ "option": option, "add": [{ "name": "L" }, { "name": "L" }] }),
            "DUPLICATED_OPTION_VALUE",
        ),
        (
            json!({ "option": option, "delete": [small], "strategy": "MANAGE",
            "update": [{ "id": small, "name": "XS" }] }),
            "OPTION_VALUE_CONFLICTING_OPERATION",
        ),
        (
            json!({ "option": option, "update": [{ "id": "gid://shopify/ProductOptionValue/1" }] }),
            "OPTION_VALUE_DOES_NOT_EXIST",
        ),
    ] {
        let mut asked = asked;
        asked["id"] = json!(id);
        shop.admin(UPDATE, asked).await.refused(code);
    }
}

#[scenario]
async fn options_go_with_as_many_variants_as_the_strategy_lets_go(shop: TestShop) {
    let (id, options) = given_shirt(&shop).await;
    let colour = json!([options[1]["id"]]);
    let asked = |strategy: &str| json!({ "id": id, "options": colour, "strategy": strategy });
    shop.admin(DELETE, asked("DEFAULT"))
        .await
        .refused("CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES");
    shop.admin(DELETE, asked("NON_DESTRUCTIVE"))
        .await
        .refused("CANNOT_USE_NON_DESTRUCTIVE_STRATEGY");
    let reply = shop.admin(DELETE, asked("POSITION")).await.ok();
    assert_eq!(reply.get("productOptionsDelete.deletedOptionsIds"), &colour);
    let nodes = reply.list("productOptionsDelete.product.variants.nodes");
    assert_eq!(titles(nodes), ["S", "M"]);
    shop.admin(DELETE, asked("DEFAULT"))
        .await
        .refused("OPTION_DOES_NOT_EXIST");

    let (other, foreign) = given_shirt(&shop).await;
    let asked = json!({ "id": id, "options": [foreign[0]["id"]] });
    shop.admin(DELETE, asked)
        .await
        .refused("OPTIONS_DO_NOT_BELONG_TO_THE_SAME_PRODUCT");
    let all = json!({ "id": other, "options": [foreign[0]["id"], foreign[1]["id"]],
        "strategy": "POSITION" });
    let reply = shop.admin(DELETE, all).await.ok();
    let nodes = reply.list("productOptionsDelete.product.variants.nodes");
    assert_eq!(titles(nodes), ["Default Title"]);
    assert_eq!(
        reply.get("productOptionsDelete.product.options"),
        &json!([{ "name": "Title", "values": ["Default Title"] }])
    );
}

#[scenario]
async fn variants_follow_the_order_of_options_and_values(shop: TestShop) {
    let (id, _) = given_shirt(&shop).await;
    let order = json!([
        { "name": "Colour", "values": [{ "name": "Blue" }, { "name": "Red" }] },
        { "name": "Size" },
    ]);
    let reply = shop
        .admin(REORDER, json!({ "id": id, "options": order }))
        .await
        .ok();
    let nodes = reply.list("productOptionsReorder.product.variants.nodes");
    assert_eq!(
        titles(nodes),
        ["Blue / S", "Blue / M", "Red / S", "Red / M"]
    );
    for (order, code) in [
        (json!([{ "name": "Size" }]), "MISSING_OPTION_NAME"),
        (json!([{ "name": "Fit" }]), "OPTION_NAME_DOES_NOT_EXIST"),
        (
            json!([{ "id": "gid://shopify/ProductOption/1" }]),
            "OPTION_ID_DOES_NOT_EXIST",
        ),
        (
            json!([{ "name": "Size" }, { "name": "Size" }]),
            "DUPLICATED_OPTION_NAME",
        ),
        (
            json!([{ "name": "Size", "values": [{ "name": "S" }] }, { "name": "Colour" }]),
            "MISSING_OPTION_VALUE",
        ),
        (
            json!([{ "name": "Size", "values": [{ "name": "L" }] }, { "name": "Colour" }]),
            "OPTION_VALUE_DOES_NOT_EXIST",
        ),
        (json!([{}]), "NO_KEY_ON_REORDER"),
    ] {
        let asked = json!({ "id": id, "options": order });
        shop.admin(REORDER, asked).await.refused(code);
    }
}

#[scenario]
async fn variants_are_moved_and_the_others_keep_their_order(shop: TestShop) {
    let (id, _) = given_shirt(&shop).await;
    let list = "query($id: ID!) { product(id: $id) { variants(first: 9) { nodes { id title } } } }";
    let reply = shop.admin(list, json!({ "id": id })).await.ok();
    let nodes = reply.list("product.variants.nodes");
    assert_eq!(
        titles(nodes),
        ["S / Red", "S / Blue", "M / Red", "M / Blue"]
    );
    let moves = |moves: Value| json!({ "id": id, "positions": moves });
    let asked = moves(json!([{ "id": nodes[3]["id"], "position": 1 },
        { "id": nodes[0]["id"], "position": 9 }]));
    let reply = shop.admin(MOVE, asked).await.ok();
    let now = reply.list("productVariantsBulkReorder.product.variants.nodes");
    assert_eq!(titles(now), ["M / Blue", "S / Blue", "M / Red", "S / Red"]);
    let first = nodes[0]["id"].clone();
    let twice = json!([{ "id": first, "position": 1 }, { "id": first, "position": 2 }]);
    shop.admin(MOVE, moves(twice))
        .await
        .refused("DUPLICATED_VARIANT_ID");
    let zero = json!([{ "id": first, "position": 0 }]);
    shop.admin(MOVE, moves(zero))
        .await
        .refused("INVALID_POSITION");
    let unknown = json!([{ "id": "gid://shopify/ProductVariant/1", "position": 1 }]);
    shop.admin(MOVE, moves(unknown))
        .await
        .refused("MISSING_VARIANT");
}
