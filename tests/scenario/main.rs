//! Scenarios through the HTTP interfaces, one file per area, on both databases.

mod apps;
mod carts;
mod checkouts;
mod collections;
mod customers;
mod fulfillment;
mod harness;
mod inventory;
mod orders;
mod products;
mod refunds;
mod sale;
mod webhooks;
