//! The rules for a single variant.

use std::collections::BTreeSet;

use units::{ProductVariantId, WeightUnit, fold};

use super::changes::{LINE_CHARS_MAX, clean, filled, put_media};
use super::errors::{Refusal, Why};
use super::input::{ItemInput, VariantInput};
use super::options;
use super::sheet::{Birth, Sheet};
use super::{InventoryPolicy, ProductVariant, VARIANTS_MAX};
use crate::inventory::CountryCodes;

/// Prices and costs, in minor units, at most.
pub(super) const PRICE_MINOR_MAX: i64 = 1_000_000_000_000_000;
/// Weights, in grams, at most.
const WEIGHT_GRAMS_MAX: i64 = 2_000_000_000;
/// Quantities at a location, at most.
const QUANTITY_MAX: i64 = 1_000_000_000;
/// Locations that a variant can be stocked at in one call.
const STOCK_MAX: usize = 250;

/// A variant with nothing said about it yet: free, taxed, sent by post, not counted.
fn blank(sheet: &Sheet, birth: &Birth<'_>) -> ProductVariant {
    ProductVariant {
        id: birth.id(),
        product_id: sheet.product.id,
        position: 0,
        title: String::new(),
        option1: None,
        option2: None,
        option3: None,
        sku: String::new(),
        barcode: String::new(),
        price_minor: 0,
        compare_at_minor: None,
        taxable: true,
        tax_code: String::new(),
        inventory_policy: InventoryPolicy::Deny,
        inventory_item_id: birth.id(),
        media_id: None,
        created_at: birth.now,
        updated_at: birth.now,
        tracked: false,
        requires_shipping: !sheet.product.gift_card,
        weight_grams: 0,
        weight_unit: WeightUnit::Kilograms,
        cost_minor: None,
        country_code_of_origin: None,
        province_code_of_origin: None,
        harmonized_system_code: None,
        unit_quantity_micros: None,
        unit_quantity_unit: None,
        unit_reference_value: None,
        unit_reference_unit: None,
        show_unit_price: false,
        country_codes: CountryCodes::default(),
        requires_components: false,
    }
}

/// The first value of every option: the variant that a new product begins with.
pub(super) fn first(sheet: &Sheet, birth: &Birth<'_>) -> ProductVariant {
    let mut variant = blank(sheet, birth);
    let values = sheet
        .options
        .iter()
        .map(|option| option.values.first().map(|value| value.name.clone()))
        .collect();
    options::set_values(&mut variant, values);
    variant
}

/// Makes the variant that the input describes; the sheet gains the option values and the picture
/// that it names.
pub(super) fn make(
    sheet: &mut Sheet,
    input: &VariantInput,
    birth: &Birth<'_>,
) -> Result<ProductVariant, Refusal> {
    let mut variant = blank(sheet, birth);
    let values = options::choose(sheet, None, &input.option_values, birth)?;
    options::set_values(&mut variant, values);
    fill(sheet, &mut variant, input, birth)?;
    Ok(variant)
}

/// Changes a variant as the input says.
pub(super) fn change(
    sheet: &mut Sheet,
    variant: &ProductVariant,
    input: &VariantInput,
    birth: &Birth<'_>,
) -> Result<ProductVariant, Refusal> {
    let mut changed = variant.clone();
    if !input.option_values.is_empty() {
        let values = options::choose(sheet, Some(variant), &input.option_values, birth)?;
        options::set_values(&mut changed, values);
    }
    fill(sheet, &mut changed, input, birth)?;
    Ok(changed)
}

fn fill(
    sheet: &mut Sheet,
    variant: &mut ProductVariant,
    input: &VariantInput,
    birth: &Birth<'_>,
) -> Result<(), Refusal> {
    if let Some(price) = input.price_minor {
        variant.price_minor = amount(price, "price", "Price")?;
    }
    if let Some(before) = input.compare_at_minor {
        variant.compare_at_minor = before
            .map(|before| amount(before, "compareAtPrice", "Compare at price"))
            .transpose()?;
    }
    if let Some(barcode) = input.barcode.as_deref() {
        variant.barcode = line(barcode, "barcode", "Barcode")?;
    }
    if let Some(taxable) = input.taxable {
        variant.taxable = taxable;
    }
    if let Some(code) = input.tax_code.as_deref() {
        variant.tax_code = line(code, "taxCode", "Tax code")?;
    }
    if let Some(policy) = input.inventory_policy {
        variant.inventory_policy = policy;
    }
    if let Some(measure) = input.unit_measure {
        if measure.is_some_and(|measure| !measure.is_sound()) {
            return Err(Refusal::new(["unitPriceMeasurement"], Why::Measure));
        }
        variant.measure(measure);
    }
    if let Some(bundle) = input.requires_components {
        variant.requires_components = bundle;
    }
    if let Some(show) = input.show_unit_price {
        variant.show_unit_price = show;
    }
    fill_item(variant, &input.item).map_err(|refusal| refusal.within(["inventoryItem"]))?;
    if let Some(id) = input.media_id {
        if !sheet.media.iter().any(|media| media.id == id) {
            return Err(Refusal::new(["mediaId"], Why::MediaMissing));
        }
        variant.media_id = Some(id);
    }
    if let Some(media) = &input.media {
        let id = put_media(sheet, media, birth).map_err(|why| Refusal::new(["mediaSrc"], why))?;
        variant.media_id = Some(id);
    }
    check_stock(variant, input)
}

fn fill_item(variant: &mut ProductVariant, item: &ItemInput) -> Result<(), Refusal> {
    if let Some(sku) = item.sku.as_deref() {
        variant.sku = line(sku, "sku", "SKU")?;
    }
    if let Some(tracked) = item.tracked {
        variant.tracked = tracked;
    }
    if let Some(requires_shipping) = item.requires_shipping {
        variant.requires_shipping = requires_shipping;
    }
    if let Some((grams, unit)) = item.weight {
        if !(0..=WEIGHT_GRAMS_MAX).contains(&grams) {
            return Err(Refusal::new(["measurement"], Why::OutOfRange("Weight")));
        }
        variant.weight_grams = grams;
        variant.weight_unit = unit;
    }
    if let Some(cost) = item.cost_minor {
        variant.cost_minor = cost.map(|cost| amount(cost, "cost", "Cost")).transpose()?;
    }
    if let Some(country) = &item.country_code_of_origin {
        let country = filled(country.as_deref());
        let fits = |code: &str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        if let Some(code) = country.as_deref().filter(|code| !fits(code)) {
            let why = Why::Country(code.to_owned());
            return Err(Refusal::new(["countryCodeOfOrigin"], why));
        }
        variant.country_code_of_origin = country;
    }
    if let Some(province) = &item.province_code_of_origin {
        variant.province_code_of_origin = filled(province.as_deref());
    }
    if let Some(code) = &item.harmonized_system_code {
        variant.harmonized_system_code = filled(code.as_deref());
    }
    if let Some(codes) = &item.country_codes {
        variant.country_codes = CountryCodes::checked(codes)
            .ok_or_else(|| Refusal::new(["countryHarmonizedSystemCodes"], Why::CustomsCodes))?;
    }
    Ok(())
}

fn check_stock(variant: &ProductVariant, input: &VariantInput) -> Result<(), Refusal> {
    if input.stock.len() > STOCK_MAX {
        let why = Why::OutOfRange("The number of locations");
        return Err(Refusal::new(["inventoryQuantities"], why));
    }
    let lowest = match variant.inventory_policy {
        InventoryPolicy::Continue => -QUANTITY_MAX,
        InventoryPolicy::Deny => 0,
    };
    for (index, stock) in input.stock.iter().enumerate() {
        if !(lowest..=QUANTITY_MAX).contains(&stock.available) {
            let at = ["inventoryQuantities".to_owned(), index.to_string()];
            return Err(Refusal::new(at, Why::OutOfRange("Quantity")));
        }
    }
    Ok(())
}

fn amount(minor: i64, at: &'static str, name: &'static str) -> Result<i64, Refusal> {
    if minor < 0 && at == "price" {
        return Err(Refusal::new([at], Why::NegativePrice));
    }
    if !(0..=PRICE_MINOR_MAX).contains(&minor) {
        return Err(Refusal::new([at], Why::OutOfRange(name)));
    }
    Ok(minor)
}

fn line(text: &str, at: &'static str, name: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > LINE_CHARS_MAX {
        return Err(Refusal::new([at], Why::TooLong(name, LINE_CHARS_MAX)));
    }
    Ok(clean(text).into_owned())
}

/// Every variant must differ from the others in some option, and there is an end to their number.
/// `touched` are the places of the input that are to blame.
pub(super) fn check_all(
    sheet: &Sheet,
    touched: &[(ProductVariantId, usize)],
) -> Result<(), Refusal> {
    if sheet.variants.len() > VARIANTS_MAX {
        return Err(Refusal::new(["variants"], Why::TooManyVariants));
    }
    let mut seen = BTreeSet::new();
    // The untouched ones come first, so that the blame falls on the input.
    let blamed: BTreeSet<ProductVariantId> = touched.iter().map(|(id, _)| *id).collect();
    let is_touched = |variant: &&ProductVariant| blamed.contains(&variant.id);
    let (new, old): (Vec<_>, Vec<_>) = if touched.len() == sheet.variants.len() {
        (sheet.variants.iter().collect(), Vec::new())
    } else {
        sheet.variants.iter().partition(is_touched)
    };
    for variant in old.into_iter().chain(new) {
        let key: Vec<String> = variant.option_values().map(fold).collect();
        if !seen.insert(key) {
            let title = variant.option_values().collect::<Vec<_>>().join(" / ");
            let index = touched.iter().find(|(id, _)| *id == variant.id);
            let why = Why::VariantExists(title);
            return Err(match index {
                Some((_, index)) => Refusal::new(["variants".to_owned(), index.to_string()], why),
                None => Refusal::new(["variants"], why),
            });
        }
    }
    Ok(())
}
