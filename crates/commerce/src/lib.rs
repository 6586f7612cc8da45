//! The domain of a store: one folder per area of the trade, one verb per file.
//!
//! Operations are plain functions over a [`store::Tx`] and a [`Call`]; they check first, write
//! then, and record the event last. Nothing in here knows HTTP, GraphQL, Liquid or `async`.
//!
//! An area imports only the areas above it in this list; `cargo xtask tidy` checks that.

pub mod address;
pub mod call;
pub mod events;

pub mod shops;
pub mod staff;
pub mod apps;
pub mod metafields;
pub mod tags;
pub mod catalog;
pub mod inventory;
pub mod customers;
pub mod carts;
pub mod payments;
pub mod orders;
pub mod fulfillment;
pub mod returns;
pub mod checkouts;
pub mod webhooks;

pub use address::Address;
pub use call::{Actor, Call, Clock, Luck};

/// Every change to the tables, oldest first.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    version: 1,
    name: "spine",
    sql: include_str!("../migrations/0001_spine.sql"),
    sqlite_extra: "",
    postgres_extra: "",
}];
