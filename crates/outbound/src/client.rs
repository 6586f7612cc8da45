//! The client itself.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::address::{CheckedResolver, Reach};
use crate::tls::tls;

/// How long a receiver may take, from connecting to its whole reply.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections that are kept for each host, and how long.
const IDLE_PER_HOST: usize = 16;
const IDLE_FOR: Duration = Duration::from_secs(15);

/// What the client may do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether it may call this machine itself: for development, never for a shop.
    pub loopback_allowed: bool,
}

/// The HTTP client. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Outbound {
    pub(crate) client: reqwest::Client,
    pub(crate) reach: Reach,
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The client refused its settings.
    #[error("The HTTP client could not be made: {0}")]
    Client(#[from] reqwest::Error),
    /// The TLS library could not be set up.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// A client for one service that the owner has named, which may stand anywhere; `timeout` is for a whole request.
///
/// # Errors
/// When the TLS library cannot be set up.
pub fn client_of_owner(
    connect_timeout: Duration,
    timeout: Duration,
) -> Result<reqwest::Client, StartError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls()?)
        .connect_timeout(connect_timeout)
        .timeout(timeout)
        .build()?)
}

impl Outbound {
    /// Makes a client.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(options: Options) -> Result<Self, StartError> {
        let reach = Reach {
            loopback: options.loopback_allowed,
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(Arc::new(CheckedResolver(reach)))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .pool_idle_timeout(IDLE_FOR)
            .user_agent(concat!("Stockroom/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, reach })
    }
}
