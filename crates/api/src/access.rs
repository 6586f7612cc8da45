//! Access: which scope a field needs, and the refusal when it is missing.

use commerce::apps::Scope;
use graphql::Error;

const DOCUMENTATION: &str = "https://shopify.dev/api/usage/access-scopes";

/// The refusal of a field whose scope the token lacks, worded as clients know it.
pub(crate) fn denied(field: &str, scope: Scope) -> Error {
    let required = format!("`{}` access scope.", scope.as_str());
    Error::new(format!(
        "Access denied for {field} field. Required access: {required}"
    ))
    .code("ACCESS_DENIED")
    .extension("documentation", DOCUMENTATION)
    .extension("requiredAccess", required)
}
