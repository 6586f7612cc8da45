//! The shop window: the front page.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use commerce::carts::{self, CartRef};
use commerce::shops;
use maud::html;
use store::{StoreError, Tx};

use crate::cookies;
use crate::page::{Frame, Head};
use crate::reply::{self, Reply, shown};
use crate::visit::Visit;

/// What stands around every page.
pub(crate) fn frame(tx: &mut Tx, cart: Option<&CartRef>) -> Result<Frame, StoreError> {
    let in_cart = match cart {
        Some(key) => carts::view(tx, key)?.map_or(0, |view| view.quantity),
        None => 0,
    };
    Ok(Frame {
        shop: shops::current(tx)?,
        menu: Vec::new(),
        in_cart,
    })
}

/// `GET /`.
pub(crate) async fn home(Extension(visit): Extension<Visit>, headers: HeaderMap) -> Reply {
    let cart = cookies::cart(&headers);
    let frame = visit.read(move |tx| frame(tx, cart.as_ref())).await?;
    let body =
        html! { div.hero { div { h1 { (frame.shop.name) } p { (frame.shop.description) } } } };
    Ok(shown(frame.page(
        &Head {
            path: "/",
            ..Head::default()
        },
        &body,
    )))
}

/// Any other address.
pub(crate) async fn not_found(Extension(visit): Extension<Visit>, headers: HeaderMap) -> Reply {
    let cart = cookies::cart(&headers);
    let frame = visit.read(move |tx| frame(tx, cart.as_ref())).await?;
    let body = html! {
        div.empty {
            p.badge.out { "404" }
            h1 { "Page not found" }
            p.soft { "There is nothing at this address. It may have moved, or was mistyped." }
            a.button href="/" { "Go to the front page" }
        }
    };
    let page = frame.page(
        &Head {
            title: "Page not found",
            ..Head::default()
        },
        &body,
    );
    Ok(reply::html(StatusCode::NOT_FOUND, page.into_string()))
}
