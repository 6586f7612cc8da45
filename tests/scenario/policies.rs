//! The shop's terms: said by the merchant, read by buyers.

use tests::{TestShop, json, scenario};

const UPDATE: &str =
    "mutation ($policy: ShopPolicyInput!) { shopPolicyUpdate(shopPolicy: $policy) {
    shopPolicy { id type title body url createdAt updatedAt }
    userErrors { field message code } } }";

#[scenario]
async fn terms_are_said_shown_changed_and_taken_back(shop: TestShop) {
    let policy =
        json!({"type": "PRIVACY_POLICY", "body": "<p>We <script>x</script>keep nothing.</p>"});
    let said = shop.admin(UPDATE, json!({"policy": policy})).await.ok();
    let url = said.text("shopPolicyUpdate.shopPolicy.url");
    assert!(url.ends_with("/policies/privacy-policy"));
    let id = said.text("shopPolicyUpdate.shopPolicy.id");

    let admin = "{ shop { shopPolicies { id type title } } }";
    let told = shop.admin(admin, json!({})).await.ok();
    assert_eq!(told.list("shop.shopPolicies").len(), 1);
    assert_eq!(told.text("shop.shopPolicies.0.title"), "Privacy policy");
    let buyers = "{ shop { privacyPolicy { id handle title body url } refundPolicy { id }
        subscriptionPolicy { id } } }";
    let told = shop.storefront(buyers, json!({})).await.ok();
    assert_eq!(told.text("shop.privacyPolicy.id"), id);
    assert_eq!(told.text("shop.privacyPolicy.handle"), "privacy-policy");
    assert!(told.get("shop.refundPolicy").is_null());
    assert!(told.get("shop.subscriptionPolicy").is_null());
    let page = shop
        .get("/policies/privacy-policy")
        .await
        .status(200)
        .body();
    assert!(page.contains("keep nothing.") && !page.contains("<script>x"));
    shop.get("/policies/refund-policy").await.status(404);
    shop.get("/policies/cookies").await.status(404);

    let policy = json!({"type": "PRIVACY_POLICY", "body": ""});
    let back = shop.admin(UPDATE, json!({"policy": policy})).await.ok();
    assert_eq!(back.text("shopPolicyUpdate.shopPolicy.id"), id);
    let told = shop.admin(admin, json!({})).await.ok();
    assert!(told.list("shop.shopPolicies").is_empty());
    shop.get("/policies/privacy-policy").await.status(404);
}

#[scenario]
async fn terms_that_are_too_long_are_refused(shop: TestShop) {
    let policy = json!({"type": "REFUND_POLICY", "body": "x".repeat(512 * 1024 + 1)});
    let reply = shop.admin(UPDATE, json!({"policy": policy})).await;
    assert_eq!(
        reply.refused("TOO_BIG")["field"],
        json!(["shopPolicy", "body"])
    );
    let token = shop.token(&["read_legal_policies"]).await;
    let policy = json!({"type": "REFUND_POLICY", "body": "x"});
    let reply = shop
        .admin_with(&token, UPDATE, json!({"policy": policy}))
        .await;
    reply.error("ACCESS_DENIED");
}
