//! Fetching a file from an address that somebody named.

use std::time::Duration;

use reqwest::Url;

use crate::client::Outbound;
use crate::webhook::{refuse_private, what_failed};

/// How long a whole file may take.
const TIMEOUT: Duration = Duration::from_secs(20);

impl Outbound {
    /// The bytes at an address: `most` of them at most, within twenty seconds.
    ///
    /// # Errors
    /// Why there are none, in words for the merchant.
    pub async fn fetch(&self, address: &str, most: usize) -> Result<Vec<u8>, String> {
        let url =
            Url::parse(address).map_err(|error| format!("The address is invalid: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("Only http and https addresses can be fetched".to_owned());
        }
        refuse_private(&url, self.reach)?;
        let sent = self.client.get(url).timeout(TIMEOUT).send().await;
        let mut reply = sent.map_err(|error| what_failed(&error))?;
        let status = reply.status();
        if status.is_redirection() {
            return Err("The address leads on to another one; give that one".to_owned());
        }
        if !status.is_success() {
            return Err(format!("The address answered {}", status.as_u16()));
        }
        let mut bytes = Vec::new();
        loop {
            let chunk = reply.chunk().await.map_err(|error| what_failed(&error))?;
            let Some(chunk) = chunk else {
                return Ok(bytes);
            };
            if bytes.len() + chunk.len() > most {
                return Err(format!("The file is larger than {most} bytes"));
            }
            bytes.extend_from_slice(&chunk);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, Outbound};

    #[tokio::test]
    async fn private_addresses_are_not_fetched_from() {
        let outbound = Outbound::new(Options::default()).unwrap();
        for address in [
            "http://127.0.0.1:1/a.png",
            "http://localhost:1/",
            "file:///etc/passwd",
        ] {
            assert!(outbound.fetch(address, 10).await.is_err(), "{address}");
        }
        let refused = outbound
            .fetch("http://10.0.0.1/a.png", 10)
            .await
            .unwrap_err();
        assert!(
            refused.contains("is not on the public internet"),
            "{refused}"
        );
    }
}
