//! From the stocked side of a variant to the variant.

use commerce::apps::Scope;
use commerce::catalog;
use commerce::inventory::InventoryItem;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use units::InventoryItemId;

use super::priced::Priced;
use super::products::Variant;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.object::<InventoryItem>("InventoryItem")
        .load(
            "variant",
            |all: &[&InventoryItem], _: &NoArgs, cx: &mut Cx| {
                let found = variants(all, cx);
                found
                    .into_iter()
                    .map(|found| found?.ok_or_else(|| Error::new("The variant is gone.")))
                    .collect()
            },
        )
        .load(
            "variants",
            |all: &[&InventoryItem], args: &PageArgs, cx: &mut Cx| {
                let page = |found: Option<Variant>| -> Result<Option<Page<Variant>>, Error> {
                    let held: Vec<Variant> = found.into_iter().collect();
                    let id = |own: &Variant| own.row.variant.id.get().to_string();
                    Ok(Some(of_list(&held, args, id)?))
                };
                variants(all, cx)
                    .into_iter()
                    .map(|found| page(found?))
                    .collect()
            },
        );
}

fn variants(all: &[&InventoryItem], cx: &mut Cx) -> Vec<Result<Option<Variant>, Error>> {
    let currency = match cx.shop() {
        Ok(shop) => shop.currency,
        Err(error) => return spread(Err(error), all.len()),
    };
    let ids: Vec<InventoryItemId> = all.iter().map(|item| item.id).collect();
    let found = catalog::variants_of_items(&mut cx.tx, &ids).map_err(fault);
    let priced = |row: Option<catalog::StockedVariant>| row.map(|row| Priced::new(row, currency));
    spread(
        found.map(|found| found.into_iter().map(priced).collect()),
        all.len(),
    )
}

/// Items by id, for `node`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("inventoryItem", Scope::ReadInventory)?;
    let ids: Vec<InventoryItemId> = ids.iter().copied().map(InventoryItemId).collect();
    let found = commerce::inventory::items_by_id(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.into_iter().map(|item| item.map(obj)).collect())
}
