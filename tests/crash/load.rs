//! Buyers and an app that order until the program dies under them.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::Client;
use serde_json::{Value, json};
use store::Db;
use tests::{Card, Program, checkout_form};
use units::ShopId;

use crate::luck::Luck;

pub(crate) const HANDLE: &str = "crash";
const BUYERS: u64 = 12;
const VARIANTS: usize = 6;

/// What the program said it had done, and what it died before saying.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acknowledged {
    pub(crate) orders: BTreeSet<String>,
    pub(crate) in_doubt: BTreeSet<String>,
}

impl Acknowledged {
    pub(crate) fn add(&mut self, other: Acknowledged) {
        self.orders.extend(other.orders);
        self.in_doubt.extend(other.in_doubt);
    }
}

/// The shop under load, made by the program's own commands.
#[derive(Clone)]
pub(crate) struct Shop {
    admin_token: String,
    storefront_token: String,
    variants: Vec<String>,
}

/// What became of one order.
enum Outcome {
    Acknowledged,
    Refused,
    /// No reply, or half of one: the program is dead.
    InDoubt,
}

impl Shop {
    pub(crate) async fn open(data: &Path, receiver: &str, scarce: i64, stock: i64) -> Self {
        let folder = data.to_string_lossy();
        let run = |arguments: &[&str]| {
            let place = ["--data", folder.as_ref()];
            let all: Vec<&str> = arguments.iter().chain(&place).copied().collect();
            Program::run(&all)
        };
        let _ = run(&["migrate"]);
        let _ = run(&[
            "shop",
            "create",
            "--handle",
            HANDLE,
            "--name",
            "Crash",
            "--email",
            "owner@example.com",
            "--currency",
            "EUR",
            "--country",
            "DE",
            "--test",
        ]);
        let scopes = "read_products,write_products,write_orders,write_inventory,read_locations";
        let admin = run(&[
            "token",
            "create",
            "--shop",
            HANDLE,
            "--scopes",
            scopes,
            "--throttle",
            "0",
            "--json",
        ]);
        let storefront = run(&[
            "token",
            "create",
            "--shop",
            HANDLE,
            "--storefront",
            "--json",
        ]);
        let file = data.join("products.csv");
        std::fs::write(&file, product_file(scarce, stock)).expect("the folder is writable");
        let _ = run(&[
            "import",
            "products",
            &file.to_string_lossy(),
            "--shop",
            HANDLE,
        ]);
        let mut shop = Shop {
            admin_token: token(&admin),
            storefront_token: token(&storefront),
            variants: Vec::new(),
        };
        let program = crate::serve(data);
        let (client, url) = (tests::client(), program.told("url"));
        shop.subscribe(&client, &url, receiver).await;
        for number in 1..=VARIANTS {
            let variant = shop
                .variant(&client, &url, &format!("kettle-{number}"))
                .await;
            shop.variants.push(variant);
        }
        shop
    }

    pub(crate) fn id(&self, db: &Db) -> ShopId {
        let ids = db
            .platform_read_blocking(|platform| {
                platform.all::<ShopId>("SELECT id FROM shops WHERE handle = $1", (HANDLE,))
            })
            .and_then(|ids| ids)
            .expect("the shops can be read");
        *ids.first().expect("the shop is still there")
    }

    async fn subscribe(&self, client: &Client, url: &str, receiver: &str) {
        let query = "mutation($uri: String!) {
            webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: {uri: $uri}) {
                webhookSubscription { id }
                userErrors { field message }
            }
        }";
        let made = self
            .admin(client, url, query, json!({"uri": receiver}))
            .await;
        let made = made.expect("the Admin API answers");
        let subscription = &made["data"]["webhookSubscriptionCreate"]["webhookSubscription"];
        assert!(subscription["id"].is_string(), "{made}");
    }

    /// The variant of a product with one.
    async fn variant(&self, client: &Client, url: &str, handle: &str) -> String {
        let query = "query($handle: String!) {
            product(handle: $handle) { variants(first: 1) { nodes { id } } }
        }";
        let found = self
            .storefront(client, url, query, json!({"handle": handle}))
            .await;
        let found = found.expect("the Storefront API answers");
        let id = found["data"]["product"]["variants"]["nodes"][0]["id"].as_str();
        id.unwrap_or_else(|| panic!("no product: {found}"))
            .to_owned()
    }

    async fn storefront(
        &self,
        client: &Client,
        url: &str,
        query: &str,
        variables: Value,
    ) -> Option<Value> {
        let request = client
            .post(format!("{url}/api/2026-10/graphql.json"))
            .header("X-Shopify-Storefront-Access-Token", &self.storefront_token);
        ask(request, query, variables).await
    }

    pub(crate) async fn admin(
        &self,
        client: &Client,
        url: &str,
        query: &str,
        variables: Value,
    ) -> Option<Value> {
        let url = format!("{url}/admin/api/2026-10/graphql.json");
        let request = client
            .post(url)
            .header("X-Shopify-Access-Token", &self.admin_token);
        ask(request, query, variables).await
    }

    /// An order made by an app.
    async fn order(&self, client: &Client, url: &str, variant: &str, email: &str) -> Outcome {
        let query = "mutation($order: OrderCreateOrderInput!) {
            orderCreate(order: $order, options: {inventoryBehaviour: DECREMENT_OBEYING_POLICY}) {
                order { id }
                userErrors { field message }
            }
        }";
        let order = json!({
            "email": email,
            "financialStatus": "PAID",
            "lineItems": [{"variantId": variant, "quantity": 1}],
        });
        match self
            .admin(client, url, query, json!({"order": order}))
            .await
        {
            Some(reply) if reply["data"]["orderCreate"]["order"]["id"].is_string() => {
                Outcome::Acknowledged
            }
            Some(reply) if reply["data"]["orderCreate"]["userErrors"][0].is_object() => {
                Outcome::Refused
            }
            Some(reply) => panic!("an order was neither taken nor refused: {reply}"),
            None => Outcome::InDoubt,
        }
    }

    /// A purchase through the cart and the checkout page.
    async fn purchase(&self, client: &Client, url: &str, variant: &str, email: &str) -> Outcome {
        let query = "mutation($lines: [CartLineInput!]) {
            cartCreate(input: {lines: $lines}) { cart { checkoutUrl } userErrors { message } }
        }";
        let lines = json!([{"merchandiseId": variant, "quantity": 1}]);
        let reply = self
            .storefront(client, url, query, json!({"lines": lines}))
            .await;
        let Some(reply) = reply else {
            // A cart alone is no order.
            return Outcome::Refused;
        };
        let Some(address) = reply["data"]["cartCreate"]["cart"]["checkoutUrl"].as_str() else {
            panic!("no cart: {reply}");
        };
        let (token, key) = address
            .split_once("/cart/c/")
            .and_then(|(_, rest)| rest.split_once("?key="))
            .expect("a cart's address has a token and a key");
        let form = checkout_form(key, "standard", email, Card::Approves);
        let sent = client
            .post(format!("{url}/checkouts/cn/{token}"))
            .form(&form)
            .send()
            .await;
        match sent {
            Ok(reply) if reply.status() == 303 => Outcome::Acknowledged,
            Ok(reply) if reply.status().is_success() || reply.status().is_client_error() => {
                Outcome::Refused
            }
            Ok(reply) => panic!("the checkout answered {}", reply.status()),
            Err(_) => Outcome::InDoubt,
        }
    }
}

/// Orders until the program is gone.
pub(crate) async fn run(shop: Shop, url: String, round: u32, seed: u64) -> Acknowledged {
    let buyers = (0..BUYERS).map(|buyer| {
        tokio::spawn(one(
            shop.clone(),
            url.clone(),
            round,
            buyer,
            Luck::new(seed ^ buyer),
        ))
    });
    let buyers: Vec<_> = buyers.collect();
    let mut all = Acknowledged::default();
    for buyer in buyers {
        all.add(buyer.await.expect("a buyer ends"));
    }
    all
}

async fn one(shop: Shop, url: String, round: u32, buyer: u64, mut luck: Luck) -> Acknowledged {
    let client = tests::client();
    let mut mine = Acknowledged::default();
    for turn in 0_u32.. {
        let email = format!("buyer-{round}-{buyer}-{turn}@example.com");
        let choice = usize::try_from(luck.within(0..VARIANTS as u64)).unwrap_or(0);
        let variant = &shop.variants[choice];
        let outcome = if luck.within(0..2) == 0 {
            shop.order(&client, &url, variant, &email).await
        } else {
            shop.purchase(&client, &url, variant, &email).await
        };
        match outcome {
            Outcome::Acknowledged => {
                mine.orders.insert(email);
            }
            Outcome::Refused => {
                // Sold out, or the program is gone: the next request tells which.
                if client.get(&url).send().await.is_err() {
                    return mine;
                }
            }
            Outcome::InDoubt => {
                mine.in_doubt.insert(email);
                return mine;
            }
        }
    }
    mine
}

/// The JSON reply, unless the program died before it was whole.
async fn ask(request: reqwest::RequestBuilder, query: &str, variables: Value) -> Option<Value> {
    let body = json!({"query": query, "variables": variables});
    let reply = request.json(&body).send().await.ok()?;
    reply.json().await.ok()
}

fn token(printed: &str) -> String {
    let json: Value = serde_json::from_str(printed.trim()).unwrap_or_default();
    let token = json["token"].as_str();
    token
        .unwrap_or_else(|| panic!("no token in {printed}"))
        .to_owned()
}

/// Products with one variant each; the first is scarce.
fn product_file(scarce: i64, stock: i64) -> String {
    let mut text = String::from(
        "Handle,Title,Published,Option1 Name,Option1 Value,Variant Inventory Tracker,\
         Variant Inventory Qty,Variant Inventory Policy,Variant Price,Status\n",
    );
    for number in 1..=VARIANTS {
        let stock = if number == 1 { scarce } else { stock };
        text.push_str(&format!(
            "kettle-{number},Kettle {number},true,Title,Default Title,shopify,{stock},deny,10.00,active\n"
        ));
    }
    text
}
