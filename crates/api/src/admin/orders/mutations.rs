//! What may be done with an order: change, cancel, pay, put away, take out.

use commerce::apps::Scope;
use commerce::attributes::Attribute;
use commerce::metafields::{MetafieldsError, NewMetafield};
use commerce::orders::{
    self, CancelReason, CloseError, MarkAsPaidError, Order, OrderUpdate, UpdateError,
};
use commerce::returns::{self, CancelError, Cancellation};
use commerce::tags::TagsError;
use graphql::{Error, Maybe, MutationCx, NoArgs};
use serde::Deserialize;
use units::OrderId;

use crate::admin::addresses::MailingAddressInput;
use crate::admin::batches::fail_all;
use crate::admin::jobs::Job;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

pub(super) fn register(r: &mut Registry) {
    r.mutation("orderUpdate", order_update);
    r.mutation("orderMarkAsPaid", order_mark_as_paid);
    r.mutation("orderClose", order_close);
    r.mutation("orderOpen", order_open);
    r.mutation("orderCancel", order_cancel);
    for name in [
        "OrderUpdatePayload",
        "OrderMarkAsPaidPayload",
        "OrderClosePayload",
        "OrderOpenPayload",
    ] {
        r.object::<OrderPayload>(name)
            .load("order", payload_order)
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    user_error_with_code(r, "OrderCancelUserError");
    r.object::<CancelPayload>("OrderCancelPayload")
        .child("job", |payload| payload.job.clone())
        .child("orderCancelUserErrors", |payload| {
            payload.user_errors.clone()
        })
        .child("userErrors", |payload| payload.user_errors.clone());
}

/// An order after a mutation, or why it is as it was.
pub(crate) struct OrderPayload {
    order: Option<OrderId>,
    pub(super) user_errors: Vec<UserError>,
}

struct CancelPayload {
    job: Option<Job>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct InputArgs<T> {
    input: T,
}

#[derive(Deserialize)]
struct IdInput {
    id: OrderId,
}

/// A free pair.
#[derive(Deserialize, Clone)]
pub(crate) struct AttributeInput {
    key: String,
    value: String,
}

impl AttributeInput {
    pub(crate) fn into_attribute(self) -> Attribute {
        Attribute::new(self.key, self.value)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderInput {
    id: OrderId,
    #[serde(default)]
    email: Maybe<String>,
    #[serde(default)]
    phone: Maybe<String>,
    #[serde(default)]
    note: Maybe<String>,
    #[serde(default)]
    po_number: Maybe<String>,
    custom_attributes: Option<Vec<AttributeInput>>,
    tags: Option<Vec<String>>,
    shipping_address: Option<MailingAddressInput>,
    metafields: Option<Vec<MetafieldInput>>,
}

/// A metafield to set on what a mutation is about.
#[derive(Deserialize)]
pub(crate) struct MetafieldInput {
    namespace: Option<String>,
    key: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CancelArgs {
    order_id: OrderId,
    reason: Reason,
    restock: bool,
    notify_customer: Option<bool>,
    refund: Option<bool>,
    refund_method: Option<RefundMethod>,
    staff_note: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Reason {
    Customer,
    Declined,
    Fraud,
    Inventory,
    Other,
    Staff,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundMethod {
    original_payment_methods_refund: Option<bool>,
}

impl OrderPayload {
    /// Presents an outcome; `order` is shown with a refusal too, when there is one.
    pub(super) fn present<E>(
        done: Result<OrderId, E>,
        order: OrderId,
        user_error: impl FnOnce(E) -> Result<UserError, Error>,
    ) -> Result<Self, Error> {
        match done {
            Ok(id) => Ok(Self {
                order: Some(id),
                user_errors: Vec::new(),
            }),
            Err(error) => Ok(Self {
                order: Some(order),
                user_errors: vec![user_error(error)?],
            }),
        }
    }
}

/// The payload's order; null when there is none of that id.
pub(crate) fn payload_order(
    payloads: &[&OrderPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Order>, Error>> {
    let ids: Vec<OrderId> = payloads
        .iter()
        .filter_map(|payload| payload.order)
        .collect();
    match orders::load(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            let order =
                |payload: &&OrderPayload| Ok(payload.order.and_then(|_| found.next().flatten()));
            payloads.iter().map(order).collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}

/// Changes what an order says about its buyer.
async fn order_update(
    cx: MutationCx<Request>,
    args: InputArgs<OrderInput>,
) -> Result<OrderPayload, Error> {
    let call = cx.request.permit("orderUpdate", Scope::WriteOrders)?;
    let id = args.input.id;
    let update = args.input.into_update();
    let done = cx
        .request
        .write(move |tx| orders::update(tx, &call, id, &update))
        .await;
    OrderPayload::present(done, id, update_error)
}

/// Enters by hand that an order's money has come.
async fn order_mark_as_paid(
    cx: MutationCx<Request>,
    args: InputArgs<IdInput>,
) -> Result<OrderPayload, Error> {
    let call = cx.request.permit("orderMarkAsPaid", Scope::WriteOrders)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| orders::mark_as_paid(tx, &call, id))
        .await;
    OrderPayload::present(done, id, |error| match error {
        MarkAsPaidError::Store(cause) => Err(fault(cause)),
        MarkAsPaidError::NotFound | MarkAsPaidError::NotPayable => {
            Ok(UserError::new(&["id"], None, &error))
        }
    })
}

/// Puts an order away.
async fn order_close(
    cx: MutationCx<Request>,
    args: InputArgs<IdInput>,
) -> Result<OrderPayload, Error> {
    let call = cx.request.permit("orderClose", Scope::WriteOrders)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| orders::close(tx, &call, id))
        .await;
    OrderPayload::present(done, id, close_error)
}

/// Takes an order out again.
async fn order_open(
    cx: MutationCx<Request>,
    args: InputArgs<IdInput>,
) -> Result<OrderPayload, Error> {
    let call = cx.request.permit("orderOpen", Scope::WriteOrders)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| orders::open(tx, &call, id))
        .await;
    OrderPayload::present(done, id, close_error)
}

/// Cancels an order.
async fn order_cancel(cx: MutationCx<Request>, args: CancelArgs) -> Result<CancelPayload, Error> {
    let call = cx.request.permit("orderCancel", Scope::WriteOrders)?;
    let refused = |field, message: &'static str| {
        let error = UserError::new(&[field], "INVALID", &message);
        Ok(CancelPayload {
            job: None,
            user_errors: vec![error],
        })
    };
    if args.refund.is_some() && args.refund_method.is_some() {
        return refused(
            "refund",
            "Only one of the arguments `refund` or `refund_method` is allowed.",
        );
    }
    let id = args.order_id;
    let job = Job::done(&call);
    let cancellation = args.into_cancellation();
    let done = cx
        .request
        .write(move |tx| returns::cancel_order(tx, &call, id, &cancellation))
        .await;
    match done {
        Ok(_) => Ok(CancelPayload {
            job: Some(job),
            user_errors: Vec::new(),
        }),
        Err(error) => Ok(CancelPayload {
            job: None,
            user_errors: vec![cancel_error(error)?],
        }),
    }
}

impl OrderInput {
    fn into_update(self) -> OrderUpdate {
        let attributes = self.custom_attributes.map(|attributes| {
            attributes
                .into_iter()
                .map(AttributeInput::into_attribute)
                .collect()
        });
        OrderUpdate {
            email: self.email.given(),
            phone: self.phone.given(),
            note: self.note.given(),
            po_number: self.po_number.given(),
            attributes,
            tags: self.tags,
            shipping_address: self.shipping_address.map(MailingAddressInput::into_address),
            metafields: self
                .metafields
                .unwrap_or_default()
                .into_iter()
                .map(MetafieldInput::into_metafield)
                .collect(),
        }
    }
}

impl MetafieldInput {
    pub(crate) fn into_metafield(self) -> NewMetafield {
        NewMetafield {
            namespace: self.namespace,
            key: self.key.unwrap_or_default(),
            kind: self.kind,
            value: self.value.unwrap_or_default(),
            compare_digest: None,
        }
    }
}

impl CancelArgs {
    fn into_cancellation(self) -> Cancellation {
        let original = self
            .refund_method
            .and_then(|method| method.original_payment_methods_refund);
        Cancellation {
            reason: match self.reason {
                Reason::Customer => CancelReason::Customer,
                Reason::Declined => CancelReason::Declined,
                Reason::Fraud => CancelReason::Fraud,
                Reason::Inventory => CancelReason::Inventory,
                Reason::Other => CancelReason::Other,
                Reason::Staff => CancelReason::Staff,
            },
            refund: self.refund.or(original).unwrap_or(false),
            restock: self.restock,
            notify_customer: self.notify_customer.unwrap_or(false),
            staff_note: self.staff_note,
        }
    }
}

fn update_error(error: UpdateError) -> Result<UserError, Error> {
    let field = match &error {
        UpdateError::Store(_) | UpdateError::Empty => vec![],
        UpdateError::NotFound => vec!["id"],
        UpdateError::BadEmail => vec!["email"],
        UpdateError::BadPhone => vec!["phone"],
        UpdateError::LongNote => vec!["note"],
        UpdateError::LongPoNumber => vec!["poNumber"],
        UpdateError::BadAttributes => vec!["customAttributes"],
        UpdateError::Tags(_) => vec!["tags"],
        UpdateError::Metafields(_) => vec!["metafields"],
        UpdateError::BadAddress { part, .. } => vec!["shippingAddress", part],
    };
    match error {
        UpdateError::Store(cause)
        | UpdateError::Tags(TagsError::Store(cause))
        | UpdateError::Metafields(MetafieldsError::Store(cause)) => Err(fault(cause)),
        refusal => Ok(UserError::new(&field, None, &refusal)),
    }
}

fn close_error(error: CloseError) -> Result<UserError, Error> {
    match error {
        CloseError::Store(cause) => Err(fault(cause)),
        CloseError::NotFound => Ok(UserError::new(&["id"], None, &error)),
    }
}

fn cancel_error(error: CancelError) -> Result<UserError, Error> {
    let (field, code) = match error {
        CancelError::Store(cause) => return Err(fault(cause)),
        CancelError::NotFound => ("orderId", "NOT_FOUND"),
        CancelError::AlreadyCancelled | CancelError::Fulfilled => ("orderId", "INVALID"),
        CancelError::LongStaffNote => ("staffNote", "INVALID"),
    };
    Ok(UserError::new(&[field], code, &error))
}
