//! Refusals and faults: what a caller may fix, and what is ours.

use graphql::Error;
use store::StoreError;

use crate::Registry;

/// A refusal, as the `userErrors` of a payload show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserError {
    /// The input's path, indices as texts; none when no input is to blame.
    pub(crate) field: Option<Vec<String>>,
    /// The sentence.
    pub(crate) message: String,
    /// The member of the type's code enum, where the type has one.
    pub(crate) code: Option<&'static str>,
}

impl UserError {
    /// A refusal at `field`; an empty path means no input is to blame.
    pub(crate) fn new(
        field: &[&str],
        code: impl Into<Option<&'static str>>,
        message: &impl ToString,
    ) -> Self {
        let path = || field.iter().map(|part| (*part).to_owned()).collect();
        Self {
            field: (!field.is_empty()).then(path),
            message: message.to_string(),
            code: code.into(),
        }
    }
}

/// Registers a type of user errors that has no codes.
pub(crate) fn user_error(r: &mut Registry, name: &'static str) {
    r.object::<UserError>(name)
        .leaf("field", |error| error.field.clone())
        .text("message", |error| &error.message);
}

/// Registers a type of user errors whose codes are an enum.
pub(crate) fn user_error_with_code(r: &mut Registry, name: &'static str) {
    user_error(r, name);
    r.object::<UserError>(name)
        .text_opt("code", |error| error.code);
}

/// One result for each of `count` parents: each its own, or the same error for all.
pub(crate) fn spread<T>(found: Result<Vec<T>, Error>, count: usize) -> Vec<Result<T, Error>> {
    match found {
        Ok(values) => values.into_iter().map(Ok).collect(),
        Err(error) => (0..count).map(|_| Err(error.clone())).collect(),
    }
}

/// A fault of ours: logged with its cause, shown without it.
pub(crate) fn fault(cause: StoreError) -> Error {
    if matches!(cause, StoreError::Busy) {
        return Error::new("The store is busy. Try again in a moment.").code("THROTTLED");
    }
    if matches!(cause, StoreError::NulText { .. }) {
        return Error::new("A text holds a NUL character, which cannot be kept.")
            .code("BAD_REQUEST");
    }
    tracing::error!(%cause, "a request failed");
    Error::new("Internal error. Looks like something went wrong on our end.")
        .code("INTERNAL_SERVER_ERROR")
}
