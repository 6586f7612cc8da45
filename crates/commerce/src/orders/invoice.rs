//! Sending an order's invoice to its buyer.

use store::{StoreError, Tx};
use units::{MailId, OrderId};

use super::sql;
use crate::call::Call;
use crate::contact;
use crate::events::Subject;

/// A text is no longer than this.
const TEXT_CHARS_MAX: usize = 5000;

/// What is written beside an order's invoice.
#[derive(Debug, Clone, Default)]
pub struct OrderInvoice {
    /// To whom; the order's mailbox when `None`.
    pub to: Option<String>,
    /// Its subject; the shop's own when `None`.
    pub subject: Option<String>,
    /// What it says beside the invoice.
    pub message: Option<String>,
}

/// Why no invoice was sent.
#[derive(Debug, thiserror::Error)]
pub enum OrderInvoiceError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// Nobody to send it to.
    #[error("No recipient email address was provided")]
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
    mail: &OrderInvoice,
) -> Result<OrderId, OrderInvoiceError> {
    let order = sql::load(tx, &[id])?.pop().flatten();
    let order = order.ok_or(OrderInvoiceError::NotFound)?;
    for (field, text) in [("subject", &mail.subject), ("customMessage", &mail.message)] {
        let length = text.as_deref().map_or(0, |text| text.chars().count());
        if length > TEXT_CHARS_MAX {
            return Err(OrderInvoiceError::TooLong { field });
        }
    }
    let named = mail.to.as_deref().filter(|to| !to.trim().is_empty());
    let to = named.or(order.email.as_deref());
    let to = contact::email(to.ok_or(OrderInvoiceError::NoRecipient)?);
    let to = to.ok_or(OrderInvoiceError::RecipientInvalid)?;
    let mail_id: MailId = call.new_id();
    tx.execute(
        "INSERT INTO mails (shop_id, id, kind, recipient, subject_kind, subject_id, subject,
             message, created_at)
         VALUES ($shop, $1, 'order_invoice', $2, $3, $4, $5, $6, $7)",
        (
            mail_id,
            to,
            Subject::Order,
            id,
            &mail.subject,
            &mail.message,
            call.now,
        ),
    )?;
    Ok(id)
}
