//! Scenarios through the HTTP interfaces, one file per area, on both databases.

mod apps;
mod bulk_operations;
mod carts;
mod checkout_page;
mod checkouts;
mod collections;
mod customers;
mod fulfillment;
mod harness;
mod inventory;
mod merchant_pages;
mod order_create;
mod orders;
mod products;
mod refunds;
mod sale;
mod shop_window;
mod storefront_products;
mod webhooks;
