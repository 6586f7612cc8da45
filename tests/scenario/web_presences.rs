//! Where markets are found on the web: the shop's domain, and folders below it.

use tests::{TestShop, Value, json, scenario};

use crate::selling_abroad::given_canada;

const PRESENCE: &str = "id subfolderSuffix domain { host } defaultLocale { locale }
    alternateLocales { locale } rootUrls { locale url } markets(first: 3) { nodes { id } }";

async fn create(shop: &TestShop, input: Value) -> tests::Reply {
    let query = format!(
        "mutation($input: WebPresenceCreateInput!) {{ webPresenceCreate(input: $input) {{
            webPresence {{ {PRESENCE} }} userErrors {{ field message code }} }} }}"
    );
    shop.admin(&query, json!({ "input": input })).await
}

/// The shop speaks French, and buyers can choose it.
async fn given_french(shop: &TestShop) {
    let enable = "mutation { shopLocaleEnable(locale: \"fr\") { userErrors { message } }
        shopLocaleUpdate(locale: \"fr\", shopLocale: { published: true }) {
            userErrors { message } } }";
    shop.admin(enable, json!({})).await.ok();
}

async fn place(shop: &TestShop, market: &str, presence: &str) {
    let update = "mutation($id: ID!, $input: MarketUpdateInput!) {
        marketUpdate(id: $id, input: $input) { market { webPresences(first: 2) { nodes {
            subfolderSuffix } } webPresence { id } } userErrors { field message code } } }";
    let input = json!({ "webPresencesToAdd": [presence] });
    let reply = shop
        .admin(update, json!({ "id": market, "input": input }))
        .await
        .ok();
    assert_eq!(reply.text("marketUpdate.market.webPresence.id"), presence);
    let nobody = json!({ "webPresencesToAdd": ["gid://shopify/MarketWebPresence/9"] });
    shop.admin(update, json!({ "id": market, "input": nobody }))
        .await
        .refused("WEB_PRESENCE_NOT_FOUND");
}

#[scenario]
async fn a_folder_leads_buyers_to_their_market(shop: TestShop) {
    let variant = shop.given_variant("19.99", 9).await;
    let market = given_canada(&shop).await;
    given_french(&shop).await;
    let input = json!({ "subfolderSuffix": "CA", "defaultLocale": "en",
        "alternateLocales": ["fr"] });
    let reply = create(&shop, input).await.ok();
    let made = reply.get("webPresenceCreate.webPresence");
    assert_eq!(made["subfolderSuffix"], "ca");
    assert!(made["domain"].is_null());
    let url = |folder: &str| format!("https://{}/{folder}/", shop.domain());
    assert_eq!(
        made["rootUrls"],
        json!([{ "locale": "en", "url": url("en-ca") }, { "locale": "fr", "url": url("fr-ca") }])
    );
    let id = reply.text("webPresenceCreate.webPresence.id");
    let path = format!("/products/{}", variant.handle);
    shop.get(&format!("/en-ca{path}")).await.status(404);
    place(&shop, &market, &id).await;

    let entered = shop.get(&format!("/en-ca{path}?a=1")).await.status(302);
    assert_eq!(entered.header("Location"), format!("{path}?a=1"));
    assert!(entered.header("Set-Cookie").starts_with("localization=CA;"));
    let cookie = [("Cookie", "localization=CA")];
    let page = shop.get_with(&path, &cookie).await.status(200).body();
    assert!(page.contains("29.39"), "{page}");
    let page = shop.get_with("/search", &cookie).await.status(200).body();
    assert!(page.contains("29.39") && !page.contains("19.99"), "{page}");
    assert!(shop.get(&path).await.body().contains("19.99"));
    let home = shop.get("/FR-CA").await.status(302);
    assert_eq!(home.header("Location"), "/");
    let away = shop.get("/en-ca//elsewhere.example").await.status(302);
    assert_eq!(away.header("Location"), "/elsewhere.example");
}

#[scenario]
async fn web_presences_are_listed_changed_and_deleted(shop: TestShop) {
    given_french(&shop).await;
    let input = json!({ "subfolderSuffix": "ca", "defaultLocale": "fr" });
    let made = create(&shop, input).await.ok();
    let id = made.text("webPresenceCreate.webPresence.id");
    let list = format!(
        "query($id: ID!) {{ webPresences(first: 5) {{ nodes {{ {PRESENCE} }} }}
            node(id: $id) {{ ... on MarketWebPresence {{ subfolderSuffix }} }}
            shopLocales {{ locale marketWebPresences {{ id }} }} }}"
    );
    let reply = shop.admin(&list, json!({ "id": id })).await.ok();
    let nodes = reply.list("webPresences.nodes");
    assert_eq!(nodes.len(), 2);
    assert_eq!(nodes[0]["domain"]["host"], shop.domain());
    assert_eq!(reply.text("node.subfolderSuffix"), "ca");
    let own = nodes[0]["id"].clone();

    let update = format!(
        "mutation($id: ID!, $input: WebPresenceUpdateInput!) {{
            webPresenceUpdate(id: $id, input: $input) {{ webPresence {{ {PRESENCE} }}
            userErrors {{ field message code }} }} }}"
    );
    let input = json!({ "subfolderSuffix": "ca-west", "alternateLocales": ["en"] });
    let reply = shop
        .admin(&update, json!({ "id": id, "input": input }))
        .await
        .ok();
    let changed = reply.get("webPresenceUpdate.webPresence");
    assert_eq!(changed["subfolderSuffix"], "ca-west");
    assert_eq!(changed["alternateLocales"], json!([{ "locale": "en" }]));
    let unknown = json!({ "id": "gid://shopify/MarketWebPresence/9", "input": {} });
    shop.admin(&update, unknown)
        .await
        .refused("WEB_PRESENCE_NOT_FOUND");

    let silence = "mutation { shopLocaleDisable(locale: \"fr\") { userErrors { message } } }";
    shop.admin(silence, json!({})).await.ok();
    let reply = shop.admin(&list, json!({ "id": id })).await.ok();
    let left = &reply.list("webPresences.nodes")[1];
    assert_eq!(left["defaultLocale"], json!({ "locale": "en" }));
    assert_eq!(left["alternateLocales"], json!([]));

    let delete = "mutation($id: ID!) { webPresenceDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    shop.admin(delete, json!({ "id": own }))
        .await
        .refused("SHOP_MUST_HAVE_PRIMARY_DOMAIN_WEB_PRESENCE");
    let gone = shop.admin(delete, json!({ "id": id })).await.ok();
    assert_eq!(gone.text("webPresenceDelete.deletedId"), id);
    shop.admin(delete, json!({ "id": id }))
        .await
        .refused("WEB_PRESENCE_NOT_FOUND");
}

#[scenario]
async fn a_web_presence_is_refused_with_the_documented_codes(shop: TestShop) {
    let refused = |input: Value, code: &'static str| {
        let shop = &shop;
        async move {
            create(shop, input).await.refused(code);
        }
    };
    let of = |suffix: &str| json!({ "subfolderSuffix": suffix, "defaultLocale": "en" });
    refused(of("c"), "SUBFOLDER_SUFFIX_MUST_BE_AT_LEAST_2_LETTERS").await;
    refused(of("hans"), "SUBFOLDER_SUFFIX_CANNOT_BE_SCRIPT_CODE").await;
    refused(of("c4a"), "INVALID").await;
    refused(
        json!({ "defaultLocale": "en" }),
        "REQUIRES_DOMAIN_OR_SUBFOLDER",
    )
    .await;
    let both = json!({ "defaultLocale": "en", "subfolderSuffix": "ca",
        "domainId": "gid://shopify/Domain/1" });
    refused(both, "CANNOT_HAVE_SUBFOLDER_AND_DOMAIN").await;
    let domain = json!({ "defaultLocale": "en", "domainId": "gid://shopify/Domain/9" });
    refused(domain, "DOMAIN_NOT_FOUND").await;
    let silent = json!({ "defaultLocale": "de", "subfolderSuffix": "ca" });
    refused(silent, "DISABLED_LANGUAGE").await;
    let twice = json!({ "defaultLocale": "en", "subfolderSuffix": "ca",
        "alternateLocales": ["en"] });
    refused(twice, "DUPLICATE_LANGUAGES").await;
    create(&shop, of("ca")).await.ok();
    refused(of("CA"), "TAKEN").await;
}
