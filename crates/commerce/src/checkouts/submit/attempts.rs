//! What a slice's submissions leave in the `checkouts` table.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{Money, MoneyBag, OrderId, Timestamp};

use super::{Decision, Outcome, Submit};

/// A line of the `checkouts` table: what the attempts of a slice add up to.
pub(super) struct Attempt<'a> {
    state: &'static str,
    email: &'a str,
    total: MoneyBag,
    attempts: i64,
    last_error: &'static str,
    order: Option<OrderId>,
    at: Timestamp,
}

impl Attempt<'_> {
    /// The total that the buyer saw, in another currency than the shop's.
    fn seen(&self) -> Option<Money> {
        let seen = self.total.presentment;
        (seen.currency != self.total.shop.currency).then_some(seen)
    }
}

pub(super) fn note_attempt<'a>(
    attempts: &mut BTreeMap<&'a str, Attempt<'a>>,
    request: &'a Submit,
    decision: &Decision<'_>,
    total: MoneyBag,
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
        total,
        attempts: 0,
        last_error,
        order,
        at: request.call.now,
    });
    attempt.state = state;
    attempt.email = request.email.trim();
    attempt.total = total;
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
                attempt.total.shop.minor,
                attempt.seen().map(|seen| seen.currency),
                attempt.seen().map(|seen| seen.minor),
                attempt.attempts,
                attempt.last_error,
                attempt.order,
                attempt.at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO checkouts (shop_id, token, state, email, total_minor, presentment_currency,
             presentment_total_minor, attempts, last_error, order_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         ON CONFLICT (shop_id, token) DO UPDATE
            SET state = excluded.state, email = excluded.email,
                total_minor = excluded.total_minor,
                presentment_currency = excluded.presentment_currency,
                presentment_total_minor = excluded.presentment_total_minor,
                attempts = checkouts.attempts + excluded.attempts,
                last_error = excluded.last_error, order_id = excluded.order_id,
                updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}
