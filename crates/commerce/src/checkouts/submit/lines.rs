//! What a checkout sells: the cart's lines as the order will have them, and their stock.

use units::LocationId;

use super::price::Sum;
use super::{Desk, Submit, SubmitError};
use crate::call::Call;
use crate::carts::bundles::makes;
use crate::carts::{Cart, CartLine, LINES_MAX, Merchandise};
use crate::inventory::Share;
use crate::orders::LineItemGroup;
use crate::orders::bundles::take_apart;
use crate::orders::rows::NewLineItem;

/// What a checkout sells.
pub(super) struct Wanted<'a> {
    /// The cart's lines that are sold.
    pub(super) kept: Vec<&'a CartLine>,
    /// The same as the order will have them.
    pub(super) lines: Vec<NewLineItem<'a>>,
    /// What each of them is made of, if it is a bundle.
    components: Vec<Vec<NewLineItem<'a>>>,
    /// Whether anything has to be sent.
    pub(super) delivered: bool,
    /// A line that is not sold, or not where the checkout goes: what was shown to the buyer was shown
    /// without it.
    gone: Option<(String, &'a str)>,
}

impl<'a> Wanted<'a> {
    /// What is sent for a line: itself, or what it is made of.
    fn sent(&mut self, at: usize) -> &mut [NewLineItem<'a>] {
        match self.components[at].is_empty() {
            true => std::slice::from_mut(&mut self.lines[at]),
            false => &mut self.components[at],
        }
    }

    /// The refusal of a checkout whose sum is another one than the buyer saw: told by the line that is
    /// gone, if one is.
    pub(super) fn instead_of(&self, changed: SubmitError) -> SubmitError {
        match &self.gone {
            Some((title, line)) => SubmitError::Gone {
                title: title.clone(),
                line: (*line).to_owned(),
            },
            None => changed,
        }
    }
}

impl<'a> Desk<'a> {
    /// The lines that a checkout sells where it goes. Pages leave out what is not sold, so that it is
    /// left out here too when the buyer saw a page without it; that the sum is the one they saw is checked later.
    pub(super) fn wanted(
        &self,
        cart: &'a Cart,
        request: &Submit,
        to: Option<&str>,
    ) -> Result<Wanted<'a>, SubmitError> {
        if cart.lines.is_empty() {
            return Err(SubmitError::Empty);
        }
        let parts = cart
            .lines
            .iter()
            .map(|line| self.goods.components_of(line.variant).len().max(1));
        if parts.sum::<usize>() > LINES_MAX {
            return Err(SubmitError::TooManyLines);
        }
        let goods = self.abroad.goods_of(self.shop, to).unwrap_or(self.goods);
        let market = self.abroad.pricing_of(self.shop, to);
        let mut wanted = Wanted {
            kept: Vec::with_capacity(cart.lines.len()),
            lines: Vec::with_capacity(cart.lines.len()),
            components: Vec::with_capacity(cart.lines.len()),
            delivered: false,
            gone: None,
        };
        for line in &cart.lines {
            let row = goods.get(line.variant);
            let offered = |row: &&Merchandise| self.plans.check(row, line.plan()).is_ok();
            let row_sold = row.filter(|row| row.is_sold(request.call.now));
            let Some(row) = row_sold.filter(offered) else {
                let row = row.or_else(|| self.goods.get(line.variant));
                let title = row.map_or_else(|| "A product".to_owned(), Merchandise::full_title);
                wanted.gone.get_or_insert((title, &line.id));
                continue;
            };
            wanted.delivered |= row.requires_shipping;
            let mut sold = goods.line(&request.call, row, line.quantity, &line.attributes);
            if let Some(plan) = self.plans.of(line, market) {
                sold.price_minor = plan.first_order(sold.price_minor);
                sold.selling_plan = Some((plan.id, plan.name));
            }
            let made_of = self.goods.components_of(line.variant).iter();
            let components = made_of.map(|own| {
                let quantity = line.quantity.saturating_mul(own.quantity);
                // What the buyer attached is the bundle's, and stands on the group.
                let part = self.goods.line(&request.call, &own.row, quantity, &[]);
                NewLineItem {
                    selling_plan: sold.selling_plan.clone(),
                    ..part
                }
            });
            wanted.components.push(components.collect());
            wanted.kept.push(line);
            wanted.lines.push(sold);
        }
        let kept: i64 = wanted.kept.iter().map(|line| line.quantity).sum();
        let seen = request.expected_quantity == Some(kept) && !wanted.kept.is_empty();
        if wanted.gone.is_some() && !seen {
            return Err(wanted.instead_of(SubmitError::Empty));
        }
        if let Some(rate) = request
            .shipping_rate
            .as_deref()
            .filter(|_| wanted.delivered)
            && rate != self.handle
        {
            return Err(SubmitError::ShippingRateUnknown(rate.to_owned()));
        }
        Ok(wanted)
    }

    /// Takes every line's stock, or none: what was taken goes back when a line cannot be served.
    pub(super) fn take_stock(&mut self, wanted: &mut Wanted<'_>) -> Result<(), SubmitError> {
        let home = self.stock.home().ok_or(SubmitError::NoLocation)?;
        for at in 0..wanted.lines.len() {
            if self.take_line(home, wanted.sent(at)) {
                continue;
            }
            let line = wanted.kept[at];
            let row = self.goods.get(line.variant);
            let row = row.expect("lines were made of merchandise that is there");
            self.put_back_line(wanted.sent(at));
            let left = match self.goods.components_of(line.variant) {
                [] => self.stock.sellable(row.inventory_item_id),
                components => makes(components, &self.stock).unwrap_or(0),
            };
            let refusal = SubmitError::SoldOut {
                title: row.full_title(),
                line: line.id.clone(),
                wanted: line.quantity,
                left,
            };
            self.put_back(wanted);
            return Err(refusal);
        }
        Ok(())
    }

    /// Takes the stock of what is sent for one line; says whether there was enough. What was taken
    /// stays so.
    fn take_line(&mut self, home: LocationId, sent: &mut [NewLineItem<'_>]) -> bool {
        for line in sent {
            let row = line.variant_id.and_then(|id| self.goods.any(id));
            let row = row.expect("lines were made of merchandise that is there");
            if !row.tracked {
                line.shares = vec![Share {
                    location: home,
                    quantity: line.quantity,
                }];
                continue;
            }
            let taken = self
                .stock
                .take(row.inventory_item_id, line.quantity, row.policy);
            let Some(shares) = taken else {
                return false;
            };
            line.shares = shares;
            line.committed = true;
        }
        true
    }

    /// Puts back all that was taken for a checkout.
    pub(super) fn put_back(&mut self, wanted: &mut Wanted<'_>) {
        for at in 0..wanted.lines.len() {
            self.put_back_line(wanted.sent(at));
        }
    }

    fn put_back_line(&mut self, sent: &mut [NewLineItem<'_>]) {
        for line in sent.iter_mut().filter(|line| line.committed) {
            line.committed = false;
            if let Some(item) = line.inventory_item_id {
                self.stock.put_back(item, &line.shares);
            }
        }
    }

    /// The order's lines with what was reckoned of them, bundles as what they are made of.
    pub(super) fn sold(
        &self,
        call: &Call,
        wanted: Wanted<'a>,
        sum: &Sum,
        groups: &mut Vec<LineItemGroup>,
    ) -> Vec<NewLineItem<'a>> {
        let Wanted {
            mut lines,
            components,
            ..
        } = wanted;
        for (line, allocations) in lines.iter_mut().zip(&sum.granted.lines) {
            line.discounts.clone_from(allocations);
        }
        for (line, priced) in lines.iter_mut().zip(&sum.own().lines) {
            line.discount_minor = priced.discount_minor;
            line.tax_minor = priced.tax_minor;
        }
        sum.note_seen(&mut lines);
        let pairs = lines.into_iter().zip(components);
        let mut lines: Vec<NewLineItem<'a>> = pairs
            .flat_map(|(line, components)| match components.is_empty() {
                true => vec![line],
                false => take_apart(call, &line, components, groups),
            })
            .collect();
        for line in &mut lines {
            line.tax_lines = self.taxes(line.tax_minor, line.seen);
        }
        lines
    }
}
