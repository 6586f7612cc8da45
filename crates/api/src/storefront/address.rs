//! Postal addresses, as buyers see them.

use commerce::address::{Address, Heading};
use serde::Deserialize;

use crate::Registry;

/// A postal address with its id; carts and customers each have their own kind of id.
pub(crate) struct MailingAddress {
    /// The global id.
    pub(crate) id: String,
    /// The address.
    pub(crate) address: Address,
}

/// How an address is to be written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FormattedArgs {
    with_company: Option<bool>,
    with_name: Option<bool>,
}

impl FormattedArgs {
    pub(super) fn heading(&self) -> Heading {
        Heading {
            name: self.with_name.unwrap_or(false),
            company: self.with_company.unwrap_or(true),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<MailingAddress>("MailingAddress")
        .text("id", |it| &it.id)
        .text_opt("firstName", |it| it.address.first_name.as_deref())
        .text_opt("lastName", |it| it.address.last_name.as_deref())
        .leaf("name", |it| named(&it.address))
        .text_opt("company", |it| it.address.company.as_deref())
        .text_opt("address1", |it| it.address.address1.as_deref())
        .text_opt("address2", |it| it.address.address2.as_deref())
        .text_opt("city", |it| it.address.city.as_deref())
        .text_opt("province", |it| it.address.province_name())
        .text_opt("provinceCode", |it| it.address.province_code.as_deref())
        .text_opt("zip", |it| it.address.zip.as_deref())
        .text_opt("country", |it| {
            it.address.country().map(|country| country.name)
        })
        .text_opt("countryCode", |it| it.address.country_code.as_deref())
        .text_opt("countryCodeV2", |it| it.address.country_code.as_deref())
        .text_opt("phone", |it| it.address.phone.as_deref())
        // Addresses are not looked up on a map.
        .leaf("latitude", |_| None::<f64>)
        .leaf("longitude", |_| None::<f64>)
        .leaf("formattedArea", |it| it.address.formatted_area())
        .with("formatted", |it, args: &FormattedArgs| {
            Ok(it.address.formatted(args.heading()))
        });
}

/// The full name, unless no part of it is known.
pub(super) fn named(address: &Address) -> Option<String> {
    let name = address.name();
    (!name.is_empty()).then_some(name)
}
