//! The worker loop: claims what is due, does it outside any transaction, records how it went.
//!
//! Any number of workers, in any number of processes, may run on one database: a claim is a
//! lease that ends by itself, so that a job of a worker that died is done by another. Every
//! receiver has a bound of its own, so that a slow one delays nobody else.

mod best_sellers;
mod bulk;
mod bulk_lines;
mod claims;
mod collections;
mod file;
mod films;
mod housekeeping;
mod probe;
mod redirects;
mod themes;
mod webhook;
mod worker;

pub use bulk::{BulkRunner, LinesDone};
pub use housekeeping::keep_house;
pub use worker::{Deps, Running, run_until_idle, start};
