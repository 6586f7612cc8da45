//! Products as rows of a product file, in the classic dialect.

use std::collections::HashMap;

use units::{Currency, InventoryItemId, MediaImageId, Money, ProductId, WeightUnit};

use super::super::sheet::Sheet;
use super::super::{InventoryPolicy, MediaImage, ProductVariant};
use super::cells::escaped;
use super::columns::{Column, NAMES};
use crate::files::FileKind;

/// What rows need beside a product's sheet.
pub(in crate::catalog) struct Beside<'a> {
    /// What prices are in.
    pub(in crate::catalog) currency: Currency,
    /// What is put before addresses that are paths in the shop; may be empty.
    pub(in crate::catalog) origin: &'a str,
    /// What can be sold of each stocked item at the shop's primary location.
    pub(in crate::catalog) available: &'a HashMap<InventoryItemId, i64>,
    /// How many columns of metafields there are.
    pub(in crate::catalog) metafields: usize,
    /// Metafields by product and column.
    pub(in crate::catalog) values: &'a HashMap<(ProductId, usize), String>,
    /// Where the pictures come from that are not in the shop yet.
    pub(in crate::catalog) sources: &'a HashMap<MediaImageId, String>,
}

/// The first line: every column's name.
pub(in crate::catalog) fn header() -> impl Iterator<Item = &'static str> {
    written().map(|(_, name, _)| *name)
}

/// Products do not say which collections they stand in: they may stand in several.
fn written() -> impl Iterator<Item = &'static (Column, &'static str, &'static [&'static str])> {
    NAMES
        .iter()
        .filter(|(column, ..)| *column != Column::Collection)
}

/// A product's rows: the first with all that is the product's own, one for each further variant,
/// and pictures down the side, on rows of their own where there are more of them than variants.
pub(in crate::catalog) fn rows(sheet: &Sheet, beside: &Beside<'_>) -> Vec<Vec<String>> {
    let pictures: Vec<&MediaImage> = sheet
        .media
        .iter()
        .filter(|media| media.content_type == FileKind::Image)
        .collect();
    let urls: HashMap<MediaImageId, String> = pictures
        .iter()
        .map(|media| {
            // What is not brought into the shop yet is where it comes from.
            let from = beside.sources.get(&media.id);
            let url = from.filter(|_| media.url.is_empty()).unwrap_or(&media.url);
            (media.id, address(url, beside.origin))
        })
        .collect();
    let count = sheet.variants.len().max(pictures.len()).max(1);
    let mut rows = Vec::with_capacity(count);
    for place in 0..count {
        let mut row: HashMap<Column, String> = HashMap::new();
        row.insert(Column::Handle, sheet.product.handle.clone());
        if place == 0 {
            product(&mut row, sheet);
        }
        if let Some(held) = sheet.variants.get(place) {
            variant(&mut row, sheet, held, beside);
            let shown = held.media_id.and_then(|id| urls.get(&id).cloned());
            row.insert(Column::VariantImage, shown.unwrap_or_default());
        }
        if let Some(picture) = pictures.get(place) {
            row.insert(
                Column::ImageSrc,
                urls.get(&picture.id).cloned().unwrap_or_default(),
            );
            row.insert(Column::ImagePosition, (place + 1).to_string());
            row.insert(Column::ImageAlt, escaped(&picture.alt));
        }
        let cells = written().map(|(column, ..)| row.remove(column).unwrap_or_default());
        let value = |column: usize| {
            let value = beside.values.get(&(sheet.product.id, column));
            value.filter(|_| place == 0).map(|text| escaped(text))
        };
        let custom = (0..beside.metafields).map(|column| value(column).unwrap_or_default());
        let mut cells: Vec<String> = cells.collect();
        cells.extend(custom);
        rows.push(cells);
    }
    rows
}

/// An address on the web as it is, a path in the shop with the shop before it.
fn address(url: &str, origin: &str) -> String {
    match url.starts_with('/') && !url.starts_with("//") {
        true => format!("{origin}{url}"),
        false => url.to_owned(),
    }
}

fn product(row: &mut HashMap<Column, String>, sheet: &Sheet) {
    let product = &sheet.product;
    let text = |text: &Option<String>| escaped(text.as_deref().unwrap_or_default());
    row.insert(Column::Title, escaped(&product.title));
    row.insert(Column::Body, escaped(&product.description_html));
    row.insert(Column::Vendor, escaped(&product.vendor));
    row.insert(Column::Category, escaped(&product.category));
    row.insert(Column::Type, escaped(&product.product_type));
    row.insert(Column::Tags, escaped(&sheet.tags.join(", ")));
    row.insert(Column::Published, truth(product.published_at.is_some()));
    row.insert(Column::Status, product.status.as_str().to_lowercase());
    row.insert(Column::GiftCard, truth(product.gift_card));
    row.insert(Column::SeoTitle, text(&product.seo_title));
    row.insert(Column::SeoDescription, text(&product.seo_description));
    for (place, option) in sheet.options.iter().enumerate() {
        row.insert(Column::option_name(place), escaped(&option.option.name));
    }
}

fn variant(
    row: &mut HashMap<Column, String>,
    sheet: &Sheet,
    held: &ProductVariant,
    beside: &Beside<'_>,
) {
    let amount = |minor: i64| Money::new(minor, beside.currency).decimal();
    for (place, value) in held.option_values().take(sheet.options.len()).enumerate() {
        row.insert(Column::option_value(place), escaped(value));
    }
    row.insert(Column::Sku, escaped(&held.sku));
    row.insert(Column::Barcode, escaped(&held.barcode));
    row.insert(Column::Price, amount(held.price_minor));
    row.insert(
        Column::CompareAt,
        held.compare_at_minor.map(amount).unwrap_or_default(),
    );
    row.insert(
        Column::Cost,
        held.cost_minor.map(amount).unwrap_or_default(),
    );
    row.insert(Column::Taxable, truth(held.taxable));
    row.insert(Column::TaxCode, escaped(&held.tax_code));
    row.insert(
        Column::Tracker,
        if held.tracked { "shopify" } else { "" }.to_owned(),
    );
    let available = beside.available.get(&held.inventory_item_id).copied();
    row.insert(Column::Quantity, available.unwrap_or(0).to_string());
    let policy = match held.inventory_policy {
        InventoryPolicy::Deny => "deny",
        InventoryPolicy::Continue => "continue",
    };
    row.insert(Column::Policy, policy.to_owned());
    row.insert(Column::Grams, held.weight_grams.to_string());
    row.insert(Column::WeightUnit, weight_unit(held.weight_unit).to_owned());
    row.insert(Column::RequiresShipping, truth(held.requires_shipping));
    if let Some(measure) = held.unit_measure() {
        row.insert(Column::UnitQuantity, micros(measure.quantity_micros));
        row.insert(
            Column::UnitQuantityUnit,
            measure.quantity_unit.as_str().to_lowercase(),
        );
        row.insert(Column::UnitReference, measure.reference_value.to_string());
        row.insert(
            Column::UnitReferenceUnit,
            measure.reference_unit.as_str().to_lowercase(),
        );
    }
}

/// The short name of a unit of weight, as product files have it.
const fn weight_unit(unit: WeightUnit) -> &'static str {
    match unit {
        WeightUnit::Grams => "g",
        WeightUnit::Kilograms => "kg",
        WeightUnit::Ounces => "oz",
        WeightUnit::Pounds => "lb",
    }
}

fn truth(it: bool) -> String {
    if it { "TRUE" } else { "FALSE" }.to_owned()
}

/// Millionths as a decimal without needless zeros.
fn micros(value: i64) -> String {
    let text = format!("{}.{:06}", value / 1_000_000, value % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_get_the_shop_before_them_and_decimals_no_needless_zeros() {
        assert_eq!(
            address("/cdn/a.png", "https://shop.test"),
            "https://shop.test/cdn/a.png"
        );
        assert_eq!(
            address("https://x.test/a.png", "https://shop.test"),
            "https://x.test/a.png"
        );
        assert_eq!(
            (micros(750_000_000), micros(1_500_000)),
            ("750".to_owned(), "1.5".to_owned())
        );
    }
}
