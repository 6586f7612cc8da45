//! The goods of a slice's carts whose buyers are in a market of their own.

use pricing::MarketPricing;
use store::{StoreError, Tx};
use units::{Currency, ProductVariantId};

use crate::carts::Cart;
use crate::carts::market::{self, Land, Lands};
use crate::orders::goods::Goods;
use crate::shops::Shop;

/// The markets of a slice, each read once, with the goods of its carts at its prices.
#[derive(Default)]
pub(super) struct Abroad {
    lands: Lands<Goods>,
}

impl Abroad {
    /// Reads them; nothing in a shop whose buyers are all the same.
    pub(super) fn read(
        tx: &mut Tx,
        shop: &Shop,
        carts: &[Cart],
        goods: &Goods,
    ) -> Result<Self, StoreError> {
        if shop.market_rules == 0 {
            return Ok(Self::default());
        }
        let open: Vec<&Cart> = carts
            .iter()
            .filter(|cart| cart.order_id.is_none())
            .collect();
        let countries = open.iter().filter_map(|cart| cart.country());
        let mut lands: Lands<Goods> = Lands::read(tx, shop, countries)?;
        let mut wanted: Vec<(_, Vec<ProductVariantId>)> = Vec::new();
        for cart in open {
            let Some(land) = lands.of(shop, cart) else {
                continue;
            };
            let variants = cart.lines.iter().map(|line| line.variant);
            let id = land.terms.market.id;
            match wanted.iter_mut().find(|(market, _)| *market == id) {
                Some((_, all)) => all.extend(variants),
                None => wanted.push((id, variants.collect())),
            }
        }
        for land in lands.each() {
            let own = wanted
                .iter_mut()
                .find(|(id, _)| *id == land.terms.market.id);
            if let Some((_, variants)) = own {
                variants.sort_unstable();
                variants.dedup();
                land.merchandise = goods.in_market(tx, &land.terms, variants.iter().copied())?;
            }
        }
        Ok(Self { lands })
    }

    fn land(&self, shop: &Shop, cart: &Cart) -> Option<&Land<Goods>> {
        self.lands.of(shop, cart)
    }

    /// The goods of a cart, when its market has prices of its own.
    pub(super) fn goods_of(&self, shop: &Shop, cart: &Cart) -> Option<&Goods> {
        self.land(shop, cart).map(|land| &land.merchandise)
    }

    /// How the shop's prices become those of a cart's market.
    pub(super) fn pricing_of(&self, shop: &Shop, cart: &Cart) -> Option<&MarketPricing> {
        self.land(shop, cart).map(|land| &land.terms.pricing)
    }

    /// The currency in which a cart is paid.
    pub(super) fn currency_of(&self, shop: &Shop, cart: &Cart) -> Currency {
        let own = self.pricing_of(shop, cart);
        own.map_or(shop.currency, MarketPricing::currency)
    }

    /// What a cart's delivery costs, in minor units of the currency in which it is paid.
    pub(super) fn shipping_minor(&self, shop: &Shop, cart: &Cart) -> i64 {
        market::shipping_minor(shop, self.pricing_of(shop, cart))
    }
}
