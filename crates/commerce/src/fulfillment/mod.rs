//! Fulfilment: what each location has to send for an order, and what has left.

mod create;
mod create_sent;
mod read;
mod records;
mod release;
mod sql;
mod tracking;

pub use create::{FulfillError, FulfillmentOrderLines, NewFulfillment, create};
pub use create_sent::{Sent, create_sent};
pub use records::{
    Fulfillment, FulfillmentLineItem, FulfillmentOrder, FulfillmentOrderLineItem,
    FulfillmentStatus, Tracking, TrackingInfo,
};
pub use tracking::{TrackingError, TrackingUpdate, update_tracking};

pub use read::{
    SortKey, SupportedAction, Which, fulfillment_lines, fulfillment_order_lines,
    fulfillment_orders, fulfillment_orders_by_id, fulfillments, fulfillments_by_id, list,
    parse_search, supported_actions,
};

pub(crate) use release::Work;
