//! Writing what is said about a draft onto it: the rules that creating, changing and calculating
//! share.

use std::collections::HashMap;

use pricing::{PricingError, Terms};
use store::Tx;
use units::{Money, ProductVariantId};

use super::draft_order::{
    AppliedDiscount, AppliedDiscountType, Delivery, DraftOrder, DraftOrderLineItem,
    DraftOrderStatus,
};
use super::error::{
    ATTRIBUTES_MAX, DraftOrderError, GRAMS_MAX, LINES_MAX, QUANTITY_MAX, TEXT_CHARS_MAX,
};
use super::input::{DeliveryInput, DraftDiscountInput, DraftLineInput, DraftOrderInput};
use super::price::{self, Sheet, Sums};
use crate::address::Address;
use crate::attributes::{Attribute, to_json};
use crate::call::Call;
use crate::carts::{self, Merchandise};
use crate::contact;
use crate::customers::{self, Customer};
use crate::shops::Shop;

/// Writes what is said onto a draft and prices it anew. Nothing is stored.
pub(super) fn fill(
    tx: &mut Tx,
    call: &Call,
    shop: &Shop,
    draft: &mut DraftOrder,
    input: &DraftOrderInput,
) -> Result<(), DraftOrderError> {
    texts(draft, input, &shop.country_code)?;
    let customer = buyer(tx, draft, input)?;
    addresses(tx, draft, input, customer.as_ref())?;
    let mut lines = match &input.lines {
        Some(given) => {
            let variants = given.iter().filter_map(|line| line.variant).collect();
            let merchandise = carts::load_merchandise(tx, variants)?;
            lines(call, shop, &merchandise, given)?
        }
        None => draft.line_items(),
    };
    if lines.is_empty() {
        return Err(DraftOrderError::NoLines);
    }
    let mut discount = match &input.discount {
        None => draft.applied_discount(),
        Some(given) => given
            .as_ref()
            .map(|given| applied(given, None))
            .transpose()?,
    };
    let mut delivery = match &input.delivery {
        None => draft.delivery(),
        Some(given) => given
            .as_ref()
            .map(|given| delivery_of(call, shop, given))
            .transpose()?,
    };
    // What an exempt customer buys is not taxed, unless the merchant says that it is.
    let exempt = customer.is_some_and(|own| own.tax_exempt) && input.tax_exempt.is_none();
    draft.tax_exempt = input.tax_exempt.unwrap_or(draft.tax_exempt) || exempt;
    draft.visible_to_customer = input
        .visible_to_customer
        .unwrap_or(draft.visible_to_customer);
    note_terms(draft, shop);
    let sums = price::price(&mut Sheet {
        lines: &mut lines,
        discount: discount.as_mut(),
        delivery: delivery.as_mut(),
        terms: terms(draft),
        tax_title: &shop.tax_title,
        currency: draft.currency,
    })
    .map_err(|error| match error {
        PricingError::Negative => DraftOrderError::PriceNegative,
        PricingError::TooLarge => DraftOrderError::TooLarge,
    })?;
    note_sums(draft, sums);
    draft.quantity = lines.iter().map(|line| line.quantity).sum();
    let weight = |line: &DraftOrderLineItem| line.weight_grams * line.quantity;
    draft.weight_grams = lines.iter().map(weight).sum();
    draft.lines = to_json(&lines);
    draft.discount = discount.as_ref().map(json);
    draft.delivery = delivery.as_ref().map(json);
    draft.updated_at = call.now;
    Ok(())
}

fn note_terms(draft: &mut DraftOrder, shop: &Shop) {
    draft.tax_title.clone_from(&shop.tax_title);
    draft.tax_rate_ppm = if draft.tax_exempt {
        0
    } else {
        shop.tax_rate_ppm
    };
    draft.shipping_taxed = shop.shipping_taxed;
    draft.taxes_included = shop.taxes_included;
}

fn note_sums(draft: &mut DraftOrder, sums: Sums) {
    draft.gross_minor = sums.gross_minor;
    draft.subtotal_minor = sums.subtotal_minor;
    draft.discounts_minor = sums.discounts_minor;
    draft.shipping_minor = sums.shipping_minor;
    draft.tax_minor = sums.tax_minor;
    draft.total_minor = sums.total_minor;
}

/// What a draft's taxes are reckoned by.
pub(super) fn terms(draft: &DraftOrder) -> Terms {
    Terms {
        tax_rate_ppm: draft.tax_rate_ppm,
        taxes_included: draft.taxes_included,
        shipping_taxed: draft.shipping_taxed,
    }
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain values have a JSON text")
}

fn texts(
    draft: &mut DraftOrder,
    input: &DraftOrderInput,
    country: &str,
) -> Result<(), DraftOrderError> {
    let long = |text: &Option<Option<String>>| {
        text.iter()
            .flatten()
            .any(|text| text.chars().count() > TEXT_CHARS_MAX)
    };
    for (field, text) in [
        ("note", &input.note),
        ("poNumber", &input.po_number),
        ("sourceName", &input.source_name),
    ] {
        if long(text) {
            return Err(DraftOrderError::TooLong { field });
        }
    }
    if let Some(email) = &input.email {
        draft.email = match filled(email) {
            None => None,
            Some(text) => Some(contact::email(text).ok_or(DraftOrderError::EmailInvalid)?),
        };
    }
    if let Some(phone) = &input.phone {
        draft.phone = match filled(phone) {
            None => None,
            Some(text) => Some(contact::phone(text, country).ok_or(DraftOrderError::PhoneInvalid)?),
        };
    }
    let rewrite = |text: &mut Option<String>, new: &Option<Option<String>>| {
        if let Some(new) = new {
            *text = filled(new).map(str::to_owned);
        }
    };
    rewrite(&mut draft.note, &input.note);
    rewrite(&mut draft.po_number, &input.po_number);
    rewrite(&mut draft.source_name, &input.source_name);
    if let Some(given) = &input.attributes {
        check_attributes(given, "customAttributes")?;
        draft.attributes = to_json(given);
    }
    Ok(())
}

fn check_attributes(given: &[Attribute], field: &'static str) -> Result<(), DraftOrderError> {
    let long = |own: &Attribute| own.key.len() + own.value.len() > TEXT_CHARS_MAX;
    if given.len() > ATTRIBUTES_MAX || given.iter().any(long) {
        return Err(DraftOrderError::TooLong { field });
    }
    Ok(())
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// The draft's customer; their mailbox and telephone stand in for those that it lacks.
fn buyer(
    tx: &mut Tx,
    draft: &mut DraftOrder,
    input: &DraftOrderInput,
) -> Result<Option<Customer>, DraftOrderError> {
    if let Some(customer) = input.customer {
        draft.customer_id = customer;
    }
    let Some(id) = draft.customer_id else {
        return Ok(None);
    };
    let found = customers::load_many(tx, &[id])?.pop();
    if found.is_none() && input.customer.is_some() {
        return Err(DraftOrderError::CustomerUnknown);
    }
    if let Some(customer) = &found {
        if draft.email.is_none() && input.email.is_none() {
            draft.email.clone_from(&customer.email);
        }
        if draft.phone.is_none() && input.phone.is_none() {
            draft.phone.clone_from(&customer.phone);
        }
    }
    Ok(found)
}

fn addresses(
    tx: &mut Tx,
    draft: &mut DraftOrder,
    input: &DraftOrderInput,
    customer: Option<&Customer>,
) -> Result<(), DraftOrderError> {
    let mut default = None;
    if input.use_default_address
        && let Some(id) = customer.and_then(|own| own.default_address_id)
    {
        let found = customers::load_addresses(tx, &[id])?.pop();
        default = found.map(|own| own.address);
    }
    let one = |given: &Option<Option<Address>>,
               field: &'static str,
               kept: Option<String>|
     -> Result<Option<String>, DraftOrderError> {
        match (given, &default) {
            (None, None) => Ok(kept),
            (None, Some(default)) => Ok(Some(json(default))),
            (Some(None), _) => Ok(None),
            (Some(Some(given)), _) => {
                let address = given
                    .normalized()
                    .map_err(|reason| DraftOrderError::AddressInvalid { field, reason })?;
                Ok((!address.is_empty()).then(|| json(&address)))
            }
        }
    };
    draft.shipping_address = one(
        &input.shipping_address,
        "shippingAddress",
        draft.shipping_address.take(),
    )?;
    draft.billing_address = one(
        &input.billing_address,
        "billingAddress",
        draft.billing_address.take(),
    )?;
    Ok(())
}

fn lines(
    call: &Call,
    shop: &Shop,
    merchandise: &HashMap<ProductVariantId, Merchandise>,
    given: &[DraftLineInput],
) -> Result<Vec<DraftOrderLineItem>, DraftOrderError> {
    if given.len() > LINES_MAX {
        return Err(DraftOrderError::TooManyLines);
    }
    let mut lines = Vec::with_capacity(given.len());
    for (at, input) in given.iter().enumerate() {
        if input.quantity < 1 {
            return Err(DraftOrderError::QuantityNotPositive { at });
        }
        if input.quantity > QUANTITY_MAX {
            return Err(DraftOrderError::QuantityTooHigh { at });
        }
        check_attributes(&input.attributes, "lineItems")?;
        let mut line = match input.variant {
            Some(id) => {
                let row = merchandise
                    .get(&id)
                    .ok_or(DraftOrderError::VariantUnknown(id))?;
                of_variant(call, row, input)
            }
            None => of_its_own(call, shop, input, at)?,
        };
        if let Some(price) = input.price_override {
            line.price_minor = minor(shop, price)?;
            line.override_minor = Some(line.price_minor);
        }
        line.discount = input
            .discount
            .as_ref()
            .map(|own| applied(own, Some(at)))
            .transpose()?;
        lines.push(line);
    }
    Ok(lines)
}

/// A line of a variant: what it is comes from the catalogue, whatever else is said.
fn of_variant(call: &Call, row: &Merchandise, input: &DraftLineInput) -> DraftOrderLineItem {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    DraftOrderLineItem {
        product_id: Some(row.product_id.get()),
        variant_id: Some(row.variant_id.get()),
        title: row.product_title.clone(),
        variant_title: row.own_title().map(str::to_owned),
        vendor: filled(&row.vendor),
        sku: filled(&row.sku),
        image_url: row.image_url.clone(),
        price_minor: row.price_minor,
        taxable: row.taxable,
        requires_shipping: row.requires_shipping,
        gift_card: row.gift_card,
        weight_grams: row.weight_grams,
        ..blank(call, input)
    }
}

fn of_its_own(
    call: &Call,
    shop: &Shop,
    input: &DraftLineInput,
    at: usize,
) -> Result<DraftOrderLineItem, DraftOrderError> {
    let title = filled(&input.title).ok_or(DraftOrderError::TitleMissing)?;
    let sku = filled(&input.sku);
    if [Some(title), sku]
        .into_iter()
        .flatten()
        .any(|text| text.chars().count() > TEXT_CHARS_MAX)
    {
        return Err(DraftOrderError::TooLong { field: "lineItems" });
    }
    let weight_grams = input.weight_grams.unwrap_or(0);
    if !(0..=GRAMS_MAX).contains(&weight_grams) {
        return Err(DraftOrderError::WeightInvalid { at });
    }
    Ok(DraftOrderLineItem {
        title: title.to_owned(),
        sku: sku.map(str::to_owned),
        price_minor: match input.price {
            Some(price) => minor(shop, price)?,
            None => 0,
        },
        taxable: input.taxable.unwrap_or(true),
        requires_shipping: input.requires_shipping.unwrap_or(false),
        weight_grams,
        ..blank(call, input)
    })
}

fn blank(call: &Call, input: &DraftLineInput) -> DraftOrderLineItem {
    let uuid = input.uuid.clone().filter(|uuid| uuid.len() <= 64);
    DraftOrderLineItem {
        id: call.new_id(),
        uuid: uuid.unwrap_or_else(|| call.new_token()),
        product_id: None,
        variant_id: None,
        title: String::new(),
        variant_title: None,
        vendor: None,
        sku: None,
        image_url: None,
        quantity: input.quantity,
        price_minor: 0,
        override_minor: None,
        taxable: true,
        requires_shipping: false,
        gift_card: false,
        weight_grams: 0,
        attributes: input.attributes.clone(),
        discount: None,
        tax_lines: Vec::new(),
    }
}

fn minor(shop: &Shop, price: Money) -> Result<i64, DraftOrderError> {
    if price.currency != shop.currency {
        return Err(DraftOrderError::CurrencyMismatch {
            shop: shop.currency,
        });
    }
    if price.minor < 0 {
        return Err(DraftOrderError::PriceNegative);
    }
    Ok(price.minor)
}

fn applied(
    given: &DraftDiscountInput,
    at: Option<usize>,
) -> Result<AppliedDiscount, DraftOrderError> {
    let hundredths = hundredths(&given.value).ok_or(DraftOrderError::DiscountTooPrecise { at })?;
    let share = given.value_type == AppliedDiscountType::Percentage;
    if share && hundredths > 100 * 100 {
        return Err(DraftOrderError::DiscountTooHigh { at });
    }
    let texts = [&given.title, &given.description];
    if texts
        .into_iter()
        .flatten()
        .any(|text| text.chars().count() > TEXT_CHARS_MAX)
    {
        return Err(DraftOrderError::TooLong {
            field: "appliedDiscount",
        });
    }
    Ok(AppliedDiscount {
        title: given.title.clone(),
        description: given.description.clone().unwrap_or_default(),
        value_type: given.value_type,
        value_hundredths: hundredths.max(0),
        amount_minor: 0,
    })
}

/// A decimal with up to two decimals in hundredths.
fn hundredths(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part = part.trim_end_matches('0');
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || part.len() > 2 || !plain(whole) || !plain(part) {
        return None;
    }
    format!("{whole}{part:0<2}")
        .parse::<i64>()
        .ok()
        .map(|value| sign * value)
}

fn delivery_of(
    call: &Call,
    shop: &Shop,
    given: &DeliveryInput,
) -> Result<Delivery, DraftOrderError> {
    let (title, code, price_minor) = match given {
        DeliveryInput::Rate(handle) if *handle == carts::delivery_handle(shop) => (
            shop.shipping_title.clone(),
            handle.clone(),
            shop.shipping_price_minor,
        ),
        DeliveryInput::Rate(handle) => return Err(DraftOrderError::RateUnknown(handle.clone())),
        DeliveryInput::Custom { title, price } => {
            let price = minor(shop, *price).map_err(|error| match error {
                DraftOrderError::PriceNegative => DraftOrderError::DeliveryNegative,
                other => other,
            })?;
            let title = filled(title).unwrap_or("Custom");
            (title.to_owned(), "custom".to_owned(), price)
        }
    };
    if title.chars().count() > TEXT_CHARS_MAX {
        return Err(DraftOrderError::TooLong {
            field: "shippingLine",
        });
    }
    Ok(Delivery {
        id: call.new_id(),
        title,
        code,
        price_minor,
        tax_lines: Vec::new(),
    })
}

/// A draft that nothing is said of yet.
pub(super) fn newcomer(call: &Call, shop: &Shop) -> DraftOrder {
    DraftOrder {
        id: call.new_id(),
        number: 0,
        name: String::new(),
        token: call.new_token(),
        status: DraftOrderStatus::Open,
        order_id: None,
        customer_id: None,
        email: None,
        phone: None,
        note: None,
        po_number: None,
        source_name: None,
        attributes: "[]".to_owned(),
        shipping_address: None,
        billing_address: None,
        lines: "[]".to_owned(),
        discount: None,
        delivery: None,
        tax_exempt: false,
        taxes_included: shop.taxes_included,
        tax_title: shop.tax_title.clone(),
        tax_rate_ppm: shop.tax_rate_ppm,
        shipping_taxed: shop.shipping_taxed,
        visible_to_customer: true,
        currency: shop.currency,
        gross_minor: 0,
        subtotal_minor: 0,
        discounts_minor: 0,
        shipping_minor: 0,
        tax_minor: 0,
        total_minor: 0,
        quantity: 0,
        weight_grams: 0,
        invoice_sent_at: None,
        completed_at: None,
        created_at: call.now,
        updated_at: call.now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_two_decimals_at_most() {
        assert_eq!(hundredths("10"), Some(1000));
        assert_eq!(hundredths("12.34"), Some(1234));
        assert_eq!(hundredths("12.3"), Some(1230));
        assert_eq!(hundredths("12.340"), Some(1234));
        assert_eq!(hundredths("-5"), Some(-500));
        assert_eq!(hundredths("12.345"), None);
        assert_eq!(hundredths("1e3"), None);
        assert_eq!(hundredths(""), None);
    }

    #[test]
    fn a_share_above_all_of_it_is_refused_by_its_place() {
        let given = |value_type| DraftDiscountInput {
            title: None,
            description: None,
            value_type,
            value: "150".to_owned(),
        };
        assert!(matches!(
            applied(&given(AppliedDiscountType::Percentage), Some(2)),
            Err(DraftOrderError::DiscountTooHigh { at: Some(2) })
        ));
        assert!(applied(&given(AppliedDiscountType::FixedAmount), None).is_ok());
    }
}
