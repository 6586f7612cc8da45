//! Where buyers can fetch what they bought.

use std::collections::BTreeMap;

use commerce::Address;
use commerce::address::Heading;
use commerce::apps::Scope;
use commerce::catalog::InventoryPolicy;
use commerce::inventory::{self, LocalPickup, Location, PickupSort};
use graphql::{Error, Page, PageArgs};
use serde::Deserialize;
use store::Window;
use units::{InventoryItemId, LocationId};

use super::variants::Variant;
use crate::errors::{fault, spread};
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// Locations that a variant tells of, at most.
const SHOPS_MAX: usize = 250;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    City,
    Id,
    Name,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocationsArgs {
    sort_key: Option<SortKey>,
}

/// A location's address.
struct LocationAddress(Address);

/// How much of a variant there is at a location.
#[derive(Clone)]
struct StoreAvailability {
    location: Location,
    pickup: LocalPickup,
    available: bool,
    quantity: i64,
}

pub(super) fn register(r: &mut Registry) {
    r.query("locations", list);
    r.connection::<Location>("LocationConnection", "LocationEdge");
    r.object::<Location>("Location")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .child("address", |own| LocationAddress(own.address()));
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
        // Addresses are not looked up on a map, so nothing is sorted by its distance either.
        .leaf("latitude", |_| None::<f64>)
        .leaf("longitude", |_| None::<f64>)
        .leaf("formatted", |own| {
            own.0.formatted(Heading {
                name: false,
                company: false,
            })
        });
    r.object::<Variant>("ProductVariant")
        .load("storeAvailability", of_variants);
    r.connection::<StoreAvailability>("StoreAvailabilityConnection", "StoreAvailabilityEdge");
    r.object::<StoreAvailability>("StoreAvailability")
        .leaf("available", |own| own.available)
        .leaf("quantityAvailable", |own| own.quantity)
        .text("pickUpTime", |own| own.pickup.pickup_time.in_words())
        .child("location", |own| own.location.clone());
}

fn list((args, wanted): &(PageArgs, LocationsArgs), cx: &mut Cx) -> Result<Page<Location>, Error> {
    permit(cx, "locations")?;
    let sort = match wanted.sort_key {
        Some(SortKey::City) => PickupSort::City,
        Some(SortKey::Name) => PickupSort::Name,
        Some(SortKey::Id) | None => PickupSort::Id,
    };
    let found = inventory::pickup_locations(&mut cx.tx, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn permit(cx: &Cx, field: &str) -> Result<(), Error> {
    cx.permit(field, Scope::UnauthenticatedReadProductPickupLocations)
}

fn of_variants(
    variants: &[&Variant],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<StoreAvailability>, Error>> {
    let found = permit(cx, "storeAvailability").and_then(|()| availability(variants, cx));
    spread(found, variants.len())
        .into_iter()
        .map(|own| {
            of_list(&own?, args, |one: &StoreAvailability| {
                one.location.id.to_string()
            })
        })
        .collect()
}

/// What each variant has at each location that hands goods over.
fn availability(variants: &[&Variant], cx: &mut Cx) -> Result<Vec<Vec<StoreAvailability>>, Error> {
    let window = Window::first(SHOPS_MAX);
    let shops = inventory::pickup_locations(&mut cx.tx, PickupSort::Id, &window);
    let shops = shops.map_err(page_error)?.nodes;
    let ids: Vec<LocationId> = shops.iter().map(|own| own.id).collect();
    let pickups = inventory::pickups(&mut cx.tx, &ids).map_err(fault)?;
    let items: Vec<InventoryItemId> = variants
        .iter()
        .map(|own| own.variant.inventory_item_id)
        .collect();
    let levels = inventory::available_at(&mut cx.tx, &items, &ids).map_err(fault)?;
    let levels: BTreeMap<(InventoryItemId, LocationId), i64> = levels
        .into_iter()
        .map(|(item, location, units)| ((item, location), units))
        .collect();
    let at = |own: &Variant, location: &Location, pickup: LocalPickup| {
        let variant = &own.variant;
        let units = *levels.get(&(variant.inventory_item_id, location.id))?;
        let endless = !variant.tracked || variant.inventory_policy == InventoryPolicy::Continue;
        Some(StoreAvailability {
            location: location.clone(),
            pickup,
            available: endless || units > 0,
            quantity: if variant.tracked { units } else { 0 },
        })
    };
    let of = |own: &&Variant| {
        let open = shops.iter().zip(&pickups);
        let open = open.filter_map(|(location, pickup)| Some((location, pickup.clone()?)));
        open.filter_map(|(location, pickup)| at(own, location, pickup))
            .collect()
    };
    Ok(variants.iter().map(of).collect())
}
