//! What customers change about themselves.

use store::Tx;
use units::CustomerId;

use super::sign_in::{AccessToken, issue};
use super::sql;
use crate::call::Call;
use crate::customers::input::{CustomerError, CustomerInput};
use crate::customers::{EmailMarketingState, update};
use crate::staff::PasswordHash;

/// What a customer changes; `None` leaves a part as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountUpdate {
    /// Names and how they are reached.
    pub contact: CustomerInput,
    /// Whether they may be written to.
    pub accepts_marketing: Option<bool>,
    /// Another password.
    pub password: Option<PasswordHash>,
}

/// Changes a customer's own record. Another password ends every sign-in from before and gives a
/// new token.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_account(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    change: &AccountUpdate,
) -> Result<Option<AccessToken>, CustomerError> {
    if matches!(&change.contact.email, Some(email) if email.as_deref().is_none_or(str::is_empty)) {
        return Err(CustomerError::EmailInvalid);
    }
    update(tx, call, customer, &change.contact)?;
    if let Some(accepts) = change.accepts_marketing {
        let state = if accepts {
            EmailMarketingState::Subscribed
        } else {
            EmailMarketingState::Unsubscribed
        };
        sql::set_marketing(tx, customer, state, call.now)?;
    }
    let Some(password) = &change.password else {
        return Ok(None);
    };
    sql::put_account(tx, customer, password, call.now)?;
    sql::delete_tokens(tx, customer)?;
    sql::delete_invitations(tx, customer)?;
    Ok(Some(issue(tx, call, customer)?))
}
