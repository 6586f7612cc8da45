//! What the buyer is written after the sale: a row for each mail that is due.

use store::{StoreError, Tx};

use super::order::Order;
use crate::call::Call;
use crate::events::Subject;
use crate::mails::{self, NewMail};

/// The kinds of mail about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mail {
    /// A parcel left.
    ShippingConfirmation,
    /// A parcel's tracking changed.
    ShippingUpdate,
    /// Money went back.
    RefundNotification,
    /// The order was cancelled.
    OrderCancelled,
}

impl Mail {
    const fn kind(self) -> &'static str {
        match self {
            Self::ShippingConfirmation => "shipping_confirmation",
            Self::ShippingUpdate => "shipping_update",
            Self::RefundNotification => "refund_notification",
            Self::OrderCancelled => "order_cancelled",
        }
    }
}

/// Puts a mail to an order's buyer in the post; a buyer without an address gets none.
pub(crate) fn post(
    tx: &mut Tx,
    call: &Call,
    mail: Mail,
    order: &Order,
    about: (Subject, i64),
) -> Result<(), StoreError> {
    let Some(recipient) = order.email.as_deref() else {
        return Ok(());
    };
    let (subject, id) = about;
    let mail = NewMail {
        kind: mail.kind(),
        recipient,
        about: (subject.as_str(), id),
        words: None,
    };
    mails::post(tx, &[(call, mail)])
}
