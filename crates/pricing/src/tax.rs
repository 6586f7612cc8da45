//! One tax on one amount.

use units::divide_half_up;

/// A rate of 100 %, in millionths.
pub const PPM: i64 = 1_000_000;

/// The tax in (`included`) or on top of an amount, at `rate_ppm` millionths, rounded half up to
/// the minor unit.
///
/// Amounts and rates below zero give no tax; neither may exceed 10¹⁵.
#[must_use]
pub fn tax_on(amount_minor: i64, rate_ppm: i64, included: bool) -> i64 {
    if amount_minor <= 0 || rate_ppm <= 0 {
        return 0;
    }
    let base = if included { PPM + rate_ppm } else { PPM };
    let tax = divide_half_up(
        i128::from(amount_minor) * i128::from(rate_ppm),
        i128::from(base),
    );
    i64::try_from(tax).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_of_a_cent_are_rounded_up() {
        assert_eq!(tax_on(1000, 190_000, false), 190);
        assert_eq!(tax_on(1190, 190_000, true), 190);
        assert_eq!(tax_on(50, 10_000, false), 1);
        assert_eq!(tax_on(49, 10_000, false), 0);
        assert_eq!(tax_on(-50, 10_000, false), 0);
        assert_eq!(tax_on(50, 0, true), 0);
    }

    proptest! {
        #[test]
        fn tax_added_to_a_net_price_is_found_again_in_the_gross_one(
            net in 0_i64..1_000_000_000_000,
            rate in 0_i64..500_000,
        ) {
            let added = tax_on(net, rate, false);
            let included = tax_on(net + added, rate, true);
            prop_assert!((added - included).abs() <= 1, "{} {}", added, included);
        }

        #[test]
        fn included_tax_is_never_more_than_the_price(
            gross in 0_i64..1_000_000_000_000,
            rate in 0_i64..5_000_000,
        ) {
            let tax = tax_on(gross, rate, true);
            prop_assert!((0..=gross).contains(&tax));
        }
    }
}
