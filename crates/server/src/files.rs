//! Files of a shop under `/cdn/shop/files/`, from its folder.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{self, HeaderValue};
use storefront::Visit;
use units::ShopId;

use crate::router::Front;

/// A file beyond this is no picture of a product.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Pictures may be kept by browsers for a day: their addresses carry a version when they change.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The folder that a shop's files are in.
#[must_use]
pub(crate) fn folder(files: &FilePath, shop: ShopId) -> PathBuf {
    files.join(shop.get().to_string())
}

/// `GET /cdn/shop/files/{path}`.
pub(crate) async fn file(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    Path(path): Path<String>,
) -> Response {
    let not_found = || (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    let Some((name, kind)) = safe(&path).zip(content_type(&path)) else {
        return not_found();
    };
    let full = folder(&front.files, visit.shop).join(name);
    match tokio::fs::metadata(&full).await {
        Ok(found) if found.is_file() && found.len() <= FILE_BYTES_MAX => {}
        _ => return not_found(),
    }
    let Ok(bytes) = tokio::fs::read(&full).await else {
        return not_found();
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, KEEP);
    // An SVG opened by itself is a document: it may not run anything.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let anyone = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
    response
}

/// The path, when every part of it is a plain name.
fn safe(path: &str) -> Option<&str> {
    let plain = |part: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(fits)
    };
    (path.len() <= 255 && path.split('/').all(plain)).then_some(path)
}

fn content_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "avif" => "image/avif",
        _ => return None,
    })
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
    fn only_pictures_are_served() {
        assert_eq!(content_type("a.SVG"), Some("image/svg+xml"));
        assert_eq!(content_type("a.html"), None);
    }
}
