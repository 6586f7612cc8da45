//! Sending a draft's invoice.

use store::{StoreError, Tx};
use units::{DraftOrderId, MailId};

use super::draft_order::DraftOrderStatus;
use super::error::TEXT_CHARS_MAX;
use super::sql;
use crate::call::Call;
use crate::contact;
use crate::events::{self, NewEvent, Subject, Topic};

/// What is written beside the invoice.
#[derive(Debug, Clone, Default)]
pub struct InvoiceMail {
    /// To whom; the draft's mailbox when `None`.
    pub to: Option<String>,
    /// Its subject; the shop's own when `None`.
    pub subject: Option<String>,
    /// What it says beside the invoice.
    pub message: Option<String>,
}

/// Why no invoice was sent.
#[derive(Debug, thiserror::Error)]
pub enum InvoiceError {
    /// There is no such draft.
    #[error("Draft order does not exist")]
    NotFound,
    /// There is an order already.
    #[error("Draft order Invoice can't be sent. Draft order is already paid.")]
    Completed,
    /// Nobody to send it to.
    #[error("To can't be blank")]
    NoRecipient,
    /// Not a mailbox.
    #[error("To is invalid")]
    RecipientInvalid,
    /// A text is too long.
    #[error("A text can be {TEXT_CHARS_MAX} characters long.")]
    TooLong {
        /// Which one.
        field: &'static str,
    },
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
    mail: &InvoiceMail,
) -> Result<DraftOrderId, InvoiceError> {
    let mut draft = sql::lock(tx, id)?.ok_or(InvoiceError::NotFound)?;
    if draft.is_completed() {
        return Err(InvoiceError::Completed);
    }
    for (field, text) in [("subject", &mail.subject), ("customMessage", &mail.message)] {
        if text
            .as_deref()
            .is_some_and(|text| text.chars().count() > TEXT_CHARS_MAX)
        {
            return Err(InvoiceError::TooLong { field });
        }
    }
    let named = mail.to.as_deref().filter(|to| !to.trim().is_empty());
    let to = named.or(draft.email.as_deref());
    let to = contact::email(to.ok_or(InvoiceError::NoRecipient)?);
    let to = to.ok_or(InvoiceError::RecipientInvalid)?;
    if draft.status.can_become(DraftOrderStatus::InvoiceSent) {
        draft.status = DraftOrderStatus::InvoiceSent;
    }
    draft.invoice_sent_at = Some(call.now);
    draft.updated_at = call.now;
    sql::save(tx, &draft)?;
    let mail_id: MailId = call.new_id();
    tx.execute(
        "INSERT INTO mails (shop_id, id, kind, recipient, subject_kind, subject_id, subject,
             message, created_at)
         VALUES ($shop, $1, 'draft_order_invoice', $2, $3, $4, $5, $6, $7)",
        (
            mail_id,
            to,
            Subject::DraftOrder,
            id,
            &mail.subject,
            &mail.message,
            call.now,
        ),
    )?;
    let event = NewEvent::of(&[Topic::DraftOrdersUpdate], Subject::DraftOrder, id);
    events::record(tx, call, event)?;
    Ok(id)
}
