//! Connections, transactions, write lanes, migrations and SQL dialects.
//!
//! One [`Tx`] over SQLite and PostgreSQL: the text is written once, with `$shop` and `$1`, and
//! each database gets its dialect of it. Writes go through lanes, which drain their queue into
//! one transaction and answer after its commit.

mod db;
mod error;
mod ids;
mod job;
mod kept;
mod lanes;
mod lease;
mod migrate;
mod open;
pub mod page;
mod params;
mod platform;
mod postgres;
mod queue;
mod readers;
mod row;
pub mod search;
mod sql;
mod sqlite;
mod tender;
mod tx;
mod values;
mod watch;

pub use db::Db;
pub use error::{OpenError, StoreError};
pub use ids::Ids;
pub use job::{Served, Slice};
pub use kept::Weighed;
pub use migrate::Migration;
pub use open::{Access, Options};
pub use page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
pub use params::{Param, Params, ToParam};
pub use platform::Platform;
pub use row::{FromColumn, FromRow, Record, Row, Value};
pub use sql::Dialect;
pub use tx::Tx;
pub use watch::{Watch, Watched};
