//! Payments: gateways and what they answer.
