//! The harness of the tests that drive the whole program.
//!
//! A scenario is written once and runs on both databases, over HTTP, against a
//! shop of its own:
//!
//! ```text
//! #[scenario]
//! async fn a_product_is_found_by_its_handle(shop: TestShop) { … }
//! ```

pub mod books;
mod client;
mod given;
mod host;
pub mod program;
mod reply;
mod shop;
mod twin;
mod webhooks;
mod world;

pub use client::client;
pub use given::{Card, Cart, Variant, checkout_form};
pub use host::Host;
pub use program::Program;
pub use reply::Reply;
pub use serde_json::{Value, json};
pub use shop::{TestShop, new_shop};
pub use tests_macros::scenario;
pub use webhooks::{Delivery, Receiver};
pub use world::{Engine, Server, new_postgres_database, run};
