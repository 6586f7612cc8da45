//! Webhooks: subscriptions, payloads and deliveries.
