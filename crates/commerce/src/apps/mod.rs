//! Apps: their tokens and scopes.
