//! Fulfilment: what each location has to send for an order, and what has left.

mod cancel;
mod create;
mod create_sent;
mod hold;
mod read;
mod rearrange;
mod records;
mod release;
mod sheet;
mod sql;
mod told;
mod tracking;

pub use cancel::{CancelFulfillmentError, cancel};
pub use create::{FulfillError, FulfillmentOrderLines, NewFulfillment, create};
pub use create_sent::{Sent, create_sent};
pub use hold::{Held, HoldError, NewHold, Release as HoldRelease, hold, release_hold};
pub use rearrange::{CalledOff, Moved, RearrangeError, Split, call_off, move_to, split};
pub use records::{
    Fulfillment, FulfillmentHold, FulfillmentLineItem, FulfillmentOrder, FulfillmentOrderLineItem,
    FulfillmentStatus, HoldReason, Tracking, TrackingInfo,
};
pub use sheet::{PickError, Units};
pub use tracking::{TrackingError, TrackingUpdate, update_tracking};

pub use read::{
    SortKey, SupportedAction, Which, fulfillment_lines, fulfillment_order_lines,
    fulfillment_orders, fulfillment_orders_by_id, fulfillments, fulfillments_by_id, holds, list,
    parse_search, supported_actions,
};

pub(crate) use release::Work;
