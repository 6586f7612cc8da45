//! Creating orders that have left already: sold, and sent, elsewhere.

use store::{StoreError, Tx};

use super::create::{FulfillError, FulfillmentOrderLines, NewFulfillment, create};
use super::records::Tracking;
use super::sql;
use crate::call::Call;
use crate::orders::{self, CreateError, Created, OrderInput};

/// How an order left that was sent elsewhere. Where from stands in [`OrderInput::ships_from`].
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// How the parcel may be followed.
    pub tracking: Tracking,
    /// Whether the buyer gets a mail.
    pub notify_customer: bool,
}

/// Creates an order and lets all of it leave: one parcel from each location that sends.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_sent(
    tx: &mut Tx,
    call: &Call,
    input: &OrderInput,
    sent: &Sent,
) -> Result<Created, CreateError> {
    let created = orders::create(tx, call, input)?;
    let work = sql::fulfillment_orders(tx, &[created.id])?
        .pop()
        .unwrap_or_default();
    for order in work {
        let new = NewFulfillment {
            fulfillment_orders: vec![FulfillmentOrderLines {
                id: order.id,
                lines: Vec::new(),
            }],
            tracking: sent.tracking.clone(),
            notify_customer: sent.notify_customer,
        };
        create(tx, call, &new).map_err(|error| match error {
            FulfillError::Store(fault) => fault,
            // What has just come into being is open and whole: a refusal would be our fault.
            refusal => StoreError::Database(refusal.to_string()),
        })?;
    }
    Ok(created)
}
