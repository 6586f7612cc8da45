//! Changing how a parcel may be followed.

use store::{StoreError, Tx};
use units::FulfillmentId;

use super::records::{FulfillmentStatus, Tracking};
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::orders::{self, Mail};

/// Why a parcel's tracking stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum TrackingError {
    /// There is no such parcel.
    #[error("Fulfillment does not exist.")]
    NotFound,
    /// The parcel was called back.
    #[error("Fulfillment is cancelled.")]
    Cancelled,
    /// An address is not one of the web.
    #[error("Tracking URL '{0}' must begin with https:// or http://.")]
    Url(String),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A parcel's new tracking, and whether the buyer is told.
#[derive(Debug, Clone, Default)]
pub struct TrackingUpdate {
    /// How it may be followed.
    pub tracking: Tracking,
    /// Whether the buyer gets a mail.
    pub notify_customer: bool,
}

/// Replaces how a parcel may be followed.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_tracking(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentId,
    update: &TrackingUpdate,
) -> Result<FulfillmentId, TrackingError> {
    let found = sql::fulfillments_by_id(tx, &[id])?.pop().flatten();
    let fulfillment = found.ok_or(TrackingError::NotFound)?;
    if fulfillment.status == FulfillmentStatus::Cancelled {
        return Err(TrackingError::Cancelled);
    }
    if let Some(url) = update.tracking.foreign_url() {
        return Err(TrackingError::Url(url.to_owned()));
    }
    sql::save_tracking(tx, &fulfillment, &update.tracking, call.now)?;
    if update.notify_customer {
        let order = orders::load(tx, &[fulfillment.order_id])?.pop().flatten();
        if let Some(order) = order {
            let about = (Subject::Fulfillment, id.get());
            orders::post_mail(tx, call, Mail::ShippingUpdate, &order, about)?;
        }
    }
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::FulfillmentsUpdate], Subject::Fulfillment, id),
    )?;
    Ok(id)
}
