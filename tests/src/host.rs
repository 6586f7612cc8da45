//! Another site on the web, that has files.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;

type Files = Arc<HashMap<String, Vec<u8>>>;

/// A server on the loopback address that sends some files.
#[derive(Clone)]
pub struct Host {
    address: SocketAddr,
}

impl Host {
    /// Starts a server of these files on a free port; it ends with the test's runtime.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(files: &[(&str, &[u8])]) -> Self {
        let own = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), bytes.to_vec());
        let files: Files = Arc::new(files.iter().map(own).collect());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("the loopback address has a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let router = axum::Router::new()
            .route("/{name}", axum::routing::get(send))
            .with_state(files);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address }
    }

    /// The address of a file, whether the site has it or not.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }
}

async fn send(State(files): State<Files>, Path(name): Path<String>) -> Result<Vec<u8>, StatusCode> {
    files.get(&name).cloned().ok_or(StatusCode::NOT_FOUND)
}
