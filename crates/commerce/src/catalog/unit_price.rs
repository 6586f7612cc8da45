//! What a quantity of a variant costs: the price of a litre of what is sold in bottles.

use store::text_enum;

use super::ProductVariant;

/// Quantities, in millionths of their unit, at most.
const QUANTITY_MICROS_MAX: i64 = 1_000_000_000_000_000;
/// Reference quantities, at most.
const REFERENCE_MAX: i64 = 1_000_000;

text_enum! {
    /// A unit that goods are measured in.
    pub enum MeasuredUnit {
        /// Centilitres.
        Cl = "CL",
        /// Centimetres.
        Cm = "CM",
        /// Fluid ounces of the United States.
        FlOz = "FLOZ",
        /// Feet.
        Ft = "FT",
        /// Square feet.
        Ft2 = "FT2",
        /// Grams.
        G = "G",
        /// Gallons of the United States.
        Gal = "GAL",
        /// Inches.
        In = "IN",
        /// Pieces.
        Item = "ITEM",
        /// Kilograms.
        Kg = "KG",
        /// Litres.
        L = "L",
        /// Pounds.
        Lb = "LB",
        /// Metres.
        M = "M",
        /// Square metres.
        M2 = "M2",
        /// Cubic metres.
        M3 = "M3",
        /// Milligrams.
        Mg = "MG",
        /// Millilitres.
        Ml = "ML",
        /// Millimetres.
        Mm = "MM",
        /// Ounces.
        Oz = "OZ",
        /// Pints of the United States.
        Pt = "PT",
        /// Quarts of the United States.
        Qt = "QT",
        /// Yards.
        Yd = "YD",
    }
}

text_enum! {
    /// What a unit measures.
    pub enum MeasuredType {
        /// How large a surface is.
        Area = "AREA",
        /// How many pieces there are.
        Count = "COUNT",
        /// How long it is.
        Length = "LENGTH",
        /// How much room it takes.
        Volume = "VOLUME",
        /// How heavy it is.
        Weight = "WEIGHT",
    }
}

/// How much is sold, and how much its price is told for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitMeasure {
    /// How much is sold, in millionths of the unit.
    pub quantity_micros: i64,
    /// In what unit.
    pub quantity_unit: MeasuredUnit,
    /// How much the price is told for.
    pub reference_value: i64,
    /// In what unit.
    pub reference_unit: MeasuredUnit,
}

impl MeasuredUnit {
    /// What it measures.
    #[must_use]
    pub const fn measures(self) -> MeasuredType {
        self.scale().0
    }

    /// What it measures, and how large it is beside the other units of that kind: in 10⁻¹³ litres,
    /// in nanograms, in tenths of a millimetre and their squares. All are whole by definition.
    const fn scale(self) -> (MeasuredType, i128) {
        const FLUID_OUNCE: i128 = 295_735_295_625;
        const OUNCE: i128 = 28_349_523_125;
        match self {
            Self::Ml => (MeasuredType::Volume, 10_000_000_000),
            Self::Cl => (MeasuredType::Volume, 100_000_000_000),
            Self::L => (MeasuredType::Volume, 10_000_000_000_000),
            Self::M3 => (MeasuredType::Volume, 10_000_000_000_000_000),
            Self::FlOz => (MeasuredType::Volume, FLUID_OUNCE),
            Self::Pt => (MeasuredType::Volume, 16 * FLUID_OUNCE),
            Self::Qt => (MeasuredType::Volume, 32 * FLUID_OUNCE),
            Self::Gal => (MeasuredType::Volume, 128 * FLUID_OUNCE),
            Self::Mg => (MeasuredType::Weight, 1_000_000),
            Self::G => (MeasuredType::Weight, 1_000_000_000),
            Self::Kg => (MeasuredType::Weight, 1_000_000_000_000),
            Self::Oz => (MeasuredType::Weight, OUNCE),
            Self::Lb => (MeasuredType::Weight, 16 * OUNCE),
            Self::Mm => (MeasuredType::Length, 10),
            Self::Cm => (MeasuredType::Length, 100),
            Self::M => (MeasuredType::Length, 10_000),
            Self::In => (MeasuredType::Length, 254),
            Self::Ft => (MeasuredType::Length, 3_048),
            Self::Yd => (MeasuredType::Length, 9_144),
            Self::M2 => (MeasuredType::Area, 100_000_000),
            Self::Ft2 => (MeasuredType::Area, 9_290_304),
            Self::Item => (MeasuredType::Count, 1),
        }
    }
}

impl UnitMeasure {
    /// Whether a price can be told by it: quantities above zero, of one kind.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (1..=QUANTITY_MICROS_MAX).contains(&self.quantity_micros)
            && (1..=REFERENCE_MAX).contains(&self.reference_value)
            && self.quantity_unit.measures() == self.reference_unit.measures()
    }

    /// What the reference quantity costs when the variant costs `price_minor`, half up.
    #[must_use]
    pub fn price_minor(&self, price_minor: i64) -> i64 {
        let reference = i128::from(self.reference_value) * self.reference_unit.scale().1;
        let quantity = i128::from(self.quantity_micros) * self.quantity_unit.scale().1;
        // Both are at most 10³¹, and sound ones are above zero.
        let whole = i128::from(price_minor)
            .saturating_mul(reference)
            .saturating_mul(1_000_000);
        let price = whole
            .saturating_add(quantity / 2)
            .div_euclid(quantity.max(1));
        i64::try_from(price).unwrap_or(i64::MAX)
    }
}

impl ProductVariant {
    /// How its price is told, when the merchant measures it.
    #[must_use]
    pub fn unit_measure(&self) -> Option<UnitMeasure> {
        Some(UnitMeasure {
            quantity_micros: self.unit_quantity_micros?,
            quantity_unit: self.unit_quantity_unit?,
            reference_value: self.unit_reference_value?,
            reference_unit: self.unit_reference_unit?,
        })
    }

    /// Tells its price by a measure, or not any more.
    pub(super) fn measure(&mut self, measure: Option<UnitMeasure>) {
        self.unit_quantity_micros = measure.map(|it| it.quantity_micros);
        self.unit_quantity_unit = measure.map(|it| it.quantity_unit);
        self.unit_reference_value = measure.map(|it| it.reference_value);
        self.unit_reference_unit = measure.map(|it| it.reference_unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(quantity_micros: i64, unit: MeasuredUnit, value: i64, by: MeasuredUnit) -> UnitMeasure {
        UnitMeasure {
            quantity_micros,
            quantity_unit: unit,
            reference_value: value,
            reference_unit: by,
        }
    }

    #[test]
    fn a_bottle_s_price_is_told_by_the_litre_and_a_pound_s_by_the_kilogram() {
        let bottle = of(750_000_000, MeasuredUnit::Ml, 1, MeasuredUnit::L);
        assert_eq!(bottle.price_minor(900), 1_200);
        let pound = of(1_000_000, MeasuredUnit::Lb, 1, MeasuredUnit::Kg);
        assert_eq!(pound.price_minor(1_000), 2_205);
        let rope = of(2_500_000, MeasuredUnit::M, 10, MeasuredUnit::Cm);
        assert_eq!(rope.price_minor(1_000), 40);
    }

    #[test]
    fn a_litre_is_not_weighed_and_nothing_has_no_price() {
        assert!(!of(1_000_000, MeasuredUnit::L, 1, MeasuredUnit::Kg).is_sound());
        assert!(!of(0, MeasuredUnit::L, 1, MeasuredUnit::L).is_sound());
        assert!(of(1, MeasuredUnit::FlOz, 1, MeasuredUnit::Gal).is_sound());
    }
}
