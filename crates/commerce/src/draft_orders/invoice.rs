//! Sending a draft's invoice.

use store::{StoreError, Tx};
use units::DraftOrderId;

use super::draft_order::DraftOrderStatus;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::mails::{self, InvoiceMail, InvoiceMailError, NewMail};

/// Why no invoice was sent.
#[derive(Debug, thiserror::Error)]
pub enum InvoiceError {
    /// There is no such draft.
    #[error("Draft order does not exist")]
    NotFound,
    /// There is an order already.
    #[error("Draft order Invoice can't be sent. Draft order is already paid.")]
    Completed,
    /// It cannot be mailed.
    #[error(transparent)]
    Mail(#[from] InvoiceMailError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts a draft's invoice in the post.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn send_invoice(
    tx: &mut Tx,
    call: &Call,
    id: DraftOrderId,
    words: &InvoiceMail,
) -> Result<DraftOrderId, InvoiceError> {
    let mut draft = sql::lock(tx, id)?.ok_or(InvoiceError::NotFound)?;
    if draft.is_completed() {
        return Err(InvoiceError::Completed);
    }
    let recipient = words.recipient(draft.email.as_deref())?;
    if draft.status.can_become(DraftOrderStatus::InvoiceSent) {
        draft.status = DraftOrderStatus::InvoiceSent;
    }
    draft.invoice_sent_at = Some(call.now);
    draft.updated_at = call.now;
    sql::save(tx, &draft)?;
    let mail = NewMail {
        kind: "draft_order_invoice",
        recipient: &recipient,
        about: (Subject::DraftOrder.as_str(), id.get()),
        words: Some(words),
    };
    mails::post(tx, &[(call, mail)])?;
    let event = NewEvent::of(&[Topic::DraftOrdersUpdate], Subject::DraftOrder, id);
    events::record(tx, call, event)?;
    Ok(id)
}
