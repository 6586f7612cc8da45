//! What a checkout sells: the cart's lines as the order will have them, and their stock.

use super::{Desk, Submit, SubmitError};
use crate::carts::{Cart, CartLine, Merchandise};
use crate::inventory::Share;
use crate::orders::rows::NewLineItem;

/// What a checkout sells.
pub(super) struct Wanted<'a> {
    /// The cart's lines that are sold.
    pub(super) kept: Vec<&'a CartLine>,
    /// The same as the order will have them.
    pub(super) lines: Vec<NewLineItem<'a>>,
    /// Whether anything has to be sent.
    pub(super) delivered: bool,
    /// A line that is not sold, or not where the checkout goes: what was shown to the buyer was shown
    /// without it.
    gone: Option<(String, &'a str)>,
}

impl Wanted<'_> {
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
    /// left out here too when the buyer saw a page; that the sum is the one they saw is checked later.
    pub(super) fn wanted(
        &self,
        cart: &'a Cart,
        request: &Submit,
        to: Option<&str>,
    ) -> Result<Wanted<'a>, SubmitError> {
        if cart.lines.is_empty() {
            return Err(SubmitError::Empty);
        }
        let goods = self.abroad.goods_of(self.shop, to).unwrap_or(self.goods);
        let market = self.abroad.pricing_of(self.shop, to);
        let mut wanted = Wanted {
            kept: Vec::with_capacity(cart.lines.len()),
            lines: Vec::with_capacity(cart.lines.len()),
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
            wanted.kept.push(line);
            wanted.lines.push(sold);
        }
        let seen = request.expected_total.is_some() && !wanted.kept.is_empty();
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
        let lines = &mut wanted.lines;
        let home = self.stock.home().ok_or(SubmitError::NoLocation)?;
        for at in 0..lines.len() {
            let (served, from) = lines.split_at_mut(at);
            let line = &mut from[0];
            let row = line.variant_id.and_then(|variant| self.goods.get(variant));
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
                let refusal = SubmitError::SoldOut {
                    title: row.full_title(),
                    line: wanted.kept[at].id.clone(),
                    wanted: line.quantity,
                    left: self.stock.sellable(row.inventory_item_id),
                };
                self.put_back(served);
                return Err(refusal);
            };
            line.shares = shares;
            line.committed = true;
        }
        Ok(())
    }

    pub(super) fn put_back(&mut self, lines: &[NewLineItem<'_>]) {
        for line in lines.iter().filter(|line| line.committed) {
            if let Some(item) = line.inventory_item_id {
                self.stock.put_back(item, &line.shares);
            }
        }
    }
}
