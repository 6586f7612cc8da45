//! Cookies: the cart that a browser carries.

use axum::http::HeaderMap;
use axum::http::header;
use commerce::carts::CartRef;

/// The cookie that holds the browser's cart, as `token?key=secret`.
const CART: &str = "cart";

/// The cart that the browser carries.
pub(crate) fn cart(headers: &HeaderMap) -> Option<CartRef> {
    cookie(headers, CART).and_then(parse)
}

/// Reads `token?key=secret`.
fn parse(text: &str) -> Option<CartRef> {
    CartRef::parse(&format!("gid://shopify/Cart/{text}"))
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
    fn nonsense_in_the_cookie_is_no_cart() {
        for text in ["", "a", "a?key=", "?key=b", "a b?key=c"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
