//! Postal addresses, as customers keep them and as orders show them.

use commerce::Address;
use commerce::address::Heading;
use serde::Deserialize;

use crate::Registry;

/// An address with the global id that the interface wants of it.
pub(crate) struct MailingAddress {
    /// The whole global id.
    pub(crate) id: String,
    /// The address.
    pub(crate) address: Address,
}

/// An address as clients give it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailingAddressInput {
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    company: Option<String>,
    country: Option<String>,
    country_code: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    province: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
}

impl MailingAddressInput {
    /// The domain's address; codes win over names.
    pub(crate) fn into_address(self) -> Address {
        Address {
            first_name: self.first_name,
            last_name: self.last_name,
            company: self.company,
            address1: self.address1,
            address2: self.address2,
            city: self.city,
            province_code: self.province_code,
            province: self.province,
            zip: self.zip,
            country_code: self.country_code.or(self.country),
            phone: self.phone,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormattedArgs {
    with_company: bool,
    with_name: bool,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<MailingAddress>("MailingAddress")
        .text("id", |own| &own.id)
        .text_opt("firstName", |own| own.address.first_name.as_deref())
        .text_opt("lastName", |own| own.address.last_name.as_deref())
        .text_opt("company", |own| own.address.company.as_deref())
        .text_opt("address1", |own| own.address.address1.as_deref())
        .text_opt("address2", |own| own.address.address2.as_deref())
        .text_opt("city", |own| own.address.city.as_deref())
        .text_opt("zip", |own| own.address.zip.as_deref())
        .text_opt("phone", |own| own.address.phone.as_deref())
        .text_opt("province", |own| own.address.province_name())
        .text_opt("provinceCode", |own| own.address.province_code.as_deref())
        .text_opt("country", |own| {
            own.address.country().map(|country| country.name)
        })
        .text_opt("countryCode", |own| own.address.country_code.as_deref())
        .text_opt("countryCodeV2", |own| own.address.country_code.as_deref())
        .leaf("name", |own| {
            Some(own.address.name()).filter(|name| !name.is_empty())
        })
        .leaf("formattedArea", |own| own.address.formatted_area())
        // Nobody looks addresses up on a map here.
        .leaf("coordinatesValidated", |_| false)
        .leaf("latitude", |_| None::<f64>)
        .leaf("longitude", |_| None::<f64>)
        .leaf("timeZone", |_| None::<String>)
        .leaf("validationResultSummary", |_| None::<String>)
        .with("formatted", |own, args: &FormattedArgs| {
            let heading = Heading {
                name: args.with_name,
                company: args.with_company,
            };
            Ok(own.address.formatted(heading))
        });
}
