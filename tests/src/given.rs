//! What a scenario starts from, made through the public APIs.

use serde_json::{Value, json};

use crate::reply::Reply;
use crate::shop::TestShop;

/// A variant on sale, by its global ids.
#[derive(Debug, Clone)]
pub struct Variant {
    /// `gid://shopify/Product/…`
    pub product: String,
    /// The product's handle.
    pub handle: String,
    /// `gid://shopify/ProductVariant/…`
    pub id: String,
    /// `gid://shopify/InventoryItem/…`
    pub item: String,
    /// The location that its stock is at.
    pub location: String,
}

/// A cart, and the page that sells it.
#[derive(Debug, Clone)]
pub struct Cart {
    /// `gid://shopify/Cart/…?key=…`
    pub id: String,
    /// The path of its checkout page.
    pub checkout: String,
}

/// The card numbers that the test gateway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// Pays.
    Approves,
    /// Is declined.
    Declines,
    /// Makes the gateway fail.
    Fails,
    /// None: it is paid on invoice.
    OnInvoice,
}

impl Card {
    fn number(self) -> &'static str {
        match self {
            Card::Approves => "1",
            Card::Declines => "2",
            Card::Fails => "3",
            Card::OnInvoice => "",
        }
    }

    fn gateway(self) -> &'static str {
        match self {
            Card::OnInvoice => "manual",
            Card::Approves | Card::Declines | Card::Fails => "bogus",
        }
    }
}

impl TestShop {
    /// The shop's first location.
    pub async fn location(&self) -> String {
        let reply = self
            .admin("{ locations(first: 1) { nodes { id } } }", json!({}))
            .await;
        reply.ok().text("locations.nodes.0.id")
    }

    /// A published product with one tracked variant at a price (`"12.00"`), of
    /// which so many are available.
    ///
    /// # Panics
    /// When the shop refuses it.
    pub async fn given_variant(&self, price: &str, available: i64) -> Variant {
        let location = self.location().await;
        let input = json!({
            "title": "Teapot",
            "status": "ACTIVE",
            "productOptions": [{"name": "Title", "values": [{"name": "Default Title"}]}],
            "variants": [{
                "price": price,
                "optionValues": [{"optionName": "Title", "name": "Default Title"}],
                "inventoryItem": {"tracked": true, "requiresShipping": true},
                "inventoryQuantities": [
                    {"locationId": location, "name": "available", "quantity": available}
                ],
            }],
        });
        let query = "mutation($input: ProductSetInput!) {
            productSet(input: $input, synchronous: true) {
                product { id handle variants(first: 1) { nodes { id inventoryItem { id } } } }
                userErrors { field message code }
            }
        }";
        let reply = self.admin(query, json!({"input": input})).await.ok();
        self.publish(&reply.text("productSet.product.id")).await;
        Variant {
            product: reply.text("productSet.product.id"),
            handle: reply.text("productSet.product.handle"),
            id: reply.text("productSet.product.variants.nodes.0.id"),
            item: reply.text("productSet.product.variants.nodes.0.inventoryItem.id"),
            location,
        }
    }

    /// Publishes a product or collection in the online store.
    ///
    /// # Panics
    /// When the shop refuses it.
    pub async fn publish(&self, id: &str) {
        let query = "mutation($id: ID!) { publishablePublishToCurrentChannel(id: $id) {
            userErrors { field message } } }";
        let _ = self.admin(query, json!({"id": id})).await.ok();
    }

    /// A cart with so many of each variant.
    ///
    /// # Panics
    /// When the shop refuses it.
    pub async fn given_cart(&self, lines: &[(&Variant, i64)]) -> Cart {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(variant, quantity)| json!({"merchandiseId": variant.id, "quantity": quantity}))
            .collect();
        let query = "mutation($lines: [CartLineInput!]) {
            cartCreate(input: {lines: $lines}) {
                cart { id checkoutUrl }
                userErrors { field message code }
            }
        }";
        let reply = self.storefront(query, json!({"lines": lines})).await.ok();
        let url = reply.text("cartCreate.cart.checkoutUrl");
        let page = self.get(&path_of(&url)).await;
        Cart {
            id: reply.text("cartCreate.cart.id"),
            checkout: path_of(page.header("Location")),
        }
    }

    /// Submits a cart's checkout whole, in one request, as a client without
    /// JavaScript does. Success is a 303 to the thank-you page.
    pub async fn buy(&self, cart: &Cart, card: Card) -> Reply {
        self.buy_as(cart, card, "buyer@example.com").await
    }

    /// As [`TestShop::buy`], for a buyer of choice.
    pub async fn buy_as(&self, cart: &Cart, card: Card, email: &str) -> Reply {
        let page = self.get(&cart.checkout).await.body();
        let token = value_of(&page, "authenticity_token");
        let rate = value_of(&page, "checkout[shipping_rate]");
        let form = checkout_form(&token, &rate, email, card);
        self.post_form(&cart.checkout, &form).await
    }

    /// As [`TestShop::buy`], sent to a country, with the sums that the page showed.
    pub async fn buy_in(&self, cart: &Cart, card: Card, country: &'static str) -> Reply {
        let page = self.get(&cart.checkout).await.body();
        self.send_page(cart, &page, card, country).await
    }

    /// Fills in the checkout page as it is shown, for an address in a country, and sends it.
    pub async fn send_page(
        &self,
        cart: &Cart,
        page: &str,
        card: Card,
        country: &'static str,
    ) -> Reply {
        let token = value_of(page, "authenticity_token");
        let rate = value_of(page, "checkout[shipping_rate]");
        let sums = ["checkout[total]", "checkout[due]", "checkout[quantity]"]
            .map(|name| (name, value_of(page, name)));
        let form = checkout_form(&token, &rate, "buyer@example.com", card);
        let elsewhere = |(name, value)| match (name, country) {
            ("checkout[shipping_address][country]", _) => (name, country),
            ("checkout[shipping_address][province]", "CA") => (name, "ON"),
            _ => (name, value),
        };
        let mut form: Vec<(&str, &str)> = form.into_iter().map(elsewhere).collect();
        form.extend(sums.iter().map(|(name, value)| (*name, value.as_str())));
        self.post_form(&cart.checkout, &form).await
    }

    /// Submits a cart's checkout as [`TestShop::buy`] does, and the same form once more.
    pub async fn buy_twice(&self, cart: &Cart, card: Card) -> [Reply; 2] {
        let page = self.get(&cart.checkout).await.body();
        let token = value_of(&page, "authenticity_token");
        let rate = value_of(&page, "checkout[shipping_rate]");
        let form = checkout_form(&token, &rate, "buyer@example.com", card);
        let first = self.post_form(&cart.checkout, &form).await;
        [first, self.post_form(&cart.checkout, &form).await]
    }

    /// An order of so many of a variant, made by the Admin API and paid.
    ///
    /// # Panics
    /// When the shop refuses it.
    pub async fn given_order(&self, variant: &Variant, quantity: i64) -> String {
        let order = json!({
            "email": "buyer@example.com",
            "lineItems": [{"variantId": variant.id, "quantity": quantity}],
            "financialStatus": "PAID",
        });
        let query = "mutation($order: OrderCreateOrderInput!) {
            orderCreate(order: $order, options: {inventoryBehaviour: DECREMENT_OBEYING_POLICY}) {
                order { id }
                userErrors { field message code }
            }
        }";
        let reply = self.admin(query, json!({"order": order})).await.ok();
        reply.text("orderCreate.order.id")
    }

    /// How many of a variant are available at its location.
    pub async fn available(&self, variant: &Variant) -> i64 {
        let query = "query($item: ID!, $location: ID!) {
            inventoryItem(id: $item) {
                inventoryLevel(locationId: $location) {
                    quantities(names: [\"available\"]) { quantity }
                }
            }
        }";
        let variables = json!({"item": variant.item, "location": variant.location});
        let reply = self.admin(query, variables).await.ok();
        reply.number("inventoryItem.inventoryLevel.quantities.0.quantity")
    }
}

/// The path and query of an address.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find('/') {
        Some(slash) => rest[slash..].to_owned(),
        None => "/".to_owned(),
    }
}

/// The value of the first field of this name that a page holds, empty when there
/// is none.
fn value_of(page: &str, name: &str) -> String {
    let field = page
        .split("<input")
        .filter_map(|rest| rest.split('>').next())
        .find(|tag| tag.contains(&format!("name=\"{name}\"")));
    let value = field.and_then(|field| field.split_once("value=\""));
    let value = value.and_then(|(_, rest)| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

/// The checkout page's form, filled in. The token is the key of the cart.
#[must_use]
pub fn checkout_form<'a>(
    token: &'a str,
    rate: &'a str,
    email: &'a str,
    card: Card,
) -> [(&'static str, &'a str); 12] {
    [
        ("authenticity_token", token),
        ("checkout[email]", email),
        ("checkout[shipping_address][first_name]", "Bea"),
        ("checkout[shipping_address][last_name]", "Buyer"),
        ("checkout[shipping_address][address1]", "Am Wall 2"),
        ("checkout[shipping_address][city]", "Bremen"),
        ("checkout[shipping_address][province]", ""),
        ("checkout[shipping_address][zip]", "28195"),
        ("checkout[shipping_address][country]", "DE"),
        ("checkout[shipping_rate]", rate),
        ("checkout[payment][gateway]", card.gateway()),
        ("checkout[payment][number]", card.number()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_address_keeps_its_query() {
        assert_eq!(
            path_of("https://a.example/cart/c/x?key=y"),
            "/cart/c/x?key=y"
        );
        assert_eq!(path_of("/checkouts/cn/x"), "/checkouts/cn/x");
        assert_eq!(path_of("https://a.example"), "/");
    }

    #[test]
    fn the_value_of_a_field_is_read_from_a_page() {
        let page =
            "<input name=\"email\"><input type=\"hidden\" name=\"token\" value=\"t1\"><input>";
        assert_eq!(value_of(page, "token"), "t1");
        assert_eq!(value_of(page, "email"), "");
    }
}
