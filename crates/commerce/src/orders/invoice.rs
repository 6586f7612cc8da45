//! Sending an order's invoice to its buyer.

use store::{StoreError, Tx};
use units::OrderId;

use super::sql;
use crate::call::Call;
use crate::events::Subject;
use crate::mails::{self, InvoiceMail, InvoiceMailError, NewMail};

/// Why no invoice was sent.
#[derive(Debug, thiserror::Error)]
pub enum OrderInvoiceError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// It cannot be mailed.
    #[error(transparent)]
    Mail(#[from] InvoiceMailError),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts an order's invoice in the post.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn send_invoice(
    tx: &mut Tx,
    call: &Call,
    id: OrderId,
    words: &InvoiceMail,
) -> Result<OrderId, OrderInvoiceError> {
    let order = sql::load(tx, &[id])?.pop().flatten();
    let order = order.ok_or(OrderInvoiceError::NotFound)?;
    let mail = NewMail {
        kind: "order_invoice",
        recipient: &words.recipient(order.email.as_deref())?,
        about: (Subject::Order.as_str(), id.get()),
        words: Some(words),
    };
    mails::post(tx, &[(call, mail)])?;
    Ok(id)
}
