//! Definitions of metafields: what a namespace and key hold on a kind of resource.

use store::{Filter, Listing, Page, PageError, Sort, SortKind, StoreError, Tx, Window};
use store::{Param, record, search, text_enum};
use units::{AppId, Currency, MetafieldDefinitionId, Timestamp};

use super::types;
use super::validations::Validations;
use super::{Metafield, Owner};

/// Values that are looked at to tell whether all are valid.
const CHECKED_MAX: i64 = 10_000;

text_enum! {
    /// Who may do what with custom data through the Admin API and the merchant's pages.
    pub enum AdminAccess {
        /// The merchant reads.
        MerchantRead = "MERCHANT_READ",
        /// The merchant reads and writes.
        MerchantReadWrite = "MERCHANT_READ_WRITE",
        /// Its app alone.
        Private = "PRIVATE",
        /// Everybody reads.
        PublicRead = "PUBLIC_READ",
        /// Everybody reads and writes.
        PublicReadWrite = "PUBLIC_READ_WRITE",
    }
}

text_enum! {
    /// Whether a storefront may read custom data.
    pub enum StorefrontAccess {
        /// It may not.
        None = "NONE",
        /// It may.
        PublicRead = "PUBLIC_READ",
    }
}

text_enum! {
    /// What signed-in customers may do with custom data.
    pub enum CustomerAccountAccess {
        /// Nothing.
        None = "NONE",
        /// Read it.
        Read = "READ",
        /// Read and write it.
        ReadWrite = "READ_WRITE",
    }
}

record! {
    /// A definition of metafields.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Definition {
        /// Its id.
        pub id: MetafieldDefinitionId,
        /// The kind of resource that it is for.
        pub owner: Owner,
        /// The namespace.
        pub namespace: String,
        /// The key.
        pub key: String,
        /// What it is called.
        pub name: String,
        /// What it is for.
        pub description: Option<String>,
        /// The type of its values.
        pub kind: String,
        /// What values must be beyond their type.
        pub validations: Validations,
        /// Who may do what with the values.
        pub admin_access: AdminAccess,
        /// Whether storefronts may read the values.
        pub storefront_access: StorefrontAccess,
        /// What signed-in customers may do with the values.
        pub customer_account_access: CustomerAccountAccess,
        /// Its place among the pinned ones of its kind of resource; none when it is not pinned.
        pub pinned_position: Option<i64>,
        /// Whether lists of the resource can be searched by it.
        pub admin_filterable: bool,
        /// Whether a value may stand on one resource only.
        pub unique_values: bool,
        /// Whether rules of smart collections may look at the values.
        pub smart_collection: bool,
        /// The app that made it.
        pub app_id: Option<AppId>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

pub(super) const COLUMNS: &str = "d.id, d.owner_kind, d.namespace, d.key, d.name, d.description, \
     d.type, d.validations, d.admin_access, d.storefront_access, d.customer_account_access, \
     d.pinned_position, d.admin_filterable, d.unique_values, d.smart_collection, d.app_id, d.created_at, d.updated_at";

/// What definitions are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DefinitionSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By name.
    Name,
    /// By the place among the pinned ones, the last pinned first; then those that are not.
    PinnedPosition,
}

/// Which definitions a list shows.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// Those of one namespace.
    pub namespace: Option<&'a str>,
    /// Those of one key.
    pub key: Option<&'a str>,
    /// Those that are pinned, or those that are not.
    pub pinned: Option<bool>,
    /// Those that a search finds.
    pub filter: Filter,
}

/// What definitions can be searched by.
const TABLE: search::Table = search::Table {
    fields: &[
        search::Field {
            name: "created_at",
            kind: search::FieldKind::Time("d.created_at"),
        },
        search::Field {
            name: "id",
            kind: search::FieldKind::Id("d.id"),
        },
        search::Field {
            name: "key",
            kind: search::FieldKind::Exact("d.key"),
        },
        search::Field {
            name: "namespace",
            kind: search::FieldKind::Exact("d.namespace"),
        },
        search::Field {
            name: "owner_type",
            kind: search::FieldKind::Exact("d.owner_kind"),
        },
        search::Field {
            name: "type",
            kind: search::FieldKind::Exact("d.type"),
        },
        search::Field {
            name: "updated_at",
            kind: search::FieldKind::Time("d.updated_at"),
        },
    ],
    default: &[
        search::FieldKind::Words("d.name_key"),
        search::FieldKind::TextPrefix("d.key"),
        search::FieldKind::TextPrefix("d.namespace"),
    ],
};

/// Reads a query for definitions.
#[must_use]
pub fn parse_search(query: &str, now: Timestamp) -> search::Compiled {
    // No field holds an amount.
    search::compile(query, &TABLE, (Currency::USD, now))
}

/// A window of the definitions for a kind of resource.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn definitions_page(
    tx: &mut Tx,
    owner: Owner,
    wanted: Wanted<'_>,
    sort: DefinitionSort,
    window: &Window<'_>,
) -> Result<Page<Definition>, PageError> {
    const ID: (&str, SortKind) = ("d.id", SortKind::Int);
    const BY_ID: Sort = Sort { columns: &[ID] };
    const BY_NAME: Sort = Sort {
        columns: &[("d.name_key", SortKind::Text), ID],
    };
    const BY_PIN: Sort = Sort {
        columns: &[("-COALESCE(d.pinned_position, 0)", SortKind::Int), ID],
    };
    let select = format!(
        "SELECT {COLUMNS} FROM metafield_definitions d
          WHERE d.shop_id = $shop AND d.owner_kind = '{}'",
        owner.as_str()
    );
    let text = |column: &str, value: &str| {
        Filter::of(
            format!("{column} = $1"),
            vec![Param::Text(value.to_owned().into())],
        )
    };
    let mut filter = wanted.filter;
    if let Some(namespace) = wanted.namespace {
        filter = filter.and(text("d.namespace", namespace));
    }
    if let Some(key) = wanted.key {
        filter = filter.and(text("d.key", key));
    }
    if let Some(pinned) = wanted.pinned {
        let is = if pinned { "IS NOT NULL" } else { "IS NULL" };
        filter = filter.and(Filter::of(format!("d.pinned_position {is}"), Vec::new()));
    }
    let listing = Listing {
        select: &select,
        filter,
        sort: match sort {
            DefinitionSort::Id => &BY_ID,
            DefinitionSort::Name => &BY_NAME,
            DefinitionSort::PinnedPosition => &BY_PIN,
        },
    };
    store::page::page(tx, &listing, window)
}

/// The definitions with those ids; those that are not there are left out.
///
/// # Errors
/// `Store` faults only.
pub fn definitions(
    tx: &mut Tx,
    ids: &[MetafieldDefinitionId],
) -> Result<Vec<Definition>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM metafield_definitions d WHERE d.shop_id = $shop AND d.id = ANY($1)"
    );
    tx.all(&text, (ids,))
}

/// The definition of a namespace and key on a kind of resource.
///
/// # Errors
/// `Store` faults only.
pub fn definition_of(
    tx: &mut Tx,
    owner: Owner,
    namespace: &str,
    key: &str,
) -> Result<Option<Definition>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM metafield_definitions d
          WHERE d.shop_id = $shop AND d.owner_kind = $1 AND d.key = $2 AND d.namespace = $3"
    );
    tx.optional(&text, (owner, key, namespace))
}

/// The definitions with one of those keys, for any resource, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn definitions_by_keys(
    tx: &mut Tx,
    owners: &[Owner],
    keys: &[&str],
) -> Result<Vec<Definition>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {COLUMNS} FROM metafield_definitions d
          WHERE d.shop_id = $shop AND d.owner_kind = ANY($1) AND d.key = ANY($2)"
    );
    let owners: Vec<&str> = owners.iter().map(|owner| owner.as_str()).collect();
    tx.all(&text, (owners, keys))
}

/// The definition of each metafield, where it has one.
///
/// # Errors
/// `Store` faults only.
pub fn definitions_for(
    tx: &mut Tx,
    metafields: &[&Metafield],
) -> Result<Vec<Option<Definition>>, StoreError> {
    let mut owners: Vec<Owner> = metafields.iter().map(|own| own.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let mut keys: Vec<&str> = metafields.iter().map(|own| own.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let found = definitions_by_keys(tx, &owners, &keys)?;
    let of = |own: &&Metafield| found.iter().find(|known| known.is_for(own)).cloned();
    Ok(metafields.iter().map(of).collect())
}

/// How many metafields each definition has.
///
/// # Errors
/// `Store` faults only.
pub fn counts(tx: &mut Tx, definitions: &[&Definition]) -> Result<Vec<i64>, StoreError> {
    let mut counts = Vec::with_capacity(definitions.len());
    for own in definitions {
        counts.push(tx.one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM metafields
              WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3",
            (own.owner, &own.namespace, &own.key),
        )?);
    }
    Ok(counts)
}

/// Whether all metafields of a definition hold what it asks; of very many, the first 10,000 are
/// looked at.
///
/// # Errors
/// `Store` faults only.
pub fn all_valid(tx: &mut Tx, definition: &Definition) -> Result<bool, StoreError> {
    if definition.validations.0.is_empty() {
        return Ok(true);
    }
    let values: Vec<(String, String)> = tx.all(
        "SELECT type, value FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3
          ORDER BY value_key LIMIT $4",
        (
            definition.owner,
            &definition.namespace,
            &definition.key,
            CHECKED_MAX,
        ),
    )?;
    let holds = |(kind, value): &(String, String)| {
        *kind == definition.kind && definition.validations.hold(kind, value).is_ok()
    };
    Ok(values.iter().all(holds))
}

/// A window of a definition's metafields.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn metafields_of(
    tx: &mut Tx,
    definition: &Definition,
    window: &Window<'_>,
) -> Result<Page<Metafield>, PageError> {
    const BY_ID: Sort = Sort {
        columns: &[("m.id", SortKind::Int)],
    };
    let select = format!(
        "SELECT {} FROM metafields m WHERE m.shop_id = $shop",
        super::sql::METAFIELD
    );
    let text = |text: &str| Param::Text(text.to_owned().into());
    let listing = Listing {
        select: &select,
        filter: Filter::of(
            "m.owner_kind = $1 AND m.namespace = $2 AND m.key = $3",
            vec![
                text(definition.owner.as_str()),
                text(&definition.namespace),
                text(&definition.key),
            ],
        ),
        sort: &BY_ID,
    };
    store::page::page(tx, &listing, window)
}

impl Definition {
    /// Whether a metafield is one of the definition's.
    #[must_use]
    pub fn is_for(&self, metafield: &Metafield) -> bool {
        self.owner == metafield.owner
            && self.key == metafield.key
            && self.namespace == metafield.namespace
    }

    /// Whether a definition of this type may keep its values unique.
    #[must_use]
    pub fn may_be_unique(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "id" | "number_integer" | "single_line_text_field" | "url"
        )
    }

    /// Whether rules of smart collections can look at values of this type on its resource.
    #[must_use]
    pub fn may_be_smart(&self) -> bool {
        matches!(self.owner, Owner::Product | Owner::ProductVariant)
            && matches!(
                self.kind.as_str(),
                "boolean"
                    | "list.metaobject_reference"
                    | "list.single_line_text_field"
                    | "metaobject_reference"
                    | "number_decimal"
                    | "number_integer"
                    | "single_line_text_field"
            )
    }

    /// Whether lists of its resource can be searched by a definition of this type.
    #[must_use]
    pub fn may_be_filterable(&self) -> bool {
        is_searched(self.owner)
            && matches!(
                types::category(&self.kind),
                "TEXT"
                    | "ID"
                    | "NUMBER"
                    | "TRUE_FALSE"
                    | "COLOR"
                    | "DATE_TIME"
                    | "URL"
                    | "REFERENCE"
            )
            && !matches!(
                self.kind.as_str(),
                "multi_line_text_field" | "rich_text_field" | "list.date" | "list.date_time"
            )
            && !self.kind.starts_with("list.")
    }
}

/// Whether lists of a kind of resource can be searched by metafields.
const fn is_searched(owner: Owner) -> bool {
    matches!(
        owner,
        Owner::Product | Owner::ProductVariant | Owner::Collection | Owner::Customer | Owner::Order
    )
}
