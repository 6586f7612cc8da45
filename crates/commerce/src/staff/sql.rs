//! The staff's queries.

use store::{StoreError, Tx};
use units::{StaffMemberId, Timestamp};

use super::{Credentials, NewSession, PasswordHash, StaffMember};
use crate::call::Call;
use crate::secret;

pub(super) fn members(tx: &mut Tx, ids: &[StaffMemberId]) -> Result<Vec<StaffMember>, StoreError> {
    tx.all(
        "SELECT id, email, first_name, last_name, active, created_at
           FROM staff_members
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )
}

pub(super) fn all(tx: &mut Tx) -> Result<Vec<StaffMember>, StoreError> {
    tx.all(
        "SELECT id, email, first_name, last_name, active, created_at
           FROM staff_members
          WHERE shop_id = $shop
          ORDER BY id
          LIMIT 250",
        (),
    )
}

pub(super) fn insert_member(
    tx: &mut Tx,
    member: &StaffMember,
    password: &PasswordHash,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO staff_members (shop_id, id, email, first_name, last_name, password_hash,
             active, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        (
            member.id,
            &member.email,
            &member.first_name,
            &member.last_name,
            password,
            member.active,
            member.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn credentials(tx: &mut Tx, email: &str) -> Result<Option<Credentials>, StoreError> {
    tx.optional(
        "SELECT id, password_hash, active
           FROM staff_members
          WHERE shop_id = $shop AND email = $1",
        (email,),
    )
}

pub(super) fn credentials_of(
    tx: &mut Tx,
    id: StaffMemberId,
) -> Result<Option<Credentials>, StoreError> {
    tx.optional(
        "SELECT id, password_hash, active
           FROM staff_members
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )
}

pub(super) fn insert_session(
    tx: &mut Tx,
    call: &Call,
    member: StaffMemberId,
    session: &NewSession,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO staff_sessions (shop_id, token_hash, staff_member_id, csrf_token, expires_at,
             created_at)
         VALUES ($shop, $1, $2, $3, $4, $5)",
        (
            secret::hash(&session.token),
            member,
            &session.csrf_token,
            session.expires_at,
            call.now,
        ),
    )?;
    Ok(())
}

pub(super) fn session(
    tx: &mut Tx,
    token_hash: &str,
) -> Result<Option<(String, Timestamp, StaffMember)>, StoreError> {
    tx.optional(
        "SELECT s.csrf_token, s.expires_at, m.id, m.email, m.first_name, m.last_name, m.active,
                m.created_at
           FROM staff_sessions s
           JOIN staff_members m ON m.shop_id = s.shop_id AND m.id = s.staff_member_id
          WHERE s.shop_id = $shop AND s.token_hash = $1",
        (token_hash,),
    )
}

pub(super) fn delete_session(tx: &mut Tx, token_hash: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM staff_sessions WHERE shop_id = $shop AND token_hash = $1",
        (token_hash,),
    )?;
    Ok(())
}

pub(super) fn delete_expired_sessions(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM staff_sessions WHERE shop_id = $shop AND expires_at <= $1",
        (now,),
    )?;
    Ok(())
}
