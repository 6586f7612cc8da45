//! Inventory items.

use commerce::apps::Scope;
use commerce::inventory::{self, InventoryItem, InventoryLevel};
use commerce::shops::Shop;
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{InventoryItemId, LocationId, WeightUnit};

use super::levels::search_levels;
use crate::admin::batches::{each, fail_all};
use crate::admin::counts::Count;
use crate::errors::fault;
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct IdArgs {
    id: InventoryItemId,
}

#[derive(Deserialize)]
struct SearchArgs {
    query: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocationArgs {
    location_id: LocationId,
}

/// What an item weighs.
struct Measurement {
    item: InventoryItemId,
    grams: i64,
    unit: WeightUnit,
}

/// A weight in the merchant's unit.
pub(crate) struct Weight {
    pub(crate) grams: i64,
    pub(crate) unit: WeightUnit,
}

/// A customs number in one country.
#[derive(Clone)]
struct CountryCode {
    country: String,
    code: String,
}

/// Whether a field may be edited.
struct EditableProperty {
    locked: bool,
}

pub(super) fn register(r: &mut Registry) {
    r.query("inventoryItem", one);
    r.query("inventoryItems", list);
    r.object::<Shop>("Shop").load(
        "inventoryItems",
        |all: &[&Shop], args: &(PageArgs, SearchArgs), cx: &mut Cx| {
            all.iter().map(|_| list(args, cx)).collect()
        },
    );
    r.connection::<InventoryItem>("InventoryItemConnection", "InventoryItemEdge");
    r.object::<InventoryItem>("InventoryItem")
        .leaf("id", |item| Id(item.id))
        .leaf("legacyResourceId", |item| item.id.get().to_string())
        .leaf("sku", |item| {
            Some(item.sku.clone()).filter(|sku| !sku.is_empty())
        })
        .leaf("tracked", |item| item.tracked)
        .child("trackedEditable", |_| EditableProperty { locked: false })
        .leaf("requiresShipping", |item| item.requires_shipping)
        .text_opt("countryCodeOfOrigin", |item| {
            item.country_code_of_origin.as_deref()
        })
        .text_opt("provinceCodeOfOrigin", |item| {
            item.province_code_of_origin.as_deref()
        })
        .text_opt("harmonizedSystemCode", |item| {
            item.harmonized_system_code.as_deref()
        })
        // No page of the merchant's shows the history of one item.
        .leaf("inventoryHistoryUrl", |_| None::<String>)
        .leaf("createdAt", |item| DateTime(item.created_at))
        .leaf("updatedAt", |item| DateTime(item.updated_at))
        .child("measurement", |item| Measurement {
            item: item.id,
            grams: item.weight_grams,
            unit: item.weight_unit,
        })
        .load("unitCost", unit_cost)
        .load_leaf("duplicateSkuCount", duplicate_skus)
        .load("countryHarmonizedSystemCodes", country_codes)
        .load("locationsCount", locations_count)
        .load("inventoryLevel", level_at)
        .load("inventoryLevels", levels);
    r.object::<Measurement>("InventoryItemMeasurement")
        .leaf("id", |own| {
            format!("gid://shopify/InventoryItemMeasurement/{}", own.item.get())
        })
        .child("weight", |own| Weight {
            grams: own.grams,
            unit: own.unit,
        });
    r.object::<Weight>("Weight")
        .text("unit", |own| own.unit.as_str())
        .leaf("value", Weight::value);
    r.object::<EditableProperty>("EditableProperty")
        .leaf("locked", |own| own.locked)
        // What is open needs no reason.
        .text_opt("reason", |_| None);
    r.connection::<CountryCode>(
        "CountryHarmonizedSystemCodeConnection",
        "CountryHarmonizedSystemCodeEdge",
    );
    r.object::<CountryCode>("CountryHarmonizedSystemCode")
        .text("countryCode", |own| &own.country)
        .text("harmonizedSystemCode", |own| &own.code);
}

impl Weight {
    /// The weight in its unit, to the thousandth.
    fn value(&self) -> f64 {
        let per_thousand_units: i128 = match self.unit {
            WeightUnit::Grams => 1_000_000_000,
            WeightUnit::Kilograms => 1_000_000_000_000,
            WeightUnit::Ounces => 28_349_523_125,
            WeightUnit::Pounds => 453_592_370_000,
        };
        let thousandths = units::divide_half_up(
            i128::from(self.grams) * 1_000_000_000_000,
            per_thousand_units,
        );
        let (whole, part) = (thousandths / 1000, thousandths % 1000);
        format!("{whole}.{part:03}").parse().unwrap_or_default()
    }
}

fn one(args: &IdArgs, cx: &mut Cx) -> Result<Option<InventoryItem>, Error> {
    cx.permit("inventoryItem", Scope::ReadInventory)?;
    let found = inventory::items_by_id(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, SearchArgs), cx: &mut Cx) -> Result<Page<InventoryItem>, Error> {
    cx.permit("inventoryItems", Scope::ReadInventory)?;
    let (args, wanted) = args;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = inventory::parse_items(query, cx.reading()?);
    let filter = compiled(cx, "inventoryItems", query, found);
    let found = inventory::items_page(&mut cx.tx, filter, &window(args)?);
    found.map(page).map_err(page_error)
}

fn unit_cost(
    items: &[&InventoryItem],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<units::Money>, Error>> {
    match cx.shop() {
        Ok(shop) => items
            .iter()
            .map(|item| Ok(item.cost_minor.map(|minor| shop.money(minor))))
            .collect(),
        Err(error) => items.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn duplicate_skus(items: &[&InventoryItem], _: &NoArgs, cx: &mut Cx) -> Vec<Result<i64, Error>> {
    let ids: Vec<InventoryItemId> = items.iter().map(|item| item.id).collect();
    let found = inventory::duplicate_skus(&mut cx.tx, &ids);
    each(items, found, |_, count| Ok(count))
}

fn country_codes(
    items: &[&InventoryItem],
    args: &PageArgs,
    _: &mut Cx,
) -> Vec<Result<Page<CountryCode>, Error>> {
    let page = |item: &&InventoryItem| {
        let pair = |(country, code): (&str, &str)| CountryCode {
            country: country.to_owned(),
            code: code.to_owned(),
        };
        let all: Vec<CountryCode> = item.country_codes.iter().map(pair).collect();
        of_list(&all, args, |own| own.country.clone())
    };
    items.iter().map(page).collect()
}

fn locations_count(
    items: &[&InventoryItem],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Count>, Error>> {
    let ids: Vec<InventoryItemId> = items.iter().map(|item| item.id).collect();
    let found = inventory::levels_of(&mut cx.tx, &ids);
    each(items, found, |_, levels| {
        Ok(Some(Count::exactly(levels.len())))
    })
}

fn level_at(
    items: &[&InventoryItem],
    args: &LocationArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<InventoryLevel>, Error>> {
    let ids: Vec<InventoryItemId> = items.iter().map(|item| item.id).collect();
    let found = inventory::levels_of(&mut cx.tx, &ids);
    each(items, found, |_, levels| {
        let mut levels = levels.into_iter();
        Ok(levels.find(|level| level.location_id == args.location_id))
    })
}

fn levels(
    items: &[&InventoryItem],
    args: &(PageArgs, SearchArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<InventoryLevel>, Error>> {
    let ids: Vec<InventoryItemId> = items.iter().map(|item| item.id).collect();
    let (args, wanted) = args;
    let found = search_levels(cx, wanted.query.as_deref()).and_then(|filter| {
        let window = window(args)?;
        inventory::levels_page(&mut cx.tx, &ids, filter, &window).map_err(page_error)
    });
    match found {
        Ok(pages) => pages.into_iter().map(|found| Ok(page(found))).collect(),
        Err(error) => items.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// The items of some ids, which rows of the store name.
pub(super) fn items_of(cx: &mut Cx, ids: &[InventoryItemId]) -> Vec<Result<InventoryItem, Error>> {
    match inventory::items_by_id(&mut cx.tx, ids) {
        Ok(found) => found
            .into_iter()
            .map(|item| item.ok_or_else(|| Error::new("The inventory item was deleted.")))
            .collect(),
        Err(cause) => fail_all(ids.len(), cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_told_in_the_merchants_unit() {
        let told = |grams, unit| Weight { grams, unit }.value().to_string();
        assert_eq!(told(250, WeightUnit::Grams), "250");
        assert_eq!(told(250, WeightUnit::Kilograms), "0.25");
        assert_eq!(told(454, WeightUnit::Pounds), "1.001");
        assert_eq!(told(28, WeightUnit::Ounces), "0.988");
    }
}
