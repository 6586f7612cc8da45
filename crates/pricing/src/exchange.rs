//! A sale that is priced in a market's currency, in the shop's.

use units::divide_half_up;

use crate::allocate::allocate;
use crate::discount::Applied;
use crate::market::MarketPricing;
use crate::sale::{Line, Priced, PricedLine, PricedShipping, PricingError, TOTAL_MINOR_MAX, sum};

/// A sale in the shop's currency: line for line and discount for discount the one that the buyer
/// saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// The price of one unit of each line.
    pub prices: Vec<i64>,
    /// What the sale comes to.
    pub priced: Priced,
}

/// Converts a priced sale of these lines into the shop's currency.
///
/// The prices of single units and of the delivery are converted at the market's rate. What they
/// are made of (discounts, tax, what is left) is shared out by largest remainder as it was in the
/// market's currency, and sums are added up anew: so that here, too, the parts sum to the whole.
///
/// # Errors
/// When a sum exceeds [`TOTAL_MINOR_MAX`].
pub fn exchange(
    lines: &[Line],
    seen: &Priced,
    market: &MarketPricing,
    taxes_included: bool,
) -> Result<Exchanged, PricingError> {
    let mut applied: Vec<Applied> = seen.discounts.clone();
    let mut prices = Vec::with_capacity(lines.len());
    let mut priced = Priced::default();
    for (at, (line, seen)) in lines.iter().zip(&seen.lines).enumerate() {
        let price_minor = market.convert_back(line.price_minor);
        let whole = price_minor
            .checked_mul(line.quantity)
            .filter(|minor| *minor <= TOTAL_MINOR_MAX)
            .ok_or(PricingError::TooLarge)?;
        let off = share(whole, seen.total_minor, &mut applied, |own| {
            &mut own.lines[at]
        });
        let total_minor = whole - off;
        let line = PricedLine {
            subtotal_minor: whole,
            discount_minor: off,
            total_minor,
            tax_minor: in_proportion(seen.tax_minor, total_minor, seen.total_minor),
        };
        priced.subtotal_minor = sum(priced.subtotal_minor, line.total_minor)?;
        priced.discounts_minor = sum(priced.discounts_minor, line.discount_minor)?;
        priced.tax_minor = sum(priced.tax_minor, line.tax_minor)?;
        priced.lines.push(line);
        prices.push(price_minor);
    }
    priced.total_minor = priced.subtotal_minor;
    if let Some(seen) = &seen.shipping {
        let price_minor = market.convert_back(seen.price_minor);
        let off = share(price_minor, seen.total_minor, &mut applied, |own| {
            &mut own.shipping_minor
        });
        let total_minor = price_minor - off;
        let shipping = PricedShipping {
            price_minor,
            discount_minor: off,
            total_minor,
            tax_minor: in_proportion(seen.tax_minor, total_minor, seen.total_minor),
        };
        priced.discounts_minor = sum(priced.discounts_minor, off)?;
        priced.tax_minor = sum(priced.tax_minor, shipping.tax_minor)?;
        priced.total_minor = sum(priced.total_minor, total_minor)?;
        priced.shipping = Some(shipping);
    }
    if !taxes_included {
        priced.total_minor = sum(priced.total_minor, priced.tax_minor)?;
    }
    priced.discounts = applied;
    Ok(Exchanged { prices, priced })
}

/// Shares a price out over what is left of it and what each discount takes off it; changes the
/// discounts' parts and gives their sum.
fn share(
    whole: i64,
    left: i64,
    applied: &mut [Applied],
    part: impl Fn(&mut Applied) -> &mut i64,
) -> i64 {
    let mut weights = vec![left];
    weights.extend(applied.iter_mut().map(|own| *part(own)));
    if weights.iter().all(|weight| *weight == 0) {
        return 0;
    }
    let parts = allocate(whole, &weights);
    for (own, minor) in applied.iter_mut().zip(&parts[1..]) {
        *part(own) = *minor;
    }
    whole - parts[0]
}

/// The tax on a total that is to it as `tax_minor` is to `seen_minor`.
fn in_proportion(tax_minor: i64, total_minor: i64, seen_minor: i64) -> i64 {
    if seen_minor <= 0 {
        return 0;
    }
    let tax = i128::from(tax_minor) * i128::from(total_minor);
    let tax = divide_half_up(tax, i128::from(seen_minor));
    i64::try_from(tax).unwrap_or(TOTAL_MINOR_MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use units::Currency;

    use super::*;
    use crate::{Class, Combines, Effect, Minimum, Offer, Sale, Terms, Value, price};

    fn offer(class: Class, value: Value, effect: impl Fn(Value) -> Effect) -> Offer {
        Offer {
            class,
            combines: Combines::ALL,
            minimum: Minimum::Nothing,
            effect: effect(value),
        }
    }

    fn offers(count: usize, off: i64, ppm: i64) -> Vec<Offer> {
        let on = |value| Effect::Lines {
            value,
            on: vec![true; count],
        };
        let delivery = |value| Effect::Shipping {
            value,
            price_max: None,
        };
        vec![
            offer(Class::Product, Value::AmountEach(off), on),
            offer(Class::Order, Value::Percentage(ppm), on),
            offer(Class::Order, Value::Amount(off * 3), on),
            offer(Class::Shipping, Value::Percentage(ppm), delivery),
        ]
    }

    #[test]
    fn a_sale_in_dollars_is_booked_in_euros() {
        let market =
            MarketPricing::same(Currency::EUR).at_rate(Currency::USD, 1_360_000_000, false);
        let line = Line {
            price_minor: 2719,
            quantity: 3,
            taxable: true,
        };
        let terms = Terms {
            tax_rate_ppm: 190_000,
            taxes_included: true,
            shipping_taxed: true,
        };
        let seen = price(&Sale::new(terms, &[line]).with_shipping(680)).unwrap();
        let own = exchange(&[line], &seen, &market, true).unwrap();
        assert_eq!(own.prices, [1999]);
        assert_eq!((seen.total_minor, own.priced.total_minor), (8837, 6497));
        assert_eq!((seen.tax_minor, own.priced.tax_minor), (1411, 1037));
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_whole_in_both_currencies(
            lines in prop::collection::vec((0_i64..1_000_000, 0_i64..100, any::<bool>()), 1..8),
            shipping in prop::option::of(0_i64..10_000),
            (off, ppm) in (0_i64..5_000, 0_i64..=1_000_000),
            rate in 1_000_i64..200_000_000_000,
            (tax_rate_ppm, taxes_included) in (0_i64..300_000, any::<bool>()),
            yen in any::<bool>(),
        ) {
            let lines: Vec<Line> = lines.into_iter().map(|(price_minor, quantity, taxable)| Line {
                price_minor, quantity, taxable,
            }).collect();
            let terms = Terms { tax_rate_ppm, taxes_included, shipping_taxed: true };
            let offers = offers(lines.len(), off, ppm);
            let mut sale = Sale::new(terms, &lines).with_offers(&offers);
            if let Some(minor) = shipping {
                sale = sale.with_shipping(minor);
            }
            let seen = price(&sale).unwrap();
            let currency = if yen { Currency::JPY } else { Currency::USD };
            let market = MarketPricing::same(Currency::EUR).at_rate(currency, rate, false);
            let own = exchange(&lines, &seen, &market, taxes_included);
            prop_assume!(own.is_ok());
            let Exchanged { prices, priced } = own.unwrap();
            for (at, line) in priced.lines.iter().enumerate() {
                prop_assert_eq!(line.subtotal_minor, prices[at] * lines[at].quantity);
                prop_assert_eq!(line.subtotal_minor, line.discount_minor + line.total_minor);
                let parts: i64 = priced.discounts.iter().map(|own| own.lines[at]).sum();
                prop_assert_eq!(parts, line.discount_minor);
                prop_assert!(line.total_minor >= 0 && line.tax_minor >= 0);
                prop_assert!(priced.discounts.iter().all(|own| own.lines[at] >= 0));
                if taxes_included {
                    prop_assert!(line.tax_minor <= line.total_minor);
                }
            }
            let delivery = priced.shipping.unwrap_or_default();
            let off_it: i64 = priced.discounts.iter().map(|own| own.shipping_minor).sum();
            prop_assert_eq!(off_it, delivery.discount_minor);
            let of = |amount: fn(&PricedLine) -> i64| priced.lines.iter().map(amount).sum::<i64>();
            prop_assert_eq!(of(|line| line.total_minor), priced.subtotal_minor);
            prop_assert_eq!(of(|line| line.tax_minor) + delivery.tax_minor, priced.tax_minor);
            let off: i64 = priced.discounts.iter().map(Applied::amount_minor).sum();
            prop_assert_eq!(off, priced.discounts_minor);
            let added = if taxes_included { 0 } else { priced.tax_minor };
            prop_assert_eq!(
                priced.subtotal_minor + delivery.total_minor + added,
                priced.total_minor
            );
        }
    }
}
