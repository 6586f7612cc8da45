//! What a variant's price is told by, in both APIs.

use commerce::catalog::UnitMeasure;

use crate::Registry;

pub(crate) fn register(r: &mut Registry) {
    r.object::<UnitMeasure>("UnitPriceMeasurement")
        .text("measuredType", |own| own.quantity_unit.measures().as_str())
        .text("quantityUnit", |own| own.quantity_unit.as_str())
        .leaf("quantityValue", |own| units_of(own.quantity_micros))
        .text("referenceUnit", |own| own.reference_unit.as_str())
        .leaf("referenceValue", |own| own.reference_value);
}

/// Millionths as the wire tells them; quantities are below 2^53 of them.
#[expect(
    clippy::float_arithmetic,
    reason = "quantities are no money, and the wire has floats"
)]
fn units_of(micros: i64) -> f64 {
    micros as f64 / 1_000_000.0
}
