//! The accounts' queries.

use store::{StoreError, Tx};
use units::{CustomerId, MailId, Timestamp};

use super::invite::Purpose;
use super::sign_in::{AccessToken, Credentials};
use crate::call::Call;
use crate::customers::{CustomerState, EmailMarketingState, OptInLevel};
use crate::secret;
use crate::staff::PasswordHash;

pub(super) fn account(
    tx: &mut Tx,
    customer: CustomerId,
) -> Result<Option<Credentials>, StoreError> {
    tx.optional(
        "SELECT customer_id, password_hash
           FROM customer_accounts
          WHERE shop_id = $shop AND customer_id = $1",
        (customer,),
    )
}

pub(super) fn put_account(
    tx: &mut Tx,
    customer: CustomerId,
    password: &PasswordHash,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO customer_accounts (shop_id, customer_id, password_hash, changed_at)
         VALUES ($shop, $1, $2, $3)
         ON CONFLICT (shop_id, customer_id)
         DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at",
        (customer, password, now),
    )?;
    Ok(())
}

pub(super) fn delete_account(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM customer_accounts WHERE shop_id = $shop AND customer_id = $1",
        (customer,),
    )?;
    Ok(())
}

pub(super) fn insert_token(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    token: &AccessToken,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO customer_access_tokens (shop_id, token_hash, id, customer_id, expires_at)
         VALUES ($shop, $1, $2, $3, $4)",
        (
            secret::hash(&token.text),
            call.new_id::<i64>(),
            customer,
            token.expires_at,
        ),
    )?;
    Ok(())
}

/// The id and owner of a token that has not ended.
pub(super) fn token(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(i64, CustomerId)>, StoreError> {
    tx.optional(
        "SELECT id, customer_id
           FROM customer_access_tokens
          WHERE shop_id = $shop AND token_hash = $1 AND expires_at > $2",
        (token_hash, now),
    )
}

pub(super) fn renew_token(
    tx: &mut Tx,
    token_hash: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customer_access_tokens SET expires_at = $2
          WHERE shop_id = $shop AND token_hash = $1",
        (token_hash, expires_at),
    )?;
    Ok(())
}

pub(super) fn delete_token(tx: &mut Tx, token_hash: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM customer_access_tokens WHERE shop_id = $shop AND token_hash = $1",
        (token_hash,),
    )?;
    Ok(())
}

pub(super) fn delete_tokens(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM customer_access_tokens WHERE shop_id = $shop AND customer_id = $1",
        (customer,),
    )?;
    Ok(())
}

/// Keeps a customer's newest tokens.
pub(super) fn drop_oldest_tokens(
    tx: &mut Tx,
    customer: CustomerId,
    kept: i64,
) -> Result<(), StoreError> {
    let newest: Vec<i64> = tx.all(
        "SELECT id
           FROM customer_access_tokens
          WHERE shop_id = $shop AND customer_id = $1
          ORDER BY id DESC
          LIMIT $2",
        (customer, kept),
    )?;
    let Some(oldest_kept) = newest
        .last()
        .filter(|_| newest.len() as u64 >= kept.unsigned_abs())
    else {
        return Ok(());
    };
    tx.execute(
        "DELETE FROM customer_access_tokens
          WHERE shop_id = $shop AND customer_id = $1 AND id < $2",
        (customer, oldest_kept),
    )?;
    Ok(())
}

pub(super) fn delete_expired_tokens(
    tx: &mut Tx,
    now: Timestamp,
    most: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM customer_access_tokens
          WHERE shop_id = $shop AND token_hash IN (
                SELECT token_hash FROM customer_access_tokens
                 WHERE shop_id = $shop AND expires_at <= $1
                 ORDER BY expires_at, id LIMIT $2)",
        (now, most),
    )
}

/// A link's row.
pub(super) struct Invitation {
    pub(super) id: i64,
    pub(super) customer: CustomerId,
    pub(super) purpose: Purpose,
    pub(super) mail: Option<MailId>,
    pub(super) expires_at: Timestamp,
}

pub(super) fn insert_invitation(
    tx: &mut Tx,
    token_hash: &str,
    it: &Invitation,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO customer_invitations (shop_id, token_hash, id, customer_id, purpose, mail_id,
             expires_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6)",
        (
            token_hash,
            it.id,
            it.customer,
            it.purpose,
            it.mail,
            it.expires_at,
        ),
    )?;
    Ok(())
}

/// Whom a link is for, and what, unless it has ended.
pub(super) fn invitation(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(CustomerId, Purpose)>, StoreError> {
    tx.optional(
        "SELECT customer_id, purpose
           FROM customer_invitations
          WHERE shop_id = $shop AND token_hash = $1 AND expires_at > $2",
        (token_hash, now),
    )
}

/// How many links of a customer are still good.
pub(super) fn open_invitations(
    tx: &mut Tx,
    customer: CustomerId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let open: Vec<i64> = tx.all(
        "SELECT id
           FROM customer_invitations
          WHERE shop_id = $shop AND customer_id = $1 AND expires_at > $2
          LIMIT 10",
        (customer, now),
    )?;
    Ok(open.len())
}

/// Ends a customer's links, in the mails that wait to be sent as well.
pub(super) fn delete_invitations(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mails SET link = NULL
          WHERE shop_id = $shop AND id IN (
                SELECT mail_id FROM customer_invitations
                 WHERE shop_id = $shop AND customer_id = $1 AND mail_id IS NOT NULL)",
        (customer,),
    )?;
    tx.execute(
        "DELETE FROM customer_invitations WHERE shop_id = $shop AND customer_id = $1",
        (customer,),
    )?;
    Ok(())
}

pub(super) fn delete_expired_invitations(
    tx: &mut Tx,
    now: Timestamp,
    most: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM customer_invitations
          WHERE shop_id = $shop AND token_hash IN (
                SELECT token_hash FROM customer_invitations
                 WHERE shop_id = $shop AND expires_at <= $1
                 ORDER BY expires_at, id LIMIT $2)",
        (now, most),
    )
}

pub(super) fn set_state(
    tx: &mut Tx,
    customer: CustomerId,
    state: CustomerState,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers SET state = $2, updated_at = $3 WHERE shop_id = $shop AND id = $1",
        (customer, state, now),
    )?;
    Ok(())
}

pub(super) fn verify_email(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers SET verified_email = 1 WHERE shop_id = $shop AND id = $1",
        (customer,),
    )?;
    Ok(())
}

pub(super) fn set_marketing(
    tx: &mut Tx,
    customer: CustomerId,
    state: EmailMarketingState,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers
            SET email_marketing_state = $2, email_marketing_level = $3,
                email_marketing_updated_at = $4
          WHERE shop_id = $shop AND id = $1 AND email_marketing_state <> $2",
        (customer, state, OptInLevel::SingleOptIn, now),
    )?;
    Ok(())
}
