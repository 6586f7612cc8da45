//! What an app's order must be like before anything is looked up.

use units::{Currency, Money};

use super::error::{CreateError, TEXT_BYTES_MAX};
use crate::address::Address;
use crate::contact;
use crate::orders::input::{CustomerInput, OrderInput};

/// The contact and addresses, in the form they are kept in.
pub(super) struct Contact {
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) shipping_address: Option<String>,
    pub(super) billing_address: Option<String>,
}

impl Contact {
    pub(super) fn of(input: &OrderInput) -> Result<Self, CreateError> {
        let given = match &input.customer {
            CustomerInput::Upsert(person) => person.email.as_deref(),
            CustomerInput::Email(email) => Some(email.as_str()),
            CustomerInput::Unnamed | CustomerInput::Id(_) => None,
        };
        let email = match input.email.as_deref().or(given).map(str::trim) {
            None | Some("") => None,
            Some(text) => Some(contact::email(text).ok_or(CreateError::EmailInvalid)?),
        };
        let country = input
            .shipping_address
            .as_ref()
            .or(input.billing_address.as_ref());
        let country = country.and_then(|address| address.country_code.as_deref());
        let phone = match input.phone.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => {
                let phone = contact::phone(text, country.unwrap_or_default());
                Some(phone.ok_or(CreateError::PhoneInvalid)?)
            }
        };
        let text = |address: &Option<Address>, field: &'static str| match address {
            None => Ok(None),
            Some(address) => match address.normalized() {
                Err(_) => Err(CreateError::AddressInvalid { field }),
                Ok(address) if address.is_empty() => Ok(None),
                Ok(address) => Ok(Some(
                    serde_json::to_string(&address).expect("an address has a JSON text"),
                )),
            },
        };
        Ok(Self {
            email,
            phone,
            shipping_address: text(&input.shipping_address, "shippingAddress")?,
            billing_address: text(&input.billing_address, "billingAddress")?,
        })
    }
}

pub(super) fn check_texts(input: &OrderInput) -> Result<(), CreateError> {
    let texts = [
        ("note", &input.note),
        ("poNumber", &input.po_number),
        ("name", &input.name),
        ("sourceName", &input.source_name),
    ];
    let long = |text: &str| text.len() > TEXT_BYTES_MAX;
    for (field, text) in texts {
        if text.as_deref().is_some_and(long) {
            return Err(CreateError::TextTooLong { field });
        }
    }
    if let CustomerInput::Upsert(person) = &input.customer {
        let texts = [&person.first_name, &person.last_name, &person.note];
        if texts.into_iter().flatten().any(|text| long(text)) {
            return Err(CreateError::TextTooLong { field: "customer" });
        }
    }
    let lines = input.lines.iter().any(|line| {
        let texts = [&line.title, &line.variant_title, &line.vendor, &line.sku];
        texts.into_iter().flatten().any(|text| long(text)) || line.attributes.len() > 250
    });
    if lines {
        return Err(CreateError::TextTooLong { field: "lineItems" });
    }
    if input.attributes.len() > 250 {
        return Err(CreateError::TextTooLong {
            field: "customAttributes",
        });
    }
    Ok(())
}

/// Every amount is in the shop's currency, and none is below zero.
pub(super) fn check_currencies(input: &OrderInput, shop: Currency) -> Result<(), CreateError> {
    let other = |currency: &Option<Currency>| currency.is_some_and(|currency| currency != shop);
    if other(&input.currency) {
        return Err(CreateError::CurrencyMismatch {
            field: "currency",
            shop,
        });
    }
    if other(&input.presentment_currency) {
        let field = "presentmentCurrency";
        return Err(CreateError::CurrencyMismatch { field, shop });
    }
    let check = |field: &'static str, at: usize, money: Option<Money>| match money {
        Some(money) if money.currency != shop => Err(CreateError::CurrencyMismatch { field, shop }),
        Some(money) if money.minor < 0 => Err(CreateError::AmountNegative { field, at }),
        _ => Ok(()),
    };
    for (at, line) in input.lines.iter().enumerate() {
        check("lineItems", at, line.price)?;
        for tax in &line.tax_lines {
            check("lineItems", at, tax.price)?;
        }
    }
    for (at, line) in input.shipping_lines.iter().enumerate() {
        check("shippingLines", at, Some(line.price))?;
        for tax in &line.tax_lines {
            check("shippingLines", at, tax.price)?;
        }
    }
    for (at, tax) in input.tax_lines.iter().enumerate() {
        check("taxLines", at, tax.price)?;
    }
    for (at, transaction) in input.transactions.iter().enumerate() {
        check("transactions", at, Some(transaction.amount))?;
    }
    Ok(())
}
