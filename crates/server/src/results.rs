//! The results of bulk operations: lines of JSON, at an address that cannot be guessed.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use commerce::bulk_operations::{self, BulkOperation};
use http::StatusCode;
use http::header::{self, HeaderValue};
use storefront::Visit;
use subtle::ConstantTimeEq as _;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;
use units::BulkOperationId;

use crate::router::Front;

/// `GET /bulk/{operation}/{secret}.jsonl`: who has the address may read it, for a week.
pub(crate) async fn result(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    Path((id, file)): Path<(i64, String)>,
) -> Response {
    let id = BulkOperationId(id);
    let read = front
        .db
        .read(visit.shop, move |tx| bulk_operations::load(tx, &[id]))
        .await;
    let found = match read.and_then(|found| found) {
        Ok(found) => found.into_iter().next(),
        Err(cause) => {
            tracing::error!(%cause, "a bulk operation was not read");
            return (StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment.\n").into_response();
        }
    };
    let not_found = || {
        let why = "There is no such result, or it is older than a week.\n";
        (StatusCode::NOT_FOUND, why).into_response()
    };
    let is_there = |own: &BulkOperation| own.result_path(visit.now).is_some();
    let Some(operation) = found.filter(|own| is_there(own) && fits(&own.secret, &file)) else {
        return not_found();
    };
    let path = bulk_operations::result_file(&front.data, visit.shop, id);
    let Ok(opened) = tokio::fs::File::open(&path).await else {
        tracing::error!(path = %path.display(), "a bulk operation's result is gone");
        return not_found();
    };
    // What was written and not recorded is no part of the result.
    let bytes = u64::try_from(operation.file_bytes).unwrap_or(0);
    let body = Body::from_stream(ReaderStream::new(opened.take(bytes)));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/jsonl");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    let name = format!("attachment; filename=\"bulk-{}.jsonl\"", id.get());
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn fits(secret: &str, file: &str) -> bool {
    let given = file.strip_suffix(".jsonl").unwrap_or_default();
    secret.as_bytes().ct_eq(given.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_fits() {
        assert!(fits("abc", "abc.jsonl"));
        assert!(!fits("abc", "abc") && !fits("abc", "ab.jsonl") && !fits("abc", ".jsonl"));
    }
}
