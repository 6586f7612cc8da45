//! Where webhooks go: an address on the web, checked before it is kept.

/// Longer addresses are refused.
const URI_BYTES_MAX: usize = 2_048;

/// What an address stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A web server.
    Http {
        /// Its address.
        callback_url: String,
    },
    /// A partner event source of Amazon EventBridge.
    EventBridge {
        /// Its name.
        arn: String,
    },
    /// A topic of Google Cloud Pub/Sub.
    PubSub {
        /// The project.
        project: String,
        /// The topic.
        topic: String,
    },
}

/// Why an address is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Nothing given.
    #[error("Address can't be blank")]
    Blank,
    /// Too long.
    #[error("Address is too big (maximum is 2048 bytes)")]
    TooLong,
    /// Blanks, no host, no scheme, …
    #[error("Address is invalid")]
    Invalid,
    /// Not https.
    #[error("Address protocol {0}:// is not supported")]
    Protocol(String),
    /// A host that only this machine or network knows.
    #[error("Address cannot be a Shopify or an internal domain")]
    Internal,
    /// A place that this program cannot deliver to.
    #[error("Address is one of {0}, which this server does not deliver to: use an https address")]
    NotDelivered(&'static str),
}

/// Which addresses a shop may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The public web, encrypted.
    Public,
    /// Also plain http, and hosts of this machine: for shops that only test.
    Testing,
}

impl Endpoint {
    /// Reads what a stored address stands for.
    #[must_use]
    pub fn of(uri: &str) -> Self {
        if uri.starts_with("arn:") {
            return Self::EventBridge {
                arn: uri.to_owned(),
            };
        }
        match uri
            .strip_prefix("pubsub://")
            .and_then(|rest| rest.split_once(':'))
        {
            Some((project, topic)) => Self::PubSub {
                project: project.to_owned(),
                topic: topic.to_owned(),
            },
            None => Self::Http {
                callback_url: uri.to_owned(),
            },
        }
    }
}

/// Checks an address before it is kept; gives it without blanks around it.
pub(super) fn checked(uri: &str, reach: Reach) -> Result<String, EndpointError> {
    let uri = uri.trim();
    if uri.is_empty() {
        return Err(EndpointError::Blank);
    }
    if uri.len() > URI_BYTES_MAX {
        return Err(EndpointError::TooLong);
    }
    match Endpoint::of(uri) {
        Endpoint::EventBridge { .. } => {
            return Err(EndpointError::NotDelivered("Amazon EventBridge"));
        }
        Endpoint::PubSub { .. } => {
            return Err(EndpointError::NotDelivered("Google Cloud Pub/Sub"));
        }
        Endpoint::Http { .. } => {}
    }
    let (scheme, rest) = uri.split_once("://").ok_or(EndpointError::Invalid)?;
    let plain = scheme.eq_ignore_ascii_case("http") && reach == Reach::Testing;
    if !plain && !scheme.eq_ignore_ascii_case("https") {
        return Err(EndpointError::Protocol(scheme.chars().take(20).collect()));
    }
    if uri
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
    {
        return Err(EndpointError::Invalid);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let odd_port = port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0));
    if host.is_empty() || host.contains('@') || odd_port || !is_host(host) {
        return Err(EndpointError::Invalid);
    }
    if reach == Reach::Public && is_internal(host) {
        return Err(EndpointError::Internal);
    }
    Ok(uri.to_owned())
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

/// Hosts that cannot be on the public web. Names that resolve to private addresses are found
/// out when they are called.
fn is_internal(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let endings = [
        ".localhost",
        ".local",
        ".internal",
        ".test",
        ".invalid",
        ".lan",
        ".myshopify.com",
    ];
    let number = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    number || !host.contains('.') || endings.iter().any(|ending| host.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_on_the_web_are_kept() {
        for uri in [
            "https://example.com",
            "https://example.com:8443/hooks?a=b",
            " https://a.b/c ",
        ] {
            assert_eq!(checked(uri, Reach::Public).as_deref(), Ok(uri.trim()));
        }
        let local = "http://127.0.0.1:9000/hooks";
        assert_eq!(checked(local, Reach::Testing).as_deref(), Ok(local));
    }

    #[test]
    fn other_addresses_are_refused_with_the_reason() {
        let why = |uri: &str| checked(uri, Reach::Public).unwrap_err();
        assert_eq!(why("  "), EndpointError::Blank);
        assert_eq!(why("example.com/hooks"), EndpointError::Invalid);
        assert_eq!(why("https://a b.com"), EndpointError::Invalid);
        assert_eq!(why("https://"), EndpointError::Invalid);
        assert_eq!(why("https://example.com:99999/"), EndpointError::Invalid);
        assert_eq!(why("https://user@example.com/"), EndpointError::Invalid);
        assert_eq!(
            why("http://example.com/hook").to_string(),
            "Address protocol http:// is not supported"
        );
        for host in [
            "localhost",
            "10.0.0.1",
            "[::1]",
            "db.internal",
            "x.myshopify.com",
        ] {
            assert_eq!(
                why(&format!("https://{host}/")),
                EndpointError::Internal,
                "{host}"
            );
        }
        assert!(matches!(
            why("pubsub://project:topic"),
            EndpointError::NotDelivered(_)
        ));
        assert!(matches!(
            why("arn:aws:events:us-east-1::event-source/aws.partner/x"),
            EndpointError::NotDelivered(_)
        ));
        assert_eq!(
            why(&format!("https://a.b/{}", "x".repeat(2_048))),
            EndpointError::TooLong
        );
    }
}
