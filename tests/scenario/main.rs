//! Scenarios through the HTTP interfaces, one file per area, on both databases.

mod apps;
mod customers;
mod fulfillment;
mod harness;
mod orders;
mod refunds;
mod sale;
mod webhooks;
