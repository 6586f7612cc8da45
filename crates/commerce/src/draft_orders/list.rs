//! The list of drafts: how it is searched, sorted and paged.

use store::page::{self, Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, FieldKind, Table, field};
use store::{Record as _, StoreError, Tx};
use units::DraftOrderId;

use super::draft_order::DraftOrder;

/// What a list of drafts is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// The customer's name.
    CustomerName,
    /// Their ids.
    #[default]
    Id,
    /// Their running numbers.
    Number,
    /// Where they stand.
    Status,
    /// What they come to.
    TotalPrice,
    /// When they last changed.
    UpdatedAt,
}

const INT: SortKind = SortKind::Int;
const TEXT: SortKind = SortKind::Text;

const CUSTOMER_NAME: &str = "COALESCE((SELECT c.name_key FROM customers c
    WHERE c.shop_id = d.shop_id AND c.id = d.customer_id), '')";

impl SortKey {
    fn sort(self) -> &'static Sort {
        macro_rules! by {
            ($($column:expr),*) => {
                &const { Sort { columns: &[$($column,)* ("d.id", INT)] } }
            };
        }
        match self {
            Self::Id => by!(),
            Self::CustomerName => by!((CUSTOMER_NAME, TEXT)),
            Self::Number => by!(("d.number", INT)),
            Self::Status => by!(("d.status", TEXT)),
            Self::TotalPrice => by!(("d.total_minor", INT)),
            Self::UpdatedAt => by!(("d.updated_at", INT)),
        }
    }
}

const STATUSES: &[(&str, &str)] = &[
    ("open", "OPEN"),
    ("invoice_sent", "INVOICE_SENT"),
    ("completed", "COMPLETED"),
];

const TAG: FieldKind = FieldKind::Exists(
    "SELECT 1 FROM tags t
      WHERE t.shop_id = d.shop_id AND t.owner_kind = 'DraftOrder' AND t.owner_id = d.id",
    &FieldKind::Text("t.tag_key"),
);
const NAME: FieldKind = FieldKind::Text("lower(d.name)");
const EMAIL: FieldKind = FieldKind::Text("lower(COALESCE(d.email, ''))");

static TABLE: Table = Table {
    fields: &[
        field("id", FieldKind::Id("d.id")),
        field("name", NAME),
        field("status", FieldKind::Enum("d.status", STATUSES)),
        field("email", EMAIL),
        field("customer_id", FieldKind::Id("d.customer_id")),
        field("created_at", FieldKind::Time("d.created_at")),
        field("updated_at", FieldKind::Time("d.updated_at")),
        field(
            "source",
            FieldKind::Text("lower(COALESCE(d.source_name, ''))"),
        ),
        field("tag", TAG),
    ],
    default: &[
        NAME,
        FieldKind::TextPrefix("lower(COALESCE(d.email, ''))"),
        FieldKind::Words(CUSTOMER_NAME),
    ],
};

/// Reads a search for drafts.
#[must_use]
pub fn parse_search(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &TABLE, reading)
}

/// One page of the drafts that a search finds.
///
/// # Errors
/// `BadCursor`, or faults of the store.
pub fn list(
    tx: &mut Tx,
    filter: Filter,
    sort: SortKey,
    window: &Window<'_>,
) -> Result<Page<DraftOrder>, PageError> {
    let select = select("d.shop_id = $shop");
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.sort(),
    };
    page::page(tx, &listing, window)
}

/// The ids of the first drafts that a search finds.
///
/// # Errors
/// `Store` faults only.
pub fn ids_found(
    tx: &mut Tx,
    filter: Filter,
    limit: usize,
) -> Result<Vec<DraftOrderId>, StoreError> {
    match list(tx, filter, SortKey::Id, &Window::first(limit)) {
        Ok(found) => Ok(found.nodes.into_iter().map(|draft| draft.id).collect()),
        Err(PageError::Store(fault)) => Err(fault),
        Err(PageError::BadCursor) => Ok(Vec::new()),
    }
}

/// How many drafts a search finds, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = select("d.shop_id = $shop");
    let listing = Listing {
        select: &select,
        filter,
        sort: SortKey::Id.sort(),
    };
    page::count(tx, &listing, limit)
}

fn select(condition: &str) -> String {
    let columns: Vec<String> = DraftOrder::COLUMNS
        .split(", ")
        .map(|column| format!("d.{column}"))
        .collect();
    let columns = columns.join(", ");
    format!("SELECT {columns} FROM draft_orders d WHERE {condition}")
}

#[cfg(test)]
mod tests {
    use units::Currency;

    use super::*;

    #[test]
    fn known_fields_are_understood_and_others_warned_of() {
        let found = parse_search("status:open tag:x name:#D1", Currency::EUR);
        assert!(found.warnings.is_empty(), "{:?}", found.warnings);
        assert_eq!(parse_search("colour:red", Currency::EUR).warnings.len(), 1);
    }
}
