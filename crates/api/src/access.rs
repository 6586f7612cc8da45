//! Access: which scope a field needs, and the refusal when it is missing.

use commerce::apps::Scope;
use graphql::Error;

const DOCUMENTATION: &str = "https://shopify.dev/api/usage/access-scopes";

/// The refusal of a field whose scope the token lacks, worded as clients know it.
pub(crate) fn denied(field: &str, scope: Scope) -> Error {
    denied_any(field, &[scope])
}

/// The refusal of a field that one of several scopes opens.
pub(crate) fn denied_any(field: &str, scopes: &[Scope]) -> Error {
    let names: Vec<String> = scopes
        .iter()
        .map(|scope| format!("`{}` access scope", scope.as_str()))
        .collect();
    let required = format!("{}.", names.join(" or "));
    Error::new(format!(
        "Access denied for {field} field. Required access: {required}"
    ))
    .code("ACCESS_DENIED")
    .extension("documentation", DOCUMENTATION)
    .extension("requiredAccess", required)
}
