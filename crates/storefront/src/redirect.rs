//! Old addresses: where nothing is found, the merchant's redirects lead on.

use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use commerce::content;

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
