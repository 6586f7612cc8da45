//! Cookies: the cart that a browser carries, and the country of its buyer.

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderValue};
use commerce::carts::CartRef;

/// The cookie that holds the browser's cart, as `token?key=secret`.
const CART: &str = "cart";
/// A forgotten cart's cookie ends after two weeks.
const CART_SECONDS: u32 = 14 * 86_400;

/// The cookie that holds the country of the buyer's market.
const COUNTRY: &str = "localization";
/// It ends with the year.
const COUNTRY_SECONDS: u32 = 365 * 86_400;

/// The country that the browser remembers; it may be none.
pub(crate) fn country(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COUNTRY)
}

/// The header that makes the browser remember a country, by its code.
pub(crate) fn keep_country(code: &str, secure: bool) -> HeaderValue {
    set(COUNTRY, code, COUNTRY_SECONDS, secure)
}

/// The cart that the browser carries.
pub(crate) fn cart(headers: &HeaderMap) -> Option<CartRef> {
    cookie(headers, CART).and_then(parse)
}

/// Reads `token?key=secret`.
fn parse(text: &str) -> Option<CartRef> {
    CartRef::parse(&format!("gid://shopify/Cart/{text}"))
}

/// The header that makes the browser carry this cart.
pub(crate) fn keep_cart(cart: &CartRef, secure: bool) -> HeaderValue {
    set(
        CART,
        &format!("{}?key={}", cart.token, cart.secret),
        CART_SECONDS,
        secure,
    )
}

/// The header that makes the browser forget its cart.
pub(crate) fn forget_cart(secure: bool) -> HeaderValue {
    set(CART, "", 0, secure)
}

fn set(name: &str, value: &str, seconds: u32, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).expect("names and values here are plain ASCII")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cart_reads_back_as_it_was_kept() {
        let key = CartRef {
            token: "a1".to_owned(),
            secret: "b2".to_owned(),
        };
        let kept = keep_cart(&key, true).to_str().unwrap().to_owned();
        assert!(
            kept.contains("HttpOnly") && kept.contains("SameSite=Lax") && kept.contains("Secure")
        );
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("x=1; cart=a1?key=b2; y=2"),
        );
        assert_eq!(cart(&headers), Some(key));
    }

    #[test]
    fn nonsense_in_the_cookie_is_no_cart() {
        for text in ["", "a", "a?key=", "?key=b", "a b?key=c"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
