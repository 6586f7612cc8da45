//! Returns: refunds and restocking.
