//! Cookies of the merchant's pages.

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderValue};

/// The session's token.
pub(crate) const SESSION: &str = "staff_session";
/// The token of a sign-in form, before there is a session.
pub(crate) const SIGN_IN: &str = "staff_sign_in";

/// The value of a cookie.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The header that sets a cookie for `seconds`; 0 makes the browser forget it. The value is a
/// token of ours, so it is plain ASCII.
pub(crate) fn set(name: &str, value: &str, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{name}={value}; Path=/admin; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).expect("names and tokens are plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_static("not_staff_session=1; staff_session=abc");
        headers.insert(header::COOKIE, line);
        assert_eq!(get(&headers, SESSION), Some("abc"));
        assert_eq!(get(&headers, SIGN_IN), None);
    }

    #[test]
    fn a_cookie_is_out_of_reach_for_scripts() {
        let set = set(SESSION, "abc", 60, true);
        let text = set.to_str().unwrap();
        assert!(text.contains("HttpOnly") && text.contains("SameSite=Lax"));
        assert!(text.contains("Secure") && text.contains("Path=/admin"));
    }
}
