//! Scenarios through the HTTP interfaces, one file per area, on both databases.

mod apps;
mod carts;
mod checkouts;
mod customers;
mod fulfillment;
mod harness;
mod inventory;
mod orders;
mod refunds;
mod sale;
mod webhooks;
