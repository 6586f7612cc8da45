//! The lines of a draft, and of one that is only calculated.

use commerce::draft_orders::DraftOrderLineItem;
use commerce::orders::TaxLine;
use graphql::NoArgs;
use units::{MinorBag, WeightUnit};

use super::draft::Applied;
use crate::admin::inventory::Weight;
use crate::admin::priced::Priced;
use crate::admin::sold::{products_sold, variants_sold};
use crate::images::Image;
use crate::scalars::{Amount, Id};
use crate::{Cx, Registry};

/// A line with the currency of its draft.
pub(super) type Line = Priced<DraftOrderLineItem>;

/// A line of a draft that is only calculated.
pub(super) struct CalculatedLine(pub(super) Line);

pub(super) fn register(r: &mut Registry) {
    r.connection::<Line>("DraftOrderLineItemConnection", "DraftOrderLineItemEdge");
    r.object::<Line>("DraftOrderLineItem")
        .leaf("id", |line| Id(line.row.id()))
        .leaf("originalUnitPrice", |line| {
            Amount(line.money(line.row.price_minor))
        })
        .leaf("originalTotal", |line| {
            Amount(line.money(line.row.original_total_minor()))
        })
        .leaf("discountedTotal", |line| {
            Amount(line.money(line.row.discounted_total_minor()))
        })
        .leaf("discountedUnitPrice", |line| {
            Amount(line.money(line.row.discounted_unit_minor()))
        })
        .leaf("totalDiscount", |line| {
            Amount(line.money(line.row.discount_minor()))
        })
        .leaf("grams", |line| Some(line.row.weight_grams))
        .child("taxLines", |line| {
            let taxes = line.row.tax_lines.iter().cloned();
            taxes
                .map(|tax: TaxLine| Priced::new(tax, line.currency))
                .collect::<Vec<_>>()
        });
    shared::<Line>(r, "DraftOrderLineItem", |line| line);
    r.object::<CalculatedLine>("CalculatedDraftOrderLineItem")
        .child("originalUnitPrice", |own| {
            own.0.money(own.0.row.price_minor)
        })
        .child("originalTotal", |own| {
            own.0.money(own.0.row.original_total_minor())
        })
        .child("discountedTotal", |own| {
            own.0.money(own.0.row.discounted_total_minor())
        })
        .child("discountedUnitPrice", |own| {
            own.0.money(own.0.row.discounted_unit_minor())
        })
        .child("totalDiscount", |own| {
            own.0.money(own.0.row.discount_minor())
        });
    shared::<CalculatedLine>(r, "CalculatedDraftOrderLineItem", |own| &own.0);
}

fn shared<T: 'static>(r: &mut Registry, name: &'static str, of: fn(&T) -> &Line) {
    facts(r, name, of);
    amounts(r, name, of);
    links(r, name, of);
}

fn facts<T: 'static>(r: &mut Registry, name: &'static str, of: fn(&T) -> &Line) {
    r.object::<T>(name)
        .text("title", move |own| &of(own).row.title)
        .leaf("name", move |own| of(own).row.name())
        .text("uuid", move |own| &of(own).row.uuid)
        .text_opt("sku", move |own| of(own).row.sku.as_deref())
        .text_opt("vendor", move |own| of(own).row.vendor.as_deref())
        .text_opt("variantTitle", move |own| {
            of(own).row.variant_title.as_deref()
        })
        .leaf("quantity", move |own| of(own).row.quantity)
        .leaf("custom", move |own| of(own).row.variant_id().is_none())
        .leaf("taxable", move |own| of(own).row.taxable)
        .leaf("requiresShipping", move |own| of(own).row.requires_shipping)
        .leaf("isGiftCard", move |own| of(own).row.gift_card)
        .child("customAttributes", move |own| {
            of(own).row.attributes.clone()
        })
        .child("weight", move |own| {
            Some(Weight {
                grams: of(own).row.weight_grams,
                unit: WeightUnit::Grams,
            })
        });
}

fn amounts<T: 'static>(r: &mut Registry, name: &'static str, of: fn(&T) -> &Line) {
    r.object::<T>(name)
        .child("originalUnitPriceSet", move |own| {
            of(own).bag(MinorBag::same(of(own).row.price_minor))
        })
        .child("originalUnitPriceWithCurrency", move |own| {
            // The price of the merchant's own making; a variant has its own.
            let line = of(own);
            let custom = line.row.variant_id().is_none();
            custom.then(|| line.money(line.row.price_minor))
        })
        .child("priceOverride", move |own| {
            of(own).row.override_minor.map(|minor| of(own).money(minor))
        })
        .child("originalTotalSet", move |own| {
            of(own).bag(MinorBag::same(of(own).row.original_total_minor()))
        })
        .child("discountedTotalSet", move |own| {
            of(own).bag(MinorBag::same(of(own).row.discounted_total_minor()))
        })
        .child("approximateDiscountedUnitPriceSet", move |own| {
            of(own).bag(MinorBag::same(of(own).row.discounted_unit_minor()))
        })
        .child("discountedUnitPriceSet", move |own| {
            of(own).bag(MinorBag::same(of(own).row.discounted_unit_minor()))
        })
        .child("totalDiscountSet", move |own| {
            of(own).bag(MinorBag::same(of(own).row.discount_minor()))
        })
        .child("appliedDiscount", move |own| {
            let line = of(own);
            let found = line.row.discount.clone();
            found.map(|found| Applied::new(found, line.currency))
        });
}

fn links<T: 'static>(r: &mut Registry, name: &'static str, of: fn(&T) -> &Line) {
    r.object::<T>(name)
        .load("product", move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<_> = all.iter().map(|own| of(own).row.product_id()).collect();
            products_sold(cx, &ids)
        })
        .load("variant", move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<_> = all.iter().map(|own| of(own).row.variant_id()).collect();
            variants_sold(cx, &ids)
        })
        .load("image", move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let image = |own: &&T| {
                let line = &of(own).row;
                let url = line.image_url.as_deref();
                Ok(url.map(|url| Image::at(url, &line.title, origin)))
            };
            all.iter().map(image).collect()
        });
}
