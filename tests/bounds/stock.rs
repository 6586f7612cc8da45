//! What the shop is stocked with, through the API.

use serde_json::{Value, json};

use crate::operations::Interface;
use crate::shop::{SMALL, Shop};
use crate::texts::{ADD_DRAFT, ADD_ORDER};

const KINDS: [&str; 8] = [
    "Teapot", "Kettle", "Cup", "Saucer", "Tray", "Spoon", "Bowl", "Jug",
];
const STUFFS: [&str; 5] = ["Linen", "Clay", "Glass", "Oak", "Steel"];

const SET_PRODUCT: &str = "mutation($input: ProductSetInput!) {
    productSet(input: $input, synchronous: true) { product { id } userErrors { field message } }
}";
const ADD_COLLECTION: &str = "mutation($input: CollectionInput!) {
    collectionCreate(input: $input) { collection { id } userErrors { field message } }
}";
const PUBLISH: &str = "mutation($id: ID!) {
    publishablePublishToCurrentChannel(id: $id) { userErrors { field message } }
}";
const ADD_CUSTOMER: &str = "mutation($input: CustomerInput!) {
    customerCreate(input: $input) { customer { id } userErrors { field message } }
}";
const DEFINE: &str = "mutation($definition: MetaobjectDefinitionCreateInput!) {
    metaobjectDefinitionCreate(definition: $definition) {
        metaobjectDefinition { id } userErrors { field message }
    }
}";
const ADD_METAOBJECT: &str = "mutation($metaobject: MetaobjectCreateInput!) {
    metaobjectCreate(metaobject: $metaobject) { metaobject { id } userErrors { field message } }
}";

/// Fills the shop through the API: products and what they need, customers, orders, drafts, metaobjects.
pub(crate) fn stock(shop: &Shop) {
    let admin = |text: &str, variables: Value| shop.query(Interface::Admin, text, variables);
    let location = admin("{ locations(first: 1) { nodes { id } } }", json!({}));
    let location = location["locations"]["nodes"][0]["id"].clone();
    let collections = [collection(shop, "Kitchen"), collection(shop, "Garden")];
    let everything = collection(shop, "Everything");
    let definition = json!({
        "type": "designer", "name": "Designer",
        "fieldDefinitions": [{ "key": "name", "type": "single_line_text_field" }],
        "access": { "storefront": "PUBLIC_READ" },
    });
    admin(DEFINE, json!({ "definition": definition }));
    let variants = "{ products(first: 250) { nodes { variants(first: 1) { nodes { id } } } } }";
    for number in 0..SMALL {
        let mut input = product(number, &location);
        input["collections"] = json!([collections[number % 2], everything]);
        let made = admin(SET_PRODUCT, json!({ "input": input }));
        admin(
            PUBLISH,
            json!({ "id": made["productSet"]["product"]["id"] }),
        );
        let metaobject = json!({
            "type": "designer", "handle": format!("designer-{number}"),
            "fields": [{ "key": "name", "value": format!("Designer {number}") }],
        });
        admin(ADD_METAOBJECT, json!({ "metaobject": metaobject }));
    }
    let variants = admin(variants, json!({}));
    for number in 0..SMALL {
        let input = json!({
            "email": format!("buyer{number}@example.com"), "firstName": "Bea", "lastName": format!("Buyer {number}"),
            "tags": ["regular"],
        });
        let customer = admin(ADD_CUSTOMER, json!({ "input": input }));
        let variant = &variants["products"]["nodes"][number]["variants"]["nodes"][0]["id"];
        let order = json!({
            "lineItems": [{ "variantId": variant, "quantity": 1 }],
            "customer": { "toAssociate": { "id": customer["customerCreate"]["customer"]["id"] } },
            "financialStatus": "PAID", "tags": ["spring"],
            "email": format!("buyer{number}@example.com"),
        });
        admin(ADD_ORDER, json!({ "order": order }));
        let draft = json!({ "lineItems": [{ "variantId": variant, "quantity": 2 }] });
        admin(ADD_DRAFT, json!({ "input": draft }));
    }
}

/// A published collection.
fn collection(shop: &Shop, title: &str) -> Value {
    let admin = |text: &str, variables: Value| shop.query(Interface::Admin, text, variables);
    let made = admin(ADD_COLLECTION, json!({ "input": { "title": title } }));
    let id = made["collectionCreate"]["collection"]["id"].clone();
    admin(PUBLISH, json!({ "id": id }));
    id
}

fn product(number: usize, location: &Value) -> Value {
    let (kind, stuff) = (KINDS[number % KINDS.len()], STUFFS[number % STUFFS.len()]);
    json!({
        "title": format!("{stuff} {kind} {number}"),
        "handle": format!("goods-{number}"),
        "vendor": format!("Maker {}", number % 7),
        "productType": kind,
        "status": "ACTIVE",
        "tags": [stuff],
        "metafields": [{
            "namespace": "custom", "key": "fabric", "type": "single_line_text_field", "value": stuff,
        }],
        "productOptions": [{ "name": "Size", "values": [{ "name": "M" }] }],
        "variants": [{
            "price": format!("{}.90", 1 + number),
            "sku": format!("SKU-{number}"),
            "optionValues": [{ "optionName": "Size", "name": "M" }],
            "inventoryItem": { "tracked": true, "requiresShipping": true },
            "inventoryQuantities": [{ "locationId": location, "name": "available", "quantity": 100_000 }],
        }],
    })
}
