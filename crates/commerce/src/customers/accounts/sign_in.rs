//! Signing in and out: the tokens of signed-in customers.

use store::{StoreError, Tx, record};
use units::{CustomerId, Timestamp};

use super::sql;
use crate::call::Call;
use crate::contact;
use crate::customers::{Customer, sql as records};
use crate::secret;
use crate::staff::PasswordHash;

/// A token ends this long after it was made or renewed.
const TOKEN_SECONDS: i64 = 30 * 24 * 3600;
/// Tokens of one customer; the oldest goes first.
const TOKENS_MAX: i64 = 50;

record! {
    /// What signing in is checked against.
    #[derive(Clone)]
    pub struct Credentials {
        /// Whose they are.
        pub customer_id: CustomerId,
        /// The password's hash.
        pub password_hash: PasswordHash,
    }
}

/// A token, as it is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// What the customer presents.
    pub text: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The password was changed, or the account closed, in between.
    #[error("Unidentified customer")]
    Changed,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What to check a password against; `None` when nobody with the mailbox has an account.
///
/// # Errors
/// `Store` faults only.
pub fn credentials(tx: &mut Tx, email: &str) -> Result<Option<Credentials>, StoreError> {
    let Some(key) = contact::email_key(email) else {
        return Ok(None);
    };
    match records::by_email_key(tx, &key)? {
        Some(customer) => sql::account(tx, customer.id),
        None => Ok(None),
    }
}

/// Signs in somebody whose password was verified against `credentials`.
///
/// # Errors
/// `Changed` when the credentials are not in force any more; it writes nothing.
pub fn sign_in(
    tx: &mut Tx,
    call: &Call,
    credentials: &Credentials,
) -> Result<AccessToken, SignInError> {
    let customer = credentials.customer_id;
    let in_force = sql::account(tx, customer)?
        .is_some_and(|found| found.password_hash == credentials.password_hash);
    if !in_force {
        return Err(SignInError::Changed);
    }
    Ok(issue(tx, call, customer)?)
}

/// Makes a token for a customer.
pub(super) fn issue(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
) -> Result<AccessToken, StoreError> {
    let token = AccessToken {
        text: call.new_token(),
        expires_at: call.now.plus_seconds(TOKEN_SECONDS),
    };
    sql::drop_oldest_tokens(tx, customer, TOKENS_MAX - 1)?;
    sql::insert_token(tx, call, customer, &token)?;
    Ok(token)
}

/// The customer who presents a token; `None` when it is unknown or has ended.
///
/// # Errors
/// `Store` faults only.
pub fn authenticate(
    tx: &mut Tx,
    token: &str,
    now: Timestamp,
) -> Result<Option<Customer>, StoreError> {
    let Some((_, customer)) = sql::token(tx, &secret::hash(token), now)? else {
        return Ok(None);
    };
    Ok(records::load(tx, &[customer])?.pop())
}

/// Lets a token last longer; `None` when it is unknown or has ended.
///
/// # Errors
/// `Store` faults only.
pub fn renew(tx: &mut Tx, call: &Call, token: &str) -> Result<Option<AccessToken>, StoreError> {
    let hash = secret::hash(token);
    if sql::token(tx, &hash, call.now)?.is_none() {
        return Ok(None);
    }
    let expires_at = call.now.plus_seconds(TOKEN_SECONDS);
    sql::renew_token(tx, &hash, expires_at)?;
    Ok(Some(AccessToken {
        text: token.to_owned(),
        expires_at,
    }))
}

/// Ends a token; gives its id, or `None` when it is unknown or has ended.
///
/// # Errors
/// `Store` faults only.
pub fn sign_out(tx: &mut Tx, token: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let hash = secret::hash(token);
    let Some((id, _)) = sql::token(tx, &hash, now)? else {
        return Ok(None);
    };
    sql::delete_token(tx, &hash)?;
    Ok(Some(id))
}
