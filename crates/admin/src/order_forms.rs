//! What the staff does with an order: fulfil it, refund it, mark it as paid.

use axum::Extension;
use axum::http::HeaderMap;
use commerce::Call;
use commerce::fulfillment::{self, FulfillError, FulfillmentOrderLines, NewFulfillment, Tracking};
use commerce::idempotency::{self, Key, Known};
use commerce::orders::{self, MarkAsPaidError};
use commerce::returns::{
    self, NewRefund, RefundError, RefundIdea, RefundLine, RefundShipping, RefundTransaction,
    RestockType, SuggestError,
};
use store::{StoreError, Tx};
use units::{
    AppId, FulfillmentOrderId, FulfillmentOrderLineItemId, LineItemId, Money, MoneyError, OrderId,
};

use crate::at::{At, Form};
use crate::desk::Desk;
use crate::order::refused;
use crate::reply::{Reply, see_other};
use crate::session;

/// A form as it was posted.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    }

    fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name).to_owned()).filter(|text| !text.is_empty())
    }

    fn checked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Units by the number in `quantity[number]`, those above zero; what is no number counts as
    /// minus one, which every operation refuses.
    fn quantities(&self) -> Vec<(i64, i64)> {
        let inside = |name: &str| {
            name.strip_prefix("quantity[")?
                .strip_suffix(']')?
                .parse::<i64>()
                .ok()
        };
        let read = |value: &str| match value.trim() {
            "" => 0,
            text => text.parse::<i64>().unwrap_or(-1),
        };
        let all = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((inside(name)?, read(value))));
        all.filter(|(_, units)| *units != 0).collect()
    }
}

/// Why a refund's form was not carried out.
#[derive(Debug, thiserror::Error)]
enum RefundFormError {
    #[error(transparent)]
    Suggest(#[from] SuggestError),
    #[error(transparent)]
    Refund(#[from] RefundError),
    #[error("{0}.")]
    Amount(#[from] MoneyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// `POST /admin/orders/{id}/fulfill`.
pub(crate) async fn fulfill(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At(id): At<i64>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Reply {
    let sent = Sent(sent);
    let clerk = session::poster(&desk, &headers, sent.text("authenticity_token")).await?;
    let id = OrderId(id);
    let lines = sent.quantities();
    if lines.is_empty() {
        return refused(&desk, &clerk, id, "Say how many of which item leave.").await;
    }
    let group = FulfillmentOrderLines {
        id: FulfillmentOrderId(sent.text("fulfillment_order").parse().unwrap_or(0)),
        lines: lines
            .into_iter()
            .map(|(line, units)| (FulfillmentOrderLineItemId(line), units))
            .collect(),
    };
    let new = NewFulfillment {
        fulfillment_orders: vec![group],
        tracking: Tracking {
            company: sent.given("tracking_company"),
            numbers: sent.given("tracking_number").into_iter().collect(),
            urls: Vec::new(),
        },
        notify_customer: sent.checked("notify"),
    };
    let call = desk.call(clerk.id());
    match desk
        .db
        .write(desk.shop, move |tx| fulfillment::create(tx, &call, &new))
        .await
    {
        Ok(_) => Ok(back(id)),
        Err(FulfillError::Store(cause)) => Err(cause.into()),
        Err(refusal) => refused(&desk, &clerk, id, &refusal.to_string()).await,
    }
}

/// `POST /admin/orders/{id}/refund`.
pub(crate) async fn refund(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At(id): At<i64>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Reply {
    let sent = Sent(sent);
    let clerk = session::poster(&desk, &headers, sent.text("authenticity_token")).await?;
    let id = OrderId(id);
    let restock_type = if sent.checked("restock") {
        RestockType::Return
    } else {
        RestockType::NoRestock
    };
    let line = |(line, quantity)| RefundLine {
        line_item_id: LineItemId(line),
        quantity,
        restock_type,
        location_id: None,
    };
    let asked = AskedRefund {
        idea: RefundIdea {
            lines: sent.quantities().into_iter().map(line).collect(),
            shipping: match sent.checked("shipping") {
                true => RefundShipping::Full,
                false => RefundShipping::Nothing,
            },
            full: false,
        },
        amount: sent.given("amount"),
        note: sent.given("note"),
        notify: sent.checked("notify"),
        // Apps have ids above zero, so the staff's keys never meet theirs.
        key: sent.given("nonce").map(|nonce| {
            let arguments = format!(
                "{:?}",
                sent.0
                    .iter()
                    .filter(|(name, _)| name != "authenticity_token")
            );
            Key::new(AppId(0), &nonce, "admin refund", &arguments)
        }),
    };
    let call = desk.call(clerk.id());
    let done = desk
        .db
        .write(desk.shop, move |tx| make_refund(tx, &call, id, &asked))
        .await;
    match done {
        Ok(()) => Ok(back(id)),
        Err(
            RefundFormError::Store(cause)
            | RefundFormError::Refund(RefundError::Store(cause))
            | RefundFormError::Suggest(SuggestError::Store(cause)),
        ) => Err(cause.into()),
        Err(refusal) => refused(&desk, &clerk, id, &refusal.to_string()).await,
    }
}

/// A refund as the form asks for it.
struct AskedRefund {
    idea: RefundIdea,
    amount: Option<String>,
    note: Option<String>,
    notify: bool,
    key: Option<Key>,
}

/// Refunds the amount that was typed, or what the goods are worth, on the payments that it came by.
fn make_refund(
    tx: &mut Tx,
    call: &Call,
    id: OrderId,
    asked: &AskedRefund,
) -> Result<(), RefundFormError> {
    if let Some(key) = &asked.key
        && let Known::Done(_) = idempotency::look_up(tx, key)?
    {
        // Sent twice: the refund was made, and what it would be worth now is another question.
        return Ok(());
    }
    let worth = returns::suggest(tx, id, &asked.idea)?;
    let currency = worth.order.presentment_currency;
    let mut left = match &asked.amount {
        Some(text) => Money::parse(text, currency)?.minor,
        None => worth.amount.presentment,
    };
    let mut transactions = Vec::new();
    let count = worth.repayments.len();
    for (at, repayment) in worth.repayments.into_iter().enumerate() {
        // The last payment takes what is too much, and the operation says so.
        let part = if at + 1 == count {
            left
        } else {
            left.min(repayment.maximum.presentment)
        };
        left -= part;
        if part != 0 {
            transactions.push(RefundTransaction {
                kind: "REFUND".to_owned(),
                amount: Money::new(part, currency).decimal(),
                gateway: repayment.parent.gateway.clone(),
                parent_id: Some(repayment.parent.id),
            });
        }
    }
    let new = NewRefund {
        lines: asked.idea.lines.clone(),
        shipping: asked.idea.shipping.clone(),
        transactions,
        note: asked.note.clone(),
        notify_customer: asked.notify,
        currency: Some(currency),
        processed_at: None,
    };
    returns::create(tx, call, id, &new, asked.key.as_ref())?;
    Ok(())
}

/// `POST /admin/orders/{id}/mark-as-paid`.
pub(crate) async fn mark_as_paid(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At(id): At<i64>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Reply {
    let sent = Sent(sent);
    let clerk = session::poster(&desk, &headers, sent.text("authenticity_token")).await?;
    let (id, call) = (OrderId(id), desk.call(clerk.id()));
    match desk
        .db
        .write(desk.shop, move |tx| orders::mark_as_paid(tx, &call, id))
        .await
    {
        Ok(_) => Ok(back(id)),
        Err(MarkAsPaidError::Store(cause)) => Err(cause.into()),
        Err(refusal) => refused(&desk, &clerk, id, &refusal.to_string()).await,
    }
}

fn back(id: OrderId) -> axum::response::Response {
    see_other(&format!("/admin/orders/{}", id.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_above_zero_are_taken_and_nonsense_is_kept_to_be_refused() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let sent = Sent(vec![
            pair("quantity[7]", "2"),
            pair("quantity[8]", "0"),
            pair("quantity[9]", ""),
            pair("quantity[10]", "many"),
            pair("quantity[x]", "1"),
            pair("note", "1"),
        ]);
        assert_eq!(sent.quantities(), [(7, 2), (10, -1)]);
    }
}
