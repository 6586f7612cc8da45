//! Orders, as the customers who placed them see them.

use commerce::catalog;
use commerce::fulfillment::{
    self, Fulfillment, FulfillmentLineItem, FulfillmentStatus, TrackingInfo,
};
use commerce::orders::{self, DisplayFinancialStatus, LineItem, Order};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{Currency, LineItemId, MinorBag, Money, OrderId};

use crate::errors::{fault, spread};
use crate::paging::{of_list, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::storefront::address::MailingAddress;
use crate::storefront::media::map;
use crate::storefront::variants::Variant;
use crate::{Cx, Registry};

/// A line with the currency that its buyer saw.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) row: LineItem,
    currency: Currency,
}

/// Units of a line in a parcel.
#[derive(Clone)]
struct Packed {
    row: FulfillmentLineItem,
    line: Line,
}

/// A parcel with what is in it.
struct Parcel {
    row: Fulfillment,
    lines: Vec<Packed>,
}

#[derive(Deserialize)]
struct FirstArgs {
    first: Option<usize>,
}

impl Line {
    /// An amount of the line, as the buyer saw it.
    pub(super) fn money(&self, amount: MinorBag) -> Money {
        Money::new(amount.presentment, self.currency)
    }
}

pub(super) fn register(r: &mut Registry) {
    r.connection::<Order>("OrderConnection", "OrderEdge")
        .leaf("totalCount", |connection| {
            connection.total_count.unwrap_or(0).to_string()
        });
    r.connection::<Line>("OrderLineItemConnection", "OrderLineItemEdge");
    r.connection::<Packed>("FulfillmentLineItemConnection", "FulfillmentLineItemEdge");
    facts(r);
    amounts(r);
    r.object::<Order>("Order")
        .load("lineItems", line_items)
        .load("successfulFulfillments", parcels);
    lines(r);
    parcel_types(r);
}

fn facts(r: &mut Registry) {
    r.object::<Order>("Order")
        .leaf("id", |order| Id(order.id))
        .text("name", |order| &order.name)
        .leaf("orderNumber", |order| order.number)
        .text_opt("email", |order| order.email.as_deref())
        .text_opt("phone", |order| order.phone.as_deref())
        .text_opt("customerLocale", |order| Some(order.locale.as_str()))
        .leaf("processedAt", |order| DateTime(order.processed_at))
        .leaf("canceledAt", |order| order.cancelled_at.map(DateTime))
        .leaf("cancelReason", |order| {
            order.cancel_reason.map(|reason| reason.as_str())
        })
        .leaf("financialStatus", |order| {
            Some(paid(order.financial_status))
        })
        .text("fulfillmentStatus", |order| {
            order.fulfillment_status.as_str()
        })
        .leaf("edited", |_| false)
        .leaf("currencyCode", |order| {
            order.presentment_currency.to_string()
        })
        .child("customAttributes", Order::attributes)
        .child("shippingAddress", |order| {
            address(order, order.shipping_address())
        })
        .child("billingAddress", |order| {
            address(order, order.billing_address())
        })
        .load_leaf("statusUrl", |all: &[&Order], _: &NoArgs, cx: &mut Cx| {
            all.iter().map(|order| Ok(status_url(order, cx))).collect()
        })
        .load_leaf("customerUrl", |all: &[&Order], _: &NoArgs, cx: &mut Cx| {
            all.iter()
                .map(|order| Ok(Some(status_url(order, cx))))
                .collect()
        });
}

/// The page that tells where an order stands; who knows its address may see it.
fn status_url(order: &Order, cx: &Cx) -> String {
    order.status_url(cx.request.origin())
}

/// As the older interface says it: what has lapsed is void.
fn paid(status: DisplayFinancialStatus) -> &'static str {
    match status {
        DisplayFinancialStatus::Expired => DisplayFinancialStatus::Voided.as_str(),
        other => other.as_str(),
    }
}

fn address(order: &Order, address: Option<commerce::Address>) -> Option<MailingAddress> {
    address.map(|address| MailingAddress {
        id: format!(
            "gid://shopify/MailingAddress/{}?model_name=Address",
            order.id.get()
        ),
        address,
    })
}

fn amounts(r: &mut Registry) {
    // Customers see what they saw when they bought.
    let seen = |order: &Order, amount: MinorBag| order.presentment(amount.presentment);
    r.object::<Order>("Order")
        .child("subtotalPrice", move |order| seen(order, order.subtotal()))
        .child("subtotalPriceV2", move |order| {
            seen(order, order.subtotal())
        })
        .child("totalShippingPrice", move |order| {
            seen(order, order.shipping())
        })
        .child("totalShippingPriceV2", move |order| {
            seen(order, order.shipping())
        })
        .child("totalTax", move |order| seen(order, order.tax()))
        .child("totalTaxV2", move |order| seen(order, order.tax()))
        .child("totalPrice", move |order| seen(order, order.total()))
        .child("totalPriceV2", move |order| seen(order, order.total()))
        .child("originalTotalPrice", move |order| {
            seen(order, order.total())
        })
        .child("totalRefunded", move |order| seen(order, order.refunded()))
        .child("totalRefundedV2", move |order| {
            seen(order, order.refunded())
        })
        .child("currentSubtotalPrice", move |order| {
            seen(order, order.current_subtotal())
        })
        .child("currentTotalShippingPrice", move |order| {
            seen(order, order.current_shipping())
        })
        .child("currentTotalTax", move |order| {
            seen(order, order.current_tax())
        })
        .child("currentTotalPrice", move |order| {
            seen(order, order.current_total())
        })
        // No duties are charged.
        .child("currentTotalDuties", |_| None::<Money>)
        .child("originalTotalDuties", |_| None::<Money>);
}

fn lines(r: &mut Registry) {
    r.object::<Line>("OrderLineItem")
        .leaf("title", |line| line.row.title.clone())
        .leaf("quantity", |line| line.row.quantity)
        .leaf("currentQuantity", |line| line.row.current_quantity)
        .child("customAttributes", |line| line.row.attributes())
        .child("originalTotalPrice", |line| {
            line.money(line.row.original_total())
        })
        .child("discountedTotalPrice", |line| {
            line.money(line.row.discounted_total())
        })
        .load("variant", variant);
}

fn line_items(orders: &[&Order], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Line>, Error>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let found = window(args).and_then(|window| {
        orders::page_of_line_items(&mut cx.tx, &ids, &window).map_err(page_error)
    });
    let shown = |(page, order): (store::Page<LineItem>, &&Order)| {
        map(page, |row| Line {
            row,
            currency: order.presentment_currency,
        })
    };
    spread(
        found.map(|pages| pages.into_iter().zip(orders).map(shown).collect()),
        orders.len(),
    )
}

/// The variant as it is today; none when it is gone.
fn variant(lines: &[&Line], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Variant>, Error>> {
    let ids: Vec<_> = lines
        .iter()
        .filter_map(|line| line.row.variant_id)
        .collect();
    let found = if ids.is_empty() {
        Ok(Vec::new())
    } else {
        catalog::variants(&mut cx.tx, &ids).map_err(fault)
    };
    let one = |found: &[Option<Variant>], line: &Line| {
        let mut known = found.iter().flatten();
        known
            .find(|it| Some(it.variant.id) == line.row.variant_id)
            .cloned()
    };
    spread(
        found.map(|found| lines.iter().map(|line| one(&found, line)).collect()),
        lines.len(),
    )
}

fn parcels(
    orders: &[&Order],
    args: &FirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<Parcel>>, Error>> {
    spread(parcels_of(orders, args, cx), orders.len())
}

/// An order's parcels, and what is in them.
type Sent = (Vec<Fulfillment>, Vec<FulfillmentLineItem>);

fn parcels_of(
    orders: &[&Order],
    args: &FirstArgs,
    cx: &mut Cx,
) -> Result<Vec<Option<Vec<Parcel>>>, Error> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let sent = fulfillment::fulfillments(&mut cx.tx, &ids).map_err(fault)?;
    let packed = fulfillment::fulfillment_lines(&mut cx.tx, &ids).map_err(fault)?;
    let wanted: Vec<LineItemId> = packed
        .iter()
        .flatten()
        .map(|row| row.line_item_id)
        .collect();
    let sold = orders::line_items_by_id(&mut cx.tx, &wanted).map_err(fault)?;
    let sold: Vec<LineItem> = sold.into_iter().flatten().collect();
    let first = args.first.unwrap_or(usize::MAX);
    let lines_of = |parcel: &Fulfillment, rows: &[FulfillmentLineItem], currency: Currency| {
        let own = rows.iter().filter(|row| row.fulfillment_id == parcel.id);
        own.filter_map(|row| {
            let line = sold.iter().find(|line| line.id == row.line_item_id)?;
            let line = Line {
                row: line.clone(),
                currency,
            };
            Some(Packed {
                row: row.clone(),
                line,
            })
        })
        .collect()
    };
    let of_order = |((parcels, rows), order): (Sent, &&Order)| {
        let good = parcels
            .into_iter()
            .filter(|parcel| parcel.status == FulfillmentStatus::Success);
        let parcels = good.take(first).map(|row| Parcel {
            lines: lines_of(&row, &rows, order.presentment_currency),
            row,
        });
        Some(parcels.collect())
    };
    Ok(sent
        .into_iter()
        .zip(packed)
        .zip(orders)
        .map(of_order)
        .collect())
}

fn parcel_types(r: &mut Registry) {
    r.object::<Parcel>("Fulfillment")
        .text_opt("trackingCompany", |parcel| {
            parcel.row.tracking_company.as_deref()
        })
        .load(
            "trackingInfo",
            |all: &[&Parcel], args: &FirstArgs, _: &mut Cx| {
                let first = args.first.unwrap_or(usize::MAX);
                let infos = |parcel: &&Parcel| -> Vec<TrackingInfo> {
                    parcel
                        .row
                        .tracking()
                        .infos()
                        .into_iter()
                        .take(first)
                        .collect()
                };
                all.iter().map(|parcel| Ok(infos(parcel))).collect()
            },
        )
        .load(
            "fulfillmentLineItems",
            |all: &[&Parcel], args: &PageArgs, _: &mut Cx| {
                let page = |parcel: &&Parcel| {
                    of_list(&parcel.lines, args, |packed| {
                        packed.row.id.get().to_string()
                    })
                };
                all.iter().map(page).collect()
            },
        );
    r.object::<TrackingInfo>("FulfillmentTrackingInfo")
        .text_opt("number", |own| own.number.as_deref())
        .text_opt("url", |own| own.url.as_deref());
    r.object::<Packed>("FulfillmentLineItem")
        .leaf("quantity", |packed| packed.row.quantity)
        .child("lineItem", |packed| packed.line.clone());
}
