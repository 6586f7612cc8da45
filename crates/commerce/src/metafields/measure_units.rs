//! The units of measures, as the public list of metafield types names them.

/// A unit of a type.
pub(super) struct Unit {
    /// Its name, and a short one that is taken, too.
    pub(super) name: &'static str,
    short: &'static str,
    /// What its zero is above that of the type, in billionths of itself.
    pub(super) above: i128,
    /// What it is times as much as what the type is compared in.
    pub(super) factor: i128,
}

impl Unit {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name || (!self.short.is_empty() && self.short == name)
    }
}

const fn unit(name: &'static str, factor: i128) -> Unit {
    Unit {
        name,
        short: "",
        above: 0,
        factor,
    }
}

const fn short(name: &'static str, short: &'static str, factor: i128) -> Unit {
    Unit {
        name,
        short,
        above: 0,
        factor,
    }
}

const fn above(name: &'static str, above: i128, factor: i128) -> Unit {
    Unit {
        name,
        short: "",
        above,
        factor,
    }
}

/// Every type of measures with its units.
const TYPES: &[(&str, &[Unit])] = &[
    // A dipole has 2.15 dB more than what shines everywhere alike.
    (
        "antenna_gain",
        &[
            unit("decibels_isotropic", 1),
            above("decibels_dipole", 2_150_000_000, 1),
        ],
    ),
    // In square micrometres times a hundred.
    (
        "area",
        &[
            unit("square_centimeters", 10_000),
            unit("square_inches", 64_516),
            unit("square_feet", 9_290_304),
            unit("square_yards", 83_612_736),
            unit("square_meters", 100_000_000),
        ],
    ),
    ("battery_charge_capacity", &[unit("milliamp_hours", 1)]),
    ("battery_energy_capacity", &[unit("watt_hours", 1)]),
    (
        "capacitance",
        &[
            unit("picofarads", 1),
            unit("nanofarads", 1_000),
            unit("microfarads", 1_000_000),
            unit("farads", 1_000_000_000_000),
        ],
    ),
    // As in water.
    (
        "concentration",
        &[
            unit("milligrams_per_gram", 1),
            unit("milligrams_per_milliliter", 1),
        ],
    ),
    (
        "data_storage_capacity",
        &[
            unit("bytes", 1),
            unit("kilobytes", 1_000),
            unit("megabytes", 1_000_000),
            unit("gigabytes", 1_000_000_000),
            unit("terabytes", 1_000_000_000_000),
        ],
    ),
    (
        "data_transfer_rate",
        &[
            unit("bits_per_second", 1),
            unit("kilobits_per_second", 1_000),
            unit("megabits_per_second", 1_000_000),
            unit("gigabits_per_second", 1_000_000_000),
        ],
    ),
    // In nanometres.
    (
        "dimension",
        &[
            short("inches", "in", 25_400_000),
            short("feet", "ft", 304_800_000),
            short("yards", "yd", 914_400_000),
            short("millimeters", "mm", 1_000_000),
            short("centimeters", "cm", 10_000_000),
            short("meters", "m", 1_000_000_000),
        ],
    ),
    (
        "display_density",
        &[unit("pixels_per_inch", 1), unit("dots_per_inch", 1)],
    ),
    // In millimetres.
    (
        "distance",
        &[unit("kilometers", 1_000_000), unit("miles", 1_609_344)],
    ),
    // In nanoseconds; a month is a twelfth of a year of the calendar on average.
    (
        "duration",
        &[
            unit("nanoseconds", 1),
            unit("microseconds", 1_000),
            unit("milliseconds", 1_000_000),
            unit("seconds", 1_000_000_000),
            unit("minutes", 60_000_000_000),
            unit("hours", 3_600_000_000_000),
            unit("days", 86_400_000_000_000),
            unit("months", 2_629_746_000_000_000),
            unit("years", 31_556_952_000_000_000),
        ],
    ),
    (
        "electric_current",
        &[
            unit("milliamperes", 1),
            unit("amperes", 1_000),
            unit("kiloamperes", 1_000_000),
        ],
    ),
    (
        "electrical_resistance",
        &[unit("ohms", 1), unit("kiloohms", 1_000)],
    ),
    // In millijoules.
    (
        "energy",
        &[
            unit("joules", 1_000),
            unit("calories", 4_184),
            unit("kilojoules", 1_000_000),
            unit("kilocalories", 4_184_000),
        ],
    ),
    (
        "frequency",
        &[
            unit("hertz", 1),
            unit("kilohertz", 1_000),
            unit("megahertz", 1_000_000),
            unit("gigahertz", 1_000_000_000),
        ],
    ),
    // In billionths of a lux.
    (
        "illuminance",
        &[
            unit("lux", 1_000_000_000),
            unit("foot_candles", 10_763_910_417),
        ],
    ),
    (
        "inductance",
        &[
            unit("microhenries", 1),
            unit("millihenries", 1_000),
            unit("henries", 1_000_000),
        ],
    ),
    ("luminous_flux", &[unit("lumens", 1)]),
    // In nanograms a day; a ton has 2,000 pounds.
    (
        "mass_flow_rate",
        &[
            unit("grams_per_day", 1_000_000_000),
            unit("grams_per_hour", 1_000_000_000 * 24),
            unit("grams_per_minute", 1_000_000_000 * 1440),
            unit("grams_per_second", 1_000_000_000 * 86400),
            unit("ounces_per_day", 28_349_523_125),
            unit("ounces_per_hour", 28_349_523_125 * 24),
            unit("ounces_per_minute", 28_349_523_125 * 1440),
            unit("ounces_per_second", 28_349_523_125 * 86400),
            unit("pounds_per_day", 453_592_370_000),
            unit("pounds_per_hour", 453_592_370_000 * 24),
            unit("pounds_per_minute", 453_592_370_000 * 1440),
            unit("pounds_per_second", 453_592_370_000 * 86400),
            unit("kilograms_per_day", 1_000_000_000_000),
            unit("kilograms_per_hour", 1_000_000_000_000 * 24),
            unit("kilograms_per_minute", 1_000_000_000_000 * 1440),
            unit("kilograms_per_second", 1_000_000_000_000 * 86400),
            unit("tons_per_day", 907_184_740_000_000),
            unit("tons_per_hour", 907_184_740_000_000 * 24),
            unit("tons_per_minute", 907_184_740_000_000 * 1440),
            unit("tons_per_second", 907_184_740_000_000 * 86400),
            unit("tonnes_per_day", 1_000_000_000_000_000),
            unit("tonnes_per_hour", 1_000_000_000_000_000 * 24),
            unit("tonnes_per_minute", 1_000_000_000_000_000 * 1440),
            unit("tonnes_per_second", 1_000_000_000_000_000 * 86400),
        ],
    ),
    // In microwatts.
    (
        "power",
        &[
            unit("milliwatts", 1_000),
            unit("watts", 1_000_000),
            unit("horsepower", 745_699_872),
            unit("kilowatts", 1_000_000_000),
        ],
    ),
    // In nanopascals.
    (
        "pressure",
        &[
            unit("pounds_per_square_inch", 6_894_757_293_168),
            unit("bars", 100_000_000_000_000),
        ],
    ),
    (
        "resolution",
        &[unit("pixels", 1), unit("megapixels", 1_000_000)],
    ),
    ("rotational_speed", &[unit("revolutions_per_minute", 1)]),
    ("sound_level", &[unit("decibels", 1)]),
    // In millimetres an hour.
    (
        "speed",
        &[
            unit("kilometers_per_hour", 1_000_000),
            unit("feet_per_second", 1_097_280),
            unit("miles_per_hour", 1_609_344),
            unit("meters_per_second", 3_600_000),
        ],
    ),
    // In ninths of a kelvin.
    (
        "temperature",
        &[
            above("celsius", 273_150_000_000, 9),
            above("fahrenheit", 459_670_000_000, 5),
            unit("kelvin", 9),
        ],
    ),
    // In hundred billionths of a watt.
    (
        "thermal_power",
        &[
            unit("british_thermal_units_per_hour", 29_307_107_017),
            unit("kilowatts", 100_000_000_000_000),
            unit("tons_of_refrigeration", 29_307_107_017 * 12_000),
        ],
    ),
    ("voltage", &[unit("volts", 1)]),
    // In ten billionths of a millilitre.
    (
        "volume",
        &[
            short("milliliters", "ml", 10_000_000_000),
            short("centiliters", "cl", 100_000_000_000),
            short("liters", "l", 10_000_000_000_000),
            short("cubic_meters", "m3", 10_000_000_000_000_000),
            short("us_fluid_ounces", "us_fl_oz", 295_735_295_625),
            short("us_pints", "us_pt", 4_731_764_730_000),
            short("us_quarts", "us_qt", 9_463_529_460_000),
            short("us_gallons", "us_gal", 37_854_117_840_000),
            short("imperial_fluid_ounces", "imp_fl_oz", 284_130_625_000),
            short("imperial_pints", "imp_pt", 5_682_612_500_000),
            short("imperial_quarts", "imp_qt", 11_365_225_000_000),
            short("imperial_gallons", "imp_gal", 45_460_900_000_000),
        ],
    ),
    // In nanolitres an hour; a gallon is that of the United States.
    (
        "volumetric_flow_rate",
        &[
            unit("liters_per_hour", 1_000_000_000),
            unit("liters_per_minute", 1_000_000_000 * 60),
            unit("liters_per_second", 1_000_000_000 * 3600),
            unit("gallons_per_hour", 3_785_411_784),
            unit("gallons_per_minute", 3_785_411_784 * 60),
            unit("gallons_per_second", 3_785_411_784 * 3600),
            unit("cubic_feet_per_hour", 28_316_846_592),
            unit("cubic_feet_per_minute", 28_316_846_592 * 60),
            unit("cubic_feet_per_second", 28_316_846_592 * 3600),
            unit("cubic_meters_per_hour", 1_000_000_000_000),
            unit("cubic_meters_per_minute", 1_000_000_000_000 * 60),
            unit("cubic_meters_per_second", 1_000_000_000_000 * 3600),
        ],
    ),
    // In nanograms.
    (
        "weight",
        &[
            short("ounces", "oz", 28_349_523_125),
            short("pounds", "lb", 453_592_370_000),
            short("grams", "g", 1_000_000_000),
            short("kilograms", "kg", 1_000_000_000_000),
        ],
    ),
];

/// The types of measures.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(kind, _)| *kind)
}

/// The units of a type of measures.
pub(super) fn units(kind: &str) -> Option<&'static [Unit]> {
    let (_, units) = TYPES.iter().find(|(own, _)| *own == kind)?;
    Some(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_measures_has_units_of_its_own_names() {
        assert_eq!(kinds().count(), 32);
        for kind in kinds() {
            let units = units(kind).expect("it is one of them");
            assert!(
                !units.is_empty() && units.iter().all(|own| own.factor > 0),
                "{kind}"
            );
            let mut names: Vec<&str> = units.iter().map(|own| own.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), units.len(), "{kind}");
        }
    }
}
