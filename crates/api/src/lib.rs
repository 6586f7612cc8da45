//! The Admin and Storefront GraphQL interfaces.
//!
//! A resolver permits, calls and presents; it holds no SQL and no rule of trade. [`Api`] is the
//! edge: it takes a request's body and credentials and gives back status and bytes.

mod access;
pub mod admin;
mod bulk;
mod cx;
mod edge;
mod errors;
mod images;
mod measures;
mod money;
mod once;
mod paging;
mod passwords;
mod references;
mod scalars;
mod searches;
mod served;
pub mod storefront;
mod texts;
mod throttle;
mod tokens;
mod version;
mod within;

pub use cx::{Cx, Market, Request};
pub use edge::{Api, Incoming, Reply};
pub use served::{admin_sdl, storefront_sdl};
pub use version::{Version, served_version};

/// The registry that every area adds its types and fields to.
pub(crate) type Registry = graphql::Registry<Cx, Request>;
/// A checked schema, ready to plan and execute.
pub(crate) type Schema = graphql::Schema<Cx, Request>;
