//! Markets: a buyer's country decides over currency, prices and goods.

use tests::{TestShop, Variant, json, scenario};

const CREATE: &str = "mutation($input: MarketCreateInput!) { marketCreate(input: $input) {
    market { id name handle status enabled primary type
        currencySettings { localCurrencies roundingEnabled
            baseCurrency { currencyCode currencyName enabled manualRate } }
        conditions { conditionTypes regionsCondition { applicationLevel
            regions(first: 10) { nodes { id name
                ... on MarketRegionCountry { code currency { currencyCode } } } } } }
        regions(first: 10) { nodes { id name } } catalogsCount { count } webPresence { id } }
    userErrors { field message code } } }";
const UPDATE: &str = "mutation($id: ID!, $input: MarketUpdateInput!) {
    marketUpdate(id: $id, input: $input) {
    market { id name handle status currencySettings { baseCurrency { currencyCode manualRate } }
        regions(first: 10) { nodes { id name } } }
    userErrors { field message code } } }";

const SEEN: &str = "query($id: ID!) @inContext(country: CH) {
    product(id: $id) { priceRange { minVariantPrice { amount currencyCode } }
        variants(first: 1) { nodes { price { amount currencyCode }
            compareAtPrice { amount currencyCode } } } }
    localization { country { isoCode currency { isoCode } market { handle } }
        market { id } availableCountries { isoCode currency { isoCode } } }
    shop { paymentSettings { enabledPresentmentCurrencies } shipsToCountries } }";

/// A market of one country, with a currency and what one unit of the shop's is worth in it.
async fn given_market(shop: &TestShop, country: &str, currency: &str, rate: &str) -> String {
    let input = json!({ "name": format!("Market {country}"), "status": "ACTIVE",
        "conditions": { "regionsCondition": { "regions": [{ "countryCode": country }] } },
        "currencySettings": { "baseCurrency": currency, "baseCurrencyManualRate": rate } });
    let reply = shop.admin(CREATE, json!({ "input": input })).await.ok();
    reply.text("marketCreate.market.id")
}

/// A catalog of a market, with a price list in a currency: the ids of both.
pub(crate) async fn given_list(shop: &TestShop, market: &str, currency: &str) -> (String, String) {
    let create = "mutation($input: PriceListCreateInput!) { priceListCreate(input: $input) {
        priceList { id name currency fixedPricesCount catalog { title }
            parent { adjustment { type value } settings { compareAtMode } } }
        userErrors { field message code } } }";
    let input = json!({ "name": format!("Prices {currency}"), "currency": currency,
        "parent": { "adjustment": { "type": "PERCENTAGE_INCREASE", "value": 10.0 } } });
    let reply = shop.admin(create, json!({ "input": input })).await.ok();
    let list = reply.text("priceListCreate.priceList.id");
    let parent = reply.get("priceListCreate.priceList.parent");
    assert_eq!(parent["adjustment"]["value"], 10.0);
    assert_eq!(parent["settings"]["compareAtMode"], "ADJUSTED");

    let create = "mutation($input: CatalogCreateInput!) { catalogCreate(input: $input) {
        catalog { id title status priceList { id } ... on MarketCatalog {
            marketsCount { count } markets(first: 5) { nodes { id } } } }
        userErrors { field message code } } }";
    let input = json!({ "title": format!("Catalog {currency}"), "status": "ACTIVE",
        "priceListId": list, "context": { "marketIds": [market] } });
    let reply = shop.admin(create, json!({ "input": input })).await.ok();
    let catalog = reply.get("catalogCreate.catalog");
    assert_eq!(catalog["markets"]["nodes"], json!([{ "id": market }]));
    (reply.text("catalogCreate.catalog.id"), list)
}

async fn price_in(shop: &TestShop, product: &str) -> (String, String) {
    let reply = shop.storefront(SEEN, json!({ "id": product })).await.ok();
    (
        reply.text("product.variants.nodes.0.price.amount"),
        reply.text("product.priceRange.minVariantPrice.amount"),
    )
}

async fn fix(
    shop: &TestShop,
    list: &str,
    variant: &Variant,
    amount: &str,
    currency: &str,
) -> tests::Reply {
    let add = "mutation($list: ID!, $prices: [PriceListPriceInput!]!) {
        priceListFixedPricesAdd(priceListId: $list, prices: $prices) {
        prices { price { amount currencyCode } compareAtPrice { amount } originType
            variant { id price } } userErrors { field message code } } }";
    let prices = json!([{ "variantId": variant.id,
        "price": { "amount": amount, "currencyCode": currency },
        "compareAtPrice": { "amount": "99", "currencyCode": currency } }]);
    shop.admin(add, json!({ "list": list, "prices": prices }))
        .await
}

#[scenario]
async fn a_market_with_a_rate_shows_its_buyers_their_own_prices(shop: TestShop) {
    let variant = shop.given_variant("20.00", 5).await;
    let market = given_market(&shop, "CH", "CHF", "0.9375").await;

    let reply = shop
        .storefront(SEEN, json!({ "id": variant.product }))
        .await
        .ok();
    let price = reply.get("product.variants.nodes.0.price");
    assert_eq!(*price, json!({ "amount": "18.75", "currencyCode": "CHF" }));
    let least = reply.get("product.priceRange.minVariantPrice");
    assert_eq!(*least, json!({ "amount": "18.75", "currencyCode": "CHF" }));
    let country = reply.get("localization.country");
    assert_eq!(country["isoCode"], "CH");
    assert_eq!(country["market"]["handle"], "market-ch");
    assert_eq!(reply.text("localization.market.id"), market);
    assert_eq!(reply.list("localization.availableCountries").len(), 2);
    assert_eq!(
        reply
            .list("shop.paymentSettings.enabledPresentmentCurrencies")
            .len(),
        2
    );

    let plain = "query($id: ID!) { product(id: $id) { variants(first: 1) { nodes {
        price { amount currencyCode } } } } }";
    let reply = shop
        .storefront(plain, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(reply.text("product.variants.nodes.0.price.amount"), "20.0");

    let rounded =
        json!({ "id": market, "input": { "currencySettings": { "roundingEnabled": true } } });
    shop.admin(UPDATE, rounded).await.ok();
    assert_eq!(price_in(&shop, &variant.product).await.0, "19.0");

    let draft = json!({ "id": market, "input": { "status": "DRAFT" } });
    shop.admin(UPDATE, draft).await.ok();
    shop.storefront(SEEN, json!({ "id": variant.product }))
        .await
        .error("INVALID_CONTEXT");
}

#[scenario]
async fn a_shop_begins_with_the_market_of_its_country_which_stays(shop: TestShop) {
    let query = "{ primaryMarket { id } markets(first: 5, query: \"status:ACTIVE\") { nodes {
        id name handle status enabled primary type regions(first: 2) { nodes { name } }
        webPresence { id domain { host } defaultLocale { locale primary } rootUrls { locale url }
            alternateLocales { locale } subfolderSuffix market { id } }
        currencySettings { baseCurrency { currencyCode } localCurrencies } } }
        webPresences(first: 2) { nodes { id markets(first: 2) { nodes { primary } } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    let own = reply.get("markets.nodes.0").clone();
    assert_eq!(
        (own["primary"].as_bool(), own["type"].as_str()),
        (Some(true), Some("REGION"))
    );
    assert_eq!(own["webPresence"]["market"]["id"], own["id"]);
    let id = own["id"].clone();
    assert_eq!(reply.text("primaryMarket.id"), id);

    let remove = "mutation($id: ID!) { marketDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    let refused = shop.admin(remove, json!({ "id": id })).await;
    refused.refused("CANNOT_DELETE_PRIMARY_MARKET");
    let off = json!({ "id": id, "input": { "enabled": false } });
    shop.admin(UPDATE, off)
        .await
        .refused("CANNOT_DISABLE_PRIMARY_MARKET");

    let other = given_market(&shop, "CH", "CHF", "0.94").await;
    let node = "query($id: ID!) { node(id: $id) { id ... on Market { name } }
        marketByGeography(countryCode: CH) { id } }";
    let found = shop.admin(node, json!({ "id": other })).await.ok();
    assert_eq!(found.text("marketByGeography.id"), other);
    let gone = shop.admin(remove, json!({ "id": other })).await.ok();
    assert_eq!(gone.text("marketDelete.deletedId"), other);
}

#[scenario]
async fn a_market_is_refused_with_the_documented_codes(shop: TestShop) {
    let create = |input: tests::Value| shop.admin(CREATE, json!({ "input": input }));
    create(json!({ "name": " " })).await.refused("BLANK");
    let regions = json!({ "regionsCondition": { "regions": [{ "countryCode": "CH" }] } });
    let francs = json!({ "baseCurrency": "CHF" });
    create(json!({ "name": "Alps", "conditions": regions, "currencySettings": francs }))
        .await
        .refused("UNSUPPORTED_CURRENCY");
    let local = json!({ "localCurrencies": true });
    create(json!({ "name": "Alps", "conditions": regions, "currencySettings": local }))
        .await
        .refused("MULTIPLE_CURRENCIES_NOT_SUPPORTED");
    create(json!({ "name": "Alps", "status": "ACTIVE", "enabled": false }))
        .await
        .refused("INVALID_STATUS_AND_ENABLED_COMBINATION");
    create(json!({ "name": "Alps", "status": "ACTIVE", "conditions": regions }))
        .await
        .ok();
    create(json!({ "name": "ALPS" })).await.refused("TAKEN");
    create(json!({ "name": "Swiss", "status": "ACTIVE", "conditions": regions }))
        .await
        .refused("DUPLICATE_UNIQUE_MARKET");
    let drafts = json!({ "name": "Swiss", "status": "ACTIVE", "conditions": regions,
        "makeDuplicateUniqueMarketsDraft": true });
    let made = create(drafts).await.ok();
    let id = made.text("marketCreate.market.id");
    let only = json!({ "id": id, "input": { "conditions": { "conditionsToDelete": regions } } });
    shop.admin(UPDATE, only)
        .await
        .refused("CANNOT_DELETE_ONLY_REGION");
    let missing = json!({ "id": "gid://shopify/Market/1", "input": {} });
    shop.admin(UPDATE, missing)
        .await
        .refused("MARKET_NOT_FOUND");
}

#[scenario]
async fn regions_and_currency_change_in_the_older_ways_too(shop: TestShop) {
    let market = given_market(&shop, "CH", "CHF", "0.94").await;
    let add = "mutation($id: ID!, $regions: [MarketRegionCreateInput!]!) {
        marketRegionsCreate(marketId: $id, regions: $regions) {
        market { regions(first: 5) { nodes { id name } } } userErrors { field message code } } }";
    let regions = json!([{ "countryCode": "LI" }]);
    let reply = shop
        .admin(add, json!({ "id": market, "regions": regions }))
        .await
        .ok();
    let found = reply
        .list("marketRegionsCreate.market.regions.nodes")
        .to_vec();
    assert_eq!(found.len(), 2);
    let nobody = json!({ "id": "gid://shopify/Market/1", "regions": regions });
    shop.admin(add, nobody).await.refused("MARKET_NOT_FOUND");

    let remove = "mutation($id: ID!) { marketRegionDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    let region = &found[1]["id"];
    let gone = shop.admin(remove, json!({ "id": region })).await.ok();
    assert_eq!(gone.get("marketRegionDelete.deletedId"), region);
    shop.admin(remove, json!({ "id": region }))
        .await
        .refused("REGION_NOT_FOUND");

    let set = "mutation($id: ID!, $input: MarketCurrencySettingsUpdateInput!) {
        marketCurrencySettingsUpdate(marketId: $id, input: $input) {
        market { currencySettings { baseCurrency { currencyCode manualRate } } }
        userErrors { field message code } } }";
    let input = json!({ "baseCurrency": "USD", "baseCurrencyManualRate": 1.085 });
    let reply = shop
        .admin(set, json!({ "id": market, "input": input }))
        .await
        .ok();
    let base = reply.get("marketCurrencySettingsUpdate.market.currencySettings.baseCurrency");
    assert_eq!(
        *base,
        json!({ "currencyCode": "USD", "manualRate": "1.085" })
    );
    let yen = json!({ "baseCurrency": "JPY" });
    let refused = shop.admin(set, json!({ "id": market, "input": yen })).await;
    refused.refused("UNSUPPORTED_CURRENCY");
}

#[scenario]
async fn a_price_list_adjusts_prices_and_fixes_some(shop: TestShop) {
    let variant = shop.given_variant("20.00", 5).await;
    let market = given_market(&shop, "CH", "CHF", "0.9375").await;
    let (_, list) = given_list(&shop, &market, "CHF").await;
    let both = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(price_in(&shop, &variant.product).await, both("20.63"));

    let reply = fix(&shop, &list, &variant, "25.50", "CHF").await.ok();
    let price = reply.get("priceListFixedPricesAdd.prices.0");
    assert_eq!(
        price["price"],
        json!({ "amount": "25.5", "currencyCode": "CHF" })
    );
    assert_eq!(price["originType"], "FIXED");
    assert_eq!(price_in(&shop, &variant.product).await, both("25.5"));
    fix(&shop, &list, &variant, "25.50", "EUR")
        .await
        .refused("PRICE_LIST_CURRENCY_MISMATCH");

    let read = "query($id: ID!, $origin: PriceListPriceOriginType) { priceList(id: $id) {
        fixedPricesCount prices(first: 5, originType: $origin) { nodes {
            price { amount } compareAtPrice { amount } originType variant { id } } } }
        priceLists(first: 5, sortKey: NAME) { nodes { id } } }";
    let reply = shop
        .admin(read, json!({ "id": list, "origin": "FIXED" }))
        .await
        .ok();
    assert_eq!(reply.number("priceList.fixedPricesCount"), 1);
    assert_eq!(
        reply.text("priceList.prices.nodes.0.variant.id"),
        variant.id
    );
    let reply = shop
        .admin(read, json!({ "id": list, "origin": "RELATIVE" }))
        .await
        .ok();
    assert!(reply.list("priceList.prices.nodes").is_empty());

    let change = "mutation($list: ID!, $add: [PriceListPriceInput!]!, $delete: [ID!]!) {
        priceListFixedPricesUpdate(priceListId: $list, pricesToAdd: $add,
            variantIdsToDelete: $delete) {
        priceList { fixedPricesCount } pricesAdded { price { amount } }
        deletedFixedPriceVariantIds userErrors { field message code } } }";
    let gone = json!({ "list": list, "add": [], "delete": [variant.id] });
    let reply = shop.admin(change, gone.clone()).await.ok();
    let left = "priceListFixedPricesUpdate.priceList.fixedPricesCount";
    assert_eq!(reply.number(left), 0);
    shop.admin(change, gone).await.refused("PRICE_NOT_FIXED");
    assert_eq!(price_in(&shop, &variant.product).await, both("20.63"));

    let delete = "mutation($list: ID!, $ids: [ID!]!) {
        priceListFixedPricesDelete(priceListId: $list, variantIds: $ids) {
        deletedFixedPriceVariantIds userErrors { field message code } } }";
    let ids = json!({ "list": list, "ids": [variant.id] });
    shop.admin(delete, ids.clone())
        .await
        .refused("PRICE_NOT_FIXED");
    fix(&shop, &list, &variant, "25.50", "CHF").await.ok();
    shop.admin(delete, ids).await.ok();
}

#[scenario]
async fn a_price_list_names_one_price_for_a_whole_product(shop: TestShop) {
    let variant = shop.given_variant("20.00", 5).await;
    let market = given_market(&shop, "CH", "CHF", "0.9375").await;
    let (catalog, list) = given_list(&shop, &market, "CHF").await;
    let by_product = "mutation($list: ID!, $add: [PriceListProductPriceInput!], $delete: [ID!]) {
        priceListFixedPricesByProductUpdate(priceListId: $list, pricesToAdd: $add,
            pricesToDeleteByProductIds: $delete) {
        priceList { fixedPricesCount } pricesToAddProducts { id } pricesToDeleteProducts { id }
        userErrors { field message code } } }";
    let add = json!([{ "productId": variant.product,
        "price": { "amount": "30", "currencyCode": "CHF" } }]);
    let both = json!({ "list": list, "add": add, "delete": [variant.product] });
    shop.admin(by_product, both)
        .await
        .refused("ID_MUST_BE_MUTUALLY_EXCLUSIVE");
    shop.admin(by_product, json!({ "list": list }))
        .await
        .refused("NO_UPDATE_OPERATIONS_SPECIFIED");
    shop.admin(by_product, json!({ "list": list, "add": add }))
        .await
        .ok();
    assert_eq!(price_in(&shop, &variant.product).await.0, "30.0");

    let update = "mutation($id: ID!, $input: PriceListUpdateInput!) {
        priceListUpdate(id: $id, input: $input) { priceList { name parent {
            adjustment { type value } } } userErrors { field message code } } }";
    let lower = json!({ "type": "PERCENTAGE_DECREASE", "value": 12.5 });
    let input = json!({ "name": "Sale", "parent": { "adjustment": lower } });
    let reply = shop
        .admin(update, json!({ "id": list, "input": input }))
        .await
        .ok();
    assert_eq!(
        reply.get("priceListUpdate.priceList.parent.adjustment"),
        &lower
    );
    let euros = json!({ "id": list, "input": { "currency": "EUR" } });
    shop.admin(update, euros).await.refused("GENERIC_ERROR");

    let delete = "mutation($id: ID!) { priceListDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    shop.admin(delete, json!({ "id": list })).await.ok();
    shop.admin(delete, json!({ "id": list }))
        .await
        .refused("PRICE_LIST_NOT_FOUND");
    assert_eq!(price_in(&shop, &variant.product).await.0, "18.75");
    let create = "mutation($input: PriceListCreateInput!) { priceListCreate(input: $input) {
        priceList { id } userErrors { field message code } } }";
    let input = json!({ "name": "Yen", "currency": "JPY",
        "parent": { "adjustment": { "type": "PERCENTAGE_DECREASE", "value": 1 } } });
    let refused = shop.admin(create, json!({ "input": input })).await;
    refused.refused("CURRENCY_NOT_SUPPORTED");
    let read = "query($id: ID!) { catalog(id: $id) { title priceList { id } }
        catalogs(first: 5, type: MARKET, query: \"title:catalog\") { nodes { id } }
        catalogsCount { count } }";
    let reply = shop.admin(read, json!({ "id": catalog })).await.ok();
    assert!(reply.get("catalog.priceList").is_null());
    assert_eq!(reply.number("catalogsCount.count"), 1);
}

#[scenario]
async fn a_catalog_moves_between_markets_one_to_each(shop: TestShop) {
    let swiss = given_market(&shop, "CH", "CHF", "0.9375").await;
    let danish = given_market(&shop, "DK", "DKK", "7.46").await;
    let (catalog, _) = given_list(&shop, &swiss, "CHF").await;
    let update = "mutation($id: ID!, $input: CatalogUpdateInput!) {
        catalogUpdate(id: $id, input: $input) { catalog { title status }
        userErrors { field message code } } }";
    let input = json!({ "title": "Alps", "status": "DRAFT" });
    let reply = shop
        .admin(update, json!({ "id": catalog, "input": input }))
        .await
        .ok();
    assert_eq!(reply.text("catalogUpdate.catalog.title"), "Alps");
    let input = json!({ "context": { "marketIds": [danish] } });
    let refused = shop
        .admin(update, json!({ "id": catalog, "input": input }))
        .await;
    refused.refused("MARKET_AND_PRICE_LIST_CURRENCY_MISMATCH");

    let shift = "mutation($id: ID!, $add: CatalogContextInput, $remove: CatalogContextInput) {
        catalogContextUpdate(catalogId: $id, contextsToAdd: $add, contextsToRemove: $remove) {
        catalog { ... on MarketCatalog { marketsCount { count } } }
        userErrors { field message code } } }";
    let ids = json!({ "marketIds": [swiss] });
    shop.admin(shift, json!({ "id": catalog }))
        .await
        .refused("REQUIRES_CONTEXTS_TO_ADD_OR_REMOVE");
    let reply = shop
        .admin(shift, json!({ "id": catalog, "remove": ids }))
        .await
        .ok();
    assert_eq!(
        reply.number("catalogContextUpdate.catalog.marketsCount.count"),
        0
    );

    let create = "mutation($input: CatalogCreateInput!) { catalogCreate(input: $input) {
        catalog { id } userErrors { field message code } } }";
    let input = json!({ "title": "ALPS", "status": "ACTIVE", "context": { "marketIds": [] } });
    shop.admin(create, json!({ "input": input }))
        .await
        .refused("TAKEN");
    let delete = "mutation($id: ID!) { catalogDelete(id: $id, deleteDependentResources: true) {
        deletedId userErrors { field message code } } }";
    shop.admin(delete, json!({ "id": catalog })).await.ok();
    shop.admin(delete, json!({ "id": catalog }))
        .await
        .refused("CATALOG_NOT_FOUND");
    let lists = shop
        .admin("{ priceLists(first: 2) { nodes { id } } }", json!({}))
        .await
        .ok();
    assert!(lists.list("priceLists.nodes").is_empty());
}

#[scenario]
async fn a_cart_follows_its_buyer_s_country(shop: TestShop) {
    let variant = shop.given_variant("20.00", 5).await;
    given_market(&shop, "CH", "CHF", "0.9375").await;
    let create = "mutation($lines: [CartLineInput!]) @inContext(country: CH) {
        cartCreate(input: { lines: $lines }) { cart { id buyerIdentity { countryCode }
            cost { subtotalAmount { amount currencyCode } } }
            userErrors { field message code } } }";
    let lines = json!([{ "merchandiseId": variant.id, "quantity": 2 }]);
    let reply = shop
        .storefront(create, json!({ "lines": lines }))
        .await
        .ok();
    let cost = reply.get("cartCreate.cart.cost.subtotalAmount");
    assert_eq!(*cost, json!({ "amount": "37.5", "currencyCode": "CHF" }));
    let id = reply.text("cartCreate.cart.id");

    let home = shop
        .storefront("{ localization { country { isoCode } } }", json!({}))
        .await
        .ok();
    let home = home.text("localization.country.isoCode");
    let identify = "mutation($id: ID!, $country: CountryCode) {
        cartBuyerIdentityUpdate(cartId: $id, buyerIdentity: { countryCode: $country }) {
        cart { cost { subtotalAmount { amount } } } userErrors { field message code } } }";
    let change = json!({ "id": id, "country": home });
    let reply = shop.storefront(identify, change).await.ok();
    let amount = "cartBuyerIdentityUpdate.cart.cost.subtotalAmount.amount";
    assert_eq!(reply.text(amount), "40.0");
}

const CREATE_PUBLICATION: &str =
    "mutation($input: PublicationCreateInput!) { publicationCreate(input: $input) {
        publication { id name autoPublish catalog { id } includedProductsCount { count } }
        userErrors { field message code } } }";

const UPDATE_PUBLICATION: &str = "mutation($id: ID!, $input: PublicationUpdateInput!) {
        publicationUpdate(id: $id, input: $input) { publication { autoPublish
            products(first: 5) { nodes { id } } } userErrors { field message code } } }";

const DELETE_PUBLICATION: &str = "mutation($id: ID!) { publicationDelete(id: $id) {
        deletedId userErrors { field message code } } }";

const PUBLISH: &str = "mutation($id: ID!, $input: [PublicationInput!]!) {
        publishablePublish(id: $id, input: $input) { userErrors { field message } } }";

const SEEN_ABROAD: &str = "query($id: ID!) @inContext(country: CH) { product(id: $id) { id }
        products(first: 5) { nodes { id } } }";

/// A publication of a catalog with nothing in it yet, which takes in what is made from now on.
pub(crate) async fn given_empty_publication(shop: &TestShop, catalog: &str) -> String {
    let nobody = json!({ "catalogId": "gid://shopify/MarketCatalog/1" });
    shop.admin(CREATE_PUBLICATION, json!({ "input": nobody }))
        .await
        .refused("CATALOG_NOT_FOUND");
    let input = json!({ "catalogId": catalog, "defaultState": "EMPTY", "autoPublish": true });
    let reply = shop
        .admin(CREATE_PUBLICATION, json!({ "input": input }))
        .await
        .ok();
    let publication = reply.text("publicationCreate.publication.id");
    assert_eq!(
        reply.text("publicationCreate.publication.catalog.id"),
        catalog
    );
    assert_eq!(
        reply.number("publicationCreate.publication.includedProductsCount.count"),
        0
    );
    publication
}

/// A product says that it is in the online store and in a catalog's publication.
async fn told_where_it_is_published(shop: &TestShop, product: &str, publication: &str) {
    let told = "query($id: ID!, $publication: ID!) { product(id: $id) {
        publishedOnPublication(publicationId: $publication)
        resourcePublicationsCount { count } unpublishedPublications(first: 5) { nodes { id } }
        all: resourcePublicationsV2(first: 5) { nodes { isPublished publication { name } } }
        abroad: resourcePublicationsV2(first: 5, catalogType: MARKET) {
            nodes { publication { id } } } } }";
    let asked = json!({ "id": product, "publication": publication });
    let told = shop.admin(told, asked).await.ok();
    assert_eq!(told.get("product.publishedOnPublication"), true);
    assert_eq!(told.number("product.resourcePublicationsCount.count"), 2);
    assert_eq!(told.list("product.all.nodes").len(), 2);
    assert!(
        told.list("product.unpublishedPublications.nodes")
            .is_empty()
    );
    assert_eq!(
        told.get("product.abroad.nodes"),
        &json!([{ "publication": { "id": publication } }])
    );
}

#[scenario]
async fn a_market_s_catalog_decides_what_is_sold_there(shop: TestShop) {
    let variant = shop.given_variant("20.00", 5).await;
    let market = given_market(&shop, "CH", "CHF", "0.9375").await;
    let (catalog, _) = given_list(&shop, &market, "CHF").await;
    let publication = given_empty_publication(&shop, &catalog).await;

    let hidden = shop
        .storefront(SEEN_ABROAD, json!({ "id": variant.product }))
        .await
        .ok();
    assert!(hidden.get("product").is_null() && hidden.list("products.nodes").is_empty());
    let newer = shop.given_variant("10.00", 5).await;
    let seen = shop
        .storefront(SEEN_ABROAD, json!({ "id": newer.product }))
        .await
        .ok();
    assert_eq!(seen.text("product.id"), newer.product);
    let home = "query($id: ID!) { product(id: $id) { id } }";
    let reply = shop
        .storefront(home, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(reply.text("product.id"), variant.product);

    let input = json!([{ "publicationId": publication }]);
    shop.admin(PUBLISH, json!({ "id": variant.product, "input": input }))
        .await
        .ok();
    let seen = shop
        .storefront(SEEN_ABROAD, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(seen.list("products.nodes").len(), 2);
    told_where_it_is_published(&shop, &variant.product, &publication).await;

    let input = json!({ "autoPublish": false, "publishablesToRemove": [variant.product] });
    let reply = shop
        .admin(
            UPDATE_PUBLICATION,
            json!({ "id": publication, "input": input }),
        )
        .await
        .ok();
    let left = reply.list("publicationUpdate.publication.products.nodes");
    assert_eq!(left, [json!({ "id": newer.product })]);
    let wrong = json!({ "publishablesToAdd": [variant.id] });
    let refused = shop
        .admin(
            UPDATE_PUBLICATION,
            json!({ "id": publication, "input": wrong }),
        )
        .await;
    refused.refused("INVALID_PUBLISHABLE_ID");
    shop.admin(DELETE_PUBLICATION, json!({ "id": publication }))
        .await
        .ok();
    shop.admin(DELETE_PUBLICATION, json!({ "id": publication }))
        .await
        .refused("PUBLICATION_NOT_FOUND");
    let seen = shop
        .storefront(SEEN_ABROAD, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(seen.list("products.nodes").len(), 2);
}
