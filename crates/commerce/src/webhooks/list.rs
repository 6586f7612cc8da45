//! Lists of subscriptions.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, Field, FieldKind, Table};
use store::{Param, StoreError, Tx};
use units::{AppId, Currency, Timestamp};

use super::sql;
use super::subscription::Subscription;
use crate::events::Topic;

/// What subscriptions are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SubscriptionSort {
    /// By when they were made.
    #[default]
    CreatedAt,
    /// By id.
    Id,
}

/// Which subscriptions are wanted, beside the query.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those to one address.
    pub uri: Option<String>,
    /// Only those to these topics; all when empty.
    pub topics: Vec<Topic>,
}

const ID: (&str, SortKind) = ("w.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_CREATED_AT: Sort = Sort {
    columns: &[("w.created_at", SortKind::Int), ID],
};

const TABLE: Table = Table {
    fields: &[
        Field {
            name: "created_at",
            kind: FieldKind::Time("w.created_at"),
        },
        Field {
            name: "endpoint",
            kind: FieldKind::Exact("w.uri"),
        },
        Field {
            name: "id",
            kind: FieldKind::Id("w.id"),
        },
        Field {
            name: "topic",
            kind: FieldKind::Text("lower(w.topic)"),
        },
        Field {
            name: "updated_at",
            kind: FieldKind::Time("w.updated_at"),
        },
    ],
    default: &[FieldKind::TextPrefix("lower(w.topic)")],
};

/// Reads a query for subscriptions.
#[must_use]
pub fn parse_search(query: &str, now: Timestamp) -> Compiled {
    // No field holds an amount.
    search::compile(query, &TABLE, (Currency::USD, now))
}

/// A window of an app's subscriptions.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    app: AppId,
    wanted: &Wanted,
    filter: Filter,
    sort: SubscriptionSort,
    window: &Window<'_>,
) -> Result<Page<Subscription>, PageError> {
    let listing = Listing {
        select: sql::LISTED,
        filter: of(app, wanted).and(filter),
        sort: match sort {
            SubscriptionSort::CreatedAt => &BY_CREATED_AT,
            SubscriptionSort::Id => &BY_ID,
        },
    };
    store::page::page(tx, &listing, window)
}

/// How many subscriptions of an app a filter finds, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn count(tx: &mut Tx, app: AppId, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let filter = of(app, &Wanted::default()).and(filter);
    let listing = Listing {
        select: sql::LISTED,
        filter,
        sort: &BY_ID,
    };
    store::page::count(tx, &listing, limit)
}

fn of(app: AppId, wanted: &Wanted) -> Filter {
    let mut filter = Filter::of("w.app_id = $1", vec![Param::Int(app.get())]);
    if let Some(uri) = &wanted.uri {
        filter = filter.and(Filter::of(
            "w.uri = $1",
            vec![Param::Text(uri.clone().into())],
        ));
    }
    if !wanted.topics.is_empty() {
        let topics = wanted
            .topics
            .iter()
            .map(|topic| Param::Text(topic.as_str().into()));
        let list = Param::List(topics.collect());
        filter = filter.and(Filter::of("w.topic = ANY($1)", vec![list]));
    }
    filter
}
