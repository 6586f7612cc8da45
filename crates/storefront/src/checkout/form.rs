//! The checkout's one form: its fields as they were posted.

use commerce::Address;
use serde::Deserialize;
use units::Country;

/// The checkout's fields, as a browser or a client without one posts them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CheckoutForm {
    /// The cart's form token: proves that the page was opened by whoever knows the cart.
    pub(crate) authenticity_token: String,
    /// Where the buyer is written to.
    #[serde(rename = "checkout[email]")]
    pub(crate) email: String,
    /// First name.
    #[serde(rename = "checkout[shipping_address][first_name]")]
    pub(crate) first_name: String,
    /// Last name.
    #[serde(rename = "checkout[shipping_address][last_name]")]
    pub(crate) last_name: String,
    /// Company.
    #[serde(rename = "checkout[shipping_address][company]")]
    pub(crate) company: String,
    /// Street and number.
    #[serde(rename = "checkout[shipping_address][address1]")]
    pub(crate) address1: String,
    /// Flat, floor, building.
    #[serde(rename = "checkout[shipping_address][address2]")]
    pub(crate) address2: String,
    /// Town.
    #[serde(rename = "checkout[shipping_address][city]")]
    pub(crate) city: String,
    /// Province or state, by name or code.
    #[serde(rename = "checkout[shipping_address][province]")]
    pub(crate) province: String,
    /// Postal code.
    #[serde(rename = "checkout[shipping_address][zip]")]
    pub(crate) zip: String,
    /// Country, by name or code.
    #[serde(rename = "checkout[shipping_address][country]")]
    pub(crate) country: String,
    /// Telephone.
    #[serde(rename = "checkout[shipping_address][phone]")]
    pub(crate) phone: String,
    /// The handle of the delivery.
    #[serde(rename = "checkout[shipping_rate]")]
    pub(crate) shipping_rate: String,
    /// Who takes the payment.
    #[serde(rename = "checkout[payment][gateway]")]
    pub(crate) gateway: String,
    /// A number of the test gateway; never a real card's.
    #[serde(rename = "checkout[payment][number]")]
    pub(crate) number: String,
    /// A discount's or gift card's code that the buyer typed.
    #[serde(rename = "checkout[reduction_code]")]
    pub(crate) reduction_code: String,
    /// The same, as other forms name it.
    #[serde(rename = "checkout[discount][code]")]
    pub(crate) discount_code: String,
    /// The code, or the gift card's number, that the buyer takes away.
    #[serde(rename = "checkout[withdraw]")]
    pub(crate) withdraw: String,
    /// Whether only the code is to be taken in: the buyer goes on looking at the page.
    #[serde(rename = "checkout[apply]")]
    pub(crate) apply: String,
    /// What the page said the order comes to, in minor units: `1999 EUR`.
    #[serde(rename = "checkout[total]")]
    pub(crate) total: String,
    /// What the page said is to be paid now, likewise.
    #[serde(rename = "checkout[due]")]
    pub(crate) due: String,
    /// The units that the page showed.
    #[serde(rename = "checkout[quantity]")]
    pub(crate) quantity: String,
}

/// A text, unless nothing was typed.
pub(crate) fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl CheckoutForm {
    /// The code that the buyer typed, if any.
    pub(crate) fn code(&self) -> Option<String> {
        given(&self.reduction_code).or_else(|| given(&self.discount_code))
    }

    /// The country that was chosen, if there is such a country.
    pub(crate) fn country(&self) -> Option<Country> {
        Country::named(self.country.trim())
    }

    /// Where it goes; empty when nothing was typed.
    pub(crate) fn shipping_address(&self) -> Address {
        Address {
            first_name: given(&self.first_name),
            last_name: given(&self.last_name),
            company: given(&self.company),
            address1: given(&self.address1),
            address2: given(&self.address2),
            city: given(&self.city),
            province_code: None,
            province: given(&self.province),
            zip: given(&self.zip),
            country_code: given(&self.country),
            phone: given(&self.phone),
        }
    }

    /// The fields as they stand when the page is first opened, from what the cart knows.
    pub(crate) fn begun(email: Option<&str>, address: Option<&Address>, country: &str) -> Self {
        let text = |part: Option<&String>| part.cloned().unwrap_or_default();
        let address = address.cloned().unwrap_or_default();
        Self {
            email: email.unwrap_or_default().to_owned(),
            first_name: text(address.first_name.as_ref()),
            last_name: text(address.last_name.as_ref()),
            company: text(address.company.as_ref()),
            address1: text(address.address1.as_ref()),
            address2: text(address.address2.as_ref()),
            city: text(address.city.as_ref()),
            province: text(address.province_code.as_ref().or(address.province.as_ref())),
            zip: text(address.zip.as_ref()),
            country: address.country_code.unwrap_or_else(|| country.to_owned()),
            phone: text(address.phone.as_ref()),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_typed_is_left_out_of_the_address() {
        let form = CheckoutForm {
            first_name: " Ada ".to_owned(),
            country: "DE".to_owned(),
            ..CheckoutForm::default()
        };
        let address = form.shipping_address();
        assert_eq!(address.first_name.as_deref(), Some("Ada"));
        assert_eq!(address.country_code.as_deref(), Some("DE"));
        assert_eq!(address.city, None);
    }
}
