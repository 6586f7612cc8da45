//! The shop window and the hosted checkout.
