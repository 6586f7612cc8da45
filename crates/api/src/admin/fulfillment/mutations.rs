//! Letting goods leave, and saying how they may be followed.

use commerce::Call;
use commerce::apps::Scope;
use commerce::fulfillment::{
    self, FulfillError, Fulfillment, FulfillmentOrderLines, NewFulfillment, Tracking,
    TrackingError, TrackingUpdate,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{FulfillmentId, FulfillmentOrderId, FulfillmentOrderLineItemId};

use crate::admin::batches::fail_all;
use crate::errors::{UserError, fault};
use crate::{Cx, Registry, Request};

/// A parcel after a mutation, or why there is none.
pub(super) struct FulfillmentPayload {
    fulfillment: Option<FulfillmentId>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct CreateArgs {
    fulfillment: FulfillmentInput,
    #[expect(
        dead_code,
        reason = "a word to the fulfilment service, of which there is none"
    )]
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FulfillmentInput {
    line_items_by_fulfillment_order: Vec<GroupInput>,
    notify_customer: Option<bool>,
    tracking_info: Option<TrackingInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupInput {
    fulfillment_order_id: FulfillmentOrderId,
    fulfillment_order_line_items: Option<Vec<LineInput>>,
}

#[derive(Deserialize)]
struct LineInput {
    id: FulfillmentOrderLineItemId,
    quantity: i64,
}

#[derive(Deserialize)]
struct TrackingInput {
    company: Option<String>,
    number: Option<String>,
    numbers: Option<Vec<String>>,
    url: Option<String>,
    urls: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrackingArgs {
    fulfillment_id: FulfillmentId,
    notify_customer: Option<bool>,
    tracking_info_input: TrackingInput,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("fulfillmentCreate", |cx, args| {
        fulfillment_create(cx, args, "fulfillmentCreate")
    });
    r.mutation("fulfillmentTrackingInfoUpdate", |cx, args| {
        fulfillment_tracking_info_update(cx, args, "fulfillmentTrackingInfoUpdate")
    });
    // The same under the names that they had before.
    r.mutation("fulfillmentCreateV2", |cx, args| {
        fulfillment_create(cx, args, "fulfillmentCreateV2")
    });
    r.mutation("fulfillmentTrackingInfoUpdateV2", |cx, args| {
        fulfillment_tracking_info_update(cx, args, "fulfillmentTrackingInfoUpdateV2")
    });
    for name in [
        "FulfillmentCancelPayload",
        "FulfillmentCreatePayload",
        "FulfillmentCreateV2Payload",
        "FulfillmentTrackingInfoUpdatePayload",
        "FulfillmentTrackingInfoUpdateV2Payload",
    ] {
        r.object::<FulfillmentPayload>(name)
            .load("fulfillment", payload_fulfillment)
            .child("userErrors", |payload| payload.user_errors.clone());
    }
}

/// Lets goods leave.
async fn fulfillment_create(
    cx: MutationCx<Request>,
    args: CreateArgs,
    field: &'static str,
) -> Result<FulfillmentPayload, Error> {
    let call = permit(&cx.request, field)?;
    let new = args.fulfillment.into_new();
    let done = cx
        .request
        .write(move |tx| fulfillment::create(tx, &call, &new))
        .await;
    present(done, fulfill_error)
}

/// Replaces how a parcel may be followed.
async fn fulfillment_tracking_info_update(
    cx: MutationCx<Request>,
    args: TrackingArgs,
    field: &'static str,
) -> Result<FulfillmentPayload, Error> {
    let call = permit(&cx.request, field)?;
    let id = args.fulfillment_id;
    let update = TrackingUpdate {
        tracking: args.tracking_info_input.into_tracking(),
        notify_customer: args.notify_customer.unwrap_or(false),
    };
    let done = cx
        .request
        .write(move |tx| fulfillment::update_tracking(tx, &call, id, &update))
        .await;
    present(done, |error| match error {
        TrackingError::Store(cause) => Err(fault(cause)),
        TrackingError::NotFound | TrackingError::Cancelled => {
            Ok(UserError::new(&["fulfillmentId"], None, &error))
        }
        TrackingError::Url(_) => Ok(UserError::new(&["trackingInfoInput", "url"], None, &error)),
    })
}

/// Any of these lets a token fulfil.
pub(super) fn permit(request: &Request, field: &str) -> Result<Call, Error> {
    let others = [
        Scope::WriteAssignedFulfillmentOrders,
        Scope::WriteThirdPartyFulfillmentOrders,
    ];
    let allowed = others
        .iter()
        .find_map(|scope| request.permit(field, *scope).ok());
    match allowed {
        Some(call) => Ok(call),
        None => request.permit(field, Scope::WriteMerchantManagedFulfillmentOrders),
    }
}

pub(super) fn present<E>(
    done: Result<FulfillmentId, E>,
    user_error: impl FnOnce(E) -> Result<UserError, Error>,
) -> Result<FulfillmentPayload, Error> {
    Ok(match done {
        Ok(id) => FulfillmentPayload {
            fulfillment: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => FulfillmentPayload {
            fulfillment: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

fn payload_fulfillment(
    payloads: &[&FulfillmentPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Fulfillment>, Error>> {
    let ids: Vec<FulfillmentId> = payloads.iter().filter_map(|own| own.fulfillment).collect();
    match fulfillment::fulfillments_by_id(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            let parcel = |own: &&FulfillmentPayload| {
                Ok(own.fulfillment.and_then(|_| found.next().flatten()))
            };
            payloads.iter().map(parcel).collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}

impl FulfillmentInput {
    fn into_new(self) -> NewFulfillment {
        let group = |group: GroupInput| FulfillmentOrderLines {
            id: group.fulfillment_order_id,
            lines: group
                .fulfillment_order_line_items
                .unwrap_or_default()
                .into_iter()
                .map(|line| (line.id, line.quantity))
                .collect(),
        };
        NewFulfillment {
            fulfillment_orders: self
                .line_items_by_fulfillment_order
                .into_iter()
                .map(group)
                .collect(),
            tracking: self
                .tracking_info
                .map(TrackingInput::into_tracking)
                .unwrap_or_default(),
            notify_customer: self.notify_customer.unwrap_or(false),
        }
    }
}

impl TrackingInput {
    /// One number or several, whichever was given.
    fn into_tracking(self) -> Tracking {
        let list = |one: Option<String>, several: Option<Vec<String>>| {
            let mut list = several.unwrap_or_else(|| one.into_iter().collect());
            list.retain(|text| !text.trim().is_empty());
            list
        };
        Tracking {
            company: self.company.filter(|company| !company.trim().is_empty()),
            numbers: list(self.number, self.numbers),
            urls: list(self.url, self.urls),
        }
    }
}

fn fulfill_error(error: FulfillError) -> Result<UserError, Error> {
    match &error {
        FulfillError::QuantityNotPositive { group, line } => {
            let path = [
                "fulfillment",
                "lineItemsByFulfillmentOrder",
                &group.to_string(),
                "fulfillmentOrderLineItems",
                &line.to_string(),
                "quantity",
            ];
            return Ok(UserError::new(&path, None, &error));
        }
        FulfillError::Empty
        | FulfillError::NotFound
        | FulfillError::SeveralOrders(_)
        | FulfillError::SeveralLocations(_)
        | FulfillError::Unfulfillable { .. }
        | FulfillError::LineNotFound
        | FulfillError::TrackingUrl(_)
        | FulfillError::TooMany
        | FulfillError::Store(_) => {}
    }
    match error {
        FulfillError::Store(cause) => Err(fault(cause)),
        refusal => Ok(UserError::new(&["fulfillment"], None, &refusal)),
    }
}
