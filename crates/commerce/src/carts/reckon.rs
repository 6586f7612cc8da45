//! What a cart comes to with the discounts that it gets: the one way in which carts are shown,
//! codes are judged and checkouts are priced.

use std::collections::HashMap;

use pricing::{Exchanged, Line, MarketPricing, Priced, PricingError, Sale};
use store::{StoreError, Tx};
use units::{CustomerId, ProductVariantId, Timestamp};

use super::cart::{Cart, CartLine};
use super::market::{self, Lands};
use super::merchandise::Merchandise;
use super::plans::Plans;
use super::view::terms;
use super::write::{CartWarning, WarningCode, Write};
use crate::contact;
use crate::customers;
use crate::discounts::{Basket, Granted, Item, Offered};
use crate::shops::Shop;

/// A line as discounts see it, in a market.
pub(crate) fn item(
    row: &Merchandise,
    line: &CartLine,
    plans: &Plans,
    market: Option<&MarketPricing>,
) -> Item {
    Item {
        product: row.product_id,
        variant: row.variant_id,
        gift_card: row.gift_card,
        subscription: plans.is_subscription(line),
        delivered: row.requires_shipping,
        line: Line {
            price_minor: plans.price(line, row.price_minor, market),
            quantity: line.quantity,
            taxable: row.taxable,
        },
    }
}

/// Prices a basket with the best of what it may be given.
pub(crate) fn reckon(
    shop: &Shop,
    offered: &Offered,
    now: Timestamp,
    basket: &Basket<'_>,
) -> Result<(Priced, Granted), PricingError> {
    let lines: Vec<Line> = basket.items.iter().map(|item| item.line).collect();
    let mut sale = Sale::new(terms(shop), &lines);
    if let Some(price) = basket.shipping_minor {
        sale = sale.with_shipping(price);
    }
    if offered.is_empty() && basket.codes.is_empty() {
        return Ok((pricing::price(&sale)?, Granted::default()));
    }
    let candidates = offered.candidates(now, basket);
    let priced = pricing::price(&sale.with_offers(candidates.offers()))?;
    let granted = candidates.granted(&priced);
    Ok((priced, granted))
}

/// A priced basket in the shop's currency, where its market has another one.
pub(crate) fn booked(
    shop: &Shop,
    basket: &Basket<'_>,
    priced: &Priced,
) -> Result<Option<Exchanged>, PricingError> {
    let Some(market) = basket.market.filter(|market| !market.is_own_currency()) else {
        return Ok(None);
    };
    let lines: Vec<Line> = basket.items.iter().map(|item| item.line).collect();
    pricing::exchange(&lines, priced, market, shop.taxes_included).map(Some)
}

/// The customers who have these mailboxes, by the mailbox's key: read only where a discount asks
/// who buys, with what they used before.
pub(super) fn buyers<'e>(
    tx: &mut Tx,
    offered: &mut Offered,
    emails: impl Iterator<Item = &'e str>,
    signed_in: impl Iterator<Item = CustomerId>,
) -> Result<HashMap<String, CustomerId>, StoreError> {
    let mut found = HashMap::new();
    if !offered.asks_who_buys() {
        return Ok(found);
    }
    for email in emails {
        let Some(key) = contact::email_key(email).filter(|key| !found.contains_key(key)) else {
            continue;
        };
        if let Some(customer) = customers::find_by_email(tx, email)? {
            found.insert(key, customer.id);
        }
    }
    let ids: Vec<CustomerId> = found.values().copied().chain(signed_in).collect();
    offered.read_uses(tx, &ids)?;
    Ok(found)
}

/// Says of the codes that buyers typed whether they give anything.
pub(super) struct Counter<'a> {
    shop: &'a Shop,
    offered: Offered,
    customers: HashMap<String, CustomerId>,
    lands: &'a Lands,
    plans: &'a Plans,
}

impl<'a> Counter<'a> {
    /// Reads what the codes in a slice's edits give; nothing where there are none.
    pub(super) fn read(
        tx: &mut Tx,
        shop: &'a Shop,
        requests: &[Write],
        carts: &HashMap<String, Cart>,
        merchandise: &HashMap<ProductVariantId, Merchandise>,
        (lands, plans): (&'a Lands, &'a Plans),
    ) -> Result<Self, StoreError> {
        let mut counter = Self {
            shop,
            offered: Offered::default(),
            customers: HashMap::new(),
            lands,
            plans,
        };
        let edits = || requests.iter().flat_map(|request| &request.edits);
        let typed = edits().flat_map(|edit| edit.discount_codes());
        let now = requests.iter().map(|request| request.call.now).max();
        if let Some(now) = now.filter(|_| typed.clone().next().is_some()) {
            let codes = typed.chain(carts.values().flat_map(|cart| &cart.discount_codes));
            let products = merchandise.values().map(|row| row.product_id);
            counter.offered = Offered::read(tx, shop, now, codes, products)?;
            let known = carts
                .values()
                .filter_map(|cart| cart.buyer.email.as_deref());
            let told = edits().filter_map(|edit| edit.email());
            let signed_in = carts.values().filter_map(|cart| cart.buyer.customer_id());
            let emails = known.chain(told);
            counter.customers = buyers(tx, &mut counter.offered, emails, signed_in)?;
        }
        Ok(counter)
    }

    /// The codes of a cart that give nothing where it goes, and why.
    pub(super) fn refused_codes(
        &self,
        (cart, country): (&Cart, Option<&str>),
        merchandise: &HashMap<ProductVariantId, Merchandise>,
        now: Timestamp,
    ) -> Vec<CartWarning> {
        let land = self.lands.of(self.shop, country);
        let merchandise = land.map_or(merchandise, |land| &land.merchandise);
        let market = land.map(|land| &land.terms.pricing);
        let held = || {
            let rows = cart.lines.iter();
            rows.filter_map(|line| Some((line, merchandise.get(&line.variant)?)))
        };
        let items: Vec<Item> = held()
            .map(|(line, row)| item(row, line, self.plans, market))
            .collect();
        let delivered = held().any(|(_, row)| row.requires_shipping);
        let customer = |key: String| self.customers.get(&key).copied();
        let basket = Basket {
            items: &items,
            shipping_minor: delivered.then(|| market::shipping_minor(self.shop, market)),
            market,
            country,
            codes: &cart.discount_codes,
            customer: cart
                .buyer
                .customer_id()
                .or_else(|| cart.buyer_key().and_then(customer)),
            buyer_known: cart.buyer.email.is_some(),
        };
        let Ok((_, granted)) = reckon(self.shop, &self.offered, now, &basket) else {
            return Vec::new();
        };
        granted
            .codes
            .into_iter()
            .filter_map(|standing| Some((standing.code, standing.refusal?)))
            .map(|(code, refusal)| CartWarning {
                code: WarningCode::Discount(refusal),
                target: cart.id.to_string(),
                message: format!("The discount code '{code}' {refusal}."),
            })
            .collect()
    }
}
