//! Files of a shop under `/cdn/shop/files/`.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use blobs::{BlobError, Blobs};
use commerce::files::mime_of;
use http::header::{self, HeaderValue};
use http::{HeaderMap, StatusCode};
use storefront::Visit;
use units::ShopId;

use crate::pictures::{Asked, Wanted};
use crate::router::Front;

/// Bytes of a part of a file that are sent at once; whoever wants more asks again.
const PART_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Files may be kept by browsers for a day.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=86400");
/// Those whose address carries a version may be kept for a year: other bytes have another one.
const KEEP_VERSION: HeaderValue = HeaderValue::from_static("public, max-age=31557600, immutable");

/// The folder that a shop's files are in.
#[must_use]
pub(crate) fn folder(files: &FilePath, shop: ShopId) -> PathBuf {
    files.join(shop.get().to_string())
}

/// The key of a shop's file.
pub(crate) fn key(shop: ShopId, name: &str) -> String {
    format!("files/{}/{name}", shop.get())
}

/// `GET /cdn/shop/files/{path}`.
pub(crate) async fn file(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    Path(path): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let Some(name) = safe(&path) else {
        return not_found();
    };
    if let Some(wanted) = asked.wanted(name, reads_webp(&headers)) {
        match scaled(&front, &visit, name, wanted).await {
            Ok(Some(mut response)) => {
                keep(response.headers_mut(), &asked);
                return response;
            }
            // What cannot be scaled is sent as it is.
            Ok(None) => {}
            Err(cause) => return failed(&cause),
        }
    }
    let sent = send(&front.blobs, &key(visit.shop, name), &headers).await;
    match sent {
        Ok(mut response) => {
            dress(response.headers_mut(), mime_of(name));
            keep(response.headers_mut(), &asked);
            response
        }
        Err(cause) => failed(&cause),
    }
}

/// For how long a file may be kept.
fn keep(headers: &mut HeaderMap, asked: &Asked) {
    let keep = match asked.has_version() {
        true => KEEP_VERSION,
        false => KEEP,
    };
    headers.insert(header::CACHE_CONTROL, keep);
}

fn failed(cause: &BlobError) -> Response {
    match cause {
        BlobError::NotFound(_) | BlobError::Key(_) => not_found(),
        BlobError::Store(_) => {
            tracing::error!(%cause, "a file could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn scaled(
    front: &Front,
    visit: &Visit,
    name: &str,
    wanted: Wanted,
) -> Result<Option<Response>, BlobError> {
    let key = key(visit.shop, name);
    let found = front.scaler.scaled(visit.shop, &key, wanted).await?;
    Ok(found.map(|bytes| {
        let mut response = bytes.into_response();
        let headers = response.headers_mut();
        dress(headers, wanted.mime_type());
        // The same address is another picture to a browser that reads WebP.
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
        response
    }))
}

/// Whether the client said that it reads WebP.
fn reads_webp(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accept.is_some_and(|kinds| kinds.contains("image/webp"))
}

pub(crate) fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file.\n").into_response()
}

/// What every file is sent with.
pub(crate) fn dress(headers: &mut HeaderMap, kind: &'static str) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // A file opened by itself is a document: it may not run anything.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let anyone = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
    if kind == "application/octet-stream" {
        let save = HeaderValue::from_static("attachment");
        headers.insert(header::CONTENT_DISPOSITION, save);
    }
}

/// The whole file, or the part that was asked for: players of films ask for parts.
async fn send(blobs: &Blobs, key: &str, headers: &HeaderMap) -> Result<Response, BlobError> {
    let asked = headers.get(header::RANGE).and_then(|it| it.to_str().ok());
    let Some(asked) = asked else {
        let (size, pieces) = blobs.stream(key).await?;
        let mut response = Body::from_stream(pieces).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        return Ok(response);
    };
    let size = blobs.known(key).await?.size_bytes;
    let Some((from, to)) = part(asked, size) else {
        let whole = format!("bytes */{size}");
        let headers = [(header::CONTENT_RANGE, whole)];
        return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
    };
    let bytes = blobs.range(key, from..to).await?;
    let place = format!("bytes {from}-{}/{size}", to - 1);
    let headers = [(header::CONTENT_RANGE, place)];
    Ok((StatusCode::PARTIAL_CONTENT, headers, bytes).into_response())
}

/// The first and the byte behind the last that a `Range` means; `None` when there are none.
fn part(asked: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from.trim(), to.trim()) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (from, "") => (from.parse().ok()?, size),
        (from, to) => (
            from.parse().ok()?,
            to.parse::<u64>().ok()?.saturating_add(1),
        ),
    };
    let to = to.min(size).min(from.saturating_add(PART_BYTES_MAX));
    (from < to).then_some((from, to))
}

/// The path, when every part of it is a plain name.
pub(crate) fn safe(path: &str) -> Option<&str> {
    let plain = |part: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(fits)
    };
    (path.len() <= 255 && path.split('/').all(plain)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_not_leave_the_folder() {
        for path in [
            "../x.png",
            "a/../x.png",
            "/etc/passwd",
            "a//b.png",
            ".x.png",
            "a b.png",
            "a\\b.png",
        ] {
            assert_eq!(safe(path), None, "{path}");
        }
        assert_eq!(safe("demo/mug-1.svg"), Some("demo/mug-1.svg"));
    }

    #[test]
    fn a_part_of_a_file_is_what_was_asked_for_and_never_more_than_there_is() {
        assert_eq!(part("bytes=0-3", 10), Some((0, 4)));
        assert_eq!(part("bytes=4-", 10), Some((4, 10)));
        assert_eq!(part("bytes=-3", 10), Some((7, 10)));
        assert_eq!(part("bytes=0-99", 10), Some((0, 10)));
        assert_eq!(part("bytes=10-", 10), None);
        assert_eq!(part("lines=1-2", 10), None);
        assert_eq!(part("bytes=0-", u64::MAX), Some((0, PART_BYTES_MAX)));
    }
}
