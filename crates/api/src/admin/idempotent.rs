//! Keys that make a mutation happen once.

use commerce::idempotency::{KEY_CHARS_MAX, Key};
use graphql::{Error, MutationCx};

use crate::Request;

/// The mutations whose keys commit with their effect.
pub(crate) const OWN: &[&str] = &[
    "refundCreate",
    "inventorySetQuantities",
    "inventoryAdjustQuantities",
    "inventorySetOnHandQuantities",
];

/// The key of `@idempotent(key:)`, or of the header `Idempotency-Key`, for a mutation and its
/// arguments in a canonical text.
///
/// # Errors
/// When the key is empty or too long.
pub(crate) fn key(
    cx: &MutationCx<Request>,
    field: &str,
    arguments: &str,
) -> Result<Option<Key>, Error> {
    debug_assert!(OWN.contains(&field), "{field} keeps its key itself");
    let directive = cx
        .directives
        .get("idempotent", "key")
        .and_then(|key| key.as_str());
    let Some(text) = directive.or_else(|| cx.request.idempotency_key()) else {
        return Ok(None);
    };
    check(text)?;
    Ok(Some(Key::new(cx.request.app(), text, field, arguments)))
}

/// Refuses what is no key.
///
/// # Errors
/// When it is empty or too long.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    if text.is_empty() || text.chars().count() > KEY_CHARS_MAX {
        return Err(Error::new(format!(
            "The idempotency key must have between 1 and {KEY_CHARS_MAX} characters."
        ))
        .code("BAD_REQUEST"));
    }
    Ok(())
}

/// The refusal of a mutation that must have a key and has none.
pub(crate) fn key_missing(field: &str) -> Error {
    Error::new(format!(
        "The @idempotent directive is required for {field}."
    ))
    .code("BAD_REQUEST")
}

/// The refusal of a key that was used for something else.
pub(crate) fn key_mismatch(message: &impl ToString) -> Error {
    Error::new(message.to_string()).code("IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
}
