//! What happened, as the merchant and apps may look it up.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, Field, FieldKind, Table};
use store::{Param, StoreError, Tx, record};
use units::{Currency, EventId, Timestamp};

use super::{Subject, Topic};

record! {
    /// Something that happened.
    #[derive(Clone)]
    pub struct Event {
        /// Its id.
        pub id: EventId,
        /// Its topics, parted by spaces.
        pub topics: String,
        /// The kind of row it is about.
        pub subject: Subject,
        /// The row.
        pub subject_id: i64,
        /// Who did it: `app:7`, `staff:3`, `customer:9`, `buyer` or `system`.
        pub actor: String,
        /// When.
        pub at: Timestamp,
    }
}

// Ids follow time: they are the order of what happened, too.
const BY_ID: Sort = Sort {
    columns: &[("e.id", SortKind::Int)],
};

const SUBJECTS: &[(&str, &str)] = &[
    ("article", "Article"),
    ("blog", "Blog"),
    ("collection", "Collection"),
    ("comment", "Comment"),
    ("customer", "Customer"),
    ("discount_node", "DiscountNode"),
    ("draft_order", "DraftOrder"),
    ("order", "Order"),
    ("page", "Page"),
    ("product", "Product"),
    ("product_variant", "ProductVariant"),
];

const TABLE: Table = Table {
    fields: &[
        Field {
            name: "action",
            kind: FieldKind::Text("lower(e.topics)"),
        },
        Field {
            name: "created_at",
            kind: FieldKind::Time("e.at"),
        },
        Field {
            name: "id",
            kind: FieldKind::Id("e.id"),
        },
        Field {
            name: "subject_type",
            kind: FieldKind::Enum("e.subject_kind", SUBJECTS),
        },
    ],
    default: &[FieldKind::Text("lower(e.topics)")],
};

impl Event {
    /// What was done, in a word: `create`, `update`, `destroy`, `paid`, …
    #[must_use]
    pub fn action(&self) -> &str {
        let first = self.topics.split(' ').next().unwrap_or_default();
        match Topic::parse(first) {
            Some(Topic::OrdersCreate) => "placed",
            Some(Topic::OrdersPaid) => "paid",
            Some(Topic::OrdersCancelled) => "cancelled",
            Some(Topic::OrdersFulfilled) => "fulfilled",
            Some(Topic::OrdersPartiallyFulfilled) => "partially_fulfilled",
            Some(Topic::CustomerTagsAdded) => "tags_added",
            Some(Topic::CustomerTagsRemoved) => "tags_removed",
            Some(Topic::DiscountsRedeemcodeAdded) => "redeemcode_added",
            Some(Topic::DiscountsRedeemcodeRemoved) => "redeemcode_removed",
            Some(Topic::VariantsInStock) => "in_stock",
            Some(Topic::VariantsOutOfStock) => "out_of_stock",
            _ if first.ends_with("_CREATE") => "create",
            _ if first.ends_with("_DELETE") || first.ends_with("_DESTROY") => "destroy",
            _ => "update",
        }
    }
}

/// Reads a query for events.
#[must_use]
pub fn parse_search(query: &str, now: Timestamp) -> Compiled {
    // No field holds an amount.
    search::compile(query, &TABLE, (Currency::USD, now))
}

/// A window of what happened to rows of these kinds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    subjects: &[Subject],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Page<Event>, PageError> {
    store::page::page(tx, &listing(SELECT, of_kinds(subjects).and(filter)), window)
}

/// How often something happened to rows of these kinds, counted up to `most`.
///
/// # Errors
/// `Store` faults only.
pub fn count(
    tx: &mut Tx,
    subjects: &[Subject],
    filter: Filter,
    most: i64,
) -> Result<i64, StoreError> {
    store::page::count(tx, &listing(SELECT, of_kinds(subjects).and(filter)), most)
}

/// A window of what happened to each of these rows of one kind.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn of_each(
    tx: &mut Tx,
    subject: Subject,
    ids: &[i64],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<Event>>, PageError> {
    let select = format!(
        "{SELECT} AND e.subject_kind = '{}' AND e.subject_id = $1",
        subject.as_str()
    );
    store::page::page_each(tx, ids, &listing(&select, filter), window)
}

/// What happened by these ids, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[EventId]) -> Result<Vec<Event>, StoreError> {
    tx.all(&format!("{SELECT} AND e.id = ANY($1)"), (ids,))
}

const SELECT: &str = "SELECT e.id, e.topics, e.subject_kind, e.subject_id, e.actor, e.at
   FROM events e WHERE e.shop_id = $shop";

fn of_kinds(subjects: &[Subject]) -> Filter {
    let names: Vec<String> = (1..=subjects.len()).map(|at| format!("${at}")).collect();
    let params = subjects
        .iter()
        .map(|subject| Param::Text(subject.as_str().into()))
        .collect();
    match names.is_empty() {
        true => Filter::of("e.id < 0", Vec::new()),
        false => Filter::of(format!("e.subject_kind IN ({})", names.join(", ")), params),
    }
}

fn listing(select: &str, filter: Filter) -> Listing<'_> {
    Listing {
        select,
        filter,
        sort: &BY_ID,
    }
}
