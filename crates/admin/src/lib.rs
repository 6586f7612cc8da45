//! The merchant's pages: sign-in, orders, products, mails and webhooks.
//!
//! HTML from typed templates; every page but the sign-in asks for a session, every form carries
//! the session's token. Pages hold no SQL and no rule of trade.

mod at;
mod charges;
mod cookies;
mod desk;
mod frame;
mod mails;
mod order;
mod order_forms;
mod orders;
mod paging;
mod products;
mod reply;
mod session;
mod sign_in;
mod states;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use commerce::staff::SignInLimiter;

pub use desk::Desk;

/// The page of an address that leads nowhere.
#[must_use]
pub fn not_found() -> Response {
    reply::Fault::NotFound.into_response()
}

/// No form of these pages is longer.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The pages' addresses. Every request must carry a [`Desk`] among its extensions.
pub fn router() -> Router {
    Router::new()
        .route("/admin", get(sign_in::front))
        .route("/admin/", get(sign_in::front))
        .route("/admin/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/admin/sign-out", post(sign_in::sign_out))
        .route("/admin/orders", get(orders::list))
        .route("/admin/orders/{id}", get(order::show))
        .route("/admin/orders/{id}/fulfill", post(order_forms::fulfill))
        .route("/admin/orders/{id}/refund", post(order_forms::refund))
        .route(
            "/admin/orders/{id}/mark-as-paid",
            post(order_forms::mark_as_paid),
        )
        .route("/admin/products", get(products::list))
        .route("/admin/mails", get(mails::list))
        .route("/admin/webhooks", get(webhooks::list))
        .route("/admin/webhooks/{id}", get(webhooks::show))
        .route("/admin/webhooks/{id}/redeliver", post(webhooks::redeliver))
        .route(
            "/admin/charges/subscriptions/{id}/{secret}",
            get(charges::show_subscription).post(charges::answer_subscription),
        )
        .route(
            "/admin/charges/purchases/{id}/{secret}",
            get(charges::show_purchase).post(charges::answer_purchase),
        )
        .route(frame::STYLE_PATH, get(frame::style))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(Arc::new(SignInLimiter::default()))
}
