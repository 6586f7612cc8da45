//! What a quantity of a variant costs.

use commerce::catalog::{MeasuredUnit, UnitMeasure};
use serde::Deserialize;

use crate::admin::enums::input_enum;

input_enum! {
    /// A unit that goods are measured in.
    Unit(MeasuredUnit)
}

/// How much is sold, and how much its price is told for.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeasureFields {
    quantity_value: Option<f64>,
    quantity_unit: Option<Unit>,
    reference_value: Option<i64>,
    reference_unit: Option<Unit>,
}

impl MeasureFields {
    /// The measure, when a quantity is given; the reference is one of the quantity's unit unless
    /// another is given.
    #[expect(
        clippy::float_arithmetic,
        reason = "quantities are no money, and the wire has floats"
    )]
    pub(super) fn measure(&self) -> Option<UnitMeasure> {
        let (value, unit) = (self.quantity_value?, self.quantity_unit?.0);
        // A number beyond the range becomes its end, which is refused.
        let quantity_micros = (value * 1_000_000.0).round() as i64;
        Some(UnitMeasure {
            quantity_micros,
            quantity_unit: unit,
            reference_value: self.reference_value.unwrap_or(1),
            reference_unit: self.reference_unit.map_or(unit, |unit| unit.0),
        })
    }
}
