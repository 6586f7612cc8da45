//! Discounts: which of them a sale gets, and how much each takes off which line.
//!
//! Discounts on products come first, then those on the order, on what the first left over, then
//! those on delivery. A line is reduced by one product discount at most; the others are shared out
//! over lines by largest remainder. Of all the combinations that the discounts themselves allow,
//! the sale gets the one that takes off most.

use std::cmp::Reverse;

use units::divide_half_up;

use crate::allocate::allocate;
use crate::buy_get::{BuyGet, take_off};
use crate::sale::{Line, PricingError, TOTAL_MINOR_MAX};
use crate::tax::PPM;

/// What a discount reduces. Which classes it combines with is decided by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Certain lines.
    Product,
    /// The order as a whole.
    Order,
    /// The delivery.
    Shipping,
}

/// The classes that a discount may stand beside; another discount of such a class must allow
/// this one's class too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Combines {
    /// Discounts on products.
    pub product: bool,
    /// Discounts on the order.
    pub order: bool,
    /// Discounts on delivery.
    pub shipping: bool,
}

/// How much comes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A share of the price, in millionths: 100,000 is 10 %. Above 1,000,000 counts as all of it.
    Percentage(i64),
    /// An amount once, shared out over the lines, in minor units.
    Amount(i64),
    /// An amount off each unit, in minor units.
    AmountEach(i64),
}

/// What a sale must come to before a discount applies. Measured before discounts, on the lines
/// that the discount is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Minimum {
    /// Nothing.
    #[default]
    Nothing,
    /// An amount in minor units.
    Subtotal(i64),
    /// A number of units.
    Quantity(i64),
}

/// What a discount does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Reduces lines.
    Lines {
        /// By how much.
        value: Value,
        /// Which lines: one flag per line of the sale; lines beyond it are not meant.
        on: Vec<bool>,
    },
    /// Reduces lines for those who buy others.
    BuyGet(BuyGet),
    /// Reduces the delivery.
    Shipping {
        /// By how much.
        value: Value,
        /// Deliveries that cost more, in minor units, are not meant.
        price_max: Option<i64>,
    },
}

/// A discount as a sale sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it reduces: [`Class::Shipping`] exactly when its effect is on delivery.
    pub class: Class,
    /// What it may stand beside.
    pub combines: Combines,
    /// What the sale must come to.
    pub minimum: Minimum,
    /// What it does.
    pub effect: Effect,
}

/// A discount that a sale got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its place among the offers.
    pub offer: usize,
    /// What it takes off each line, in minor units; one per line of the sale.
    pub lines: Vec<i64>,
    /// What it takes off the delivery, in minor units.
    pub shipping_minor: i64,
}

/// What all discounts of a sale take off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discounts {
    /// The discounts that the sale got, in the order in which they are taken off.
    pub applied: Vec<Applied>,
    /// What comes off each line, in minor units; one per line of the sale.
    pub lines: Vec<i64>,
    /// What comes off the delivery, in minor units.
    pub shipping_minor: i64,
}

impl Combines {
    /// With everything.
    pub const ALL: Self = Self {
        product: true,
        order: true,
        shipping: true,
    };

    /// Whether discounts of a class are allowed beside it.
    #[must_use]
    pub const fn with(self, class: Class) -> bool {
        match class {
            Class::Product => self.product,
            Class::Order => self.order,
            Class::Shipping => self.shipping,
        }
    }
}

impl Applied {
    /// All that it takes off, in minor units.
    #[must_use]
    pub fn amount_minor(&self) -> i64 {
        self.lines.iter().sum::<i64>() + self.shipping_minor
    }
}

impl Discounts {
    /// All that is taken off, in minor units.
    #[must_use]
    pub fn amount_minor(&self) -> i64 {
        self.lines.iter().sum::<i64>() + self.shipping_minor
    }
}

impl Minimum {
    /// Whether these lines reach it.
    #[must_use]
    pub fn is_met(self, lines: &[Line], on: &[bool]) -> bool {
        let meant = || lines.iter().zip(on).filter(|(_, on)| **on);
        match self {
            Self::Nothing => true,
            Self::Subtotal(minor) => meant().map(|(line, _)| gross(line)).sum::<i64>() >= minor,
            Self::Quantity(units) => meant().map(|(line, _)| line.quantity).sum::<i64>() >= units,
        }
    }
}

impl Offer {
    /// Whether a sale of these lines, and with this delivery if any, meets the offer's terms. The
    /// delivery's price is checked when there is one.
    #[must_use]
    pub fn is_met(&self, lines: &[Line], shipping_minor: Option<i64>) -> bool {
        match &self.effect {
            Effect::Lines { on, .. } => on.iter().any(|on| *on) && self.minimum.is_met(lines, on),
            Effect::BuyGet(offer) => offer.is_met(lines),
            Effect::Shipping { price_max, .. } => {
                let dear = |price: i64| price_max.is_some_and(|most| price > most);
                !shipping_minor.is_some_and(dear)
                    && self.minimum.is_met(lines, &vec![true; lines.len()])
            }
        }
    }
}

/// A line's price before discounts. The caller has checked that it can be counted.
pub(crate) fn gross(line: &Line) -> i64 {
    line.price_minor * line.quantity
}

/// Finds the discounts that take most off a sale of these lines, delivered at `shipping_minor` if
/// at all. Of equal combinations the one with fewer discounts is taken, then the one whose
/// discounts come first. The outcome depends on nothing else.
///
/// # Errors
/// When a price or quantity is negative, or a sum cannot be counted.
pub fn discount(
    lines: &[Line],
    shipping_minor: Option<i64>,
    offers: &[Offer],
) -> Result<Discounts, PricingError> {
    check(lines, shipping_minor)?;
    let sale = Reduced {
        lines,
        shipping_minor,
    };
    let met: Vec<usize> = (0..offers.len())
        .filter(|at| offers[*at].is_met(lines, shipping_minor))
        .collect();
    let mut best = Discounts {
        lines: vec![0; lines.len()],
        ..Discounts::default()
    };
    if met.is_empty() {
        return Ok(best);
    }
    // Whether two discounts combine depends on their classes alone. So for each set of classes,
    // the candidates are those that allow every other class of the set, and each class is decided
    // for itself: what a product discount takes off is never made up for by a smaller base of the
    // order's discounts, so that the most per class is the most in all.
    for classes in CLASS_SETS {
        let found = sale.best_of(classes, &met, offers);
        if rank(&found) < rank(&best) {
            best = found;
        }
    }
    Ok(best)
}

const CLASS_SETS: [&[Class]; 7] = [
    &[Class::Product],
    &[Class::Order],
    &[Class::Shipping],
    &[Class::Product, Class::Order],
    &[Class::Product, Class::Shipping],
    &[Class::Order, Class::Shipping],
    &[Class::Product, Class::Order, Class::Shipping],
];

/// Smaller is better.
fn rank(found: &Discounts) -> (Reverse<i64>, usize, Vec<usize>) {
    let offers = found.applied.iter().map(|applied| applied.offer);
    (
        Reverse(found.amount_minor()),
        found.applied.len(),
        offers.collect(),
    )
}

fn check(lines: &[Line], shipping_minor: Option<i64>) -> Result<(), PricingError> {
    let mut sum = shipping_minor.unwrap_or(0);
    if sum < 0 {
        return Err(PricingError::Negative);
    }
    for line in lines {
        if line.price_minor < 0 || line.quantity < 0 {
            return Err(PricingError::Negative);
        }
        sum = line
            .price_minor
            .checked_mul(line.quantity)
            .and_then(|total| sum.checked_add(total))
            .filter(|minor| *minor <= TOTAL_MINOR_MAX)
            .ok_or(PricingError::TooLarge)?;
    }
    Ok(())
}

struct Reduced<'a> {
    lines: &'a [Line],
    shipping_minor: Option<i64>,
}

impl Reduced<'_> {
    /// The best that discounts of these classes, side by side, come to.
    fn best_of(&self, classes: &[Class], met: &[usize], offers: &[Offer]) -> Discounts {
        let mut found = Discounts {
            lines: vec![0; self.lines.len()],
            ..Discounts::default()
        };
        for class in classes {
            let others = || classes.iter().filter(|other| *other != class);
            let candidates: Vec<usize> = met
                .iter()
                .copied()
                .filter(|at| offers[*at].class == *class)
                .filter(|at| others().all(|other| offers[*at].combines.with(*other)))
                .collect();
            let mut choices: Vec<Vec<usize>> = candidates.iter().map(|at| vec![*at]).collect();
            let together: Vec<usize> = candidates
                .into_iter()
                .filter(|at| offers[*at].combines.with(*class))
                .collect();
            choices.push(together);
            let taken = choices
                .iter()
                .map(|chosen| self.take(*class, chosen, offers, &found))
                .min_by_key(|applied| {
                    let amount: i64 = applied.iter().map(Applied::amount_minor).sum();
                    let offers: Vec<usize> = applied.iter().map(|each| each.offer).collect();
                    (Reverse(amount), offers.len(), offers)
                });
            for applied in taken.into_iter().flatten() {
                for (sum, part) in found.lines.iter_mut().zip(&applied.lines) {
                    *sum += part;
                }
                found.shipping_minor += applied.shipping_minor;
                found.applied.push(applied);
            }
        }
        found
    }

    /// What the chosen discounts of one class take off what those before left.
    fn take(
        &self,
        class: Class,
        chosen: &[usize],
        offers: &[Offer],
        before: &Discounts,
    ) -> Vec<Applied> {
        match class {
            Class::Product => self.take_products(chosen, offers),
            Class::Order => self.take_order(chosen, offers, &before.lines),
            Class::Shipping => self.take_shipping(chosen, offers),
        }
    }

    /// Each line gets the discount that takes most off it, the first of equals.
    fn take_products(&self, chosen: &[usize], offers: &[Offer]) -> Vec<Applied> {
        let all: Vec<bool> = vec![true; self.lines.len()];
        let alone: Vec<Vec<i64>> = chosen
            .iter()
            .map(|at| self.off_lines(&offers[*at].effect, &all))
            .collect();
        let winner = |line: usize| {
            let parts = alone.iter().enumerate();
            parts
                .map(|(place, parts)| (parts[line], Reverse(place)))
                .max()
                .filter(|(part, _)| *part > 0)
                .map(|(_, Reverse(place))| place)
        };
        let winners: Vec<Option<usize>> = (0..self.lines.len()).map(winner).collect();
        let applied = chosen.iter().enumerate().map(|(place, at)| {
            let own: Vec<bool> = winners.iter().map(|won| *won == Some(place)).collect();
            Applied {
                offer: *at,
                lines: self.off_lines(&offers[*at].effect, &own),
                shipping_minor: 0,
            }
        });
        applied.filter(|each| each.amount_minor() > 0).collect()
    }

    /// Each discount is measured on what product discounts left, and takes no more than the
    /// others of its class left.
    fn take_order(&self, chosen: &[usize], offers: &[Offer], before: &[i64]) -> Vec<Applied> {
        let base: Vec<i64> = self
            .lines
            .iter()
            .zip(before)
            .map(|(line, taken)| gross(line) - taken)
            .collect();
        let mut left = base.clone();
        let mut applied = Vec::with_capacity(chosen.len());
        for at in chosen {
            let Effect::Lines { value, on } = &offers[*at].effect else {
                continue;
            };
            let meant = |at: usize| on.get(at).copied().unwrap_or(false);
            let of = |amounts: &[i64]| -> Vec<i64> {
                let only = |(at, minor): (usize, &i64)| if meant(at) { *minor } else { 0 };
                amounts.iter().enumerate().map(only).collect()
            };
            let (measured, open) = (of(&base), of(&left));
            let room: i64 = open.iter().sum();
            let amount = match value {
                Value::Percentage(ppm) => share_of(measured.iter().sum(), *ppm),
                Value::Amount(minor) => *minor,
                Value::AmountEach(minor) => {
                    let units = self.lines.iter().enumerate().filter(|(at, _)| meant(*at));
                    let units: i64 = units.map(|(_, line)| line.quantity).sum();
                    minor.saturating_mul(units)
                }
            };
            let parts = allocate(amount.clamp(0, room), &open);
            for (left, part) in left.iter_mut().zip(&parts) {
                *left -= part;
            }
            applied.push(Applied {
                offer: *at,
                lines: parts,
                shipping_minor: 0,
            });
        }
        applied.retain(|each| each.amount_minor() > 0);
        applied
    }

    fn take_shipping(&self, chosen: &[usize], offers: &[Offer]) -> Vec<Applied> {
        let mut left = self.shipping_minor.unwrap_or(0);
        let price = left;
        let mut applied = Vec::with_capacity(chosen.len());
        for at in chosen {
            let Effect::Shipping { value, .. } = &offers[*at].effect else {
                continue;
            };
            let amount = match value {
                Value::Percentage(ppm) => share_of(price, *ppm),
                Value::Amount(minor) | Value::AmountEach(minor) => *minor,
            };
            let shipping_minor = amount.clamp(0, left);
            left -= shipping_minor;
            applied.push(Applied {
                offer: *at,
                lines: vec![0; self.lines.len()],
                shipping_minor,
            });
        }
        applied.retain(|each| each.shipping_minor > 0);
        applied
    }

    /// What an effect takes off each of the lines that are open to it.
    fn off_lines(&self, effect: &Effect, open: &[bool]) -> Vec<i64> {
        let (value, on) = match effect {
            Effect::Lines { value, on } => (value, on),
            Effect::BuyGet(offer) => return take_off(offer, self.lines, open),
            Effect::Shipping { .. } => return vec![0; self.lines.len()],
        };
        let meant: Vec<i64> = self
            .lines
            .iter()
            .zip(open)
            .enumerate()
            .map(|(at, (line, open))| {
                let meant = *open && on.get(at).copied().unwrap_or(false);
                if meant { gross(line) } else { 0 }
            })
            .collect();
        match value {
            Value::Percentage(ppm) => meant.iter().map(|minor| share_of(*minor, *ppm)).collect(),
            Value::Amount(minor) => {
                let room: i64 = meant.iter().sum();
                allocate((*minor).clamp(0, room), &meant)
            }
            Value::AmountEach(minor) => meant
                .iter()
                .zip(self.lines)
                .map(|(gross, line)| {
                    let off = (*minor).clamp(0, line.price_minor) * line.quantity;
                    off.min(*gross)
                })
                .collect(),
        }
    }
}

/// A share of an amount, in millionths, rounded half up; never more than the amount.
pub(crate) fn share_of(amount_minor: i64, ppm: i64) -> i64 {
    let ppm = ppm.clamp(0, PPM);
    let share = divide_half_up(i128::from(amount_minor) * i128::from(ppm), i128::from(PPM));
    i64::try_from(share).expect("a share is no larger than its whole")
}

#[cfg(test)]
#[path = "discount_tests.rs"]
mod tests;
