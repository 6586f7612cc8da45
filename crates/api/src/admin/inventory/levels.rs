//! Inventory levels: the stock of one item at one location.

use commerce::apps::Scope;
use commerce::inventory::{self, InventoryItem, InventoryLevel, Location, QuantityName};
use graphql::{Error, NoArgs};
use serde::Deserialize;
use store::page::Filter;
use units::{InventoryLevelId, Timestamp};

use super::items::items_of;
use crate::admin::batches::each;
use crate::admin::links;
use crate::errors::fault;
use crate::scalars::DateTime;
use crate::searches::compiled;
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct IdArgs {
    id: InventoryLevelId,
}

#[derive(Deserialize)]
struct NamesArgs {
    names: Vec<String>,
}

/// One quantity of a level.
struct Quantity {
    level: String,
    name: QuantityName,
    quantity: i64,
    updated_at: Timestamp,
}

pub(super) fn register(r: &mut Registry) {
    r.query("inventoryLevel", one);
    r.connection::<InventoryLevel>("InventoryLevelConnection", "InventoryLevelEdge");
    r.object::<InventoryLevel>("InventoryLevel")
        .leaf("id", gid)
        .leaf("isActive", |_| true)
        .load_leaf("canDeactivate", can_deactivate)
        .load_leaf("deactivationAlert", deactivation_alert)
        .leaf("createdAt", |level| DateTime(level.created_at))
        .leaf("updatedAt", |level| DateTime(level.updated_at))
        .load("item", item)
        .load("location", location)
        .load("quantities", quantities);
    r.object::<Quantity>("InventoryQuantity")
        .leaf("id", |own| {
            format!("{}&name={}", own.level, own.name.as_str())
                .replace("/InventoryLevel/", "/InventoryQuantity/")
        })
        .text("name", |own| own.name.as_str())
        .leaf("quantity", |own| own.quantity)
        .leaf("updatedAt", |own| Some(DateTime(own.updated_at)));
}

/// The global id, which names the item besides.
fn gid(level: &InventoryLevel) -> String {
    let item = level.inventory_item_id.get();
    format!("{}?inventory_item_id={item}", level.id)
}

/// The condition of a search for levels.
pub(super) fn search_levels(cx: &mut Cx, query: Option<&str>) -> Result<Filter, Error> {
    let query = query.unwrap_or_default();
    let found = inventory::parse_levels(query, cx.reading()?);
    Ok(compiled(cx, "inventoryLevels", query, found))
}

fn one(args: &IdArgs, cx: &mut Cx) -> Result<Option<InventoryLevel>, Error> {
    cx.permit("inventoryLevel", Scope::ReadInventory)?;
    let found = inventory::levels_by_id(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn item(levels: &[&InventoryLevel], _: &NoArgs, cx: &mut Cx) -> Vec<Result<InventoryItem, Error>> {
    let ids: Vec<_> = levels.iter().map(|level| level.inventory_item_id).collect();
    items_of(cx, &ids)
}

fn location(levels: &[&InventoryLevel], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Location, Error>> {
    let ids: Vec<_> = levels.iter().map(|level| Some(level.location_id)).collect();
    let gone = || Error::new("The location was deleted.");
    let found = links::locations(cx, &ids).into_iter();
    found.map(|location| location?.ok_or_else(gone)).collect()
}

fn can_deactivate(levels: &[&InventoryLevel], _: &NoArgs, cx: &mut Cx) -> Vec<Result<bool, Error>> {
    let found = inventory::can_unstock(&mut cx.tx, levels);
    each(levels, found, |_, can| Ok(can.is_ok()))
}

fn deactivation_alert(
    levels: &[&InventoryLevel],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<String>, Error>> {
    let found = inventory::can_unstock(&mut cx.tx, levels);
    each(levels, found, |_, can| {
        Ok(can.err().map(|why| why.to_string()))
    })
}

fn quantities(
    levels: &[&InventoryLevel],
    args: &NamesArgs,
    _: &mut Cx,
) -> Vec<Result<Vec<Quantity>, Error>> {
    let names: Result<Vec<QuantityName>, Error> = args
        .names
        .iter()
        .map(|name| {
            QuantityName::parse(name).ok_or_else(|| {
                Error::new(format!("The quantity name '{name}' is invalid.")).code("BAD_REQUEST")
            })
        })
        .collect();
    let of = |level: &InventoryLevel, names: &[QuantityName]| -> Vec<Quantity> {
        names
            .iter()
            .map(|name| Quantity {
                level: gid(level),
                name: *name,
                quantity: level.quantities.get(*name),
                updated_at: level.updated_at,
            })
            .collect()
    };
    levels
        .iter()
        .map(|level| match &names {
            Ok(names) => Ok(of(level, names)),
            Err(error) => Err(error.clone()),
        })
        .collect()
}
