//! Fulfilment: what leaves which location.
