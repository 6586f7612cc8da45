//! Lists of metaobjects: searched, sorted, in windows.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Builder, Comparison, Compiled, FieldKind, Table, Wanted, field};
use store::{Param, Tx};
use units::{Currency, MetaobjectDefinitionId, Timestamp};

use super::{Metaobject, sql};

/// What metaobjects are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MetaobjectSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By what they are called.
    DisplayName,
    /// By when they last changed.
    UpdatedAt,
}

impl MetaobjectSort {
    /// The order of a name that the public API's text argument takes; by id for all others.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "display_name" => Self::DisplayName,
            "updated_at" => Self::UpdatedAt,
            _ => Self::Id,
        }
    }

    const fn order(self) -> &'static Sort {
        const ID: (&str, SortKind) = ("o.id", SortKind::Int);
        const BY_ID: Sort = Sort { columns: &[ID] };
        const BY_NAME: Sort = Sort {
            columns: &[("o.display_name_key", SortKind::Text), ID],
        };
        const BY_CHANGE: Sort = Sort {
            columns: &[("o.updated_at", SortKind::Int), ID],
        };
        match self {
            Self::Id => &BY_ID,
            Self::DisplayName => &BY_NAME,
            Self::UpdatedAt => &BY_CHANGE,
        }
    }
}

const TABLE: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("o.created_at")),
        field("display_name", FieldKind::Words("o.display_name_key")),
        field("fields.", FieldKind::Keyed(value)),
        field("handle", FieldKind::Exact("o.handle")),
        field("id", FieldKind::Id("o.id")),
        field("updated_at", FieldKind::Time("o.updated_at")),
    ],
    default: &[
        FieldKind::Words("o.display_name_key"),
        FieldKind::TextPrefix("o.handle"),
        FieldKind::Exists(
            "SELECT 1 FROM metaobject_fields f \
              WHERE f.shop_id = $shop AND f.metaobject_id = o.id",
            &FieldKind::Text("f.value_key"),
        ),
    ],
};

/// The value of one field: the whole, or its beginning with a star.
fn value(
    builder: &mut Builder,
    key: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    let key = builder.text(key);
    let found = builder.condition(&FieldKind::Text("f.value_key"), comparison, wanted)?;
    Some(format!(
        "EXISTS (SELECT 1 FROM metaobject_fields f WHERE f.shop_id = $shop \
         AND f.metaobject_id = o.id AND f.key = {key} AND {found})"
    ))
}

/// Reads a query for metaobjects.
#[must_use]
pub fn parse_search(query: &str, now: Timestamp) -> Compiled {
    // No field holds an amount.
    search::compile(query, &TABLE, (Currency::USD, now))
}

/// Those that are shown, where their definition asks.
#[must_use]
pub fn published() -> Filter {
    Filter::of("o.status = 'ACTIVE'", Vec::new())
}

/// A window of a definition's metaobjects that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page(
    tx: &mut Tx,
    definition: MetaobjectDefinitionId,
    filter: Filter,
    sort: MetaobjectSort,
    window: &Window<'_>,
) -> Result<Page<Metaobject>, PageError> {
    let own = Filter::of("o.definition_id = $1", vec![Param::Int(definition.get())]);
    let select = format!(
        "SELECT {} FROM metaobjects o WHERE o.shop_id = $shop",
        sql::ENTRY
    );
    let listing = Listing {
        select: &select,
        filter: own.and(filter),
        sort: sort.order(),
    };
    store::page::page(tx, &listing, window)
}

/// A window of the metaobjects of each definition.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page_each(
    tx: &mut Tx,
    definitions: &[MetaobjectDefinitionId],
    window: &Window<'_>,
) -> Result<Vec<Page<Metaobject>>, PageError> {
    let select = format!(
        "SELECT {} FROM metaobjects o WHERE o.shop_id = $shop AND o.definition_id = $1",
        sql::ENTRY
    );
    let listing = Listing {
        select: &select,
        filter: Filter::none(),
        sort: MetaobjectSort::Id.order(),
    };
    store::page::page_each(tx, definitions, &listing, window)
}
