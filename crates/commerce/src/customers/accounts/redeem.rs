//! Following a link: a new password, and being signed in.

use store::{StoreError, Tx};
use units::{CustomerId, Timestamp};

use super::invite::Purpose;
use super::sign_in::{AccessToken, issue};
use super::sql;
use crate::call::Call;
use crate::customers::{CustomerState, sql as records};
use crate::events::{self, NewEvent, Subject, Topic};
use crate::secret;
use crate::staff::PasswordHash;

/// Why a link was of no use.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// It is not one of ours, was followed before, or has ended.
    #[error("The link is not valid any more. Ask for a new one.")]
    LinkInvalid,
    /// The account was made in between.
    #[error("Account already enabled")]
    AlreadyEnabled,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether a link can be followed.
///
/// # Errors
/// `Store` faults only.
pub fn is_open(
    tx: &mut Tx,
    customer: CustomerId,
    (purpose, token): (Purpose, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let invited = sql::invitation(tx, &secret::hash(token), now)?;
    Ok(invited == Some((customer, purpose)))
}

/// Sets the password that a customer chose by a link. The link, and all others to the customer,
/// end with it, and so does every sign-in from before.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn redeem(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    (purpose, token): (Purpose, &str),
    password: &PasswordHash,
) -> Result<AccessToken, RedeemError> {
    let known = records::lock(tx, customer)?.ok_or(RedeemError::LinkInvalid)?;
    let invited = sql::invitation(tx, &secret::hash(token), call.now)?;
    if invited != Some((customer, purpose)) {
        return Err(RedeemError::LinkInvalid);
    }
    if purpose == Purpose::Activation && sql::account(tx, known.id)?.is_some() {
        return Err(RedeemError::AlreadyEnabled);
    }
    sql::put_account(tx, customer, password, call.now)?;
    sql::delete_tokens(tx, customer)?;
    sql::delete_invitations(tx, customer)?;
    sql::set_state(tx, customer, CustomerState::Enabled, call.now)?;
    // Who followed a link reads the mailbox.
    sql::verify_email(tx, customer)?;
    let topics: &'static [Topic] = match purpose {
        Purpose::Activation => &[Topic::CustomersEnable, Topic::CustomersUpdate],
        Purpose::Reset => &[Topic::CustomersUpdate],
    };
    events::record(tx, call, NewEvent::of(topics, Subject::Customer, customer))?;
    Ok(issue(tx, call, customer)?)
}
