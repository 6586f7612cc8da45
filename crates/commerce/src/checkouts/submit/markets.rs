//! The carts of a slice whose buyers are in a market of their own.

use std::collections::HashMap;

use store::{StoreError, Tx};
use units::Currency;

use super::SubmitError;
use crate::carts::{Cart, market};
use crate::orders::goods::Goods;
use crate::shops::Shop;

/// The goods of carts at the prices of their markets, by the cart's token.
#[derive(Default)]
pub(super) struct Abroad {
    carts: HashMap<String, (Currency, Goods)>,
}

impl Abroad {
    /// Reads them; nothing in a shop whose buyers are all the same.
    pub(super) fn read(
        tx: &mut Tx,
        shop: &Shop,
        carts: &[Cart],
        goods: &Goods,
    ) -> Result<Self, StoreError> {
        let mut abroad = Self::default();
        if shop.market_rules == 0 {
            return Ok(abroad);
        }
        for cart in carts.iter().filter(|cart| cart.order_id.is_none()) {
            if let Some(terms) = market::terms_of(tx, shop, cart)? {
                let variants = cart.lines.iter().map(|line| line.variant);
                let own = (terms.currency(), goods.in_market(tx, &terms, variants)?);
                abroad.carts.insert(cart.id.token.clone(), own);
            }
        }
        Ok(abroad)
    }

    /// The goods of a cart, when its market has prices of its own.
    pub(super) fn goods_of(&self, cart: &Cart) -> Option<&Goods> {
        self.carts.get(&cart.id.token).map(|(_, goods)| goods)
    }

    /// Payments are in the shop's currency: a cart in another one cannot be paid.
    pub(super) fn check_currency(&self, cart: &Cart, shop: &Shop) -> Result<(), SubmitError> {
        match self.carts.get(&cart.id.token) {
            Some((currency, _)) if *currency != shop.currency => {
                Err(SubmitError::CurrencyForeign {
                    cart: *currency,
                    shop: shop.currency,
                })
            }
            _ => Ok(()),
        }
    }
}
