//! Sharing an amount out so that the parts sum to the whole.

/// Shares `total` out in proportion to `weights`, by largest remainder: each part is its exact
/// share rounded down, and the units that are left go to the largest remainders, earlier parts
/// first among equals.
///
/// Weights below zero count as zero. When all are zero, the first part takes everything.
/// `total` may be negative: the parts then mirror those of the positive amount.
#[must_use]
pub fn allocate(total: i64, weights: &[i64]) -> Vec<i64> {
    let Some(last) = weights.len().checked_sub(1) else {
        return Vec::new();
    };
    let weight = |at: usize| i128::from(weights[at].max(0));
    let sum: i128 = (0..=last).map(weight).sum();
    let magnitude = i128::from(total.unsigned_abs());
    let mut parts = vec![0_i128; weights.len()];
    if sum == 0 {
        parts[0] = magnitude;
    } else {
        let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
        for (at, part) in parts.iter_mut().enumerate() {
            let share = magnitude * weight(at);
            *part = share / sum;
            remainders.push((share % sum, at));
        }
        let left = magnitude - parts.iter().sum::<i128>();
        remainders.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let left = usize::try_from(left).expect("rounding down leaves fewer units than parts");
        for (_, at) in remainders.into_iter().take(left) {
            parts[at] += 1;
        }
    }
    let sign = if total < 0 { -1 } else { 1 };
    parts
        .into_iter()
        .map(|part| i64::try_from(sign * part).expect("a part is no larger than the whole"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_units_left_over_go_to_the_largest_remainders() {
        assert_eq!(allocate(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(allocate(10, &[1, 2, 4]), [1, 3, 6]);
        assert_eq!(allocate(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(allocate(5, &[0, 0]), [5, 0]);
        assert!(allocate(5, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_whole(
            total in -1_000_000_000_000_000_i64..1_000_000_000_000_000,
            weights in prop::collection::vec(0_i64..1_000_000_000_000, 1..40),
        ) {
            let parts = allocate(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            prop_assert!(parts.iter().all(|part| part.signum() * total.signum() >= 0));
        }

        #[test]
        fn no_part_is_a_unit_away_from_its_exact_share(
            total in 0_i64..1_000_000_000,
            weights in prop::collection::vec(1_i64..1_000_000, 1..40),
        ) {
            let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in allocate(total, &weights).iter().zip(&weights) {
                let off = i128::from(*part) * sum - i128::from(total) * i128::from(*weight);
                prop_assert!(off.abs() < sum);
            }
        }
    }
}
