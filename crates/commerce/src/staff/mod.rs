//! Staff: who may enter the merchant's pages.

mod create;
mod limiter;
mod password;
mod session;
mod sql;

pub use create::{CreateError, NewStaffMember, create};
pub use limiter::{Guesses, SignInLimiter, TooManySignIns};
pub use password::{
    PasswordError, PasswordHash, hash_checked_password, hash_password, verify_password,
};
pub use session::{
    Credentials, NewSession, Session, SignInError, credentials, forget_sessions, session, sign_in,
    sign_out,
};

use store::{StoreError, Tx, record};
use units::{StaffMemberId, Timestamp};

record! {
    /// A member of the merchant's staff.
    #[derive(Clone)]
    pub struct StaffMember {
        /// Their id.
        pub id: StaffMemberId,
        /// Where they are written to, and what they sign in with.
        pub email: String,
        /// First name.
        pub first_name: String,
        /// Last name.
        pub last_name: String,
        /// Whether they may sign in.
        pub active: bool,
        /// When they joined.
        pub created_at: Timestamp,
    }
}

impl StaffMember {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// The members of the given ids; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_many(tx: &mut Tx, ids: &[StaffMemberId]) -> Result<Vec<StaffMember>, StoreError> {
    sql::members(tx, ids)
}

/// Every member of the staff, the owner (who joined first) first; at most 250.
///
/// # Errors
/// `Store` faults only.
pub fn all(tx: &mut Tx) -> Result<Vec<StaffMember>, StoreError> {
    sql::all(tx)
}
