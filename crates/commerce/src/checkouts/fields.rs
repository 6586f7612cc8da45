//! What a buyer has to fill in.

use crate::address::{Address, AddressError};
use crate::contact;

/// Longer texts are refused.
const FIELD_CHARS_MAX: usize = 255;

/// A field that is not filled in as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name: `email`, `shipping_address.last_name`, …
    pub field: String,
    /// What the buyer has to do.
    pub message: &'static str,
}

/// The contact and address, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) email: String,
    pub(crate) shipping_address: Option<Address>,
    pub(crate) billing_address: Option<Address>,
}

/// Says which fields have to be filled in, or filled in otherwise. Without delivery, no shipping
/// address is wanted.
#[must_use]
pub fn fields_of(
    email: &str,
    shipping: Option<&Address>,
    billing: Option<&Address>,
    delivered: bool,
) -> Vec<FieldError> {
    match fill(email, shipping, billing, delivered) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong,
    }
}

/// The contact and address in the form they are kept in, or what has to be filled in. Without
/// delivery, an address that was filled in nevertheless is where the bill goes.
pub(crate) fn fill(
    email: &str,
    shipping: Option<&Address>,
    billing: Option<&Address>,
    delivered: bool,
) -> Result<Filled, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mailbox = contact::email(email);
    if mailbox.is_none() {
        let message = match email.trim() {
            "" => "Enter an email address",
            _ => "Enter a valid email address",
        };
        wrong.push(FieldError {
            field: "email".to_owned(),
            message,
        });
    }
    let nowhere = Address::default();
    let typed = shipping.filter(|address| !delivered && says_more_than_country(address));
    let billing = billing.or(typed);
    let shipping = match shipping {
        None if delivered => Some(&nowhere),
        given if delivered => given,
        _ => None,
    };
    let shipping_address =
        shipping.and_then(|address| check("shipping_address", address, &mut wrong));
    let billing_address = billing.and_then(|address| check("billing_address", address, &mut wrong));
    match mailbox {
        Some(email) if wrong.is_empty() => Ok(Filled {
            email,
            shipping_address,
            billing_address,
        }),
        _ => Err(wrong),
    }
}

/// Whether more is filled in than the country, which forms choose by themselves.
fn says_more_than_country(address: &Address) -> bool {
    let rest = Address {
        country_code: None,
        ..address.clone()
    };
    !rest.is_empty()
}

fn check(prefix: &str, address: &Address, wrong: &mut Vec<FieldError>) -> Option<Address> {
    let before = wrong.len();
    let mut refuse = |field: &str, message: &'static str| {
        wrong.push(FieldError {
            field: format!("{prefix}.{field}"),
            message,
        });
    };
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if blank(&address.country_code) {
        refuse("country", "Select a country");
    }
    let wanted = [
        ("last_name", &address.last_name, "Enter a last name"),
        ("address1", &address.address1, "Enter an address"),
        ("city", &address.city, "Enter a city"),
    ];
    for (field, text, message) in wanted {
        if blank(text) {
            refuse(field, message);
        }
    }
    for (field, text) in texts(address) {
        if text.is_some_and(|text| text.chars().count() > FIELD_CHARS_MAX) {
            refuse(field, "Shorten this text to 255 characters");
        }
    }
    let normalized = match address.normalized() {
        Ok(address) => Some(address),
        Err(AddressError::CountryInvalid) => {
            refuse("country", "Select a country");
            None
        }
        Err(AddressError::ProvinceInvalid) => {
            refuse("province", "Select a state or province of the country");
            None
        }
    };
    if let Some(country) = normalized.as_ref().and_then(Address::country) {
        let filled = normalized.as_ref();
        if !country.provinces().is_empty() && filled.is_some_and(|a| a.province_code.is_none()) {
            refuse("province", "Select a state or province");
        }
        if filled.is_some_and(|a| blank(&a.zip)) && has_postal_codes(country.code) {
            refuse("zip", "Enter a postal code");
        }
    }
    normalized.filter(|_| wrong.len() == before)
}

fn texts(address: &Address) -> [(&'static str, Option<&str>); 9] {
    [
        ("first_name", address.first_name.as_deref()),
        ("last_name", address.last_name.as_deref()),
        ("company", address.company.as_deref()),
        ("address1", address.address1.as_deref()),
        ("address2", address.address2.as_deref()),
        ("city", address.city.as_deref()),
        ("province", address.province.as_deref()),
        ("zip", address.zip.as_deref()),
        ("phone", address.phone.as_deref()),
    ]
}

/// Countries whose addresses have no postal code; the larger ones of them.
fn has_postal_codes(country: &str) -> bool {
    const WITHOUT: &[&str] = &[
        "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BO", "BS", "BW", "BZ", "CD", "CF", "CG", "CI",
        "CK", "CM", "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK", "IE", "JM",
        "KI", "KM", "KN", "LY", "ML", "MO", "MR", "MW", "NR", "NU", "PA", "QA", "RW", "SB", "SC",
        "SL", "SR", "SS", "ST", "SY", "TD", "TF", "TG", "TK", "TL", "TO", "TT", "TV", "UG", "VU",
        "YE", "ZW",
    ];
    !WITHOUT.contains(&country)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Address {
        Address {
            first_name: Some("Ada".to_owned()),
            last_name: Some("Lovelace".to_owned()),
            address1: Some("Torstr. 1".to_owned()),
            city: Some("Berlin".to_owned()),
            zip: Some("10119".to_owned()),
            country_code: Some("DE".to_owned()),
            ..Address::default()
        }
    }

    fn refused(email: &str, address: &Address) -> Vec<String> {
        let wrong = fields_of(email, Some(address), None, true);
        wrong.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_full_address_passes() {
        assert!(refused("ada@example.com", &home()).is_empty());
        assert!(fields_of("ada@example.com", None, None, false).is_empty());
    }

    #[test]
    fn each_missing_field_is_named() {
        let empty = refused("", &Address::default());
        for field in ["email", "country", "last_name", "address1", "city"] {
            assert!(empty.iter().any(|name| name.ends_with(field)), "{field}");
        }
        let no_zip = Address {
            zip: None,
            ..home()
        };
        assert_eq!(
            refused("ada@example.com", &no_zip),
            ["shipping_address.zip"]
        );
        let nowhere = Address {
            country_code: Some("XX".to_owned()),
            ..home()
        };
        assert_eq!(
            refused("ada@example.com", &nowhere),
            ["shipping_address.country"]
        );
        let no_state = Address {
            country_code: Some("US".to_owned()),
            ..home()
        };
        assert_eq!(
            refused("ada@example.com", &no_state),
            ["shipping_address.province"]
        );
    }

    #[test]
    fn a_text_of_any_length_is_not_kept() {
        let long = Address {
            city: Some("x".repeat(256)),
            ..home()
        };
        assert_eq!(refused("ada@example.com", &long), ["shipping_address.city"]);
    }
}
