//! The buyer's market on the pages: that of the country which a folder of the address said, and the
//! browser remembers; else the shop's own.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use commerce::carts::Edit;
use commerce::catalog::Shown;
use commerce::markets::{self, Terms};
use commerce::shops;
use store::{Filter, StoreError, Tx};
use units::{Country, Timestamp};

use crate::cookies;
use crate::reply::redirect;

/// The country that the browser remembers.
pub(crate) fn country(headers: &HeaderMap) -> Option<String> {
    let code = cookies::country(headers)?;
    Country::of(code).map(|country| country.code.to_owned())
}

/// What the buyer's country means for prices and goods; `None` in a shop whose buyers are all the
/// same.
pub(crate) fn terms(tx: &mut Tx, country: Option<&str>) -> Result<Option<Terms>, StoreError> {
    let shop = shops::current(tx)?;
    if shop.market_rules == 0 {
        return Ok(None);
    }
    markets::terms_shown(tx, &shop, country.unwrap_or(&shop.country_code))
}

/// What pages list: published, and sold in the buyer's market.
pub(crate) fn shown(terms: Option<&Terms>, now: Timestamp) -> Shown {
    Shown::ToBuyers {
        now,
        sold: terms.map_or_else(Filter::none, Terms::sold),
        in_stock: false,
    }
}

/// What a cart is told of its buyer whenever the browser writes it: it follows the country that was
/// chosen last.
pub(crate) fn buyer(headers: &HeaderMap) -> Option<Edit> {
    cookies::country(headers)
        .and_then(Country::of)
        .map(Edit::Country)
}

/// The reply to an address in a folder of a market, `/en-ca/products/teapot`: the browser remembers
/// the country, and goes on to what stands behind the folder.
pub(crate) fn enter(country: &str, rest: &str, secure: bool) -> Response {
    let mut response = redirect(StatusCode::FOUND, rest);
    let cookie: HeaderValue = cookies::keep_country(country, secure);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
