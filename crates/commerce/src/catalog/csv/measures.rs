//! What a variant weighs, what it is measured by, and whether it is sold on without stock.

use super::super::{InventoryPolicy, MeasuredUnit, UnitMeasure};
use super::Cells;
use super::cells::{grams, micros, quantity, truth};
use super::columns::Column;

/// What it weighs, in grams, and the unit that the merchant weighs in.
pub(super) fn weight(cells: &mut Cells<'_>) -> Option<(i64, units::WeightUnit)> {
    let weight = cells.read(Column::Grams, "a weight in grams", grams);
    let unit = cells.read(Column::WeightUnit, "g, kg, oz or lb", |text| {
        units::WeightUnit::parse(&text.to_ascii_lowercase()).ok()
    });
    match (weight, unit) {
        (None, None) => None,
        (weight, unit) => Some((
            weight.unwrap_or(0),
            unit.unwrap_or(units::WeightUnit::Kilograms),
        )),
    }
}

/// How much is sold, and how much the price is told for: one of the same unit, unless it is said.
pub(super) fn measure(cells: &mut Cells<'_>) -> Option<UnitMeasure> {
    let unit = |text: &str| MeasuredUnit::parse(&text.to_ascii_uppercase());
    const UNIT: &str = "a unit such as ml, g or m";
    let quantity_micros = cells.read(Column::UnitQuantity, "a quantity such as 0.75", micros);
    let quantity_unit = cells.read(Column::UnitQuantityUnit, UNIT, unit);
    let reference_value = cells.read(Column::UnitReference, "a whole number", quantity);
    let reference_unit = cells.read(Column::UnitReferenceUnit, UNIT, unit);
    let quantity_unit = quantity_unit?;
    Some(UnitMeasure {
        quantity_micros: quantity_micros?,
        quantity_unit,
        reference_value: reference_value.unwrap_or(1),
        reference_unit: reference_unit.unwrap_or(quantity_unit),
    })
}

pub(super) fn policy(text: &str) -> Option<InventoryPolicy> {
    match text.to_ascii_lowercase().as_str() {
        "deny" => Some(InventoryPolicy::Deny),
        "continue" => Some(InventoryPolicy::Continue),
        text => truth(text).map(|goes_on| {
            if goes_on {
                InventoryPolicy::Continue
            } else {
                InventoryPolicy::Deny
            }
        }),
    }
}
