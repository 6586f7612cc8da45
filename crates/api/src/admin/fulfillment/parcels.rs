//! Parcels: what has left, and how it may be followed.

use commerce::apps::Scope;
use commerce::fulfillment::{
    self, Fulfillment, FulfillmentLineItem, FulfillmentOrder, FulfillmentStatus, TrackingInfo,
};
use commerce::inventory::Location;
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use store::StoreError;
use units::{FulfillmentId, LineItemId, LocationId, OrderId};

use crate::admin::batches::{as_nodes, each, page_in_memory};
use crate::admin::links;
use crate::admin::orders::{ManualService, load_lines, load_orders};
use crate::admin::priced::Priced;
use crate::errors::fault;
use crate::scalars::{Amount, DateTime, Id};
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct IdArgs {
    id: FulfillmentId,
}

#[derive(Deserialize)]
struct FirstArgs {
    first: Option<usize>,
}

/// A line of a parcel with the currency of its order.
type Packed = Priced<FulfillmentLineItem>;

/// Where a parcel left from.
struct OriginAddress(Location);

/// A word from the carrier: there is none yet.
enum Event {}

pub(super) fn register(r: &mut Registry) {
    r.query("fulfillment", load_one);
    r.connection::<Fulfillment>("FulfillmentConnection", "FulfillmentEdge");
    facts(r);
    links_of(r);
    lines(r);
    packed(r);
    events(r);
}

fn load_one(args: &IdArgs, cx: &mut Cx) -> Result<Option<Fulfillment>, Error> {
    // Whoever may see orders or fulfilments may see what left.
    if cx.permit("fulfillment", Scope::ReadOrders).is_err() {
        cx.permit("fulfillment", Scope::ReadFulfillments)?;
    }
    let found = fulfillment::fulfillments_by_id(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn facts(r: &mut Registry) {
    r.object::<Fulfillment>("Fulfillment")
        .leaf("id", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text("name", |own| &own.name)
        .text("status", |own| own.status.as_str())
        .child("service", |_| Some(ManualService))
        .leaf("displayStatus", |own| {
            Some(match own.status {
                FulfillmentStatus::Success => "FULFILLED",
                FulfillmentStatus::Cancelled => "CANCELED",
                FulfillmentStatus::Error | FulfillmentStatus::Failure => "FAILURE",
            })
        })
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        // Carriers do not report back yet.
        .leaf("deliveredAt", |_| None::<String>)
        .leaf("estimatedDeliveryAt", |_| None::<String>)
        .leaf("inTransitAt", |_| None::<String>)
        .load(
            "trackingInfo",
            |own: &[&Fulfillment], args: &FirstArgs, _: &mut Cx| {
                let first = args.first.unwrap_or(usize::MAX);
                own.iter()
                    .map(|own| {
                        Ok(own
                            .tracking()
                            .infos()
                            .into_iter()
                            .take(first)
                            .collect::<Vec<_>>())
                    })
                    .collect()
            },
        );
    r.object::<TrackingInfo>("FulfillmentTrackingInfo")
        .text_opt("company", |own| own.company.as_deref())
        .text_opt("number", |own| own.number.as_deref())
        .text_opt("url", |own| own.url.as_deref());
}

fn links_of(r: &mut Registry) {
    r.object::<Fulfillment>("Fulfillment")
        .load("order", |own: &[&Fulfillment], _: &NoArgs, cx: &mut Cx| {
            load_orders(cx, &order_ids(own))
        })
        .load(
            "location",
            |own: &[&Fulfillment], _: &NoArgs, cx: &mut Cx| {
                links::locations(cx, &location_ids(own))
            },
        )
        .load(
            "originAddress",
            |own: &[&Fulfillment], _: &NoArgs, cx: &mut Cx| {
                let found = links::locations(cx, &location_ids(own)).into_iter();
                found.map(|found| Ok(found?.map(OriginAddress))).collect()
            },
        )
        .load(
            "fulfillmentOrders",
            |own: &[&Fulfillment], args: &PageArgs, cx: &mut Cx| {
                let ids = order_ids(own);
                let found = fulfillment::fulfillment_lines(&mut cx.tx, &ids).and_then(|lines| {
                    let orders = fulfillment::fulfillment_orders(&mut cx.tx, &ids)?;
                    Ok(lines.into_iter().zip(orders).collect())
                });
                each(
                    own,
                    found,
                    |own, (lines, mut orders): (Vec<_>, Vec<FulfillmentOrder>)| {
                        orders.retain(|order| {
                            lines.iter().any(|line: &FulfillmentLineItem| {
                                line.fulfillment_id == own.id
                                    && line.fulfillment_order_id == order.id
                            })
                        });
                        page_in_memory(orders, args, |order| order.id.get())
                    },
                )
            },
        );
    r.object::<OriginAddress>("FulfillmentOriginAddress")
        .leaf("address1", |own| filled(&own.0.address1))
        .leaf("address2", |own| filled(&own.0.address2))
        .leaf("city", |own| filled(&own.0.city))
        .leaf("zip", |own| filled(&own.0.zip))
        .leaf("provinceCode", |own| filled(&own.0.province_code))
        .text("countryCode", |own| &own.0.country_code);
}

fn lines(r: &mut Registry) {
    r.object::<Fulfillment>("Fulfillment")
        .load(
            "fulfillmentLineItems",
            |own: &[&Fulfillment], args: &PageArgs, cx: &mut Cx| {
                let currency = match cx.shop() {
                    Ok(shop) => shop.currency,
                    Err(error) => return own.iter().map(|_| Err(error.clone())).collect(),
                };
                let found = lines_of(cx, own);
                each(own, found, |_, lines| {
                    let lines = lines
                        .into_iter()
                        .map(|line| Priced::new(line, currency))
                        .collect();
                    page_in_memory(lines, args, |line: &Packed| line.row.id.get())
                })
            },
        )
        .load_leaf(
            "totalQuantity",
            |own: &[&Fulfillment], _: &NoArgs, cx: &mut Cx| {
                let found = lines_of(cx, own);
                each(own, found, |_, lines| {
                    Ok(lines.iter().map(|line| line.quantity).sum::<i64>())
                })
            },
        )
        .load_leaf(
            "requiresShipping",
            |own: &[&Fulfillment], _: &NoArgs, cx: &mut Cx| {
                let ids = order_ids(own);
                let found = commerce::orders::line_items(&mut cx.tx, &ids);
                each(own, found, |_, lines| {
                    Ok(lines.iter().any(|line| line.requires_shipping))
                })
            },
        );
}

fn packed(r: &mut Registry) {
    r.connection::<Packed>("FulfillmentLineItemConnection", "FulfillmentLineItemEdge");
    r.object::<Packed>("FulfillmentLineItem")
        .leaf("id", |own| Id(own.row.id))
        .leaf("quantity", |own| Some(own.row.quantity))
        .load("lineItem", |own: &[&Packed], _: &NoArgs, cx: &mut Cx| {
            load_lines(cx, &line_ids(own))
        })
        .load(
            "originalTotalSet",
            |own: &[&Packed], _: &NoArgs, cx: &mut Cx| {
                let lines = load_lines(cx, &line_ids(own));
                own.iter()
                    .zip(lines)
                    .map(|(own, line)| {
                        let line = line?;
                        Ok(line.bag(line.row.price().times(own.row.quantity)))
                    })
                    .collect()
            },
        )
        .load(
            "discountedTotalSet",
            |own: &[&Packed], _: &NoArgs, cx: &mut Cx| {
                let lines = load_lines(cx, &line_ids(own));
                own.iter()
                    .zip(lines)
                    .map(|(own, line)| {
                        let line = line?;
                        Ok(line.bag(line.row.value_of(own.row.quantity).subtotal))
                    })
                    .collect()
            },
        )
        .load_leaf(
            "originalTotal",
            |own: &[&Packed], _: &NoArgs, cx: &mut Cx| {
                let lines = load_lines(cx, &line_ids(own));
                own.iter()
                    .zip(lines)
                    .map(|(own, line)| {
                        let line = line?;
                        let total = line.row.price().times(own.row.quantity);
                        Ok(Amount(line.bag(total).shop))
                    })
                    .collect()
            },
        );
}

fn events(r: &mut Registry) {
    r.connection::<Event>("FulfillmentEventConnection", "FulfillmentEventEdge");
    r.object::<Event>("FulfillmentEvent")
        .leaf("id", |never| -> String { match *never {} })
        .leaf("status", |never| -> String { match *never {} })
        .leaf("happenedAt", |never| -> String { match *never {} });
    r.object::<Fulfillment>("Fulfillment").load(
        "events",
        |own: &[&Fulfillment], args: &PageArgs, _: &mut Cx| {
            own.iter()
                .map(|_| args.window().map(|_| Page::<Event>::default()))
                .collect()
        },
    );
}

fn lines_of(
    cx: &mut Cx,
    own: &[&Fulfillment],
) -> Result<Vec<Vec<FulfillmentLineItem>>, StoreError> {
    let mut found = fulfillment::fulfillment_lines(&mut cx.tx, &order_ids(own))?;
    for (own, lines) in own.iter().zip(&mut found) {
        lines.retain(|line| line.fulfillment_id == own.id);
    }
    Ok(found)
}

fn order_ids(own: &[&Fulfillment]) -> Vec<OrderId> {
    own.iter().map(|own| own.order_id).collect()
}

fn location_ids(own: &[&Fulfillment]) -> Vec<Option<LocationId>> {
    own.iter().map(|own| Some(own.location_id)).collect()
}

fn line_ids(own: &[&Packed]) -> Vec<LineItemId> {
    own.iter().map(|own| own.row.line_item_id).collect()
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Parcels, for `node` and `nodes`.
pub(crate) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("fulfillment", Scope::ReadOrders)?;
    let ids: Vec<FulfillmentId> = ids.iter().copied().map(FulfillmentId).collect();
    as_nodes(fulfillment::fulfillments_by_id(&mut cx.tx, &ids))
}
