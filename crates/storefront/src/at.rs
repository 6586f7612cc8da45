//! What stands in an address.

use axum::extract::{FromRequestParts, Path};
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
