//! Refunds: those that were made, those that could be, and making one.

mod create;
mod suggested;

use commerce::apps::Scope;
use commerce::inventory::Location;
use commerce::orders::{self, Order, OrderTransaction};
use commerce::returns::{self, Refund, RefundLineItem, RestockType, ValuedLine};
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use units::{LineItemId, LocationId, MoneyBag, OrderId, RefundId, RefundLineItemId};

use crate::admin::batches::{as_nodes, each, page_in_memory};
use crate::admin::links;
use crate::admin::orders::{Line, load_lines, load_orders};
use crate::errors::fault;
use crate::scalars::{Amount, DateTime, Id};
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct IdArgs {
    id: RefundId,
}

/// A line of a refund that was made, or that could be.
struct RefundedLine {
    id: Option<RefundLineItemId>,
    line_item_id: LineItemId,
    location_id: Option<LocationId>,
    quantity: i64,
    restock_type: RestockType,
    subtotal: MoneyBag,
    tax: MoneyBag,
}

/// A duty that went back: there is none.
enum RefundDuty {}
/// A difference between a refund and its worth that somebody explained: there is none yet.
enum OrderAdjustment {}

pub(super) fn register(r: &mut Registry) {
    r.query("refund", load_one);
    facts(r);
    rows(r);
    lines(r);
    nothing_yet(r);
    suggested::register(r);
    create::register(r);
}

fn load_one(args: &IdArgs, cx: &mut Cx) -> Result<Option<Refund>, Error> {
    cx.permit("refund", Scope::ReadOrders)?;
    let found = returns::refunds_by_id(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn facts(r: &mut Registry) {
    r.object::<Refund>("Refund")
        .leaf("id", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text_opt("note", |own| own.note.as_deref())
        .leaf("createdAt", |own| Some(DateTime(own.created_at)))
        .leaf("processedAt", |own| DateTime(own.processed_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .child("totalRefundedSet", Refund::total)
        .child("totalRefunded", |own| own.total().shop)
        .load("order", |own: &[&Refund], _: &NoArgs, cx: &mut Cx| {
            load_orders(cx, &order_ids(own))
        });
}

fn rows(r: &mut Registry) {
    r.object::<Refund>("Refund")
        .load(
            "refundLineItems",
            |own: &[&Refund], args: &PageArgs, cx: &mut Cx| {
                let found = returns::refund_lines(&mut cx.tx, &order_ids(own));
                each(own, found, |own, lines| {
                    let lines = lines.into_iter().filter(|line| line.refund_id == own.id);
                    let lines = lines.map(|line| RefundedLine::made(&line, own)).collect();
                    page_in_memory(lines, args, |line: &RefundedLine| {
                        line.id.map_or(0, |id| id.get())
                    })
                })
            },
        )
        .load(
            "transactions",
            |own: &[&Refund], args: &PageArgs, cx: &mut Cx| {
                let found = orders::transactions(&mut cx.tx, &order_ids(own));
                each(own, found, |own, mut transactions| {
                    transactions.retain(|transaction| transaction.refund_id == Some(own.id));
                    page_in_memory(transactions, args, |own: &OrderTransaction| own.id.get())
                })
            },
        );
}

fn lines(r: &mut Registry) {
    r.connection::<RefundedLine>("RefundLineItemConnection", "RefundLineItemEdge");
    r.object::<RefundedLine>("RefundLineItem")
        .leaf("id", |own| own.id.map(Id))
        .leaf("quantity", |own| own.quantity)
        .text("restockType", |own| own.restock_type.as_str())
        .leaf("restocked", |own| {
            own.restock_type != RestockType::NoRestock
        })
        .child("subtotalSet", |own| own.subtotal)
        .child("totalTaxSet", |own| own.tax)
        .leaf("subtotal", |own| Amount(own.subtotal.shop))
        .leaf("totalTax", |own| Amount(own.tax.shop))
        .load(
            "lineItem",
            |own: &[&RefundedLine], _: &NoArgs, cx: &mut Cx| load_lines(cx, &line_ids(own)),
        )
        .load(
            "priceSet",
            |own: &[&RefundedLine], _: &NoArgs, cx: &mut Cx| {
                let lines = load_lines(cx, &line_ids(own));
                let price = |line: Result<Line, Error>| line.map(|line| line.bag(line.row.price()));
                lines.into_iter().map(price).collect()
            },
        )
        .load(
            "location",
            |own: &[&RefundedLine], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<Option<LocationId>> = own.iter().map(|own| own.location_id).collect();
                let found: Vec<Result<Option<Location>, Error>> = links::locations(cx, &ids);
                found
            },
        );
}

fn nothing_yet(r: &mut Registry) {
    r.object::<Refund>("Refund")
        .child("duties", |_| Some(Vec::<RefundDuty>::new()))
        .load(
            "orderAdjustments",
            |own: &[&Refund], args: &PageArgs, _: &mut Cx| {
                own.iter()
                    .map(|_| args.window().map(|_| Page::<OrderAdjustment>::default()))
                    .collect()
            },
        );
    r.object::<RefundDuty>("RefundDuty")
        .child("amountSet", |never| -> MoneyBag { match *never {} });
    r.connection::<OrderAdjustment>("OrderAdjustmentConnection", "OrderAdjustmentEdge");
    r.object::<OrderAdjustment>("OrderAdjustment")
        .leaf("id", |never| -> String { match *never {} })
        .leaf("reason", |never| -> Option<String> { match *never {} })
        .child("amountSet", |never| -> MoneyBag { match *never {} })
        .child("taxAmountSet", |never| -> MoneyBag { match *never {} });
}

impl RefundedLine {
    fn made(line: &RefundLineItem, refund: &Refund) -> Self {
        Self {
            id: Some(line.id),
            line_item_id: line.line_item_id,
            location_id: line.location_id,
            quantity: line.quantity,
            restock_type: line.restock_type,
            subtotal: refund.bag(line.subtotal()),
            tax: refund.bag(line.tax()),
        }
    }

    fn possible(line: &ValuedLine, order: &Order) -> Self {
        Self {
            id: None,
            line_item_id: line.line.id,
            location_id: line.asked.location_id,
            quantity: line.asked.quantity,
            restock_type: line.asked.restock_type,
            subtotal: order.bag(line.value.subtotal),
            tax: order.bag(line.value.tax),
        }
    }
}

fn order_ids(own: &[&Refund]) -> Vec<OrderId> {
    own.iter().map(|own| own.order_id).collect()
}

fn line_ids(own: &[&RefundedLine]) -> Vec<LineItemId> {
    own.iter().map(|own| own.line_item_id).collect()
}

/// Refunds, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("refund", Scope::ReadOrders)?;
    let ids: Vec<RefundId> = ids.iter().copied().map(RefundId).collect();
    as_nodes(returns::refunds_by_id(&mut cx.tx, &ids))
}
