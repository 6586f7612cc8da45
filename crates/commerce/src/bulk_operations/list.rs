//! Finding bulk operations.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, Field, FieldKind, Table};
use store::{Param, StoreError, Tx};
use units::{AppId, BulkOperationId, Currency, Timestamp};

use super::{BulkOperation, Kind, sql};

/// What operations are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When they were asked for.
    #[default]
    CreatedAt,
    /// When they ended; those that have not come first.
    CompletedAt,
}

const ID: (&str, SortKind) = ("b.id", SortKind::Int);
const BY_CREATED_AT: Sort = Sort {
    columns: &[("b.created_at", SortKind::Int), ID],
};
const BY_COMPLETED_AT: Sort = Sort {
    columns: &[("COALESCE(b.completed_at, 0)", SortKind::Int), ID],
};

const TABLE: Table = Table {
    fields: &[
        Field {
            name: "client_identifier",
            kind: FieldKind::Exact("b.client_identifier"),
        },
        Field {
            name: "completed_at",
            kind: FieldKind::Time("COALESCE(b.completed_at, 0)"),
        },
        Field {
            name: "created_at",
            kind: FieldKind::Time("b.created_at"),
        },
        Field {
            name: "id",
            kind: FieldKind::Id("b.id"),
        },
        Field {
            name: "operation_type",
            kind: FieldKind::Text("lower(b.kind)"),
        },
        Field {
            name: "status",
            kind: FieldKind::Text("lower(b.state)"),
        },
        Field {
            name: "type",
            kind: FieldKind::Text("lower(b.kind)"),
        },
    ],
    default: &[FieldKind::Text("lower(b.state)")],
};

/// Reads a query for bulk operations.
#[must_use]
pub fn parse_search(query: &str, now: Timestamp) -> Compiled {
    // No field holds an amount.
    search::compile(query, &TABLE, (Currency::USD, now))
}

/// A window of an app's operations.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    app: AppId,
    filter: Filter,
    sort: SortKey,
    window: &Window<'_>,
) -> Result<Page<BulkOperation>, PageError> {
    let listing = Listing {
        select: sql::LISTED,
        filter: Filter::of("b.app_id = $1", vec![Param::Int(app.get())]).and(filter),
        sort: match sort {
            SortKey::CreatedAt => &BY_CREATED_AT,
            SortKey::CompletedAt => &BY_COMPLETED_AT,
        },
    };
    store::page::page(tx, &listing, window)
}

/// An app's latest operation of a kind.
///
/// # Errors
/// `Store` faults only.
pub fn current(tx: &mut Tx, app: AppId, kind: Kind) -> Result<Option<BulkOperation>, StoreError> {
    sql::latest(tx, app, kind)
}

/// The operations with these ids, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[BulkOperationId]) -> Result<Vec<BulkOperation>, StoreError> {
    sql::load(tx, ids)
}
