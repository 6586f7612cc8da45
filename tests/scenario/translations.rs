//! Languages: what the shop says in them, and who hears it.

use tests::{TestShop, Value, json, scenario};

const REGISTER: &str = "mutation($id: ID!, $translations: [TranslationInput!]!) {
    translationsRegister(resourceId: $id, translations: $translations) {
    translations { key locale value outdated market { id } }
    userErrors { field message code } } }";

pub(crate) async fn given_language(shop: &TestShop, locale: &str) {
    let enable = "mutation($locale: String!) { shopLocaleEnable(locale: $locale) {
        shopLocale { locale name primary published marketWebPresences { id } }
        userErrors { field message } } }";
    let reply = shop.admin(enable, json!({ "locale": locale })).await.ok();
    assert_eq!(reply.get("shopLocaleEnable.shopLocale.published"), false);
    let update = "mutation($locale: String!) {
        shopLocaleUpdate(locale: $locale, shopLocale: { published: true }) {
        shopLocale { locale published } userErrors { field message } } }";
    let reply = shop.admin(update, json!({ "locale": locale })).await.ok();
    assert_eq!(reply.get("shopLocaleUpdate.shopLocale.published"), true);
}

/// The texts of a resource, by key: what they say, and their digests.
async fn texts(shop: &TestShop, id: &str) -> Vec<Value> {
    let read = "query($id: ID!) { translatableResource(resourceId: $id) { resourceId
        translatableContent { key value digest locale type } } }";
    let reply = shop.admin(read, json!({ "id": id })).await.ok();
    reply
        .list("translatableResource.translatableContent")
        .to_vec()
}

pub(crate) async fn say(shop: &TestShop, id: &str, said: &[(&str, &str)]) {
    let texts = texts(shop, id).await;
    let one = |(key, value): &(&str, &str)| {
        let own = texts.iter().find(|own| own["key"] == *key);
        let digest = own.expect("the resource has the text")["digest"].clone();
        json!({ "locale": "fr", "key": key, "value": value, "translatableContentDigest": digest })
    };
    let all: Vec<Value> = said.iter().map(one).collect();
    shop.admin(REGISTER, json!({ "id": id, "translations": all }))
        .await
        .ok();
}

const SET_PRODUCT: &str =
    "mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
        product { id options { id optionValues { id name } } }
        userErrors { field message code } } }";

#[scenario]
async fn a_buyer_reads_products_in_their_language(shop: TestShop) {
    given_language(&shop, "fr").await;
    let input = json!({ "title": "Teapot", "handle": "teapot", "status": "ACTIVE",
        "descriptionHtml": "<p>Warm</p>",
        "productOptions": [{ "name": "Colour", "values": [{ "name": "Blue" }] }],
        "variants": [{ "price": "12", "optionValues": [{ "optionName": "Colour", "name": "Blue" }] }] });
    let reply = shop
        .admin(SET_PRODUCT, json!({ "input": input }))
        .await
        .ok();
    let id = reply.text("productSet.product.id");
    shop.publish(&id).await;
    let option = reply.text("productSet.product.options.0.id");
    let value = reply.text("productSet.product.options.0.optionValues.0.id");
    say(
        &shop,
        &id,
        &[
            ("title", "Théière"),
            ("body_html", "<p>Chaud</p>"),
            ("handle", "theiere"),
        ],
    )
    .await;
    say(&shop, &option, &[("name", "Couleur")]).await;
    say(&shop, &value, &[("name", "Bleu")]).await;

    let read = "query($handle: String!) @inContext(language: FR) { product(handle: $handle) {
        id title descriptionHtml handle options { name optionValues { name } }
        variants(first: 1) { nodes { title selectedOptions { name value } } } }
        products(first: 2) { nodes { title } }
        localization { language { isoCode } availableLanguages { isoCode endonymName } } }";
    for handle in ["teapot", "theiere"] {
        let reply = shop
            .storefront(read, json!({ "handle": handle }))
            .await
            .ok();
        let product = reply.get("product");
        assert_eq!(product["title"], "Théière");
        assert_eq!(product["descriptionHtml"], "<p>Chaud</p>");
        assert_eq!(product["handle"], "theiere");
        assert_eq!(
            product["options"][0],
            json!({ "name": "Couleur", "optionValues": [{ "name": "Bleu" }] })
        );
        let variant = &product["variants"]["nodes"][0];
        assert_eq!(variant["title"], "Bleu");
        assert_eq!(
            variant["selectedOptions"],
            json!([{ "name": "Couleur", "value": "Bleu" }])
        );
        assert_eq!(reply.text("products.nodes.0.title"), "Théière");
        assert_eq!(reply.text("localization.language.isoCode"), "FR");
        assert_eq!(reply.list("localization.availableLanguages").len(), 2);
    }
    let plain = "{ product(handle: \"teapot\") { title } }";
    let plain = shop.storefront(plain, json!({})).await.ok();
    assert_eq!(plain.text("product.title"), "Teapot");

    let rename = "mutation($id: ID!) { productUpdate(product: { id: $id, title: \"Pot\" }) {
        product { translations(locale: \"fr\") { key value outdated } }
        userErrors { field message } } }";
    let reply = shop.admin(rename, json!({ "id": id })).await.ok();
    let said = reply.list("productUpdate.product.translations");
    let title = said.iter().find(|own| own["key"] == "title");
    assert_eq!(title.map(|own| own["outdated"].clone()), Some(json!(true)));
}

#[scenario]
async fn translations_are_refused_with_the_documented_codes(shop: TestShop) {
    given_language(&shop, "fr").await;
    let variant = shop.given_variant("12.00", 1).await;
    let texts = texts(&shop, &variant.product).await;
    let title = texts
        .iter()
        .find(|own| own["key"] == "title")
        .expect("a product has a title");
    let say = |change: Value| {
        let mut said = json!({ "locale": "fr", "key": "title", "value": "Théière",
            "translatableContentDigest": title["digest"] });
        let own = said.as_object_mut().expect("it is an object");
        own.extend(change.as_object().cloned().unwrap_or_default());
        shop.admin(
            REGISTER,
            json!({ "id": variant.product, "translations": [said] }),
        )
    };
    say(json!({ "locale": "de" }))
        .await
        .refused("INVALID_LOCALE_FOR_SHOP");
    say(json!({ "key": "colour" }))
        .await
        .refused("INVALID_KEY_FOR_MODEL");
    say(json!({ "translatableContentDigest": "x" }))
        .await
        .refused("INVALID_TRANSLATABLE_CONTENT");
    say(json!({ "value": " " })).await.refused("BLANK");
    say(json!({ "marketId": "gid://shopify/Market/1" }))
        .await
        .refused("MARKET_DOES_NOT_EXIST");
    let nothing = json!({ "id": "gid://shopify/Product/1", "translations": [] });
    shop.admin(REGISTER, nothing.clone())
        .await
        .refused("RESOURCE_NOT_FOUND");

    let remove = "mutation($id: ID!) { translationsRemove(resourceId: $id,
        translationKeys: [\"title\"], locales: [\"fr\"]) {
        translations { key value } userErrors { field message code } } }";
    shop.admin(remove, nothing)
        .await
        .refused("RESOURCE_NOT_FOUND");
    say(json!({})).await.ok();
    let gone = shop
        .admin(remove, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(
        gone.text("translationsRemove.translations.0.value"),
        "Théière"
    );
    let list = "{ translatableResources(first: 5, resourceType: PRODUCT) { nodes { resourceId
        translations(locale: \"fr\") { key } } } }";
    let reply = shop.admin(list, json!({})).await.ok();
    assert_eq!(
        reply.get("translatableResources.nodes.0.translations"),
        &json!([])
    );
}

#[scenario]
async fn a_market_says_something_else_in_the_same_language(shop: TestShop) {
    given_language(&shop, "fr").await;
    let create = "mutation($input: MarketCreateInput!) { marketCreate(input: $input) {
        market { id } userErrors { field message code } } }";
    let input = json!({ "name": "Swiss", "status": "ACTIVE",
        "conditions": { "regionsCondition": { "regions": [{ "countryCode": "CH" }] } } });
    let reply = shop.admin(create, json!({ "input": input })).await.ok();
    let market = reply.text("marketCreate.market.id");
    let page = "mutation { pageCreate(page: { title: \"Ninety\", body: \"x\" }) {
        page { id handle } userErrors { field message } } }";
    let id = shop
        .admin(page, json!({}))
        .await
        .ok()
        .text("pageCreate.page.id");
    say(&shop, &id, &[("title", "Quatre-vingt-dix")]).await;
    let digest = texts(&shop, &id).await[0]["digest"].clone();
    let said = json!([{ "locale": "fr", "key": "title", "value": "Nonante", "marketId": market,
        "translatableContentDigest": digest }]);
    let reply = shop
        .admin(REGISTER, json!({ "id": id, "translations": said }))
        .await
        .ok();
    assert_eq!(
        reply.text("translationsRegister.translations.0.market.id"),
        market
    );

    let swiss = "query($id: ID!) @inContext(language: FR, country: CH) { page(id: $id) { title } }";
    let reply = shop.storefront(swiss, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("page.title"), "Nonante");
    let french = "query($id: ID!) @inContext(language: FR) { page(id: $id) { title } }";
    let reply = shop.storefront(french, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("page.title"), "Quatre-vingt-dix");
    let ids = "query($ids: [ID!]!) { translatableResourcesByIds(first: 5, resourceIds: $ids) {
        nodes { resourceId translatableContent { key } } } }";
    let reply = shop.admin(ids, json!({ "ids": [id] })).await.ok();
    assert_eq!(
        reply.text("translatableResourcesByIds.nodes.0.resourceId"),
        id
    );
}

#[scenario]
async fn a_language_comes_and_goes(shop: TestShop) {
    given_language(&shop, "fr").await;
    let list =
        "{ shopLocales { locale name primary published } availableLocales { isoCode name } }";
    let reply = shop.admin(list, json!({})).await.ok();
    let french = json!({ "locale": "fr", "name": "French", "primary": false, "published": true });
    assert_eq!(reply.get("shopLocales.1"), &french);
    let disable = "mutation($locale: String!) { shopLocaleDisable(locale: $locale) {
        locale userErrors { field message } } }";
    shop.admin(disable, json!({ "locale": "en" }))
        .await
        .refused_at("locale");
    let reply = shop.admin(disable, json!({ "locale": "fr" })).await.ok();
    assert_eq!(reply.text("shopLocaleDisable.locale"), "fr");
    let enable = "mutation($locale: String!) { shopLocaleEnable(locale: $locale) {
        shopLocale { locale } userErrors { field message } } }";
    shop.admin(enable, json!({ "locale": "klingon" }))
        .await
        .refused_at("locale");
    let update = "mutation($locale: String!) {
        shopLocaleUpdate(locale: $locale, shopLocale: { published: true }) {
        shopLocale { locale } userErrors { field message } } }";
    shop.admin(update, json!({ "locale": "fr" }))
        .await
        .refused_at("locale");
    let asked = "query @inContext(language: FR) { shop { name } }";
    shop.storefront(asked, json!({}))
        .await
        .error("INVALID_CONTEXT");
}

const READ_LOCALIZATIONS: &str = "query($id: ID!, $market: ID!) {
        marketLocalizableResource(resourceId: $id) { resourceId
            marketLocalizableContent { key value digest }
            marketLocalizations(marketId: $market) { key value outdated market { id } } }
        marketLocalizableResources(first: 5, resourceType: METAFIELD) { nodes { resourceId } }
        marketLocalizableResourcesByIds(first: 5, resourceIds: [$id]) { nodes { resourceId } } }";
const LOCALIZE: &str = "mutation($id: ID!, $said: [MarketLocalizationRegisterInput!]!) {
        marketLocalizationsRegister(resourceId: $id, marketLocalizations: $said) {
            marketLocalizations { key value market { id } } userErrors { field message code } } }";
const DELOCALIZE: &str =
    "mutation($id: ID!, $market: ID!) { marketLocalizationsRemove(resourceId: $id,
        marketLocalizationKeys: [\"value\"], marketIds: [$market]) {
        marketLocalizations { key } userErrors { field message code } } }";

/// A metafield of a product that buyers may read, and a market: the product's id, the metafield's, the market's.
async fn given_metafield_and_market(shop: &TestShop) -> (String, String, String) {
    let variant = shop.given_variant("5.00", 3).await;
    let define = "mutation($definition: MetafieldDefinitionInput!) {
        metafieldDefinitionCreate(definition: $definition) { userErrors { message } } }";
    let definition = json!({ "name": "Care", "namespace": "custom", "key": "care",
        "type": "single_line_text_field", "ownerType": "PRODUCT",
        "access": { "storefront": "PUBLIC_READ" } });
    shop.admin(define, json!({ "definition": definition }))
        .await
        .ok();
    let set = "mutation($id: ID!) { metafieldsSet(metafields: [{ ownerId: $id,
        namespace: \"custom\", key: \"care\", type: \"single_line_text_field\",
        value: \"Wash cold\" }]) { metafields { id } userErrors { message } } }";
    let reply = shop.admin(set, json!({ "id": variant.product })).await.ok();
    let metafield = reply.text("metafieldsSet.metafields.0.id");
    let market = "mutation($input: MarketCreateInput!) { marketCreate(input: $input) {
        market { id } userErrors { message } } }";
    let input = json!({ "name": "Canada", "status": "ACTIVE",
        "conditions": { "regionsCondition": { "regions": [{ "countryCode": "CA" }] } } });
    let reply = shop.admin(market, json!({ "input": input })).await.ok();
    let market = reply.text("marketCreate.market.id");
    (variant.product, metafield, market)
}

fn said(metafield: &str, market: &str, digest: &Value) -> Value {
    json!({ "id": metafield, "said": [{ "marketId": market, "key": "value",
        "value": "Wash at 30 degrees", "marketLocalizableContentDigest": digest }] })
}

#[scenario]
async fn a_metafield_says_something_else_in_one_market(shop: TestShop) {
    let (product, metafield, market) = given_metafield_and_market(&shop).await;
    let asked = json!({ "id": metafield, "market": market });
    let reply = shop.admin(READ_LOCALIZATIONS, asked.clone()).await.ok();
    let content = reply.get("marketLocalizableResource.marketLocalizableContent.0");
    assert_eq!(content["value"], "Wash cold");
    let digest = content["digest"].clone();
    assert_eq!(reply.list("marketLocalizableResources.nodes").len(), 1);
    assert_eq!(reply.list("marketLocalizableResourcesByIds.nodes").len(), 1);

    let reply = shop
        .admin(LOCALIZE, said(&metafield, &market, &digest))
        .await
        .ok();
    let made = reply.get("marketLocalizationsRegister.marketLocalizations.0");
    assert_eq!(made["market"]["id"], market);

    let seen = |country: &str| {
        format!(
            "query($id: ID!) @inContext(country: {country}) {{ product(id: $id) {{
                metafield(namespace: \"custom\", key: \"care\") {{ value }} }} }}"
        )
    };
    let product = json!({ "id": product });
    let abroad = shop.storefront(&seen("CA"), product.clone()).await.ok();
    assert_eq!(abroad.text("product.metafield.value"), "Wash at 30 degrees");
    let home = shop.storefront(&seen("DE"), product).await.ok();
    assert_eq!(home.text("product.metafield.value"), "Wash cold");

    let reply = shop.admin(DELOCALIZE, asked.clone()).await.ok();
    assert_eq!(
        reply
            .list("marketLocalizationsRemove.marketLocalizations")
            .len(),
        1
    );
    let nobody = json!({ "id": "gid://shopify/Metafield/1", "market": market });
    shop.admin(DELOCALIZE, nobody)
        .await
        .refused("RESOURCE_NOT_FOUND");
    let reply = shop.admin(READ_LOCALIZATIONS, asked).await.ok();
    let left = reply.list("marketLocalizableResource.marketLocalizations");
    assert!(left.is_empty());
}

#[scenario]
async fn what_is_said_in_one_market_is_of_a_metafield_as_it_is_now(shop: TestShop) {
    let (product, metafield, market) = given_metafield_and_market(&shop).await;
    let asked = json!({ "id": metafield, "market": market });
    let reply = shop.admin(READ_LOCALIZATIONS, asked).await.ok();
    let content = reply.get("marketLocalizableResource.marketLocalizableContent.0");
    let digest = content["digest"].clone();
    let old = said(&metafield, &market, &json!("old"));
    let refused = shop.admin(LOCALIZE, old).await;
    refused.refused("INVALID_MARKET_LOCALIZABLE_CONTENT");
    let nowhere = said(&metafield, "gid://shopify/Market/1", &digest);
    shop.admin(LOCALIZE, nowhere)
        .await
        .refused("MARKET_DOES_NOT_EXIST");
    let mut wrong = said(&metafield, &market, &digest);
    wrong["id"] = json!(product);
    let refused = shop.admin(LOCALIZE, wrong).await;
    refused.refused("RESOURCE_NOT_MARKET_CUSTOMIZABLE");
}
