//! Every address of the one listener, and what each request is given on its way in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use blobs::Blobs;
use commerce::{Clock, Luck};
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode, Uri};
use store::Db;
use tokio::sync::watch;

use crate::body::{self, Ended, Pace};
use crate::directory::{Directory, Host};
use crate::listen::Peer;
use crate::pictures::Scaler;
use crate::settings::Settings;
use crate::trouble::Trouble;
use crate::{api_edge, files, results, start, uploads};

/// The header that names a request in logs and replies.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every request is served from.
pub(crate) struct Front {
    /// The database.
    pub(crate) db: Db,
    /// Both APIs.
    pub(crate) api: Arc<api::Api>,
    /// Where moments come from.
    pub(crate) clock: Clock,
    /// Where tokens come from.
    pub(crate) luck: Luck,
    /// Whether connections are secured.
    pub(crate) secure: bool,
    /// Where files are kept.
    pub(crate) blobs: Blobs,
    /// Makes pictures of other sizes.
    pub(crate) scaler: Scaler,
    /// The data folder itself.
    pub(crate) data: std::path::PathBuf,
    /// True once the Admin schema is loaded.
    pub(crate) admin_ready: watch::Receiver<bool>,
    directory: Directory,
    request_ids: RequestIds,
}

impl Front {
    /// A front over `db`.
    ///
    /// # Errors
    /// When the data folder cannot be used.
    pub(crate) fn new(
        db: Db,
        api: Arc<api::Api>,
        settings: &Settings,
        secure: bool,
        admin_ready: watch::Receiver<bool>,
    ) -> Result<Self, Trouble> {
        let directory = Directory::new(db.clone());
        let request_ids = RequestIds::new(&settings.luck);
        let blobs = start::blobs(settings)?;
        Ok(Self {
            scaler: Scaler::new(blobs.clone()),
            blobs,
            db,
            api,
            clock: settings.clock.clone(),
            luck: settings.luck.clone(),
            secure,
            data: settings.data.clone(),
            admin_ready,
            directory,
            request_ids,
        })
    }
}

/// Request ids: a prefix that differs by process, and a count.
struct RequestIds {
    prefix: String,
    count: AtomicU64,
}

impl RequestIds {
    fn new(luck: &Luck) -> Self {
        let token = luck.token();
        // Shaped as a UUID, since clients log them as such.
        let prefix = format!(
            "{}-{}-4{}-a{}",
            &token[..8],
            &token[8..12],
            &token[12..15],
            &token[15..18]
        );
        Self {
            prefix,
            count: AtomicU64::new(1),
        }
    }

    fn next(&self) -> String {
        format!(
            "{}-{:012x}",
            self.prefix,
            self.count.fetch_add(1, Ordering::Relaxed)
        )
    }
}

/// The router of the public listener.
pub(crate) fn router(front: Arc<Front>) -> Router {
    Router::new()
        .route("/admin/api/{version}/graphql.json", any(api_edge::admin))
        .route("/api/{version}/graphql.json", any(api_edge::storefront))
        .route("/api/{version}/graphql", any(api_edge::storefront))
        .route("/cdn/shop/files/{*path}", get(files::file))
        .merge(uploads::router())
        .route("/bulk/{operation}/{file}", get(results::result))
        .with_state(Arc::clone(&front))
        .merge(storefront::router())
        .merge(admin::router())
        .fallback(not_found)
        .layer(from_fn_with_state(front, receive))
}

/// Any other address: a page for people, a text for programs.
async fn not_found(uri: Uri, visit: Extension<storefront::Visit>, headers: HeaderMap) -> Response {
    let path = uri.path();
    if is_api(path) {
        return api_edge::not_found();
    }
    if path.starts_with("/admin/") {
        return admin::not_found();
    }
    storefront::not_found(visit, headers).await
}

/// Names the request, finds its shop, and hands both on.
async fn receive(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let id = front.request_ids.next();
    let now = front.clock.now();
    let host = host_of(&request).to_owned();
    let body = body::watch(&mut request, Pace::default());
    let uri = request.uri().clone();
    let mut response = match front.directory.find(&host, now).await {
        Ok(Host::Shop(shop)) => {
            let scheme = if front.secure { "https" } else { "http" };
            let origin = format!("{scheme}://{host}");
            let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
            request.extensions_mut().insert(admin::Desk {
                db: front.db.clone(),
                luck: front.luck.clone(),
                shop,
                secure: front.secure,
                peer,
                now,
            });
            request.extensions_mut().insert(storefront::Visit {
                db: front.db.clone(),
                luck: front.luck.clone(),
                shop,
                origin,
                secure: front.secure,
                peer,
                limiter: front.api.limiter(),
                now,
            });
            let visit = request.extensions().get::<storefront::Visit>().cloned();
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let response = next.run(request).await;
            match visit.filter(|_| response.status() == StatusCode::NOT_FOUND) {
                Some(visit) if is_a_page(uri.path()) => {
                    let moved = storefront::moved(visit, &method, &uri).await;
                    moved.unwrap_or(response)
                }
                _ => response,
            }
        }
        // The page that says so wants its style sheet.
        Ok(_) if request.uri().path() == storefront::STYLE_PATH => next.run(request).await,
        Ok(unknown) => no_such_shop(&host, unknown),
        Err(cause) => {
            tracing::error!(request = %id, %cause, "the shop of a host could not be looked up");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "The store is not available. Try again in a moment.\n",
            )
                .into_response()
        }
    };
    if let Some(body) = body
        && body.settle().await == Ended::Late
    {
        response = too_slow(&uri);
    }
    if response.status().is_server_error() {
        tracing::warn!(request = %id, status = response.status().as_u16(), "a request failed");
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, value);
    }
    secure_headers(headers, front.secure);
    response
}

/// Whether an address is one that people open: the merchant may lead it elsewhere.
fn is_a_page(path: &str) -> bool {
    !["/admin", "/api/", "/cdn/", "/staged-uploads/"]
        .iter()
        .any(|own| path.starts_with(own))
}

/// The host that the client named: of the address in http/2, of the header in http/1.1.
fn host_of(request: &Request) -> &str {
    if let Some(authority) = request.uri().authority() {
        return authority.as_str();
    }
    let header = request.headers().get(header::HOST);
    header.and_then(|host| host.to_str().ok()).unwrap_or("")
}

fn secure_headers(headers: &mut HeaderMap, secure: bool) {
    const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    if secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    let html = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if html {
        const POLICY: HeaderValue = HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src 'self' data: https: http:; \
             script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        );
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
}

/// The reply to a body that stalled: the connection ends with it.
fn too_slow(uri: &Uri) -> Response {
    const WHY: &str = "The request's body came too slowly, or stopped coming. Send it again.";
    let mut response = if is_api(uri.path()) {
        api_edge::refuse(StatusCode::REQUEST_TIMEOUT, WHY)
    } else {
        (StatusCode::REQUEST_TIMEOUT, format!("{WHY}\n")).into_response()
    };
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

fn is_api(path: &str) -> bool {
    path.starts_with("/admin/api/") || path.starts_with("/api/")
}

fn no_such_shop(host: &str, found: Host) -> Response {
    let why = match found {
        Host::Ambiguous => {
            "This address reaches a shop only while exactly one lives here. Use the shop's own \
             domain, or open a shop with `stockroom shop create`."
        }
        Host::Shop(_) | Host::Unknown => {
            "No shop here has this domain. Check the address; on the same machine \
             127.0.0.1 and localhost reach the only shop."
        }
    };
    let page = storefront::plain_page("No shop at this address", host, why);
    (StatusCode::NOT_FOUND, html(page)).into_response()
}

fn html(page: String) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], Body::from(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_look_like_uuids_and_differ() {
        let ids = RequestIds::new(&Luck::seeded(1));
        let (one, two) = (ids.next(), ids.next());
        assert_eq!(one.len(), 36);
        assert_ne!(one, two);
    }

    #[test]
    fn the_host_comes_from_the_address_or_the_header() {
        let h2 = Request::builder()
            .uri("https://a.example/x")
            .body(Body::empty())
            .unwrap();
        assert_eq!(host_of(&h2), "a.example");
        let h1 = Request::builder()
            .uri("/x")
            .header("host", "b.example:1")
            .body(Body::empty());
        assert_eq!(host_of(&h1.unwrap()), "b.example:1");
    }
}
