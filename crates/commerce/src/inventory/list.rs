//! Lists of items, levels and locations: searched, sorted, in windows.

use store::page::{self, Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, FieldKind, Table, field};
use store::{StoreError, Tx};
use units::{InventoryItemId, LocationId};

use super::{InventoryItem, InventoryLevel, Location, sql};

/// What locations are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LocationSort {
    /// By name.
    #[default]
    Name,
    /// By id, the order in which they were opened.
    Id,
}

/// The condition that leaves closed locations out of [`locations_page`].
pub const ACTIVE_LOCATIONS: &str = "l.is_active = 1";

/// The condition that leaves deleted ones out of [`locations_page`].
pub const KEPT_LOCATIONS: &str = "l.deleted_at IS NULL";

const ITEMS_BY_ID: Sort = Sort {
    columns: &[("i.id", SortKind::Int)],
};
/// One item has one level at a location, and one location one level of an item.
const LEVELS_BY_LOCATION: Sort = Sort {
    columns: &[("v.location_id", SortKind::Int)],
};
const LEVELS_BY_ITEM: Sort = Sort {
    columns: &[("v.inventory_item_id", SortKind::Int)],
};
const LOCATIONS_BY_ID: Sort = Sort {
    columns: &[("l.id", SortKind::Int)],
};
const LOCATIONS_BY_NAME: Sort = Sort {
    columns: &[("l.name_key", SortKind::Text), ("l.id", SortKind::Int)],
};

const ITEMS: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("i.created_at")),
        field("id", FieldKind::Id("i.id")),
        field("sku", FieldKind::Exact("i.sku")),
        field("updated_at", FieldKind::Time("i.updated_at")),
    ],
    default: &[FieldKind::Exact("i.sku")],
};
const LEVELS: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("v.created_at")),
        field("id", FieldKind::Id("v.id")),
        field("inventory_item_id", FieldKind::Id("v.inventory_item_id")),
        field("location_id", FieldKind::Id("v.location_id")),
        field("updated_at", FieldKind::Time("v.updated_at")),
    ],
    default: &[FieldKind::Never],
};
const PICKUP: &str = "(SELECT COUNT(*) FROM location_pickups k \
     WHERE k.shop_id = $shop AND k.location_id = l.id)";
const LOCATIONS: Table = Table {
    fields: &[
        field("active", FieldKind::Bool("l.is_active")),
        field("address1", FieldKind::Exact("l.address1")),
        field("address2", FieldKind::Exact("l.address2")),
        field("city", FieldKind::Exact("l.city")),
        field("country", FieldKind::Exact("l.country_code")),
        field("created_at", FieldKind::Time("l.created_at")),
        field("id", FieldKind::Id("l.id")),
        field("name", FieldKind::TextPrefix("l.name_key")),
        field("location_id", FieldKind::Id("l.id")),
        // Nobody looked them up on a map, and none is a service's.
        field("geolocated", FieldKind::Bool("0")),
        field("legacy", FieldKind::Bool("0")),
        field("pickup_in_store", FieldKind::Bool(PICKUP)),
        field("province", FieldKind::Exact("l.province_code")),
        field("zip", FieldKind::Exact("l.zip")),
    ],
    default: &[FieldKind::TextPrefix("l.name_key")],
};

/// Reads a search for items.
#[must_use]
pub fn parse_items(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &ITEMS, reading)
}

/// Reads a search for levels.
#[must_use]
pub fn parse_levels(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &LEVELS, reading)
}

/// Reads a search for locations.
#[must_use]
pub fn parse_locations(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &LOCATIONS, reading)
}

/// A window of the items that a search finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn items_page(
    tx: &mut Tx,
    filter: Filter,
    window: &Window<'_>,
) -> Result<Page<InventoryItem>, PageError> {
    let listing = Listing {
        select: sql::ITEM,
        filter,
        sort: &ITEMS_BY_ID,
    };
    page::page(tx, &listing, window)
}

/// A window of the locations that a search finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn locations_page(
    tx: &mut Tx,
    filter: Filter,
    sort: LocationSort,
    window: &Window<'_>,
) -> Result<Page<Location>, PageError> {
    let listing = Listing {
        select: sql::LOCATION,
        filter,
        sort: match sort {
            LocationSort::Name => &LOCATIONS_BY_NAME,
            LocationSort::Id => &LOCATIONS_BY_ID,
        },
    };
    page::page(tx, &listing, window)
}

/// How many locations a search finds, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn locations_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let listing = Listing {
        select: sql::LOCATION,
        filter,
        sort: &LOCATIONS_BY_ID,
    };
    page::count(tx, &listing, limit)
}

/// A window of each item's levels that a search finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn levels_page(
    tx: &mut Tx,
    items: &[InventoryItemId],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<InventoryLevel>>, PageError> {
    let select = format!("{} AND v.inventory_item_id = $1", sql::LEVEL);
    let listing = Listing {
        select: &select,
        filter,
        sort: &LEVELS_BY_LOCATION,
    };
    page::page_each(tx, items, &listing, window)
}

/// A window of each location's levels that a search finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn levels_at(
    tx: &mut Tx,
    locations: &[LocationId],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<InventoryLevel>>, PageError> {
    let select = format!("{} AND v.location_id = $1", sql::LEVEL);
    let listing = Listing {
        select: &select,
        filter,
        sort: &LEVELS_BY_ITEM,
    };
    page::page_each(tx, locations, &listing, window)
}
