//! What checkouts come to with the discounts that they get.

use pricing::Priced;
use store::{StoreError, Tx};
use units::{CustomerId, ProductId};

use super::{Desk, Submit, SubmitError};
use crate::carts::{self, Cart};
use crate::checkouts::fields::Filled;
use crate::discounts::{self, Basket, Granted, Offered};
use crate::orders::goods::Goods;
use crate::shops::Shop;

/// What a checkout comes to.
pub(super) struct Sum {
    pub(super) priced: Priced,
    pub(super) granted: Granted,
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
        cart: &Cart,
        delivered: bool,
        request: &Submit,
        filled: &Filled,
    ) -> Result<Sum, SubmitError> {
        let rows = cart.lines.iter();
        let goods = self.abroad.goods_of(cart).unwrap_or(self.goods);
        let items: Vec<discounts::Item> = rows
            .filter_map(|line| Some(carts::item(goods.get(line.variant)?, line.quantity)))
            .collect();
        let address = filled.shipping_address.as_ref();
        let basket = Basket {
            items: &items,
            shipping_minor: delivered.then_some(self.shop.shipping_price_minor),
            country: address.and_then(|address| address.country_code.as_deref()),
            codes: &cart.discount_codes,
            customer: self.known_buyer(cart, &filled.email),
            buyer_known: true,
        };
        let (priced, granted) = carts::reckon(self.shop, &self.offered, request.call.now, &basket)?;
        let came_between = granted.codes.iter().find_map(|standing| {
            let refusal = standing.refusal.filter(|refusal| refusal.came_between())?;
            Some((standing.code.clone(), refusal))
        });
        if let Some((code, refusal)) = came_between {
            return Err(SubmitError::CodeRefused { code, refusal });
        }
        let now = self.shop.money(priced.total_minor);
        match request.expected_total {
            Some(seen) if seen != now => Err(SubmitError::TotalChanged { seen, now }),
            _ => Ok(Sum { priced, granted }),
        }
    }
}
