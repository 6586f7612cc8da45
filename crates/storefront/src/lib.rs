//! The shop window and the hosted checkout: pages rendered on the server, in one plain look.
//!
//! Pages hold no SQL and no rule of trade: a handler reads what the page shows in one snapshot,
//! or hands one operation to the shop's lane, and a template writes the HTML.

mod account;
mod at;
mod cart;
mod cart_page;
mod checkout;
mod comments;
mod content;
mod cookies;
mod goods;
mod market;
mod page;
mod redirect;
mod reply;
mod safe_html;
mod shelf;
mod visit;
mod window;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use commerce::draft_orders::INVOICE_ROUTE;
use commerce::orders::STATUS_ROUTE;

pub use page::{STYLE_PATH, plain_page};
pub use redirect::moved;
pub use visit::Visit;
pub use window::not_found;

/// No form of these pages is longer.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The pages' addresses, but for [`not_found`], which is for all others. Every request must carry
/// a [`Visit`] among its extensions.
pub fn router() -> Router {
    Router::new()
        .route("/", get(window::home))
        .route("/collections", get(window::collections))
        .route("/collections/{handle}", get(window::collection))
        .route("/products/{handle}", get(goods::product))
        .route(
            "/collections/{collection}/products/{handle}",
            get(goods::product_of_collection),
        )
        .route("/pages/{handle}", get(content::page))
        .route("/blogs/{handle}", get(content::blog))
        .route("/blogs/{blog}/{handle}", get(content::article))
        .route("/blogs/{blog}/{handle}/comments", post(comments::add))
        .route("/policies/{handle}", get(content::policy))
        .route(
            "/account/{purpose}/{customer}/{token}",
            get(account::show).post(account::choose),
        )
        .route("/search", get(window::search))
        .route("/cart", get(cart_page::show).post(cart_page::update))
        .route("/cart/add", post(cart_page::add))
        .route("/cart/c/{token}", get(checkout::enter))
        .route(
            "/checkouts/cn/{token}",
            get(checkout::show).post(checkout::submit),
        )
        .route("/checkouts/cn/{token}/thank-you", get(checkout::thank_you))
        .route(STATUS_ROUTE, get(checkout::order_status))
        .route(
            INVOICE_ROUTE,
            get(checkout::show_invoice).post(checkout::pay_invoice),
        )
        .route(STYLE_PATH, get(page::style))
        .route("/robots.txt", get(page::robots))
        .route("/favicon.ico", get(page::favicon))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}
