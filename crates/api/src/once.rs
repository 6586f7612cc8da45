//! Mutations under an idempotency key: the key is claimed before the work, and its part of the
//! reply is kept after it, so that a request that is sent again has no second effect.
//!
//! Refunds and stock changes keep their key in the transaction of the effect itself (see
//! [`idempotent::OWN`]); for every other mutation this is where it is done.

use std::sync::Arc;

use commerce::idempotency::{self, Claim, Key};
use graphql::{Bound, Error, Part, Step};
use serde_json::Value;
use store::StoreError;

use crate::admin::idempotent;
use crate::errors::fault;
use crate::{Request, Schema};

/// How a step under a key goes on.
pub(crate) enum Turn {
    /// It has no key, or keeps it itself.
    Free,
    /// It has this key, which is claimed: [`keep`] what comes of it.
    Claimed(Key),
    /// It was done before; this is its part of the reply.
    Done(Part),
}

/// Looks a step's key up and claims it.
///
/// # Errors
/// When the key is no key, was used for another request, or its work is not finished.
pub(crate) async fn claim(
    schema: &Arc<Schema>,
    bound: &Bound,
    step: &Step,
    request: &Request,
) -> Result<Turn, Error> {
    let directives = schema.step_directives(bound, step);
    let directive = directives.get("idempotent", "key").and_then(Value::as_str);
    let Some(text) = directive.or_else(|| request.idempotency_key()) else {
        return Ok(Turn::Free);
    };
    if idempotent::OWN.contains(&step.field.as_str()) {
        return Ok(Turn::Free);
    }
    idempotent::check(text)?;
    let what = format!("{} {}", step.field, step.response_key);
    let key = Key::new(request.app(), text, &what, request.digest());
    let (claimed, now) = (key.clone(), request.now());
    let claim = request
        .write(move |tx| idempotency::claim(tx, &claimed, now))
        .await;
    let refused = |message: &str, code: &'static str| Err(Error::new(message).code(code));
    match claim.map_err(fault)? {
        Claim::Mine => Ok(Turn::Claimed(key)),
        Claim::Done(json) => Ok(Turn::Done(Part::kept(json.into_bytes()))),
        Claim::Mismatch => refused(
            "The same idempotency key cannot be used with different parameters.",
            "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
        ),
        Claim::UnderWay => refused(
            "A request with this idempotency key is under way. Send it again in a moment.",
            "IDEMPOTENCY_CONCURRENT_REQUEST",
        ),
        Claim::Unfinished => refused(
            "An earlier request with this idempotency key did not finish. Look whether it took effect, then use another key.",
            "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
        ),
    }
}

/// Keeps what came of a claimed step, or gives its key back when it had no effect.
///
/// # Errors
/// `Store` faults only.
pub(crate) async fn keep(request: &Request, key: Key, part: &Part) -> Result<(), StoreError> {
    let outcome = outcome(part);
    request
        .write(move |tx| match &outcome {
            Some(json) => idempotency::settle(tx, &key, json),
            None => idempotency::release(tx, &key),
        })
        .await
}

/// A part that is kept; `None` when the work was refused, so that the key may try again.
fn outcome(part: &Part) -> Option<String> {
    let json = std::str::from_utf8(part.json()).ok()?;
    if !part.is_whole() || part.stops() {
        return None;
    }
    let object: Value = serde_json::from_str(&format!("{{{json}}}")).ok()?;
    let payload = object.as_object()?.values().next()?.as_object()?;
    let refused = payload
        .values()
        .filter_map(Value::as_array)
        .flatten()
        .any(is_user_error);
    (!refused).then(|| json.to_owned())
}

/// Whether an entry of a payload's list is a user error, by whatever name it was asked for.
fn is_user_error(entry: &Value) -> bool {
    entry.get("message").is_some() && entry.get("id").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(json: &str) -> Option<String> {
        outcome(&Part::kept(json.as_bytes().to_vec()))
    }

    #[test]
    fn what_was_done_is_kept_and_what_was_refused_is_not() {
        let done = r#""orderCreate":{"order":{"id":"1"},"userErrors":[]}"#;
        assert_eq!(kept(done).as_deref(), Some(done));
        let refused = r#""o":{"order":null,"wrong":[{"message":"No."}]}"#;
        assert_eq!(kept(refused), None);
        assert_eq!(kept(r#""o":null"#), None);
    }
}
