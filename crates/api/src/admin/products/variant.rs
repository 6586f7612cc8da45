//! The fields of a variant.

use commerce::catalog::{self, Product, UsedValue};
use commerce::inventory::{self, InventoryItem};
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use units::{MediaImageId, ProductId};

use super::Variant;
use super::media::{by_id, objects};
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::paging::of_list;
use crate::scalars::{Amount, DateTime, Id};
use crate::{Cx, Registry};

/// A value of one of a variant's options.
struct SelectedOption {
    product: ProductId,
    name: String,
    value: String,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<SelectedOption>("SelectedOption")
        .text("name", |option| &option.name)
        .text("value", |option| &option.value)
        .load("optionValue", option_value);
    own(r);
    r.object::<Variant>("ProductVariant")
        .load("selectedOptions", selected)
        .load("product", product)
        .load_leaf(
            "displayName",
            |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
                let named = |product: &Product, variant: &Variant| {
                    format!("{} - {}", product.title, variant.row.variant.title)
                };
                with_product(all, cx, named)
            },
        )
        .load("image", |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
            let found = pictures(all, cx);
            let origin = cx.request.origin();
            let image =
                |media: Option<catalog::MediaImage>| media.map(|media| Image::of(&media, origin));
            spread(
                found.map(|found| found.into_iter().map(image).collect()),
                all.len(),
            )
        })
        .load("media", media)
        .load("inventoryItem", item);
}

fn own(r: &mut Registry) {
    r.object::<Variant>("ProductVariant")
        .leaf("id", |own| Id(own.row.variant.id))
        .leaf("storefrontId", |own| Id(own.row.variant.id))
        .leaf("legacyResourceId", |own| {
            own.row.variant.id.get().to_string()
        })
        .text("title", |own| &own.row.variant.title)
        .text_opt("sku", |own| {
            Some(own.row.variant.sku.as_str()).filter(|sku| !sku.is_empty())
        })
        .text_opt("barcode", |own| {
            Some(own.row.variant.barcode.as_str()).filter(|code| !code.is_empty())
        })
        .leaf("position", |own| own.row.variant.position)
        .leaf("price", |own| {
            Amount(own.money(own.row.variant.price_minor))
        })
        .leaf("compareAtPrice", |own| {
            own.row
                .variant
                .compare_at_minor
                .map(|minor| Amount(own.money(minor)))
        })
        .child("unitPrice", |own| {
            let measure = own.row.variant.unit_measure();
            measure.map(|it| own.money(it.price_minor(own.row.variant.price_minor)))
        })
        .child("unitPriceMeasurement", |own| own.row.variant.unit_measure())
        .leaf("showUnitPrice", |own| own.row.variant.show_unit_price)
        .leaf("taxable", |own| own.row.variant.taxable)
        .text_opt("taxCode", |own| {
            Some(own.row.variant.tax_code.as_str()).filter(|code| !code.is_empty())
        })
        .text("inventoryPolicy", |own| {
            own.row.variant.inventory_policy.as_str()
        })
        .leaf("inventoryQuantity", |own| own.row.available)
        .leaf("sellableOnlineQuantity", |own| own.row.sellable)
        .leaf("availableForSale", |own| own.row.is_available())
        .leaf("createdAt", |own| DateTime(own.row.variant.created_at))
        .leaf("updatedAt", |own| DateTime(own.row.variant.updated_at))
        .leaf("requiresComponents", |own| {
            own.row.variant.requires_components
        });
}

fn products_of(all: &[&Variant]) -> Vec<ProductId> {
    let mut ids: Vec<ProductId> = all.iter().map(|own| own.row.variant.product_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn selected(
    all: &[&Variant],
    none: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<SelectedOption>, Error>> {
    let products = products_of(all);
    let found = super::options::names(cx, &products, none).map(|names| {
        let of = |own: &&Variant| {
            let variant = &own.row.variant;
            let place = products.binary_search(&variant.product_id);
            let names = place.map_or(&[][..], |place| &names[place]);
            let pairs = names.iter().zip(variant.option_values());
            pairs
                .map(|(name, value)| SelectedOption {
                    product: variant.product_id,
                    name: name.clone(),
                    value: value.to_owned(),
                })
                .collect()
        };
        all.iter().map(of).collect()
    });
    spread(found, all.len())
}

fn option_value(all: &[&SelectedOption], _: &NoArgs, cx: &mut Cx) -> Vec<Result<UsedValue, Error>> {
    let mut products: Vec<ProductId> = all.iter().map(|selected| selected.product).collect();
    products.sort_unstable();
    products.dedup();
    let found = match catalog::options(&mut cx.tx, &products) {
        Ok(found) => found,
        Err(cause) => return spread(Err(fault(cause)), all.len()),
    };
    let of = |selected: &&SelectedOption| {
        let options = &found[products.binary_search(&selected.product).ok()?];
        let mut values = options
            .iter()
            .filter(|option| option.option.name == selected.name)
            .flat_map(|option| &option.values);
        values
            .find(|value| value.value.name == selected.value)
            .cloned()
    };
    all.iter()
        .map(|selected| of(selected).ok_or_else(|| Error::new("The option is gone.")))
        .collect()
}

fn with_product<T>(
    all: &[&Variant],
    cx: &mut Cx,
    present: impl Fn(&Product, &Variant) -> T,
) -> Vec<Result<T, Error>> {
    let found = match catalog::products(&mut cx.tx, &products_of(all)) {
        Ok(found) => found,
        Err(cause) => return spread(Err(fault(cause)), all.len()),
    };
    all.iter()
        .map(|own| {
            let of = |product: &&Product| product.id == own.row.variant.product_id;
            let product = found.iter().flatten().find(of);
            let product = product.ok_or_else(|| Error::new("The product is gone."))?;
            Ok(present(product, own))
        })
        .collect()
}

fn product(all: &[&Variant], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Product, Error>> {
    with_product(all, cx, |product, _| product.clone())
}

fn pictures(all: &[&Variant], cx: &mut Cx) -> Result<Vec<Option<catalog::MediaImage>>, Error> {
    let wanted: Vec<_> = all.iter().map(|own| own.row.variant.media_id).collect();
    by_id(cx, &wanted)
}

fn media(all: &[&Variant], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Obj>, Error>> {
    let wanted: Vec<MediaImageId> = all
        .iter()
        .filter_map(|own| own.row.variant.media_id)
        .collect();
    let found = match objects(cx, &wanted) {
        Ok(found) => found,
        Err(error) => return spread(Err(error), all.len()),
    };
    let mut found = wanted.iter().zip(found);
    let mut one = |own: &&Variant| {
        let shown = own.row.variant.media_id.and_then(|_| found.next());
        let shown: Vec<(i64, Obj)> = shown
            .into_iter()
            .filter_map(|(id, object)| Some((id.get(), object?)))
            .collect();
        let page = of_list(&shown, args, |(id, _)| id.to_string())?;
        Ok(crate::admin::batches::map_page(page, |(_, object)| object))
    };
    all.iter().map(&mut one).collect()
}

fn item(all: &[&Variant], _: &NoArgs, cx: &mut Cx) -> Vec<Result<InventoryItem, Error>> {
    let ids: Vec<_> = all
        .iter()
        .map(|own| own.row.variant.inventory_item_id)
        .collect();
    match inventory::items_by_id(&mut cx.tx, &ids) {
        Ok(found) => found
            .into_iter()
            .map(|item| item.ok_or_else(|| Error::new("The inventory item is gone.")))
            .collect(),
        Err(cause) => spread(Err(fault(cause)), all.len()),
    }
}
