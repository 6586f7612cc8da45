//! The commonest operations of apps and storefronts, and what each may cost.

use serde_json::{Value, json};

use crate::shop::{Engine, Shop};
use crate::texts::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interface {
    Admin,
    Storefront,
}

/// The most statements, and the most that the database does for them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    pub(crate) statements: u64,
    pub(crate) work: u64,
}

pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) interface: Interface,
    pub(crate) text: &'static str,
    pub(crate) variables: Value,
}

/// What an operation may cost: statements and steps on SQLite, statements and rows read on PostgreSQL.
type Bound = (&'static str, [u64; 2], [u64; 2]);

const BOUNDS: &[Bound] = &[
    ("products", [8, 7600], [8, 430]),
    // What is seldom among the first of the list is gathered whole, to be sorted: a seventh to a fifth of the shop.
    ("products by a word", [10, 330_000], [10, 29_000]),
    ("products by vendor and tag", [10, 270_000], [10, 100_000]),
    ("product by id", [14, 880], [14, 30]),
    ("product by handle", [3, 60], [3, 20]),
    ("variants by sku", [5, 4300], [5, 220]),
    ("inventory items", [5, 1800], [5, 100]),
    ("orders", [9, 8800], [10, 460]),
    ("paid orders", [9, 8900], [9, 460]),
    ("orders by tag", [9, 9100], [9, 610]),
    ("orders of a buyer", [9, 670], [9, 170]),
    ("order by name", [9, 700], [9, 320]),
    ("order by id", [16, 830], [16, 470]),
    ("customers", [6, 1600], [6, 70]),
    ("customers by a word", [6, 1700], [6, 310]),
    ("customers by address", [6, 180], [6, 20]),
    ("customer by id", [7, 300], [7, 20]),
    ("collections", [5, 27_000], [5, 3100]),
    ("draft orders", [4, 1400], [4, 40]),
    ("metaobjects", [6, 1300], [6, 70]),
    ("nodes", [5, 250], [5, 160]),
    ("productUpdate", [10, 580], [10, 310]),
    ("metafieldsSet", [9, 630], [9, 160]),
    ("orderCreate", [17, 1400], [17, 1100]),
    ("draftOrderCreate", [13, 1100], [13, 490]),
    ("shop window", [8, 9200], [8, 630]),
    ("shop window by a word", [10, 18_000], [10, 27_000]),
    ("product page", [12, 800], [12, 330]),
    ("collection page", [8, 3_200], [8, 150]),
    ("filtered collection page", [8, 1_000], [8, 60]),
    ("page of a large collection", [8, 4_500], [8, 80]),
    ("filtered page of a large collection", [8, 1_500], [8, 80]),
    ("storefront collections", [5, 17_000], [5, 1600]),
    // The products of both words are read, to be brought together and counted.
    ("search", [11, 280_000], [11, 45_000]),
    ("search for a rare word", [8, 10_000], [8, 1_500]),
    ("predictive search", [12, 120_000], [12, 12_000]),
    ("predictive search with a slip", [20, 120_000], [20, 12_000]),
    ("recommendations", [14, 10_500], [14, 900]),
    ("storefront metaobjects", [5, 1300], [5, 70]),
    ("cartCreate", [13, 870], [13, 770]),
    ("cartLinesAdd", [12, 670], [12, 620]),
    ("cart", [8, 520], [8, 470]),
];

impl Operation {
    /// What it may cost.
    pub(crate) fn most(&self, engine: Engine) -> Most {
        let bound = BOUNDS.iter().find(|bound| bound.0 == self.name);
        let (_, sqlite, postgres) = bound.expect("every operation has a bound");
        let [statements, work] = match engine {
            Engine::Sqlite => *sqlite,
            Engine::Postgres => *postgres,
        };
        Most { statements, work }
    }
}

/// The operations, on what is in the shop.
pub(crate) fn all(shop: &Shop) -> Vec<Operation> {
    let known = Known::read(shop);
    [
        catalogue(&known),
        trade(&known),
        writes(&known),
        storefront(&known),
        carts(&known),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the operations are about.
struct Known {
    product: Value,
    order: Value,
    customer: Value,
    variant: Value,
    cart: Value,
}

impl Known {
    fn read(shop: &Shop) -> Self {
        let known = shop.query(Interface::Admin, KNOWN, json!({}));
        let id = |list: &str| known[list]["nodes"][0]["id"].clone();
        let variant = known["products"]["nodes"][0]["variants"]["nodes"][0]["id"].clone();
        let input = json!({ "lines": [{ "merchandiseId": variant, "quantity": 1 }] });
        let made = shop.query(
            Interface::Storefront,
            CART_CREATE,
            json!({ "input": input }),
        );
        Self {
            product: id("products"),
            order: id("orders"),
            customer: id("customers"),
            variant,
            cart: made["cartCreate"]["cart"]["id"].clone(),
        }
    }
}

type Asked = (&'static str, &'static str, Value);

fn operations<const N: usize>(interface: Interface, asked: [Asked; N]) -> Vec<Operation> {
    let operation = |(name, text, variables)| Operation {
        name,
        interface,
        text,
        variables,
    };
    asked.into_iter().map(operation).collect()
}

fn catalogue(known: &Known) -> Vec<Operation> {
    operations(
        Interface::Admin,
        [
            ("products", PRODUCTS, json!({ "query": null })),
            ("products by a word", PRODUCTS, json!({ "query": "teapot" })),
            (
                "products by vendor and tag",
                PRODUCTS,
                json!({ "query": "vendor:'Maker 3' AND tag:Oak" }),
            ),
            ("product by id", PRODUCT, json!({ "id": known.product })),
            ("product by handle", PRODUCT_BY_HANDLE, json!({})),
            ("variants by sku", VARIANTS, json!({ "query": "sku:SKU-7" })),
            ("inventory items", INVENTORY, json!({})),
            ("collections", COLLECTIONS, json!({})),
            ("metaobjects", METAOBJECTS, json!({})),
        ],
    )
}

fn trade(known: &Known) -> Vec<Operation> {
    operations(
        Interface::Admin,
        [
            ("orders", ORDERS, json!({ "query": null })),
            (
                "paid orders",
                ORDERS,
                json!({ "query": "financial_status:paid" }),
            ),
            ("orders by tag", ORDERS, json!({ "query": "tag:spring" })),
            (
                "orders of a buyer",
                ORDERS,
                json!({ "query": "email:buyer7@example.com" }),
            ),
            ("order by name", ORDERS, json!({ "query": "name:1007" })),
            ("order by id", ORDER, json!({ "id": known.order })),
            ("customers", CUSTOMERS, json!({ "query": null })),
            ("customers by a word", CUSTOMERS, json!({ "query": "bea" })),
            (
                "customers by address",
                CUSTOMERS,
                json!({ "query": "email:buyer7@example.com" }),
            ),
            ("customer by id", CUSTOMER, json!({ "id": known.customer })),
            ("draft orders", DRAFTS, json!({})),
            (
                "nodes",
                NODES,
                json!({ "ids": [known.product, known.order, known.customer] }),
            ),
        ],
    )
}

fn writes(known: &Known) -> Vec<Operation> {
    let update = json!({ "product": { "id": known.product, "title": "Linen Teapot 0" } });
    let field = json!([{
        "ownerId": known.product, "namespace": "custom", "key": "fabric", "value": "Jute",
        "type": "single_line_text_field",
    }]);
    let lines = json!([{ "variantId": known.variant, "quantity": 1 }]);
    let order = json!({ "lineItems": lines, "email": "buyer3@example.com" });
    let draft = json!({ "lineItems": lines });
    operations(
        Interface::Admin,
        [
            ("productUpdate", PRODUCT_UPDATE, update),
            (
                "metafieldsSet",
                METAFIELDS_SET,
                json!({ "metafields": field }),
            ),
            ("orderCreate", ADD_ORDER, json!({ "order": order })),
            ("draftOrderCreate", ADD_DRAFT, json!({ "input": draft })),
        ],
    )
}

fn storefront(known: &Known) -> Vec<Operation> {
    let filters = json!([{ "price": { "min": 5.0, "max": 90.0 } }, { "tag": "Oak" }]);
    operations(
        Interface::Storefront,
        [
            ("shop window", WINDOW, json!({ "query": null })),
            ("shop window by a word", WINDOW, json!({ "query": "clay" })),
            ("product page", PRODUCT_PAGE, json!({})),
            (
                "collection page",
                COLLECTION_PAGE,
                json!({ "handle": "kitchen", "filters": [] }),
            ),
            (
                "filtered collection page",
                COLLECTION_PAGE,
                json!({ "handle": "kitchen", "filters": filters }),
            ),
            (
                "page of a large collection",
                COLLECTION_PAGE,
                json!({ "handle": "everything", "filters": [] }),
            ),
            (
                "filtered page of a large collection",
                COLLECTION_PAGE,
                json!({ "handle": "everything", "filters": filters }),
            ),
            ("storefront collections", SHELVES, json!({})),
            ("search", SEARCH, json!({ "query": "glass bowl" })),
            ("search for a rare word", SEARCH, json!({ "query": "17" })),
            ("predictive search", PREDICTIVE, json!({ "query": "tea" })),
            (
                "predictive search with a slip",
                PREDICTIVE,
                json!({ "query": "teapto" }),
            ),
            (
                "recommendations",
                RECOMMENDATIONS,
                json!({ "id": known.product }),
            ),
            ("storefront metaobjects", STOREFRONT_METAOBJECTS, json!({})),
        ],
    )
}

fn carts(known: &Known) -> Vec<Operation> {
    let lines = json!([{ "merchandiseId": known.variant, "quantity": 1 }]);
    operations(
        Interface::Storefront,
        [
            (
                "cartCreate",
                CART_CREATE,
                json!({ "input": { "lines": lines } }),
            ),
            (
                "cartLinesAdd",
                CART_LINES_ADD,
                json!({ "id": known.cart, "lines": lines }),
            ),
            ("cart", CART, json!({ "id": known.cart })),
        ],
    )
}
