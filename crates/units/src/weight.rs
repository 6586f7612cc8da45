//! Weights: grams in the store, the merchant's unit at the edge.

/// A unit that a merchant weighs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WeightUnit {
    /// 1 g.
    Grams,
    /// 1,000 g.
    Kilograms,
    /// 28.349523125 g.
    Ounces,
    /// 453.59237 g.
    Pounds,
}

/// A text that names no unit of weight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a unit of weight: use GRAMS, KILOGRAMS, OUNCES or POUNDS")]
pub struct UnknownWeightUnit(String);

impl WeightUnit {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grams => "GRAMS",
            Self::Kilograms => "KILOGRAMS",
            Self::Ounces => "OUNCES",
            Self::Pounds => "POUNDS",
        }
    }

    /// Reads the API's name or the common abbreviation (`g`, `kg`, `oz`, `lb`).
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, UnknownWeightUnit> {
        match text {
            "GRAMS" | "g" => Ok(Self::Grams),
            "KILOGRAMS" | "kg" => Ok(Self::Kilograms),
            "OUNCES" | "oz" => Ok(Self::Ounces),
            "POUNDS" | "lb" => Ok(Self::Pounds),
            other => Err(UnknownWeightUnit(other.to_owned())),
        }
    }

    /// The whole grams nearest to a weight in this unit; beyond all range when it is no number.
    #[must_use]
    #[expect(
        clippy::float_arithmetic,
        reason = "weights are no money, and the wire has floats"
    )]
    pub fn to_grams(self, weight: f64) -> i64 {
        let grams = (weight * self.grams()).round();
        if grams.is_finite() {
            grams as i64
        } else {
            i64::MAX
        }
    }

    /// Grams in one unit.
    #[must_use]
    pub const fn grams(self) -> f64 {
        match self {
            Self::Grams => 1.0,
            Self::Kilograms => 1000.0,
            Self::Ounces => 28.349_523_125,
            Self::Pounds => 453.592_37,
        }
    }
}

impl<'de> serde::Deserialize<'de> for WeightUnit {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(rename = "WeightUnit", rename_all = "UPPERCASE")]
        enum Named {
            Grams,
            Kilograms,
            Ounces,
            Pounds,
        }
        Ok(match Named::deserialize(from)? {
            Named::Grams => Self::Grams,
            Named::Kilograms => Self::Kilograms,
            Named::Ounces => Self::Ounces,
            Named::Pounds => Self::Pounds,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_kept_in_whole_grams() {
        assert_eq!(WeightUnit::Pounds.to_grams(2.5), 1134);
        assert_eq!(WeightUnit::Grams.to_grams(-1.0), -1);
        assert_eq!(WeightUnit::Ounces.to_grams(f64::NAN), i64::MAX);
    }
}
