//! Scenarios through the HTTP interfaces, one file per area, on both databases.

mod apps;
mod articles;
mod bulk_operations;
mod carts;
mod checkout_page;
mod checkouts;
mod collections;
mod customers;
mod fulfillment;
mod harness;
mod inventory;
mod menus;
mod merchant_pages;
mod metafield_definitions;
mod metaobjects;
mod order_create;
mod orders;
mod pages;
mod products;
mod publications;
mod redirects;
mod refunds;
mod sale;
mod shop_window;
mod storefront_products;
mod webhooks;
