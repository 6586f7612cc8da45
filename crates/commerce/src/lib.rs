//! The domain of a store: one folder per area of the trade, one verb per file.
//!
//! Operations are plain functions over a [`store::Tx`] and a [`Call`]; they check first, write
//! then, and record the event last. Nothing in here knows HTTP, GraphQL, Liquid or `async`.
//!
//! An area imports only the areas before it in this list; `cargo xtask tidy` checks that.
//!
//! `address` `attributes` `call` `contact` `secret` `queue` `revisions` `events` `idempotency` `mails`
//! `shops` `staff` `apps` `metafields` `metaobjects` `tags` `files` `inventory` `catalog`
//! `feedback` `selling_plans` `markets` `customers` `discounts` `gift_cards` `carts` `payments` `orders`
//! `fulfillment` `returns` `checkouts` `draft_orders` `content` `saved_searches` `themes`
//! `translations` `bulk_operations` `webhooks` `books`

pub mod address;
pub mod attributes;
pub mod call;
pub mod contact;
pub mod events;
pub mod idempotency;
pub mod mails;
pub mod queue;
pub mod revisions;
pub mod secret;

pub mod apps;
pub mod bulk_operations;
pub mod carts;
pub mod catalog;
pub mod checkouts;
pub mod content;
pub mod customers;
pub mod discounts;
pub mod draft_orders;
pub mod feedback;
pub mod files;
pub mod fulfillment;
pub mod gift_cards;
pub mod inventory;
pub mod markets;
pub mod metafields;
pub mod metaobjects;
pub mod orders;
pub mod payments;
pub mod returns;
pub mod saved_searches;
pub mod selling_plans;
pub mod shops;
pub mod staff;
pub mod tags;
pub mod themes;
pub mod translations;
pub mod webhooks;

pub mod books;

use store::Migration;

pub use address::{Address, AddressError, Heading};
pub use call::{Actor, Call, Clock, Luck};

/// Every change to the tables, oldest first.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(1, "spine", include_str!("../migrations/0001_spine.sql")),
    Migration::new(
        2,
        "custom data",
        include_str!("../migrations/0002_custom_data.sql"),
    ),
    Migration::new(3, "content", include_str!("../migrations/0003_content.sql")),
    Migration::new(4, "orders", include_str!("../migrations/0004_orders.sql")),
    Migration::new(5, "buyers", include_str!("../migrations/0005_buyers.sql")),
    Migration::new(
        6,
        "discounts",
        include_str!("../migrations/0006_discounts.sql"),
    ),
    Migration::new(
        7,
        "platform",
        include_str!("../migrations/0007_platform.sql"),
    ),
    Migration::new(
        8,
        "products",
        include_str!("../migrations/0008_products.sql"),
    ),
    Migration::new(9, "markets", include_str!("../migrations/0009_markets.sql")),
    Migration::new(
        10,
        "platform, whole",
        include_str!("../migrations/0010_platform.sql"),
    ),
    Migration::new(
        11,
        "collections",
        include_str!("../migrations/0011_collections.sql"),
    ),
    Migration::new(
        12,
        "catalogue, whole",
        include_str!("../migrations/0012_catalogue.sql"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_of_migrations_count_from_one() {
        let versions = MIGRATIONS.iter().map(|step| step.version);
        assert!(versions.eq(1..=MIGRATIONS.len() as i64));
    }
}
