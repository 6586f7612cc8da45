//! Customers at a storefront: accounts, tokens, links by mail, addresses, and their orders.

use serde_json::{Value, json};
use tests::{Card, Reply, TestShop, checkout_form, scenario};

const CREATE: &str = "mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
    customer { id email firstName displayName acceptsMarketing numberOfOrders }
    customerUserErrors { code field message } userErrors { field message } } }";
const SIGN_IN: &str = "mutation($email: String!, $password: String!) {
    customerAccessTokenCreate(input: {email: $email, password: $password}) {
        customerAccessToken { accessToken expiresAt }
        customerUserErrors { code field message } } }";
const RECOVER: &str = "mutation($email: String!) { customerRecover(email: $email) {
    customerUserErrors { code field message } userErrors { message } } }";
const RESET: &str = "mutation($id: ID!, $input: CustomerResetInput!) {
    customerReset(id: $id, input: $input) {
        customer { id } customerAccessToken { accessToken }
        customerUserErrors { code field message } } }";
const UPDATE: &str = "mutation($token: String!, $customer: CustomerUpdateInput!) {
    customerUpdate(customerAccessToken: $token, customer: $customer) {
        customer { firstName lastName phone email acceptsMarketing }
        customerAccessToken { accessToken }
        customerUserErrors { code field message } } }";
const WHO: &str = "query($token: String!) { customer(customerAccessToken: $token) {
    id email displayName tags numberOfOrders
    defaultAddress { id city countryCode }
    addresses(first: 10) { nodes { id city } }
    orders(first: 10, sortKey: PROCESSED_AT, reverse: true) { totalCount edges { node {
        id name orderNumber financialStatus fulfillmentStatus processedAt statusUrl
        totalPrice { amount currencyCode } totalPriceV2 { amount } subtotalPrice { amount }
        totalShippingPriceV2 { amount } totalTaxV2 { amount } totalRefundedV2 { amount }
        currentTotalPrice { amount } shippingAddress { city name formatted }
        lineItems(first: 5) { nodes { title quantity originalTotalPrice { amount }
            discountedTotalPrice { amount } variant { id title } } }
        successfulFulfillments(first: 5) { trackingCompany
            trackingInfo(first: 5) { number url }
            fulfillmentLineItems(first: 5) { edges { node { quantity lineItem { title } } } } }
    } } } } }";

const MAKE_DEFAULT: &str = "mutation($token: String!, $id: ID!) {
    customerDefaultAddressUpdate(customerAccessToken: $token, addressId: $id) {
        customer { defaultAddress { city } } customerUserErrors { code field message } } }";

const FORGET_ADDRESS: &str = "mutation($token: String!, $id: ID!) {
    customerAddressDelete(customerAccessToken: $token, id: $id) {
        deletedCustomerAddressId customerUserErrors { code field message } } }";

/// Somebody with an account; gives their id.
pub(crate) async fn given_account(shop: &TestShop, email: &str) -> String {
    let input = json!({ "email": email, "password": "tulips", "firstName": "Ada" });
    let reply = shop
        .storefront(CREATE, json!({ "input": input }))
        .await
        .ok();
    reply.text("customerCreate.customer.id")
}

async fn try_to_sign_in(shop: &TestShop, email: &str, password: &str) -> Reply {
    let variables = json!({ "email": email, "password": password });
    shop.storefront(SIGN_IN, variables).await
}

/// Signs in; gives the token.
pub(crate) async fn sign_in(shop: &TestShop, email: &str, password: &str) -> String {
    let reply = try_to_sign_in(shop, email, password).await.ok();
    reply.text("customerAccessTokenCreate.customerAccessToken.accessToken")
}

async fn who(shop: &TestShop, token: &str) -> Reply {
    shop.storefront(WHO, json!({ "token": token })).await.ok()
}

/// The links of the mails of a kind, oldest first.
async fn links(shop: &TestShop, kind: &str) -> Vec<String> {
    let kind = kind.to_owned();
    let read = shop.db().read(shop.id(), move |tx| {
        tx.all::<String>(
            "SELECT link FROM mails
              WHERE shop_id = $shop AND kind = $1 AND link IS NOT NULL
              ORDER BY id",
            (kind,),
        )
    });
    read.await.and_then(|links| links).expect("the mails")
}

fn token_of(link: &str) -> String {
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

#[scenario]
async fn somebody_signs_up_signs_in_and_out(shop: TestShop) {
    let id = given_account(&shop, "ada@example.com").await;
    let token = sign_in(&shop, "Ada@Example.com", "tulips").await;
    let known = who(&shop, &token).await;
    assert_eq!(known.text("customer.id"), id);
    assert_eq!(known.text("customer.numberOfOrders"), "0");

    let renew =
        "mutation($token: String!) { customerAccessTokenRenew(customerAccessToken: $token) {
        customerAccessToken { accessToken expiresAt } userErrors { field message } } }";
    let renewed = shop.storefront(renew, json!({ "token": token })).await.ok();
    let path = "customerAccessTokenRenew.customerAccessToken.accessToken";
    assert_eq!(renewed.text(path), token);

    let delete = "mutation($token: String!) {
        customerAccessTokenDelete(customerAccessToken: $token) {
            deletedAccessToken deletedCustomerAccessTokenId userErrors { field message } } }";
    let gone = shop
        .storefront(delete, json!({ "token": token }))
        .await
        .ok();
    assert_eq!(
        gone.text("customerAccessTokenDelete.deletedAccessToken"),
        token
    );
    assert!(who(&shop, &token).await.get("customer").is_null());
    for (query, name) in [
        (renew, "customerAccessTokenRenew"),
        (delete, "customerAccessTokenDelete"),
    ] {
        let refused = shop.storefront(query, json!({ "token": token })).await;
        let field = refused.get(&format!("{name}.userErrors.0.field.0"));
        assert_eq!(field, &json!("customerAccessToken"), "{}", refused.body());
    }
}

#[scenario]
async fn a_wrong_password_is_refused_and_guessing_is_stopped(shop: TestShop) {
    given_account(&shop, "ada@example.com").await;
    for _ in 0..9 {
        let wrong = try_to_sign_in(&shop, "ada@example.com", "roses").await;
        wrong.refused("UNIDENTIFIED_CUSTOMER");
    }
    // Nobody's mailbox is answered alike.
    let nobody = try_to_sign_in(&shop, "bob@example.com", "roses").await;
    nobody.refused("UNIDENTIFIED_CUSTOMER");
    let tenth = try_to_sign_in(&shop, "ada@example.com", "roses").await;
    tenth.refused("UNIDENTIFIED_CUSTOMER");
    let stopped = try_to_sign_in(&shop, "ada@example.com", "tulips").await;
    stopped.error("THROTTLED");
}

#[scenario]
async fn an_account_that_cannot_be_is_refused_with_its_field(shop: TestShop) {
    given_account(&shop, "ada@example.com").await;
    for (email, password, code, field) in [
        ("ADA@example.com", "tulips", "TAKEN", "email"),
        ("nobody", "tulips", "INVALID", "email"),
        ("bob@example.com", "rose", "TOO_SHORT", "password"),
        ("bob@example.com", "     ", "BLANK", "password"),
        (
            "bob@example.com",
            " tulips",
            "PASSWORD_STARTS_OR_ENDS_WITH_WHITESPACE",
            "password",
        ),
    ] {
        let input = json!({ "email": email, "password": password });
        let reply = shop.storefront(CREATE, json!({ "input": input })).await;
        let error = reply.refused(code);
        assert_eq!(
            error["field"],
            json!(["input", field]),
            "{email} {password}"
        );
    }
    let input = json!({ "email": "bob@example.com", "password": "tulips", "phone": "abc" });
    let reply = shop.storefront(CREATE, json!({ "input": input })).await;
    reply.refused("INVALID");
}

#[scenario]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once(shop: TestShop) {
    let id = given_account(&shop, "ada@example.com").await;
    let before = sign_in(&shop, "ada@example.com", "tulips").await;
    shop.storefront(RECOVER, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    // The answer does not tell who is a customer.
    shop.storefront(RECOVER, json!({ "email": "bob@example.com" }))
        .await
        .ok();
    shop.storefront(RECOVER, json!({ "email": "nobody" }))
        .await
        .refused("INVALID");
    let links_now = links(&shop, "customer_account_reset").await;
    assert_eq!(links_now.len(), 1);
    let token = token_of(&links_now[0]);

    let reset = |token: &str, password: &str| {
        json!({ "id": id,
        "input": { "resetToken": token, "password": password } })
    };
    shop.storefront(RESET, reset("0000", "daisies"))
        .await
        .refused("TOKEN_INVALID");
    shop.storefront(RESET, reset(&token, "rose"))
        .await
        .refused("TOO_SHORT");
    let done = shop.storefront(RESET, reset(&token, "daisies")).await.ok();
    let new = done.text("customerReset.customerAccessToken.accessToken");
    assert_eq!(who(&shop, &new).await.text("customer.id"), id);
    // Every sign-in from before has ended, and so has the link, in the mail as well.
    assert!(who(&shop, &before).await.get("customer").is_null());
    shop.storefront(RESET, reset(&token, "orchids"))
        .await
        .refused("TOKEN_INVALID");
    assert!(links(&shop, "customer_account_reset").await.is_empty());
    try_to_sign_in(&shop, "ada@example.com", "tulips")
        .await
        .refused("UNIDENTIFIED_CUSTOMER");
    sign_in(&shop, "ada@example.com", "daisies").await;

    shop.storefront(RECOVER, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    let link = links(&shop, "customer_account_reset").await.remove(0);
    let by_url = "mutation($url: URL!, $password: String!) {
        customerResetByUrl(resetUrl: $url, password: $password) {
            customer { id } customerUserErrors { code field message } } }";
    let wrong = json!({ "url": format!("{link}0"), "password": "orchids" });
    shop.storefront(by_url, wrong)
        .await
        .refused("TOKEN_INVALID");
    let right = json!({ "url": link, "password": "orchids" });
    shop.storefront(by_url, right).await.ok();
    sign_in(&shop, "ada@example.com", "orchids").await;
}

#[scenario]
async fn a_buyer_without_an_account_gets_one_through_their_mailbox(shop: TestShop) {
    let variant = shop.given_variant("12.00", 9).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    shop.buy_as(&cart, Card::Approves, "bea@example.com")
        .await
        .status(303);
    let input = json!({ "email": "bea@example.com", "password": "tulips" });
    let reply = shop.storefront(CREATE, json!({ "input": input })).await;
    reply.refused("CUSTOMER_DISABLED");
    try_to_sign_in(&shop, "bea@example.com", "tulips")
        .await
        .refused("UNIDENTIFIED_CUSTOMER");

    let link = links(&shop, "customer_account_activation").await.remove(0);
    let number = link
        .rsplit('/')
        .nth(1)
        .expect("the customer's number")
        .to_owned();
    let activate = "mutation($id: ID!, $input: CustomerActivateInput!) {
        customerActivate(id: $id, input: $input) {
            customer { numberOfOrders } customerAccessToken { accessToken }
            customerUserErrors { code field message } } }";
    let with = |token: String| {
        json!({ "id": format!("gid://shopify/Customer/{number}"),
        "input": { "activationToken": token, "password": "tulips" } })
    };
    shop.storefront(activate, with("0".to_owned()))
        .await
        .refused("TOKEN_INVALID");
    let done = shop.storefront(activate, with(token_of(&link))).await.ok();
    assert_eq!(done.text("customerActivate.customer.numberOfOrders"), "1");
    let again = "mutation($url: URL!) {
        customerActivateByUrl(activationUrl: $url, password: \"roses\") {
            customer { id } customerUserErrors { code field message } } }";
    shop.storefront(again, json!({ "url": link }))
        .await
        .refused("TOKEN_INVALID");
    sign_in(&shop, "bea@example.com", "tulips").await;
}

#[scenario]
async fn a_merchant_invites_a_customer_by_hand_or_by_mail(shop: TestShop) {
    let create = "mutation($input: CustomerInput!) { customerCreate(input: $input) {
        customer { id } userErrors { field message } } }";
    let input = json!({ "input": { "email": "bea@example.com" } });
    let made = shop.admin(create, input).await.ok();
    let id = made.text("customerCreate.customer.id");
    let url = "mutation($id: ID!) { customerGenerateAccountActivationUrl(customerId: $id) {
        accountActivationUrl userErrors { field message } } }";
    let mail = "mutation($id: ID!) { customerSendAccountInviteEmail(customerId: $id) {
        customer { id state } userErrors { code field message } } }";
    let sent = shop.admin(mail, json!({ "id": id })).await.ok();
    assert_eq!(
        sent.text("customerSendAccountInviteEmail.customer.state"),
        "INVITED"
    );
    assert_eq!(links(&shop, "customer_account_activation").await.len(), 1);
    let words = "mutation($id: ID!, $email: EmailInput) {
        customerSendAccountInviteEmail(customerId: $id, email: $email) {
        userErrors { code field message } } }";
    let said = json!({ "to": "other@example.com", "subject": "Come", "customMessage": "Do." });
    shop.admin(words, json!({ "id": id, "email": said }))
        .await
        .ok();
    let read = shop.db().read(shop.id(), |tx| {
        tx.all::<(String, Option<String>, Option<String>)>(
            "SELECT recipient, subject, message FROM mails WHERE shop_id = $shop ORDER BY id",
            (),
        )
    });
    let mails = read.await.and_then(|mails| mails).expect("the mails");
    let wanted = ["other@example.com", "Come", "Do."].map(str::to_owned);
    let [to, subject, message] = wanted;
    assert_eq!(mails[1], (to, Some(subject), Some(message)));
    let nowhere = json!({ "id": id, "email": { "to": "nobody" } });
    shop.admin(words, nowhere).await.refused_at("email.to");
    let made = shop.admin(url, json!({ "id": id })).await.ok();
    let link = made.text("customerGenerateAccountActivationUrl.accountActivationUrl");
    let activate = "mutation($url: URL!) {
        customerActivateByUrl(activationUrl: $url, password: \"tulips\") {
            customerAccessToken { accessToken } customerUserErrors { code field message } } }";
    shop.storefront(activate, json!({ "url": link })).await.ok();

    let again = shop.admin(url, json!({ "id": id })).await;
    again.refused_at("customerId");
    shop.admin(mail, json!({ "id": id }))
        .await
        .refused("INVALID");
    let nobody = json!({ "id": "gid://shopify/Customer/1" });
    shop.admin(mail, nobody).await.refused("INVALID");
}

#[scenario]
async fn customers_change_what_is_known_about_them(shop: TestShop) {
    given_account(&shop, "bob@example.com").await;
    given_account(&shop, "ada@example.com").await;
    let token = sign_in(&shop, "ada@example.com", "tulips").await;
    let update = |token: &str, customer: Value| json!({ "token": token, "customer": customer });
    let change = json!({ "lastName": "Lovelace", "phone": "030 123456", "acceptsMarketing": true });
    let done = shop.storefront(UPDATE, update(&token, change)).await.ok();
    assert_eq!(done.text("customerUpdate.customer.firstName"), "Ada");
    assert_eq!(done.text("customerUpdate.customer.lastName"), "Lovelace");
    assert_eq!(done.text("customerUpdate.customer.phone"), "+4930123456");
    assert_eq!(
        done.get("customerUpdate.customer.acceptsMarketing"),
        &json!(true)
    );
    assert!(done.get("customerUpdate.customerAccessToken").is_null());

    let taken = update(&token, json!({ "email": "bob@example.com" }));
    shop.storefront(UPDATE, taken).await.refused("TAKEN");
    let nobody = update("none", json!({ "lastName": "X" }));
    shop.storefront(UPDATE, nobody)
        .await
        .refused("TOKEN_INVALID");

    let password = update(&token, json!({ "password": "daisies" }));
    let done = shop.storefront(UPDATE, password).await.ok();
    let new = done.text("customerUpdate.customerAccessToken.accessToken");
    assert!(who(&shop, &token).await.get("customer").is_null());
    assert_eq!(
        who(&shop, &new).await.text("customer.displayName"),
        "Ada Lovelace"
    );
}

#[scenario]
async fn customers_keep_their_addresses(shop: TestShop) {
    given_account(&shop, "ada@example.com").await;
    let token = sign_in(&shop, "ada@example.com", "tulips").await;
    let create = "mutation($token: String!, $address: MailingAddressInput!) {
        customerAddressCreate(customerAccessToken: $token, address: $address) {
            customerAddress { id city provinceCode countryCode firstName }
            customerUserErrors { code field message } } }";
    let with = |address: Value| json!({ "token": token, "address": address });
    let ottawa = json!({ "firstName": "Ada", "address1": "1 Elgin Street", "city": "Ottawa",
        "province": "Ontario", "country": "Canada", "zip": "K1P 5W1" });
    let made = shop.storefront(create, with(ottawa.clone())).await.ok();
    let first = made.text("customerAddressCreate.customerAddress.id");
    assert_eq!(
        made.text("customerAddressCreate.customerAddress.provinceCode"),
        "ON"
    );
    shop.storefront(create, with(ottawa)).await.refused("TAKEN");
    let nowhere = json!({ "city": "Atlantis", "country": "Nowhere" });
    shop.storefront(create, with(nowhere))
        .await
        .refused("INVALID");
    let berlin = json!({ "city": "Berlin", "country": "DE" });
    let made = shop.storefront(create, with(berlin)).await.ok();
    let second = made.text("customerAddressCreate.customerAddress.id");
    let known = who(&shop, &token).await;
    assert_eq!(known.text("customer.defaultAddress.city"), "Ottawa");
    assert_eq!(known.list("customer.addresses.nodes").len(), 2);

    let update = "mutation($token: String!, $id: ID!, $address: MailingAddressInput!) {
        customerAddressUpdate(customerAccessToken: $token, id: $id, address: $address) {
            customerAddress { id city address1 } customerUserErrors { code field message } } }";
    let moved = json!({ "token": token, "id": second, "address": { "address1": "Am Wall 2" } });
    let done = shop.storefront(update, moved).await.ok();
    assert_eq!(
        done.text("customerAddressUpdate.customerAddress.city"),
        "Berlin"
    );
    let unknown = json!({ "token": token, "id": "gid://shopify/MailingAddress/1", "address": {} });
    shop.storefront(update, unknown).await.refused("NOT_FOUND");

    addresses_are_chosen_and_forgotten(&shop, &token, &first, &second).await;
}

async fn addresses_are_chosen_and_forgotten(
    shop: &TestShop,
    token: &str,
    first: &str,
    second: &str,
) {
    let done = shop
        .storefront(MAKE_DEFAULT, json!({ "token": token, "id": second }))
        .await
        .ok();
    let city = "customerDefaultAddressUpdate.customer.defaultAddress.city";
    assert_eq!(done.text(city), "Berlin");
    let unknown = json!({ "token": token, "id": "gid://shopify/MailingAddress/1" });
    shop.storefront(MAKE_DEFAULT, unknown.clone())
        .await
        .refused("NOT_FOUND");

    let done = shop
        .storefront(FORGET_ADDRESS, json!({ "token": token, "id": first }))
        .await
        .ok();
    assert_eq!(
        done.text("customerAddressDelete.deletedCustomerAddressId"),
        first
    );
    shop.storefront(FORGET_ADDRESS, unknown)
        .await
        .refused("NOT_FOUND");
    assert_eq!(
        who(shop, token)
            .await
            .list("customer.addresses.nodes")
            .len(),
        1
    );
    let nobody = json!({ "token": "none", "id": second });
    shop.storefront(FORGET_ADDRESS, nobody)
        .await
        .refused("TOKEN_INVALID");
}

#[scenario]
async fn a_signed_in_buyer_finds_the_checkout_filled_in_and_the_order_in_the_account(
    shop: TestShop,
) {
    let id = given_account(&shop, "ada@example.com").await;
    let token = sign_in(&shop, "ada@example.com", "tulips").await;
    let address = "mutation($token: String!) { customerAddressCreate(customerAccessToken: $token,
        address: {firstName: \"Ada\", lastName: \"Lovelace\", address1: \"Am Wall 2\",
            city: \"Bremen\", country: \"Germany\", zip: \"28195\"}) {
        customerAddress { id } customerUserErrors { message } } }";
    shop.storefront(address, json!({ "token": token }))
        .await
        .ok();
    let variant = shop.given_variant("12.00", 9).await;
    let cart = shop.given_cart(&[(&variant, 2)]).await;
    let identify = "mutation($cart: ID!, $token: String!) {
        cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: {customerAccessToken: $token}) {
            cart { buyerIdentity { email customer { id } } }
            userErrors { code field message } } }";
    let wrong = json!({ "cart": cart.id, "token": "none" });
    shop.storefront(identify, wrong).await.refused("INVALID");
    let right = json!({ "cart": cart.id, "token": token });
    let bound = shop.storefront(identify, right).await.ok();
    let identity = "cartBuyerIdentityUpdate.cart.buyerIdentity";
    assert_eq!(bound.text(&format!("{identity}.email")), "ada@example.com");
    assert_eq!(bound.text(&format!("{identity}.customer.id")), id);

    let key = cart.id.rsplit("key=").next().expect("the cart's key");
    let page = shop.get(&cart.checkout).await.status(200).body();
    for text in ["ada@example.com", "Am Wall 2", "Bremen", "28195"] {
        assert!(page.contains(text), "{text} is not filled in");
    }
    // Whatever mailbox the confirmation goes to: who signed in bought it.
    let form = checkout_form(key, "standard", "office@example.com", Card::Approves);
    shop.post_form(&cart.checkout, &form).await.status(303);
    let known = who(&shop, &token).await;
    assert_eq!(known.text("customer.orders.totalCount"), "1");
    let order = "customer.orders.edges.0.node";
    let text = |field: &str| known.text(&format!("{order}.{field}"));
    assert_eq!(text("financialStatus"), "PAID");
    assert_eq!(text("fulfillmentStatus"), "UNFULFILLED");
    assert_eq!(text("subtotalPrice.amount"), "24.0");
    assert_eq!(text("totalShippingPriceV2.amount"), "4.9");
    assert_eq!(text("totalPriceV2.amount"), "28.9");
    assert_eq!(text("lineItems.nodes.0.variant.id"), variant.id);
    assert_eq!(text("lineItems.nodes.0.originalTotalPrice.amount"), "24.0");
    assert_eq!(text("shippingAddress.city"), "Bremen");
    let status = text("statusUrl");
    let path = status
        .split("://")
        .nth(1)
        .and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned()));
    shop.get(&path.expect("a path")).await.status(200);
}

#[scenario]
async fn a_storefront_without_the_scopes_neither_reads_nor_writes_customers(shop: TestShop) {
    let token = given_account(&shop, "ada@example.com").await;
    let calls = [
        (
            "customerCreate",
            "(input: {email: \"a@b.co\", password: \"tulips\"})",
        ),
        (
            "customerAccessTokenCreate",
            "(input: {email: \"a@b.co\", password: \"tulips\"})",
        ),
        ("customerAccessTokenRenew", "(customerAccessToken: \"x\")"),
        ("customerAccessTokenDelete", "(customerAccessToken: \"x\")"),
        ("customerRecover", "(email: \"a@b.co\")"),
        (
            "customerReset",
            "(id: \"gid://shopify/Customer/1\", input: {password: \"tulips\", resetToken: \"x\"})",
        ),
        (
            "customerResetByUrl",
            "(resetUrl: \"https://x.example/1/2\", password: \"tulips\")",
        ),
        (
            "customerActivate",
            "(id: \"gid://shopify/Customer/1\", input: {password: \"tulips\", activationToken: \"x\"})",
        ),
        (
            "customerActivateByUrl",
            "(activationUrl: \"https://x.example/1/2\", password: \"tulips\")",
        ),
        (
            "customerUpdate",
            "(customerAccessToken: \"x\", customer: {})",
        ),
        (
            "customerAddressCreate",
            "(customerAccessToken: \"x\", address: {})",
        ),
        (
            "customerAddressUpdate",
            "(customerAccessToken: \"x\", id: \"gid://shopify/MailingAddress/1\", address: {})",
        ),
        (
            "customerAddressDelete",
            "(customerAccessToken: \"x\", id: \"gid://shopify/MailingAddress/1\")",
        ),
        (
            "customerDefaultAddressUpdate",
            "(customerAccessToken: \"x\", addressId: \"gid://shopify/MailingAddress/1\")",
        ),
    ];
    for (name, arguments) in calls {
        let query = format!("mutation {{ {name}{arguments} {{ __typename }} }}");
        shop.storefront_with("", &query, json!({}))
            .await
            .error("ACCESS_DENIED");
    }
    let reply = shop
        .storefront_with("", WHO, json!({ "token": token }))
        .await;
    reply.error("ACCESS_DENIED");
}

#[scenario]
async fn the_link_in_a_mail_leads_to_a_page_that_sets_the_password(shop: TestShop) {
    let _id = given_account(&shop, "ada@example.com").await;
    let asked = json!({ "email": "ada@example.com" });
    shop.storefront(RECOVER, asked).await.ok();
    let link = links(&shop, "customer_account_reset").await.remove(0);
    let path = link[link.find("/account/").expect("a page")..].to_owned();
    let page = shop.get(&path).await.status(200).body();
    assert!(page.contains("Choose a new password"));
    shop.get(&path.replace("reset", "activate"))
        .await
        .status(404);
    shop.get(&format!("{path}0")).await.status(404);

    let form = |password: &'static str, again: &'static str| {
        [
            ("customer[password]", password),
            ("customer[password_confirmation]", again),
        ]
    };
    let short = shop.post_form(&path, &form("abc", "abc")).await.status(200);
    assert!(short.body().contains("too short"));
    let differs = shop.post_form(&path, &form("daffodils", "roses")).await;
    assert!(differs.body().contains("differ"));
    let done = shop.post_form(&path, &form("daffodils", "daffodils")).await;
    assert!(done.status(200).body().contains("Your password is set"));
    sign_in(&shop, "ada@example.com", "daffodils").await;
    let again = shop.post_form(&path, &form("daffodils", "daffodils")).await;
    again.status(404);
}
