//! What a draft would come to.

use commerce::carts::delivery_handle;
use commerce::draft_orders::DraftOrder;
use graphql::NoArgs;
use units::Money;

use super::draft;
use super::lines::CalculatedLine;
use crate::admin::priced::Priced;
use crate::{Cx, Registry};

/// A draft that is only calculated.
#[derive(Clone)]
pub(super) struct Calculated(pub(super) DraftOrder);

/// A way to deliver a draft.
struct ShippingRate {
    handle: String,
    title: String,
    price: Money,
}

pub(super) fn register(r: &mut Registry) {
    draft::amounts::<Calculated>(r, "CalculatedDraftOrder", |own| &own.0);
    draft::customers::<Calculated>(r, "CalculatedDraftOrder", |own| &own.0);
    r.object::<Calculated>("CalculatedDraftOrder")
        .child("lineItems", |own| {
            let lines = own.0.line_items().into_iter();
            lines
                .map(|line| CalculatedLine(Priced::new(line, own.0.currency)))
                .collect::<Vec<_>>()
        })
        .load(
            "availableShippingRates",
            |all: &[&Calculated], _: &NoArgs, cx: &mut Cx| {
                let shop = cx.shop();
                let rates = |own: &&Calculated| {
                    let shop = shop.as_ref().map_err(Clone::clone)?;
                    let rate = own.0.requires_shipping().then(|| ShippingRate {
                        handle: delivery_handle(shop),
                        title: shop.shipping_title.clone(),
                        price: shop.shipping_price(),
                    });
                    Ok(rate.into_iter().collect::<Vec<_>>())
                };
                all.iter().map(rates).collect()
            },
        );
    r.object::<ShippingRate>("ShippingRate")
        .text("handle", |own| &own.handle)
        .text("title", |own| &own.title)
        .child("price", |own| own.price);
}
