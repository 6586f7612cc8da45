//! Signing in and out of the merchant's pages.
//!
//! The edge reads the [`credentials`], verifies the password off the lane, and then signs in.
//! The session's token goes into an HttpOnly cookie; the store keeps its hash only.

use store::{StoreError, Tx, record};
use subtle::ConstantTimeEq as _;
use units::{StaffMemberId, Timestamp};

use super::{PasswordHash, StaffMember, sql};
use crate::call::Call;
use crate::contact;
use crate::secret;

/// A session ends this long after it began.
const SESSION_SECONDS: i64 = 14 * 24 * 3600;

record! {
    /// What signing in is checked against.
    #[derive(Clone)]
    pub struct Credentials {
        /// Whose they are.
        pub staff_member_id: StaffMemberId,
        /// The password's hash.
        pub password_hash: PasswordHash,
        /// Whether they may sign in at all.
        pub active: bool,
    }
}

/// A session as it begins: its secrets are shown this once.
#[derive(Clone)]
pub struct NewSession {
    /// For the cookie.
    pub token: String,
    /// For the forms.
    pub csrf_token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The member of the staff.
    pub member: StaffMember,
    /// What their forms must carry.
    pub csrf_token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The password was changed, or the member removed, in between.
    #[error("The e-mail address or the password is wrong.")]
    Changed,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Session {
    /// Whether a form came from the session's own pages. Compares in constant time.
    #[must_use]
    pub fn csrf_fits(&self, given: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// What to check a password against; `None` when nobody has the address.
///
/// # Errors
/// `Store` faults only.
pub fn credentials(tx: &mut Tx, email: &str) -> Result<Option<Credentials>, StoreError> {
    match contact::email_key(email) {
        Some(email) => sql::credentials(tx, &email),
        None => Ok(None),
    }
}

/// Begins a session for somebody whose password was verified against `credentials`.
///
/// # Errors
/// `Changed` when the credentials are not in force any more; it writes nothing.
pub fn sign_in(
    tx: &mut Tx,
    call: &Call,
    credentials: &Credentials,
) -> Result<NewSession, SignInError> {
    let now_valid = sql::credentials_of(tx, credentials.staff_member_id)?
        .is_some_and(|found| found.active && found.password_hash == credentials.password_hash);
    if !now_valid {
        return Err(SignInError::Changed);
    }
    let session = NewSession {
        token: call.new_token(),
        csrf_token: call.new_token(),
        expires_at: call.now.plus_seconds(SESSION_SECONDS),
    };
    sql::delete_expired_sessions(tx, call.now)?;
    sql::insert_session(tx, call, credentials.staff_member_id, &session)?;
    Ok(session)
}

/// Who is signed in with a cookie's token; `None` when the session has ended.
///
/// # Errors
/// `Store` faults only.
pub fn session(tx: &mut Tx, token: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let found = sql::session(tx, &secret::hash(token))?;
    Ok(found
        .filter(|(_, expires_at, member)| *expires_at > now && member.active)
        .map(|(csrf_token, expires_at, member)| Session {
            member,
            csrf_token,
            expires_at,
        }))
}

/// Ends a session; one that has ended already stays so.
///
/// # Errors
/// `Store` faults only.
pub fn sign_out(tx: &mut Tx, token: &str) -> Result<(), StoreError> {
    sql::delete_session(tx, &secret::hash(token))
}

/// Forgets sessions that have ended, all of them: there are as many as sign-ins.
///
/// # Errors
/// `Store` faults only.
pub fn forget_sessions(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    sql::delete_expired_sessions(tx, now)?;
    Ok(false)
}
