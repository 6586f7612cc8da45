//! What buyers, the merchant and clients do between the calls, where no API does it.

use commerce::apps::billing::{Decision, decide_purchase, decide_subscription};
use commerce::checkouts::{Payment, Submit};
use commerce::content::{NewComment, create_comment};
use commerce::{Actor, Address, files};
use serde_json::{Value, json};
use units::{AppPurchaseOneTimeId, AppSubscriptionId, ArticleId, Gid};

use crate::arguments::Maker;
use crate::shop::{Interface, Shop};

/// What is looked at, so that later calls know of it; the newest of each kind last.
const LOOKS: [&str; 3] = [
    "{ products(last: 15, sortKey: ID) { nodes { id variants(first: 3) { nodes { id
            inventoryItem { id inventoryLevels(first: 2) { nodes { id } } } } }
            options { id optionValues { id } } media(first: 3) { nodes { id } } } }
        collections(last: 10, sortKey: ID) { nodes { id products(first: 3) { nodes { id } } } } }",
    "{ orders(last: 12, sortKey: ID) { nodes { id lineItems(first: 3) { nodes { id } }
            fulfillmentOrders(first: 3) { nodes { id lineItems(first: 3) { nodes { id } } } }
            fulfillments { id } transactions { id kind } } }
        customers(last: 10, sortKey: ID) { nodes { id addressesV2(first: 3) { nodes { id } } } } }",
    "{ location { id } locations(first: 5) { nodes { id } } publications(first: 5) { nodes { id } }
        themes(first: 5) { nodes { id } } comments(first: 5) { nodes { id } }
        markets(first: 5) { nodes { id regions(first: 3) { nodes { id } } } }
        codeDiscountNodes(first: 5, reverse: true) { nodes { id codeDiscount {
            ... on DiscountCodeBasic { codes(first: 3) { nodes { id } } } } } }
        currentAppInstallation { activeSubscriptions { id lineItems { id
            plan { pricingDetails { ... on AppUsagePricing { terms } } } } } }
        translatableResources(last: 5, resourceType: PRODUCT) { nodes { resourceId
            translatableContent { key digest } } }
        marketLocalizableResources(last: 5, resourceType: METAFIELD) { nodes {
            resourceId marketLocalizableContent { key digest } } } }",
];

const LINES: &str =
    "{\"product\": {\"title\": \"In bulk\"}}\nno JSON\n{\"product\": {\"title\": \"\"}}\n";
const REDIRECTS: &str = "Redirect from,Redirect to\n/old/1,/new/1\n/old/2,/new/2\n/a,\n";
/// A picture of one pixel.
const DOT: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00,
    0x05, 0x00, 0x01, 0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

impl Shop {
    /// Everybody does something, jobs are done, and the pool learns what is there now.
    pub(crate) fn others_act(&self, maker: &mut Maker) {
        self.buy(maker);
        self.comment(maker);
        self.answer(maker);
        self.read_mails(maker);
        self.work();
        for look in LOOKS {
            let seen = self.ask(Interface::Admin, look, &json!({}));
            assert!(seen.get("errors").is_none(), "{look}\n{seen}");
            maker.pool.harvest(&seen);
            if let Some(id) = seen.pointer("/data/location/id").and_then(Value::as_str) {
                maker.pool.name_only("home", id);
            }
        }
    }

    /// What was made goes on sale.
    pub(crate) fn publish(&self, payload: &Value) {
        if let Some(id) = payload.pointer("/product/id") {
            let publish = "mutation($id: ID!) { publishablePublishToCurrentChannel(id: $id) {
                userErrors { message } } }";
            let _ = self.ask(Interface::Admin, publish, &json!({ "id": id }));
        }
    }

    /// What was agreed on is uploaded.
    pub(crate) fn upload(&self, maker: &mut Maker, payload: &Value) {
        for target in payload["stagedTargets"].as_array().into_iter().flatten() {
            let Some(url) = target["resourceUrl"].as_str() else {
                continue;
            };
            let Some(key) = files::key_in(url).map(str::to_owned) else {
                panic!("{url} is no upload");
            };
            let asked = key.clone();
            let staged = self
                .db()
                .read_blocking(self.id(), move |tx| files::staged(tx, &asked));
            let staged = staged.and_then(|staged| staged).expect("uploads");
            let staged = staged.expect("what was agreed on");
            let (name, bytes) = match key.rsplit('.').next() {
                Some("jsonl") => ("key.BULK_MUTATION_VARIABLES", LINES.as_bytes()),
                Some("csv") => ("resourceUrl.FILE", REDIRECTS.as_bytes()),
                _ => ("resourceUrl.IMAGE", DOT),
            };
            let place = staged.blob_key();
            let written = self.deps.blobs.write(&place, bytes);
            self.runtime.block_on(written).expect("a file");
            let length = i64::try_from(bytes.len()).expect("short");
            let token = staged.token;
            self.write(move |tx| files::record_upload(tx, &token, length));
            let told = if name.starts_with("key") { &key } else { url };
            maker.pool.name(name, told);
        }
    }

    /// A buyer checks a cart out.
    fn buy(&self, maker: &mut Maker) {
        let cart = maker.pool.id("Cart", &mut maker.dice).unwrap_or_default();
        let named = cart.strip_prefix("gid://shopify/Cart/");
        let Some((token, secret)) = named.and_then(|rest| rest.split_once("?key=")) else {
            return;
        };
        let submit = Submit {
            call: self.call(Actor::Buyer),
            token: token.to_owned(),
            proof: secret.to_owned(),
            email: format!("shopper{}@example.com", maker.dice.below(5)),
            shipping_address: Some(home()),
            billing_address: None,
            shipping_rate: None,
            payment: Payment {
                gateway: "bogus".to_owned(),
                number: Some((1 + maker.dice.below(3)).to_string()),
            },
            expected_total: None,
            expected_due: None,
            expected_quantity: None,
        };
        // A refusal is fine: it may be sold out, or bought already.
        let _ = self.db().submit_blocking(self.id(), submit);
    }

    fn comment(&self, maker: &mut Maker) {
        let Some(article) = maker.pool.id("Article", &mut maker.dice) else {
            return;
        };
        let Ok(id) = Gid::number_of(&article, "Article") else {
            return;
        };
        let call = self.call(Actor::Buyer);
        self.write(move |tx| {
            let new = NewComment {
                author: "Bea".to_owned(),
                email: "bea@example.com".to_owned(),
                body: "Very good.".to_owned(),
                ip: None,
                user_agent: None,
            };
            create_comment(tx, &call, ArticleId(id), &new)
        });
    }

    /// The merchant agrees to what apps ask for, mostly.
    fn answer(&self, maker: &mut Maker) {
        for subscription in maker
            .pool
            .latest("AppSubscription")
            .into_iter()
            .rev()
            .take(2)
        {
            let Ok(id) = Gid::number_of(&subscription, "AppSubscription") else {
                continue;
            };
            let (call, decision) = (self.call(Actor::System), decision(maker));
            self.write(move |tx| decide_subscription(tx, &call, AppSubscriptionId(id), decision));
        }
        for purchase in maker
            .pool
            .latest("AppPurchaseOneTime")
            .into_iter()
            .rev()
            .take(2)
        {
            let Ok(id) = Gid::number_of(&purchase, "AppPurchaseOneTime") else {
                continue;
            };
            let (call, decision) = (self.call(Actor::System), decision(maker));
            self.write(move |tx| decide_purchase(tx, &call, AppPurchaseOneTimeId(id), decision));
        }
    }

    /// Customers read what was written to them.
    fn read_mails(&self, maker: &mut Maker) {
        let read = self.db().read_blocking(self.id(), |tx| {
            tx.all::<(String, String)>(
                "SELECT kind, link FROM mails WHERE shop_id = $shop AND link IS NOT NULL ORDER BY id",
                (),
            )
        });
        for (kind, link) in read.and_then(|mails| mails).expect("mails") {
            let mut parts = link.rsplit('/');
            let (Some(token), Some(customer)) = (parts.next(), parts.next()) else {
                continue;
            };
            let customer = format!("gid://shopify/Customer/{customer}");
            let (id, named) = match kind.ends_with("reset") {
                true => ("reset.id", "reset.token"),
                false => ("activation.id", "activation.token"),
            };
            maker.pool.name_only(id, &customer);
            maker.pool.name_only(named, token);
            if kind.ends_with("reset") {
                maker.pool.name_only("resetUrl", &link);
            }
        }
    }
}

fn decision(maker: &mut Maker) -> Decision {
    match maker.dice.one_in(4) {
        true => Decision::Decline,
        false => Decision::Accept,
    }
}

fn home() -> Address {
    Address {
        first_name: Some("Bea".to_owned()),
        last_name: Some("Buyer".to_owned()),
        address1: Some("Torstr. 1".to_owned()),
        city: Some("Berlin".to_owned()),
        zip: Some("10119".to_owned()),
        country_code: Some("DE".to_owned()),
        ..Address::default()
    }
}
