//! The client that tests call the program with.

use std::time::Duration;

use rustls::crypto::ring;

/// A client that follows no redirects and asks for no certificate that somebody else vouches for: whatever tests call
/// is on this machine and has one of its own making.
///
/// # Panics
/// When TLS cannot be set up.
#[must_use]
pub fn client() -> reqwest::Client {
    // Only the first of a process is heard; they are all the same.
    let _ = ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(60))
        .tls_danger_accept_invalid_certs(true)
        .build()
        .expect("a plain client can be made")
}
