//! Old addresses: where nothing is found, the merchant's redirects lead on.

use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use commerce::{content, markets};

use crate::market;
use crate::reply::redirect;
use crate::visit::Visit;

/// The reply that leads on from an address with nothing of its own, when the merchant said
/// where to; `None` leaves the reply as it is.
pub async fn moved(visit: Visit, method: &Method, uri: &Uri) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let (path, query) = (uri.path().to_owned(), uri.query().map(str::to_owned));
    let asked = query.clone();
    let entered = entered(&visit, &path, query.as_deref()).await;
    if entered.is_some() {
        return entered;
    }
    let found = visit
        .read(move |tx| {
            // An address with what stands behind it may lead elsewhere than without.
            if let Some(query) = asked {
                let whole = content::target(tx, &format!("{path}?{query}"))?;
                if whole.is_some() {
                    return Ok((whole, true));
                }
            }
            Ok::<_, store::StoreError>((content::target(tx, &path)?, false))
        })
        .await;
    match found {
        Ok((Some(target), whole)) => {
            let on = match query.filter(|_| !whole && !target.contains('?')) {
                Some(query) => format!("{target}?{query}"),
                None => target,
            };
            Some(redirect(StatusCode::MOVED_PERMANENTLY, &on))
        }
        Ok((None, _)) => None,
        Err(cause) => {
            tracing::error!(%cause, "redirects could not be read");
            None
        }
    }
}

/// The reply to an address in a folder of a market, if it is one.
async fn entered(visit: &Visit, path: &str, query: Option<&str>) -> Option<Response> {
    let (folder, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let name = folder.to_owned();
    let found = visit.read(move |tx| markets::folder(tx, &name)).await;
    let folder = found.unwrap_or_else(|cause: store::StoreError| {
        tracing::error!(%cause, "web presences could not be read");
        None
    })?;
    // What stands behind the folder is an address of this shop, never another host's.
    let rest = rest.trim_start_matches(['/', '\\']);
    let on = match query {
        Some(query) => format!("/{rest}?{query}"),
        None => format!("/{rest}"),
    };
    Some(market::enter(&folder.country, &on, visit.secure))
}
