//! Taking somebody on.

use store::{StoreError, Tx};

use super::{PasswordHash, StaffMember, sql};
use crate::call::Call;
use crate::contact;

/// Members of the staff of one shop; more are refused.
const MEMBERS_MAX: usize = 250;

/// Who joins.
#[derive(Debug, Clone)]
pub struct NewStaffMember {
    /// What they sign in with.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Their password's hash, computed before: it takes long.
    pub password: PasswordHash,
}

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Not an address.
    #[error("'{0}' is not an e-mail address.")]
    EmailInvalid(String),
    /// Somebody has it.
    #[error("A member of the staff has the address '{0}' already.")]
    EmailTaken(String),
    /// The shop has as many as it may have.
    #[error("A shop has at most 250 members of staff.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes somebody on; they may sign in at once.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, new: &NewStaffMember) -> Result<StaffMember, CreateError> {
    let email = contact::email_key(&new.email)
        .ok_or_else(|| CreateError::EmailInvalid(new.email.clone()))?;
    if sql::credentials(tx, &email)?.is_some() {
        return Err(CreateError::EmailTaken(email));
    }
    if sql::all(tx)?.len() >= MEMBERS_MAX {
        return Err(CreateError::TooMany);
    }
    let member = StaffMember {
        id: call.new_id(),
        email,
        first_name: new.first_name.trim().to_owned(),
        last_name: new.last_name.trim().to_owned(),
        active: true,
        created_at: call.now,
    };
    sql::insert_member(tx, &member, &new.password)?;
    Ok(member)
}
