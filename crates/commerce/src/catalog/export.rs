//! Exporting a shop's products as a product file: chunk by chunk, so that it fits any memory and
//! the shop goes on selling meanwhile.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use store::{Db, PageError, StoreError, Tx, Window};
use units::{InventoryItemId, MediaImageId, ProductId, ShopId};

use super::csv::columns::{METAFIELDS_MAX, metafield_header};
use super::csv::write::{Beside, header, rows};
use super::sheet::Sheet;
use super::sql;
use crate::files;
use crate::metafields::{self, Definition, Owner, Wanted};
use crate::shops;

/// Products that are read at once.
const CHUNK: i64 = 50;

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written.
    #[error("the file cannot be written: {0}")]
    File(#[from] io::Error),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes all products of a shop to a file, by id, telling how many of how many are done after
/// each chunk; gives how many there were. Each chunk is one moment of the shop.
///
/// `origin` is put before addresses of pictures that are paths in the shop.
///
/// For threads that may wait; never on an asynchronous one.
///
/// # Errors
/// When the file cannot be written, and the store's faults.
pub fn export(
    db: &Db,
    shop: ShopId,
    origin: &str,
    out: impl io::Write,
    mut progress: impl FnMut(usize, usize),
) -> Result<usize, ExportError> {
    let mut file = ::csv::WriterBuilder::new().from_writer(out);
    let defined = Arc::new(db.read_blocking(shop, defined)??);
    let own = header().map(str::to_owned);
    let custom = defined
        .iter()
        .map(|own| metafield_header(&own.name, &own.namespace, &own.key));
    file.write_record(own.chain(custom)).map_err(file_fault)?;
    let all = db.read_blocking(shop, sql::count_products)??;
    let all = usize::try_from(all).unwrap_or(usize::MAX);
    let (mut done, mut after) = (0, ProductId(0));
    loop {
        let (origin, defined) = (origin.to_owned(), Arc::clone(&defined));
        let chunk = db.read_blocking(shop, move |tx| chunk(tx, after, &origin, &defined))??;
        let Some(last) = chunk.last else {
            break;
        };
        for row in chunk.rows {
            file.write_record(row).map_err(file_fault)?;
        }
        (done, after) = (done + chunk.products, last);
        progress(done, all.max(done));
    }
    file.flush()?;
    Ok(done)
}

fn file_fault(cause: ::csv::Error) -> io::Error {
    io::Error::other(cause)
}

/// Some products' rows.
struct Chunk {
    rows: Vec<Vec<String>>,
    products: usize,
    /// Where the next chunk goes on.
    last: Option<ProductId>,
}

/// The definitions of products' metafields: each is a column.
fn defined(tx: &mut Tx) -> Result<Vec<Definition>, StoreError> {
    let order = metafields::DefinitionSort::Id;
    let window = Window::first(METAFIELDS_MAX);
    let found = metafields::definitions_page(tx, Owner::Product, Wanted::default(), order, &window);
    match found {
        Ok(page) => Ok(page.nodes),
        Err(PageError::Store(fault)) => Err(fault),
        // A first page has no cursor.
        Err(PageError::BadCursor) => Ok(Vec::new()),
    }
}

/// The products' metafields that have a definition, by the definition's place.
fn values(
    tx: &mut Tx,
    ids: &[ProductId],
    defined: &[Definition],
) -> Result<HashMap<(ProductId, usize), String>, StoreError> {
    let mut keys: Vec<&str> = defined.iter().map(|own| own.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let owners: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let found = metafields::by_keys(tx, Owner::Product, &owners, &keys)?;
    let placed = found.into_iter().filter_map(|held| {
        let place = defined.iter().position(|own| own.is_for(&held))?;
        Some(((ProductId(held.owner_id), place), held.value))
    });
    Ok(placed.collect())
}

/// Where the pictures come from that are not in the shop yet.
fn sources(tx: &mut Tx, sheets: &[Sheet]) -> Result<HashMap<MediaImageId, String>, StoreError> {
    let media = sheets.iter().flat_map(|sheet| &sheet.media);
    let waiting: Vec<MediaImageId> = media
        .filter(|media| media.url.is_empty())
        .map(|media| media.id)
        .collect();
    if waiting.is_empty() {
        return Ok(HashMap::new());
    }
    let found = files::by_ids(tx, &waiting)?.into_iter().flatten();
    // An upload is nothing that a file could be read from later.
    let found = found.filter(|file| !files::is_upload(&file.source));
    Ok(found.map(|file| (file.id, file.source)).collect())
}

fn chunk(
    tx: &mut Tx,
    after: ProductId,
    origin: &str,
    defined: &[Definition],
) -> Result<Chunk, StoreError> {
    let currency = shops::current(tx)?.currency;
    let ids = sql::products_after(tx, after, CHUNK)?;
    let sheets = Sheet::all(tx, &ids)?;
    let items: Vec<InventoryItemId> = sheets
        .iter()
        .flat_map(|sheet| {
            sheet
                .variants
                .iter()
                .map(|variant| variant.inventory_item_id)
        })
        .collect();
    let available: HashMap<InventoryItemId, i64> = match sql::locations(tx)?.first() {
        None => HashMap::new(),
        Some(primary) => sql::available_at(tx, *primary, &items)?
            .into_iter()
            .collect(),
    };
    let beside = Beside {
        currency,
        origin,
        available: &available,
        metafields: defined.len(),
        values: &values(tx, &ids, defined)?,
        sources: &sources(tx, &sheets)?,
    };
    Ok(Chunk {
        rows: sheets
            .iter()
            .flat_map(|sheet| rows(sheet, &beside))
            .collect(),
        products: ids.len(),
        last: ids.last().copied(),
    })
}
