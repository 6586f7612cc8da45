//! The HTTP side of the two GraphQL interfaces.

use std::net::IpAddr;
use std::sync::Arc;

use api::{Incoming, Reply};
use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use commerce::apps::TokenKind;
use http::header::{self, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use storefront::Visit;

use crate::listen::Peer;
use crate::router::Front;
use crate::start::wait_until;

/// Bodies beyond this are refused.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Where a token may stand, first come first served. The theme command line sends its Admin token
/// as `Authorization` too.
const ADMIN_TOKENS: &[(&str, TokenKind)] = &[
    ("x-shopify-access-token", TokenKind::Admin),
    ("authorization", TokenKind::Admin),
];
const STOREFRONT_TOKENS: &[(&str, TokenKind)] = &[
    (
        "shopify-storefront-private-token",
        TokenKind::StorefrontPrivate,
    ),
    (
        "x-shopify-storefront-access-token",
        TokenKind::StorefrontPublic,
    ),
];
const API_VERSION: HeaderName = HeaderName::from_static("x-shopify-api-version");

/// `POST /admin/api/{version}/graphql.json`.
pub(crate) async fn admin(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    Path(version): Path<String>,
    request: Request,
) -> Response {
    if request.method() != Method::POST {
        return method_not_allowed("POST");
    }
    let token = credential(request.headers(), ADMIN_TOKENS);
    match incoming(visit, version, token, request).await {
        Ok(incoming) => {
            if !*front.admin_ready.borrow() {
                wait_until(front.admin_ready.clone()).await;
            }
            respond(front.api.admin(incoming).await)
        }
        Err(refusal) => refusal,
    }
}

/// `POST /api/{version}/graphql.json`, also without `.json`; any origin may call it.
pub(crate) async fn storefront(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    Path(version): Path<String>,
    request: Request,
) -> Response {
    let mut response = match *request.method() {
        Method::POST => {
            let token = credential(request.headers(), STOREFRONT_TOKENS);
            match incoming(visit, version, token, request).await {
                Ok(incoming) => respond(front.api.storefront(incoming).await),
                Err(refusal) => refusal,
            }
        }
        Method::OPTIONS => preflight(request.headers()),
        _ => method_not_allowed("POST, OPTIONS"),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    let shown = HeaderValue::from_static("x-request-id, x-shopify-api-version, retry-after");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
    response
}

async fn incoming(
    visit: Visit,
    version: String,
    token: Option<(TokenKind, String)>,
    request: Request,
) -> Result<Incoming, Response> {
    let (parts, body) = request.into_parts();
    let declared = parts.headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(too_large());
    }
    let key = parts
        .headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok());
    let caller = caller(&parts, token.as_ref());
    let body = to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|_| too_large())?;
    Ok(Incoming {
        shop: visit.shop,
        origin: visit.origin,
        version,
        token,
        idempotency_key: key.map(str::to_owned),
        caller,
        body: body.into(),
        now: visit.now,
    })
}

/// Who calls: the buyer whom a storefront's server speaks for, else who is connected. Only a private
/// token may speak for others.
fn caller(parts: &Parts, token: Option<&(TokenKind, String)>) -> Option<String> {
    let for_others = token.is_some_and(|(kind, _)| *kind == TokenKind::StorefrontPrivate);
    let buyer = parts
        .headers
        .get("shopify-storefront-buyer-ip")
        .filter(|_| for_others);
    let buyer = buyer.and_then(|ip| ip.to_str().ok()?.parse::<IpAddr>().ok());
    let peer = || parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
    buyer.or_else(peer).map(|ip| ip.to_string())
}

fn credential(headers: &HeaderMap, places: &[(&str, TokenKind)]) -> Option<(TokenKind, String)> {
    let given = |name: &str| headers.get(name)?.to_str().ok();
    places.iter().find_map(|(name, kind)| {
        let text = given(name)?;
        Some((
            *kind,
            text.strip_prefix("Bearer ").unwrap_or(text).to_owned(),
        ))
    })
}

fn respond(reply: Reply) -> Response {
    let mut response = json(reply.status, reply.body);
    if let Some(version) = reply.version {
        response
            .headers_mut()
            .insert(API_VERSION, HeaderValue::from_static(version));
    }
    response
}

fn json(status: u16, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A body that is too long, or that broke off.
fn too_large() -> Response {
    let why = format!(
        "The body was not read: it may have {BODY_BYTES_MAX} bytes at most, and must arrive whole."
    );
    refuse(StatusCode::PAYLOAD_TOO_LARGE, &why)
}

/// A refusal of a whole request, in the shape of the interfaces.
pub(crate) fn refuse(status: StatusCode, why: &str) -> Response {
    let text = serde_json::json!({ "errors": why }).to_string();
    json(status.as_u16(), text)
}

/// An address of an interface that is not served.
pub(crate) fn not_found() -> Response {
    json(404, r#"{"errors":"Not Found"}"#)
}

fn method_not_allowed(allowed: &'static str) -> Response {
    let text = format!(r#"{{"errors":"Use {allowed} at this address."}}"#);
    let mut response = json(405, text);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

/// The answer to a browser that asks whether a page of another origin may call.
fn preflight(asked: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("POST, OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let usual = HeaderValue::from_static("content-type, x-shopify-storefront-access-token");
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        wanted.unwrap_or(usual),
    );
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("7200"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_found_under_either_name() {
        let mut headers = HeaderMap::new();
        assert!(credential(&headers, ADMIN_TOKENS).is_none());
        headers.insert("authorization", HeaderValue::from_static("Bearer shpat_1"));
        let found = credential(&headers, ADMIN_TOKENS).map(|(_, token)| token);
        assert_eq!(found.as_deref(), Some("shpat_1"));
    }
}
