//! Customs numbers that hold in single countries.

use std::collections::BTreeMap;

use store::{FromColumn, Param, ToParam, Value};
use units::Country;

/// Countries that an item has a number of its own for, at most: there are no more.
const COUNTRIES_MAX: usize = 250;
/// Digits of a customs number.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=13;

/// The customs numbers of an item in single countries, by ISO 3166-1 code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountryCodes(BTreeMap<String, String>);

impl CountryCodes {
    /// The numbers as they are kept; `None` when one is no customs number, or of no country. Of
    /// two for one country the last counts.
    #[must_use]
    pub fn checked(all: &[(String, String)]) -> Option<Self> {
        if all.len() > COUNTRIES_MAX {
            return None;
        }
        let one = |(country, number): &(String, String)| {
            let country = Country::of(country)?.code.to_owned();
            let digits: String = number.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
            let sound = digits.bytes().all(|digit| digit.is_ascii_digit());
            (sound && DIGITS.contains(&digits.len())).then_some((country, digits))
        };
        all.iter().map(one).collect::<Option<_>>().map(Self)
    }

    /// Each country with its number, by country.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(country, number)| (country.as_str(), number.as_str()))
    }
}

impl ToParam for CountryCodes {
    fn to_param(&self) -> Param<'_> {
        let text = serde_json::to_string(&self.0).expect("texts have a JSON text");
        Param::Text(text.into())
    }
}

impl FromColumn for CountryCodes {
    const WANTED: &'static str = "customs numbers by country";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => serde_json::from_str(text).ok().map(Self),
            Value::Null | Value::Int(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_of_countries_and_of_digits() {
        let checked = |country: &str, number: &str| {
            CountryCodes::checked(&[(country.to_owned(), number.to_owned())])
        };
        let codes = checked("CA", "6403.12.0000").unwrap();
        assert_eq!(codes.iter().collect::<Vec<_>>(), [("CA", "6403120000")]);
        assert_eq!(checked("CA", "64031"), None);
        assert_eq!(checked("CA", "shoes1"), None);
        assert_eq!(checked("XX", "640312"), None);
    }
}
