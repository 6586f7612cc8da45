//! The shop window and the hosted checkout: pages rendered on the server, in one plain look.
//!
//! Pages hold no SQL and no rule of trade: a handler reads what the page shows in one snapshot,
//! or hands one operation to the shop's lane, and a template writes the HTML.

mod cookies;
mod page;
mod reply;
mod visit;
mod window;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

pub use page::plain_page;
pub use visit::Visit;

/// No form of these pages is longer.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The pages' addresses. Every request must carry a [`Visit`] among its extensions.
#[must_use]
pub fn router() -> Router {
    Router::new()
        .route("/", get(window::home))
        .route(page::STYLE_PATH, get(page::style))
        .route("/robots.txt", get(page::robots))
        .route("/favicon.ico", get(page::favicon))
        .fallback(window::not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}
