//! Postal addresses, as customers keep them and as orders snapshot them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use store::{FromColumn, Param, ToParam, Value};
use units::{Country, Province};

/// Longer fields are cut here: no real address needs more.
const FIELD_CHARS_MAX: usize = 255;

/// A postal address. Orders and customers store it as JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Code of the province or state within its country, such as `CA`.
    pub province_code: Option<String>,
    /// Name of the province as it was typed, when its code is not known.
    pub province: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// ISO 3166-1 code of the country, such as `DE`.
    pub country_code: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The country has no such name or code.
    #[error("Country is invalid")]
    CountryInvalid,
    /// The country has no such province.
    #[error("Province is invalid")]
    ProvinceInvalid,
}

/// Which lines above the street a written address has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    /// The person's name.
    pub name: bool,
    /// The company.
    pub company: bool,
}

impl Address {
    /// The address as it is stored: trimmed, blank fields dropped, country and province by code.
    ///
    /// A province is ignored where addresses name none.
    ///
    /// # Errors
    /// When the country or the province is not known.
    pub fn normalized(&self) -> Result<Self, AddressError> {
        let country = match self.country_code.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => Some(Country::named(text).ok_or(AddressError::CountryInvalid)?),
        };
        let given = [&self.province_code, &self.province];
        let given = given.into_iter().find_map(|text| filled(text.as_deref()));
        let province = match (country, &given) {
            (Some(country), Some(text)) if !country.provinces().is_empty() => Some(
                country
                    .province(text)
                    .ok_or(AddressError::ProvinceInvalid)?,
            ),
            _ => None,
        };
        Ok(Self {
            first_name: filled(self.first_name.as_deref()),
            last_name: filled(self.last_name.as_deref()),
            company: filled(self.company.as_deref()),
            address1: filled(self.address1.as_deref()),
            address2: filled(self.address2.as_deref()),
            city: filled(self.city.as_deref()),
            province_code: province.map(|province| province.code.to_owned()),
            province: if country.is_none() { given } else { None },
            zip: filled(self.zip.as_deref()),
            country_code: country.map(|country| country.code.to_owned()),
            phone: filled(self.phone.as_deref()),
        })
    }

    /// The country, when its code is known.
    #[must_use]
    pub fn country(&self) -> Option<Country> {
        self.country_code.as_deref().and_then(Country::of)
    }

    /// The province, when country and code are known.
    #[must_use]
    pub fn known_province(&self) -> Option<Province> {
        self.country()?.province(self.province_code.as_deref()?)
    }

    /// The province's name, as far as it is known.
    #[must_use]
    pub fn province_name(&self) -> Option<&str> {
        match self.known_province() {
            Some(province) => Some(province.name),
            None => self.province.as_deref(),
        }
    }

    /// The address as lines on a letter, in the manner of its country.
    #[must_use]
    pub fn formatted(&self, heading: Heading) -> Vec<String> {
        let country = self.country();
        let town = match country {
            Some(country) if country.zip_first() => [
                self.zip.as_deref(),
                self.city.as_deref(),
                self.province_code.as_deref(),
            ],
            _ => [
                self.city.as_deref(),
                self.province_code.as_deref(),
                self.zip.as_deref(),
            ],
        };
        let lines = [
            if heading.name {
                self.name()
            } else {
                String::new()
            },
            self.company
                .clone()
                .filter(|_| heading.company)
                .unwrap_or_default(),
            self.address1.clone().unwrap_or_default(),
            self.address2.clone().unwrap_or_default(),
            joined(&town, " "),
            country.map_or_else(String::new, |country| country.name.to_owned()),
        ];
        lines.into_iter().filter(|line| !line.is_empty()).collect()
    }

    /// Town, province and country in one line: `San Francisco CA, United States`.
    #[must_use]
    pub fn formatted_area(&self) -> Option<String> {
        let town = joined(&[self.city.as_deref(), self.province_code.as_deref()], " ");
        let country = self.country().map(|country| country.name);
        let country = country.filter(|name| *name != town);
        let area = joined(&[Some(town.as_str()), country], ", ");
        (!area.is_empty()).then_some(area)
    }

    /// First and last name, as far as they are known.
    #[must_use]
    pub fn name(&self) -> String {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let known: Vec<&str> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        known.join(" ")
    }

    /// Whether nothing at all is filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ToParam for Address {
    fn to_param(&self) -> Param<'_> {
        let json = serde_json::to_string(self).expect("an address is plain texts");
        Param::Text(Cow::Owned(json))
    }
}

impl FromColumn for Address {
    const WANTED: &'static str = "an address in JSON";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}

/// The trimmed text, unless nothing is left of it.
fn filled(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.chars().take(FIELD_CHARS_MAX).collect())
}

fn joined(parts: &[Option<&str>], between: &str) -> String {
    let known = parts
        .iter()
        .copied()
        .flatten()
        .filter(|part| !part.is_empty());
    known.collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(city: &str, province: &str, zip: &str, country: &str) -> Address {
        let given = Address {
            first_name: Some(" Ada ".to_owned()),
            address1: Some("1 Main St".to_owned()),
            city: Some(city.to_owned()),
            province: Some(province.to_owned()),
            zip: Some(zip.to_owned()),
            country_code: Some(country.to_owned()),
            ..Address::default()
        };
        given.normalized().unwrap()
    }

    #[test]
    fn an_address_is_written_in_the_manner_of_its_country() {
        let heading = Heading {
            name: true,
            company: false,
        };
        let ours = address("San Francisco", "California", "94105", "United States");
        assert_eq!(ours.province_code.as_deref(), Some("CA"));
        assert_eq!(
            ours.formatted(heading),
            [
                "Ada",
                "1 Main St",
                "San Francisco CA 94105",
                "United States"
            ]
        );
        let theirs = address("Berlin", "", "10115", "de");
        assert_eq!(theirs.formatted(heading)[2..], ["10115 Berlin", "Germany"]);
    }

    #[test]
    fn an_area_names_what_is_known_once() {
        let area = |city, province, country| address(city, province, "", country).formatted_area();
        assert_eq!(
            area("San Francisco", "CA", "US").unwrap(),
            "San Francisco CA, United States"
        );
        assert_eq!(area("Ottawa", "", "CA").unwrap(), "Ottawa, Canada");
        assert_eq!(area("Singapore", "ON", "SG").unwrap(), "Singapore");
        assert_eq!(Address::default().formatted_area(), None);
    }

    #[test]
    fn unknown_countries_and_foreign_provinces_are_refused() {
        let of = |country: &str, province: &str| Address {
            country_code: Some(country.to_owned()),
            province_code: Some(province.to_owned()),
            ..Address::default()
        };
        assert_eq!(
            of("Atlantis", "").normalized(),
            Err(AddressError::CountryInvalid)
        );
        assert_eq!(
            of("US", "ON").normalized(),
            Err(AddressError::ProvinceInvalid)
        );
        assert_eq!(of("SG", "ON").normalized().unwrap().province_code, None);
    }
}
