//! The lines of an order: what was sold, and how it is shipped.

use commerce::inventory::Location;
use commerce::orders::{self, LineItem, ShippingLine, TaxLine};
use graphql::{Error, Leaf, LeafKind, NoArgs};
use serde::Deserialize;
use units::LineItemId;

use super::order::FirstArgs;
use crate::admin::batches::fail_all;
use crate::admin::priced::Priced;
use crate::scalars::{Amount, Id};
use crate::{Cx, Registry};

/// A line with the currency of its order.
pub(crate) type Line = Priced<LineItem>;

/// The merchant's own hands: what fulfils every line so far.
pub(crate) struct ManualService;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscountedArgs {
    #[expect(dead_code, reason = "no discounts yet, so both totals are the same")]
    with_code_discounts: Option<bool>,
}

pub(super) fn register(r: &mut Registry) {
    r.connection::<Line>("LineItemConnection", "LineItemEdge");
    snapshot(r);
    quantities(r);
    amounts(r);
    old_amounts(r);
    services(r);
    shipping(r);
    taxes(r);
}

/// Lines by id, for the fields that lead to them.
pub(crate) fn load_lines(cx: &mut Cx, ids: &[LineItemId]) -> Vec<Result<Line, Error>> {
    let currency = match cx.shop() {
        Ok(shop) => shop.currency,
        Err(error) => return ids.iter().map(|_| Err(error.clone())).collect(),
    };
    match orders::line_items_by_id(&mut cx.tx, ids) {
        Ok(found) => found
            .into_iter()
            .map(|line| {
                let line = line.ok_or_else(|| Error::new("The line is gone."))?;
                Ok(Priced::new(line, currency))
            })
            .collect(),
        Err(cause) => fail_all(ids.len(), cause),
    }
}

fn snapshot(r: &mut Registry) {
    r.object::<Line>("LineItem")
        .leaf("id", |line| Id(line.row.id))
        .text("title", |line| &line.row.title)
        .leaf("name", |line| line.row.name())
        .text_opt("variantTitle", |line| line.row.variant_title.as_deref())
        .text_opt("vendor", |line| line.row.vendor.as_deref())
        .text_opt("sku", |line| line.row.sku.as_deref())
        .child("customAttributes", |line| line.row.attributes())
        .leaf("requiresShipping", |line| line.row.requires_shipping)
        .leaf("taxable", |line| line.row.taxable)
        .leaf("isGiftCard", |line| line.row.gift_card)
        .leaf("merchantEditable", |_| false)
        .load(
            "taxLines",
            |lines: &[&Line], args: &FirstArgs, _: &mut Cx| {
                lines
                    .iter()
                    .map(|line| {
                        let taxes = line.row.tax_lines().into_iter();
                        let taxes = taxes.take(args.first.unwrap_or(usize::MAX));
                        Ok(taxes
                            .map(|tax| Priced::new(tax, line.currency))
                            .collect::<Vec<_>>())
                    })
                    .collect()
            },
        );
}

fn quantities(r: &mut Registry) {
    r.object::<Line>("LineItem")
        .leaf("quantity", |line| line.row.quantity)
        .leaf("currentQuantity", |line| line.row.current_quantity)
        .leaf("refundableQuantity", |line| line.row.current_quantity)
        .leaf("fulfillableQuantity", |line| line.row.fulfillable_quantity)
        .leaf("unfulfilledQuantity", |line| line.row.fulfillable_quantity)
        .leaf("nonFulfillableQuantity", |line| {
            line.row.quantity - line.row.fulfillable_quantity
        })
        .leaf("restockable", |line| line.row.current_quantity > 0)
        .leaf("canRestock", |line| line.row.current_quantity > 0)
        .leaf("fulfillmentStatus", |line| {
            match line.row.fulfillable_quantity {
                0 => "fulfilled",
                left if left < line.row.quantity => "partial",
                _ => "unfulfilled",
            }
        });
}

fn amounts(r: &mut Registry) {
    r.object::<Line>("LineItem")
        .child("originalUnitPriceSet", |line| {
            line.bag(line.row.price_minor)
        })
        .child("discountedUnitPriceSet", |line| {
            line.bag(unit_price(&line.row))
        })
        .child("discountedUnitPriceAfterAllDiscountsSet", |line| {
            line.bag(unit_price(&line.row))
        })
        .child("originalTotalSet", |line| {
            line.bag(line.row.original_total_minor())
        })
        .load(
            "discountedTotalSet",
            |lines: &[&Line], _: &DiscountedArgs, _: &mut Cx| {
                lines
                    .iter()
                    .map(|line| Ok(line.bag(line.row.discounted_total_minor())))
                    .collect()
            },
        )
        .child("totalDiscountSet", |line| line.bag(line.row.discount_minor))
        .child("unfulfilledOriginalTotalSet", |line| {
            line.bag(line.row.price_minor * line.row.fulfillable_quantity)
        })
        .child("unfulfilledDiscountedTotalSet", |line| {
            line.bag(
                line.row
                    .value_of(line.row.fulfillable_quantity)
                    .subtotal_minor,
            )
        });
}

fn old_amounts(r: &mut Registry) {
    r.object::<Line>("LineItem")
        .leaf("originalUnitPrice", |line| {
            Amount(line.money(line.row.price_minor))
        })
        .leaf("discountedUnitPrice", |line| {
            Amount(line.money(unit_price(&line.row)))
        })
        .leaf("originalTotal", |line| {
            Amount(line.money(line.row.original_total_minor()))
        })
        .leaf("discountedTotal", |line| {
            Amount(line.money(line.row.discounted_total_minor()))
        })
        .leaf("totalDiscount", |line| {
            Amount(line.money(line.row.discount_minor))
        });
}

fn services(r: &mut Registry) {
    r.object::<Line>("LineItem")
        .child("fulfillmentService", |_| ManualService);
    r.object::<ManualService>("FulfillmentService")
        .leaf("id", |_| "gid://shopify/FulfillmentService/manual")
        .leaf("handle", |_| "manual")
        .leaf("serviceName", |_| "Manual")
        .leaf("type", |_| "MANUAL")
        .leaf("inventoryManagement", |_| false)
        .leaf("trackingSupport", |_| false)
        .leaf("fulfillmentOrdersOptIn", |_| true)
        .leaf("requiresShippingMethod", |_| true)
        .leaf("callbackUrl", |_| None::<String>)
        // The merchant's own locations are many: none is the service's.
        .child("location", |_| None::<Location>);
}

fn shipping(r: &mut Registry) {
    type Own = Priced<ShippingLine>;
    r.connection::<Own>("ShippingLineConnection", "ShippingLineEdge");
    r.object::<Own>("ShippingLine")
        .leaf("id", |line| Some(Id(line.row.id)))
        .text("title", |line| &line.row.title)
        .text("code", |line| &line.row.code)
        .text("source", |line| &line.row.source)
        .leaf("custom", |line| line.row.code == "custom")
        .leaf("isRemoved", |_| false)
        .leaf("carrierIdentifier", |_| None::<String>)
        .leaf("deliveryCategory", |_| None::<String>)
        .leaf("phone", |_| None::<String>)
        .leaf("shippingRateHandle", |line| Some(line.row.code.clone()))
        .child("originalPriceSet", |line| line.bag(line.row.price_minor))
        .child("discountedPriceSet", |line| line.bag(line.row.price_minor))
        .child("currentDiscountedPriceSet", |line| {
            line.bag(line.row.price_minor)
        })
        .child("originalPrice", |line| line.money(line.row.price_minor))
        .child("discountedPrice", |line| line.money(line.row.price_minor))
        .leaf("price", |line| Amount(line.money(line.row.price_minor)))
        .load("taxLines", |lines: &[&Own], _: &NoArgs, _: &mut Cx| {
            lines
                .iter()
                .map(|line| {
                    let taxes = line.row.tax_lines().into_iter();
                    Ok(taxes
                        .map(|tax| Priced::new(tax, line.currency))
                        .collect::<Vec<_>>())
                })
                .collect()
        });
}

fn taxes(r: &mut Registry) {
    r.object::<Priced<TaxLine>>("TaxLine")
        .text("title", |tax| &tax.row.title)
        .leaf("rate", |tax| {
            Some(Rate {
                ppm: tax.row.rate_ppm,
                per: 1_000_000,
            })
        })
        .leaf("ratePercentage", |tax| {
            Some(Rate {
                ppm: tax.row.rate_ppm,
                per: 10_000,
            })
        })
        .child("priceSet", |tax| tax.bag(tax.row.price_minor))
        .leaf("price", |tax| Amount(tax.money(tax.row.price_minor)))
        .leaf("channelLiable", |_| Some(false))
        .leaf("source", |_| None::<String>);
}

/// What one unit costs once the line's discounts are spread over all.
fn unit_price(line: &LineItem) -> i64 {
    if line.discount_minor == 0 {
        line.price_minor
    } else {
        line.value_of(1).subtotal_minor
    }
}

/// A tax rate in millionths of `per` millionths: a share of one, or of a hundred.
struct Rate {
    ppm: i64,
    per: i64,
}

impl Leaf for Rate {
    const KIND: LeafKind = LeafKind::Float;

    fn write(&self, out: &mut Vec<u8>) {
        let Self { ppm, per } = *self;
        let text = format!("{}.{:06}", ppm / per, (ppm % per) * (1_000_000 / per));
        let digits = text.trim_end_matches('0');
        out.extend_from_slice(digits.as_bytes());
        if digits.ends_with('.') {
            out.push(b'0');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_exactly() {
        let written = |ppm, per| {
            let mut out = Vec::new();
            Rate { ppm, per }.write(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(190_000, 1_000_000), "0.19");
        assert_eq!(written(190_000, 10_000), "19.0");
        assert_eq!(written(88_750, 10_000), "8.875");
        assert_eq!(written(0, 10_000), "0.0");
    }
}
