//! The commonest operations of apps and storefronts, and what each may cost.

use serde_json::{Value, json};

use crate::shop::{Engine, SMALL, Shop};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interface {
    Admin,
    Storefront,
}

/// What an operation may cost on each database.
pub(crate) struct Bound {
    sqlite: [u64; 2],
    postgres: [u64; 2],
}

/// The most statements, and the most that the database does for them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    pub(crate) statements: u64,
    pub(crate) work: u64,
}

impl Bound {
    pub(crate) fn on(&self, engine: Engine) -> Most {
        let [statements, work] = match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        };
        Most { statements, work }
    }
}

pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) interface: Interface,
    pub(crate) text: &'static str,
    pub(crate) variables: Value,
    pub(crate) bound: Bound,
}

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
const ADD_CUSTOMER: &str = "mutation($input: CustomerInput!) {
    customerCreate(input: $input) { customer { id } userErrors { field message } }
}";
const ADD_ORDER: &str = "mutation($order: OrderCreateOrderInput!) {
    orderCreate(order: $order) { order { id } userErrors { field message } }
}";
const ADD_DRAFT: &str = "mutation($input: DraftOrderInput!) {
    draftOrderCreate(input: $input) { draftOrder { id } userErrors { field message } }
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
    let collection = |title: &str| {
        let made = admin(ADD_COLLECTION, json!({ "input": { "title": title } }));
        made["collectionCreate"]["collection"]["id"].clone()
    };
    let collections = [collection("Kitchen"), collection("Garden")];
    let definition = json!({
        "type": "designer", "name": "Designer",
        "fieldDefinitions": [{ "key": "name", "type": "single_line_text_field" }],
        "access": { "storefront": "PUBLIC_READ" },
    });
    admin(DEFINE, json!({ "definition": definition }));
    let variants = "{ products(first: 250) { nodes { variants(first: 1) { nodes { id } } } } }";
    for number in 0..SMALL {
        let (kind, stuff) = (KINDS[number % KINDS.len()], STUFFS[number % STUFFS.len()]);
        let input = json!({
            "title": format!("{stuff} {kind} {number}"),
            "handle": format!("goods-{number}"),
            "vendor": format!("Maker {}", number % 7),
            "productType": kind,
            "status": "ACTIVE",
            "tags": [stuff],
            "collections": [collections[number % 2]],
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
        });
        admin(SET_PRODUCT, json!({ "input": input }));
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

/// The operations, on what is in the shop.
pub(crate) fn all(shop: &Shop) -> Vec<Operation> {
    use Interface::{Admin, Storefront};
    let known = shop.query(Admin, KNOWN, json!({}));
    let id = |list: &str| known[list]["nodes"][0]["id"].clone();
    let variant = &known["products"]["nodes"][0]["variants"]["nodes"][0];
    let cart = json!({ "lines": [{ "merchandiseId": variant["id"], "quantity": 1 }] });
    let made = shop.query(Storefront, CART_CREATE, json!({ "input": cart }));
    let cart_id = &made["cartCreate"]["cart"]["id"];
    let mut all = Vec::new();
    let mut add = |name, interface, text, variables, sqlite, postgres| {
        let bound = Bound { sqlite, postgres };
        all.push(Operation {
            name,
            interface,
            text,
            variables,
            bound,
        });
    };
    let product = json!({ "id": id("products") });
    add(
        "products",
        Admin,
        PRODUCTS,
        json!({ "query": null }),
        [7, 7600],
        [7, 13_000],
    );
    // What a word or a vendor has in common is read whole, to be sorted: a seventh to a third of the shop here.
    add(
        "products by a word",
        Admin,
        PRODUCTS,
        json!({ "query": "teapot" }),
        [7, 390_000],
        [7, 180_000],
    );
    add(
        "products by vendor and tag",
        Admin,
        PRODUCTS,
        json!({ "query": "vendor:'Maker 3' AND tag:Oak" }),
        [7, 320_000],
        [8, 93_000],
    );
    add(
        "product by id",
        Admin,
        PRODUCT,
        product.clone(),
        [13, 880],
        [13, 1700],
    );
    add(
        "product by handle",
        Admin,
        PRODUCT_BY_HANDLE,
        json!({}),
        [2, 60],
        [2, 150],
    );
    add(
        "variants by sku",
        Admin,
        VARIANTS,
        json!({ "query": "sku:SKU-7" }),
        [4, 4300],
        [4, 910],
    );
    add(
        "inventory items",
        Admin,
        INVENTORY,
        json!({}),
        [4, 1800],
        [4, 380],
    );
    add(
        "orders",
        Admin,
        ORDERS,
        json!({ "query": null }),
        [8, 8800],
        [8, 9700],
    );
    add(
        "paid orders",
        Admin,
        ORDERS,
        json!({ "query": "financial_status:paid" }),
        [8, 8900],
        [8, 9700],
    );
    add(
        "orders by tag",
        Admin,
        ORDERS,
        json!({ "query": "tag:spring" }),
        [8, 9100],
        [9, 10_000],
    );
    add(
        "orders of a buyer",
        Admin,
        ORDERS,
        json!({ "query": "email:buyer7@example.com" }),
        [8, 670],
        [8, 1300],
    );
    add(
        "order by name",
        Admin,
        ORDERS,
        json!({ "query": "name:1007" }),
        [8, 700],
        [8, 1300],
    );
    add(
        "order by id",
        Admin,
        ORDER,
        json!({ "id": id("orders") }),
        [15, 830],
        [15, 2000],
    );
    add(
        "customers",
        Admin,
        CUSTOMERS,
        json!({ "query": null }),
        [5, 1600],
        [5, 70],
    );
    add(
        "customers by a word",
        Admin,
        CUSTOMERS,
        json!({ "query": "bea" }),
        [5, 1700],
        [5, 190],
    );
    add(
        "customers by address",
        Admin,
        CUSTOMERS,
        json!({ "query": "email:buyer7@example.com" }),
        [5, 180],
        [5, 160],
    );
    add(
        "customer by id",
        Admin,
        CUSTOMER,
        json!({ "id": id("customers") }),
        [6, 300],
        [6, 460],
    );
    add(
        "collections",
        Admin,
        COLLECTIONS,
        json!({}),
        [4, 27_000],
        [4, 3100],
    );
    add("draft orders", Admin, DRAFTS, json!({}), [3, 1400], [3, 40]);
    add(
        "metaobjects",
        Admin,
        METAOBJECTS,
        json!({}),
        [5, 1300],
        [5, 190],
    );
    add(
        "nodes",
        Admin,
        NODES,
        json!({ "ids": [id("products"), id("orders"), id("customers")] }),
        [4, 250],
        [4, 450],
    );
    let update = json!({ "product": { "id": id("products"), "title": "Linen Teapot 0" } });
    add(
        "productUpdate",
        Admin,
        PRODUCT_UPDATE,
        update,
        [8, 520],
        [8, 1400],
    );
    let field = json!([{
        "ownerId": id("products"), "namespace": "custom", "key": "fabric", "value": "Jute",
        "type": "single_line_text_field",
    }]);
    add(
        "metafieldsSet",
        Admin,
        METAFIELDS_SET,
        json!({ "metafields": field }),
        [8, 630],
        [8, 460],
    );
    let order = json!({ "lineItems": [{ "variantId": variant["id"], "quantity": 1 }], "email": "buyer3@example.com" });
    add(
        "orderCreate",
        Admin,
        ADD_ORDER,
        json!({ "order": order }),
        [16, 1400],
        [16, 1300],
    );
    let draft = json!({ "lineItems": [{ "variantId": variant["id"], "quantity": 1 }] });
    add(
        "draftOrderCreate",
        Admin,
        ADD_DRAFT,
        json!({ "input": draft }),
        [12, 1100],
        [12, 1100],
    );
    add(
        "shop window",
        Storefront,
        WINDOW,
        json!({ "query": null }),
        [7, 9200],
        [7, 19_000],
    );
    // As for the admin: all that a word is in is read.
    add(
        "shop window by a word",
        Storefront,
        WINDOW,
        json!({ "query": "clay" }),
        [7, 720_000],
        [7, 18_000],
    );
    add(
        "product page",
        Storefront,
        PRODUCT_PAGE,
        json!({}),
        [11, 800],
        [11, 1900],
    );
    add(
        "collection page",
        Storefront,
        COLLECTION_PAGE,
        json!({ "filters": [] }),
        [7, 16_000],
        [7, 1400],
    );
    let filters = json!([{ "price": { "min": 5.0, "max": 90.0 } }, { "tag": "Oak" }]);
    add(
        "filtered collection page",
        Storefront,
        COLLECTION_PAGE,
        json!({ "filters": filters }),
        [9, 15_000],
        [9, 2000],
    );
    add(
        "storefront collections",
        Storefront,
        SHELVES,
        json!({}),
        [4, 17_000],
        [4, 1600],
    );
    // Two common words are brought together product by product, and counted up to what is told.
    add(
        "search",
        Storefront,
        SEARCH,
        json!({ "query": "glass bowl" }),
        [8, 5_400_000],
        [8, 190_000],
    );
    add(
        "search for a rare word",
        Storefront,
        SEARCH,
        json!({ "query": "17" }),
        [7, 490_000],
        [8, 22_000],
    );
    add(
        "predictive search",
        Storefront,
        PREDICTIVE,
        json!({ "query": "tea" }),
        [8, 130_000],
        [8, 8400],
    );
    add(
        "recommendations",
        Storefront,
        RECOMMENDATIONS,
        product,
        [10, 4900],
        [10, 680],
    );
    add(
        "storefront metaobjects",
        Storefront,
        STOREFRONT_METAOBJECTS,
        json!({}),
        [4, 1300],
        [4, 190],
    );
    add(
        "cartCreate",
        Storefront,
        CART_CREATE,
        json!({ "input": cart }),
        [13, 910],
        [12, 1900],
    );
    let lines = json!([{ "merchandiseId": variant["id"], "quantity": 1 }]);
    add(
        "cartLinesAdd",
        Storefront,
        CART_LINES_ADD,
        json!({ "id": cart_id, "lines": lines }),
        [11, 670],
        [11, 1100],
    );
    add(
        "cart",
        Storefront,
        CART,
        json!({ "id": cart_id }),
        [7, 520],
        [7, 1300],
    );
    all
}

const KNOWN: &str = "{
    products(first: 1) { nodes { id variants(first: 1) { nodes { id inventoryItem { id } } } } }
    orders(first: 1) { nodes { id } }
    customers(first: 1) { nodes { id } }
    locations(first: 1) { nodes { id } }
}";
const PRODUCTS: &str = "query($query: String) {
    products(first: 20, query: $query, sortKey: TITLE) {
        nodes {
            id title handle status vendor productType tags totalInventory
            featuredMedia { id } priceRangeV2 { minVariantPrice { amount currencyCode } }
            variants(first: 5) { nodes { id title sku price inventoryQuantity } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
const PRODUCT: &str = "query($id: ID!) {
    product(id: $id) {
        id title descriptionHtml tags options { name values }
        collections(first: 5) { nodes { id title } }
        media(first: 5) { nodes { id } }
        metafields(first: 10) { nodes { namespace key value } }
        variants(first: 50) { nodes {
            id price selectedOptions { name value }
            inventoryItem { id tracked inventoryLevels(first: 5) { nodes {
                id location { id name } quantities(names: [\"available\"]) { quantity }
            } } }
        } }
    }
}";
const PRODUCT_BY_HANDLE: &str = "{
    productByIdentifier(identifier: { handle: \"goods-7\" }) { id title }
}";
const VARIANTS: &str = "query($query: String) {
    productVariants(first: 20, query: $query) { nodes { id sku price product { id title } } }
}";
const INVENTORY: &str = "{
    inventoryItems(first: 20) { nodes {
        id sku tracked inventoryLevels(first: 2) { nodes { id quantities(names: [\"available\"]) { quantity } } }
    } }
}";
const ORDERS: &str = "query($query: String) {
    orders(first: 20, query: $query, reverse: true) {
        nodes {
            id name email tags createdAt displayFinancialStatus displayFulfillmentStatus
            totalPriceSet { shopMoney { amount currencyCode } }
            customer { id displayName }
            lineItems(first: 5) { nodes { id title quantity sku variant { id } product { id } } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
const ORDER: &str = "query($id: ID!) {
    order(id: $id) {
        id name email note tags
        customer { id email numberOfOrders }
        lineItems(first: 20) { nodes { id title quantity variant { id sku product { id handle } } } }
        transactions { id kind status amountSet { shopMoney { amount } } }
        fulfillmentOrders(first: 5) { nodes { id status lineItems(first: 5) { nodes { id remainingQuantity } } } }
        fulfillments { id } refunds { id } metafields(first: 5) { nodes { key } }
    }
}";
const CUSTOMERS: &str = "query($query: String) {
    customers(first: 20, query: $query) {
        nodes { id displayName email tags numberOfOrders amountSpent { amount } defaultAddress { id } }
    }
}";
const CUSTOMER: &str = "query($id: ID!) {
    customer(id: $id) { id email tags orders(first: 5, reverse: true) { nodes { id name } } metafields(first: 5) { nodes { key } } }
}";
const COLLECTIONS: &str = "{
    collections(first: 20) { nodes { id title handle productsCount { count } products(first: 3) { nodes { id title } } } }
}";
const DRAFTS: &str = "{
    draftOrders(first: 20, reverse: true) { nodes { id name status lineItems(first: 5) { nodes { title quantity } } } }
}";
const METAOBJECTS: &str = "{
    metaobjects(type: \"designer\", first: 20) { nodes { id handle displayName fields { key value } } }
}";
const NODES: &str = "query($ids: [ID!]!) {
    nodes(ids: $ids) { id ... on Product { title } ... on Order { name } ... on Customer { displayName } }
}";
const PRODUCT_UPDATE: &str = "mutation($product: ProductUpdateInput!) {
    productUpdate(product: $product) { product { id title } userErrors { field message } }
}";
const METAFIELDS_SET: &str = "mutation($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) { metafields { id value } userErrors { field message } }
}";
const WINDOW: &str = "query($query: String) {
    products(first: 24, query: $query, sortKey: BEST_SELLING) {
        nodes {
            id title handle availableForSale tags
            featuredImage { url altText }
            priceRange { minVariantPrice { amount currencyCode } }
            variants(first: 3) { nodes { id title availableForSale price { amount } } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
const PRODUCT_PAGE: &str = "{
    product(handle: \"goods-7\") {
        id title descriptionHtml availableForSale vendor tags
        options { name optionValues { name } }
        images(first: 10) { nodes { url } }
        metafield(namespace: \"custom\", key: \"fabric\") { value }
        collections(first: 3) { nodes { title } }
        variants(first: 50) { nodes {
            id title availableForSale quantityAvailable price { amount } selectedOptions { name value }
        } }
    }
}";
const COLLECTION_PAGE: &str = "query($filters: [ProductFilter!]) {
    collection(handle: \"kitchen\") {
        id title
        products(first: 24, filters: $filters, sortKey: PRICE) {
            nodes { id title handle priceRange { minVariantPrice { amount } } }
            filters { id label type values { id label count input } }
            pageInfo { hasNextPage endCursor }
        }
    }
}";
const SHELVES: &str = "{
    collections(first: 10) { nodes { id title products(first: 4) { nodes { id title } } } }
}";
const SEARCH: &str = "query($query: String!) {
    search(query: $query, first: 24, types: [PRODUCT]) {
        totalCount
        nodes { ... on Product { id title handle } }
        productFilters { id values { count } }
    }
}";
const PREDICTIVE: &str = "query($query: String!) {
    predictiveSearch(query: $query, limit: 8) {
        products { id title handle } collections { id title } queries { text }
    }
}";
const RECOMMENDATIONS: &str =
    "query($id: ID!) { productRecommendations(productId: $id) { id title } }";
const STOREFRONT_METAOBJECTS: &str = "{
    metaobjects(type: \"designer\", first: 20) { nodes { id handle fields { key value } } }
}";
const CART_CREATE: &str = "mutation($input: CartInput) {
    cartCreate(input: $input) {
        cart { id checkoutUrl totalQuantity cost { totalAmount { amount } } lines(first: 10) { nodes {
            id quantity merchandise { ... on ProductVariant { id title product { title } } }
        } } }
        userErrors { field message }
    }
}";
const CART_LINES_ADD: &str = "mutation($id: ID!, $lines: [CartLineInput!]!) {
    cartLinesAdd(cartId: $id, lines: $lines) {
        cart { id totalQuantity cost { totalAmount { amount } } } userErrors { field message }
    }
}";
const CART: &str = "query($id: ID!) {
    cart(id: $id) {
        id totalQuantity cost { subtotalAmount { amount } totalAmount { amount } }
        lines(first: 50) { nodes { id quantity cost { totalAmount { amount } }
            merchandise { ... on ProductVariant { id title price { amount } product { title handle } } } } }
    }
}";
