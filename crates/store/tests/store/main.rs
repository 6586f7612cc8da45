//! The store against both databases: each test runs on SQLite and on PostgreSQL.

mod guard;
mod lanes;
mod opening;
mod paging;
mod processes;
mod shops;
mod statements;
mod world;
