//! Prices in a market: the shop's price, by a price list's adjustment, at an exchange rate, rounded.

use units::{Currency, divide_half_up};

use crate::sale::TOTAL_MINOR_MAX;
use crate::tax::PPM;

/// A rate of one to one, in billionths.
pub const RATE_ONE: i64 = 1_000_000_000;
/// No rate may exceed a million to one.
pub const RATE_MAX: i64 = 1_000_000 * RATE_ONE;

/// How a market's prices follow from the shop's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketPricing {
    shop: Currency,
    market: Currency,
    rate_billionths: i64,
    adjustment_ppm: i64,
    step_minor: i64,
}

impl MarketPricing {
    /// The shop's own prices.
    #[must_use]
    pub const fn same(shop: Currency) -> Self {
        Self {
            shop,
            market: shop,
            rate_billionths: RATE_ONE,
            adjustment_ppm: 0,
            step_minor: 1,
        }
    }

    /// Prices in another currency: one unit of the shop's is worth so many billionths of a unit of
    /// the market's, above zero. `rounded` ones are rounded up to what prices there look like.
    #[must_use]
    pub fn at_rate(mut self, market: Currency, rate_billionths: i64, rounded: bool) -> Self {
        self.market = market;
        self.rate_billionths = rate_billionths.clamp(1, RATE_MAX);
        self.step_minor = if rounded { step_of(market) } else { 1 };
        self
    }

    /// Prices that a price list raises or lowers by so many millionths.
    #[must_use]
    pub fn adjusted(mut self, ppm: i64) -> Self {
        self.adjustment_ppm = ppm.clamp(-PPM, 100 * PPM);
        self
    }

    /// The currency of the prices that come out.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.market
    }

    /// The currency of the prices that go in.
    #[must_use]
    pub const fn shop_currency(&self) -> Currency {
        self.shop
    }

    /// Whether every price comes out as it goes in.
    #[must_use]
    pub fn is_same(&self) -> bool {
        *self == Self::same(self.shop)
    }

    /// What the shop's price is in the market, in minor units of the market's currency: adjusted
    /// and converted at once, so that there is one rounding, half up; then rounded up to the step,
    /// if the market has one. Prices below zero are taken for zero.
    #[must_use]
    pub fn price(&self, shop_minor: i64) -> i64 {
        let exact = self.value(shop_minor, PPM + self.adjustment_ppm);
        let step = self.step_minor.max(1);
        let above = exact.rem_euclid(step);
        if above == 0 {
            exact
        } else {
            exact.saturating_sub(above).saturating_add(step)
        }
    }

    /// An amount that is no price, such as what a delivery costs or a discount takes off: converted
    /// alone.
    #[must_use]
    pub fn convert(&self, shop_minor: i64) -> i64 {
        self.value(shop_minor, PPM)
    }

    /// What an amount of the market is in the shop's currency, rounded half up.
    #[must_use]
    pub fn convert_back(&self, market_minor: i64) -> i64 {
        let per = |currency: Currency| i128::from(currency.minor_per_major());
        let worth = i128::from(market_minor.clamp(0, TOTAL_MINOR_MAX))
            * i128::from(RATE_ONE)
            * per(self.shop);
        let over = i128::from(self.rate_billionths.max(1)) * per(self.market);
        let whole = divide_half_up(worth, over).min(i128::from(TOTAL_MINOR_MAX));
        i64::try_from(whole).unwrap_or(TOTAL_MINOR_MAX)
    }

    /// The shop's prices that lie between two of the market's, both ends included: a higher price
    /// never comes out lower, so that they are a range too.
    #[must_use]
    pub fn range(&self, min_minor: i64, max_minor: Option<i64>) -> (i64, Option<i64>) {
        let least = first(|shop| self.price(shop) >= min_minor);
        let most = max_minor.map(|max| first(|shop| self.price(shop) > max) - 1);
        (least, most)
    }

    /// Whether the market's currency is the shop's.
    #[must_use]
    pub fn is_own_currency(&self) -> bool {
        self.shop == self.market
    }

    /// What one unit of the shop's currency is worth in the market's, in billionths.
    #[must_use]
    pub const fn rate_billionths(&self) -> i64 {
        self.rate_billionths
    }

    fn value(&self, shop_minor: i64, factor_ppm: i64) -> i64 {
        let per = |currency: Currency| i128::from(currency.minor_per_major());
        let shop_minor = i128::from(shop_minor.clamp(0, TOTAL_MINOR_MAX));
        let adjusted = shop_minor * i128::from(factor_ppm);
        let over = i128::from(PPM) * i128::from(RATE_ONE) * per(self.shop);
        let worth = i128::from(self.rate_billionths) * per(self.market);
        let Some(worth) = adjusted.checked_mul(worth) else {
            return TOTAL_MINOR_MAX;
        };
        if worth > i128::MAX / 4 {
            return TOTAL_MINOR_MAX;
        }
        let whole = divide_half_up(worth, over).min(i128::from(TOTAL_MINOR_MAX));
        i64::try_from(whole).unwrap_or(TOTAL_MINOR_MAX)
    }
}

/// The first of all amounts for which something is true that stays true from there on; one more than
/// the largest amount when it never is.
fn first(is: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, TOTAL_MINOR_MAX + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// What converted prices are multiples of, where a market rounds them: a whole unit where money has
/// small ones, a hundred where it has none.
fn step_of(currency: Currency) -> i64 {
    match currency.exponent() {
        0 => 100,
        _ => currency.minor_per_major(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd() -> Currency {
        Currency::USD
    }

    #[test]
    fn a_price_is_adjusted_converted_and_rounded_once() {
        let plain = MarketPricing::same(Currency::EUR);
        assert_eq!(plain.price(1999), 1999);
        assert_eq!(plain.adjusted(100_000).price(1999), 2199);
        assert_eq!(plain.adjusted(-1_000_000).price(1999), 0);
        let dollars = plain.at_rate(usd(), 1_085_000_000, false);
        assert_eq!(dollars.price(1999), 2169);
        assert_eq!(dollars.adjusted(100_000).price(1999), 2386);
        assert_eq!(plain.at_rate(usd(), 1_085_000_000, true).price(1999), 2200);
    }

    #[test]
    fn a_range_of_prices_is_a_range_in_the_shop() {
        let dollars = MarketPricing::same(Currency::EUR).at_rate(usd(), 1_085_000_000, false);
        assert_eq!(dollars.range(2000, Some(2169)), (1843, Some(1999)));
        let rounded = dollars.at_rate(usd(), 1_085_000_000, true);
        let (least, most) = rounded.range(2000, Some(2100));
        assert_eq!(
            (rounded.price(least), rounded.price(least - 1)),
            (2000, 1900)
        );
        assert_eq!(rounded.price(most.unwrap() + 1), 2200);
        let same = MarketPricing::same(Currency::EUR);
        assert_eq!(same.range(500, None), (500, None));
        assert_eq!(same.range(0, Some(0)), (0, Some(0)));
    }

    #[test]
    fn currencies_without_small_units_are_converted_too() {
        let yen = MarketPricing::same(Currency::EUR).at_rate(Currency::JPY, 162_345_000_000, false);
        assert_eq!(yen.price(1999), 3245);
        let rounded =
            MarketPricing::same(Currency::EUR).at_rate(Currency::JPY, 162_345_000_000, true);
        assert_eq!(rounded.price(1999), 3300);
        let back = MarketPricing::same(Currency::JPY).at_rate(Currency::EUR, 6_160_000, false);
        assert_eq!(back.price(3245), 1999);
    }

    #[test]
    fn delivery_is_converted_without_adjustment_or_step() {
        let pricing = MarketPricing::same(Currency::EUR)
            .at_rate(usd(), 1_085_000_000, true)
            .adjusted(500_000);
        assert_eq!(pricing.convert(490), 532);
    }

    proptest! {
        #[test]
        fn a_higher_price_never_comes_out_lower(
            low in 0_i64..1_000_000_000,
            more in 0_i64..1_000_000_000,
            rate in 1_i64..2_000_000_000_000,
            ppm in -1_000_000_i64..10_000_000,
            rounded: bool,
        ) {
            let pricing = MarketPricing::same(Currency::EUR)
                .at_rate(usd(), rate, rounded)
                .adjusted(ppm);
            prop_assert!(pricing.price(low) <= pricing.price(low + more));
        }

        #[test]
        fn rounding_adds_less_than_a_step_and_never_takes_off(
            price in 0_i64..1_000_000_000,
            rate in 1_i64..2_000_000_000_000,
        ) {
            let plain = MarketPricing::same(Currency::EUR);
            let exact = plain.at_rate(usd(), rate, false).price(price);
            let rounded = plain.at_rate(usd(), rate, true).price(price);
            prop_assert!(rounded >= exact && rounded - exact < 100);
            prop_assert_eq!(rounded % 100, 0);
        }

        #[test]
        fn there_and_back_at_one_to_one_changes_nothing(price in 0_i64..1_000_000_000_000) {
            let pricing = MarketPricing::same(Currency::EUR).at_rate(usd(), RATE_ONE, false);
            prop_assert_eq!(pricing.price(price), price);
        }

        #[test]
        fn no_price_is_below_zero_or_beyond_what_is_counted(
            price: i64, rate: i64, ppm: i64, rounded: bool,
        ) {
            let pricing = MarketPricing::same(Currency::JPY)
                .at_rate(Currency::EUR, rate, rounded)
                .adjusted(ppm);
            let out = pricing.price(price);
            prop_assert!((0..=TOTAL_MINOR_MAX + 100).contains(&out));
        }
    }
}
