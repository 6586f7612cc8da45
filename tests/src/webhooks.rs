//! A receiver of webhooks, as an app would run one.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

const POLL: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(20);

/// A webhook as it arrived.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Vec<u8>,
}

impl Delivery {
    /// One of the `X-Shopify-…` headers, by the end of its name: `Topic`.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(format!("x-shopify-{}", name.to_ascii_lowercase()));
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a webhook carries JSON")
    }

    /// Whether the signature in the header fits the body under an app's secret.
    #[must_use]
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key fits");
        mac.update(&self.body);
        STANDARD
            .decode(self.header("Hmac-Sha256"))
            .is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
    }
}

#[derive(Default)]
struct Inbox {
    deliveries: Vec<Delivery>,
    answers: Vec<u16>,
}

/// A server on the loopback address that keeps what it is sent.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    inbox: Arc<Mutex<Inbox>>,
}

impl Receiver {
    /// Starts a receiver on a free port; it ends with the test's runtime.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("the loopback address has a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let router = axum::Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&inbox));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { address, inbox }
    }

    /// Where to send webhooks.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    /// Answers the next deliveries with these statuses, and then with 200 again.
    pub fn answer_next(&self, statuses: &[u16]) {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.answers = statuses.iter().rev().copied().collect();
    }

    /// What has arrived so far.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        let inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.deliveries.clone()
    }

    /// Waits until `count` deliveries of a topic (`orders/create`) have arrived.
    ///
    /// # Panics
    /// When they have not after 20 seconds.
    pub async fn wait_for(&self, topic: &str, count: usize) -> Vec<Delivery> {
        let polls = PATIENCE.as_millis() / POLL.as_millis();
        for _ in 0..polls {
            let mut deliveries = self.deliveries();
            deliveries.retain(|delivery| delivery.header("Topic") == topic);
            if deliveries.len() >= count {
                return deliveries;
            }
            tokio::time::sleep(POLL).await;
        }
        let arrived: Vec<String> = self
            .deliveries()
            .iter()
            .map(|delivery| delivery.header("Topic").to_owned())
            .collect();
        panic!("{count} webhooks about {topic} were expected; these arrived: {arrived:?}");
    }
}

async fn receive(
    State(inbox): State<Arc<Mutex<Inbox>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mut inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    inbox.deliveries.push(Delivery {
        headers,
        body: body.to_vec(),
    });
    let status = inbox.answers.pop().unwrap_or(200);
    StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
}
