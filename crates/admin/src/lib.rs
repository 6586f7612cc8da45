//! The merchant's pages.
