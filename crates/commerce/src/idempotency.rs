//! Idempotency: the same key and arguments have one effect and one outcome.
//!
//! The key, a hash of the arguments and the outcome commit with the effect. A refusal had no
//! effect, so it keeps nothing: the same key may try again.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use units::{AppId, Timestamp};

/// Longer keys are refused.
pub const KEY_CHARS_MAX: usize = 255;

/// A key that a client chose, and what it asked for under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Whose key it is: apps do not share them.
    pub app: AppId,
    /// The client's text.
    pub key: String,
    /// What was asked for, hashed.
    pub arguments: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet: do the work, then [`Book::keep`] its outcome.
    New,
    /// The work was done: its outcome, as it was kept.
    Done(String),
    /// The key was used for something else.
    Mismatch,
}

/// The keys of one slice of requests.
#[derive(Debug, Default)]
pub struct Book {
    known: BTreeMap<(AppId, String), (String, String)>,
    fresh: Vec<(AppId, String, String, String, Timestamp)>,
}

impl Key {
    /// A key for a field and its arguments, given as canonical text (such as their JSON).
    #[must_use]
    pub fn new(app: AppId, key: &str, field: &str, arguments: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(field.as_bytes());
        hash.update([0]);
        hash.update(arguments.as_bytes());
        let digest = hash.finalize();
        Self {
            app,
            key: key.to_owned(),
            arguments: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl Book {
    /// Reads what is known of these keys.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn load<'a>(tx: &mut Tx, keys: impl Iterator<Item = &'a Key>) -> Result<Self, StoreError> {
        let keys: Vec<&str> = keys.map(|key| key.key.as_str()).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let rows: Vec<(i64, String, String, String)> = tx.all(
            "SELECT app_id, idempotency_key, arguments_hash, outcome
               FROM idempotency_keys
              WHERE shop_id = $shop AND idempotency_key = ANY($1)",
            (keys,),
        )?;
        let known = rows
            .into_iter()
            .map(|(app, key, hash, outcome)| ((AppId(app), key), (hash, outcome)))
            .collect();
        Ok(Self {
            known,
            fresh: Vec::new(),
        })
    }

    /// What is known of a key, by the store or by this slice.
    #[must_use]
    pub fn look_up(&self, key: &Key) -> Known {
        match self.known.get(&(key.app, key.key.clone())) {
            None => Known::New,
            Some((hash, outcome)) if *hash == key.arguments => Known::Done(outcome.clone()),
            Some(_) => Known::Mismatch,
        }
    }

    /// Keeps the outcome of work done under a key.
    pub fn keep(&mut self, key: &Key, outcome: String, now: Timestamp) {
        let whose = (key.app, key.key.clone());
        self.known
            .insert(whose, (key.arguments.clone(), outcome.clone()));
        let row = (
            key.app,
            key.key.clone(),
            key.arguments.clone(),
            outcome,
            now,
        );
        self.fresh.push(row);
    }

    /// Writes what was kept.
    ///
    /// # Errors
    /// `Store` faults only; `Constraint` when another process used a key at the same moment.
    pub fn save(self, tx: &mut Tx) -> Result<(), StoreError> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        tx.insert_many(
            "INSERT INTO idempotency_keys
                 (shop_id, app_id, idempotency_key, arguments_hash, outcome, created_at)
             VALUES ($shop, $1, $2, $3, $4, $5)",
            &self.fresh,
        )?;
        Ok(())
    }
}

/// Looks one key up, for operations that are no slices.
///
/// # Errors
/// `Store` faults only.
pub fn look_up(tx: &mut Tx, key: &Key) -> Result<Known, StoreError> {
    Ok(Book::load(tx, std::iter::once(key))?.look_up(key))
}

/// Keeps one key's outcome, for operations that are no slices.
///
/// # Errors
/// `Store` faults only.
pub fn keep(tx: &mut Tx, key: &Key, outcome: String, now: Timestamp) -> Result<(), StoreError> {
    let mut book = Book::default();
    book.keep(key, outcome, now);
    book.save(tx)
}

/// Who may do the work of a key whose outcome is kept after the work's own transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The caller: nobody has used the key. Then [`settle`] it, or [`release`] it.
    Mine,
    /// Nobody now: somebody began moments ago.
    UnderWay,
    /// Nobody any more: somebody began and did not finish, so that the effect is unknown.
    Unfinished,
    /// Nobody: it was done, and this is its outcome.
    Done(String),
    /// Nobody: the key was used for something else.
    Mismatch,
}

/// Work that has not finished after this long never will.
const CLAIM_SECONDS: i64 = 60;

/// Claims a key before the work is begun, so that the work is never done twice.
///
/// # Errors
/// `Store` faults only; `Constraint` when another process claimed it at the same moment.
pub fn claim(tx: &mut Tx, key: &Key, now: Timestamp) -> Result<Claim, StoreError> {
    let found: Option<(String, String, Timestamp)> = tx.optional(
        "SELECT arguments_hash, outcome, created_at
           FROM idempotency_keys
          WHERE shop_id = $shop AND app_id = $1 AND idempotency_key = $2",
        (key.app, &key.key),
    )?;
    Ok(match found {
        None => {
            keep(tx, key, String::new(), now)?;
            Claim::Mine
        }
        Some((arguments, _, _)) if arguments != key.arguments => Claim::Mismatch,
        Some((_, outcome, _)) if !outcome.is_empty() => Claim::Done(outcome),
        Some((_, _, since)) if since.plus_seconds(CLAIM_SECONDS) > now => Claim::UnderWay,
        Some(_) => Claim::Unfinished,
    })
}

/// Keeps the outcome of the work that a claimed key stood for.
///
/// # Errors
/// `Store` faults only.
pub fn settle(tx: &mut Tx, key: &Key, outcome: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE idempotency_keys SET outcome = $3
          WHERE shop_id = $shop AND app_id = $1 AND idempotency_key = $2",
        (key.app, &key.key, outcome),
    )?;
    Ok(())
}

/// Gives a claimed key back: the work was refused and had no effect.
///
/// # Errors
/// `Store` faults only.
pub fn release(tx: &mut Tx, key: &Key) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM idempotency_keys
          WHERE shop_id = $shop AND app_id = $1 AND idempotency_key = $2 AND outcome = ''",
        (key.app, &key.key),
    )?;
    Ok(())
}

/// A key is honoured this long, three days; a client's retries come within one.
const KEPT_SECONDS: i64 = 3 * 24 * 3_600;
/// Keys that are forgotten in one go: a lane's turn is short.
const FORGOTTEN_MAX: i64 = 500;

/// Forgets keys that were kept more than three days ago, the oldest first; gives whether there
/// may be more.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let gone = tx.execute(
        "DELETE FROM idempotency_keys
          WHERE shop_id = $shop AND created_at < $1
            AND idempotency_key IN (SELECT idempotency_key FROM idempotency_keys
                                     WHERE shop_id = $shop AND created_at < $1
                                     ORDER BY created_at
                                     LIMIT $2)",
        (now.plus_seconds(-KEPT_SECONDS), FORGOTTEN_MAX),
    )?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone >= FORGOTTEN_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_arguments() {
        let mut book = Book::default();
        let key = Key::new(AppId(1), "k", "refundCreate", "{\"amount\":1}");
        assert_eq!(book.look_up(&key), Known::New);
        book.keep(&key, "7".to_owned(), Timestamp(0));
        assert_eq!(book.look_up(&key), Known::Done("7".to_owned()));

        let other = Key::new(AppId(1), "k", "refundCreate", "{\"amount\":2}");
        assert_eq!(book.look_up(&other), Known::Mismatch);
        let others = Key::new(AppId(2), "k", "refundCreate", "{\"amount\":1}");
        assert_eq!(book.look_up(&others), Known::New);
    }
}
