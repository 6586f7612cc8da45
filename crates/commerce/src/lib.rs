//! The domain: one folder per area of the trade.
