//! What a request brings: what stands in its address, and the form that it posts.

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::reply::Fault;

/// The parts of a page's address. An address that cannot be read leads nowhere: its page is the
/// one for what is not there, not a bare refusal.
pub(crate) struct At<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        found
            .map(|Path(own)| Self(own))
            .map_err(|_| Fault::NotFound)
    }
}

/// What stands behind the question mark. What cannot be read is as if it were not there: an
/// address that somebody shortened or misspelt still shows its page.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Default + Send> FromRequestParts<S> for Query<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let found = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        Ok(Self(found.map(|found| found.0).unwrap_or_default()))
    }
}

/// A form that was posted. One that cannot be read is answered with a page that says so.
pub(crate) struct Form<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let sent = axum::Form::<T>::from_request(request, state).await;
        sent.map(|axum::Form(own)| Self(own))
            .map_err(|why| Fault::Unread(why.status()))
    }
}
