//! Posting webhooks.

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commerce::webhooks::{Outcome, Post};
use hmac::{Hmac, Mac as _};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, Url};
use sha2::Sha256;

use crate::address::{NotPublic, Reach};
use crate::client::{Outbound, TIMEOUT};

/// A reply is read up to here, so that its connection can be used again.
const REPLY_BYTES_MAX: usize = 16 * 1024;
/// The first of a reply that is kept for the merchant to see, in characters.
const EXCERPT_CHARS: usize = 200;

/// What `X-Shopify-Hmac-Sha256` carries: base64 of HMAC-SHA256 of the raw body.
#[must_use]
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key may have any length");
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

impl Outbound {
    /// Sends a webhook and tells how it went: heard is 2xx within five seconds, nothing else.
    pub async fn post_webhook(&self, post: &Post) -> Outcome {
        match self.try_post(post).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::NotHeard {
                status: None,
                excerpt: String::new(),
                error,
            },
        }
    }

    async fn try_post(&self, post: &Post) -> Result<Outcome, String> {
        let url =
            Url::parse(&post.uri).map_err(|error| format!("The address is invalid: {error}"))?;
        refuse_private(&url, self.reach)?;
        let mut request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(
                "X-Shopify-Hmac-Sha256",
                signature(&post.secret, post.body.as_bytes()),
            );
        for (name, value) in &post.headers {
            request = request.header(*name, value);
        }
        let sent = request.body(post.body.clone()).send().await;
        let reply = sent.map_err(|error| what_failed(&error))?;
        let status = reply.status();
        let text = read(reply).await;
        if status.is_success() {
            return Ok(Outcome::Heard {
                status: status.as_u16(),
                excerpt: text,
            });
        }
        Ok(Outcome::NotHeard {
            status: Some(status.as_u16()),
            excerpt: text,
            error: format!("The receiver answered {}", status.as_u16()),
        })
    }
}

/// Refuses an address that is the number of a private network. Names are checked when they are
/// resolved; numbers are not resolved.
pub(crate) fn refuse_private(url: &Url, reach: Reach) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse() {
        Ok(address) if !reach.allows(address) => Err(in_words(&NotPublic(host.to_owned()))),
        _ => Ok(()),
    }
}

/// Reads a reply as far as it is kept. What goes wrong in it does not matter any more.
async fn read(mut reply: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < REPLY_BYTES_MAX {
        match reply.chunk().await {
            Ok(Some(chunk)) => {
                let room = REPLY_BYTES_MAX - bytes.len();
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            Ok(None) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&bytes)
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .take(EXCERPT_CHARS)
        .collect()
}

pub(crate) fn what_failed(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("No answer within {} seconds", TIMEOUT.as_secs());
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut last = error.to_string();
    while let Some(found) = cause {
        if let Some(not_public) = found.downcast_ref::<NotPublic>() {
            return in_words(not_public);
        }
        last = found.to_string();
        cause = found.source();
    }
    format!("The connection failed: {last}")
}

fn in_words(not_public: &NotPublic) -> String {
    format!("Not called: {not_public}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_signed_as_receivers_check_it() {
        // From RFC 4231, test case 2.
        let signed = signature("Jefe", b"what do ya want for nothing?");
        assert_eq!(signed, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }

    #[tokio::test]
    async fn private_addresses_are_not_called() {
        let outbound = Outbound::new(crate::Options::default()).unwrap();
        for uri in [
            "http://127.0.0.1:1/",
            "http://[::1]/",
            "http://localhost:1/",
            "https://10.0.0.1/",
        ] {
            let post = Post {
                uri: uri.to_owned(),
                headers: Vec::new(),
                body: "{}".to_owned(),
                secret: "secret".to_owned(),
            };
            let Outcome::NotHeard {
                status: None,
                error,
                ..
            } = outbound.post_webhook(&post).await
            else {
                panic!("{uri} was called");
            };
            assert!(
                error.contains("is not on the public internet"),
                "{uri}: {error}"
            );
        }
    }
}
