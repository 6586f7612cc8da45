//! Replies: pages, redirects and what went wrong.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use store::StoreError;
use store::page::PageError;

use crate::page::plain_page;

/// What keeps a page from being shown.
#[derive(Debug)]
pub(crate) enum Fault {
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
        match self {
            // Nothing is called anything with a NUL character in it.
            Self::NotFound | Self::Store(StoreError::NulText { .. }) => {
                let page = plain_page("Page not found", "404", "There is nothing at this address.");
                html(StatusCode::NOT_FOUND, page)
            }
            Self::Unread(status) => {
                let why = "What was sent did not arrive whole, or is no form of this store. Nothing was changed; go back and send it again.";
                html(status, plain_page("Please try again", status.as_str(), why))
            }
            Self::Store(cause) => {
                tracing::error!(%cause, "a page could not be read");
                let why = "The store could not answer. Nothing was changed; try again in a moment.";
                let page = plain_page("Something went wrong", "503", why);
                let mut response = html(StatusCode::SERVICE_UNAVAILABLE, page);
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
                response
            }
        }
    }
}

/// A page.
pub(crate) fn shown(page: Markup) -> Response {
    html(StatusCode::OK, page.into_string())
}

/// A page with another status.
pub(crate) fn html(status: StatusCode, page: String) -> Response {
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    response
}

/// On to another address, which is read: after a form was taken.
pub(crate) fn see_other(address: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, address)
}

/// On to another address.
pub(crate) fn redirect(status: StatusCode, address: &str) -> Response {
    let mut response = Response::new(Body::empty());
    match HeaderValue::try_from(address) {
        Ok(value) => {
            *response.status_mut() = status;
            response.headers_mut().insert(header::LOCATION, value);
        }
        Err(_) => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}
