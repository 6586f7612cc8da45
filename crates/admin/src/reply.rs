//! Replies: pages, redirects and what went wrong.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use store::StoreError;
use store::page::PageError;

use crate::frame;

/// What keeps a page from being shown.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Nobody is signed in.
    SignedOut,
    /// The form did not come from the session's own pages.
    ForeignForm,
    /// There is nothing at the address.
    NotFound,
    /// The form did not arrive whole, or is none.
    Unread(StatusCode),
    /// The store's fault.
    Store(StoreError),
}

/// What a handler gives back.
pub(crate) type Reply = Result<Response, Fault>;

impl From<StoreError> for Fault {
    fn from(cause: StoreError) -> Self {
        Self::Store(cause)
    }
}

/// A cursor that leads nowhere is an address that does not exist.
impl From<PageError> for Fault {
    fn from(cause: PageError) -> Self {
        match cause {
            PageError::Store(cause) => Self::Store(cause),
            PageError::BadCursor => Self::NotFound,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, title, text) = match self {
            Self::SignedOut => return see_other("/admin/sign-in"),
            Self::ForeignForm => (
                StatusCode::FORBIDDEN,
                "This form is out of date",
                "It was opened in another session. Go back, load the page anew and try again; nothing was changed.",
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Page not found",
                "There is nothing at this address.",
            ),
            Self::Unread(status) => (
                status,
                "The form could not be read",
                "It did not arrive whole, or is no form of these pages. Go back and send it again; nothing was changed.",
            ),
            Self::Store(cause) => {
                tracing::error!(%cause, "a page of the merchant could not be read");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Something went wrong",
                    "The store could not answer. Nothing was changed; try again in a moment.",
                )
            }
        };
        let body = html! { div.alone { h1 { (title) } p.soft { (text) } p { a href="/admin" { "Back to the orders" } } } };
        page(status, &frame::bare(title, &body))
    }
}

/// A page; it is never kept by a browser, since it shows people's data.
pub(crate) fn page(status: StatusCode, markup: &Markup) -> Response {
    let mut response = Response::new(Body::from(markup.0.clone()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// On to another address, which is read.
pub(crate) fn see_other(address: &str) -> Response {
    let mut response = Response::new(Body::empty());
    match HeaderValue::try_from(address) {
        Ok(value) => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(header::LOCATION, value);
        }
        Err(_) => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}
