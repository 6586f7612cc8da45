//! Making a refund.

use commerce::apps::Scope;
use commerce::orders::{self, Order};
use commerce::returns::{
    self, NewRefund, Refund, RefundError, RefundLine, RefundShipping, RefundTransaction,
    RestockType, ValueError,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{Currency, LineItemId, LocationId, OrderId, OrderTransactionId, RefundId, Timestamp};

use crate::admin::batches::fail_all;
use crate::admin::idempotent;
use crate::errors::{UserError, fault};
use crate::scalars::DecimalInput;
use crate::{Cx, Registry, Request};

#[derive(Debug, Deserialize)]
struct Args {
    input: RefundInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundInput {
    order_id: OrderId,
    note: Option<String>,
    notify: Option<bool>,
    currency: Option<Currency>,
    processed_at: Option<Timestamp>,
    refund_line_items: Option<Vec<RefundLineInput>>,
    shipping: Option<ShippingInput>,
    transactions: Option<Vec<TransactionInput>>,
    // More than was paid never goes back, whatever this says; so it is on record.
    #[expect(dead_code, reason = "an over-refund is refused with and without it")]
    allow_over_refunding: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefundLineInput {
    line_item_id: LineItemId,
    quantity: i64,
    restock_type: Option<Restock>,
    location_id: Option<LocationId>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the interface's own names")]
enum Restock {
    Cancel,
    LegacyRestock,
    NoRestock,
    Return,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippingInput {
    amount: Option<DecimalInput>,
    full_refund: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransactionInput {
    amount: DecimalInput,
    gateway: String,
    kind: Kind,
    order_id: OrderId,
    parent_id: Option<OrderTransactionId>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Authorization,
    Capture,
    Change,
    EmvAuthorization,
    Refund,
    Sale,
    SuggestedRefund,
    Void,
}

/// A refund that was made, or why none was.
struct RefundPayload {
    order: OrderId,
    refund: Option<RefundId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("refundCreate", refund_create);
    r.object::<RefundPayload>("RefundCreatePayload")
        .load(
            "order",
            |own: &[&RefundPayload], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<OrderId> = own.iter().map(|own| own.order).collect();
                let found: Vec<Result<Option<Order>, Error>> = match orders::load(&mut cx.tx, &ids)
                {
                    Ok(found) => found.into_iter().map(Ok).collect(),
                    Err(cause) => fail_all(own.len(), cause),
                };
                found
            },
        )
        .load("refund", payload_refund)
        .child("userErrors", |own| own.user_errors.clone());
}

/// Gives money and goods back.
async fn refund_create(cx: MutationCx<Request>, args: Args) -> Result<RefundPayload, Error> {
    let call = cx.request.permit("refundCreate", Scope::WriteOrders)?;
    let key = idempotent::key(&cx, "refundCreate", &format!("{args:?}"))?;
    let order = args.input.order_id;
    if let Some(at) = args.input.transaction_of_another_order() {
        let path = ["transactions", &at.to_string(), "orderId"];
        let error = UserError::new(&path, None, &"Transactions must be of the refund's order");
        return Ok(RefundPayload {
            order,
            refund: None,
            user_errors: vec![error],
        });
    }
    let new = args.input.into_new();
    let done = cx
        .request
        .write(move |tx| returns::create(tx, &call, order, &new, key.as_ref()))
        .await;
    Ok(match done {
        Ok(id) => RefundPayload {
            order,
            refund: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => RefundPayload {
            order,
            refund: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

fn payload_refund(
    own: &[&RefundPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Refund>, Error>> {
    let ids: Vec<RefundId> = own.iter().filter_map(|own| own.refund).collect();
    match returns::refunds_by_id(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            own.iter()
                .map(|own| Ok(own.refund.and_then(|_| found.next().flatten())))
                .collect()
        }
        Err(cause) => fail_all(own.len(), cause),
    }
}

impl RefundInput {
    fn transaction_of_another_order(&self) -> Option<usize> {
        let transactions = self.transactions.as_deref().unwrap_or_default();
        transactions
            .iter()
            .position(|transaction| transaction.order_id != self.order_id)
    }

    fn into_new(self) -> NewRefund {
        let lines = self.refund_line_items.unwrap_or_default();
        let transactions = self.transactions.unwrap_or_default().into_iter();
        let shipping = self.shipping.map_or(RefundShipping::Nothing, |shipping| {
            match (shipping.amount, shipping.full_refund) {
                (Some(amount), _) => RefundShipping::Amount(amount.0),
                (None, Some(true)) => RefundShipping::Full,
                (None, _) => RefundShipping::Nothing,
            }
        });
        NewRefund {
            lines: lines.iter().map(RefundLineInput::line).collect(),
            shipping,
            transactions: transactions
                .map(TransactionInput::into_transaction)
                .collect(),
            note: self.note,
            notify_customer: self.notify.unwrap_or(false),
            currency: self.currency,
            processed_at: self.processed_at,
        }
    }
}

impl RefundLineInput {
    pub(super) fn line(&self) -> RefundLine {
        let restock_type = match self.restock_type {
            Some(Restock::Cancel) => RestockType::Cancel,
            Some(Restock::LegacyRestock) => RestockType::LegacyRestock,
            Some(Restock::Return) => RestockType::Return,
            Some(Restock::NoRestock) | None => RestockType::NoRestock,
        };
        RefundLine {
            line_item_id: self.line_item_id,
            quantity: self.quantity,
            restock_type,
            location_id: self.location_id,
        }
    }
}

impl TransactionInput {
    fn into_transaction(self) -> RefundTransaction {
        let kind = match self.kind {
            Kind::Authorization => "AUTHORIZATION",
            Kind::Capture => "CAPTURE",
            Kind::Change => "CHANGE",
            Kind::EmvAuthorization => "EMV_AUTHORIZATION",
            Kind::Refund => "REFUND",
            Kind::Sale => "SALE",
            Kind::SuggestedRefund => "SUGGESTED_REFUND",
            Kind::Void => "VOID",
        };
        RefundTransaction {
            kind: kind.to_owned(),
            amount: self.amount.0,
            gateway: self.gateway,
            parent_id: self.parent_id,
        }
    }
}

fn user_error(error: RefundError) -> Result<UserError, Error> {
    let line = |at: usize, part: &str| {
        vec![
            "refundLineItems".to_owned(),
            at.to_string(),
            part.to_owned(),
        ]
    };
    let own = |name: &str| vec![name.to_owned()];
    let path = match &error {
        RefundError::Store(_)
        | RefundError::Empty
        | RefundError::BadKind(_)
        | RefundError::TooMuch { .. }
        | RefundError::TooMuchOfPayment { .. } => vec![],
        RefundError::KeyMismatch => return Err(idempotent::key_mismatch(&error)),
        RefundError::KeyMissing => return Err(idempotent::key_missing("refundCreate")),
        RefundError::OrderNotFound => own("orderId"),
        RefundError::LongNote => own("note"),
        RefundError::OtherCurrency { .. } | RefundError::CurrencyMissing { .. } => own("currency"),
        RefundError::ParentNotFound => own("transactions"),
        RefundError::BadAmount { at } => {
            vec![
                "transactions".to_owned(),
                at.to_string(),
                "amount".to_owned(),
            ]
        }
        RefundError::LocationNotFound { at } => line(*at, "locationId"),
        RefundError::Value(value) => match value {
            ValueError::LineNotFound { at } => line(*at, "lineItemId"),
            ValueError::QuantityNotPositive { at }
            | ValueError::TooManyUnits { at }
            | ValueError::TooManyCancelled { at } => line(*at, "quantity"),
            ValueError::ShippingInvalid | ValueError::TooMuchShipping { .. } => {
                vec!["shipping".to_owned(), "amount".to_owned()]
            }
        },
    };
    match error {
        RefundError::Store(cause) => Err(fault(cause)),
        refusal => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            Ok(UserError::new(&path, None, &refusal))
        }
    }
}
