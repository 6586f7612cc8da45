//! The steps of a bulk operation: each slice's outcome is recorded with what is left to be done.

use store::{StoreError, Tx};
use units::BulkOperationId;

use super::{BulkOperation, ErrorCode, Kind, State, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::queue;

/// What a slice of the work brought.
#[derive(Debug, Default)]
pub struct Slice {
    /// Lines for the result, each with its end.
    pub lines: Vec<u8>,
    /// How many.
    pub objects: i64,
    /// How many of them stand below no other.
    pub roots: i64,
    /// What is left to be done; nothing when it is done.
    pub left_to_do: Option<String>,
}

/// How it goes on after a slice.
#[derive(Debug)]
pub enum Next {
    /// Its lines are in the file, which is so long now, in bytes.
    Written(Slice, i64),
    /// It cannot go on.
    Failed(ErrorCode),
}

/// An operation that is to be carried on, which counts as running from now on; none when it has
/// ended or is not known, and its job is taken off then.
///
/// # Errors
/// `Store` faults only.
pub fn begin(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    id: BulkOperationId,
) -> Result<Option<BulkOperation>, StoreError> {
    let Some(mut operation) = sql::lock(tx, id)?.filter(|found| found.state.is_open()) else {
        queue::finish(tx, job)?;
        return Ok(None);
    };
    match operation.state {
        // What its last lines came to may not be in the file yet.
        State::Canceling if operation.kind == Kind::Mutation => Ok(Some(operation)),
        State::Canceling => {
            end(tx, call, &mut operation, State::Canceled)?;
            queue::finish(tx, job)?;
            Ok(None)
        }
        State::Created => {
            operation.state = State::Running;
            sql::set_state(tx, id, State::Running)?;
            Ok(Some(operation))
        }
        _ => Ok(Some(operation)),
    }
}

/// Records what came of a slice, which began where `before` stood, and has the next one done.
///
/// Where another worker got on with it in the meantime, this slice counts for nothing.
///
/// # Errors
/// `Store` faults only.
pub fn advance(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    before: &BulkOperation,
    next: &Next,
) -> Result<(), StoreError> {
    let Some(mut operation) = sql::lock(tx, before.id)?.filter(|found| found.state.is_open())
    else {
        return queue::finish(tx, job);
    };
    if operation.left_to_do != before.left_to_do || operation.file_bytes != before.file_bytes {
        return Ok(());
    }
    let ended = match next {
        Next::Failed(code) => {
            operation.error_code = Some(*code);
            Some(State::Failed)
        }
        Next::Written(slice, file_bytes) => {
            operation.object_count += slice.objects;
            operation.root_object_count += slice.roots;
            operation.file_bytes = *file_bytes;
            operation.left_to_do = slice.left_to_do.clone().unwrap_or_default();
            let done = slice.left_to_do.is_none();
            match operation.state {
                State::Canceling => Some(State::Canceled),
                _ => done.then_some(State::Completed),
            }
        }
    };
    match ended {
        Some(state) => {
            end(tx, call, &mut operation, state)?;
            queue::finish(tx, job)
        }
        None => {
            sql::update(tx, &operation)?;
            queue::postpone(tx, job, call.now)
        }
    }
}

/// Ends an operation, and tells its app.
pub(super) fn end(
    tx: &mut Tx,
    call: &Call,
    operation: &mut BulkOperation,
    state: State,
) -> Result<(), StoreError> {
    operation.state = state;
    operation.completed_at = Some(call.now);
    sql::update(tx, operation)?;
    let topics = &[Topic::BulkOperationsFinish];
    let event = NewEvent::of(topics, Subject::BulkOperation, operation.id.get());
    events::record(tx, call, event.for_app(operation.app_id))?;
    Ok(())
}
