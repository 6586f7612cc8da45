//! Replies: pages, redirects and what went wrong.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use store::StoreError;

use crate::page::plain_page;

/// What keeps a page from being shown.
#[derive(Debug)]
pub(crate) enum Fault {
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

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
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
