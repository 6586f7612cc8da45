//! What a variant is put together of, and what it is part of.

use commerce::catalog;
use graphql::{Error, Page, PageArgs};
use units::ProductVariantId;

use super::variants::{Variant, by_id};
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::{Cx, Registry};

/// A variant that is part of another.
#[derive(Clone)]
struct Component {
    variant: Variant,
    quantity: i64,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Variant>("ProductVariant")
        .leaf("requiresComponents", |it| it.variant.requires_components)
        .load("components", components)
        .load("groupedBy", grouped_by);
    r.connection::<Component>(
        "ProductVariantComponentConnection",
        "ProductVariantComponentEdge",
    );
    r.object::<Component>("ProductVariantComponent")
        .child("productVariant", |own| own.variant.clone())
        .leaf("quantity", |own| own.quantity);
}

/// Lists of related variants, with a number beside each, as variants.
fn related<T: Clone>(
    cx: &mut Cx,
    lists: Vec<Vec<(ProductVariantId, i64)>>,
    args: &PageArgs,
    present: impl Fn(Variant, i64) -> T,
    id: impl Fn(&T) -> i64,
) -> Result<Vec<Page<T>>, Error> {
    let wanted: Vec<ProductVariantId> = lists.iter().flatten().map(|(id, _)| *id).collect();
    let found = match wanted.is_empty() {
        true => Vec::new(),
        false => by_id(cx, &wanted)?,
    };
    let mut found = found.into_iter();
    let mut page = |list: Vec<(ProductVariantId, i64)>| {
        let held = list.into_iter().zip(found.by_ref());
        let shown: Vec<T> = held
            .filter_map(|((_, number), variant)| Some(present(variant?, number)))
            .collect();
        of_list(&shown, args, |own| id(own).to_string())
    };
    lists.into_iter().map(&mut page).collect()
}

fn ids(all: &[&Variant]) -> Vec<ProductVariantId> {
    all.iter().map(|it| it.variant.id).collect()
}

fn components(
    all: &[&Variant],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Component>, Error>> {
    let mut load = || {
        let found = catalog::components_of(&mut cx.tx, &ids(all)).map_err(fault)?;
        let pairs = |list: Vec<catalog::Component>| {
            let pairs = list.into_iter().map(|own| (own.variant, own.quantity));
            pairs.collect()
        };
        let lists = found.into_iter().map(pairs).collect();
        let present = |variant, quantity| Component { variant, quantity };
        related(cx, lists, args, present, |own| own.variant.variant.id.get())
    };
    spread(load(), all.len())
}

fn grouped_by(all: &[&Variant], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Variant>, Error>> {
    let mut load = || {
        let found = catalog::grouped_by(&mut cx.tx, &ids(all)).map_err(fault)?;
        let pairs = |list: Vec<ProductVariantId>| list.into_iter().map(|id| (id, 0)).collect();
        let lists = found.into_iter().map(pairs).collect();
        related(
            cx,
            lists,
            args,
            |variant, _| variant,
            |own| own.variant.id.get(),
        )
    };
    spread(load(), all.len())
}
