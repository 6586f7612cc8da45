//! Fulfilment orders, and the parcels that left on them.

use store::{record, text_enum};
use units::{
    AppId, FulfillmentHoldId, FulfillmentId, FulfillmentLineItemId, FulfillmentOrderId,
    FulfillmentOrderLineItemId, InventoryItemId, LineItemId, LocationId, OrderId, Timestamp,
};

use crate::orders::{FulfillmentOrderRequestStatus, FulfillmentOrderStatus};

record! {
    /// What one location has to send for an order.
    #[derive(Clone)]
    pub struct FulfillmentOrder {
        /// The order.
        pub order_id: OrderId,
        /// Its id.
        pub id: FulfillmentOrderId,
        /// The location that sends.
        pub location_id: LocationId,
        /// Where it stands.
        pub status: FulfillmentOrderStatus,
        /// What was asked of a fulfilment service.
        pub request_status: FulfillmentOrderRequestStatus,
        /// When it came into being.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// Units of a line that a fulfilment order asks for.
    #[derive(Clone)]
    pub struct FulfillmentOrderLineItem {
        /// The order.
        pub order_id: OrderId,
        /// The fulfilment order.
        pub fulfillment_order_id: FulfillmentOrderId,
        /// Its id.
        pub id: FulfillmentOrderLineItemId,
        /// The order's line.
        pub line_item_id: LineItemId,
        /// The stock that is committed to it; none when no stock is kept.
        pub inventory_item_id: Option<InventoryItemId>,
        /// Units that it asks for.
        pub total_quantity: i64,
        /// Units of them that have not left.
        pub remaining_quantity: i64,
    }
}

text_enum! {
    /// Where a parcel stands.
    pub enum FulfillmentStatus {
        /// It left.
        Success = "SUCCESS",
        /// It was called back.
        Cancelled = "CANCELLED",
        /// It could not be sent.
        Error = "ERROR",
        /// The service refused it.
        Failure = "FAILURE",
    }
}

record! {
    /// A parcel that left.
    #[derive(Clone)]
    pub struct Fulfillment {
        /// The order.
        pub order_id: OrderId,
        /// Its id.
        pub id: FulfillmentId,
        /// The location that it left from.
        pub location_id: LocationId,
        /// What people call it: `#1001-F1`.
        pub name: String,
        /// Where it stands.
        pub status: FulfillmentStatus,
        /// The carrier.
        pub tracking_company: Option<String>,
        pub(super) tracking_numbers: String,
        pub(super) tracking_urls: String,
        /// When it left.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// Units of a line in a parcel.
    #[derive(Clone)]
    pub struct FulfillmentLineItem {
        /// The order.
        pub order_id: OrderId,
        /// The parcel.
        pub fulfillment_id: FulfillmentId,
        /// Its id.
        pub id: FulfillmentLineItemId,
        /// The order's line.
        pub line_item_id: LineItemId,
        /// The fulfilment order that it left on.
        pub fulfillment_order_id: FulfillmentOrderId,
        /// The line of that fulfilment order.
        pub fulfillment_order_line_item_id: FulfillmentOrderLineItemId,
        /// Units.
        pub quantity: i64,
    }
}

text_enum! {
    /// Why a fulfilment order must not be worked on for now.
    pub enum HoldReason {
        /// The money is awaited.
        AwaitingPayment = "AWAITING_PAYMENT",
        /// Goods are awaited that come back.
        AwaitingReturnItems = "AWAITING_RETURN_ITEMS",
        /// It looks like a fraud.
        HighRiskOfFraud = "HIGH_RISK_OF_FRAUD",
        /// The address is wrong.
        IncorrectAddress = "INCORRECT_ADDRESS",
        /// The goods are not there.
        InventoryOutOfStock = "INVENTORY_OUT_OF_STOCK",
        /// The buyer may still add to it.
        OnlineStorePostPurchaseCrossSell = "ONLINE_STORE_POST_PURCHASE_CROSS_SELL",
        /// Any other reason.
        Other = "OTHER",
        /// Nobody knows when it can be delivered.
        UnknownDeliveryDate = "UNKNOWN_DELIVERY_DATE",
    }
}

record! {
    /// A hold on a fulfilment order.
    #[derive(Clone)]
    pub struct FulfillmentHold {
        /// The fulfilment order.
        pub fulfillment_order_id: FulfillmentOrderId,
        /// Its id.
        pub id: FulfillmentHoldId,
        /// Why.
        pub reason: HoldReason,
        /// Why, in words.
        pub reason_notes: Option<String>,
        /// What the app that put it there knows it by; may be empty.
        pub handle: String,
        /// What another system knows it by.
        pub external_id: Option<String>,
        /// The app that put it there.
        pub app_id: Option<AppId>,
        /// Since when.
        pub created_at: Timestamp,
    }
}

impl HoldReason {
    /// As people say it.
    #[must_use]
    pub const fn shown(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "Awaiting payment",
            Self::AwaitingReturnItems => "Awaiting return items",
            Self::HighRiskOfFraud => "High risk of fraud",
            Self::IncorrectAddress => "Incorrect address",
            Self::InventoryOutOfStock => "Inventory out of stock",
            Self::OnlineStorePostPurchaseCrossSell => "Awaiting post-purchase offers",
            Self::Other => "Other",
            Self::UnknownDeliveryDate => "Unknown delivery date",
        }
    }
}

/// How a parcel may be followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracking {
    /// The carrier.
    pub company: Option<String>,
    /// Its numbers.
    pub numbers: Vec<String>,
    /// Addresses of its pages, in the order of the numbers.
    pub urls: Vec<String>,
}

/// One number of a parcel, with the page that follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingInfo {
    /// The carrier.
    pub company: Option<String>,
    /// The number.
    pub number: Option<String>,
    /// The address of its page.
    pub url: Option<String>,
}

impl FulfillmentStatus {
    /// Whether a parcel may go from this state to `next`.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        self == Self::Success && next == Self::Cancelled
    }
}

impl Fulfillment {
    /// How it may be followed.
    #[must_use]
    pub fn tracking(&self) -> Tracking {
        let list = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Tracking {
            company: self.tracking_company.clone(),
            numbers: list(&self.tracking_numbers),
            urls: list(&self.tracking_urls),
        }
    }
}

impl Tracking {
    /// Addresses that a buyer's browser must not be sent to: all but those of the web.
    pub(super) fn foreign_url(&self) -> Option<&str> {
        let web = |url: &str| {
            let scheme = url.split_once("://").map(|(scheme, _)| scheme);
            scheme.is_some_and(|scheme| {
                scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
            })
        };
        let urls = self.urls.iter().map(String::as_str);
        urls.into_iter().find(|url| !url.is_empty() && !web(url))
    }

    /// Its numbers and pages as they are stored.
    pub(super) fn stored(&self) -> (String, String) {
        let json = |list: &[String]| serde_json::to_string(list).expect("a list of texts is JSON");
        (json(&self.numbers), json(&self.urls))
    }

    /// Number by number.
    #[must_use]
    pub fn infos(&self) -> Vec<TrackingInfo> {
        let count = self.numbers.len().max(self.urls.len());
        // A carrier without a number is worth telling too.
        let count = if self.company.is_some() {
            count.max(1)
        } else {
            count
        };
        (0..count)
            .map(|n| TrackingInfo {
                company: self.company.clone(),
                number: self.numbers.get(n).cloned(),
                url: self.urls.get(n).cloned(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_that_left_can_only_be_called_back() {
        for from in FulfillmentStatus::ALL {
            for to in FulfillmentStatus::ALL {
                let expected =
                    (*from, *to) == (FulfillmentStatus::Success, FulfillmentStatus::Cancelled);
                assert_eq!(from.can_become(*to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn only_pages_of_the_web_are_followed() {
        let urls = |urls: &[&str]| Tracking {
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            ..Tracking::default()
        };
        assert_eq!(
            urls(&["https://a.example/1", "HTTP://b.example", ""]).foreign_url(),
            None
        );
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "a.example/1",
            "ftp://a.example",
        ] {
            assert_eq!(urls(&["https://a.example", url]).foreign_url(), Some(url));
        }
    }

    #[test]
    fn numbers_and_pages_are_paired_in_order() {
        let tracking = Tracking {
            company: Some("Post".to_owned()),
            numbers: vec!["1".to_owned(), "2".to_owned()],
            urls: vec!["https://post.example/1".to_owned()],
        };
        let infos = tracking.infos();
        assert_eq!(infos.len(), 2);
        assert_eq!(infos[1].number.as_deref(), Some("2"));
        assert_eq!(infos[1].url, None);
        assert!(Tracking::default().infos().is_empty());
    }
}
