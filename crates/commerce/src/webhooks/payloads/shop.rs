//! The shop's settings.

use serde_json::{Value, json};
use units::Country;

use super::moment;
use crate::shops::Shop;

pub(super) fn render(shop: &Shop) -> Value {
    let country = Country::of(&shop.country_code);
    let province = country.and_then(|country| country.province(&shop.province_code));
    json!({
        "id": shop.id.get(),
        "name": shop.name,
        "email": shop.email,
        "customer_email": shop.email,
        "domain": shop.domain,
        "myshopify_domain": shop.domain,
        "address1": shop.address1,
        "address2": shop.address2,
        "city": shop.city,
        "zip": shop.zip,
        "province": province.map(|province| province.name),
        "province_code": province.map(|province| province.code),
        "country": shop.country_code,
        "country_code": shop.country_code,
        "country_name": country.map(|country| country.name),
        "phone": shop.phone,
        "currency": shop.currency.as_str(),
        "enabled_presentment_currencies": [shop.currency.as_str()],
        "primary_locale": shop.language,
        "iana_timezone": shop.time_zone,
        "weight_unit": match shop.weight_unit {
            units::WeightUnit::Grams => "g",
            units::WeightUnit::Kilograms => "kg",
            units::WeightUnit::Ounces => "oz",
            units::WeightUnit::Pounds => "lb",
        },
        "taxes_included": shop.taxes_included,
        "tax_shipping": shop.shipping_taxed,
        "multi_location_enabled": true,
        "created_at": moment(shop, shop.created_at),
        "updated_at": moment(shop, shop.updated_at),
    })
}
