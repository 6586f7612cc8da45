//! Products as storefronts read them: choices, search, filters, recommendations.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const SET: &str = "mutation($input: ProductSetInput!) {
    productSet(input: $input, synchronous: true) {
        product { id handle variants(first: 50) { nodes { id title } } }
        userErrors { field message code }
    }
}";

/// A product as `productSet` takes it, each variant by its option values, price and stock.
pub(crate) fn described(
    location: &str,
    title: &str,
    options: &[(&str, &[&str])],
    variants: &[(&[&str], &str, i64)],
) -> Value {
    let options_of: Vec<Value> = options
        .iter()
        .map(|(name, values)| {
            let values: Vec<Value> = values
                .iter()
                .map(|value| json!({ "name": value }))
                .collect();
            json!({ "name": name, "values": values })
        })
        .collect();
    let variants_of: Vec<Value> = variants
        .iter()
        .map(|(values, price, stock)| {
            let chosen: Vec<Value> = options
                .iter()
                .zip(*values)
                .map(|((option, _), value)| json!({ "optionName": option, "name": value }))
                .collect();
            json!({
                "price": price,
                "optionValues": chosen,
                "inventoryItem": { "tracked": true },
                "inventoryQuantities": [
                    { "locationId": location, "name": "available", "quantity": stock },
                ],
            })
        })
        .collect();
    json!({
        "title": title,
        "status": "ACTIVE",
        "productOptions": options_of,
        "variants": variants_of,
    })
}

/// Makes a product and publishes it; gives its id.
pub(crate) async fn set(shop: &TestShop, input: &Value) -> String {
    let reply = shop.admin(SET, json!({ "input": input })).await.ok();
    let id = reply.text("productSet.product.id");
    shop.publish(&id).await;
    id
}

#[scenario]
async fn which_combinations_there_are_is_told_in_one_short_text(shop: TestShop) {
    let location = shop.location().await;
    let shirt = described(
        &location,
        "Shirt",
        &[("Colour", &["Red", "Blue"]), ("Size", &["S", "M", "L"])],
        &[
            (&["Red", "S"], "10.00", 1),
            (&["Red", "M"], "10.00", 0),
            (&["Red", "L"], "10.00", 2),
            (&["Blue", "L"], "10.00", 0),
        ],
    );
    let id = set(&shop, &shirt).await;
    let query = "query($id: ID!) { product(id: $id) {
        encodedVariantExistence encodedVariantAvailability } }";
    let reply = shop.storefront(query, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.text("product.encodedVariantExistence"),
        "v1_0:0-2,1:2,"
    );
    assert_eq!(
        reply.text("product.encodedVariantAvailability"),
        "v1_0:0 2,"
    );
}

#[scenario]
async fn a_search_has_what_is_sold_out_in_its_place_or_last_or_not_at_all(shop: TestShop) {
    let location = shop.location().await;
    let only: &[(&str, &[&str])] = &[("Title", &["Default Title"])];
    for (title, price, stock) in [
        ("Oak stool", "10.00", 0),
        ("Oak bench", "20.00", 3),
        ("Oak table", "30.00", 3),
    ] {
        let product = described(
            &location,
            title,
            only,
            &[(&["Default Title"], price, stock)],
        );
        set(&shop, &product).await;
    }
    let query = "query($sold: SearchUnavailableProductsType, $key: SearchSortKeys,
            $reverse: Boolean, $after: String) {
        search(query: \"oak\", first: 2, unavailableProducts: $sold, sortKey: $key,
                reverse: $reverse, after: $after) {
            totalCount
            nodes { ... on Product { title } } pageInfo { hasNextPage endCursor } } }";
    let titles = |variables: Value| {
        let shop = &shop;
        async move {
            let first = shop.storefront(query, variables.clone()).await.ok();
            let mut found: Vec<Value> = first.list("search.nodes").to_vec();
            if first.get("search.pageInfo.hasNextPage") == &json!(true) {
                let mut next = variables;
                next["after"] = json!(first.text("search.pageInfo.endCursor"));
                let second = shop.storefront(query, next).await.ok();
                found.extend(second.list("search.nodes").iter().cloned());
            }
            let title = |node: &Value| node["title"].as_str().unwrap_or_default().to_owned();
            let titles: Vec<String> = found.iter().map(title).collect();
            titles.join(", ").replace("Oak ", "")
        }
    };
    let by_price =
        |sold: &str, reverse: bool| json!({ "sold": sold, "key": "PRICE", "reverse": reverse });
    assert_eq!(titles(by_price("SHOW", false)).await, "stool, bench, table");
    assert_eq!(titles(by_price("LAST", false)).await, "bench, table, stool");
    assert_eq!(titles(by_price("LAST", true)).await, "table, bench, stool");
    assert_eq!(titles(by_price("HIDE", false)).await, "bench, table");
    assert_eq!(
        titles(json!({ "sold": "LAST" })).await,
        "bench, table, stool"
    );
    assert_eq!(
        titles(json!({ "sold": "LAST", "reverse": true })).await,
        "table, bench, stool"
    );
}

/// A small wardrobe in a collection: what the filters are tried on. Gives the collection's id.
async fn given_wardrobe(shop: &TestShop) -> String {
    let location = shop.location().await;
    let sizes: (&str, &[&str]) = ("Size", &["S", "M", "L"]);
    let colours: (&str, &[&str]) = ("Colour", &["Red", "Blue"]);
    let mut shirt = described(
        &location,
        "Linen shirt",
        &[colours, sizes],
        &[
            (&["Red", "S"], "30.00", 1),
            (&["Red", "M"], "30.00", 0),
            (&["Blue", "L"], "45.00", 2),
        ],
    );
    shirt["vendor"] = json!("Ash & Co");
    shirt["productType"] = json!("Shirts");
    shirt["tags"] = json!(["Summer", "Linen"]);
    let mut jumper = described(
        &location,
        "Wool jumper",
        &[colours, sizes],
        &[(&["Blue", "M"], "80.00", 3), (&["Red", "L"], "80.00", 0)],
    );
    jumper["vendor"] = json!("Birch");
    jumper["productType"] = json!("Jumpers");
    jumper["tags"] = json!(["Winter"]);
    let mut scarf = described(
        &location,
        "Wool scarf",
        &[("Title", &["Default Title"])],
        &[(&["Default Title"], "20.00", 0)],
    );
    scarf["vendor"] = json!("Birch");
    scarf["productType"] = json!("Scarves");
    scarf["tags"] = json!(["Winter"]);
    let mut ids = Vec::new();
    for input in [&shirt, &jumper, &scarf] {
        ids.push(set(shop, input).await);
    }
    let create = "mutation($input: CollectionInput!) { collectionCreate(input: $input) {
        collection { id } userErrors { field message } } }";
    let input = json!({ "title": "Wardrobe", "products": ids, "sortOrder": "ALPHA_ASC" });
    let made = shop.admin(create, json!({ "input": input })).await.ok();
    let id = made.text("collectionCreate.collection.id");
    shop.publish(&id).await;
    id
}

const NARROWED: &str = "query($id: ID!, $filters: [ProductFilter!]) { collection(id: $id) {
    products(first: 10, filters: $filters, sortKey: TITLE) {
        nodes { title }
        filters { id label type values { id label count input } } } } }";

async fn narrowed(shop: &TestShop, id: &str, filters: Value) -> tests::Reply {
    shop.storefront(NARROWED, json!({ "id": id, "filters": filters }))
        .await
        .ok()
}

fn titles(reply: &tests::Reply) -> Vec<&str> {
    let nodes = reply.list("collection.products.nodes");
    nodes
        .iter()
        .filter_map(|node| node["title"].as_str())
        .collect()
}

/// The choices of a filter: `Red 2, Blue 2`.
fn choices(reply: &tests::Reply, id: &str) -> String {
    let filters = reply.list("collection.products.filters");
    let filter = filters.iter().find(|filter| filter["id"] == id);
    let values = filter.and_then(|filter| filter["values"].as_array());
    let shown = |value: &Value| {
        let label = value["label"].as_str().unwrap_or_default();
        format!("{label} {}", value["count"])
    };
    let all: Vec<String> = values.into_iter().flatten().map(shown).collect();
    all.join(", ")
}

#[scenario]
async fn a_collection_is_narrowed_by_a_category_and_all_below_it(shop: TestShop) {
    let id = given_wardrobe(&shop).await;
    let list = "{ products(first: 9) { nodes { id title } } }";
    let products = shop.storefront(list, json!({})).await.ok();
    let update = "mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
        product { id } userErrors { field message } } }";
    for (title, category) in [("Linen shirt", "aa-1"), ("Wool scarf", "aa")] {
        let nodes = products.list("products.nodes");
        let node = nodes.iter().find(|node| node["title"] == title);
        let category = format!("gid://shopify/TaxonomyCategory/{category}");
        let product = json!({ "id": node.expect("it is sold")["id"], "category": category });
        let _ = shop.admin(update, json!({ "product": product })).await.ok();
    }
    let of = |category: &str| json!([{ "category": { "id": category } }]);
    let whole = narrowed(&shop, &id, of("gid://shopify/TaxonomyCategory/aa")).await;
    assert_eq!(titles(&whole), ["Linen shirt", "Wool scarf"]);
    let clothes = narrowed(&shop, &id, of("aa-1")).await;
    assert_eq!(titles(&clothes), ["Linen shirt"]);
    let nothing = narrowed(&shop, &id, of("nothing")).await;
    assert!(titles(&nothing).is_empty());
}

#[scenario]
async fn a_collection_is_narrowed_by_what_its_products_have(shop: TestShop) {
    let id = given_wardrobe(&shop).await;
    let (shirt, jumper, scarf) = ("Linen shirt", "Wool jumper", "Wool scarf");
    let option =
        |name: &str, value: &str| json!({ "variantOption": { "name": name, "value": value } });
    for (filters, expected) in [
        (json!([]), vec![shirt, jumper, scarf]),
        (json!([{ "available": true }]), vec![shirt, jumper]),
        (json!([{ "available": false }]), vec![scarf]),
        (
            json!([{ "available": false }, { "available": true }]),
            vec![shirt, jumper, scarf],
        ),
        (json!([{ "price": { "min": 40.5 } }]), vec![shirt, jumper]),
        (
            json!([{ "price": { "min": 40.5, "max": 45 } }]),
            vec![shirt],
        ),
        (json!([{ "productVendor": "birch" }]), vec![jumper, scarf]),
        (
            json!([{ "productType": "Shirts" }, { "productType": "Scarves" }]),
            vec![shirt, scarf],
        ),
        (
            json!([{ "tag": "winter" }, { "productVendor": "Ash & Co" }]),
            vec![],
        ),
        (
            json!([option("Size", "S"), option("Size", "m")]),
            vec![shirt, jumper],
        ),
        (
            json!([option("Size", "L"), option("Colour", "Red")]),
            vec![jumper],
        ),
        // The very variant must be in stock, not just another of the product.
        (
            json!([option("Size", "M"), { "available": true }]),
            vec![jumper],
        ),
    ] {
        let reply = narrowed(&shop, &id, filters.clone()).await;
        assert_eq!(titles(&reply), expected, "{filters}");
    }
    let many: Vec<Value> = (0..60)
        .map(|n| json!({ "tag": format!("tag {n}") }))
        .collect();
    let reply = shop
        .storefront(NARROWED, json!({ "id": id, "filters": many }))
        .await;
    reply.error("BAD_REQUEST");
}

#[scenario]
async fn what_a_collection_can_be_narrowed_by_is_counted(shop: TestShop) {
    let id = given_wardrobe(&shop).await;
    let all = narrowed(&shop, &id, json!([])).await;
    assert_eq!(
        choices(&all, "filter.v.availability"),
        "In stock 2, Out of stock 1"
    );
    assert_eq!(choices(&all, "filter.p.vendor"), "Birch 2, Ash & Co 1");
    assert_eq!(
        choices(&all, "filter.p.product_type"),
        "Jumpers 1, Scarves 1, Shirts 1"
    );
    assert_eq!(choices(&all, "filter.v.option.colour"), "Red 2, Blue 2");
    assert_eq!(choices(&all, "filter.v.option.size"), "S 1, M 2, L 2");

    // Each choice leaves what it promises, and its input can be sent as it is.
    let filters = all.list("collection.products.filters").to_vec();
    for value in filters
        .iter()
        .flat_map(|filter| filter["values"].as_array())
        .flatten()
    {
        let input: Value =
            serde_json::from_str(value["input"].as_str().expect("a text")).expect("JSON");
        let reply = narrowed(&shop, &id, json!([input])).await;
        let left = titles(&reply).len();
        assert_eq!(value["count"], json!(left), "{input}");
    }
    // What else can be chosen of a kind is counted without what was chosen of it.
    let red = json!([{ "variantOption": { "name": "Colour", "value": "Red" } }, { "productVendor": "Birch" }]);
    let reply = narrowed(&shop, &id, red).await;
    assert_eq!(titles(&reply), ["Wool jumper"]);
    assert_eq!(choices(&reply, "filter.v.option.colour"), "Red 1, Blue 1");
    assert_eq!(choices(&reply, "filter.p.vendor"), "Ash & Co 1, Birch 1");

    let query = "{ search(query: \"wool\", first: 5, productFilters: [{available: true}]) {
        totalCount nodes { ... on Product { title } }
        productFilters { id values { label count } } } }";
    let found = shop.storefront(query, json!({})).await.ok();
    assert_eq!(found.text("search.nodes.0.title"), "Wool jumper");
    assert_eq!(found.number("search.totalCount"), 1);
    assert_eq!(found.number("search.productFilters.0.values.1.count"), 1);
}

const RECOMMENDED: &str = "query($id: ID, $handle: String, $intent: ProductRecommendationIntent) {
    productRecommendations(productId: $id, productHandle: $handle, intent: $intent) { title } }";

#[scenario]
async fn products_that_go_together_are_recommended(shop: TestShop) {
    given_wardrobe(&shop).await;
    let pen = shop.given_variant("3.00", 9).await;
    let ids = shop
        .storefront(
            "{ products(first: 9, sortKey: TITLE) { nodes { id title handle
        variants(first: 1) { nodes { id } } } } }",
            json!({}),
        )
        .await
        .ok();
    let node = |title: &str| {
        let nodes = ids.list("products.nodes");
        nodes
            .iter()
            .find(|node| node["title"] == title)
            .expect("a product")
            .clone()
    };
    let (jumper, shirt) = (node("Wool jumper"), node("Linen shirt"));
    let related = json!({ "id": jumper["id"] });
    let reply = shop.storefront(RECOMMENDED, related.clone()).await.ok();
    // The shirt shares the collection; the scarf shares more, but is sold out.
    assert_eq!(
        reply.get("productRecommendations"),
        &json!([{ "title": "Linen shirt" }])
    );

    let order = json!({
        "lineItems": [
            { "variantId": jumper["variants"]["nodes"][0]["id"], "quantity": 1 },
            { "variantId": pen.id, "quantity": 4 },
        ],
    });
    let create = "mutation($order: OrderCreateOrderInput!) { orderCreate(order: $order) {
        order { id } userErrors { message } } }";
    shop.admin(create, json!({ "order": order })).await.ok();
    let later = shop.call(commerce::Actor::System).now.plus_seconds(120);
    let counted = shop.db().write(shop.id(), move |tx| {
        commerce::orders::count_sales(tx, later)
    });
    assert!(!counted.await.expect("the sales are counted"));
    let again = shop.db().read(shop.id(), move |tx| {
        commerce::orders::sales_are_behind(tx, later)
    });
    assert!(!again.await.and_then(|behind| behind).expect("a reading"));

    let together = json!({ "handle": jumper["handle"], "intent": "COMPLEMENTARY" });
    let reply = shop.storefront(RECOMMENDED, together).await.ok();
    assert_eq!(
        reply.get("productRecommendations"),
        &json!([{ "title": "Teapot" }])
    );
    let reply = shop
        .storefront(
            RECOMMENDED,
            json!({ "id": shirt["id"], "intent": "COMPLEMENTARY" }),
        )
        .await
        .ok();
    assert_eq!(reply.get("productRecommendations"), &json!([]));
    let nobody = json!({ "id": "gid://shopify/Product/1" });
    let reply = shop.storefront(RECOMMENDED, nobody).await.ok();
    assert!(reply.get("productRecommendations").is_null());
    merchants_choices_come_first(&shop, &jumper["id"], &node("Teapot")["id"]).await;

    best_sellers_come_first(&shop).await;
}

async fn merchants_choices_come_first(shop: &TestShop, of: &Value, chosen: &Value) {
    let set =
        "mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
        metafields { id } userErrors { message } } }";
    let one = |key: &str, kind: &str, value: String| {
        json!({ "ownerId": of, "key": key, "type": kind, "value": value,
        "namespace": "shopify--discovery--product_recommendation" })
    };
    let list = json!([chosen]).to_string();
    let metafields = [one("related_products", "list.product_reference", list)];
    shop.admin(set, json!({ "metafields": metafields }))
        .await
        .ok();
    let reply = shop.storefront(RECOMMENDED, json!({ "id": of })).await.ok();
    assert_eq!(
        reply.get("productRecommendations"),
        &json!([{ "title": "Teapot" }, { "title": "Linen shirt" }])
    );
    let display = "related_products_display";
    let metafields = [one(
        display,
        "single_line_text_field",
        "only manual".to_owned(),
    )];
    shop.admin(set, json!({ "metafields": metafields }))
        .await
        .ok();
    let reply = shop.storefront(RECOMMENDED, json!({ "id": of })).await.ok();
    assert_eq!(
        reply.get("productRecommendations"),
        &json!([{ "title": "Teapot" }])
    );
}

async fn best_sellers_come_first(shop: &TestShop) {
    let best = "{ products(first: 2, sortKey: BEST_SELLING) { nodes { title } } }";
    let reply = shop.storefront(best, json!({})).await.ok();
    assert_eq!(
        reply.get("products.nodes"),
        &json!([{ "title": "Teapot" }, { "title": "Wool jumper" }])
    );
}

#[scenario]
async fn what_is_being_typed_is_completed(shop: TestShop) {
    given_wardrobe(&shop).await;
    let query = "query($query: String!, $limit: Int, $scope: PredictiveSearchLimitScope,
            $types: [PredictiveSearchType!], $fields: [SearchableField!]) {
        predictiveSearch(query: $query, limit: $limit, limitScope: $scope, types: $types,
                searchableFields: $fields) {
            products { title } collections { title } queries { text styledText } } }";
    let ask = |variables: Value| shop.storefront(query, variables);
    let found = ask(json!({ "query": "wo", "scope": "EACH" })).await.ok();
    // What is sold out comes last.
    assert_eq!(
        found.get("predictiveSearch.products"),
        &json!([{ "title": "Wool jumper" }, { "title": "Wool scarf" }])
    );
    assert_eq!(found.text("predictiveSearch.queries.0.text"), "wool");
    assert_eq!(
        found.text("predictiveSearch.queries.0.styledText"),
        "<mark>wo</mark><span>ol</span>"
    );
    let found = ask(json!({ "query": "wardr", "types": ["COLLECTION", "PRODUCT"] }))
        .await
        .ok();
    assert_eq!(
        found.text("predictiveSearch.collections.0.title"),
        "Wardrobe"
    );
    assert_eq!(found.list("predictiveSearch.queries").len(), 0);
    let found = ask(json!({ "query": "wool", "limit": 1, "types": ["PRODUCT"] }))
        .await
        .ok();
    assert_eq!(found.list("predictiveSearch.products").len(), 1);
    // A tag is looked at only when it is asked for.
    let found = ask(json!({ "query": "winter" })).await.ok();
    assert_eq!(found.list("predictiveSearch.products").len(), 0);
    let found = ask(json!({ "query": "winter", "fields": ["TAG"], "types": ["PRODUCT"] }))
        .await
        .ok();
    assert_eq!(found.list("predictiveSearch.products").len(), 2);
    ask(json!({ "query": "wool", "limit": 11 }))
        .await
        .error("BAD_REQUEST");
}

#[scenario]
async fn a_mistyped_word_finds_what_was_meant(shop: TestShop) {
    given_wardrobe(&shop).await;
    let both = "query($query: String!) {
        search(query: $query, first: 5) { totalCount nodes { ... on Product { title } } }
        predictiveSearch(query: $query) { products { title } queries { text } } }";
    let ask = |query: &str| shop.storefront(both, json!({ "query": query }));
    for mistyped in ["jumpre", "WOOL jumpr", "jumpper"] {
        let found = ask(mistyped).await.ok();
        assert_eq!(found.number("search.totalCount"), 1, "{mistyped}");
        assert_eq!(found.text("search.nodes.0.title"), "Wool jumper");
        assert_eq!(
            found.text("predictiveSearch.products.0.title"),
            "Wool jumper"
        );
    }
    // Only the words behind the first four letters are forgiven, and only one letter.
    for foreign in ["jmuper", "jumpers wool sky", "jumperrr"] {
        let found = ask(foreign).await.ok();
        assert_eq!(found.number("search.totalCount"), 0, "{foreign}");
        assert_eq!(found.list("predictiveSearch.products").len(), 0);
    }
}

#[scenario]
async fn a_search_finds_pages_and_articles_beside_products(shop: TestShop) {
    given_wardrobe(&shop).await;
    let page = "mutation($page: PageCreateInput!) { pageCreate(page: $page) {
        page { id } userErrors { field message } } }";
    for title in ["Caring for wool", "About us"] {
        let page_input = json!({ "page": { "title": title, "isPublished": true } });
        shop.admin(page, page_input).await.ok();
    }
    let query = "query($types: [SearchType!], $first: Int, $last: Int, $after: String, $before: String) {
        search(query: \"wool\", types: $types, first: $first, last: $last, after: $after, before: $before) {
            totalCount
            nodes { __typename ... on Product { title } ... on Page { title } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let titles = |reply: &tests::Reply| -> Vec<String> {
        let nodes = reply.list("search.nodes").iter();
        nodes
            .map(|node| node["title"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let first = shop.storefront(query, json!({ "first": 2 })).await.ok();
    assert_eq!(first.number("search.totalCount"), 3);
    assert_eq!(titles(&first).len(), 2);
    assert_eq!(first.get("search.pageInfo.hasNextPage"), &json!(true));
    let after = first.text("search.pageInfo.endCursor");
    let rest = shop
        .storefront(query, json!({ "first": 2, "after": after }))
        .await
        .ok();
    assert_eq!(titles(&rest), ["Caring for wool"]);
    assert_eq!(rest.get("search.pageInfo.hasNextPage"), &json!(false));
    let before = rest.text("search.pageInfo.startCursor");
    let back = shop
        .storefront(query, json!({ "last": 1, "before": before }))
        .await
        .ok();
    assert_eq!(titles(&back), titles(&first)[1..]);
    assert_eq!(back.get("search.pageInfo.hasPreviousPage"), &json!(true));
    let pages = shop
        .storefront(query, json!({ "types": ["PAGE"], "first": 5 }))
        .await
        .ok();
    assert_eq!(titles(&pages), ["Caring for wool"]);
    let articles = shop
        .storefront(query, json!({ "types": ["ARTICLE"], "first": 5 }))
        .await
        .ok();
    assert_eq!(articles.number("search.totalCount"), 0);
    let wrong = shop
        .storefront(query, json!({ "first": 2, "after": "nonsense" }))
        .await;
    wrong.error("INVALID_CURSOR");

    let typing = "{ predictiveSearch(query: \"car\") { pages { title } articles { title } } }";
    let found = shop.storefront(typing, json!({})).await.ok();
    assert_eq!(
        found.get("predictiveSearch.pages"),
        &json!([{ "title": "Caring for wool" }])
    );
}
