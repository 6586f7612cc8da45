//! What apps ask the merchant to pay, and the answers.

use std::time::Duration;

use serde_json::Value;
use tests::{Receiver, Reply, TestShop, json, scenario};

use crate::merchant_pages::{Clerk, csrf};

const CREATE: &str = "mutation ($name: String!, $lines: [AppSubscriptionLineItemInput!]!, $back: URL!, $days: Int) {
    appSubscriptionCreate(name: $name, lineItems: $lines, returnUrl: $back, test: true,
        trialDays: $days, replacementBehavior: STANDARD) {
        appSubscription { id name status test trialDays returnUrl createdAt currentPeriodEnd
            lineItems { id plan { pricingDetails { __typename
                ... on AppRecurringPricing { interval price { amount currencyCode }
                    discount { durationLimitInIntervals remainingDurationInIntervals
                        priceAfterDiscount { amount } value {
                            ... on AppSubscriptionDiscountAmount { amount { amount } }
                            ... on AppSubscriptionDiscountPercentage { percentage } } } }
                ... on AppUsagePricing { interval terms cappedAmount { amount } balanceUsed { amount } }
            } } } }
        confirmationUrl
        userErrors { field message }
    }
}";

const ACTIVE: &str = "{ currentAppInstallation {
    activeSubscriptions { id name status currentPeriodEnd lineItems { id plan { pricingDetails {
        ... on AppUsagePricing { cappedAmount { amount } balanceUsed { amount } } } }
        usageRecords(first: 5) { nodes { description price { amount } } } } }
    allSubscriptions(first: 5, reverse: true) { nodes { status } }
    oneTimePurchases(first: 5) { nodes { id status price { amount } } } } }";

fn lines() -> Value {
    json!([
        {"plan": {"appRecurringPricingDetails": {"price": {"amount": "10.00", "currencyCode": "USD"},
            "interval": "EVERY_30_DAYS",
            "discount": {"value": {"percentage": 0.25}, "durationLimitInIntervals": 3}}}},
        {"plan": {"appUsagePricingDetails": {"cappedAmount": {"amount": 20, "currencyCode": "USD"},
            "terms": "1 dollar for 100 mails"}}},
    ])
}

async fn ask(shop: &TestShop, name: &str) -> Reply {
    let asked =
        json!({"name": name, "lines": lines(), "back": "https://app.example/back?x=1", "days": 7});
    shop.admin(CREATE, asked).await.ok()
}

const USE: &str = "mutation ($line: ID!, $price: MoneyInput!, $key: String) {
        appUsageRecordCreate(subscriptionLineItemId: $line, price: $price, description: \"Mails\",
            idempotencyKey: $key) {
            appUsageRecord { id description idempotencyKey price { amount }
                subscriptionLineItem { id } }
            userErrors { field message }
        }
    }";

const RAISE: &str = "mutation ($id: ID!, $cap: MoneyInput!) {
        appSubscriptionLineItemUpdate(id: $id, cappedAmount: $cap) {
            appSubscription { id } confirmationUrl userErrors { field message }
        }
    }";

/// The path of a page that asks.
fn path(reply: &Reply, field: &str) -> String {
    let url = reply.text(&format!("{field}.confirmationUrl"));
    url[url.find("/admin/").expect("a page of the merchant")..].to_owned()
}

async fn answer(clerk: &Clerk, path: &str, decision: &str) -> Reply {
    let page = clerk.get(path).await.status(200).body();
    let form = format!("authenticity_token={}&decision={decision}", csrf(&page));
    clerk.post(path, &form).await
}

async fn subscribe(shop: &TestShop, receiver: &Receiver, topic: &str) {
    let query = "mutation ($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
            webhookSubscription { id } userErrors { message }
        }
    }";
    let to = json!({"topic": topic, "to": {"uri": receiver.url(), "format": "JSON"}});
    shop.admin(query, to).await.ok();
}

#[scenario]
async fn a_subscription_begins_when_the_merchant_agrees(shop: TestShop) {
    let receiver = Receiver::start().await;
    subscribe(&shop, &receiver, "APP_SUBSCRIPTIONS_UPDATE").await;
    let clerk = Clerk::of(&shop).await;
    let asked = ask(&shop, "Pro").await;
    let own = "appSubscriptionCreate.appSubscription";
    assert_eq!(asked.text(&format!("{own}.status")), "PENDING");
    assert!(asked.get(&format!("{own}.currentPeriodEnd")).is_null());
    let recurring = format!("{own}.lineItems.0.plan.pricingDetails");
    assert_eq!(
        asked.text(&format!("{recurring}.discount.priceAfterDiscount.amount")),
        "7.5"
    );
    assert_eq!(
        asked.get(&format!("{recurring}.discount.value.percentage")),
        &json!(0.25)
    );
    let page = path(&asked, "appSubscriptionCreate");

    shop.get(&page).await.status(303);
    clerk
        .get(&page.replace("subscriptions/", "subscriptions/1"))
        .await
        .status(404);
    let none = shop.admin(ACTIVE, json!({})).await.ok();
    assert!(
        none.list("currentAppInstallation.activeSubscriptions")
            .is_empty()
    );
    let foreign = clerk
        .post(&page, "authenticity_token=0123&decision=accept")
        .await;
    foreign.status(403);
    answer(&clerk, &page, "accept").await.status(303);

    let active = shop.admin(ACTIVE, json!({})).await.ok();
    let own = "currentAppInstallation.activeSubscriptions.0";
    assert_eq!(active.text(&format!("{own}.status")), "ACTIVE");
    assert!(active.get(&format!("{own}.currentPeriodEnd")).is_string());
    let settled = clerk.get(&page).await.status(200).body();
    let id = active.text(&format!("{own}.id"));
    let number = id.rsplit('/').next().unwrap_or_default();
    assert!(
        settled.contains(&format!(
            "https://app.example/back?x=1&amp;charge_id={number}"
        )),
        "{settled}"
    );
    answer(&clerk, &page, "decline").await.status(422);
    let told = receiver.wait_for("app_subscriptions/update", 1).await;
    assert_eq!(told[0].json()["app_subscription"]["status"], "ACTIVE");

    // The next one takes its place.
    let next = ask(&shop, "Max").await;
    answer(&clerk, &path(&next, "appSubscriptionCreate"), "accept")
        .await
        .status(303);
    let after = shop.admin(ACTIVE, json!({})).await.ok();
    assert_eq!(
        after
            .list("currentAppInstallation.activeSubscriptions")
            .len(),
        1
    );
    assert_eq!(after.text(&format!("{own}.name")), "Max");
    assert_eq!(
        after.text("currentAppInstallation.allSubscriptions.nodes.1.status"),
        "CANCELLED"
    );
}

#[scenario(alone)]
async fn a_question_can_be_declined_cancelled_or_come_too_late(shop: TestShop) {
    let clerk = Clerk::of(&shop).await;
    let declined = ask(&shop, "Pro").await;
    answer(&clerk, &path(&declined, "appSubscriptionCreate"), "decline")
        .await
        .status(303);
    let cancel = "mutation ($id: ID!) {
        appSubscriptionCancel(id: $id, prorate: true) {
            appSubscription { id status } userErrors { field message }
        }
    }";
    let id = |reply: &Reply| json!({"id": reply.text("appSubscriptionCreate.appSubscription.id")});
    shop.admin(cancel, id(&declined)).await.refused_at("id");
    let unknown = json!({"id": "gid://shopify/AppSubscription/7"});
    shop.admin(cancel, unknown).await.refused_at("id");

    let accepted = ask(&shop, "Max").await;
    answer(&clerk, &path(&accepted, "appSubscriptionCreate"), "accept")
        .await
        .status(303);
    let gone = shop.admin(cancel, id(&accepted)).await.ok();
    assert_eq!(
        gone.text("appSubscriptionCancel.appSubscription.status"),
        "CANCELLED"
    );

    let late = ask(&shop, "Late").await;
    shop.advance(Duration::from_secs(3 * 24 * 3600));
    let node = "query ($id: ID!) { node(id: $id) { ... on AppSubscription { status } } }";
    let found = shop.admin(node, id(&late)).await.ok();
    assert_eq!(found.text("node.status"), "EXPIRED");
}

#[scenario]
async fn use_is_counted_up_to_the_cap_that_the_merchant_agreed_to(shop: TestShop) {
    let receiver = Receiver::start().await;
    subscribe(
        &shop,
        &receiver,
        "APP_SUBSCRIPTIONS_APPROACHING_CAPPED_AMOUNT",
    )
    .await;
    let clerk = Clerk::of(&shop).await;
    let asked = ask(&shop, "Pro").await;
    let line = asked.text("appSubscriptionCreate.appSubscription.lineItems.1.id");
    let uses = |amount: &str, key: &str| json!({"line": line, "price": {"amount": amount, "currencyCode": "USD"}, "key": key});
    let early = shop.admin(USE, uses("1.00", "a")).await;
    early.refused_at("subscriptionLineItemId");
    answer(&clerk, &path(&asked, "appSubscriptionCreate"), "accept")
        .await
        .status(303);

    let first = shop.admin(USE, uses("12.00", "a")).await.ok();
    let again = shop.admin(USE, uses("12.00", "a")).await.ok();
    assert_eq!(
        first.get("appUsageRecordCreate"),
        again.get("appUsageRecordCreate")
    );
    shop.admin(USE, uses("8.01", "b")).await.refused_at("price");
    shop.admin(USE, uses("7.00", "c")).await.ok();
    let told = receiver
        .wait_for("app_subscriptions/approaching_capped_amount", 1)
        .await;
    assert_eq!(told[0].json()["app_subscription"]["capped_amount"], "20.00");

    let cap = |amount: &str| json!({"id": line, "cap": {"amount": amount, "currencyCode": "USD"}});
    shop.admin(RAISE, cap("20.00"))
        .await
        .refused_at("cappedAmount");
    let more = shop.admin(RAISE, cap("50.00")).await.ok();
    shop.admin(USE, uses("5.00", "d")).await.refused_at("price");
    answer(
        &clerk,
        &path(&more, "appSubscriptionLineItemUpdate"),
        "accept",
    )
    .await
    .status(303);
    shop.admin(USE, uses("5.00", "d")).await.ok();

    let active = shop.admin(ACTIVE, json!({})).await.ok();
    let own = "currentAppInstallation.activeSubscriptions.0.lineItems.1";
    let pricing = format!("{own}.plan.pricingDetails");
    assert_eq!(
        active.text(&format!("{pricing}.balanceUsed.amount")),
        "24.0"
    );
    assert_eq!(
        active.text(&format!("{pricing}.cappedAmount.amount")),
        "50.0"
    );
    assert_eq!(active.list(&format!("{own}.usageRecords.nodes")).len(), 3);
}

#[scenario]
async fn a_purchase_is_made_once_the_merchant_agrees(shop: TestShop) {
    let receiver = Receiver::start().await;
    subscribe(&shop, &receiver, "APP_PURCHASES_ONE_TIME_UPDATE").await;
    let clerk = Clerk::of(&shop).await;
    let create = "mutation ($price: MoneyInput!, $back: URL!) {
        appPurchaseOneTimeCreate(name: \"Theme\", price: $price, returnUrl: $back, test: true) {
            appPurchaseOneTime { id status test } confirmationUrl userErrors { field message }
        }
    }";
    let priced = |amount: &str, back: &str| json!({"price": {"amount": amount, "currencyCode": "USD"}, "back": back});
    let nothing = shop.admin(create, priced("0", "https://app.example")).await;
    nothing.refused_at("price");
    let script = shop.admin(create, priced("5", "javascript:alert(1)")).await;
    script.refused_at("returnUrl");
    let asked = shop
        .admin(create, priced("5", "https://app.example"))
        .await
        .ok();
    answer(&clerk, &path(&asked, "appPurchaseOneTimeCreate"), "accept")
        .await
        .status(303);
    let after = shop.admin(ACTIVE, json!({})).await.ok();
    let bought = "currentAppInstallation.oneTimePurchases.nodes.0";
    assert_eq!(after.text(&format!("{bought}.status")), "ACTIVE");
    assert_eq!(after.text(&format!("{bought}.price.amount")), "5.0");
    let told = receiver.wait_for("app_purchases_one_time/update", 1).await;
    assert_eq!(told[0].json()["app_purchase_one_time"]["status"], "ACTIVE");
}

#[scenario]
async fn a_plan_that_nobody_could_agree_to_is_refused(shop: TestShop) {
    let with = |name: &str, lines: Value, days: i64| json!({"name": name, "lines": lines, "back": "https://app.example", "days": days});
    shop.admin(CREATE, with(" ", lines(), 0))
        .await
        .refused_at("name");
    shop.admin(CREATE, with("Pro", json!([]), 0))
        .await
        .refused_at("lineItems");
    shop.admin(CREATE, with("Pro", lines(), -1))
        .await
        .refused_at("trialDays");
    let both = json!([lines()[0], lines()[0]]);
    shop.admin(CREATE, with("Pro", both, 0))
        .await
        .refused_at("lineItems");
    let empty = json!([{"plan": {}}]);
    shop.admin(CREATE, with("Pro", empty, 0))
        .await
        .refused_at("lineItems");
}
