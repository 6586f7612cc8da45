//! What is measured, each named after what somebody waits for.

use serde_json::json;

use crate::http::{Connection, Reply, encoded, request};
use crate::load::Work;
use crate::shop::{Product, Shop};

/// Which products a client takes, turn by turn.
fn pick(products: usize, client: usize, turn: u64) -> usize {
    let step = usize::try_from(turn).unwrap_or(0);
    (client + step) % products
}

fn wrong(what: &str, reply: &Reply<'_>) -> String {
    format!("{what}: {}", reply.shown())
}

async fn send<'a>(connection: &'a mut Connection, request: &[u8]) -> Result<Reply<'a>, String> {
    connection
        .send(request)
        .await
        .map_err(|error| error.to_string())
}

/// A request whose reply only has to hold a text.
pub(crate) struct Read {
    requests: Vec<Vec<u8>>,
    expect: &'static str,
}

impl Read {
    /// Title, description, three variants with price and availability, images.
    pub(crate) fn product_page(shop: &Shop) -> Self {
        let query = "query page($handle: String!) {
            product(handle: $handle) {
                id title handle description
                variants(first: 3) {
                    nodes { id title availableForSale price { amount currencyCode } }
                }
                images(first: 3) { nodes { url altText } }
            }
        }";
        let request =
            |product: &Product| shop.storefront_request(query, &json!({"handle": product.handle}));
        Read {
            requests: shop.products.iter().map(request).collect(),
            expect: "\"availableForSale\":true",
        }
    }

    /// A page of 24 products with their lowest price.
    pub(crate) fn product_listing(shop: &Shop) -> Self {
        let query = "{
            products(first: 24, sortKey: TITLE) {
                nodes {
                    id title handle
                    priceRange { minVariantPrice { amount currencyCode } }
                    featuredImage { url altText }
                }
                pageInfo { hasNextPage endCursor }
            }
        }";
        Read {
            requests: vec![shop.storefront_request(query, &json!({}))],
            expect: "\"hasNextPage\":true",
        }
    }
}

impl Work for Read {
    async fn once(
        &self,
        connection: &mut Connection,
        client: usize,
        turn: u64,
    ) -> Result<bool, String> {
        let request = &self.requests[pick(self.requests.len(), client, turn)];
        let reply = send(connection, request).await?;
        let body = String::from_utf8_lossy(reply.body);
        if reply.status == 200 && body.contains(self.expect) {
            Ok(true)
        } else {
            Err(wrong("a read failed", &reply))
        }
    }
}

/// Orders made by an app.
pub(crate) struct OrderCreate {
    requests: Vec<Vec<u8>>,
}

impl OrderCreate {
    pub(crate) fn of(shop: &Shop, products: &[&Product]) -> Self {
        let query = "mutation create($order: OrderCreateOrderInput!) {
            orderCreate(order: $order, options: {inventoryBehaviour: DECREMENT_OBEYING_POLICY}) {
                order { id name }
                userErrors { field message code }
            }
        }";
        let request = |product: &&Product| {
            let order = json!({
                "email": "buyer@example.com",
                "financialStatus": "PAID",
                "lineItems": [{"variantId": product.variant, "quantity": 1}],
            });
            shop.admin_request(query, &json!({"order": order}))
        };
        OrderCreate {
            requests: products.iter().map(request).collect(),
        }
    }
}

impl Work for OrderCreate {
    async fn once(
        &self,
        connection: &mut Connection,
        client: usize,
        turn: u64,
    ) -> Result<bool, String> {
        let request = &self.requests[pick(self.requests.len(), client, turn)];
        let reply = send(connection, request).await?;
        match reply.between("\"id\":\"gid://shopify/Order/", "\"") {
            Some(_) => Ok(true),
            None => Err(wrong("an order failed", &reply)),
        }
    }
}

/// A buyer: makes a cart, opens its checkout, submits it, and is told of the order.
pub(crate) struct Purchase {
    carts: Vec<Vec<u8>>,
}

impl Purchase {
    pub(crate) fn of(shop: &Shop, products: &[&Product]) -> Self {
        let query = "mutation fill($lines: [CartLineInput!]) {
            cartCreate(input: {lines: $lines}) {
                cart { id checkoutUrl totalQuantity }
                userErrors { field message }
            }
        }";
        let request = |product: &&Product| {
            let lines = json!([{"merchandiseId": product.variant, "quantity": 1}]);
            shop.storefront_request(query, &json!({"lines": lines}))
        };
        Purchase {
            carts: products.iter().map(request).collect(),
        }
    }
}

impl Work for Purchase {
    async fn once(
        &self,
        connection: &mut Connection,
        client: usize,
        turn: u64,
    ) -> Result<bool, String> {
        let reply = send(
            connection,
            &self.carts[pick(self.carts.len(), client, turn)],
        )
        .await?;
        let Some(url) = reply.between("\"checkoutUrl\":\"", "\"") else {
            return Err(wrong("a cart failed", &reply));
        };
        if reply.between("\"totalQuantity\":", "}") == Some("0") {
            // Sold out before the cart was made.
            return Ok(false);
        }
        let (token, key) = url
            .split_once("/cart/c/")
            .and_then(|(_, rest)| rest.split_once("?key="))
            .ok_or_else(|| format!("an address of another shape: {url}"))?;
        let path = format!("/checkouts/cn/{token}");
        let form = form(key, client, turn);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let reply = send(connection, &request("POST", &path, &headers, &form)).await?;
        match reply.status {
            303 if reply.header("location").contains("thank") => Ok(true),
            // The page again, with the reason.
            200 | 303 | 409 | 422 => Ok(false),
            _ => Err(wrong("a checkout failed", &reply)),
        }
    }
}

fn form(token: &str, client: usize, turn: u64) -> String {
    let email = format!("buyer-{client}-{turn}@example.com");
    let fields = [
        ("authenticity_token", token),
        ("checkout[email]", &email),
        ("checkout[shipping_address][first_name]", "Bea"),
        ("checkout[shipping_address][last_name]", "Buyer"),
        ("checkout[shipping_address][address1]", "Am Wall 2"),
        ("checkout[shipping_address][city]", "Bremen"),
        ("checkout[shipping_address][province]", ""),
        ("checkout[shipping_address][zip]", "28195"),
        ("checkout[shipping_address][country]", "DE"),
        ("checkout[shipping_rate]", "standard"),
        ("checkout[payment][gateway]", "bogus"),
        ("checkout[payment][number]", "1"),
    ];
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}
