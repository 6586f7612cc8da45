//! A discount's terms: what it takes off, from what, for whom. Kept as JSON.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use store::{FromColumn, Param, ToParam, Value as Column};

use super::application::DiscountClass;

/// What a discount takes off, from what, for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it does.
    pub effect: Effect,
    /// What the sale must come to.
    #[serde(default)]
    pub minimum: Minimum,
    /// Who gets it.
    #[serde(default)]
    pub buyers: Buyers,
    /// Which purchases of the items that it reduces, or delivers freely, are meant.
    #[serde(default)]
    pub purchases: Purchases,
    /// Whether it stands beside discounts on products.
    #[serde(default)]
    pub with_products: bool,
    /// Whether it stands beside discounts on the order.
    #[serde(default)]
    pub with_order: bool,
    /// Whether it stands beside discounts on delivery.
    #[serde(default)]
    pub with_shipping: bool,
}

impl Terms {
    /// Has amounts counted in another currency.
    pub(super) fn convert(&mut self, change: impl Fn(i64) -> i64 + Copy) {
        self.minimum.convert(change);
        match &mut self.effect {
            Effect::Off { value, .. } => value.convert(change),
            Effect::BuyGet { buys, value, .. } => {
                buys.minimum.convert(change);
                value.convert(change);
            }
            Effect::FreeShipping {
                price_max_minor, ..
            } => *price_max_minor = price_max_minor.map(change),
        }
    }
}

impl Value {
    fn convert(&mut self, change: impl Fn(i64) -> i64) {
        match self {
            Self::Amount(minor) | Self::AmountEach(minor) => *minor = change(*minor),
            Self::Percentage(_) => {}
        }
    }
}

impl Minimum {
    fn convert(&mut self, change: impl Fn(i64) -> i64) {
        if let Self::Subtotal(minor) = self {
            *minor = change(*minor);
        }
    }
}

/// What a discount does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Takes something off items.
    Off {
        /// Off which.
        items: Items,
        /// How much.
        value: Value,
    },
    /// Takes something off some items for those who buy others.
    BuyGet {
        /// What has to be bought.
        buys: Buys,
        /// What is reduced then.
        gets: Items,
        /// How many units of it.
        quantity: i64,
        /// How much comes off each.
        value: Value,
        /// How often it applies to one order.
        uses_per_order: Option<i64>,
    },
    /// Takes the delivery's price off.
    FreeShipping {
        /// Where to.
        destination: Destination,
        /// Deliveries that cost more, in minor units, are not free.
        price_max_minor: Option<i64>,
    },
}

/// Ways to buy something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchases {
    /// Once, also before it is there.
    pub one_time: bool,
    /// Again and again, by a selling plan that is billed so.
    pub subscription: bool,
}

/// What somebody buys once, as the public API has it of discounts that do not say.
impl Default for Purchases {
    fn default() -> Self {
        Self {
            one_time: true,
            subscription: false,
        }
    }
}

impl Purchases {
    /// Whether a purchase is meant.
    #[must_use]
    pub const fn covers(self, subscription: bool) -> bool {
        if subscription {
            self.subscription
        } else {
            self.one_time
        }
    }
}

/// Items of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Items {
    /// All.
    All,
    /// Certain products and variants, by number.
    Products {
        /// Products.
        products: Vec<i64>,
        /// Variants.
        variants: Vec<i64>,
    },
    /// What is in certain collections, by number.
    Collections(Vec<i64>),
}

/// What has to be bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buys {
    /// Of which items.
    pub items: Items,
    /// How much of them.
    pub minimum: Minimum,
    /// In which ways.
    #[serde(default)]
    pub purchases: Purchases,
}

/// How much comes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A share, in millionths: 100,000 is 10 %.
    Percentage(i64),
    /// An amount in minor units, once.
    Amount(i64),
    /// An amount in minor units, off each unit.
    AmountEach(i64),
}

/// What a sale must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Minimum {
    /// Nothing.
    #[default]
    Nothing,
    /// An amount in minor units.
    Subtotal(i64),
    /// A number of units.
    Quantity(i64),
}

/// Who gets a discount.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Buyers {
    /// Everybody.
    #[default]
    All,
    /// Certain customers, by number.
    Customers(Vec<i64>),
}

/// Where a delivery is free.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// Everywhere.
    #[default]
    All,
    /// In certain countries.
    Countries {
        /// ISO 3166-1 codes.
        codes: Vec<String>,
        /// Whether countries that no rate names are meant too.
        rest_of_world: bool,
    },
}

impl Terms {
    /// What it reduces, which decides what it combines with.
    #[must_use]
    pub const fn class(&self) -> DiscountClass {
        match &self.effect {
            Effect::FreeShipping { .. } => DiscountClass::Shipping,
            Effect::Off {
                items: Items::All,
                value: Value::Percentage(_) | Value::Amount(_),
            } => DiscountClass::Order,
            Effect::Off { .. } | Effect::BuyGet { .. } => DiscountClass::Product,
        }
    }

    /// The collections that decide which items it is about.
    pub(super) fn collections(&self) -> impl Iterator<Item = i64> + '_ {
        let of = |items: &'_ Items| -> Vec<i64> {
            match items {
                Items::Collections(ids) => ids.clone(),
                Items::All | Items::Products { .. } => Vec::new(),
            }
        };
        match &self.effect {
            Effect::Off { items, .. } => of(items),
            Effect::BuyGet { buys, gets, .. } => {
                let mut all = of(&buys.items);
                all.extend(of(gets));
                all
            }
            Effect::FreeShipping { .. } => Vec::new(),
        }
        .into_iter()
    }
}

impl Items {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All => false,
            Self::Products { products, variants } => products.is_empty() && variants.is_empty(),
            Self::Collections(ids) => ids.is_empty(),
        }
    }
}

impl Destination {
    /// Whether a country is meant; an unknown one only where all are.
    pub(super) fn covers(&self, country: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Countries {
                codes,
                rest_of_world,
            } => {
                let named = |code: &str| codes.iter().any(|known| known == code);
                *rest_of_world || country.is_none_or(named)
            }
        }
    }
}

impl ToParam for Terms {
    fn to_param(&self) -> Param<'_> {
        let json = serde_json::to_string(self).expect("terms have a JSON text");
        Param::Text(Cow::Owned(json))
    }
}

impl FromColumn for Terms {
    const WANTED: &'static str = "a discount's terms in JSON";

    fn from_column(value: Column<'_>) -> Option<Self> {
        match value {
            Column::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_off_everything_is_off_the_order() {
        let class = |items, value| {
            let terms = Terms {
                effect: Effect::Off { items, value },
                minimum: Minimum::Nothing,
                buyers: Buyers::All,
                purchases: Purchases::default(),
                with_products: false,
                with_order: false,
                with_shipping: false,
            };
            let text = serde_json::to_string(&terms).unwrap();
            assert_eq!(serde_json::from_str::<Terms>(&text).unwrap(), terms);
            terms.class()
        };
        assert_eq!(class(Items::All, Value::Amount(1)), DiscountClass::Order);
        assert_eq!(
            class(Items::All, Value::AmountEach(1)),
            DiscountClass::Product
        );
        let collections = Items::Collections(vec![1]);
        assert_eq!(
            class(collections, Value::Percentage(1)),
            DiscountClass::Product
        );
    }
}
