//! States as small coloured marks, with words.

use commerce::orders::{
    DisplayFinancialStatus as Financial, DisplayFulfillmentStatus as Fulfillment,
};
use commerce::webhooks::DeliveryState;
use maud::{Markup, html};

fn mark(kind: &str, text: &str) -> Markup {
    html! { span class=(format!("state {kind}")) { (text) } }
}

/// What is paid.
pub(crate) fn financial(status: Financial) -> Markup {
    match status {
        Financial::Pending => mark("warn", "Payment pending"),
        Financial::Authorized => mark("warn", "Authorised"),
        Financial::PartiallyPaid => mark("warn", "Partly paid"),
        Financial::Paid => mark("good", "Paid"),
        Financial::PartiallyRefunded => mark("", "Partly refunded"),
        Financial::Refunded => mark("", "Refunded"),
        Financial::Voided => mark("", "Voided"),
        Financial::Expired => mark("bad", "Expired"),
    }
}

/// What has left.
pub(crate) fn fulfillment(status: Fulfillment) -> Markup {
    match status {
        Fulfillment::Unfulfilled => mark("warn", "Unfulfilled"),
        Fulfillment::PartiallyFulfilled => mark("warn", "Partly fulfilled"),
        Fulfillment::Fulfilled => mark("good", "Fulfilled"),
        Fulfillment::InProgress => mark("warn", "In progress"),
        Fulfillment::OnHold => mark("warn", "On hold"),
        Fulfillment::Scheduled => mark("", "Scheduled"),
    }
}

/// Where a delivery stands.
pub(crate) fn delivery(state: DeliveryState) -> Markup {
    match state {
        DeliveryState::Pending => mark("warn", "Pending"),
        DeliveryState::Delivered => mark("good", "Delivered"),
        DeliveryState::Filtered => mark("", "Filtered out"),
        DeliveryState::Failed => mark("bad", "Given up"),
    }
}

/// A neutral mark.
pub(crate) fn plain(text: &str) -> Markup {
    mark("", text)
}

/// A good mark.
pub(crate) fn good(text: &str) -> Markup {
    mark("good", text)
}
