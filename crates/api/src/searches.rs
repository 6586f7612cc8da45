//! Searches: their conditions, and what was not understood of them.

use serde_json::json;
use store::page::Filter;
use store::search::Compiled;

use crate::Cx;

/// The condition of a search; its warnings go to `extensions.search`.
pub(crate) fn compiled(cx: &mut Cx, field: &str, query: &str, found: Compiled) -> Filter {
    if !found.warnings.is_empty() {
        let warnings: Vec<_> = found
            .warnings
            .iter()
            .map(|warning| {
                json!({ "field": warning.field, "message": warning.message, "code": warning.code })
            })
            .collect();
        cx.warn_search(json!({
            "path": [field],
            "query": query,
            "parsed": found.parsed,
            "warnings": warnings,
        }));
    }
    found.filter
}
