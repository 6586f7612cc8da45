//! Customers through the Admin API.

use serde_json::Value;
use tests::{TestShop, json, scenario};

const CREATE: &str = "mutation($input: CustomerInput!) { customerCreate(input: $input) {
    customer { id displayName email phone state note taxExempt tags numberOfOrders canDelete
        verifiedEmail locale amountSpent { amount currencyCode }
        defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt }
        defaultPhoneNumber { phoneNumber marketingState marketingCollectedFrom }
        defaultAddress { id city country countryCodeV2 province provinceCode formattedArea name }
        addresses { city } addressesV2(first: 10) { nodes { id city } } }
    userErrors { field message } } }";
const UPDATE: &str = "mutation($input: CustomerInput!) { customerUpdate(input: $input) {
    customer { id displayName email tags addresses { city } defaultAddress { city } }
    userErrors { field message } } }";
const LIST: &str = "query($query: String, $sortKey: CustomerSortKeys) {
    customers(first: 10, query: $query, sortKey: $sortKey) { nodes { displayName } } }";

async fn given_customer(shop: &TestShop, input: Value) -> String {
    let reply = shop.admin(CREATE, json!({ "input": input })).await.ok();
    reply.text("customerCreate.customer.id")
}

async fn found(shop: &TestShop, query: &str, sort: &str) -> Vec<String> {
    let reply = shop
        .admin(LIST, json!({ "query": query, "sortKey": sort }))
        .await
        .ok();
    let nodes = reply.list("customers.nodes").iter();
    nodes
        .map(|node| node["displayName"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[scenario]
async fn a_customer_is_taken_up_with_all_that_is_known(shop: TestShop) {
    let input = json!({
        "email": " Ada@Example.com", "phone": "+1 (415) 555-1001", "firstName": "Ada",
        "lastName": "Lovelace", "note": "likes numbers", "tags": ["vip, early", "VIP"],
        "taxExempt": true,
        "addresses": [
            { "address1": "1 Main St", "city": "San Francisco", "countryCode": "US",
              "provinceCode": "CA", "zip": "94105" },
            { "address1": "2 High St", "city": "Ottawa", "country": "Canada", "province": "Ontario" },
        ],
        "emailMarketingConsent": { "marketingState": "SUBSCRIBED",
            "marketingOptInLevel": "CONFIRMED_OPT_IN", "consentUpdatedAt": "2026-04-25T01:00:00Z" },
    });
    let reply = shop.admin(CREATE, json!({ "input": input })).await.ok();

    let customer = reply.get("customerCreate.customer");
    assert_eq!(customer["displayName"], "Ada Lovelace");
    assert_eq!(customer["email"], "Ada@Example.com");
    assert_eq!(customer["phone"], "+14155551001");
    assert_eq!(customer["state"], "DISABLED");
    assert_eq!(customer["tags"], json!(["early", "vip"]));
    assert_eq!(customer["numberOfOrders"], "0");
    assert_eq!(customer["amountSpent"]["amount"], "0.0");
    let email = &customer["defaultEmailAddress"];
    assert_eq!(email["marketingState"], "SUBSCRIBED");
    assert_eq!(email["marketingOptInLevel"], "CONFIRMED_OPT_IN");
    assert_eq!(email["marketingUpdatedAt"], "2026-04-25T01:00:00Z");
    assert_eq!(
        customer["defaultPhoneNumber"]["marketingState"],
        "NOT_SUBSCRIBED"
    );
    let address = &customer["defaultAddress"];
    assert_eq!(address["formattedArea"], "San Francisco CA, United States");
    assert_eq!(address["province"], "California");
    assert!(
        address["id"]
            .as_str()
            .unwrap()
            .ends_with("?model_name=CustomerAddress")
    );
    assert_eq!(customer["addressesV2"]["nodes"][1]["city"], "Ottawa");
}

/// What cannot be said of a customer, the field to blame, and why.
fn impossible() -> Vec<(Value, &'static str, &'static str)> {
    let long = "x".repeat(256);
    vec![
        (
            json!({}),
            "",
            "A name, phone number, or email address must be present",
        ),
        (
            json!({ "email": "not-an-email" }),
            "email",
            "Email is invalid",
        ),
        (
            json!({ "email": "ADA@example.com" }),
            "email",
            "Email has already been taken",
        ),
        (json!({ "phone": "abc" }), "phone", "Phone is invalid"),
        (
            json!({ "phone": "+1 415 555 1001" }),
            "phone",
            "Phone has already been taken",
        ),
        (
            json!({ "firstName": long }),
            "firstName",
            "First name is too long (maximum is 255 characters)",
        ),
        (
            json!({ "firstName": "A", "locale": "not-a-locale" }),
            "locale",
            "Locale is invalid",
        ),
        (
            json!({ "firstName": "A", "note": "n".repeat(5001) }),
            "note",
            "Note is too long (maximum is 5000 characters)",
        ),
        (
            json!({ "firstName": "A", "id": "gid://shopify/Customer/1" }),
            "id",
            "Cannot specify ID on creation",
        ),
        (
            json!({ "firstName": "A", "addresses": [{ "country": "Atlantis" }] }),
            "addresses.0.country",
            "Country is invalid",
        ),
        (
            json!({ "firstName": "A", "addresses": [{ "countryCode": "US", "provinceCode": "ON" }] }),
            "addresses.0.province",
            "Province is invalid",
        ),
        (
            json!({ "firstName": "A", "smsMarketingConsent": { "marketingState": "SUBSCRIBED" } }),
            "smsMarketingConsent",
            "A phone number is required to set the SMS consent state.",
        ),
    ]
}

#[scenario]
async fn what_cannot_be_said_of_a_customer_changes_nothing(shop: TestShop) {
    given_customer(
        &shop,
        json!({ "email": "ada@example.com", "phone": "+14155551001" }),
    )
    .await;
    for (input, field, message) in impossible() {
        let reply = shop.admin(CREATE, json!({ "input": input })).await;
        assert_eq!(reply.refused_at(field)["message"], message);
    }
    assert_eq!(found(&shop, "", "ID").await.len(), 1);
}

#[scenario]
async fn a_change_leaves_alone_what_it_does_not_name(shop: TestShop) {
    let id = given_customer(
        &shop,
        json!({
            "email": "ada@example.com", "firstName": "Ada", "tags": ["vip"],
            "addresses": [{ "city": "Bonn" }],
        }),
    )
    .await;

    let input = json!({ "id": id, "lastName": "King", "email": null, "addresses": [
        { "city": "Ulm" }, { "city": "Ulm" },
    ] });
    let reply = shop.admin(UPDATE, json!({ "input": input })).await.ok();

    let customer = reply.get("customerUpdate.customer");
    assert_eq!(customer["displayName"], "Ada King");
    assert_eq!(customer["email"], Value::Null);
    assert_eq!(customer["tags"], json!(["vip"]));
    assert_eq!(customer["addresses"], json!([{ "city": "Ulm" }]));
    assert_eq!(customer["defaultAddress"]["city"], "Ulm");
    let nobody = json!({ "id": id, "firstName": null, "lastName": "" });
    shop.admin(UPDATE, json!({ "input": nobody }))
        .await
        .refused_at("");
    let stranger = json!({ "id": "gid://shopify/Customer/1", "firstName": "X" });
    shop.admin(UPDATE, json!({ "input": stranger }))
        .await
        .refused_at("id");
}

#[scenario]
async fn customers_are_found_by_what_is_known_of_them(shop: TestShop) {
    for (first, last, email, tag, country) in [
        ("Ada", "Lovelace", "ada@example.com", "vip", "GB"),
        ("Grace", "Hopper", "grace@navy.example", "navy", "US"),
        ("Käthe", "Ötzi", "kaethe@example.com", "vip", "AT"),
    ] {
        let address = json!({ "city": "X", "countryCode": country });
        given_customer(
            &shop,
            json!({ "firstName": first, "lastName": last, "email": email,
            "tags": [tag], "addresses": [address] }),
        )
        .await;
    }
    for (query, expected) in [
        ("email:ada@example.com", vec!["Ada Lovelace"]),
        ("first_name:gr*", vec!["Grace Hopper"]),
        ("tag:vip AND country:GB", vec!["Ada Lovelace"]),
        ("tag:vip AND -country:Austria", vec!["Ada Lovelace"]),
        ("otzi", vec!["Käthe Ötzi"]),
        ("state:enabled", vec![]),
        (
            "orders_count:0 total_spent:<1 tag_not:vip",
            vec!["Grace Hopper"],
        ),
    ] {
        assert_eq!(found(&shop, query, "ID").await, expected, "{query}");
    }
    let by_name = found(&shop, "", "NAME").await;
    assert_eq!(by_name, ["Grace Hopper", "Ada Lovelace", "Käthe Ötzi"]);
    let by_place = found(&shop, "", "LOCATION").await;
    assert_eq!(by_place[0], "Käthe Ötzi");
}

#[scenario]
async fn a_customer_is_one_among_their_identifiers(shop: TestShop) {
    let id = given_customer(
        &shop,
        json!({ "email": "ada@example.com", "phone": "+14155551001" }),
    )
    .await;
    let query = "query($by: CustomerIdentifierInput!, $id: ID!) {
        customerByIdentifier(identifier: $by) { id } customer(id: $id) { id }
        node(id: $id) { ... on Customer { id } }
        customersCount(query: \"email:ada@example.com\") { count precision } }";
    for by in [
        json!({ "id": id }),
        json!({ "emailAddress": "ADA@example.com" }),
        json!({ "phoneNumber": "+1 415 555 1001" }),
    ] {
        let reply = shop.admin(query, json!({ "by": by, "id": id })).await.ok();
        for path in ["customerByIdentifier.id", "customer.id", "node.id"] {
            assert_eq!(reply.text(path), id);
        }
        assert_eq!(
            reply.get("customersCount"),
            &json!({ "count": 1, "precision": "EXACT" })
        );
    }
}

#[scenario]
async fn who_never_bought_may_be_forgotten(shop: TestShop) {
    let delete = "mutation($id: ID!) { customerDelete(input: {id: $id}) {
        deletedCustomerId shop { id } userErrors { field message } } }";
    let stranger = given_customer(&shop, json!({ "firstName": "Nobody" })).await;
    let reply = shop.admin(delete, json!({ "id": stranger })).await.ok();
    assert_eq!(reply.text("customerDelete.deletedCustomerId"), stranger);
    shop.admin(delete, json!({ "id": stranger }))
        .await
        .refused_at("id");
}

#[scenario]
async fn who_has_bought_is_not_forgotten(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    shop.given_order(&variant, 1).await;
    let query = "{ customers(first: 5) { nodes { id numberOfOrders canDelete lastOrder { name }
        orders(first: 5) { nodes { name } } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    let buyer = &reply.list("customers.nodes")[0];
    assert_eq!(buyer["numberOfOrders"], "1");
    assert_eq!(
        buyer["orders"]["nodes"][0]["name"],
        buyer["lastOrder"]["name"]
    );

    let delete = "mutation($id: ID!) { customerDelete(input: {id: $id}) {
        deletedCustomerId userErrors { field message } } }";
    let reply = shop.admin(delete, json!({ "id": buyer["id"] })).await;

    reply.refused_at("id");
}

#[scenario]
async fn a_token_without_the_scope_learns_and_changes_nothing(shop: TestShop) {
    let id = given_customer(&shop, json!({ "email": "ada@example.com" })).await;
    let reading = shop.token(&["read_customers"]).await;
    let other = shop.token(&["write_products"]).await;
    let input = json!({ "input": { "id": id, "firstName": "X" } });
    for query in [
        "{ customers(first: 1) { nodes { id } } }",
        "{ customersCount { count } }",
        "{ customer(id: \"gid://shopify/Customer/1\") { id } }",
        "{ customerByIdentifier(identifier: {emailAddress: \"a@b.co\"}) { id } }",
    ] {
        shop.admin_with(&other, query, json!({}))
            .await
            .error("ACCESS_DENIED");
        let _ = shop.admin_with(&reading, query, json!({})).await.ok();
    }
    let create = json!({ "input": { "firstName": "X" } });
    shop.admin_with(&reading, CREATE, create)
        .await
        .error("ACCESS_DENIED");
    shop.admin_with(&reading, UPDATE, input)
        .await
        .error("ACCESS_DENIED");
    let delete = "mutation($id: ID!) { customerDelete(input: {id: $id}) { deletedCustomerId } }";
    shop.admin_with(&reading, delete, json!({ "id": id }))
        .await
        .error("ACCESS_DENIED");
    assert_eq!(found(&shop, "", "ID").await, ["ada@example.com"]);
}

#[scenario]
async fn another_shop_s_customer_with_the_same_id_stays_as_it_is(shop: TestShop) {
    let id = given_customer(
        &shop,
        json!({ "email": "ada@example.com", "firstName": "Ada" }),
    )
    .await;
    let twin = shop.twin().await;

    let input = json!({ "id": id, "firstName": "Grace", "tags": ["changed"] });
    let _ = shop.admin(UPDATE, json!({ "input": input })).await.ok();

    let query = "query($id: ID!) { customer(id: $id) { firstName tags } }";
    let reply = twin.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.get("customer"),
        &json!({ "firstName": "Ada", "tags": [] })
    );
}

const BOOK: &str = "query($id: ID!) { customer(id: $id) {
    defaultAddress { id city } addresses { id city } } }";

#[scenario]
async fn addresses_are_added_changed_put_first_and_taken_away(shop: TestShop) {
    let ada = given_customer(&shop, json!({ "firstName": "Ada" })).await;
    let add = "mutation($id: ID!, $address: MailingAddressInput!, $first: Boolean) {
        customerAddressCreate(customerId: $id, address: $address, setAsDefault: $first) {
            address { id city countryCodeV2 } userErrors { field message } } }";
    let city = |city: &str| json!({ "address1": "1 Main St", "city": city, "countryCode": "DE" });
    let mut ids = Vec::new();
    for (name, first) in [("Bonn", false), ("Kiel", false), ("Ulm", true)] {
        let variables = json!({ "id": ada, "address": city(name), "first": first });
        let reply = shop.admin(add, variables).await.ok();
        ids.push(reply.text("customerAddressCreate.address.id"));
    }
    let reply = shop.admin(BOOK, json!({ "id": ada })).await.ok();
    assert_eq!(reply.text("customer.defaultAddress.city"), "Ulm");
    assert_eq!(reply.list("customer.addresses").len(), 3);
    let again = json!({ "id": ada, "address": city("Bonn") });
    shop.admin(add, again).await.refused_at("address");
    let nowhere = json!({ "id": ada, "address": { "countryCode": "US", "provinceCode": "ON" } });
    shop.admin(add, nowhere)
        .await
        .refused_at("address.province");
    let stranger = json!({ "id": "gid://shopify/Customer/1", "address": city("Bonn") });
    shop.admin(add, stranger).await.refused_at("customerId");

    let change = "mutation($id: ID!, $address: ID!, $input: MailingAddressInput!) {
        customerAddressUpdate(customerId: $id, addressId: $address, address: $input) {
            address { city address1 } userErrors { field message } } }";
    let variables = json!({ "id": ada, "address": ids[0], "input": { "address1": "2 High St" } });
    let reply = shop.admin(change, variables).await.ok();
    assert_eq!(
        reply.get("customerAddressUpdate.address"),
        &json!({ "city": "Bonn", "address1": "2 High St" })
    );
    let unknown = "gid://shopify/MailingAddress/1";
    let variables = json!({ "id": ada, "address": unknown, "input": {} });
    shop.admin(change, variables).await.refused_at("addressId");

    let put_first = "mutation($id: ID!, $address: ID!) {
        customerUpdateDefaultAddress(customerId: $id, addressId: $address) {
            customer { defaultAddress { city } } userErrors { field message } } }";
    let variables = json!({ "id": ada, "address": ids[1] });
    let reply = shop.admin(put_first, variables).await.ok();
    assert_eq!(
        reply.text("customerUpdateDefaultAddress.customer.defaultAddress.city"),
        "Kiel"
    );
    let variables = json!({ "id": ada, "address": unknown });
    shop.admin(put_first, variables)
        .await
        .refused_at("addressId");

    let remove = "mutation($id: ID!, $address: ID!) {
        customerAddressDelete(customerId: $id, addressId: $address) {
            deletedAddressId userErrors { field message } } }";
    let variables = json!({ "id": ada, "address": ids[1] });
    let _ = shop.admin(remove, variables.clone()).await.ok();
    shop.admin(remove, variables).await.refused_at("addressId");
    // The first of those that are left takes its place.
    let reply = shop.admin(BOOK, json!({ "id": ada })).await.ok();
    assert_eq!(reply.text("customer.defaultAddress.city"), "Bonn");
    assert_eq!(reply.list("customer.addresses").len(), 2);
}
