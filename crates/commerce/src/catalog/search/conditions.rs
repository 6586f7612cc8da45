//! The conditions of searched fields that are more than a column.

use store::Param;
use store::search::{Builder, Comparison, Wanted};

use super::super::publications::ONLINE_STORE;
use super::super::taxonomy::{Category, taxonomy};
use super::{AVAILABLE, PRODUCT_VARIANTS};
use crate::metafields::{self, Owner};

/// Ids that one condition names, at most.
const IDS_MAX: usize = 10;

fn truth(wanted: &Wanted) -> Option<bool> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn either(wanted: &Wanted, sql: String) -> Option<String> {
    Some(if truth(wanted)? {
        sql
    } else {
        format!("({sql}) IS NOT TRUE")
    })
}

pub(super) fn published(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    publication("p", wanted)
}

pub(super) fn published_collection(
    _: &mut Builder,
    _: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    publication("c", wanted)
}

/// Whether it is published; a channel may stand before the state (`online_store:visible`), and
/// there is but one.
fn publication(alias: &str, wanted: &Wanted) -> Option<String> {
    let text = wanted.text.to_ascii_lowercase();
    match text.rsplit([':', '-']).next().unwrap_or_default() {
        "published" | "visible" | "approved" | "online_store_channel" => {
            Some(format!("{alias}.published_at IS NOT NULL"))
        }
        "unpublished" | "hidden" | "rejected" => Some(format!("{alias}.published_at IS NULL")),
        "any" => Some("1 = 1".to_owned()),
        _ => None,
    }
}

/// Publications by their ids, with commas between them.
pub(super) fn in_publications(
    builder: &mut Builder,
    _: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    let ids: Option<Vec<i64>> = wanted
        .text
        .split(',')
        .map(|id| id.trim().rsplit('/').next()?.parse().ok())
        .collect();
    let ids = ids.filter(|ids| !ids.is_empty() && ids.len() <= IDS_MAX)?;
    let conditions = ids.into_iter().map(|id| {
        if id == ONLINE_STORE.get() {
            return "p.published_at IS NOT NULL".to_owned();
        }
        let place = builder.put(Param::Int(id));
        format!(
            "EXISTS (SELECT 1 FROM catalog_publications sp
                      LEFT JOIN catalog_publication_products sx ON sx.shop_id = sp.shop_id
                       AND sx.publication_id = sp.id AND sx.product_id = p.id
                      WHERE sp.shop_id = $shop AND sp.id = {place}
                        AND COALESCE(sx.shown, CASE WHEN p.created_at < sp.all_until
                            OR p.created_at >= sp.auto_from THEN 1 ELSE 0 END) = 1)"
        )
    });
    Some(format!("({})", conditions.collect::<Vec<_>>().join(" OR ")))
}

/// The category of a product, by its id in the taxonomy; those below it count, too.
pub(super) fn in_category(builder: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let category = taxonomy().by_id(wanted.text.trim())?;
    let [whole, from, to] = reach(&category).map(|text| builder.text(text));
    Some(format!(
        "(p.category = {whole} OR (p.category >= {from} AND p.category < {to}))"
    ))
}

/// What is kept of products of a category: the whole of it, or from one text until before another for
/// those below it.
pub(in crate::catalog) fn reach(category: &Category) -> [String; 3] {
    let name = &category.full_name;
    // The character after the sign is the question mark.
    [name.clone(), format!("{name} > "), format!("{name} ? ")]
}

/// What a product is in a combined listing.
pub(super) fn combined_role(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let (table, column) = match wanted.text.to_ascii_lowercase().as_str() {
        "parent" => ("combined_listings", "product_id"),
        "child" => ("combined_listing_products", "child_id"),
        _ => return None,
    };
    Some(format!(
        "EXISTS (SELECT 1 FROM {table} sr WHERE sr.shop_id = $shop AND sr.{column} = p.id)"
    ))
}

/// Whether an app says that a product lacks something.
pub(super) fn wanting(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let sql = "EXISTS (SELECT 1 FROM resource_feedback sf WHERE sf.shop_id = $shop \
         AND sf.subject_kind = 'Product' AND sf.subject_id = p.id \
         AND sf.state = 'REQUIRES_ACTION')";
    match wanted.is_anything() {
        true => Some(sql.to_owned()),
        false => either(wanted, sql.to_owned()),
    }
}

/// Who counts a variant's stock: the shop, if anybody does.
pub(super) fn managed_by(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "shopify" => Some("i.tracked = 1".to_owned()),
        "" | "none" | "false" => Some("i.tracked = 0".to_owned()),
        _ => Some("1 = 0".to_owned()),
    }
}

pub(super) fn without_bundles(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    Some(if truth(wanted)? {
        "v.requires_components = 0".to_owned()
    } else {
        "1 = 1".to_owned()
    })
}

pub(super) fn collection_type(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "custom" => Some("c.rules_match IS NULL".to_owned()),
        "smart" => Some("c.rules_match IS NOT NULL".to_owned()),
        _ => None,
    }
}

/// Whether a product has a variant that is a bundle.
pub(super) fn bundled(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let sql = format!("EXISTS ({PRODUCT_VARIANTS} AND sv.requires_components = 1)");
    either(wanted, sql)
}

/// Whether all variants of a product are bundles.
pub(super) fn only_bundled(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let sql = format!("NOT EXISTS ({PRODUCT_VARIANTS} AND sv.requires_components = 0)");
    either(wanted, sql)
}

pub(super) fn reduced(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let sql = format!("EXISTS ({PRODUCT_VARIANTS} AND sv.compare_at_minor > sv.price_minor)");
    either(wanted, sql)
}

pub(super) fn available(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    either(wanted, AVAILABLE.to_owned())
}

pub(super) fn out_of_stock(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let sql = "EXISTS (SELECT 1 FROM product_variants sv \
         JOIN inventory_items si ON si.shop_id = sv.shop_id AND si.id = sv.inventory_item_id \
         JOIN inventory_levels sl ON sl.shop_id = sv.shop_id AND sl.inventory_item_id = si.id \
         WHERE sv.shop_id = $shop AND sv.product_id = p.id AND si.tracked = 1 \
         AND sl.available <= 0)";
    either(wanted, sql.to_owned())
}

pub(super) fn product_metafield(
    builder: &mut Builder,
    key: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    metafields::found_by(builder, (Owner::Product, "p.id"), key, comparison, wanted)
}

pub(super) fn variant_metafield(
    builder: &mut Builder,
    key: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    metafields::found_by(
        builder,
        (Owner::ProductVariant, "v.id"),
        key,
        comparison,
        wanted,
    )
}

pub(super) fn collection_metafield(
    builder: &mut Builder,
    key: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    metafields::found_by(
        builder,
        (Owner::Collection, "c.id"),
        key,
        comparison,
        wanted,
    )
}
