//! Buy these, get those for less.

use crate::discount::{Minimum, Value, gross, share_of};
use crate::sale::Line;

/// Buy these, get those for less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyGet {
    /// What has to be bought: one flag per line of the sale.
    pub buys: Vec<bool>,
    /// How much of it, for each use; [`Minimum::Nothing`] counts as one unit.
    pub buy: Minimum,
    /// What is reduced then: one flag per line of the sale.
    pub gets: Vec<bool>,
    /// How many units of it, for each use.
    pub get_quantity: i64,
    /// By how much each of them is reduced.
    pub value: Value,
    /// How often it applies to one sale.
    pub uses_max: Option<i64>,
}

impl BuyGet {
    /// Whether the sale has what is needed for one use.
    #[must_use]
    pub fn is_met(&self, lines: &[Line]) -> bool {
        self.uses(lines, &vec![true; lines.len()]) > 0
    }

    /// How often it applies: the most uses for which, with the reduced units set aside, enough of
    /// what has to be bought remains.
    fn uses(&self, lines: &[Line], open: &[bool]) -> i64 {
        if self.get_quantity < 1 {
            return 0;
        }
        let offered: i64 = (0..lines.len())
            .filter(|at| self.is_offered(*at, open))
            .map(|at| lines[at].quantity)
            .sum();
        let most = (offered / self.get_quantity).min(self.uses_max.unwrap_or(i64::MAX));
        // Fewer uses set fewer units aside and ask for less, so halving finds the most.
        let (mut low, mut high) = (0, most.max(0));
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if self.is_enough(lines, open, middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    fn is_offered(&self, at: usize, open: &[bool]) -> bool {
        let flag = |flags: &[bool]| flags.get(at).copied().unwrap_or(false);
        flag(&self.gets) && flag(open)
    }

    fn is_enough(&self, lines: &[Line], open: &[bool], uses: i64) -> bool {
        let reduced = self.reduced(lines, open, uses);
        let bought = lines
            .iter()
            .zip(&self.buys)
            .zip(&reduced)
            .filter(|((_, buys), _)| **buys)
            .map(|((line, _), reduced)| (line, line.quantity - reduced));
        match self.buy {
            Minimum::Nothing => bought.map(|(_, units)| units).sum::<i64>() >= uses,
            Minimum::Quantity(units) => {
                let wanted = i128::from(units.max(1)) * i128::from(uses);
                bought.map(|(_, units)| i128::from(units)).sum::<i128>() >= wanted
            }
            Minimum::Subtotal(minor) => {
                let wanted = i128::from(minor.max(1)) * i128::from(uses);
                let worth =
                    |(line, units): (&Line, i64)| i128::from(line.price_minor) * i128::from(units);
                bought.map(worth).sum::<i128>() >= wanted
            }
        }
    }

    /// How many units of each line are reduced: the cheapest, of equals those that need not be
    /// bought, then the first.
    fn reduced(&self, lines: &[Line], open: &[bool], uses: i64) -> Vec<i64> {
        let mut order: Vec<usize> = (0..lines.len())
            .filter(|at| self.is_offered(*at, open))
            .collect();
        let bought = |at: usize| self.buys.get(at).copied().unwrap_or(false);
        order.sort_by_key(|at| (lines[*at].price_minor, bought(*at), *at));
        let mut left = uses.saturating_mul(self.get_quantity);
        let mut reduced = vec![0; lines.len()];
        for at in order {
            reduced[at] = lines[at].quantity.min(left);
            left -= reduced[at];
        }
        reduced
    }
}

/// What an offer takes off each of the lines that are open to it.
pub(crate) fn take_off(offer: &BuyGet, lines: &[Line], open: &[bool]) -> Vec<i64> {
    let uses = offer.uses(lines, open);
    let reduced = offer.reduced(lines, open, uses);
    lines
        .iter()
        .zip(reduced)
        .map(|(line, units)| {
            let each = match offer.value {
                Value::Percentage(ppm) => share_of(line.price_minor, ppm),
                Value::Amount(minor) | Value::AmountEach(minor) => minor.clamp(0, line.price_minor),
            };
            (each * units).min(gross(line))
        })
        .collect()
}
