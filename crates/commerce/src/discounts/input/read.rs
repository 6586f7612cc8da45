//! Reading the parts of a discount's input, each onto what was there before.

use store::Tx;
use units::{CollectionId, Country, Currency, ProductId, ProductVariantId};

use super::{
    AMOUNT, BUYS, BUYS_AMOUNT, BUYS_QUANTITY, BUYS_VALUE, BuyersInput, BuysInput, DestinationInput,
    GETS_VALUE, ItemsInput, MinimumInput, NAMED_MAX, ON_QUANTITY, ON_QUANTITY_EFFECT, PERCENTAGE,
    PurchasesInput, QUANTITY, SUBTOTAL, Side, ValueInput, amount, amount_off, positive, share,
};
use crate::discounts::error::DiscountError;
use crate::discounts::sql;
use crate::discounts::terms::{Buyers, Buys, Destination, Items, Minimum, Purchases, Value};

impl MinimumInput {
    pub(super) fn read(&self, currency: Currency) -> Result<Minimum, DiscountError> {
        match (&self.subtotal, self.quantity) {
            (Some(_), Some(_)) => Err(DiscountError::MinimumTwice),
            (Some(text), None) => {
                let minor = amount(text, currency, SUBTOTAL, "Minimum subtotal")?;
                Ok(if minor == 0 {
                    Minimum::Nothing
                } else {
                    Minimum::Subtotal(minor)
                })
            }
            (None, Some(units)) => {
                positive(Some(units), QUANTITY, "Minimum quantity")?;
                Ok(Minimum::Quantity(units))
            }
            (None, None) => Ok(Minimum::Nothing),
        }
    }
}

impl PurchasesInput {
    pub(super) fn read(
        self,
        old: Purchases,
        at: &'static [&'static str],
    ) -> Result<Purchases, DiscountError> {
        let new = Purchases {
            one_time: self.one_time.unwrap_or(old.one_time),
            subscription: self.subscription.unwrap_or(old.subscription),
        };
        if new.one_time || new.subscription {
            Ok(new)
        } else {
            Err(DiscountError::AppliesOnNothing(at))
        }
    }
}

impl BuyersInput {
    pub(super) fn read(&self, tx: &mut Tx, old: &Buyers) -> Result<Buyers, DiscountError> {
        if self.all {
            return if self.add.is_empty() {
                Ok(Buyers::All)
            } else {
                Err(DiscountError::BuyersConflict)
            };
        }
        let before = match old {
            Buyers::All => &[],
            Buyers::Customers(ids) => ids.as_slice(),
        };
        let add: Vec<i64> = self.add.iter().map(|id| id.get()).collect();
        let remove: Vec<i64> = self.remove.iter().map(|id| id.get()).collect();
        let at: &[&str] = &["context", "customers", "add"];
        check_known(tx, "customers", "Customer", &add, at)?;
        let ids = merged(before, &add, &remove, at)?;
        if ids.is_empty() {
            return Err(DiscountError::BuyersMissing);
        }
        Ok(Buyers::Customers(ids))
    }
}

impl ItemsInput {
    pub(super) fn read(
        &self,
        tx: &mut Tx,
        old: &Items,
        side: &Side,
    ) -> Result<Items, DiscountError> {
        let named = !self.add_products.is_empty() || !self.add_variants.is_empty();
        let collected = !self.add_collections.is_empty();
        if (named && collected) || (self.all && (named || collected)) {
            return Err(DiscountError::ItemsConflict { at: side.items });
        }
        if self.all {
            return Ok(Items::All);
        }
        let numbers = |ids: &[ProductId]| ids.iter().map(|id| id.get()).collect::<Vec<_>>();
        let of_variants =
            |ids: &[ProductVariantId]| ids.iter().map(|id| id.get()).collect::<Vec<_>>();
        let of_collections =
            |ids: &[CollectionId]| ids.iter().map(|id| id.get()).collect::<Vec<_>>();
        if collected || (!named && matches!(old, Items::Collections(_))) {
            let before = match old {
                Items::Collections(ids) => ids.as_slice(),
                Items::All | Items::Products { .. } => &[],
            };
            let add = of_collections(&self.add_collections);
            check_known(tx, "collections", "Collection", &add, side.collections)?;
            let remove = of_collections(&self.remove_collections);
            let ids = merged(before, &add, &remove, side.collections)?;
            return Ok(Items::Collections(ids));
        }
        let (products, variants) = match old {
            Items::Products { products, variants } => (products.as_slice(), variants.as_slice()),
            Items::All | Items::Collections(_) => (&[][..], &[][..]),
        };
        let add = numbers(&self.add_products);
        check_known(tx, "products", "Product", &add, side.products)?;
        let products = merged(
            products,
            &add,
            &numbers(&self.remove_products),
            side.products,
        )?;
        let add = of_variants(&self.add_variants);
        check_known(
            tx,
            "product_variants",
            "Product variant",
            &add,
            side.variants,
        )?;
        let remove = of_variants(&self.remove_variants);
        let variants = merged(variants, &add, &remove, side.variants)?;
        Ok(Items::Products { products, variants })
    }
}

/// The ids before, with and without some; sorted, each once.
fn merged(
    before: &[i64],
    add: &[i64],
    remove: &[i64],
    at: &'static [&'static str],
) -> Result<Vec<i64>, DiscountError> {
    let mut ids: Vec<i64> = before.iter().chain(add).copied().collect();
    ids.retain(|id| !remove.contains(id));
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > NAMED_MAX {
        return Err(DiscountError::TooManyItems(NAMED_MAX, at));
    }
    Ok(ids)
}

fn check_known(
    tx: &mut Tx,
    table: &'static str,
    noun: &'static str,
    ids: &[i64],
    at: &'static [&'static str],
) -> Result<(), DiscountError> {
    if ids.is_empty() {
        return Ok(());
    }
    let known = sql::known(tx, table, ids)?;
    match ids.iter().find(|id| !known.contains(id)) {
        Some(id) => Err(DiscountError::ItemUnknown { at, noun, id: *id }),
        None => Ok(()),
    }
}

impl BuysInput {
    pub(super) fn apply(
        &self,
        tx: &mut Tx,
        buys: &mut Buys,
        currency: Currency,
    ) -> Result<(), DiscountError> {
        if let Some(input) = &self.items {
            buys.items = input.read(tx, &buys.items, &BUYS)?;
        }
        match (self.quantity, &self.amount) {
            (Some(_), Some(_)) => return Err(DiscountError::ValueMissing { at: BUYS_VALUE }),
            (Some(units), None) => {
                positive(Some(units), BUYS_QUANTITY, "Quantity")?;
                buys.minimum = Minimum::Quantity(units);
            }
            (None, Some(text)) => {
                buys.minimum = Minimum::Subtotal(amount_off(text, currency, BUYS_AMOUNT)?);
            }
            (None, None) => {}
        }
        buys.purchases = self.purchases.read(buys.purchases, &["customerBuys"])?;
        Ok(())
    }
}

impl ValueInput {
    pub(super) fn read(&self, currency: Currency) -> Result<Value, DiscountError> {
        match (self.percentage_ppm, &self.amount, &self.on_quantity) {
            (Some(ppm), None, None) => share(ppm, PERCENTAGE),
            (None, Some((text, each)), None) => {
                let minor = amount_off(text, currency, AMOUNT)?;
                Ok(if *each {
                    Value::AmountEach(minor)
                } else {
                    Value::Amount(minor)
                })
            }
            (None, None, Some(_)) => Err(DiscountError::ValueForeign(
                "The discountOnQuantity field is only permitted with bxgy discounts.",
                &["customerGets", "value", "discountOnQuantity"],
            )),
            _ => Err(DiscountError::ValueMissing { at: GETS_VALUE }),
        }
    }

    pub(super) fn read_on_quantity(
        &self,
        currency: Currency,
    ) -> Result<(i64, Value), DiscountError> {
        if self.percentage_ppm.is_some() || self.amount.is_some() {
            return Err(DiscountError::ValueForeign(
                "Only discountOnQuantity permitted with bxgy discounts.",
                GETS_VALUE,
            ));
        }
        let missing = DiscountError::ValueMissing { at: GETS_VALUE };
        let input = self.on_quantity.as_ref().ok_or(missing)?;
        let quantity = input.quantity.unwrap_or(0);
        positive(Some(quantity), ON_QUANTITY, "Quantity")?;
        let value = match (input.percentage_ppm, &input.amount) {
            (Some(ppm), None) => share(ppm, ON_QUANTITY_EFFECT)?,
            (None, Some(text)) => {
                Value::AmountEach(amount_off(text, currency, ON_QUANTITY_EFFECT)?)
            }
            _ => {
                return Err(DiscountError::ValueMissing {
                    at: ON_QUANTITY_EFFECT,
                });
            }
        };
        Ok((quantity, value))
    }
}

impl DestinationInput {
    pub(super) fn read(&self, old: &Destination) -> Result<Destination, DiscountError> {
        let named = !self.add.is_empty() || self.rest_of_world == Some(true);
        if self.all {
            return if named {
                Err(DiscountError::DestinationConflict)
            } else {
                Ok(Destination::All)
            };
        }
        let (mut codes, rest) = match old {
            Destination::All => (Vec::new(), false),
            Destination::Countries {
                codes,
                rest_of_world,
            } => (codes.clone(), *rest_of_world),
        };
        for code in &self.add {
            let country = Country::of(code);
            let country = country.ok_or_else(|| DiscountError::CountryUnknown(code.clone()))?;
            codes.push(country.code.to_owned());
        }
        codes.retain(|code| !self.remove.contains(code));
        codes.sort_unstable();
        codes.dedup();
        let rest_of_world = self.rest_of_world.unwrap_or(rest);
        if codes.is_empty() && !rest_of_world {
            return Err(DiscountError::DestinationConflict);
        }
        Ok(Destination::Countries {
            codes,
            rest_of_world,
        })
    }
}
