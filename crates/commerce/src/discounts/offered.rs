//! What sales may be given: the discounts that a slice of carts can come to, read once for all.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pricing::{BuyGet, Class, Combines, MarketPricing, Offer};
use store::{StoreError, Tx};
use units::{CollectionId, CustomerId, DiscountId, ProductId, ProductVariantId, Timestamp};

use super::application::DiscountClass;
use super::create::AUTOMATIC_MAX;
use super::discount::{Discount, RedeemCode, Status, code_key};
use super::grant::{Candidates, CodeRefusal, Source};
use super::sql;
use super::terms::{Buyers, Effect, Items, Minimum, Purchases, Terms, Value};
use super::uses::Use;
use crate::shops::Shop;

/// A line as discounts see it.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// The product.
    pub product: ProductId,
    /// The variant.
    pub variant: ProductVariantId,
    /// Whether it is a gift card: those are never reduced.
    pub gift_card: bool,
    /// Whether it is bought again and again.
    pub subscription: bool,
    /// Whether it has to be sent.
    pub delivered: bool,
    /// What it costs.
    pub line: pricing::Line,
}

/// A cart as discounts see it.
#[derive(Debug, Clone, Copy)]
pub struct Basket<'a> {
    /// What is in it.
    pub items: &'a [Item],
    /// What its delivery costs, in minor units, if it has to be sent.
    pub shipping_minor: Option<i64>,
    /// Where it goes, if that is known.
    pub country: Option<&'a str>,
    /// The codes that the buyer typed.
    pub codes: &'a [String],
    /// Who buys it, if that is known and they bought before.
    pub customer: Option<CustomerId>,
    /// Whether it is known who buys.
    pub buyer_known: bool,
    /// How the shop's amounts become those of the buyer's market, in whose currency its prices are.
    pub market: Option<&'a MarketPricing>,
}

impl Basket<'_> {
    /// A discount with its amounts in the currency of the basket.
    fn in_market<'d>(&self, discount: &'d Discount) -> Cow<'d, Discount> {
        match self.market.filter(|market| !market.is_own_currency()) {
            None => Cow::Borrowed(discount),
            Some(market) => {
                let mut own = discount.clone();
                own.terms.convert(|minor| market.convert(minor));
                Cow::Owned(own)
            }
        }
    }
}

/// What the carts of a slice may be given.
#[derive(Debug, Default)]
pub struct Offered {
    discounts: BTreeMap<DiscountId, Discount>,
    automatic: Vec<DiscountId>,
    codes: BTreeMap<String, RedeemCode>,
    members: BTreeMap<i64, Vec<i64>>,
    used: BTreeSet<(DiscountId, CustomerId)>,
}

impl Offered {
    /// Reads what carts with these codes and products may be given. Without codes, and in a shop
    /// without automatic discounts, nothing is read.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn read<'c>(
        tx: &mut Tx,
        shop: &Shop,
        now: Timestamp,
        codes: impl Iterator<Item = &'c String>,
        products: impl Iterator<Item = ProductId>,
    ) -> Result<Self, StoreError> {
        Self::gather(tx, shop, now, codes, products, |tx, ids| {
            Ok(sql::load(tx, ids)?.into_iter().flatten().collect())
        })
    }

    /// As [`Offered::read`]; what codes give stays locked until commit, so that two processes
    /// cannot both count up to its limit.
    pub(crate) fn lock<'c>(
        tx: &mut Tx,
        shop: &Shop,
        now: Timestamp,
        codes: impl Iterator<Item = &'c String>,
        products: impl Iterator<Item = ProductId>,
    ) -> Result<Self, StoreError> {
        Self::gather(tx, shop, now, codes, products, sql::locked)
    }

    fn gather<'c>(
        tx: &mut Tx,
        shop: &Shop,
        now: Timestamp,
        codes: impl Iterator<Item = &'c String>,
        products: impl Iterator<Item = ProductId>,
        load: impl FnOnce(&mut Tx, &[DiscountId]) -> Result<Vec<Discount>, StoreError>,
    ) -> Result<Self, StoreError> {
        let mut offered = Self::default();
        let keys: BTreeSet<String> = codes.map(|code| code_key(code)).collect();
        if !keys.is_empty() {
            let keys: Vec<String> = keys.into_iter().collect();
            let found = sql::codes(tx, &keys)?;
            let mut ids: Vec<DiscountId> = found.iter().map(|code| code.discount_id).collect();
            ids.sort_unstable();
            ids.dedup();
            if !ids.is_empty() {
                let loaded = load(tx, &ids)?;
                offered
                    .discounts
                    .extend(loaded.into_iter().map(|discount| (discount.id, discount)));
            }
            let by_key = found.into_iter().map(|code| (code_key(&code.code), code));
            offered.codes = by_key.collect();
        }
        if shop.automatic_discounts > 0 {
            let found = sql::automatic(tx, now, AUTOMATIC_MAX)?;
            offered.automatic = found.iter().map(|discount| discount.id).collect();
            let found = found.into_iter().map(|discount| (discount.id, discount));
            offered.discounts.extend(found);
        }
        offered.read_members(tx, products)?;
        Ok(offered)
    }

    fn read_members(
        &mut self,
        tx: &mut Tx,
        products: impl Iterator<Item = ProductId>,
    ) -> Result<(), StoreError> {
        let collections: BTreeSet<i64> = self
            .discounts
            .values()
            .flat_map(|discount| discount.terms.collections())
            .collect();
        let products: BTreeSet<ProductId> = products.collect();
        if collections.is_empty() || products.is_empty() {
            return Ok(());
        }
        let collections: Vec<CollectionId> = collections.into_iter().map(CollectionId).collect();
        let products: Vec<ProductId> = products.into_iter().collect();
        self.members = sql::members(tx, &collections, &products)?;
        Ok(())
    }

    /// Whether there is nothing to give.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.discounts.is_empty()
    }

    /// Whether any of it depends on who buys.
    #[must_use]
    pub fn asks_who_buys(&self) -> bool {
        self.discounts
            .values()
            .any(|discount| discount.once_per_customer || discount.terms.buyers != Buyers::All)
    }

    /// Reads what these customers used before.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn read_uses(&mut self, tx: &mut Tx, customers: &[CustomerId]) -> Result<(), StoreError> {
        let limited = self.discounts.values().filter(|own| own.once_per_customer);
        let limited: Vec<DiscountId> = limited.map(|discount| discount.id).collect();
        if !limited.is_empty() && !customers.is_empty() {
            self.used = sql::used(tx, &limited, customers)?;
        }
        Ok(())
    }

    /// Counts what an order used, for those that are decided after it.
    pub(crate) fn count(&mut self, uses: &[Use]) {
        for each in uses {
            if let Some(discount) = self.discounts.get_mut(&each.discount) {
                discount.usage_count += 1;
            }
            if let Some(customer) = each.customer {
                self.used.insert((each.discount, customer));
            }
        }
    }

    /// What one cart may be given, codes before what comes by itself, and why codes give nothing.
    #[must_use]
    pub fn candidates(&self, now: Timestamp, basket: &Basket<'_>) -> Candidates {
        let mut candidates = Candidates::default();
        for text in basket.codes {
            let found = self.codes.get(&code_key(text));
            let discount = found.and_then(|code| self.discounts.get(&code.discount_id));
            let discount = discount.map(|discount| basket.in_market(discount));
            let standing = match (found, &discount) {
                (Some(code), Some(discount)) => {
                    if candidates.has(discount.id) {
                        Err(CodeRefusal::NotHonoured)
                    } else {
                        self.offer(discount, now, basket)
                            .map(|offer| candidates.add(offer, Source::code(discount, code, text)))
                    }
                }
                _ => Err(CodeRefusal::NotFound),
            };
            candidates.note_code(text, standing);
        }
        for id in &self.automatic {
            let Some(discount) = self.discounts.get(id).filter(|_| !candidates.has(*id)) else {
                continue;
            };
            let discount = basket.in_market(discount);
            if let Ok(offer) = self.offer(&discount, now, basket) {
                candidates.add(offer, Source::automatic(&discount));
            }
        }
        candidates
    }

    fn offer(
        &self,
        discount: &Discount,
        now: Timestamp,
        basket: &Basket<'_>,
    ) -> Result<Offer, CodeRefusal> {
        if discount.status(now) != Status::Active {
            return Err(CodeRefusal::Inactive);
        }
        if discount.is_used_up() {
            return Err(CodeRefusal::UsedUp);
        }
        self.check_buyer(discount, basket)?;
        let terms = &discount.terms;
        let lines: Vec<pricing::Line> = basket.items.iter().map(|item| item.line).collect();
        let offer = self.priced(terms, basket)?;
        if !offer.is_met(&lines, basket.shipping_minor) {
            return Err(match terms.minimum {
                _ if matches!(offer.effect, pricing::Effect::Shipping { .. })
                    && dear(&offer, basket) =>
                {
                    CodeRefusal::NoShippingLines
                }
                Minimum::Quantity(_) => CodeRefusal::QuantityNotInRange,
                Minimum::Subtotal(_) => CodeRefusal::PurchaseNotInRange,
                Minimum::Nothing => CodeRefusal::NoLineItems,
            });
        }
        Ok(offer)
    }

    fn check_buyer(&self, discount: &Discount, basket: &Basket<'_>) -> Result<(), CodeRefusal> {
        if let Buyers::Customers(ids) = &discount.terms.buyers {
            match basket.customer {
                Some(customer) if ids.binary_search(&customer.get()).is_ok() => {}
                None if !basket.buyer_known => return Err(CodeRefusal::BuyerUnknown),
                _ => return Err(CodeRefusal::BuyerNotMeant),
            }
        }
        let used = |customer| self.used.contains(&(discount.id, customer));
        if discount.once_per_customer && basket.customer.is_some_and(used) {
            return Err(CodeRefusal::UsedByBuyer);
        }
        Ok(())
    }

    /// The discount as pricing wants it, on this cart's lines.
    fn priced(&self, terms: &Terms, basket: &Basket<'_>) -> Result<Offer, CodeRefusal> {
        let effect = match &terms.effect {
            Effect::Off { items, value } => {
                let on = self.flags(items, terms.purchases, basket.items);
                if !on.contains(&true) {
                    let otherwise = self.flags(items, ANY, basket.items).contains(&true);
                    return Err(match otherwise {
                        true => CodeRefusal::IncompatiblePurchase,
                        false => CodeRefusal::NoLineItems,
                    });
                }
                pricing::Effect::Lines {
                    value: value_of(*value),
                    on,
                }
            }
            Effect::BuyGet {
                buys,
                gets,
                quantity,
                value,
                uses_per_order,
            } => pricing::Effect::BuyGet(BuyGet {
                buys: self.flags(&buys.items, buys.purchases, basket.items),
                buy: minimum_of(buys.minimum),
                gets: self.flags(gets, terms.purchases, basket.items),
                get_quantity: *quantity,
                value: value_of(*value),
                uses_max: *uses_per_order,
            }),
            Effect::FreeShipping {
                destination,
                price_max_minor,
            } => {
                if basket.shipping_minor.is_none() || !destination.covers(basket.country) {
                    return Err(CodeRefusal::NoShippingLines);
                }
                // All of a cart comes in one delivery: it is free for what is meant in it.
                let mut sent = basket.items.iter().filter(|item| item.delivered);
                if !sent.any(|item| terms.purchases.covers(item.subscription)) {
                    return Err(CodeRefusal::IncompatiblePurchase);
                }
                pricing::Effect::Shipping {
                    value: pricing::Value::Percentage(pricing::PPM),
                    price_max: *price_max_minor,
                }
            }
        };
        Ok(Offer {
            class: match terms.class() {
                DiscountClass::Product => Class::Product,
                DiscountClass::Order => Class::Order,
                DiscountClass::Shipping => Class::Shipping,
            },
            combines: Combines {
                product: terms.with_products,
                order: terms.with_order,
                shipping: terms.with_shipping,
            },
            minimum: minimum_of(terms.minimum),
            effect,
        })
    }

    fn flags(&self, items: &Items, purchases: Purchases, lines: &[Item]) -> Vec<bool> {
        let named = |ids: &[i64], id: i64| ids.binary_search(&id).is_ok();
        let meant = |item: &Item| match items {
            Items::All => true,
            Items::Products { products, variants } => {
                named(products, item.product.get()) || named(variants, item.variant.get())
            }
            Items::Collections(ids) => self
                .members
                .get(&item.product.get())
                .is_some_and(|of| of.iter().any(|id| named(ids, *id))),
        };
        lines
            .iter()
            .map(|item| !item.gift_card && purchases.covers(item.subscription) && meant(item))
            .collect()
    }
}

/// Bought in whatever way.
const ANY: Purchases = Purchases {
    one_time: true,
    subscription: true,
};

fn dear(offer: &Offer, basket: &Basket<'_>) -> bool {
    match offer.effect {
        pricing::Effect::Shipping {
            price_max: Some(most),
            ..
        } => basket.shipping_minor.is_some_and(|price| price > most),
        _ => false,
    }
}

fn value_of(value: Value) -> pricing::Value {
    match value {
        Value::Percentage(ppm) => pricing::Value::Percentage(ppm),
        Value::Amount(minor) => pricing::Value::Amount(minor),
        Value::AmountEach(minor) => pricing::Value::AmountEach(minor),
    }
}

fn minimum_of(minimum: Minimum) -> pricing::Minimum {
    match minimum {
        Minimum::Nothing => pricing::Minimum::Nothing,
        Minimum::Subtotal(minor) => pricing::Minimum::Subtotal(minor),
        Minimum::Quantity(units) => pricing::Minimum::Quantity(units),
    }
}
