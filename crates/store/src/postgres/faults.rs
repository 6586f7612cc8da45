//! What the server's and the client's errors mean.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use crate::error::StoreError;

/// Translates an error of the caller's statement.
pub(super) fn broken(error: &tokio_postgres::Error, text: &str) -> StoreError {
    match fault(error) {
        StoreError::ReadOnly { .. } => StoreError::ReadOnly {
            statement: text.to_owned(),
        },
        StoreError::Constraint(reason) => StoreError::Constraint(format!("{reason}: {text}")),
        StoreError::Database(reason) => StoreError::Database(format!("{reason}: {text}")),
        other => other,
    }
}

/// Translates an error that belongs to no statement of the caller's.
pub(super) fn fault(error: &tokio_postgres::Error) -> StoreError {
    let reason = full(error);
    let Some(code) = error.code() else {
        let broken = error.is_closed()
            || error
                .source()
                .is_some_and(|source| source.is::<std::io::Error>());
        return if broken {
            StoreError::Disconnected(reason)
        } else {
            StoreError::Database(reason)
        };
    };
    if [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
    ]
    .contains(code)
    {
        return StoreError::Conflict(reason);
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return StoreError::ReadOnly {
            statement: String::new(),
        };
    }
    match &code.code()[..2] {
        "23" => StoreError::Constraint(reason),
        "08" | "57" if *code != SqlState::QUERY_CANCELED => StoreError::Disconnected(reason),
        _ => StoreError::Database(reason),
    }
}

/// The client's message and the server's.
pub(super) fn full(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(server) => match server.detail() {
            Some(detail) => format!("{} ({detail})", server.message()),
            None => server.message().to_owned(),
        },
        None => match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}
