//! The columns of a product file, by their names in both dialects.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    Category,
    Type,
    Tags,
    Published,
    Status,
    Option1Name,
    Option1Value,
    Option2Name,
    Option2Value,
    Option3Name,
    Option3Value,
    Sku,
    Barcode,
    Price,
    CompareAt,
    Cost,
    Taxable,
    TaxCode,
    Tracker,
    Quantity,
    Policy,
    Grams,
    WeightUnit,
    RequiresShipping,
    GiftCard,
    ImageSrc,
    ImagePosition,
    ImageAlt,
    VariantImage,
    SeoTitle,
    SeoDescription,
    Collection,
    UnitQuantity,
    UnitQuantityUnit,
    UnitReference,
    UnitReferenceUnit,
}

/// Every column with its name in the classic dialect and those elsewhere, in lower case.
pub(super) const NAMES: &[(Column, &str, &[&str])] = &[
    (Column::Handle, "Handle", &["url handle"]),
    (Column::Title, "Title", &[]),
    (
        Column::Body,
        "Body (HTML)",
        &["body", "body html", "description"],
    ),
    (Column::Vendor, "Vendor", &[]),
    (
        Column::Category,
        "Product Category",
        &["standardized product type", "category"],
    ),
    (
        Column::Type,
        "Type",
        &["product type", "custom product type"],
    ),
    (Column::Tags, "Tags", &[]),
    (
        Column::Published,
        "Published",
        &["published on online store"],
    ),
    (Column::Status, "Status", &[]),
    (Column::Option1Name, "Option1 Name", &["option1"]),
    (Column::Option1Value, "Option1 Value", &[]),
    (Column::Option2Name, "Option2 Name", &["option2"]),
    (Column::Option2Value, "Option2 Value", &[]),
    (Column::Option3Name, "Option3 Name", &["option3"]),
    (Column::Option3Value, "Option3 Value", &[]),
    (Column::Sku, "Variant SKU", &["sku"]),
    (Column::Barcode, "Variant Barcode", &["barcode"]),
    (Column::Price, "Variant Price", &["price"]),
    (
        Column::CompareAt,
        "Variant Compare At Price",
        &["compare-at price", "compare at price"],
    ),
    (Column::Cost, "Cost per item", &["cost"]),
    (
        Column::Taxable,
        "Variant Taxable",
        &["charge tax", "taxable"],
    ),
    (Column::TaxCode, "Variant Tax Code", &["tax code"]),
    (
        Column::Tracker,
        "Variant Inventory Tracker",
        &["inventory tracker"],
    ),
    (
        Column::Quantity,
        "Variant Inventory Qty",
        &["inventory quantity", "inventory qty"],
    ),
    (
        Column::Policy,
        "Variant Inventory Policy",
        &["continue selling when out of stock", "inventory policy"],
    ),
    (
        Column::Grams,
        "Variant Grams",
        &["weight value (grams)", "grams"],
    ),
    (
        Column::WeightUnit,
        "Variant Weight Unit",
        &["weight unit for display", "weight unit"],
    ),
    (
        Column::RequiresShipping,
        "Variant Requires Shipping",
        &["requires shipping"],
    ),
    (Column::GiftCard, "Gift Card", &[]),
    (
        Column::ImageSrc,
        "Image Src",
        &["product image url", "image url"],
    ),
    (Column::ImagePosition, "Image Position", &[]),
    (Column::ImageAlt, "Image Alt Text", &[]),
    (
        Column::VariantImage,
        "Variant Image",
        &["variant image url"],
    ),
    (Column::SeoTitle, "SEO Title", &[]),
    (Column::SeoDescription, "SEO Description", &[]),
    (Column::Collection, "Collection", &[]),
    (
        Column::UnitQuantity,
        "Unit Price Total Measure",
        &["unit price total measure value"],
    ),
    (
        Column::UnitQuantityUnit,
        "Unit Price Total Measure Unit",
        &[],
    ),
    (
        Column::UnitReference,
        "Unit Price Base Measure",
        &["unit price base measure value"],
    ),
    (
        Column::UnitReferenceUnit,
        "Unit Price Base Measure Unit",
        &[],
    ),
];

/// Columns that every export has and that mean nothing here.
const KNOWN_AND_UNUSED: &[&str] = &[
    "variant fulfillment service",
    "fulfillment service",
    "weight unit",
];

/// Columns of metafields that a file has, at most.
pub(in crate::catalog) const METAFIELDS_MAX: usize = 250;

/// Which cell of a row holds what.
pub(super) struct Columns {
    places: Vec<Option<usize>>,
    /// The cells of products' metafields, by namespace and key.
    metafields: Vec<(usize, String, String)>,
}

/// What the header of a metafield's column has behind its name.
const METAFIELD: &str = "(product.metafields.";

/// The header of a metafield's column: `Care (product.metafields.custom.care)`.
pub(in crate::catalog) fn metafield_header(name: &str, namespace: &str, key: &str) -> String {
    format!("{name} {METAFIELD}{namespace}.{key})")
}

/// The namespace and key that a header means, if it is a metafield's.
fn metafield(header: &str) -> Option<(&str, &str)> {
    let header = header.trim().strip_suffix(')')?;
    let (_, name) = header.rsplit_once(METAFIELD)?;
    name.split_once('.')
}

impl Column {
    pub(super) const fn option_name(place: usize) -> Self {
        match place {
            0 => Self::Option1Name,
            1 => Self::Option2Name,
            _ => Self::Option3Name,
        }
    }

    pub(super) const fn option_value(place: usize) -> Self {
        match place {
            0 => Self::Option1Value,
            1 => Self::Option2Value,
            _ => Self::Option3Value,
        }
    }

    /// The name that a merchant knows it by.
    pub(super) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(column, ..)| *column == self);
        found.map_or("", |(_, name, _)| name)
    }
}

impl Columns {
    /// Finds the columns, and the headers that nothing is known of.
    pub(super) fn of(header: &csv::StringRecord) -> (Self, Vec<String>) {
        let mut places = vec![None; NAMES.len()];
        let mut ignored = Vec::new();
        let mut metafields = Vec::new();
        for (place, cell) in header.iter().enumerate() {
            if let Some((namespace, key)) = metafield(cell) {
                if metafields.len() < METAFIELDS_MAX {
                    metafields.push((place, namespace.to_owned(), key.to_owned()));
                } else {
                    ignored.push(cell.trim().to_owned());
                }
                continue;
            }
            let name = cell.trim().trim_start_matches('\u{feff}').to_lowercase();
            let known = NAMES.iter().position(|(_, classic, others)| {
                classic.to_lowercase() == name || others.contains(&name.as_str())
            });
            match known {
                Some(column) if places[column].is_none() => places[column] = Some(place),
                Some(_) => {}
                None if name.is_empty() || KNOWN_AND_UNUSED.contains(&name.as_str()) => {}
                None => ignored.push(cell.trim().to_owned()),
            }
        }
        (Self { places, metafields }, ignored)
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.place(column).is_some()
    }

    /// The cell as it stands; empty when the row has none.
    pub(super) fn cell<'r>(&self, row: &'r csv::StringRecord, column: Column) -> &'r str {
        self.place(column)
            .and_then(|place| row.get(place))
            .unwrap_or_default()
    }

    /// The metafields that a row gives: namespace, key and value.
    pub(super) fn metafields<'r>(
        &'r self,
        row: &'r csv::StringRecord,
    ) -> impl Iterator<Item = (&'r str, &'r str, &'r str)> {
        self.metafields
            .iter()
            .filter_map(|(place, namespace, key)| {
                let value = row.get(*place)?.trim();
                (!value.is_empty()).then_some((namespace.as_str(), key.as_str(), value))
            })
    }

    /// The list of names is in the order of the enum.
    fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_stand_in_the_order_of_the_columns() {
        for (place, (column, name, _)) in NAMES.iter().enumerate() {
            assert_eq!(*column as usize, place, "{name}");
        }
    }

    #[test]
    fn a_metafields_column_is_known_by_its_namespace_and_key() {
        let header = metafield_header("Care (all)", "custom", "care");
        let record = csv::StringRecord::from(vec!["Title", header.as_str(), "Care (custom)"]);
        let (columns, ignored) = Columns::of(&record);
        assert_eq!(ignored, ["Care (custom)"]);
        let row = csv::StringRecord::from(vec!["Stool", " wipe ", "x"]);
        let found: Vec<_> = columns.metafields(&row).collect();
        assert_eq!(found, [("custom", "care", "wipe")]);
    }

    #[test]
    fn a_column_is_known_by_either_dialects_name() {
        let header =
            csv::StringRecord::from(vec!["\u{feff}URL handle", "Compare-at price", "Colour"]);
        let (columns, ignored) = Columns::of(&header);
        assert!(columns.has(Column::Handle) && columns.has(Column::CompareAt));
        assert_eq!(ignored, ["Colour"]);
    }
}
