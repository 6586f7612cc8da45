//! Taking money that was set aside, letting it go, and asking for it.

use commerce::apps::Scope;
use commerce::mails::{InvoiceMail, InvoiceMailError};
use commerce::orders::{self, CaptureError, OrderInvoiceError, OrderTransaction, Rest};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{Currency, Money, OrderId, OrderTransactionId};

use super::mutations::{OrderPayload, payload_order};
use crate::admin::payload::{Payload, payloads};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::DecimalInput;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct CaptureArgs {
    input: CaptureInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaptureInput {
    id: OrderId,
    parent_transaction_id: OrderTransactionId,
    amount: DecimalInput,
    currency: Option<Currency>,
    final_capture: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VoidArgs {
    parent_transaction_id: OrderTransactionId,
}

#[derive(Deserialize)]
struct InvoiceArgs {
    id: OrderId,
    email: Option<EmailInput>,
}

/// What is written beside an invoice.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailInput {
    custom_message: Option<String>,
    subject: Option<String>,
    to: Option<String>,
}

impl From<EmailInput> for InvoiceMail {
    fn from(own: EmailInput) -> Self {
        Self {
            to: own.to,
            subject: own.subject,
            message: own.custom_message,
        }
    }
}

/// Where the part of an [`EmailInput`] stands that was refused.
pub(crate) fn email_field(error: &InvoiceMailError) -> [&'static str; 2] {
    let part = match error {
        InvoiceMailError::NoRecipient | InvoiceMailError::RecipientInvalid => "to",
        InvoiceMailError::TooLong { field } => field,
    };
    ["email", part]
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("orderCapture", capture);
    r.mutation("transactionVoid", void);
    r.mutation("orderInvoiceSend", send_invoice);
    let shown = &["OrderCapturePayload", "TransactionVoidPayload"];
    payloads(r, shown, "transaction", by_id);
    user_error_with_code(r, "TransactionVoidUserError");
    user_error_with_code(r, "OrderInvoiceSendUserError");
    r.object::<OrderPayload>("OrderInvoiceSendPayload")
        .load("order", payload_order)
        .child("userErrors", |own| own.user_errors.clone());
}

/// Takes money that was set aside.
async fn capture(
    cx: MutationCx<Request>,
    args: CaptureArgs,
) -> Result<Payload<OrderTransactionId>, Error> {
    let call = cx.request.permit("orderCapture", Scope::WriteOrders)?;
    let input = args.input;
    let shop = cx.request.read(commerce::shops::current).await;
    let shop = shop.and_then(|shop| shop).map_err(fault)?;
    let currency = input.currency.unwrap_or(shop.currency);
    let amount = match Money::parse(&input.amount.0, currency) {
        Ok(amount) => amount,
        Err(error) => {
            let error = UserError::new(&["input", "amount"], None, &error);
            return Ok(Payload::refused(error));
        }
    };
    let rest = match input.final_capture {
        Some(true) => Rest::LetGo,
        _ => Rest::Kept,
    };
    let (id, parent) = (input.id, input.parent_transaction_id);
    let done = cx
        .request
        .write(move |tx| orders::capture(tx, &call, id, parent, amount, rest))
        .await;
    Payload::of(done, capture_error)
}

/// Lets go what was set aside.
async fn void(
    cx: MutationCx<Request>,
    args: VoidArgs,
) -> Result<Payload<OrderTransactionId>, Error> {
    let call = cx.request.permit("transactionVoid", Scope::WriteOrders)?;
    let parent = args.parent_transaction_id;
    let done = cx
        .request
        .write(move |tx| orders::void(tx, &call, parent))
        .await;
    let error = match done {
        Ok(id) => return Ok(Payload::done(id)),
        Err(CaptureError::Store(cause)) => return Err(fault(cause)),
        Err(error) => error,
    };
    let code = match error {
        CaptureError::TransactionUnknown => "TRANSACTION_NOT_FOUND",
        _ => "AUTH_NOT_VOIDABLE",
    };
    Ok(Payload::refused(UserError::new(
        &["parentTransactionId"],
        code,
        &error,
    )))
}

/// Sends an order's invoice.
async fn send_invoice(cx: MutationCx<Request>, args: InvoiceArgs) -> Result<OrderPayload, Error> {
    let call = cx.request.permit("orderInvoiceSend", Scope::WriteOrders)?;
    let id = args.id;
    let mail = args.email.map_or_else(InvoiceMail::default, Into::into);
    let done = cx
        .request
        .write(move |tx| orders::send_invoice(tx, &call, id, &mail))
        .await;
    OrderPayload::present(done, id, |error| {
        const CODE: &str = "ORDER_INVOICE_SEND_UNSUCCESSFUL";
        let field: &[&str] = match &error {
            OrderInvoiceError::Store(cause) => return Err(fault(cause.clone())),
            OrderInvoiceError::NotFound => &["id"],
            OrderInvoiceError::Mail(refused) => &email_field(refused),
        };
        Ok(UserError::new(field, CODE, &error))
    })
}

fn capture_error(error: CaptureError) -> Result<UserError, Error> {
    let field: &[&str] = match &error {
        CaptureError::Store(cause) => return Err(fault(cause.clone())),
        CaptureError::OrderUnknown => &["id"],
        CaptureError::TransactionUnknown | CaptureError::NothingLeft => &["parentTransactionId"],
        CaptureError::AmountNotPositive | CaptureError::TooMuch { .. } => &["amount"],
        CaptureError::CurrencyMismatch => &["currency"],
    };
    Ok(UserError::new(field, None, &error))
}

fn by_id(cx: &mut Cx, id: OrderTransactionId) -> Result<Option<OrderTransaction>, Error> {
    let found = orders::transactions_by_id(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}
