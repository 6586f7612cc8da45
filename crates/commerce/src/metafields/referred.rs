//! Whether what values refer to is there.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::Gid;

use super::types::references;

/// Where rows of a kind are, by the noun of their global ids; none for what is no row of the shop.
fn table(noun: &str) -> Option<&'static str> {
    Some(match noun {
        "Article" => "articles",
        "Collection" => "collections",
        "Customer" => "customers",
        "GenericFile" | "MediaImage" | "Model3d" | "Video" => "files",
        "Metaobject" => "metaobjects",
        "Order" => "orders",
        "Page" => "pages",
        "Product" => "products",
        "ProductVariant" => "product_variants",
        _ => return None,
    })
}

/// The nouns of what all values of such a type refer to, for a merchant.
fn named(noun: &str) -> &'static str {
    match noun {
        "Article" => "an article",
        "Collection" => "a collection",
        "Company" => "a company",
        "Customer" => "a customer",
        "Order" => "an order",
        "Page" => "a page",
        "Product" => "a product",
        "ProductVariant" => "a variant",
        "Metaobject" => "a metaobject",
        _ => "a file",
    }
}

/// For each type and value: what it refers to that is not there, as a merchant calls it.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn missing(
    tx: &mut Tx,
    values: &[(&str, &str)],
) -> Result<Vec<Option<&'static str>>, StoreError> {
    let meant: Vec<Vec<Gid>> = values
        .iter()
        .map(|(kind, value)| references(kind, value))
        .collect();
    let mut wanted: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for gid in meant.iter().flatten() {
        if let Some(table) = table(&gid.kind) {
            wanted.entry(table).or_default().insert(gid.number);
        }
    }
    let mut found: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for (table, ids) in wanted {
        let ids: Vec<i64> = ids.into_iter().collect();
        let text = format!("SELECT id FROM {table} WHERE shop_id = $shop AND id = ANY($1)");
        let there: Vec<i64> = tx.all(&text, (ids,))?;
        found.insert(table, there.into_iter().collect());
    }
    let is_there = |gid: &Gid| match (gid.kind.as_str(), table(&gid.kind)) {
        // The values of the public taxonomy are nobody's rows.
        ("TaxonomyValue", _) => true,
        (_, None) => false,
        (_, Some(table)) => found
            .get(table)
            .is_some_and(|there| there.contains(&gid.number)),
    };
    let lost = |meant: &Vec<Gid>| {
        let gid = meant.iter().find(|gid| !is_there(gid))?;
        Some(named(&gid.kind))
    };
    Ok(meant.iter().map(lost).collect())
}
