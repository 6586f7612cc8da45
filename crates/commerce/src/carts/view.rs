//! A cart as buyers see it: with what it holds, priced as of now.

use pricing::{Line, Priced, Sale, Terms};
use store::{StoreError, Tx};
use units::{Money, Timestamp, handleize};

use super::cart::{Cart, CartLine, CartRef};
use super::merchandise::{self, Merchandise};
use super::sql;
use crate::shops::{self, Shop};

/// A cart with its prices.
#[derive(Debug, Clone)]
pub struct CartView {
    /// The cart; its lines are those of [`CartView::lines`].
    pub cart: Cart,
    /// The lines that can be bought.
    pub lines: Vec<LineView>,
    /// What the goods come to, without delivery, and without tax unless prices include it.
    pub subtotal: Money,
    /// How many units there are in all.
    pub quantity: i64,
    /// Whether anything has to be sent.
    pub requires_shipping: bool,
    /// What a checkout would come to, with delivery and tax. `None` where it cannot be counted.
    pub checkout: Option<Priced>,
}

/// A line with its price.
#[derive(Debug, Clone)]
pub struct LineView {
    /// The line.
    pub line: CartLine,
    /// What it holds.
    pub merchandise: Merchandise,
    /// The price of one.
    pub price: Money,
    /// What one used to cost.
    pub compare_at: Option<Money>,
    /// Price times quantity.
    pub total: Money,
}

/// What a cart is expected to cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartCost {
    /// The goods.
    pub subtotal: Money,
    /// The goods with their tax; with delivery once the buyer chose where to.
    pub total: Money,
    /// The tax in or on the total. `None` where it cannot be counted.
    pub tax: Option<Money>,
}

impl CartView {
    /// What the cart is expected to cost: delivery counts once an address is chosen.
    #[must_use]
    pub fn cost(&self) -> CartCost {
        let Some(priced) = &self.checkout else {
            return CartCost {
                subtotal: self.subtotal,
                total: self.subtotal,
                tax: None,
            };
        };
        let money = |minor| Money::new(minor, self.subtotal.currency);
        let chosen = self.cart.delivery.selected().is_some();
        let left_out = priced.shipping.filter(|_| !chosen).unwrap_or_default();
        let shipping = priced.shipping.unwrap_or_default().price_minor;
        let tax_on_top = priced.total_minor > priced.subtotal_minor + shipping;
        let tax_left_out = if tax_on_top { left_out.tax_minor } else { 0 };
        CartCost {
            subtotal: self.subtotal,
            total: money(priced.total_minor - left_out.price_minor - tax_left_out),
            tax: Some(money(priced.tax_minor - left_out.tax_minor)),
        }
    }
}

/// The handle of the shop's one delivery option.
#[must_use]
pub fn delivery_handle(shop: &Shop) -> String {
    let handle = handleize(&shop.shipping_title);
    if handle.is_empty() {
        "standard".to_owned()
    } else {
        handle
    }
}

/// What a shop's settings say about every sale.
#[must_use]
pub fn terms(shop: &Shop) -> Terms {
    Terms {
        tax_rate_ppm: shop.tax_rate_ppm,
        taxes_included: shop.taxes_included,
        shipping_taxed: shop.shipping_taxed,
    }
}

/// The cart that the id and key open, priced at `now`; `None` when there is none, the key is another, or
/// it has been bought.
///
/// # Errors
/// `Store` faults only.
pub fn view(tx: &mut Tx, id: &CartRef, now: Timestamp) -> Result<Option<CartView>, StoreError> {
    let found = sql::by_token(tx, &id.token)?;
    let open = found.filter(|cart| cart.id.secret == id.secret && cart.order_id.is_none());
    open.map(|cart| view_of(tx, cart, now)).transpose()
}

/// A cart at hand, priced at `now`: without lines that are not sold then.
///
/// # Errors
/// `Store` faults only.
pub fn view_of(tx: &mut Tx, mut cart: Cart, now: Timestamp) -> Result<CartView, StoreError> {
    let shop = shops::current(tx)?;
    let wanted = cart.lines.iter().map(|line| line.variant).collect();
    let merchandise = merchandise::load(tx, wanted)?;
    let lines: Vec<LineView> = cart
        .lines
        .drain(..)
        .filter_map(|line| {
            let row = merchandise
                .get(&line.variant)
                .filter(|row| row.is_sold(now))?;
            Some(LineView {
                price: shop.money(row.price_minor),
                compare_at: row.compare_at_minor.map(|minor| shop.money(minor)),
                total: shop.money(row.price_minor.saturating_mul(line.quantity)),
                merchandise: row.clone(),
                line,
            })
        })
        .collect();
    cart.lines = lines.iter().map(|view| view.line.clone()).collect();
    let priced_lines: Vec<Line> = lines.iter().map(LineView::to_price).collect();
    let requires_shipping = lines.iter().any(|view| view.merchandise.requires_shipping);
    let mut sale = Sale::new(terms(&shop), &priced_lines);
    if requires_shipping {
        sale = sale.with_shipping(shop.shipping_price_minor);
    }
    let subtotal = lines
        .iter()
        .fold(0_i64, |sum, view| sum.saturating_add(view.total.minor));
    Ok(CartView {
        subtotal: shop.money(subtotal),
        quantity: lines.iter().map(|view| view.line.quantity).sum(),
        requires_shipping,
        checkout: pricing::price(&sale).ok(),
        lines,
        cart,
    })
}

impl LineView {
    /// The line as pricing wants it.
    #[must_use]
    pub fn to_price(&self) -> Line {
        Line {
            price_minor: self.price.minor,
            quantity: self.line.quantity,
            taxable: self.merchandise.taxable,
        }
    }
}
