//! What a slice's submissions leave in the `checkouts` table.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{OrderId, Timestamp};

use super::{Decision, Outcome, Submit};

/// A line of the `checkouts` table: what the attempts of a slice add up to.
pub(super) struct Attempt<'a> {
    state: &'static str,
    email: &'a str,
    total_minor: i64,
    attempts: i64,
    last_error: &'static str,
    order: Option<OrderId>,
    at: Timestamp,
}

pub(super) fn note_attempt<'a>(
    attempts: &mut BTreeMap<&'a str, Attempt<'a>>,
    request: &'a Submit,
    decision: &Decision<'_>,
    total_minor: i64,
) {
    let (state, last_error, order) = match decision {
        Decision::Earlier(..) => return,
        Decision::Placed(order) => ("completed", "", Some(order.id)),
        Decision::Attempt(Outcome::Declined { message } | Outcome::Failed { message }) => {
            ("open", *message, None)
        }
        Decision::Attempt(Outcome::Placed(_)) => return,
    };
    let attempt = attempts.entry(&request.token).or_insert(Attempt {
        state,
        email: "",
        total_minor,
        attempts: 0,
        last_error,
        order,
        at: request.call.now,
    });
    attempt.state = state;
    attempt.email = request.email.trim();
    attempt.total_minor = total_minor;
    attempt.attempts += 1;
    attempt.last_error = last_error;
    attempt.order = order;
    attempt.at = request.call.now;
}

pub(super) fn write_attempts(
    tx: &mut Tx,
    attempts: &BTreeMap<&str, Attempt<'_>>,
) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = attempts
        .iter()
        .map(|(token, attempt)| {
            (
                *token,
                attempt.state,
                attempt.email,
                attempt.total_minor,
                attempt.attempts,
                attempt.last_error,
                attempt.order,
                attempt.at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO checkouts (shop_id, token, state, email, total_minor, attempts, last_error,
             order_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $8)
         ON CONFLICT (shop_id, token) DO UPDATE
            SET state = excluded.state, email = excluded.email,
                total_minor = excluded.total_minor,
                attempts = checkouts.attempts + excluded.attempts,
                last_error = excluded.last_error, order_id = excluded.order_id,
                updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}
