//! What the shop sells: common and rare words, vendors, kinds and tags, as real shops have them.

use serde_json::{Value, json};

const KINDS: [&str; 24] = [
    "Teapot", "Kettle", "Cup", "Saucer", "Tray", "Spoon", "Bowl", "Jug", "Plate", "Pan", "Whisk",
    "Ladle", "Grater", "Mortar", "Basket", "Apron", "Towel", "Candle", "Vase", "Lamp", "Stool",
    "Shelf", "Mirror", "Clock",
];
const STUFFS: [&str; 12] = [
    "Clay", "Glass", "Oak", "Steel", "Linen", "Copper", "Walnut", "Marble", "Cork", "Brass",
    "Wool", "Slate",
];
const MANNERS: [&str; 20] = [
    "Rustic", "Modern", "Harbour", "Nordic", "Plain", "Tiny", "Grand", "Striped", "Glazed",
    "Smoked", "Polished", "Woven", "Carved", "Folded", "Painted", "Everyday", "Garden", "Winter",
    "Evening", "Market",
];
const COLOURS: [&str; 8] = [
    "Red", "Blue", "Green", "Black", "White", "Sand", "Moss", "Plum",
];
const SIZES: [&str; 7] = ["XS", "S", "M", "L", "XL", "2XL", "3XL"];

/// One of a list, the first ones far more often than the last.
fn skewed(number: usize, of: usize) -> usize {
    let spread = (number * 7_919 + 13) % 1_000;
    spread * spread / 1_000 * of / 1_000
}

/// How many variants the product of a number has: four on average.
fn variants(number: usize) -> usize {
    match number % 10 {
        0 => 1,
        1 => 7,
        _ => 4,
    }
}

/// The product of a number, as `productSet` takes it.
pub(super) fn product(number: usize, location: &Value, collections: &[Value]) -> Value {
    let kind = KINDS[skewed(number, KINDS.len())];
    let stuff = STUFFS[skewed(number + 31, STUFFS.len())];
    let manner = MANNERS[number * 11 % MANNERS.len()];
    let price = number * 37 % 1_000 + 1;
    let count = variants(number);
    let by_size = number.is_multiple_of(2);
    let option = if by_size { "Size" } else { "Colour" };
    let names: Vec<&str> = (0..count)
        .map(|place| match by_size {
            true => SIZES[place],
            false => COLOURS[(number + place) % COLOURS.len()],
        })
        .collect();
    let quantity = if number.is_multiple_of(9) { 0 } else { 100 };
    let variants: Vec<Value> = names
        .iter()
        .zip(0..)
        .map(|(name, place)| {
            json!({
                "price": format!("{}.90", price + place),
                "sku": format!("SKU-{number}-{place}"),
                "optionValues": [{ "optionName": option, "name": name }],
                "inventoryItem": { "tracked": true },
                "inventoryQuantities": [{ "locationId": location, "name": "available", "quantity": quantity }],
            })
        })
        .collect();
    let metafields: Vec<Value> = (0..8)
        .map(|place| {
            json!({
                "namespace": "custom", "key": format!("fact_{place}"), "type": "single_line_text_field",
                "value": format!("{stuff} {}", (number + place) % 50),
            })
        })
        .collect();
    let values: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "title": format!("{manner} {stuff} {kind}"),
        "handle": format!("goods-{number}"),
        "descriptionHtml": format!(
            "<p>A {manner} {kind} made of {stuff} for the table and the kitchen, number {number}. \
             It is washed by hand and dried in the sun.</p>"
        ),
        "vendor": format!("Maker {}", skewed(number + 7, 40)),
        "productType": kind,
        "status": if number % 25 == 24 { "DRAFT" } else { "ACTIVE" },
        "tags": [stuff, manner, format!("season-{}", skewed(number + 3, 60))],
        "collections": [collections[number % collections.len()]],
        "metafields": metafields,
        "productOptions": [{ "name": option, "values": values }],
        "variants": variants,
    })
}
