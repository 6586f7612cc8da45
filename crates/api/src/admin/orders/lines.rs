//! The lines of an order: what was sold, and how it is shipped.

use commerce::inventory::Location;
use commerce::orders::{self, LineItem, LineItemGroup, ShippingLine, TaxLine};
use graphql::{Error, NoArgs};
use serde::Deserialize;
use units::{LineItemId, MinorBag, SellingPlanId};

use super::discounts::by_codes;
use super::order::FirstArgs;
use crate::admin::batches::fail_all;
use crate::admin::priced::Priced;
use crate::scalars::{Amount, Id, Rate};
use crate::{Cx, Registry};

/// A line with the currency of its order.
pub(crate) type Line = Priced<LineItem>;

/// The merchant's own hands: what fulfils every line so far.
pub(crate) struct ManualService;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscountedArgs {
    with_code_discounts: Option<bool>,
}

/// The selling plan by which a line was bought, as it was called then.
struct SoldByPlan {
    name: String,
    id: Option<SellingPlanId>,
}

pub(super) fn register(r: &mut Registry) {
    r.connection::<Line>("LineItemConnection", "LineItemEdge");
    r.object::<SoldByPlan>("LineItemSellingPlan")
        .text("name", |own| &own.name)
        .leaf("sellingPlanId", |own| own.id.map(Id));
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
                let presentment = line.presentment_currency.unwrap_or(currency);
                Ok(Priced::seen(line, (currency, presentment)))
            })
            .collect(),
        Err(cause) => fail_all(ids.len(), cause),
    }
}

fn groups(lines: &[&Line], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<LineItemGroup>, Error>> {
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.row.order_id, line.row.group_id))
        .collect();
    match orders::line_item_groups(&mut cx.tx, &wanted) {
        Ok(found) => found.into_iter().map(Ok).collect(),
        Err(cause) => fail_all(lines.len(), cause),
    }
}

fn snapshot(r: &mut Registry) {
    r.object::<LineItemGroup>("LineItemGroup")
        .leaf("id", |own| Id(own.id))
        .leaf("productId", |own| Id(own.product_id))
        .leaf("variantId", |own| Id(own.variant_id))
        .text("title", |own| &own.title)
        .text_opt("variantSku", |own| own.variant_sku.as_deref())
        .leaf("quantity", |own| own.quantity)
        .child("customAttributes", |own| own.attributes());
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
        .load("lineItemGroup", groups)
        .child("sellingPlan", |line| {
            let name = line.row.selling_plan_name.clone()?;
            Some(SoldByPlan {
                name,
                id: line.row.selling_plan_id,
            })
        })
        .load(
            "taxLines",
            |lines: &[&Line], args: &FirstArgs, _: &mut Cx| {
                lines
                    .iter()
                    .map(|line| {
                        let taxes = line.row.tax_lines().into_iter();
                        let taxes = taxes.take(args.first.unwrap_or(usize::MAX));
                        Ok(taxes.map(|tax| line.with(tax)).collect::<Vec<_>>())
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
        .child("originalUnitPriceSet", |line| line.bag(line.row.price()))
        .load(
            "discountedUnitPriceSet",
            |lines: &[&Line], _: &NoArgs, cx: &mut Cx| {
                less_codes(lines, cx, |line, codes| {
                    line.bag(unit_price(&line.row, codes))
                })
            },
        )
        .child("discountedUnitPriceAfterAllDiscountsSet", |line| {
            line.bag(unit_price(&line.row, MinorBag::ZERO))
        })
        .child("originalTotalSet", |line| {
            line.bag(line.row.original_total())
        })
        .load(
            "discountedTotalSet",
            |lines: &[&Line], args: &DiscountedArgs, cx: &mut Cx| {
                let with_codes = args.with_code_discounts.unwrap_or(false);
                less_codes(lines, cx, |line, codes| {
                    let kept = if with_codes { MinorBag::ZERO } else { codes };
                    line.bag(line.row.discounted_total() + kept)
                })
            },
        )
        .child("totalDiscountSet", |line| line.bag(line.row.discount()))
        .child("unfulfilledOriginalTotalSet", |line| {
            line.bag(line.row.price().times(line.row.fulfillable_quantity))
        })
        .child("unfulfilledDiscountedTotalSet", |line| {
            line.bag(line.row.value_of(line.row.fulfillable_quantity).subtotal)
        });
}

fn old_amounts(r: &mut Registry) {
    let own = |line: &Line, amount: MinorBag| Amount(line.bag(amount).shop);
    r.object::<Line>("LineItem")
        .leaf("originalUnitPrice", move |line| own(line, line.row.price()))
        .load_leaf(
            "discountedUnitPrice",
            move |lines: &[&Line], _: &NoArgs, cx: &mut Cx| {
                less_codes(lines, cx, |line, codes| {
                    own(line, unit_price(&line.row, codes))
                })
            },
        )
        .leaf("originalTotal", move |line| {
            own(line, line.row.original_total())
        })
        .load_leaf(
            "discountedTotal",
            move |lines: &[&Line], _: &NoArgs, cx: &mut Cx| {
                less_codes(lines, cx, |line, codes| {
                    own(line, line.row.discounted_total() + codes)
                })
            },
        )
        .leaf("totalDiscount", move |line| own(line, line.row.discount()));
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
        .child("originalPriceSet", |line| line.bag(line.row.price()))
        .child("discountedPriceSet", |line| line.bag(line.row.discounted()))
        .child("currentDiscountedPriceSet", |line| {
            line.bag(line.row.discounted())
        })
        .child("originalPrice", |line| line.bag(line.row.price()).shop)
        .child("discountedPrice", |line| {
            line.bag(line.row.discounted()).shop
        })
        .leaf("price", |line| Amount(line.bag(line.row.price()).shop))
        .load("taxLines", |lines: &[&Own], _: &NoArgs, _: &mut Cx| {
            lines
                .iter()
                .map(|line| {
                    let taxes = line.row.tax_lines().into_iter();
                    Ok(taxes.map(|tax| line.with(tax)).collect::<Vec<_>>())
                })
                .collect()
        });
}

fn taxes(r: &mut Registry) {
    r.object::<Priced<TaxLine>>("TaxLine")
        .text("title", |tax| &tax.row.title)
        .leaf("rate", |tax| Some(Rate::share(tax.row.rate_ppm)))
        .leaf("ratePercentage", |tax| {
            Some(Rate::per_cent(tax.row.rate_ppm))
        })
        .child("priceSet", |tax| tax.bag(tax.row.price()))
        .leaf("price", |tax| Amount(tax.money(tax.row.price_minor)))
        .leaf("channelLiable", |_| Some(false))
        .leaf("source", |_| None::<String>);
}

/// What one unit costs once the line's discounts, but for those that are `kept`, are spread over
/// all.
fn unit_price(line: &LineItem, kept: MinorBag) -> MinorBag {
    if line.discount() == kept || line.quantity == 0 {
        line.price()
    } else {
        (line.discounted_total() + kept).part(1, line.quantity)
    }
}

/// Asks each line, told what codes took off it: totals leave that out unless they are asked not
/// to.
fn less_codes<T>(
    lines: &[&Line],
    cx: &mut Cx,
    ask: impl Fn(&Line, MinorBag) -> T,
) -> Vec<Result<T, Error>> {
    let found = by_codes(lines, cx);
    lines
        .iter()
        .zip(found)
        .map(|(line, codes)| Ok(ask(line, codes?)))
        .collect()
}
