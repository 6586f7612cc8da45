//! The domain of a store: one folder per area of the trade, one verb per file.
//!
//! Operations are plain functions over a [`store::Tx`] and a [`Call`]; they check first, write
//! then, and record the event last. Nothing in here knows HTTP, GraphQL, Liquid or `async`.
//!
//! An area imports only the areas before it in this list; `cargo xtask tidy` checks that.
//!
//! `address` `attributes` `call` `contact` `secret` `queue` `events` `idempotency` `mails`
//! `shops` `staff` `apps` `metafields` `metaobjects` `tags` `files` `inventory` `catalog`
//! `selling_plans` `markets` `customers` `discounts` `gift_cards` `carts` `payments` `orders`
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

pub use address::{Address, AddressError, Heading};
pub use call::{Actor, Call, Clock, Luck};

/// Every change to the tables, oldest first.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        version: 1,
        name: "spine",
        sql: include_str!("../migrations/0001_spine.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 2,
        name: "custom data",
        sql: include_str!("../migrations/0002_custom_data.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 3,
        name: "content",
        sql: include_str!("../migrations/0003_content.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 4,
        name: "orders",
        sql: include_str!("../migrations/0004_orders.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 5,
        name: "buyers",
        sql: include_str!("../migrations/0005_buyers.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 6,
        name: "discounts",
        sql: include_str!("../migrations/0006_discounts.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 7,
        name: "platform",
        sql: include_str!("../migrations/0007_platform.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 8,
        name: "products",
        sql: include_str!("../migrations/0008_products.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 9,
        name: "markets",
        sql: include_str!("../migrations/0009_markets.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 10,
        name: "platform, whole",
        sql: include_str!("../migrations/0010_platform.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
    store::Migration {
        version: 11,
        name: "collections",
        sql: include_str!("../migrations/0011_collections.sql"),
        sqlite_extra: "",
        postgres_extra: "",
    },
];
