//! How calls to others are secured.

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// TLS as every client here speaks it: by `ring`, trusting the authorities that browsers trust. They are part of the
/// program, so that it calls the web from a machine that has no certificates of its own.
///
/// # Errors
/// When the TLS library cannot speak any version that is safe.
pub(crate) fn tls() -> Result<ClientConfig, rustls::Error> {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let provider = ring::default_provider().into();
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
