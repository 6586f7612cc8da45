//! A sale and what it comes to.

use crate::discount::{Applied, Discounts, Offer, discount};
use crate::tax::tax_on;

/// No amount of a sale may exceed this many minor units, so that sums cannot overflow.
pub const TOTAL_MINOR_MAX: i64 = 1_000_000_000_000_000;

/// What a shop's settings say about every sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The tax rate in millionths: 190,000 is 19 %.
    pub tax_rate_ppm: i64,
    /// Whether prices include tax; else it comes on top.
    pub taxes_included: bool,
    /// Whether shipping is taxed at the same rate.
    pub shipping_taxed: bool,
}

/// One line of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The price of one, in minor units, not below zero.
    pub price_minor: i64,
    /// How many, not below zero.
    pub quantity: i64,
    /// Whether it is taxed.
    pub taxable: bool,
}

/// What is to be priced.
#[derive(Debug, Clone, Copy)]
pub struct Sale<'a> {
    terms: Terms,
    lines: &'a [Line],
    shipping_minor: Option<i64>,
    offers: &'a [Offer],
}

/// A sale's amounts, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Priced {
    /// One per line, in order.
    pub lines: Vec<PricedLine>,
    /// The delivery, when the sale has one.
    pub shipping: Option<PricedShipping>,
    /// The lines' totals; tax is inside when prices include it.
    pub subtotal_minor: i64,
    /// The discounts that it got, in the order in which they are taken off.
    pub discounts: Vec<Applied>,
    /// What they took off the lines and the delivery.
    pub discounts_minor: i64,
    /// All tax: on the lines and on shipping.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
}

/// A line's amounts, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PricedLine {
    /// Price times quantity.
    pub subtotal_minor: i64,
    /// What was taken off.
    pub discount_minor: i64,
    /// Subtotal less discount.
    pub total_minor: i64,
    /// The tax in or on the total.
    pub tax_minor: i64,
}

/// A delivery's amounts, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PricedShipping {
    /// Its price before discounts; tax is inside when prices include it.
    pub price_minor: i64,
    /// What was taken off.
    pub discount_minor: i64,
    /// Price less discount.
    pub total_minor: i64,
    /// The tax in or on the total.
    pub tax_minor: i64,
}

/// Why a sale has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// A price or quantity is below zero.
    #[error("Prices and quantities cannot be negative.")]
    Negative,
    /// The total is beyond what the store counts.
    #[error("The total is larger than a sale can be.")]
    TooLarge,
}

impl<'a> Sale<'a> {
    /// A sale of these lines, without delivery.
    #[must_use]
    pub const fn new(terms: Terms, lines: &'a [Line]) -> Self {
        Self {
            terms,
            lines,
            shipping_minor: None,
            offers: &[],
        }
    }

    /// The same sale, delivered at a price.
    #[must_use]
    pub const fn with_shipping(mut self, price_minor: i64) -> Self {
        self.shipping_minor = Some(price_minor);
        self
    }

    /// The same sale, with discounts that it may get.
    #[must_use]
    pub const fn with_offers(mut self, offers: &'a [Offer]) -> Self {
        self.offers = offers;
        self
    }
}

/// Prices a sale: line totals less discounts, one tax per line and on shipping, and their sums.
///
/// # Errors
/// When an amount or quantity is negative, or a sum exceeds [`TOTAL_MINOR_MAX`].
pub fn price(sale: &Sale<'_>) -> Result<Priced, PricingError> {
    let terms = sale.terms;
    let off = if sale.offers.is_empty() {
        Discounts::default()
    } else {
        discount(sale.lines, sale.shipping_minor, sale.offers)?
    };
    let mut priced = Priced {
        lines: Vec::with_capacity(sale.lines.len()),
        discounts: off.applied,
        ..Priced::default()
    };
    for (at, line) in sale.lines.iter().enumerate() {
        let line = price_line(line, off.lines.get(at).copied().unwrap_or(0), &terms)?;
        priced.subtotal_minor = sum(priced.subtotal_minor, line.total_minor)?;
        priced.discounts_minor = sum(priced.discounts_minor, line.discount_minor)?;
        priced.tax_minor = sum(priced.tax_minor, line.tax_minor)?;
        priced.lines.push(line);
    }
    priced.total_minor = priced.subtotal_minor;
    if let Some(price_minor) = sale.shipping_minor {
        let shipping = price_shipping(price_minor, off.shipping_minor, &terms)?;
        priced.discounts_minor = sum(priced.discounts_minor, shipping.discount_minor)?;
        priced.tax_minor = sum(priced.tax_minor, shipping.tax_minor)?;
        priced.total_minor = sum(priced.total_minor, shipping.total_minor)?;
        priced.shipping = Some(shipping);
    }
    if !terms.taxes_included {
        priced.total_minor = sum(priced.total_minor, priced.tax_minor)?;
    }
    Ok(priced)
}

fn price_line(line: &Line, discount_minor: i64, terms: &Terms) -> Result<PricedLine, PricingError> {
    if line.price_minor < 0 || line.quantity < 0 {
        return Err(PricingError::Negative);
    }
    let subtotal_minor = line
        .price_minor
        .checked_mul(line.quantity)
        .filter(|minor| *minor <= TOTAL_MINOR_MAX)
        .ok_or(PricingError::TooLarge)?;
    let total_minor = subtotal_minor - discount_minor;
    let rate = if line.taxable { terms.tax_rate_ppm } else { 0 };
    Ok(PricedLine {
        subtotal_minor,
        discount_minor,
        total_minor,
        tax_minor: tax_on(total_minor, rate, terms.taxes_included),
    })
}

fn price_shipping(
    price_minor: i64,
    discount_minor: i64,
    terms: &Terms,
) -> Result<PricedShipping, PricingError> {
    let total_minor = sum(0, price_minor)? - discount_minor;
    let rate = if terms.shipping_taxed {
        terms.tax_rate_ppm
    } else {
        0
    };
    Ok(PricedShipping {
        price_minor,
        discount_minor,
        total_minor,
        tax_minor: tax_on(total_minor, rate, terms.taxes_included),
    })
}

pub(crate) fn sum(so_far: i64, more: i64) -> Result<i64, PricingError> {
    if more < 0 {
        return Err(PricingError::Negative);
    }
    so_far
        .checked_add(more)
        .filter(|minor| *minor <= TOTAL_MINOR_MAX)
        .ok_or(PricingError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VAT: Terms = Terms {
        tax_rate_ppm: 190_000,
        taxes_included: true,
        shipping_taxed: true,
    };

    fn line(price_minor: i64, quantity: i64) -> Line {
        Line {
            price_minor,
            quantity,
            taxable: true,
        }
    }

    #[test]
    fn included_tax_leaves_the_total_alone_and_added_tax_raises_it() {
        let lines = [line(1190, 2)];
        let included = price(&Sale::new(VAT, &lines).with_shipping(595)).unwrap();
        assert_eq!((included.total_minor, included.tax_minor), (2975, 475));

        let terms = Terms {
            taxes_included: false,
            shipping_taxed: false,
            ..VAT
        };
        let added = price(&Sale::new(terms, &lines).with_shipping(595)).unwrap();
        assert_eq!(
            (added.total_minor, added.tax_minor),
            (2380 + 595 + 452, 452)
        );
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        let too_much = [line(TOTAL_MINOR_MAX, 2)];
        assert_eq!(
            price(&Sale::new(VAT, &too_much)),
            Err(PricingError::TooLarge)
        );
        let overflow = [line(i64::MAX, i64::MAX)];
        assert_eq!(
            price(&Sale::new(VAT, &overflow)),
            Err(PricingError::TooLarge)
        );
        let negative = [line(100, -1)];
        assert_eq!(
            price(&Sale::new(VAT, &negative)),
            Err(PricingError::Negative)
        );
        let negative = Sale::new(VAT, &[]).with_shipping(-1);
        assert_eq!(price(&negative), Err(PricingError::Negative));
    }

    prop_compose! {
        fn sales()(
            lines in prop::collection::vec((0_i64..10_000_000, 0_i64..1000, any::<bool>()), 0..20),
            shipping in prop::option::of(0_i64..100_000),
            tax_rate_ppm in 0_i64..300_000,
            taxes_included in any::<bool>(),
            shipping_taxed in any::<bool>(),
        ) -> (Vec<Line>, Option<i64>, Terms) {
            let lines = lines.into_iter().map(|(price_minor, quantity, taxable)| Line {
                price_minor, quantity, taxable,
            });
            (lines.collect(), shipping, Terms { tax_rate_ppm, taxes_included, shipping_taxed })
        }
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_whole_and_none_is_negative((lines, shipping, terms) in sales()) {
            let mut sale = Sale::new(terms, &lines);
            if let Some(minor) = shipping {
                sale = sale.with_shipping(minor);
            }
            let priced = price(&sale).unwrap();
            let of_lines = |amount: fn(&PricedLine) -> i64| -> i64 {
                priced.lines.iter().map(amount).sum()
            };
            let delivery = priced.shipping.unwrap_or_default();
            prop_assert_eq!(of_lines(|line| line.total_minor), priced.subtotal_minor);
            prop_assert_eq!(of_lines(|line| line.tax_minor) + delivery.tax_minor, priced.tax_minor);
            let added = if terms.taxes_included { 0 } else { priced.tax_minor };
            prop_assert_eq!(
                priced.subtotal_minor + delivery.price_minor + added,
                priced.total_minor
            );
            let sound = |line: &PricedLine| {
                line.total_minor >= 0 && line.tax_minor >= 0 && line.discount_minor >= 0
            };
            prop_assert!(priced.lines.iter().all(sound));
            prop_assert!(delivery.tax_minor >= 0 && priced.total_minor >= priced.subtotal_minor);
        }

        #[test]
        fn nothing_is_taxed_where_the_rate_is_zero((lines, _, terms) in sales()) {
            let terms = Terms { tax_rate_ppm: 0, ..terms };
            let priced = price(&Sale::new(terms, &lines)).unwrap();
            prop_assert_eq!(priced.tax_minor, 0);
            prop_assert_eq!(priced.total_minor, priced.subtotal_minor);
        }
    }
}
