//! The demo's products and their pictures, which the binary carries.

use std::collections::BTreeMap;
use std::fs;

use commerce::catalog::{self, CollectionInput, CollectionOrder, CollectionSort, ProductSort, csv};
use commerce::shops;
use store::Db;
use store::page::{Filter, Window};
use units::{ProductId, ShopId};

use super::pictures::PICTURES;
use crate::files::folder;
use crate::settings::Settings;
use crate::start::system_call;
use crate::trouble::Trouble;

/// How long ago the shop put its goods out: 90 days.
const OPENED_SECONDS_AGO: i64 = 90 * 24 * 3_600;

/// The product file.
const PRODUCTS: &[u8] = include_bytes!("../../../../demo/products.csv");

/// Lays the pictures into the shop's folder and imports the products.
pub(super) fn import(db: &Db, settings: &Settings, shop: ShopId) -> Result<(), Trouble> {
    lay_pictures(settings, shop)?;
    // The goods were there before the first sale: nothing is sold before it is published.
    let opened = settings.clock.now().plus_seconds(-OPENED_SECONDS_AGO);
    let call = system_call(db, settings, shop).at(opened);
    let currency = db.read_blocking(shop, shops::current)??.currency;
    let file = csv::read(PRODUCTS, currency).map_err(|why| Trouble::Input(why.to_string()))?;
    let done = catalog::import(db, &call, file, |_, _| {})?;
    match done.rejected.first() {
        None => Ok(()),
        Some(row) => Err(Trouble::Input(format!(
            "The demo's product file is wrong in line {}: {}",
            row.line, row.reason
        ))),
    }
}

fn lay_pictures(settings: &Settings, shop: ShopId) -> Result<(), Trouble> {
    let folder = folder(&settings.data.join("files"), shop);
    let unwritable = |cause| Trouble::FolderUnwritable {
        path: folder.clone(),
        cause,
    };
    fs::create_dir_all(&folder).map_err(unwritable)?;
    for (name, bytes) in PICTURES {
        fs::write(folder.join(name), bytes).map_err(unwritable)?;
    }
    Ok(())
}

/// Makes a collection of each kind of product, unless the file named collections itself.
pub(super) fn arrange(db: &Db, settings: &Settings, shop: ShopId) -> Result<(), Trouble> {
    let call = system_call(db, settings, shop);
    db.write_blocking(shop, move |tx| -> Result<(), Trouble> {
        let window = Window::first(250);
        let known = catalog::collections_page(tx, Filter::none(), CollectionOrder::Id, &window)
            .map_err(wrong)?;
        if !known.nodes.is_empty() {
            return Ok(());
        }
        let products =
            catalog::products_page(tx, Filter::none(), ProductSort::Id, &window).map_err(wrong)?;
        let mut kinds: BTreeMap<String, Vec<ProductId>> = BTreeMap::new();
        for product in products
            .nodes
            .into_iter()
            .filter(|each| !each.product_type.is_empty())
        {
            kinds
                .entry(product.product_type)
                .or_default()
                .push(product.id);
        }
        for (title, products) in kinds {
            let input = CollectionInput {
                title: Some(title),
                sort_order: Some(CollectionSort::Manual),
                published_at: Some(call.now),
                ..CollectionInput::default()
            };
            let id = catalog::create_collection(tx, &call, &input).map_err(wrong)?;
            catalog::add_products(tx, &call, id, &products).map_err(wrong)?;
        }
        Ok(())
    })
}

fn wrong(why: impl std::fmt::Display) -> Trouble {
    Trouble::Input(format!("The demo's collections were not made: {why}"))
}
