//! What checkouts come to with the discounts that they get.

use pricing::{Exchanged, MarketPricing, Priced};
use store::{StoreError, Tx};
use units::{CustomerId, MinorBag, Money, ProductId};

use super::lines::Wanted;
use super::{Desk, Submit, SubmitError};
use crate::carts::{self, Cart};
use crate::checkouts::fields::Filled;
use crate::discounts::{self, Basket, Granted, Offered};
use crate::orders::goods::Goods;
use crate::orders::rows::{NewLineItem, SeenLine};
use crate::shops::Shop;

/// What a checkout comes to.
pub(super) struct Sum {
    /// In the currency that the buyer sees.
    pub(super) seen: Priced,
    pub(super) granted: Granted,
    /// The currency, and the same in the shop's, where those differ. From here on nothing is
    /// converted any more: an order's rate is the one of the moment in which it is priced.
    pub(super) abroad: Option<SumAbroad>,
    /// What is paid later, as selling plans say, in minor units of the currency that the buyer sees.
    deferred_minor: i64,
}

/// What a checkout in another currency comes to in the shop's.
pub(super) struct SumAbroad {
    pub(super) own: Exchanged,
    pub(super) market: MarketPricing,
}

impl Sum {
    /// In the shop's currency.
    pub(super) fn own(&self) -> &Priced {
        self.abroad
            .as_ref()
            .map_or(&self.seen, |abroad| &abroad.own.priced)
    }

    /// Puts lines in the shop's currency, and what the buyer saw beside it.
    pub(super) fn note_seen(&self, lines: &mut [NewLineItem<'_>]) {
        let Some(abroad) = &self.abroad else {
            return;
        };
        let priced = self.seen.lines.iter().zip(&abroad.own.prices);
        for (line, (seen, price_minor)) in lines.iter_mut().zip(priced) {
            line.seen = Some(SeenLine {
                price_minor: line.price_minor,
                discount_minor: seen.discount_minor,
                tax_minor: seen.tax_minor,
            });
            line.price_minor = *price_minor;
        }
    }

    /// What the buyer saw of the delivery, where that is another currency than the shop's.
    pub(super) fn seen_shipping(&self) -> Option<SeenLine> {
        self.abroad.as_ref()?;
        let seen = self.seen.shipping?;
        Some(SeenLine {
            price_minor: seen.price_minor,
            discount_minor: seen.discount_minor,
            tax_minor: seen.tax_minor,
        })
    }

    /// What is paid now.
    pub(super) fn due(&self) -> MinorBag {
        let total = self.total();
        total.next(MinorBag::ZERO, total.presentment - self.deferred_minor)
    }

    pub(super) fn total(&self) -> MinorBag {
        MinorBag {
            shop: self.own().total_minor,
            presentment: self.seen.total_minor,
        }
    }
}

/// What the slice's carts may be given.
pub(super) fn offered(
    tx: &mut Tx,
    shop: &Shop,
    carts: &[Cart],
    goods: &Goods,
    requests: &[Submit],
) -> Result<Offered, StoreError> {
    let Some(now) = requests.iter().map(|request| request.call.now).max() else {
        return Ok(Offered::default());
    };
    let open = || carts.iter().filter(|cart| cart.order_id.is_none());
    let products = open().flat_map(|cart| &cart.lines);
    let products = products.filter_map(|line| goods.get(line.variant));
    let products = products.map(|row| -> ProductId { row.product_id });
    let codes = open().flat_map(|cart| &cart.discount_codes);
    Offered::lock(tx, shop, now, codes, products)
}

impl<'a> Desk<'a> {
    /// Reads what the slice's buyers used before, where that matters.
    pub(super) fn read_uses(&mut self, tx: &mut Tx, requests: &[Submit]) -> Result<(), StoreError> {
        if !self.offered.asks_who_buys() {
            return Ok(());
        }
        let known = requests.iter().filter_map(|request| {
            let cart = self.carts.get(request.token.as_str())?;
            self.known_buyer(cart, &request.email)
        });
        let known: Vec<_> = known.collect();
        self.offered.read_uses(tx, &known)
    }

    /// The customer who buys, if the shop knows them: who signed in, else whose mailbox it is.
    fn known_buyer(&self, cart: &Cart, email: &str) -> Option<CustomerId> {
        let signed_in = cart.buyer.customer_id();
        let known = signed_in.filter(|id| self.buyers.is_known(*id));
        known.or_else(|| self.buyers.by_email(email))
    }

    pub(super) fn price(
        &self,
        (cart, to): (&Cart, Option<&str>),
        wanted: &Wanted<'_>,
        request: &Submit,
        filled: &Filled,
    ) -> Result<Sum, SubmitError> {
        let goods = self.abroad.goods_of(self.shop, to).unwrap_or(self.goods);
        let market = self.abroad.pricing_of(self.shop, to);
        let rows = wanted.kept.iter().copied();
        let items: Vec<discounts::Item> = rows
            .clone()
            .filter_map(|line| {
                Some(carts::item(
                    goods.get(line.variant)?,
                    line,
                    self.plans,
                    market,
                ))
            })
            .collect();
        let address = filled.shipping_address.as_ref();
        let basket = Basket {
            items: &items,
            shipping_minor: wanted
                .delivered
                .then(|| self.abroad.shipping_minor(self.shop, to)),
            market,
            country: address.and_then(|address| address.country_code.as_deref()),
            codes: &cart.discount_codes,
            customer: self.known_buyer(cart, &filled.email),
            buyer_known: true,
        };
        let (seen, granted) = carts::reckon(self.shop, &self.offered, request.call.now, &basket)?;
        let came_between = granted.codes.iter().find_map(|standing| {
            let refusal = standing.refusal.filter(|refusal| refusal.came_between())?;
            Some((standing.code.clone(), refusal))
        });
        if let Some((code, refusal)) = came_between {
            return Err(SubmitError::CodeRefused { code, refusal });
        }
        let currency = self.abroad.currency_of(self.shop, to);
        let now = Money::new(seen.total_minor, currency);
        if let Some(seen) = request.expected_total.filter(|seen| *seen != now) {
            return Err(wanted.instead_of(SubmitError::TotalChanged { seen, now }));
        }
        let own = carts::booked(self.shop, &basket, &seen)?;
        let abroad = own.zip(basket.market.copied());
        let abroad = abroad.map(|(own, market)| SumAbroad { own, market });
        let granted = match &abroad {
            None => granted,
            Some(abroad) => granted.in_both(&abroad.own.priced, &abroad.market),
        };
        Ok(Sum {
            deferred_minor: self.plans.deferred(rows, &seen, market),
            seen,
            granted,
            abroad,
        })
    }
}
