//! Work that was asked for.

use commerce::Call;

use crate::Registry;

/// Work that was asked for; all of it is done when the reply leaves.
#[derive(Clone)]
pub(crate) struct Job {
    id: String,
}

impl Job {
    /// Work that is done.
    pub(crate) fn done(call: &Call) -> Self {
        let token = call.new_token();
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &token[range]);
        Self {
            id: format!("gid://shopify/Job/{}", parts.join("-")),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Job>("Job")
        .text("id", |job| &job.id)
        .leaf("done", |_| true);
}
