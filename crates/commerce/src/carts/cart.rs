//! A cart as it is kept.

use std::fmt;

use serde::{Deserialize, Serialize};
use units::{CustomerId, OrderId, ProductVariantId, SellingPlanId, Timestamp};

use crate::address::Address;
use crate::attributes::Attribute;
use crate::call::Call;
use crate::contact;
use crate::secret;

/// Which cart, and the key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartRef {
    /// The cart's name in addresses.
    pub token: String,
    /// What proves that the caller was given the cart.
    pub secret: String,
}

/// A cart: what somebody means to buy.
#[derive(Debug, Clone)]
pub struct Cart {
    /// Its name and key.
    pub id: CartRef,
    /// What is in it, in the order in which it came.
    pub lines: Vec<CartLine>,
    /// Who means to buy it.
    pub buyer: Buyer,
    /// What the buyer or an app attached to it.
    pub attributes: Vec<Attribute>,
    /// Where it shall go, and how.
    pub delivery: Delivery,
    /// Codes that the buyer typed.
    pub discount_codes: Vec<String>,
    /// Gift cards that the buyer pays with first, by number.
    pub gift_cards: Vec<i64>,
    /// A note to the merchant; may be empty.
    pub note: String,
    /// The order that it became.
    pub order_id: Option<OrderId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Its name within the cart, a UUID.
    pub id: String,
    /// What is to be bought.
    #[serde(with = "variant_number")]
    pub variant: ProductVariantId,
    /// How many, above zero.
    pub quantity: i64,
    /// What the buyer or an app attached to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// The selling plan by which it is bought, by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selling_plan: Option<i64>,
}

impl CartLine {
    /// The selling plan by which it is bought.
    #[must_use]
    pub fn plan(&self) -> Option<SellingPlanId> {
        self.selling_plan.map(SellingPlanId)
    }

    /// Whether both are the same merchandise, bought in the same way.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.variant == other.variant
            && self.selling_plan == other.selling_plan
            && self.attributes == other.attributes
    }
}

/// What is known of the buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Buyer {
    /// Address of the mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// ISO 3166-1 code of the buyer's country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The customer, by number, when they signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<i64>,
}

/// Where a cart shall go, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivery {
    /// The addresses that the buyer may choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<SelectableAddress>,
    /// The handle of the delivery option that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
}

/// An address that the buyer may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectableAddress {
    /// Its name within the cart, a UUID.
    pub id: String,
    /// The address.
    pub address: Address,
    /// Whether it is the chosen one.
    pub selected: bool,
    /// Whether it shall not be kept for the customer.
    pub one_time_use: bool,
}

impl CartRef {
    /// A new cart's name and key. Names begin with their moment, so that new rows are
    /// neighbours in the store.
    #[must_use]
    pub fn new(call: &Call) -> Self {
        let number: i64 = call.new_id();
        let luck = call.new_token();
        Self {
            token: format!("{number:014x}{}", &luck[..16]),
            secret: luck[16..].to_owned() + &call.new_token()[..16],
        }
    }

    /// Reads `gid://shopify/Cart/{token}?key={secret}`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (token, query) = text.strip_prefix("gid://shopify/Cart/")?.split_once('?')?;
        let secret = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("key="))?;
        let plain = |part: &str| {
            (1..=64).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        (plain(token) && plain(secret)).then(|| Self {
            token: token.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// What the checkout's form carries instead of the key: it sends the form and opens nothing, so that a
    /// page that was shown without the key does not give it away.
    #[must_use]
    pub fn form_token(&self) -> String {
        let mut token = secret::hash(&format!("checkout form {}", self.secret));
        token.truncate(32);
        token
    }

    /// Whether a form that carries `proof` may be sent for this cart: its key, or its form token.
    #[must_use]
    pub fn admits(&self, proof: &str) -> bool {
        self.secret == proof || self.form_token() == proof
    }
}

impl Buyer {
    /// The customer, when they signed in.
    #[must_use]
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.customer.map(CustomerId)
    }
}

impl Delivery {
    /// The address that the buyer chose.
    #[must_use]
    pub fn selected(&self) -> Option<&SelectableAddress> {
        self.addresses.iter().find(|address| address.selected)
    }
}

impl Cart {
    /// The country that it goes to, as far as that is known.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        let selected = self.delivery.selected();
        let country = selected.and_then(|chosen| chosen.address.country_code.as_deref());
        country.or(self.buyer.country_code.as_deref())
    }

    /// The country that it goes to, as far as whoever has `proof` may know: of its addresses, only the key
    /// tells anything.
    #[must_use]
    pub fn country_for(&self, proof: &str) -> Option<&str> {
        if self.id.secret == proof {
            self.country()
        } else {
            self.buyer.country_code.as_deref()
        }
    }

    /// What the buyer is found by, if a mailbox is known.
    pub(super) fn buyer_key(&self) -> Option<String> {
        self.buyer.email.as_deref().and_then(contact::email_key)
    }

    /// An empty cart.
    #[must_use]
    pub fn new(call: &Call) -> Self {
        Self {
            id: CartRef::new(call),
            lines: Vec::new(),
            buyer: Buyer::default(),
            attributes: Vec::new(),
            delivery: Delivery::default(),
            discount_codes: Vec::new(),
            gift_cards: Vec::new(),
            note: String::new(),
            order_id: None,
            created_at: call.now,
            updated_at: call.now,
        }
    }
}

/// The global id.
impl fmt::Display for CartRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gid://shopify/Cart/{}?key={}", self.token, self.secret)
    }
}

/// The global id of a line.
#[must_use]
pub fn line_id(token: &str, line: &str) -> String {
    format!("gid://shopify/CartLine/{line}?cart={token}")
}

/// The global id of a cart's one delivery group.
#[must_use]
pub fn delivery_group_id(token: &str) -> String {
    format!("gid://shopify/CartDeliveryGroup/{token}")
}

/// A name that is unique within a cart.
pub(super) fn new_name(call: &Call) -> String {
    let luck = call.new_token();
    let part = |from: usize, to: usize| luck.get(from..to).unwrap_or_default();
    let parts = [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ];
    parts.join("-")
}

mod variant_number {
    use serde::{Deserialize, Deserializer, Serializer};
    use units::ProductVariantId;

    pub(super) fn serialize<S: Serializer>(
        id: &ProductVariantId,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_i64(id.get())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<ProductVariantId, D::Error> {
        i64::deserialize(from).map(ProductVariantId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_is_known_by_its_token_and_key() {
        let id = CartRef::parse("gid://shopify/Cart/abc123?key=def456").unwrap();
        assert_eq!(
            (id.token.as_str(), id.secret.as_str()),
            ("abc123", "def456")
        );
        assert_eq!(id.to_string(), "gid://shopify/Cart/abc123?key=def456");
        for text in [
            "gid://shopify/Cart/abc123",
            "gid://shopify/Cart/?key=1",
            "gid://shopify/Cart/abc?key=",
            "gid://shopify/Cart/a'b?key=1",
            "gid://shopify/Product/1?key=1",
            "",
        ] {
            assert!(CartRef::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_line_reads_back_as_it_was_kept() {
        let line = CartLine {
            id: "x".to_owned(),
            variant: ProductVariantId(7),
            quantity: 2,
            attributes: Vec::new(),
            selling_plan: None,
        };
        let text = serde_json::to_string(&[&line]).unwrap();
        assert_eq!(text, r#"[{"id":"x","variant":7,"quantity":2}]"#);
        let lines: Vec<CartLine> = serde_json::from_str(&text).unwrap();
        assert_eq!(lines, [line]);
    }
}
