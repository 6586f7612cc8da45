//! A receiver of webhooks on this machine, so that the demo's log shows real deliveries.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::listen::{self, Bounds};
use crate::trouble::Trouble;

/// Payloads beyond this are refused.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A receiver that hears everything and keeps nothing.
pub struct Receiver {
    address: SocketAddr,
    stop: watch::Sender<bool>,
}

impl Receiver {
    /// Starts listening on any free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self, Trouble> {
        let listener: TcpListener =
            listen::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let address = listener
            .local_addr()
            .map_err(|cause| Trouble::CannotListen {
                address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                cause,
            })?;
        let (stop, stopped) = watch::channel(false);
        let router = Router::new()
            .route(
                "/webhooks",
                post(|_: axum::body::Bytes| async { "heard\n" }),
            )
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
        tokio::spawn(listen::serve(
            listener,
            None,
            router,
            stopped,
            Bounds::of_this_machine(),
        ));
        Ok(Self { address, stop })
    }

    /// Where webhooks are to be sent.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}
