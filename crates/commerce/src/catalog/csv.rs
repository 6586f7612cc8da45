//! Product files: the two CSV dialects that shops export, read into whole products.
//!
//! A product is the rows of one handle, its first row and those that add variants or pictures.
//! Nothing in here knows the store: a file gives products to set, and rows that are refused.

mod cells;
pub(super) mod columns;
mod measures;
mod rows;
pub(super) mod write;

use std::collections::BTreeMap;

use units::{Currency, handleize};

use self::cells::{amount, plain, quantity, truth};
use self::columns::{Column, Columns};
use self::measures::{measure, policy, weight};
use self::rows::{Quotes, RawRow, Rows};
use super::input::{
    ItemInput, MediaInput, OptionInput, OptionValueInput, ProductInput, StockInput, VariantInput,
    VariantOptionInput,
};
use super::{DEFAULT_OPTION, DEFAULT_VALUE, InventoryPolicy, OPTIONS_MAX, ProductStatus};
use crate::metafields::NewMetafield;

/// Rows of a file, at most.
const ROWS_MAX: usize = 1_000_000;
/// Refused rows that are told of, at most.
const REJECTED_MAX: usize = 10_000;

/// A file, read.
#[derive(Debug, Default)]
pub struct ProductFile {
    /// The products, in the file's order.
    pub products: Vec<FileProduct>,
    /// The rows that were refused; none of their product's rows is among `products`.
    pub rejected: Vec<Rejected>,
    /// Headers that nothing is known of.
    pub ignored_columns: Vec<String>,
}

/// One product of a file.
#[derive(Debug, Clone)]
pub struct FileProduct {
    /// The line of its first row.
    pub line: u64,
    /// Its handle, in its usual form.
    pub handle: String,
    /// What the file says about it.
    pub input: ProductInput,
    /// The collection that it is to stand in, by title.
    pub collection: Option<String>,
    /// Whether it is published; `None` when the file does not say.
    pub published: Option<bool>,
    /// The line of each variant.
    pub variant_lines: Vec<u64>,
    /// The line of each picture.
    pub media_lines: Vec<u64>,
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The product that it belongs to; may be empty.
    pub handle: String,
    /// Why.
    pub reason: String,
}

/// Why a file is no product file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("The file is empty: its first line must name the columns.")]
    Empty,
    /// No column with the products' names.
    #[error("The file has no column '{0}': it is not a product file in a known format.")]
    ColumnMissing(&'static str),
    /// Not text.
    #[error("The first line is not UTF-8 text: save the file as 'CSV UTF-8'.")]
    NotText,
}

/// Reads a product file. Amounts are in `currency`.
///
/// # Errors
/// When the file as a whole is no product file.
pub fn read(bytes: &[u8], currency: Currency) -> Result<ProductFile, FileError> {
    read_rows(bytes, currency, ROWS_MAX)
}

fn read_rows(bytes: &[u8], currency: Currency, max: usize) -> Result<ProductFile, FileError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut rows = Rows::of(bytes, delimiter(bytes));
    let Some(header) = rows.next() else {
        return Err(FileError::Empty);
    };
    let header = header.map_err(|_| FileError::NotText)?.record;
    let (columns, ignored_columns) = Columns::of(&header);
    if !columns.has(Column::Title) {
        return Err(FileError::ColumnMissing("Title"));
    }
    let mut file = ProductFile {
        ignored_columns,
        ..ProductFile::default()
    };
    let mut groups = Groups::default();
    for row in rows.by_ref().take(max) {
        match row {
            Ok(row) => {
                let (line, quotes) = (row.line, row.quotes);
                groups.take(row, &columns, &mut file);
                if let Some(reason) = astray(line, quotes) {
                    groups.spoil_last();
                    file.reject(line, groups.last_handle(), &reason);
                }
            }
            Err(line) => {
                let reason = "The row is not UTF-8 text: save the file as 'CSV UTF-8'.";
                file.reject(line, "", reason);
                groups.spoil_last();
            }
        }
    }
    if let Some(row) = rows.next() {
        let line = row.map_or_else(|line| line, |row| row.line);
        let reason = format!(
            "The file has more than {max} rows: those from here on were not read. Part it in two."
        );
        file.reject(line, "", &reason);
        // Its rows may go on behind the cut.
        groups.spoil_last();
    }
    for group in groups.list {
        if group.spoilt {
            continue;
        }
        match product(&group, &columns, currency) {
            Ok(product) => file.products.push(product),
            Err(rejected) => rejected
                .into_iter()
                .for_each(|(line, reason)| file.reject(line, &group.handle, &reason)),
        }
    }
    file.rejected.sort_by_key(|rejected| rejected.line);
    Ok(file)
}

/// Why a row whose quotes went astray cannot be taken for what it looks like: rows below it may
/// have been read into one of its cells.
fn astray(line: u64, quotes: Quotes) -> Option<String> {
    match quotes {
        Quotes::Sound => None,
        Quotes::Open(at) => Some(format!(
            "A quote is opened on line {at} and never closed: all that follows was read as one cell."
        )),
        Quotes::Broken(from, to) => Some(format!(
            "A quote is opened on line {from} and ends inside a cell on line {to}: lines {line} to {to} were read as one row. Close it, or write two quotes for one that belongs to the text."
        )),
    }
}

impl ProductFile {
    fn reject(&mut self, line: u64, handle: &str, reason: &str) {
        if self.rejected.len() < REJECTED_MAX {
            self.rejected.push(Rejected {
                line,
                handle: handle.to_owned(),
                reason: reason.to_owned(),
            });
        }
    }
}

/// The sign between the cells: what the first line has most of.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |sign: u8| line.iter().filter(|byte| **byte == sign).count();
    let most = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|sign| (count(*sign), *sign == b','));
    most.unwrap_or(b',')
}

/// The rows of one handle.
struct Group {
    handle: String,
    title: String,
    rows: Vec<RawRow>,
    spoilt: bool,
}

#[derive(Default)]
struct Groups {
    list: Vec<Group>,
    by_handle: BTreeMap<String, usize>,
    last: Option<usize>,
}

impl Groups {
    fn take(&mut self, row: RawRow, columns: &Columns, file: &mut ProductFile) {
        if row.record.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let title = plain(columns.cell(&row.record, Column::Title).trim()).to_owned();
        let given = columns.cell(&row.record, Column::Handle).trim();
        let handle = match (given, title.as_str()) {
            ("", "") => match self.last {
                Some(last) => self.list[last].handle.clone(),
                None => {
                    file.reject(row.line, "", "The row has neither a handle nor a title.");
                    return;
                }
            },
            ("", title) => handleize(title),
            (given, _) => handleize(given),
        };
        if handle.is_empty() {
            file.reject(row.line, given, "The handle needs a letter or a digit.");
            return;
        }
        match self.by_handle.get(&handle) {
            Some(place) => {
                self.last = Some(*place);
                let group = &mut self.list[*place];
                if !title.is_empty() && title != group.title {
                    let first = group.rows.first().map_or(0, |row| row.line);
                    let reason =
                        format!("The handle belongs to '{}' on line {first}.", group.title);
                    file.reject(row.line, &handle, &reason);
                    return;
                }
                group.rows.push(row);
            }
            None => {
                if title.is_empty() {
                    file.reject(row.line, &handle, "The product's first row has no title.");
                }
                self.last = Some(self.list.len());
                self.by_handle.insert(handle.clone(), self.list.len());
                self.list.push(Group {
                    handle,
                    spoilt: title.is_empty(),
                    title,
                    rows: vec![row],
                });
            }
        }
    }

    fn last_handle(&self) -> &str {
        let last = self.last.and_then(|last| self.list.get(last));
        last.map_or("", |group| group.handle.as_str())
    }

    /// The product that a row was lost of cannot be imported whole.
    fn spoil_last(&mut self) {
        if let Some(group) = self.last.and_then(|last| self.list.get_mut(last)) {
            group.spoilt = true;
        }
    }
}

type Reasons = Vec<(u64, String)>;

/// Reads one row's cells, noting what cannot be read.
struct Cells<'a> {
    columns: &'a Columns,
    row: &'a RawRow,
    currency: Currency,
    reasons: &'a mut Reasons,
}

impl Cells<'_> {
    /// The cell's text; empty when it is blank or there is no such column.
    fn text(&self, column: Column) -> &str {
        plain(self.columns.cell(&self.row.record, column).trim())
    }

    /// The cell's text when there is such a column.
    fn known(&self, column: Column) -> Option<String> {
        self.columns
            .has(column)
            .then(|| self.text(column).to_owned())
    }

    fn read<T>(
        &mut self,
        column: Column,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            let text: String = text.chars().take(40).collect();
            let reason = format!("{}: '{text}' is not {what}.", column.name());
            self.reasons.push((self.row.line, reason));
        }
        value
    }

    fn amount(&mut self, column: Column) -> Option<i64> {
        let currency = self.currency;
        self.read(column, "an amount such as 19.99", |text| {
            amount(text, currency)
        })
    }

    fn truth(&mut self, column: Column) -> Option<bool> {
        self.read(column, "TRUE or FALSE", truth)
    }
}

fn product(group: &Group, columns: &Columns, currency: Currency) -> Result<FileProduct, Reasons> {
    let mut reasons = Reasons::new();
    let first = &group.rows[0];
    let mut cells = Cells {
        columns,
        row: first,
        currency,
        reasons: &mut reasons,
    };
    let mut product = header(&mut cells, group);
    let names = option_names(group, columns);
    let mut options: Vec<OptionInput> = names
        .iter()
        .map(|name| OptionInput {
            name: Some(name.clone()),
            ..OptionInput::default()
        })
        .collect();
    let mut variants: Vec<VariantInput> = Vec::new();
    let mut pictures: Vec<(i64, u64, MediaInput)> = Vec::new();
    for (place, row) in group.rows.iter().enumerate() {
        let mut cells = Cells {
            columns,
            row,
            currency,
            reasons: &mut reasons,
        };
        if place == 0 || is_variant(&cells) {
            let variant = variant(&mut cells, &names, variants.first());
            for (option, value) in options.iter_mut().zip(&variant.option_values) {
                add_value(option, value.name.as_deref().unwrap_or_default());
            }
            variants.push(variant);
            product.variant_lines.push(row.line);
        }
        if !cells.text(Column::ImageSrc).is_empty() {
            let position = cells.read(Column::ImagePosition, "a number", quantity);
            let alt = cells.text(Column::ImageAlt);
            let media = MediaInput {
                id: None,
                url: Some(cells.text(Column::ImageSrc).to_owned()),
                alt: (!alt.is_empty()).then(|| alt.to_owned()),
                ..MediaInput::default()
            };
            if !pictures.iter().any(|(_, _, known)| known.url == media.url) {
                pictures.push((position.unwrap_or(i64::MAX), row.line, media));
            }
        }
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    pictures.sort_by_key(|(position, ..)| *position);
    if columns.has(Column::ImageSrc) {
        product.media_lines = pictures.iter().map(|(_, line, _)| *line).collect();
        product.input.media = Some(pictures.into_iter().map(|(_, _, media)| media).collect());
    }
    product.input.options = Some(options);
    product.input.variants = Some(variants);
    Ok(product)
}

/// What the first row says about the product itself.
fn header(cells: &mut Cells<'_>, group: &Group) -> FileProduct {
    let status = cells.read(
        Column::Status,
        "active, draft, archived or unlisted",
        |text| ProductStatus::parse(&text.to_ascii_uppercase()),
    );
    let published = cells.truth(Column::Published);
    let gift_card = cells.truth(Column::GiftCard);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let tags = cells
        .known(Column::Tags)
        .map(|tags| tags.split(',').map(str::to_owned).collect());
    let seo = |cells: &Cells<'_>, column| cells.known(column).map(|text| filled(Some(text)));
    FileProduct {
        line: cells.row.line,
        handle: group.handle.clone(),
        collection: filled(cells.known(Column::Collection)),
        published,
        variant_lines: Vec::new(),
        media_lines: Vec::new(),
        input: ProductInput {
            title: Some(group.title.clone()),
            handle: Some(group.handle.clone()),
            description_html: cells.known(Column::Body),
            vendor: filled(cells.known(Column::Vendor)),
            product_type: cells.known(Column::Type),
            category: cells.known(Column::Category),
            status,
            tags,
            gift_card,
            metafields: cells
                .columns
                .metafields(&cells.row.record)
                .map(|(namespace, key, value)| NewMetafield {
                    namespace: Some(namespace.to_owned()),
                    key: key.to_owned(),
                    value: plain(value).to_owned(),
                    ..NewMetafield::default()
                })
                .collect(),
            seo_title: seo(cells, Column::SeoTitle),
            seo_description: seo(cells, Column::SeoDescription),
            ..ProductInput::default()
        },
    }
}

/// The options' names: the first that any row gives for each place.
fn option_names(group: &Group, columns: &Columns) -> Vec<String> {
    let mut names = Vec::new();
    for place in 0..OPTIONS_MAX {
        let find = |column| {
            let cells = group
                .rows
                .iter()
                .map(|row| plain(columns.cell(&row.record, column).trim()));
            cells.into_iter().find(|cell| !cell.is_empty())
        };
        let name = find(Column::option_name(place));
        let value = find(Column::option_value(place));
        match (name, value) {
            (None, None) => break,
            (Some(name), _) => names.push(name.to_owned()),
            (None, Some(_)) if place == 0 => names.push(DEFAULT_OPTION.to_owned()),
            (None, Some(_)) => names.push(format!("Option {}", place + 1)),
        }
    }
    if names.is_empty() {
        names.push(DEFAULT_OPTION.to_owned());
    }
    names
}

/// Whether a row after the first one is about a variant, not just about a picture.
fn is_variant(cells: &Cells<'_>) -> bool {
    const TELLING: &[Column] = &[
        Column::Option1Value,
        Column::Option2Value,
        Column::Option3Value,
        Column::Sku,
        Column::Price,
        Column::Barcode,
    ];
    TELLING.iter().any(|column| !cells.text(*column).is_empty())
}

/// Reads a variant. What later rows leave blank and every variant needs is as in the first.
fn variant(cells: &mut Cells<'_>, names: &[String], first: Option<&VariantInput>) -> VariantInput {
    let option_values = option_values(cells, names);
    let policy = cells
        .read(Column::Policy, "deny or continue", policy)
        .or(first.and_then(|first| first.inventory_policy));
    let price = cells.amount(Column::Price);
    let compare_at = cells.amount(Column::CompareAt);
    let tracked = cells
        .known(Column::Tracker)
        .map(|tracker| !tracker.is_empty());
    let weight = weight(cells).or(first.and_then(|first| first.item.weight));
    let requires_shipping = cells.truth(Column::RequiresShipping);
    let taxable = cells.truth(Column::Taxable);
    let cost = cells.amount(Column::Cost);
    let stock = cells.read(Column::Quantity, "a whole number", quantity);
    // Below nothing only makes sense where a variant is sold on without stock.
    let least = match policy {
        Some(InventoryPolicy::Continue) => i64::MIN,
        _ => 0,
    };
    let measure = measure(cells);
    let unit_measure = cells.columns.has(Column::UnitQuantity).then_some(measure);
    let media_url = Some(cells.text(Column::VariantImage).to_owned());
    VariantInput {
        id: None,
        option_values,
        price_minor: price.or(first.and_then(|first| first.price_minor)),
        compare_at_minor: cells.columns.has(Column::CompareAt).then_some(compare_at),
        barcode: cells.known(Column::Barcode),
        taxable: taxable.or(first.and_then(|first| first.taxable)),
        tax_code: cells.known(Column::TaxCode),
        inventory_policy: policy,
        item: ItemInput {
            sku: cells
                .known(Column::Sku)
                .map(|sku| sku.trim_start_matches('\'').to_owned()),
            tracked,
            requires_shipping: requires_shipping
                .or(first.and_then(|first| first.item.requires_shipping)),
            weight,
            cost_minor: cells.columns.has(Column::Cost).then_some(cost),
            ..ItemInput::default()
        },
        stock: stock
            .map(|available| StockInput {
                location: None,
                available: available.max(least),
            })
            .into_iter()
            .collect(),
        media_id: None,
        unit_measure,
        show_unit_price: unit_measure.map(|measure| measure.is_some()),
        media: media_url.filter(|url| !url.is_empty()).map(MediaInput::at),
        ..VariantInput::default()
    }
}

fn option_values(cells: &mut Cells<'_>, names: &[String]) -> Vec<VariantOptionInput> {
    let option_values = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let value = cells.text(Column::option_value(place));
            let value = match value {
                "" if names.len() == 1 && name == DEFAULT_OPTION => DEFAULT_VALUE,
                value => value,
            };
            VariantOptionInput {
                option_name: Some(name.clone()),
                name: (!value.is_empty()).then(|| value.to_owned()),
                ..VariantOptionInput::default()
            }
        })
        .collect::<Vec<_>>();
    if let Some(place) = option_values.iter().position(|value| value.name.is_none()) {
        let reason = format!(
            "The variant has no value for the option '{}'.",
            names[place]
        );
        cells.reasons.push((cells.row.line, reason));
    }
    option_values
}

fn add_value(option: &mut OptionInput, name: &str) {
    let known = |value: &OptionValueInput| {
        value
            .name
            .as_deref()
            .is_some_and(|known| super::changes::same(known, name))
    };
    if !name.is_empty() && !option.values.iter().any(known) {
        option.values.push(OptionValueInput {
            name: Some(name.to_owned()),
            ..OptionValueInput::default()
        });
    }
}

#[cfg(test)]
mod tests;
