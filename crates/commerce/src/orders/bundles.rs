//! Taking bundles apart: what was paid for a bundle, shared out over what it is made of.

use pricing::allocate;

use super::groups::LineItemGroup;
use super::rows::{NewLineItem, SeenLine};
use crate::call::Call;
use crate::discounts::DiscountAllocation;
use crate::inventory::Share;

/// The lines that an order has instead of a bundle's, of which all amounts are known: for each of the
/// components at least one, which together cost what the bundle costs, to the minor unit and in both
/// currencies.
///
/// What the buyer attached to it stands on the group that joins `groups`, and not on the lines.
///
/// The price is shared out as the components' own prices are to one another; a component of which not
/// every unit costs the same has a line for each price. Discounts and taxes follow what lines cost.
pub(crate) fn take_apart<'a>(
    call: &Call,
    bundle: &NewLineItem<'a>,
    components: Vec<NewLineItem<'a>>,
    groups: &mut Vec<LineItemGroup>,
) -> Vec<NewLineItem<'a>> {
    let group = group_of(call, bundle);
    let group_id = group.as_ref().map(|group| group.id);
    groups.extend(group);
    let mut weights: Vec<i64> = components
        .iter()
        .map(|line| line.price_minor.saturating_mul(line.quantity))
        .collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights = components.iter().map(|line| line.quantity).collect();
    }
    let own = allocate(bundle.price_minor * bundle.quantity, &weights);
    let seen = bundle
        .seen
        .map(|seen| allocate(seen.price_minor * bundle.quantity, &weights));
    let mut lines = Vec::with_capacity(components.len());
    for (at, mut component) in components.into_iter().enumerate() {
        component.taxable = bundle.taxable;
        component.group = group_id;
        let seen = seen.as_ref().map(|seen| seen[at]);
        lines.extend(evenly(call, component, own[at], seen));
    }
    take_off(&mut lines, &bundle.discounts);
    levy(&mut lines, bundle);
    lines
}

fn group_of(call: &Call, bundle: &NewLineItem<'_>) -> Option<LineItemGroup> {
    Some(LineItemGroup {
        id: call.new_id(),
        product_id: bundle.product_id?,
        variant_id: bundle.variant_id?,
        title: match bundle.variant_title.as_deref() {
            Some(variant) => format!("{} - {variant}", bundle.title),
            None => bundle.title.to_string(),
        },
        variant_sku: bundle.sku.as_deref().map(str::to_owned),
        quantity: bundle.quantity,
        attributes: bundle.attributes.clone(),
    })
}

/// A line whose units cost so much in all, in the shop's currency and the buyer's: as one line where
/// each unit costs the same, else as one for each price.
fn evenly<'a>(
    call: &Call,
    mut line: NewLineItem<'a>,
    own: i64,
    seen: Option<i64>,
) -> Vec<NewLineItem<'a>> {
    let units = line.quantity.max(1);
    let price_of = |total: i64, unit: i64| total / units + i64::from(unit < total % units);
    let mut cuts = vec![own % units, seen.map_or(0, |seen| seen % units), units];
    cuts.sort_unstable();
    let mut shares = std::mem::take(&mut line.shares);
    let mut lines: Vec<NewLineItem<'a>> = Vec::with_capacity(1);
    let mut from = 0;
    for cut in cuts {
        if cut <= from {
            continue;
        }
        let quantity = cut - from;
        let id = if lines.is_empty() {
            line.id
        } else {
            call.new_id()
        };
        lines.push(NewLineItem {
            id,
            quantity,
            price_minor: price_of(own, from),
            seen: seen.map(|seen| SeenLine {
                price_minor: price_of(seen, from),
                discount_minor: 0,
                tax_minor: 0,
            }),
            shares: first(&mut shares, quantity),
            ..line.clone()
        });
        from = cut;
    }
    lines
}

/// Takes so many units from the shares of locations.
fn first(shares: &mut Vec<Share>, units: i64) -> Vec<Share> {
    let mut left = units;
    let mut taken = Vec::new();
    for share in shares.iter_mut() {
        let quantity = share.quantity.min(left);
        if quantity > 0 {
            taken.push(Share { quantity, ..*share });
            share.quantity -= quantity;
            left -= quantity;
        }
    }
    shares.retain(|share| share.quantity > 0);
    taken
}

/// Takes a bundle's discounts off its lines: of each line never more than what is left of it.
fn take_off(lines: &mut [NewLineItem<'_>], discounts: &[DiscountAllocation]) {
    for discount in discounts {
        let own = allocate(discount.amount_minor, &left_of(lines));
        let seen = discount
            .presentment_minor
            .map(|minor| allocate(minor, &seen_left_of(lines)));
        for (at, line) in lines.iter_mut().enumerate() {
            let presentment_minor = seen.as_ref().map(|seen| seen[at]);
            if own[at] == 0 && presentment_minor.unwrap_or(0) == 0 {
                continue;
            }
            line.discount_minor += own[at];
            if let Some(seen) = &mut line.seen {
                seen.discount_minor += presentment_minor.unwrap_or(0);
            }
            line.discounts.push(DiscountAllocation {
                application: discount.application,
                amount_minor: own[at],
                presentment_minor,
            });
        }
    }
}

/// Shares a bundle's tax out over what its lines cost.
fn levy(lines: &mut [NewLineItem<'_>], bundle: &NewLineItem<'_>) {
    let own = allocate(bundle.tax_minor, &left_of(lines));
    let seen = bundle
        .seen
        .map(|seen| allocate(seen.tax_minor, &seen_left_of(lines)));
    for (at, line) in lines.iter_mut().enumerate() {
        line.tax_minor = own[at];
        if let (Some(line), Some(seen)) = (&mut line.seen, &seen) {
            line.tax_minor = seen[at];
        }
    }
}

/// What lines cost less their discounts, in the shop's currency.
fn left_of(lines: &[NewLineItem<'_>]) -> Vec<i64> {
    let left = |line: &NewLineItem<'_>| line.price_minor * line.quantity - line.discount_minor;
    lines.iter().map(left).collect()
}

/// The same in the buyer's, where that is another.
fn seen_left_of(lines: &[NewLineItem<'_>]) -> Vec<i64> {
    let left = |line: &NewLineItem<'_>| {
        let seen = line.seen.as_ref();
        seen.map_or(0, |seen| {
            seen.price_minor * line.quantity - seen.discount_minor
        })
    };
    lines.iter().map(left).collect()
}
