//! Locations.

use commerce::Address;
use commerce::address::Heading;
use commerce::apps::Scope;
use commerce::inventory::{self, InventoryLevel, Location, LocationSort};
use commerce::shops::Shop;
use graphql::{Error, Page, PageArgs};
use serde::Deserialize;
use store::page::Filter;
use units::{InventoryItemId, LocationId};

use super::levels::search_levels;
use crate::admin::batches::each;
use crate::admin::counts::Count;
use crate::admin::orders::ManualService;
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::scalars::DateTime;
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

#[derive(Deserialize)]
struct IdArgs {
    id: Option<LocationId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocationsArgs {
    query: Option<String>,
    sort_key: LocationSortKeys,
    include_inactive: bool,
    #[expect(dead_code, reason = "no location here is a legacy one")]
    include_legacy: Option<bool>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LocationSortKeys {
    Id,
    Name,
    Relevance,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct SearchArgs {
    query: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemArgs {
    inventory_item_id: InventoryItemId,
}

/// Where a location is.
struct LocationAddress(Address);

pub(super) fn register(r: &mut Registry) {
    r.query("location", one);
    r.query("locations", list);
    r.query("locationsCount", count);
    r.object::<Shop>("Shop").load(
        "locations",
        |all: &[&Shop], args: &(PageArgs, LocationsArgs), cx: &mut Cx| {
            all.iter().map(|_| list(args, cx)).collect()
        },
    );
    r.connection::<Location>("LocationConnection", "LocationEdge");
    // Id and name are registered with the links to locations.
    r.object::<Location>("Location")
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .leaf("isActive", |own| own.is_active)
        .leaf("isPrimary", |own| own.is_primary)
        .leaf("fulfillsOnlineOrders", |own| own.fulfills_online_orders)
        .leaf("shipsInventory", |own| own.fulfills_online_orders)
        .leaf("isFulfillmentService", |_| false)
        .leaf("activatable", |own| !own.is_active)
        .leaf("deactivatedAt", |own| {
            own.deactivated_at.map(|at| at.to_string())
        })
        .load_leaf("deactivatable", deactivatable)
        .load_leaf("deletable", deletable)
        // No location belongs to a service.
        .child("fulfillmentService", |_| None::<ManualService>)
        .leaf("addressVerified", |_| false)
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .child("address", |own| LocationAddress(own.address()))
        .load_leaf("hasActiveInventory", has_stock)
        .load_leaf("hasUnfulfilledOrders", has_orders)
        .load("inventoryLevel", level_of)
        .load("inventoryLevels", levels);
    register_address(r);
}

fn register_address(r: &mut Registry) {
    r.object::<LocationAddress>("LocationAddress")
        .text_opt("address1", |own| own.0.address1.as_deref())
        .text_opt("address2", |own| own.0.address2.as_deref())
        .text_opt("city", |own| own.0.city.as_deref())
        .text_opt("country", |own| own.0.country().map(|country| country.name))
        .text_opt("countryCode", |own| own.0.country_code.as_deref())
        .text_opt("province", |own| own.0.province_name())
        .text_opt("provinceCode", |own| own.0.province_code.as_deref())
        .text_opt("zip", |own| own.0.zip.as_deref())
        .text_opt("phone", |own| own.0.phone.as_deref())
        // Nobody looks addresses up on a map here.
        .leaf("latitude", |_| None::<f64>)
        .leaf("longitude", |_| None::<f64>)
        .leaf("formatted", |own| {
            own.0.formatted(Heading {
                name: false,
                company: false,
            })
        });
}

/// One location; the shop's first choice when no id is given.
fn one(args: &IdArgs, cx: &mut Cx) -> Result<Option<Location>, Error> {
    cx.permit("location", Scope::ReadLocations)?;
    let found = match args.id {
        Some(id) => inventory::locations_by_id(&mut cx.tx, &[id])
            .map_err(fault)?
            .into_iter()
            .flatten()
            .find(|own| own.deleted_at.is_none()),
        None => inventory::locations(&mut cx.tx)
            .map_err(fault)?
            .into_iter()
            .next(),
    };
    Ok(found)
}

fn list(args: &(PageArgs, LocationsArgs), cx: &mut Cx) -> Result<Page<Location>, Error> {
    cx.permit("locations", Scope::ReadLocations)?;
    let (args, wanted) = args;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = inventory::parse_locations(query, cx.reading()?);
    let mut filter = compiled(cx, "locations", query, found);
    filter = filter.and(Filter::of(inventory::KEPT_LOCATIONS, Vec::new()));
    if !wanted.include_inactive {
        filter = filter.and(Filter::of(inventory::ACTIVE_LOCATIONS, Vec::new()));
    }
    let sort = match wanted.sort_key {
        LocationSortKeys::Id => LocationSort::Id,
        LocationSortKeys::Name | LocationSortKeys::Relevance => LocationSort::Name,
    };
    let found = inventory::locations_page(&mut cx.tx, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

/// Whether the shop can do without each, given that its stock finds another place.
fn deactivatable(
    locations: &[&Location],
    _: &graphql::NoArgs,
    cx: &mut Cx,
) -> Vec<Result<bool, Error>> {
    let ids: Vec<LocationId> = locations.iter().map(|own| own.id).collect();
    let found = inventory::owe_orders(&mut cx.tx, &ids);
    each(locations, found, |own, owes| {
        Ok(own.is_active && !own.is_primary && !owes)
    })
}

fn deletable(
    locations: &[&Location],
    _: &graphql::NoArgs,
    cx: &mut Cx,
) -> Vec<Result<bool, Error>> {
    let ids: Vec<LocationId> = locations.iter().map(|own| own.id).collect();
    let found = inventory::owe_orders(&mut cx.tx, &ids).and_then(|owe| {
        let hold = inventory::hold_stock(&mut cx.tx, &ids)?;
        Ok(owe.into_iter().zip(hold).collect::<Vec<_>>())
    });
    each(locations, found, |own, (owes, holds)| {
        Ok(!own.is_active && !owes && !holds)
    })
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("locationsCount", Scope::ReadLocations)?;
    let query = args.query.as_deref().unwrap_or_default();
    let found = inventory::parse_locations(query, cx.reading()?);
    let found = compiled(cx, "locationsCount", query, found);
    let filter = found.and(Filter::of(inventory::KEPT_LOCATIONS, Vec::new()));
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = inventory::locations_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

fn has_stock(
    locations: &[&Location],
    _: &graphql::NoArgs,
    cx: &mut Cx,
) -> Vec<Result<bool, Error>> {
    let ids: Vec<LocationId> = locations.iter().map(|own| own.id).collect();
    let found = inventory::hold_stock(&mut cx.tx, &ids);
    each(locations, found, |_, holds| Ok(holds))
}

fn has_orders(
    locations: &[&Location],
    _: &graphql::NoArgs,
    cx: &mut Cx,
) -> Vec<Result<bool, Error>> {
    let ids: Vec<LocationId> = locations.iter().map(|own| own.id).collect();
    let found = inventory::owe_orders(&mut cx.tx, &ids);
    each(locations, found, |_, owes| Ok(owes))
}

fn level_of(
    locations: &[&Location],
    args: &ItemArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<InventoryLevel>, Error>> {
    let found = inventory::levels_of(&mut cx.tx, &[args.inventory_item_id]);
    let found = found.map(|mut levels| levels.pop().unwrap_or_default());
    match found {
        Ok(levels) => locations
            .iter()
            .map(|own| {
                let mut levels = levels.iter();
                Ok(levels.find(|level| level.location_id == own.id).cloned())
            })
            .collect(),
        Err(cause) => crate::admin::batches::fail_all(locations.len(), cause),
    }
}

fn levels(
    locations: &[&Location],
    args: &(PageArgs, SearchArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<InventoryLevel>, Error>> {
    let ids: Vec<LocationId> = locations.iter().map(|own| own.id).collect();
    let (args, wanted) = args;
    let found = search_levels(cx, wanted.query.as_deref()).and_then(|filter| {
        let window = window(args)?;
        inventory::levels_at(&mut cx.tx, &ids, filter, &window).map_err(page_error)
    });
    match found {
        Ok(pages) => pages.into_iter().map(|found| Ok(page(found))).collect(),
        Err(error) => locations.iter().map(|_| Err(error.clone())).collect(),
    }
}
