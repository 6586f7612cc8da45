//! Orders: records that are amended, never rewritten.
