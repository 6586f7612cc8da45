//! Carts: lists of intentions.
