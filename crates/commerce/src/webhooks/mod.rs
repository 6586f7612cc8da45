//! Webhooks: subscriptions, payloads and deliveries.

mod create;
mod delete;
mod delivery;
mod endpoint;
mod filter;
mod forget;
mod input;
mod list;
mod outcome;
mod payloads;
mod prepare;
mod redeliver;
mod sql;
mod subscription;
mod update;

pub use create::create;
pub use delete::delete;
pub use delivery::{Delivery, DeliveryState, deliveries, delivery};
pub use endpoint::{Endpoint, EndpointError};
pub use filter::Filter;
pub use forget::forget;
pub use input::{SubscriptionError, SubscriptionInput};
pub use list::{SubscriptionSort, Wanted, count, list, parse_search};
pub use outcome::{Outcome, record_outcome};
pub use prepare::{Post, Prepared, keep_payloads, prepare};
pub use redeliver::{RedeliverError, redeliver};
pub use subscription::{Format, Subscription, TextList, load_many};
pub use update::update;
