//! Noting what an app says: the latest word of each app counts.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{AppId, ProductId, Timestamp};

use super::{About, FeedbackError, FeedbackState};
use crate::attributes::to_json;
use crate::call::Call;
use crate::catalog;

/// Products that one call brings feedback about, at most.
pub const PRODUCTS_MAX: usize = 50;
/// Messages about one subject, at most.
const MESSAGES_MAX: usize = 10;
/// A message, in characters, at most.
const MESSAGE_CHARS_MAX: usize = 100;

/// What an app says.
#[derive(Debug, Clone)]
pub struct NewFeedback {
    /// Whether there is something to do.
    pub state: FeedbackState,
    /// What is to be done.
    pub messages: Vec<String>,
    /// When the app came to say so.
    pub generated_at: Timestamp,
}

/// Notes what an app says about products, with the state of each that it had seen: all of it, or
/// nothing when one is refused.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn note_products(
    tx: &mut Tx,
    call: &Call,
    app: AppId,
    all: &[(ProductId, Timestamp, NewFeedback)],
) -> Result<(), FeedbackError> {
    if all.len() > PRODUCTS_MAX {
        return Err(FeedbackError::TooMany);
    }
    let ids: Vec<ProductId> = all.iter().map(|(id, ..)| *id).collect();
    let found = catalog::products(tx, &ids)?;
    if let Some(place) = found.iter().position(Option::is_none) {
        return Err(FeedbackError::ProductMissing(place));
    }
    let subjects: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let said = said_at(tx, app, About::Product, &subjects)?;
    for (place, (id, _, new)) in all.iter().enumerate() {
        check(new, call.now, said.get(&id.get()).copied(), place)?;
    }
    let rows = all
        .iter()
        .map(|(id, seen, new)| (id.get(), new, Some(*seen)));
    Ok(write(tx, app, About::Product, rows)?)
}

/// Notes what an app says about the shop.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn note_shop(
    tx: &mut Tx,
    call: &Call,
    app: AppId,
    new: &NewFeedback,
) -> Result<(), FeedbackError> {
    let said = said_at(tx, app, About::Shop, &[0])?;
    check(new, call.now, said.get(&0).copied(), 0)?;
    Ok(write(tx, app, About::Shop, [(0, new, None)].into_iter())?)
}

/// Whether it may be said now, after what was said at another moment.
fn check(
    new: &NewFeedback,
    now: Timestamp,
    said: Option<Timestamp>,
    place: usize,
) -> Result<(), FeedbackError> {
    let nothing_said = new.messages.iter().all(|text| text.trim().is_empty());
    match new.state {
        FeedbackState::RequiresAction if nothing_said => return Err(FeedbackError::Blank(place)),
        FeedbackState::Accepted if !nothing_said => return Err(FeedbackError::Present(place)),
        FeedbackState::Accepted | FeedbackState::RequiresAction => {}
    }
    let long = |text: &String| text.chars().count() > MESSAGE_CHARS_MAX;
    if new.messages.len() > MESSAGES_MAX || new.messages.iter().any(long) {
        return Err(FeedbackError::Messages(place));
    }
    if new.generated_at > now {
        return Err(FeedbackError::Future(place));
    }
    if said.is_some_and(|said| said > new.generated_at) {
        return Err(FeedbackError::Outdated(place));
    }
    Ok(())
}

/// When an app last said something of each subject that it spoke of.
fn said_at(
    tx: &mut Tx,
    app: AppId,
    about: About,
    subjects: &[i64],
) -> Result<BTreeMap<i64, Timestamp>, StoreError> {
    let rows: Vec<(i64, Timestamp)> = tx.all(
        "SELECT subject_id, generated_at FROM resource_feedback
          WHERE shop_id = $shop AND subject_kind = $1 AND subject_id = ANY($2) AND app_id = $3",
        (about, subjects, app),
    )?;
    Ok(rows.into_iter().collect())
}

fn write<'a>(
    tx: &mut Tx,
    app: AppId,
    about: About,
    all: impl Iterator<Item = (i64, &'a NewFeedback, Option<Timestamp>)>,
) -> Result<(), StoreError> {
    // The last word counts, should a subject be named twice.
    let rows: BTreeMap<i64, _> = all
        .map(|(subject, new, seen)| {
            let messages: Vec<String> = new
                .messages
                .iter()
                .map(|text| text.trim().replace('\0', ""))
                .filter(|text| !text.is_empty())
                .collect();
            let texts = (new.state, to_json(&messages));
            (
                subject,
                (
                    about,
                    subject,
                    app,
                    texts.0,
                    texts.1,
                    new.generated_at,
                    seen,
                ),
            )
        })
        .collect();
    let rows: Vec<_> = rows.into_values().collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO resource_feedback (shop_id, subject_kind, subject_id, app_id, state, messages,
             generated_at, subject_updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (shop_id, subject_kind, subject_id, app_id) DO UPDATE
             SET state = excluded.state, messages = excluded.messages,
                 generated_at = excluded.generated_at,
                 subject_updated_at = excluded.subject_updated_at",
        &rows,
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(state: FeedbackState, messages: &[&str], at: i64) -> NewFeedback {
        NewFeedback {
            state,
            messages: messages.iter().map(|text| (*text).to_owned()).collect(),
            generated_at: Timestamp(at),
        }
    }

    #[test]
    fn an_app_says_what_is_to_be_done_or_nothing() {
        use FeedbackState::{Accepted, RequiresAction};
        let now = Timestamp(10);
        let why = |new: &NewFeedback, said| check(new, now, said, 3);
        assert!(why(&new(Accepted, &[], 10), None).is_ok());
        assert!(
            why(
                &new(RequiresAction, &["needs a picture"], 9),
                Some(Timestamp(9))
            )
            .is_ok()
        );
        let blank = why(&new(RequiresAction, &[" "], 9), None);
        assert!(matches!(blank, Err(FeedbackError::Blank(3))));
        let present = why(&new(Accepted, &["all is well"], 9), None);
        assert!(matches!(present, Err(FeedbackError::Present(3))));
        let long = "x".repeat(101);
        let long = why(&new(RequiresAction, &[&long], 9), None);
        assert!(matches!(long, Err(FeedbackError::Messages(3))));
        let future = why(&new(Accepted, &[], 11), None);
        assert!(matches!(future, Err(FeedbackError::Future(3))));
        let outdated = why(&new(Accepted, &[], 8), Some(Timestamp(9)));
        assert!(matches!(outdated, Err(FeedbackError::Outdated(3))));
    }
}
