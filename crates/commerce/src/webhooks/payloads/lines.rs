//! Lines, taxes and amounts, as orders, parcels and refunds tell them.

use serde_json::{Value, json};
use units::{Currency, MinorBag, Money, MoneyBag};

use crate::discounts::DiscountAllocation;
use crate::orders::{LineItem, Order, ShippingLine, TaxLine};
use crate::shops::Shop;

/// An amount: `"19.90"`.
pub(super) fn money(amount: Money) -> Value {
    Value::String(amount.decimal())
}

/// An amount in both currencies.
pub(super) fn price_set(amount: MoneyBag) -> Value {
    let one = |money: Money| json!({ "amount": money.decimal(), "currency_code": money.currency.as_str() });
    json!({ "shop_money": one(amount.shop), "presentment_money": one(amount.presentment) })
}

/// The currencies of an order's amounts: the shop's and the buyer's.
#[derive(Clone, Copy)]
pub(super) struct Currencies {
    shop: Currency,
    presentment: Currency,
}

impl Currencies {
    pub(super) fn of(order: &Order) -> Self {
        Self {
            shop: order.currency,
            presentment: order.presentment_currency,
        }
    }

    /// Those of amounts that are in the shop's currency alone.
    pub(super) fn own(shop: Currency) -> Self {
        Self {
            shop,
            presentment: shop,
        }
    }

    pub(super) fn bag(self, amount: MinorBag) -> MoneyBag {
        amount.in_currencies(self.shop, self.presentment)
    }
}

/// Taxes, each with its rate as a share of one.
pub(super) fn tax_lines(currencies: Currencies, taxes: impl Iterator<Item = TaxLine>) -> Value {
    taxes
        .map(|tax| {
            let amount = currencies.bag(tax.price());
            json!({
                "title": tax.title,
                "rate": rate(tax.rate_ppm),
                "price": money(amount.shop),
                "price_set": price_set(amount),
                "channel_liable": false,
            })
        })
        .collect()
}

/// A rate in millionths as a JSON number: 190,000 is 0.19.
fn rate(ppm: i64) -> Value {
    let text = format!("{}.{:06}", ppm / 1_000_000, ppm % 1_000_000);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// The lines of an order.
pub(super) fn line_items(shop: &Shop, lines: &[LineItem]) -> Value {
    lines
        .iter()
        .map(|line| line_item(shop, line, line.quantity))
        .collect()
}

/// A line, of which `quantity` units are meant.
pub(super) fn line_item(shop: &Shop, line: &LineItem, quantity: i64) -> Value {
    let currencies = Currencies {
        shop: shop.currency,
        presentment: line.presentment_currency.unwrap_or(shop.currency),
    };
    let (price, discount) = (
        currencies.bag(line.price()),
        currencies.bag(line.discount()),
    );
    let properties: Vec<Value> = line
        .attributes()
        .iter()
        .map(|attribute| json!({ "name": attribute.key, "value": attribute.value }))
        .collect();
    let status = match line.fulfillable_quantity {
        0 => Some("fulfilled"),
        left if left < line.quantity => Some("partial"),
        _ => None,
    };
    json!({
        "id": line.id.get(),
        "admin_graphql_api_id": line.id.to_string(),
        "product_id": line.product_id.map(|id| id.get()),
        "variant_id": line.variant_id.map(|id| id.get()),
        "title": line.title,
        "variant_title": line.variant_title,
        "name": line.name(),
        "vendor": line.vendor,
        "sku": line.sku,
        "quantity": quantity,
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.fulfillable_quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": status,
        "grams": line.weight_grams,
        "price": money(price.shop),
        "price_set": price_set(price),
        "total_discount": money(discount.shop),
        "total_discount_set": price_set(discount),
        "taxable": line.taxable,
        "tax_lines": tax_lines(currencies, line.tax_lines().into_iter()),
        "requires_shipping": line.requires_shipping,
        "gift_card": line.gift_card,
        "properties": properties,
        "discount_allocations": allocations(currencies, &line.discount_allocations()),
        "duties": [],
    })
}

/// What each of the order's discounts takes off a line.
fn allocations(currencies: Currencies, allocations: &[DiscountAllocation]) -> Value {
    let all = allocations.iter().map(|own| {
        let amount = currencies.bag(own.amount());
        json!({
            "amount": money(amount.shop),
            "amount_set": price_set(amount),
            "discount_application_index": own.application,
        })
    });
    all.collect()
}

/// How an order is shipped.
pub(super) fn shipping_lines(currencies: Currencies, lines: &[ShippingLine]) -> Value {
    let one = |line| shipping_line(currencies, line);
    lines.iter().map(one).collect()
}

fn shipping_line(currencies: Currencies, line: &ShippingLine) -> Value {
    let price = currencies.bag(line.price());
    let discounted = currencies.bag(line.discounted());
    json!({
        "id": line.id.get(),
        "title": line.title,
        "code": line.code,
        "source": line.source,
        "price": money(price.shop),
        "price_set": price_set(price),
        "discounted_price": money(discounted.shop),
        "discounted_price_set": price_set(discounted),
        "is_removed": false,
        "carrier_identifier": null,
        "phone": null,
        "requested_fulfillment_service_id": null,
        "tax_lines": tax_lines(currencies, line.tax_lines().into_iter()),
        "discount_allocations": allocations(currencies, &line.discount_allocations()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_rates_are_written_as_rest_does() {
        let amount = Money::new(1990, Currency::EUR);
        assert_eq!(money(amount), json!("19.90"));
        assert_eq!(
            price_set(MoneyBag::same(amount))["shop_money"]["currency_code"],
            json!("EUR")
        );
        assert_eq!(rate(190_000), json!(0.19));
        assert_eq!(rate(0), json!(0.0));
    }
}
