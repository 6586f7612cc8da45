//! Where a slice's checkouts go, and the goods of those whose buyers are in a market of their own.

use pricing::MarketPricing;
use store::{StoreError, Tx};
use units::{Country, Currency, ProductVariantId};

use super::Submit;
use crate::carts::Cart;
use crate::carts::market::{self, Land, Lands};
use crate::orders::goods::Goods;
use crate::shops::Shop;

/// The country (ISO 3166-1, upper case) whose market a checkout is sold in: where the goods go, and
/// where the bill goes when nothing has to be sent. What the cart says of its buyer counts only as
/// long as neither is filled in: otherwise whoever named a cheap country could have it sent to a dear
/// one.
pub(super) fn destination<'c>(goods: &Goods, request: &Submit, cart: &'c Cart) -> Option<&'c str> {
    let mut rows = cart.lines.iter().filter_map(|line| goods.get(line.variant));
    let shipping = request.shipping_address.as_ref();
    let address = if rows.any(|row| row.requires_shipping) {
        shipping
    } else {
        request.billing_address.as_ref().or(shipping)
    };
    let typed = address.and_then(|address| address.country_code.as_deref());
    let typed = typed.and_then(|text| Country::named(text.trim()));
    typed
        .map(|country| country.code)
        .or_else(|| cart.country_for(&request.proof))
}

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
        requests: &[Submit],
    ) -> Result<Self, StoreError> {
        if shop.market_rules == 0 {
            return Ok(Self::default());
        }
        let open: Vec<(&Cart, Option<&str>)> = requests
            .iter()
            .filter_map(|request| {
                let mut known = carts.iter();
                let cart = known.find(|cart| cart.id.token == request.token)?;
                Some((cart, destination(goods, request, cart)))
            })
            .filter(|(cart, _)| cart.order_id.is_none())
            .collect();
        let countries = open.iter().filter_map(|(_, country)| *country);
        let mut lands: Lands<Goods> = Lands::read(tx, shop, countries)?;
        let mut wanted: Vec<(_, Vec<ProductVariantId>)> = Vec::new();
        for (cart, country) in open {
            let Some(land) = lands.of(shop, country) else {
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

    fn land(&self, shop: &Shop, country: Option<&str>) -> Option<&Land<Goods>> {
        self.lands.of(shop, country)
    }

    /// The goods of carts that go to a country, when its market has prices of its own.
    pub(super) fn goods_of(&self, shop: &Shop, country: Option<&str>) -> Option<&Goods> {
        self.land(shop, country).map(|land| &land.merchandise)
    }

    /// How the shop's prices become those of a country's market.
    pub(super) fn pricing_of(&self, shop: &Shop, country: Option<&str>) -> Option<&MarketPricing> {
        self.land(shop, country).map(|land| &land.terms.pricing)
    }

    /// The currency in which a cart that goes to a country is paid.
    pub(super) fn currency_of(&self, shop: &Shop, country: Option<&str>) -> Currency {
        let own = self.pricing_of(shop, country);
        own.map_or(shop.currency, MarketPricing::currency)
    }

    /// What the delivery to a country costs, in minor units of the currency in which it is paid.
    pub(super) fn shipping_minor(&self, shop: &Shop, country: Option<&str>) -> i64 {
        market::shipping_minor(shop, self.pricing_of(shop, country))
    }

    /// Whether the shop delivers to a country.
    pub(super) fn sells_in(&self, country: Option<&str>) -> bool {
        country.is_none_or(|country| self.lands.sells_in(country))
    }
}
