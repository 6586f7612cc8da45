//! The only HTTP client: webhook posts, payment gateways, mail.
