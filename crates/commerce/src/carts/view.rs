//! A cart as buyers see it: with what it holds, priced as of now.

use std::collections::HashMap;

use pricing::{MarketPricing, Priced};
use store::{StoreError, Tx};
use units::{
    Currency, GiftCardId, MinorBag, Money, MoneyBag, ProductVariantId, Timestamp, handleize,
};

use super::cart::{Cart, CartLine, CartRef};
use super::market;
use super::merchandise::{self, Merchandise};
use super::plans::Plans;
use super::reckon::{booked, buyers, item, reckon};
use super::sql;
use crate::discounts::{Basket, DiscountAllocation, DiscountClass, Granted, Offered};
use crate::gift_cards::{self, GiftCard};
use crate::markets::Terms;
use crate::selling_plans::SellingPlan;
use crate::shops::{self, Shop};

/// A cart with its prices.
#[derive(Debug, Clone)]
pub struct CartView {
    /// The cart; its lines are those of [`CartView::lines`].
    pub cart: Cart,
    /// The lines that can be bought.
    pub lines: Vec<LineView>,
    /// What the goods come to less the discounts on lines, without those on the order, without
    /// delivery, and without tax unless prices include it.
    pub subtotal: Money,
    /// How many units there are in all.
    pub quantity: i64,
    /// Whether anything has to be sent.
    pub requires_shipping: bool,
    /// What its delivery would cost, before discounts.
    pub delivery_price: Money,
    /// What of it is not paid at the checkout but later, as selling plans say, in minor units.
    pub deferred_minor: i64,
    /// What a checkout would come to, with delivery and tax. `None` where it cannot be counted.
    pub checkout: Option<Priced>,
    /// The discounts that it gets, and how its codes stand.
    pub granted: Granted,
    /// The gift cards that it is paid with first.
    pub gift_cards: Vec<AppliedGiftCard>,
    /// How the shop's amounts become those of the buyer's market.
    pub market: MarketPricing,
}

/// A line with its price.
#[derive(Debug, Clone)]
pub struct LineView {
    /// The line.
    pub line: CartLine,
    /// What it holds.
    pub merchandise: Merchandise,
    /// The selling plan by which it is bought, its amounts in the cart's currency.
    pub plan: Option<SellingPlan>,
    /// The price of one.
    pub price: Money,
    /// What one used to cost.
    pub compare_at: Option<Money>,
    /// Price times quantity, before discounts.
    pub total: Money,
    /// The total less the discounts on this line, without those on the order.
    pub discounted: Money,
    /// What each of the cart's discounts takes off it.
    pub discounts: Vec<DiscountAllocation>,
}

/// A gift card on a cart.
#[derive(Debug, Clone)]
pub struct AppliedGiftCard {
    /// The card.
    pub card: GiftCard,
    /// What of it a checkout would take, and what that pays of the cart.
    pub used: MoneyBag,
}

/// What a cart is expected to cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartCost {
    /// The goods, less the discounts on lines.
    pub subtotal: Money,
    /// The goods less all discounts, with their tax; with delivery once the buyer chose where to.
    pub total: Money,
    /// The tax in or on the total. `None` where it cannot be counted.
    pub tax: Option<Money>,
    /// What of the total is paid at the checkout, and not later by selling plans.
    pub charged: Money,
}

impl CartView {
    /// What is left to pay at the checkout after the gift cards; `None` where it cannot be counted.
    #[must_use]
    pub fn due(&self) -> Option<Money> {
        let priced = self.checkout.as_ref()?;
        let used: i64 = self
            .gift_cards
            .iter()
            .map(|applied| applied.used.presentment.minor)
            .sum();
        Some(Money::new(
            priced.total_minor - self.deferred_minor - used,
            self.subtotal.currency,
        ))
    }

    /// An amount of the cart, and about what it is in the shop's currency: a checkout decides that.
    #[must_use]
    pub fn bag(&self, seen: Money) -> MoneyBag {
        if self.market.is_own_currency() {
            return MoneyBag::same(seen);
        }
        MoneyBag {
            shop: Money::new(
                self.market.convert_back(seen.minor),
                self.market.shop_currency(),
            ),
            presentment: seen,
        }
    }

    /// The shop as the buyer sees it: its amounts in the currency of the cart.
    #[must_use]
    pub fn shop_seen(&self, mut shop: Shop) -> Shop {
        shop.currency = self.subtotal.currency;
        shop.shipping_price_minor = self.delivery_price.minor;
        shop
    }

    /// What the cart is expected to cost: delivery counts once an address is chosen.
    #[must_use]
    pub fn cost(&self) -> CartCost {
        let Some(priced) = &self.checkout else {
            return CartCost {
                subtotal: self.subtotal,
                total: self.subtotal,
                tax: None,
                charged: self.subtotal,
            };
        };
        let money = |minor| Money::new(minor, self.subtotal.currency);
        let chosen = self.cart.delivery.selected().is_some();
        let left_out = priced.shipping.filter(|_| !chosen).unwrap_or_default();
        let shipping = priced.shipping.unwrap_or_default().total_minor;
        let tax_on_top = priced.total_minor > priced.subtotal_minor + shipping;
        let tax_left_out = if tax_on_top { left_out.tax_minor } else { 0 };
        let total = priced.total_minor - left_out.total_minor - tax_left_out;
        CartCost {
            subtotal: self.subtotal,
            total: money(total),
            charged: money(total - self.deferred_minor),
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
pub fn terms(shop: &Shop) -> pricing::Terms {
    pricing::Terms {
        tax_rate_ppm: shop.tax_rate_ppm,
        taxes_included: shop.taxes_included,
        shipping_taxed: shop.shipping_taxed,
    }
}

/// The cart that the id and key open, priced as of `now`; `None` when there is none, the key is
/// another, or it has been bought.
///
/// Without an address to go to, it is shown to a buyer in the country `browsed` (ISO 3166-1, upper
/// case), if that is known, whatever it was told before.
///
/// # Errors
/// `Store` faults only.
pub fn view(
    tx: &mut Tx,
    id: &CartRef,
    browsed: Option<&str>,
    now: Timestamp,
) -> Result<Option<CartView>, StoreError> {
    let found = sql::by_token(tx, &id.token)?;
    let open = found.filter(|cart| cart.id.secret == id.secret && cart.order_id.is_none());
    let Some(cart) = open else { return Ok(None) };
    let addressed = cart.delivery.selected();
    let addressed = addressed.and_then(|chosen| chosen.address.country_code.as_deref());
    let country = addressed.or(browsed).or(cart.country()).map(str::to_owned);
    view_in(tx, cart, country.as_deref(), now).map(Some)
}

/// A cart at hand, priced as of `now` for the country that it goes to, as far as it says.
///
/// # Errors
/// `Store` faults only.
pub fn view_of(tx: &mut Tx, cart: Cart, now: Timestamp) -> Result<CartView, StoreError> {
    let country = cart.country().map(str::to_owned);
    view_in(tx, cart, country.as_deref(), now)
}

/// A cart at hand, priced as of `now` for a country (ISO 3166-1, upper case), whatever it says itself.
///
/// # Errors
/// `Store` faults only.
pub fn view_in(
    tx: &mut Tx,
    mut cart: Cart,
    country: Option<&str>,
    now: Timestamp,
) -> Result<CartView, StoreError> {
    let own = shops::current(tx)?;
    let terms = market::terms_of(tx, &own, country)?;
    let shop = market::shop_in(&own, terms.as_ref());
    let merchandise = merchandise_of(tx, &cart, terms.as_ref())?;
    let named = cart.lines.iter().filter_map(CartLine::plan);
    let plans = Plans::read(tx, named, merchandise.keys().copied())?;
    let market = terms.as_ref().map(|terms| &terms.pricing);
    let mut lines: Vec<LineView> = cart
        .lines
        .drain(..)
        .filter_map(|line| {
            let row = merchandise
                .get(&line.variant)
                .filter(|row| row.is_sold(now) && plans.check(row, line.plan()).is_ok())?;
            let price_minor = plans.price(&line, row.price_minor, market);
            let total = shop.money(price_minor.saturating_mul(line.quantity));
            Some(LineView {
                plan: plans.of(&line, market),
                price: shop.money(price_minor),
                compare_at: plans.compare_at(&line, row).map(|minor| shop.money(minor)),
                total,
                discounted: total,
                discounts: Vec::new(),
                merchandise: row.clone(),
                line,
            })
        })
        .collect();
    cart.lines = lines.iter().map(|view| view.line.clone()).collect();
    let requires_shipping = lines.iter().any(|view| view.merchandise.requires_shipping);
    let found = priced(
        tx,
        (&shop, terms.as_ref()),
        (&cart, country),
        (&lines, &plans),
        now,
    )?;
    let (checkout, granted, total) = match found {
        Some((priced, granted, total)) => (Some(priced), granted, total),
        None => (None, Granted::default(), MinorBag::ZERO),
    };
    for (line, allocations) in lines.iter_mut().zip(&granted.lines) {
        line.take_off(&granted, allocations);
    }
    let deferred_minor = checkout.as_ref().map_or(0, |priced| {
        plans.deferred(cart.lines.iter(), priced, market)
    });
    let due = total.next(MinorBag::ZERO, total.presentment - deferred_minor);
    let sum = |sum: i64, view: &LineView| sum.saturating_add(view.discounted.minor);
    Ok(CartView {
        subtotal: shop.money(lines.iter().fold(0, sum)),
        quantity: lines.iter().map(|view| view.line.quantity).sum(),
        requires_shipping,
        delivery_price: shop.shipping_price(),
        gift_cards: applied(tx, (&own, shop.currency), &cart.gift_cards, due, now)?,
        market: terms.map_or_else(|| MarketPricing::same(own.currency), |terms| terms.pricing),
        deferred_minor,
        checkout,
        granted,
        lines,
        cart,
    })
}

/// What a cart holds, at the prices of its market; what is not sold there is left out.
fn merchandise_of(
    tx: &mut Tx,
    cart: &Cart,
    terms: Option<&Terms>,
) -> Result<HashMap<ProductVariantId, Merchandise>, StoreError> {
    let wanted = cart.lines.iter().map(|line| line.variant).collect();
    let (merchandise, _) = merchandise::load_whole(tx, wanted)?;
    match terms {
        Some(terms) => market::in_market(tx, terms, merchandise),
        None => Ok(merchandise),
    }
}

fn priced(
    tx: &mut Tx,
    (shop, terms): (&Shop, Option<&Terms>),
    (cart, country): (&Cart, Option<&str>),
    (lines, plans): (&[LineView], &Plans),
    now: Timestamp,
) -> Result<Option<(Priced, Granted, MinorBag)>, StoreError> {
    let products = lines.iter().map(|view| view.merchandise.product_id);
    let mut offered = Offered::read(tx, shop, now, cart.discount_codes.iter(), products)?;
    let email = cart.buyer.email.as_deref().into_iter();
    let signed_in = cart.buyer.customer_id().into_iter();
    let known = buyers(tx, &mut offered, email, signed_in)?;
    let market = terms.map(|terms| &terms.pricing);
    let items: Vec<_> = lines
        .iter()
        .map(|view| item(&view.merchandise, &view.line, plans, market))
        .collect();
    let delivered = lines.iter().any(|view| view.merchandise.requires_shipping);
    let basket = Basket {
        items: &items,
        shipping_minor: delivered.then_some(shop.shipping_price_minor),
        country,
        codes: &cart.discount_codes,
        customer: cart.buyer.customer_id().or_else(|| {
            let key = cart.buyer_key()?;
            known.get(&key).copied()
        }),
        buyer_known: cart.buyer.email.is_some(),
        market,
    };
    let reckoned = reckon(shop, &offered, now, &basket).and_then(|(priced, granted)| {
        let own = booked(shop, &basket, &priced)?;
        let due = MinorBag {
            shop: own.map_or(priced.total_minor, |own| own.priced.total_minor),
            presentment: priced.total_minor,
        };
        Ok((priced, granted, due))
    });
    Ok(reckoned.ok())
}

/// What each gift card of a cart would pay of what is due; those out of use are left out.
fn applied(
    tx: &mut Tx,
    (shop, presentment): (&Shop, Currency),
    cards: &[i64],
    due: MinorBag,
    now: Timestamp,
) -> Result<Vec<AppliedGiftCard>, StoreError> {
    if cards.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<GiftCardId> = cards.iter().copied().map(GiftCardId).collect();
    let today = shop.day_of(now);
    let mut left = due;
    let found = gift_cards::load(tx, &ids)?.into_iter().flatten();
    let usable = found.filter(|card| card.is_usable(&today) && card.currency == shop.currency);
    Ok(usable
        .map(|card| {
            let used = card.pays(left);
            left = left - used;
            AppliedGiftCard {
                used: used.in_currencies(shop.currency, presentment),
                card,
            }
        })
        .collect())
}

impl LineView {
    fn take_off(&mut self, granted: &Granted, allocations: &[DiscountAllocation]) {
        let of_line = |allocation: &&DiscountAllocation| {
            let application = granted.applications.get(allocation.application);
            application.is_some_and(|own| own.class == DiscountClass::Product)
        };
        let off: i64 = allocations
            .iter()
            .filter(of_line)
            .map(|allocation| allocation.amount_minor)
            .sum();
        self.discounted.minor -= off;
        self.discounts = allocations.to_vec();
    }
}
