//! Counts, exact or at least.

use crate::Registry;

/// How many there are.
pub(crate) struct Count {
    count: i64,
    exact: bool,
}

impl Count {
    /// All were counted.
    pub(crate) fn exactly(count: usize) -> Self {
        Self {
            count: i64::try_from(count).unwrap_or(i64::MAX),
            exact: true,
        }
    }

    /// They were counted up to one beyond `limit`.
    pub(crate) fn up_to(found: i64, limit: i64) -> Self {
        Self {
            count: found.min(limit),
            exact: found <= limit,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Count>("Count")
        .leaf("count", |own| own.count)
        .leaf(
            "precision",
            |own| if own.exact { "EXACT" } else { "AT_LEAST" },
        );
}
