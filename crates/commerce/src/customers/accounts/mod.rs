//! Customers' accounts: signing up and in, tokens, and links to choose a password with.
//!
//! Passwords come in as hashes: the edge hashes and verifies them off the lane. Tokens and the
//! secrets of links are random; the store keeps their hashes only.

mod invite;
mod password;
mod redeem;
mod sign_in;
mod sign_up;
mod sql;
mod update;

pub use invite::{Delivery, InviteError, Link, Purpose, invite, recover};
pub use password::{PasswordRefusal, check_password};
pub use redeem::{RedeemError, is_open, redeem};
pub use sign_in::{
    AccessToken, Credentials, SignInError, authenticate, credentials, renew, sign_in, sign_out,
};
pub use sign_up::{Newcomer, SignedUp, sign_up};
pub use update::{AccountUpdate, update_account};

use store::{StoreError, Tx};
use units::{CustomerId, Timestamp};

/// Expired tokens and links that one call of [`forget`] takes at most.
const FORGOTTEN_MAX: i64 = 500;

/// Drops what has expired: tokens, and links that nobody followed. Gives whether more may be left.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let tokens = sql::delete_expired_tokens(tx, now, FORGOTTEN_MAX)?;
    let links = sql::delete_expired_invitations(tx, now, FORGOTTEN_MAX)?;
    let most = FORGOTTEN_MAX.unsigned_abs();
    Ok(tokens >= most || links >= most)
}

/// Drops a customer's account with all tokens and links.
pub(super) fn delete(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    sql::delete_account(tx, customer)?;
    sql::delete_tokens(tx, customer)?;
    sql::delete_invitations(tx, customer)
}
