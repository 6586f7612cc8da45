//! What refers to metaobjects.

use store::{Filter, Listing, Page, PageError, Sort, SortKind, Tx, Window, record, text_enum};
use units::MetaobjectId;

text_enum! {
    /// What kind of value refers to a metaobject.
    pub enum Source {
        /// A metafield, by its id.
        Metafield = "METAFIELD",
        /// A field of a metaobject, by the metaobject's id.
        Metaobject = "METAOBJECT",
    }
}

record! {
    /// One reference to a metaobject.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Reference {
        /// What kind of value it is.
        pub source: Source,
        /// The metafield's or the metaobject's id.
        pub source_id: i64,
        /// The key of the metafield or field.
        pub key: String,
    }
}

/// A window of what refers to each of some metaobjects.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn referenced_by(
    tx: &mut Tx,
    ids: &[MetaobjectId],
    window: &Window<'_>,
) -> Result<Vec<Page<Reference>>, PageError> {
    const ORDER: Sort = Sort {
        columns: &[
            ("r.source_kind", SortKind::Text),
            ("r.source_id", SortKind::Int),
            ("r.key", SortKind::Text),
        ],
    };
    let listing = Listing {
        select: "SELECT r.source_kind, r.source_id, r.key
           FROM metaobject_references r
          WHERE r.shop_id = $shop AND r.metaobject_id = $1",
        filter: Filter::none(),
        sort: &ORDER,
    };
    store::page::page_each(tx, ids, &listing, window)
}
