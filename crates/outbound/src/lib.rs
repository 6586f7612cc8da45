//! The only HTTP client: webhook posts now, payment gateways and carriers later.
//!
//! It calls hosts that others name, so it refuses addresses of private networks after resolving
//! them and connects to just the addresses it has checked; it follows no redirects, uses no
//! proxy, waits no longer than its time-out and reads no more of a reply than it keeps.

mod address;
mod client;
mod fetch;
mod tls;
mod webhook;

pub use address::is_public;
pub use client::{Options, Outbound, StartError, client_of_owner};
pub use webhook::signature;
