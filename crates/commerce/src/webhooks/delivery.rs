//! A delivery: one event, told to one subscription, until it was heard.

use store::page::{Page, PageError, Window};
use store::{StoreError, Tx, record, text_enum};
use units::{AppId, EventId, Timestamp, WebhookDeliveryId, WebhookSubscriptionId};

use super::sql;
use crate::events::Topic;

text_enum! {
    /// Where a delivery stands.
    pub enum DeliveryState {
        /// To be made, or made again.
        Pending = "PENDING",
        /// Heard.
        Delivered = "DELIVERED",
        /// Not wanted by the subscription's filter.
        Filtered = "FILTERED",
        /// Given up.
        Failed = "FAILED",
    }
}

record! {
    /// A delivery, as the merchant's pages list it.
    #[derive(Clone)]
    pub struct Delivery {
        /// Its id.
        pub id: WebhookDeliveryId,
        /// The event it tells.
        pub event_id: EventId,
        /// The subscription it is told to.
        pub subscription_id: WebhookSubscriptionId,
        /// The app that subscribed.
        pub app_id: AppId,
        /// The topic.
        pub topic: Topic,
        /// The address.
        pub uri: String,
        /// Where it stands.
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: i64,
        /// What is told, once it was rendered.
        pub payload: Option<String>,
        /// What the receiver answered last.
        pub response_status: Option<i64>,
        /// The first of what it said besides.
        pub response_excerpt: String,
        /// What went wrong last; empty when nothing did.
        pub last_error: String,
        /// When the event happened.
        pub triggered_at: Timestamp,
        /// When it is tried next, while it is pending.
        pub due_at: Timestamp,
        /// When it was tried last.
        pub updated_at: Timestamp,
    }
}

impl DeliveryState {
    /// Whether a delivery that stands here may come to stand there.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Pending, _) => true,
            // Told again because somebody of the staff says so.
            (Self::Delivered | Self::Failed, Self::Pending) => true,
            (Self::Delivered | Self::Filtered | Self::Failed, _) => false,
        }
    }
}

/// A window of the shop's deliveries, by id: the newest come first with `reverse`.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn deliveries(tx: &mut Tx, window: &Window<'_>) -> Result<Page<Delivery>, PageError> {
    sql::deliveries(tx, window)
}

/// One delivery.
///
/// # Errors
/// `Store` faults only.
pub fn delivery(tx: &mut Tx, id: WebhookDeliveryId) -> Result<Option<Delivery>, StoreError> {
    sql::delivery(tx, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_delivery_can_only_be_told_again() {
        for from in DeliveryState::ALL {
            for to in DeliveryState::ALL {
                let again = *to == DeliveryState::Pending && *from != DeliveryState::Filtered;
                let expected = *from == DeliveryState::Pending || again;
                assert_eq!(from.can_become(*to), expected);
            }
        }
    }
}
