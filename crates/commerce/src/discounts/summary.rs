//! A discount in words, as merchants read it.

use units::{Currency, Money};

use super::discount::Discount;
use super::terms::{Buyers, Effect, Items, Minimum, Terms, Value};

/// What a discount does, its minimum, its limits: `10% off entire order • Minimum purchase of …`.
#[must_use]
pub fn summary(discount: &Discount, currency: Currency) -> String {
    let mut parts = vec![short_summary(&discount.terms, currency)];
    match discount.terms.minimum {
        Minimum::Nothing => {}
        Minimum::Subtotal(minor) => {
            let least = written(minor, currency);
            parts.push(format!("Minimum purchase of {least}"));
        }
        Minimum::Quantity(units) => parts.push(format!("Minimum quantity of {units}")),
    }
    if let Buyers::Customers(ids) = &discount.terms.buyers {
        parts.push(counted(ids.len(), "customer"));
    }
    if let Effect::FreeShipping {
        price_max_minor: Some(minor),
        ..
    } = discount.terms.effect
    {
        let most = written(minor, currency);
        parts.push(format!("Applies to shipping rates under {most}"));
    }
    if discount.once_per_customer {
        parts.push("One use per customer".to_owned());
    }
    parts.join(" • ")
}

/// What a discount does: `10% off entire order`.
#[must_use]
pub fn short_summary(terms: &Terms, currency: Currency) -> String {
    match &terms.effect {
        Effect::Off { items, value } => {
            let off = off(*value, currency);
            match items {
                Items::All => format!("{off} off entire order"),
                Items::Products { products, variants } if variants.is_empty() => {
                    format!("{off} off {}", counted(products.len(), "product"))
                }
                Items::Products { products, variants } => {
                    format!(
                        "{off} off {}",
                        counted(products.len() + variants.len(), "item")
                    )
                }
                Items::Collections(ids) => {
                    format!("{off} off {}", counted(ids.len(), "collection"))
                }
            }
        }
        Effect::BuyGet {
            buys,
            quantity,
            value,
            ..
        } => {
            let buy = match buys.minimum {
                Minimum::Subtotal(minor) => format!("Spend {}", written(minor, currency)),
                Minimum::Quantity(units) => format!("Buy {}", counted_units(units)),
                Minimum::Nothing => "Buy 1 item".to_owned(),
            };
            let get = counted_units(*quantity);
            match value {
                Value::Percentage(pricing::PPM) => format!("{buy}, get {get} free"),
                value => format!("{buy}, get {get} at {} off", off(*value, currency)),
            }
        }
        Effect::FreeShipping { .. } => "Free shipping on all products".to_owned(),
    }
}

fn off(value: Value, currency: Currency) -> String {
    match value {
        Value::Percentage(ppm) => {
            let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
            format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
        }
        Value::Amount(minor) | Value::AmountEach(minor) => written(minor, currency),
    }
}

fn written(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).shown()
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

fn counted_units(units: i64) -> String {
    counted(usize::try_from(units).unwrap_or(0), "item")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(effect: Effect) -> Terms {
        Terms {
            effect,
            minimum: Minimum::Nothing,
            buyers: Buyers::All,
            purchases: Default::default(),
            with_products: false,
            with_order: false,
            with_shipping: false,
        }
    }

    #[test]
    fn a_discount_is_told_in_words() {
        let short = |items, value| {
            let effect = Effect::Off { items, value };
            short_summary(&terms(effect), Currency::EUR)
        };
        assert_eq!(
            short(Items::All, Value::Percentage(100_000)),
            "10% off entire order"
        );
        assert_eq!(
            short(Items::All, Value::Percentage(125_000)),
            "12.5% off entire order"
        );
        let two = Items::Collections(vec![1, 2]);
        assert_eq!(
            short(two, Value::Percentage(500_000)),
            "50% off 2 collections"
        );
    }
}
