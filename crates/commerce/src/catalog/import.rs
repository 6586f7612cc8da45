//! Importing product files: chunk by chunk, each in a transaction of its own, so that the shop
//! goes on selling meanwhile.

mod custom_data;

use std::collections::{BTreeMap, BTreeSet};

use store::{Db, StoreError, Tx};
use units::ProductId;

use super::csv::{FileProduct, ProductFile, Rejected};
use super::errors::{CatalogError, Refusal};
use super::input::ProductInput;
use super::media::with_files;
use super::members;
use super::save::{Change, save};
use super::set::{MediaRule, whole};
use super::sheet::{Sheet, born};
use super::{smart, sql};
use crate::call::Call;
use crate::files;
use crate::shops;

/// Products that one transaction imports: a lane's turn stays short.
const CHUNK: usize = 20;

/// What an import has done so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Products that are new.
    pub created: usize,
    /// Products that were there and changed.
    pub updated: usize,
    /// Products that were there as the file has them.
    pub unchanged: usize,
    /// Rows that were refused, by line.
    pub rejected: Vec<Rejected>,
}

impl Imported {
    /// The products that are in the shop now as the file has them.
    #[must_use]
    pub const fn products(&self) -> usize {
        self.created + self.updated + self.unchanged
    }

    fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected.extend(other.rejected);
    }
}

/// Imports a file's products, telling how many of how many are done after each chunk. A product
/// is imported whole or not at all; one whose handle is known is updated.
///
/// For threads that may wait; never on an asynchronous one.
///
/// # Errors
/// The store's faults; the chunks before stay imported, and the import may be run again.
pub fn import(
    db: &Db,
    call: &Call,
    file: ProductFile,
    mut progress: impl FnMut(usize, usize),
) -> Result<Imported, StoreError> {
    let mut imported = Imported {
        rejected: file.rejected,
        ..Imported::default()
    };
    let (mut done, all) = (0, file.products.len());
    let mut left = file.products;
    while !left.is_empty() {
        let rest = left.split_off(left.len().min(CHUNK));
        let chunk = std::mem::replace(&mut left, rest);
        done += chunk.len();
        let call = call.clone();
        imported.add(db.write_blocking(call.shop, move |tx| import_chunk(tx, &call, &chunk))?);
        progress(done, all);
    }
    imported.rejected.sort_by_key(|rejected| rejected.line);
    Ok(imported)
}

/// Imports some products in one transaction.
///
/// # Errors
/// The store's faults.
pub fn import_chunk(
    tx: &mut Tx,
    call: &Call,
    products: &[FileProduct],
) -> Result<Imported, StoreError> {
    let mut imported = Imported::default();
    let handles: Vec<&str> = products
        .iter()
        .map(|product| product.handle.as_str())
        .collect();
    let known: BTreeMap<String, ProductId> = sql::products_by_handle(tx, &handles)?
        .into_iter()
        .map(|(id, handle)| (handle, id))
        .collect();
    let ids: Vec<ProductId> = known.values().copied().collect();
    let mut sheets: BTreeMap<ProductId, Sheet> = Sheet::all_locked(tx, &ids)?
        .into_iter()
        .map(|sheet| (sheet.product.id, sheet))
        .collect();
    let shop_name = shops::current(tx)?.name;
    let can_stock = !sql::locations(tx)?.is_empty();
    let mut changes = Vec::with_capacity(products.len());
    let mut seen = BTreeSet::new();
    for product in products {
        if !seen.insert(product.handle.as_str()) {
            continue;
        }
        let before = known.get(&product.handle).and_then(|id| sheets.remove(id));
        let input = with_pictures(tx, call, product, before.as_ref())?;
        let shop = (shop_name.as_str(), can_stock);
        match input.and_then(|input| change(call, product, input, before, shop)) {
            Ok(change) => {
                changes.push((product, change));
            }
            Err(rejected) => imported.rejected.extend(rejected),
        }
    }
    name_apart(call, &mut changes);
    let planned = custom_data::plan(tx, call, &mut changes, &mut imported.rejected)?;
    let collected: Vec<(String, ProductId)> = changes
        .iter()
        .filter_map(|(product, change)| {
            let id = change.after.as_ref()?.product.id;
            Some((product.collection.clone()?, id))
        })
        .collect();
    let mut changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
    let written = fault(save(tx, call, &mut changes))?;
    planned.write(tx)?;
    let owners = planned
        .metafields()
        .iter()
        .map(|own| ProductId(own.owner_id));
    let owners: BTreeSet<ProductId> = owners.collect();
    if !owners.is_empty() {
        smart::sort_in(tx, call, &owners.into_iter().collect::<Vec<_>>())?;
    }
    fault(members::join_by_title(tx, call, &collected))?;
    for (change, written) in changes.iter().zip(written) {
        match (&change.before, written) {
            (None, _) => imported.created += 1,
            (Some(_), true) => imported.updated += 1,
            (Some(_), false) => imported.unchanged += 1,
        }
    }
    Ok(imported)
}

/// What the file says of a product, with the files behind its pictures looked up.
fn with_pictures(
    tx: &mut Tx,
    call: &Call,
    product: &FileProduct,
    before: Option<&Sheet>,
) -> Result<Result<ProductInput, Vec<Rejected>>, StoreError> {
    let blank = born(call, Sheet::blank);
    match with_files(tx, call, &product.input, before.unwrap_or(&blank)) {
        Ok(input) => Ok(Ok(input.into_owned())),
        Err(CatalogError::Store(fault)) => Err(fault),
        Err(CatalogError::Refused(refusals)) => {
            Ok(Err(refusals.iter().map(|one| told(product, one)).collect()))
        }
    }
}

/// Sees to it that no two files that the products bring have one name.
fn name_apart(call: &Call, changes: &mut [(&FileProduct, Change)]) {
    let mut names = BTreeSet::new();
    let sheets = changes
        .iter_mut()
        .filter_map(|(_, change)| change.after.as_mut());
    for file in sheets.flat_map(|sheet| &mut sheet.files) {
        if !file.filename.is_empty() && !names.insert(file.filename.to_lowercase()) {
            file.filename = files::apart(call, &file.filename);
        }
    }
}

/// What a product of the file makes of the one that is there.
fn change(
    call: &Call,
    product: &FileProduct,
    mut input: ProductInput,
    before: Option<Sheet>,
    (shop_name, can_stock): (&str, bool),
) -> Result<Change, Vec<Rejected>> {
    let is_new = before.is_none();
    let mut after = match &before {
        Some(before) => before.clone(),
        None => born(call, Sheet::blank),
    };
    match (product.published, after.product.published_at) {
        (Some(false), _) => input.published_at = Some(None),
        (Some(true), None) => input.published_at = Some(Some(call.now)),
        // A file that does not say it means to sell what it brings.
        (None, _) if is_new => input.published_at = Some(Some(call.now)),
        _ => {}
    }
    if !is_new {
        input.gift_card = None;
    }
    let extras = born(call, |birth| {
        whole(&mut after, &input, MediaRule::Replace, birth, is_new)
    });
    let mut extras = match extras {
        Ok(extras) => extras,
        Err(CatalogError::Refused(refusals)) => {
            return Err(refusals
                .iter()
                .map(|refusal| told(product, refusal))
                .collect());
        }
        Err(CatalogError::Store(fault)) => {
            return Err(vec![reject(product, product.line, fault.to_string())]);
        }
    };
    if after.product.vendor.is_empty() {
        after.product.vendor = shop_name.to_owned();
    }
    if !can_stock {
        extras.stock.clear();
    }
    Ok(Change {
        before,
        after: Some(after),
        stock: extras.stock,
    })
}

/// A refusal at the line of the file that is to blame.
fn told(product: &FileProduct, refusal: &Refusal) -> Rejected {
    let index = refusal.at.get(1).and_then(|at| at.parse::<usize>().ok());
    let lines = match refusal.at.first().map(|at| &**at) {
        Some("variants") => &product.variant_lines,
        Some("media") => &product.media_lines,
        _ => &[][..],
    };
    let line = index.and_then(|index| lines.get(index)).copied();
    reject(
        product,
        line.unwrap_or(product.line),
        format!("{}.", refusal.why),
    )
}

fn reject(product: &FileProduct, line: u64, reason: String) -> Rejected {
    Rejected {
        line,
        handle: product.handle.clone(),
        reason: reason.replace("..", "."),
    }
}

/// What cannot be refused any more is a fault.
fn fault<T>(result: Result<T, CatalogError>) -> Result<T, StoreError> {
    result.map_err(|error| match error {
        CatalogError::Store(fault) => fault,
        CatalogError::Refused(_) => StoreError::Database(error.to_string()),
    })
}
