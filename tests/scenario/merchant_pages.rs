//! The merchant's pages: signing in, and what the staff does with an order.

use commerce::Actor;
use commerce::staff::{self, NewStaffMember};
use tests::{Card, Receiver, Reply, TestShop, json, scenario};

const EMAIL: &str = "olivia@example.com";
const PASSWORD: &str = "correct horse";
const FORM: &str = "application/x-www-form-urlencoded";

fn cookie(reply: &Reply) -> String {
    let set = reply.header("Set-Cookie");
    set.split(';').next().unwrap_or_default().to_owned()
}

fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split(before).nth(1).unwrap_or_default();
    rest.split(after).next().unwrap_or_default()
}

pub(crate) fn csrf(page: &str) -> &str {
    between(page, "name=\"authenticity_token\" value=\"", "\"")
}

async fn given_staff(shop: &TestShop) {
    let luck = commerce::Luck::seeded(7);
    let password = staff::hash_password(PASSWORD, &luck).expect("the password is long enough");
    let new = NewStaffMember {
        email: EMAIL.to_owned(),
        first_name: "Olivia".to_owned(),
        last_name: "Owner".to_owned(),
        password,
    };
    let call = shop.call(Actor::System);
    let joined = shop
        .db()
        .write(shop.id(), move |tx| staff::create(tx, &call, &new))
        .await;
    assert!(joined.is_ok(), "{joined:?}");
}

/// Posts the sign-in form the way a browser does.
async fn sign_in(shop: &TestShop, password: &str) -> Reply {
    let form = shop.get("/admin/sign-in").await.status(200);
    let body = format!(
        "authenticity_token={}&email=olivia%40example.com&password={}",
        csrf(&form.body()),
        password.replace(' ', "+")
    );
    let headers = [("Cookie", &*cookie(&form)), ("Content-Type", FORM)];
    shop.post_raw("/admin/sign-in", &headers, body.into_bytes())
        .await
}

/// Somebody who is signed in.
pub(crate) struct Clerk {
    shop: TestShop,
    cookie: String,
}

impl Clerk {
    pub(crate) async fn of(shop: &TestShop) -> Self {
        given_staff(shop).await;
        let reply = sign_in(shop, PASSWORD).await.status(303);
        assert_eq!(reply.header("Location"), "/admin/orders");
        Self {
            shop: shop.clone(),
            cookie: cookie(&reply),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.shop.get_with(path, &[("Cookie", &self.cookie)]).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        let headers = [("Cookie", self.cookie.as_str()), ("Content-Type", FORM)];
        self.shop
            .post_raw(path, &headers, body.as_bytes().to_vec())
            .await
    }

    /// A page, as soon as it says something.
    async fn page_with(&self, path: &str, text: &str) -> String {
        for _ in 0..500 {
            let page = self.get(path).await.status(200).body();
            if page.contains(text) {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{path} never says {text}");
    }

    /// The path of the only order's page, and the page.
    async fn only_order(&self) -> (String, String) {
        let list = self.get("/admin/orders").await.status(200).body();
        let id = between(&list, "href=\"/admin/orders/", "\"").to_owned();
        let path = format!("/admin/orders/{id}");
        let page = self.get(&path).await.status(200).body();
        (path, page)
    }
}

async fn given_sale(shop: &TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 2)]).await;
    shop.buy(&cart, Card::Approves).await.status(303);
}

#[scenario]
async fn an_address_that_cannot_be_read_leads_to_the_page_for_what_is_not_there(shop: TestShop) {
    let clerk = Clerk::of(&shop).await;
    for path in [
        "/admin/orders/abc",
        "/admin/orders/1",
        "/admin/webhooks/1.5",
    ] {
        let page = clerk.get(path).await.status(404).body();
        assert!(page.contains("Page not found"), "{path}: {page}");
    }
}

#[scenario]
async fn nobody_gets_in_without_signing_in(shop: TestShop) {
    for path in [
        "/admin",
        "/admin/orders",
        "/admin/products",
        "/admin/webhooks",
        "/admin/orders/1",
    ] {
        let reply = shop.get(path).await.status(303);
        assert_eq!(reply.header("Location"), "/admin/sign-in", "{path}");
    }
    given_staff(&shop).await;
    let wrong = sign_in(&shop, "wrong horse").await.status(422).body();
    assert!(
        wrong.contains("The e-mail address or the password is wrong."),
        "{wrong}"
    );
    let body = format!("email={EMAIL}&password=correct+horse");
    let foreign = shop
        .post_raw(
            "/admin/sign-in",
            &[("Content-Type", FORM)],
            body.into_bytes(),
        )
        .await;
    foreign.status(403);
}

#[scenario(alone)]
async fn guessing_is_stopped_for_a_while(shop: TestShop) {
    given_staff(&shop).await;
    for _ in 0..10 {
        sign_in(&shop, "wrong horse").await.status(422);
    }
    let barred = sign_in(&shop, PASSWORD).await.status(429);
    assert_ne!(barred.header("Retry-After"), "");
    shop.advance(std::time::Duration::from_secs(16 * 60));
    sign_in(&shop, PASSWORD).await.status(303);
}

#[scenario]
async fn an_order_is_fulfilled_from_its_page(shop: TestShop) {
    let clerk = Clerk::of(&shop).await;
    given_sale(&shop).await;
    let (path, page) = clerk.only_order().await;
    assert!(
        page.contains("Bea Buyer") && page.contains("Unfulfilled"),
        "{page}"
    );
    let work = between(&page, "name=\"fulfillment_order\" value=\"", "\"");
    let line = between(&page, "name=\"quantity[", "]");
    let form = |units: &str| {
        format!(
            "authenticity_token={}&fulfillment_order={work}&quantity%5B{line}%5D={units}&tracking_number=T1",
            csrf(&page)
        )
    };

    let too_many = clerk
        .post(&format!("{path}/fulfill"), &form("3"))
        .await
        .status(422)
        .body();
    assert!(too_many.contains("Nothing was changed."), "{too_many}");
    clerk
        .post(&format!("{path}/fulfill"), &form("2"))
        .await
        .status(303);

    let sent = clerk.get(&path).await.body();
    assert!(sent.contains("Fulfilled") && sent.contains("T1"), "{sent}");
    let mails = clerk.get("/admin/mails").await.status(200).body();
    assert!(mails.contains("Order confirmation"), "{mails}");
}

#[scenario]
async fn a_refund_that_was_sent_twice_is_made_once(shop: TestShop) {
    let clerk = Clerk::of(&shop).await;
    given_sale(&shop).await;
    let (path, page) = clerk.only_order().await;
    let refund = page.split("/refund\"").nth(1).unwrap_or_default();
    let line = between(refund, "name=\"quantity[", "]");
    let nonce = between(refund, "name=\"nonce\" value=\"", "\"");
    let form = format!(
        "authenticity_token={}&nonce={nonce}&quantity%5B{line}%5D=2&restock=1&note=Broken",
        csrf(refund)
    );

    clerk
        .post(&format!("{path}/refund"), &form)
        .await
        .status(303);
    clerk
        .post(&format!("{path}/refund"), &form)
        .await
        .status(303);

    let after = clerk.get(&path).await.body();
    assert!(after.contains("Partly refunded"), "{after}");
    assert_eq!(after.matches("Broken").count(), 1, "one refund");
    let more = format!(
        "authenticity_token={}&nonce=other&amount=1000",
        csrf(&after)
    );
    let refused = clerk
        .post(&format!("{path}/refund"), &more)
        .await
        .status(422)
        .body();
    assert!(refused.contains("Nothing was changed."), "{refused}");
}

#[scenario]
async fn a_form_of_another_session_changes_nothing(shop: TestShop) {
    let clerk = Clerk::of(&shop).await;
    given_sale(&shop).await;
    let (path, _) = clerk.only_order().await;

    let body = "authenticity_token=0123&quantity%5B1%5D=1";
    clerk
        .post(&format!("{path}/refund"), body)
        .await
        .status(403);
    clerk
        .post("/admin/sign-out", "authenticity_token=0123")
        .await
        .status(403);

    let page = clerk.get(&path).await.status(200).body();
    let out = format!("authenticity_token={}", csrf(&page));
    clerk.post("/admin/sign-out", &out).await.status(303);
    clerk.get(&path).await.status(303);
}

#[scenario]
async fn a_webhook_is_delivered_again_from_its_page(shop: TestShop) {
    let clerk = Clerk::of(&shop).await;
    let receiver = Receiver::start().await;
    let subscribe = "mutation ($to: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: CUSTOMERS_CREATE, webhookSubscription: $to) {
            webhookSubscription { id } userErrors { message }
        }
    }";
    let to = json!({"to": {"uri": receiver.url(), "format": "JSON"}});
    let subscribed = shop.admin(subscribe, to.clone()).await.ok();
    let customer = "mutation { customerCreate(input: {email: \"c@example.com\"}) {
        customer { id } userErrors { message }
    } }";
    shop.admin(customer, json!({})).await.ok();
    let first = receiver.wait_for("customers/create", 1).await;

    let list = clerk.get("/admin/webhooks").await.status(200).body();
    let id = between(&list, "href=\"/admin/webhooks/", "\"").to_owned();
    let path = format!("/admin/webhooks/{id}");
    let again = format!("{path}/redeliver");
    let page = clerk.page_with(&path, "Deliver again").await;
    assert!(page.contains("c@example.com"), "{page}");
    let foreign = clerk.post(&again, "authenticity_token=0123").await;
    foreign.status(403);
    let form = format!("authenticity_token={}", csrf(&page));
    clerk.post(&again, &form).await.status(303);
    let told = receiver.wait_for("customers/create", 2).await;
    assert_eq!(told[1].body, first[0].body);
    assert_eq!(told[1].header("Event-Id"), first[0].header("Event-Id"));
    assert_eq!(told[1].header("Webhook-Id"), first[0].header("Webhook-Id"));

    // When the subscription is ended nobody listens, until the app subscribes again.
    clerk.page_with(&path, "Deliver again").await;
    let end = "mutation ($id: ID!) {
        webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } }
    }";
    let id = subscribed.text("webhookSubscriptionCreate.webhookSubscription.id");
    shop.admin(end, json!({"id": id})).await.ok();
    let refused = clerk.post(&again, &form).await.status(422).body();
    assert!(refused.contains("no longer subscribes"), "{refused}");
    shop.admin(subscribe, to).await.ok();
    clerk.post(&again, &form).await.status(303);
    receiver.wait_for("customers/create", 3).await;
}
