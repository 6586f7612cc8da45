//! Holding, moving, splitting and calling off fulfilment orders, and calling parcels back.

use commerce::Call;
use commerce::apps::Scope;
use commerce::fulfillment::{
    self, CancelFulfillmentError, FulfillmentHold, FulfillmentOrder, Held, HoldError, HoldReason,
    HoldRelease, NewHold, PickError, RearrangeError, Split,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{
    AppId, FulfillmentHoldId, FulfillmentId, FulfillmentOrderId, FulfillmentOrderLineItemId,
    LocationId,
};

use super::mutations::{FulfillmentPayload, permit, present};
use crate::admin::batches::{each, fail_all};
use crate::admin::enums::input_enum;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

input_enum! {
    /// Why a fulfilment order is held.
    Reason(HoldReason)
}

#[derive(Deserialize)]
struct IdArgs {
    id: FulfillmentOrderId,
}

#[derive(Deserialize)]
struct ParcelArgs {
    id: FulfillmentId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HoldArgs {
    id: FulfillmentOrderId,
    fulfillment_hold: HoldInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HoldInput {
    external_id: Option<String>,
    fulfillment_order_line_items: Option<Vec<LineInput>>,
    handle: Option<String>,
    reason: Reason,
    reason_notes: Option<String>,
}

#[derive(Deserialize)]
struct LineInput {
    id: FulfillmentOrderLineItemId,
    quantity: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReleaseArgs {
    id: FulfillmentOrderId,
    external_id: Option<String>,
    hold_ids: Option<Vec<FulfillmentHoldId>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoveArgs {
    id: FulfillmentOrderId,
    new_location_id: LocationId,
    fulfillment_order_line_items: Option<Vec<LineInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SplitArgs {
    fulfillment_order_splits: Vec<SplitInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SplitInput {
    fulfillment_order_id: FulfillmentOrderId,
    fulfillment_order_line_items: Vec<LineInput>,
}

/// Up to three fulfilment orders after a mutation, and a hold, or why they are as they were.
#[derive(Default)]
struct WorkPayload {
    order: Option<FulfillmentOrderId>,
    other: Option<FulfillmentOrderId>,
    third: Option<FulfillmentOrderId>,
    hold: Option<FulfillmentHoldId>,
    user_errors: Vec<UserError>,
}

struct SplitPayload {
    splits: Option<Vec<SplitResult>>,
    user_errors: Vec<UserError>,
}

/// What came of one fulfilment order that was split.
#[derive(Clone, Copy)]
struct SplitResult(Split);

pub(super) fn register(r: &mut Registry) {
    r.mutation("fulfillmentCancel", cancel);
    r.mutation("fulfillmentOrderHold", hold);
    r.mutation("fulfillmentOrderReleaseHold", release);
    r.mutation("fulfillmentOrderMove", move_to);
    r.mutation("fulfillmentOrderSplit", split);
    r.mutation("fulfillmentOrderCancel", call_off);
    payloads(r);
    holds(r);
}

fn payloads(r: &mut Registry) {
    let errors = |own: &WorkPayload| own.user_errors.clone();
    r.object::<WorkPayload>("FulfillmentOrderHoldPayload")
        .load(
            "fulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.order),
        )
        .load(
            "remainingFulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.other),
        )
        .load("fulfillmentHold", hold_of)
        .child("userErrors", errors);
    r.object::<WorkPayload>("FulfillmentOrderReleaseHoldPayload")
        .load(
            "fulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.order),
        )
        .child("userErrors", errors);
    r.object::<WorkPayload>("FulfillmentOrderMovePayload")
        .load(
            "originalFulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.order),
        )
        .load(
            "movedFulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.other),
        )
        .load(
            "remainingFulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.third),
        )
        .child("userErrors", errors);
    r.object::<WorkPayload>("FulfillmentOrderCancelPayload")
        .load(
            "fulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.order),
        )
        .load(
            "replacementFulfillmentOrder",
            |all: &[&WorkPayload], _: &NoArgs, cx| orders_of(all, cx, |own| own.other),
        )
        .child("userErrors", errors);
    r.object::<SplitPayload>("FulfillmentOrderSplitPayload")
        .child("fulfillmentOrderSplits", |own| own.splits.clone())
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<SplitResult>("FulfillmentOrderSplitResult")
        .load(
            "fulfillmentOrder",
            |all: &[&SplitResult], _: &NoArgs, cx| parts_of(all, cx, |own| own.0.original),
        )
        .load(
            "remainingFulfillmentOrder",
            |all: &[&SplitResult], _: &NoArgs, cx| parts_of(all, cx, |own| own.0.remaining),
        )
        .child("replacementFulfillmentOrder", |_| None::<FulfillmentOrder>);
    for name in [
        "FulfillmentOrderHoldUserError",
        "FulfillmentOrderReleaseHoldUserError",
        "FulfillmentOrderMoveFulfillmentOrderMoveUserError",
        "FulfillmentOrderCancelError",
        "FulfillmentOrderSplitUserError",
    ] {
        user_error_with_code(r, name);
    }
}

fn holds(r: &mut Registry) {
    r.object::<FulfillmentOrder>("FulfillmentOrder").load(
        "fulfillmentHolds",
        |all: &[&FulfillmentOrder], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<FulfillmentOrderId> = all.iter().map(|own| own.id).collect();
            let found = fulfillment::holds(&mut cx.tx, &ids);
            each(all, found, |_, holds| Ok(holds))
        },
    );
    r.object::<FulfillmentHold>("FulfillmentHold")
        .leaf("id", |own| Id(own.id))
        .text("reason", |own| own.reason.as_str())
        .text("displayReason", |own| own.reason.shown())
        .text_opt("reasonNotes", |own| own.reason_notes.as_deref())
        .leaf("handle", |own| {
            Some(own.handle.clone()).filter(|handle| !handle.is_empty())
        })
        .load_leaf(
            "heldByRequestingApp",
            |all: &[&FulfillmentHold], _: &NoArgs, cx: &mut Cx| {
                let app: AppId = cx.request.app();
                all.iter().map(|own| Ok(own.app_id == Some(app))).collect()
            },
        );
}

/// Calls a parcel back.
async fn cancel(cx: MutationCx<Request>, args: ParcelArgs) -> Result<FulfillmentPayload, Error> {
    let call = permit(&cx.request, "fulfillmentCancel")?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| fulfillment::cancel(tx, &call, id))
        .await;
    present(done, |error| match error {
        CancelFulfillmentError::Store(cause) => Err(fault(cause)),
        refusal => Ok(UserError::new(&["id"], None, &refusal)),
    })
}

/// Holds a fulfilment order back.
async fn hold(cx: MutationCx<Request>, args: HoldArgs) -> Result<WorkPayload, Error> {
    let call = permit_work(&cx.request, "fulfillmentOrderHold")?;
    let (id, input) = (args.id, args.fulfillment_hold);
    let new = NewHold {
        reason: input.reason.0,
        reason_notes: input.reason_notes,
        handle: input.handle.unwrap_or_default(),
        external_id: input.external_id,
        lines: units(input.fulfillment_order_line_items),
    };
    let done = cx
        .request
        .write(move |tx| fulfillment::hold(tx, &call, id, &new))
        .await;
    Ok(match done {
        Ok(Held {
            hold,
            order,
            remaining,
        }) => WorkPayload {
            order: Some(order),
            other: remaining,
            hold: Some(hold),
            ..WorkPayload::default()
        },
        Err(error) => WorkPayload::refused(hold_error(error)?),
    })
}

/// Lets a fulfilment order go on.
async fn release(cx: MutationCx<Request>, args: ReleaseArgs) -> Result<WorkPayload, Error> {
    let call = permit_work(&cx.request, "fulfillmentOrderReleaseHold")?;
    let id = args.id;
    let which = match (args.hold_ids, args.external_id) {
        (Some(ids), _) if !ids.is_empty() => HoldRelease::Holds(ids),
        (_, Some(external)) => HoldRelease::External(external),
        _ => HoldRelease::All,
    };
    let done = cx
        .request
        .write(move |tx| fulfillment::release_hold(tx, &call, id, &which))
        .await;
    Ok(match done {
        Ok(order) => WorkPayload {
            order: Some(order),
            ..WorkPayload::default()
        },
        Err(error) => {
            let error = hold_error(error)?;
            // Of this mutation's codes only one is about what was asked.
            let code = error
                .code
                .filter(|code| *code == "FULFILLMENT_ORDER_NOT_FOUND");
            WorkPayload::refused(UserError { code, ..error })
        }
    })
}

/// Lets another location send a fulfilment order.
async fn move_to(cx: MutationCx<Request>, args: MoveArgs) -> Result<WorkPayload, Error> {
    let call = permit_work(&cx.request, "fulfillmentOrderMove")?;
    let (id, location) = (args.id, args.new_location_id);
    let units = units(args.fulfillment_order_line_items);
    let done = cx
        .request
        .write(move |tx| fulfillment::move_to(tx, &call, id, location, &units))
        .await;
    Ok(match done {
        Ok(moved) => WorkPayload {
            order: Some(moved.original),
            other: Some(moved.moved),
            third: moved.remaining,
            ..WorkPayload::default()
        },
        Err(error) => WorkPayload::refused(UserError {
            code: None,
            ..rearrange_error(error, &[])?
        }),
    })
}

/// Splits a fulfilment order.
async fn split(cx: MutationCx<Request>, args: SplitArgs) -> Result<SplitPayload, Error> {
    let call = permit_work(&cx.request, "fulfillmentOrderSplit")?;
    let mut asked = args.fulfillment_order_splits;
    let (Some(own), true) = (asked.pop(), asked.is_empty()) else {
        let message = "Split one fulfillment order at a time.";
        return Ok(SplitPayload::refused(UserError::new(
            &["fulfillmentOrderSplits"],
            None,
            &message,
        )));
    };
    let id = own.fulfillment_order_id;
    let units = units(Some(own.fulfillment_order_line_items));
    let done = cx
        .request
        .write(move |tx| fulfillment::split(tx, &call, id, &units))
        .await;
    Ok(match done {
        Ok(split) => SplitPayload {
            splits: Some(vec![SplitResult(split)]),
            user_errors: Vec::new(),
        },
        Err(error) => {
            let path = &["fulfillmentOrderSplits", "0"];
            SplitPayload::refused(rearrange_error(error, path)?)
        }
    })
}

impl SplitPayload {
    fn refused(error: UserError) -> Self {
        Self {
            splits: None,
            user_errors: vec![error],
        }
    }
}

/// Calls a fulfilment order off.
async fn call_off(cx: MutationCx<Request>, args: IdArgs) -> Result<WorkPayload, Error> {
    let call = permit_work(&cx.request, "fulfillmentOrderCancel")?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| fulfillment::call_off(tx, &call, id))
        .await;
    Ok(match done {
        Ok(off) => WorkPayload {
            order: Some(off.order),
            other: off.replacement,
            ..WorkPayload::default()
        },
        Err(error) => WorkPayload::refused(UserError {
            code: None,
            ..rearrange_error(error, &[])?
        }),
    })
}

/// Any of these lets a token work on fulfilment orders.
fn permit_work(request: &Request, field: &str) -> Result<Call, Error> {
    match request.permit(field, Scope::WriteThirdPartyFulfillmentOrders) {
        Ok(call) => Ok(call),
        Err(_) => request.permit(field, Scope::WriteMerchantManagedFulfillmentOrders),
    }
}

fn units(lines: Option<Vec<LineInput>>) -> Vec<(FulfillmentOrderLineItemId, i64)> {
    let lines = lines.unwrap_or_default().into_iter();
    lines.map(|line| (line.id, line.quantity)).collect()
}

impl WorkPayload {
    fn refused(error: UserError) -> Self {
        Self {
            user_errors: vec![error],
            ..Self::default()
        }
    }
}

fn hold_error(error: HoldError) -> Result<UserError, Error> {
    let (field, code): (&[&str], Option<&'static str>) = match &error {
        HoldError::Store(cause) => return Err(fault(cause.clone())),
        HoldError::NotFound => (&["id"], Some("FULFILLMENT_ORDER_NOT_FOUND")),
        HoldError::NotHoldable => (&["id"], Some("TAKEN")),
        HoldError::NotHeld => (&["id"], None),
        HoldError::HoldUnknown => (&["holdIds"], None),
        HoldError::HandleTaken => (
            &["fulfillmentHold", "handle"],
            Some("DUPLICATE_FULFILLMENT_HOLD_HANDLE"),
        ),
        HoldError::TooMany => (&["id"], Some("FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")),
        HoldError::NotSplittable => (&["id"], Some("FULFILLMENT_ORDER_NOT_SPLITTABLE")),
        HoldError::TooLong => (&["fulfillmentHold"], None),
        HoldError::Pick(pick) => {
            let code = match pick {
                PickError::QuantityNotPositive => "GREATER_THAN_ZERO",
                PickError::LineTwice => "DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS",
                PickError::LineUnknown | PickError::TooMany => "INVALID_LINE_ITEM_QUANTITY",
            };
            let field = &["fulfillmentHold", "fulfillmentOrderLineItems"];
            return Ok(UserError::new(field, code, &error));
        }
    };
    Ok(UserError::new(field, code, &error))
}

fn rearrange_error(error: RearrangeError, prefix: &[&str]) -> Result<UserError, Error> {
    const LINES: &str = "fulfillmentOrderLineItems";
    let own = if prefix.is_empty() {
        "id"
    } else {
        "fulfillmentOrderId"
    };
    let (field, code): (&str, Option<&'static str>) = match &error {
        RearrangeError::Store(cause) => return Err(fault(cause.clone())),
        RearrangeError::NotFound => (own, Some("FULFILLMENT_ORDER_NOT_FOUND")),
        RearrangeError::Unfit => (own, None),
        RearrangeError::NoLines => (LINES, Some("NO_LINE_ITEMS_PROVIDED_TO_SPLIT")),
        RearrangeError::NothingLeft => (LINES, Some("INVALID_LINE_ITEM_QUANTITY")),
        RearrangeError::LocationUnknown
        | RearrangeError::SameLocation
        | RearrangeError::NotStocked => ("newLocationId", None),
        RearrangeError::Pick(PickError::QuantityNotPositive) => (LINES, Some("GREATER_THAN")),
        RearrangeError::Pick(_) => (LINES, Some("INVALID_LINE_ITEM_QUANTITY")),
    };
    let path: Vec<&str> = prefix.iter().copied().chain([field]).collect();
    Ok(UserError::new(&path, code, &error))
}

fn orders_of(
    payloads: &[&WorkPayload],
    cx: &mut Cx,
    of: fn(&WorkPayload) -> Option<FulfillmentOrderId>,
) -> Vec<Result<Option<FulfillmentOrder>, Error>> {
    let ids: Vec<FulfillmentOrderId> = payloads.iter().filter_map(|own| of(own)).collect();
    match fulfillment::fulfillment_orders_by_id(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            let order = |own: &&WorkPayload| Ok(of(own).and_then(|_| found.next().flatten()));
            payloads.iter().map(order).collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}

fn parts_of(
    results: &[&SplitResult],
    cx: &mut Cx,
    of: fn(&SplitResult) -> FulfillmentOrderId,
) -> Vec<Result<FulfillmentOrder, Error>> {
    let ids: Vec<FulfillmentOrderId> = results.iter().map(|own| of(own)).collect();
    match fulfillment::fulfillment_orders_by_id(&mut cx.tx, &ids) {
        Ok(found) => found
            .into_iter()
            .map(|order| order.ok_or_else(|| Error::new("The fulfillment order is gone.")))
            .collect(),
        Err(cause) => fail_all(results.len(), cause),
    }
}

fn hold_of(
    payloads: &[&WorkPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<FulfillmentHold>, Error>> {
    let ids: Vec<FulfillmentOrderId> = payloads.iter().filter_map(|own| own.order).collect();
    match fulfillment::holds(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            let hold = |own: &&WorkPayload| {
                let holds = own.order.and_then(|_| found.next()).unwrap_or_default();
                Ok(holds.into_iter().find(|hold| Some(hold.id) == own.hold))
            };
            payloads.iter().map(hold).collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}
