//! The bulk operations' queries.

use store::{StoreError, Tx};
use units::{AppId, BulkOperationId, Timestamp};

use super::{BulkOperation, Kind, State};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.app_id, b.kind, b.document, b.upload, b.client_identifier,
                    b.scopes, b.api_version,
                    b.origin, b.state, b.error_code, b.secret, b.left_to_do, b.object_count,
                    b.root_object_count, b.file_bytes, b.created_at, b.completed_at
               FROM bulk_operations b
              WHERE b.shop_id = $shop",
            $rest
        )
    };
}

/// What lists page through.
pub(super) const LISTED: &str = select!("");

pub(super) fn load(tx: &mut Tx, ids: &[BulkOperationId]) -> Result<Vec<BulkOperation>, StoreError> {
    tx.all(select!(" AND b.id = ANY($1)"), (ids,))
}

pub(super) fn lock(tx: &mut Tx, id: BulkOperationId) -> Result<Option<BulkOperation>, StoreError> {
    tx.optional_locked(select!(" AND b.id = $1"), (id,))
}

pub(super) fn latest(
    tx: &mut Tx,
    app: AppId,
    kind: Kind,
) -> Result<Option<BulkOperation>, StoreError> {
    tx.optional(
        select!(" AND b.app_id = $1 AND b.kind = $2 ORDER BY b.id DESC LIMIT 1"),
        (app, kind),
    )
}

/// How many operations of a kind an app has under way, counted up to `limit`.
pub(super) fn open(tx: &mut Tx, app: AppId, kind: Kind, limit: usize) -> Result<usize, StoreError> {
    let found: Vec<i64> = tx.all(
        "SELECT id FROM bulk_operations
          WHERE shop_id = $shop AND state = ANY($1) AND kind = $2 AND app_id = $4
          LIMIT $3",
        (
            [State::Created, State::Running, State::Canceling]
                .map(State::as_str)
                .to_vec(),
            kind,
            i64::try_from(limit).unwrap_or(i64::MAX),
            app,
        ),
    )?;
    Ok(found.len())
}

pub(super) fn insert(tx: &mut Tx, new: &BulkOperation) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO bulk_operations (shop_id, id, app_id, kind, document, upload,
             client_identifier, scopes, api_version, origin, state, secret, left_to_do,
             object_count, root_object_count, file_bytes, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        (
            new.id,
            new.app_id,
            new.kind,
            &new.document,
            new.upload.as_deref(),
            new.client_identifier.as_deref(),
            new.scopes,
            &new.api_version,
            &new.origin,
            new.state,
            &new.secret,
            &new.left_to_do,
            new.object_count,
            new.root_object_count,
            new.file_bytes,
            new.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn set_state(tx: &mut Tx, id: BulkOperationId, state: State) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE bulk_operations SET state = $2 WHERE shop_id = $shop AND id = $1",
        (id, state),
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, changed: &BulkOperation) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE bulk_operations
            SET state = $2, error_code = $3, left_to_do = $4, object_count = $5,
                root_object_count = $6, file_bytes = $7, completed_at = $8
          WHERE shop_id = $shop AND id = $1",
        (
            changed.id,
            changed.state,
            changed.error_code,
            &changed.left_to_do,
            changed.object_count,
            changed.root_object_count,
            changed.file_bytes,
            changed.completed_at,
        ),
    )?;
    Ok(())
}

/// What came of lines that may not be in the file yet.
pub(super) fn unwritten(tx: &mut Tx, id: BulkOperationId) -> Result<String, StoreError> {
    let found = tx.optional(
        "SELECT unwritten FROM bulk_operations WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(found.unwrap_or_default())
}

pub(super) fn set_unwritten(
    tx: &mut Tx,
    id: BulkOperationId,
    lines: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE bulk_operations SET unwritten = $2 WHERE shop_id = $shop AND id = $1",
        (id, lines),
    )?;
    Ok(())
}

/// Operations with a result that ended before a moment, the oldest first.
pub(super) fn ended_before(
    tx: &mut Tx,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<BulkOperationId>, StoreError> {
    tx.all(
        "SELECT id FROM bulk_operations
          WHERE shop_id = $shop AND completed_at < $1 AND file_bytes > 0
          ORDER BY id
          LIMIT $2",
        (before, limit),
    )
}

pub(super) fn forget_results(tx: &mut Tx, ids: &[BulkOperationId]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE bulk_operations
            SET state = CASE WHEN state = 'COMPLETED' THEN 'EXPIRED' ELSE state END,
                file_bytes = 0
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}
