//! Postal addresses, as customers keep them and as orders snapshot them.

use serde::{Deserialize, Serialize};

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

impl Address {
    /// First and last name, as far as they are known.
    #[must_use]
    pub fn name(&self) -> String {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let known: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        known.join(" ")
    }

    /// Whether nothing at all is filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
