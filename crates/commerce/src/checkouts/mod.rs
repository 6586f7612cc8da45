//! Checkouts: from a cart to an order.
