//! The catalogue against both databases: each test runs on SQLite and on PostgreSQL.

mod exporting;
mod files;
mod importing;
mod listing;
mod metafields;
mod narrowing;
mod products;
mod smart;
mod variants;
mod world;
