//! How a bucket is reached.

use std::time::Duration;

use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector};

/// How long a connection and how long a whole request may take: a part of an upload is five megabytes.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(60);

/// Reaches buckets by the TLS library that all other calls take.
#[derive(Debug)]
pub(crate) struct Web;

impl HttpConnector for Web {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = outbound::client_of_owner(CONNECT_TIMEOUT, TIMEOUT).map_err(unreachable)?;
        Ok(HttpClient::new(client))
    }
}

fn unreachable(source: impl std::error::Error + Send + Sync + 'static) -> object_store::Error {
    object_store::Error::Generic {
        store: "bucket",
        source: Box::new(source),
    }
}
