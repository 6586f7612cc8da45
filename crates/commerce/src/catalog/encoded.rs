//! Which combinations of option values there are, in one short text.
//!
//! The encoding is the public `v1` one: each combination is its values' places, counted from
//! zero; all of them form a trie. `:` goes on to the next option, `,` ends a prefix, and the
//! places of the last option are written as ranges `0-2` with gaps ` `.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::loads::{OptionWithValues, StockedVariant};

/// Combinations of places, each as long as there are options.
type Combinations = BTreeSet<Vec<usize>>;

/// Encodes the combinations that those of the variants have which `wanted` takes.
#[must_use]
pub fn encode_variants(
    options: &[OptionWithValues],
    variants: &[StockedVariant],
    wanted: impl Fn(&StockedVariant) -> bool,
) -> String {
    let place = |(option, value): (&OptionWithValues, &str)| {
        option.values.iter().position(|it| it.value.name == value)
    };
    let places = |it: &StockedVariant| -> Option<Vec<usize>> {
        let places: Option<Vec<usize>> = options
            .iter()
            .zip(it.variant.option_values())
            .map(place)
            .collect();
        places.filter(|places| places.len() == options.len())
    };
    let combinations = variants.iter().filter(|it| wanted(it)).filter_map(places);
    encode(&combinations.collect())
}

fn encode(combinations: &Combinations) -> String {
    let all: Vec<&[usize]> = combinations.iter().map(Vec::as_slice).collect();
    let mut text = "v1_".to_owned();
    write_level(&mut text, &all);
    text
}

/// Writes sorted combinations, each cut to what is left of it.
fn write_level(text: &mut String, all: &[&[usize]]) {
    if all.iter().any(|rest| rest.len() <= 1) {
        let last: Vec<usize> = all
            .iter()
            .filter_map(|rest| rest.first().copied())
            .collect();
        write_ranges(text, &last);
        return;
    }
    for group in all.chunk_by(|one, other| one[0] == other[0]) {
        let rest: Vec<&[usize]> = group.iter().map(|combination| &combination[1..]).collect();
        let _ = write!(text, "{}:", group[0][0]);
        write_level(text, &rest);
        text.push(',');
    }
}

fn write_ranges(text: &mut String, places: &[usize]) {
    for (at, run) in places.chunk_by(|one, next| one + 1 == *next).enumerate() {
        if at > 0 {
            text.push(' ');
        }
        let _ = write!(text, "{}", run[0]);
        if let [_, .., last] = run {
            let _ = write!(text, "-{last}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(combinations: &[&[usize]]) -> String {
        encode(&combinations.iter().map(|it| it.to_vec()).collect())
    }

    /// Reads an encoding by its published rules, character by character.
    fn decoded(text: &str) -> Combinations {
        let mut found = Combinations::new();
        let (mut path, mut number, mut from) = (Vec::new(), None::<usize>, None::<usize>);
        let text = text.strip_prefix("v1_").expect("the version");
        for sign in text.chars().chain(['$']) {
            if let Some(digit) = sign.to_digit(10) {
                number = Some(number.unwrap_or(0) * 10 + digit as usize);
                continue;
            }
            match (sign, number.take()) {
                (':', Some(place)) => path.push(place),
                ('-', Some(place)) => from = Some(place),
                (sign, place) => {
                    if let Some(last) = place {
                        for place in from.take().unwrap_or(last)..=last {
                            found.insert([path.as_slice(), &[place]].concat());
                        }
                    }
                    if sign == ',' {
                        path.pop();
                    }
                }
            }
        }
        found
    }

    #[test]
    fn the_published_examples_are_encoded_so() {
        assert_eq!(encoded(&[&[0], &[1], &[2]]), "v1_0-2");
        assert_eq!(encoded(&[&[0], &[4]]), "v1_0 4");
        assert_eq!(encoded(&[&[0, 0], &[0, 1], &[1, 2]]), "v1_0:0-1,1:2,");
        let three: &[&[usize]] = &[
            &[0, 0, 0],
            &[0, 1, 0],
            &[0, 1, 1],
            &[1, 0, 0],
            &[1, 0, 1],
            &[1, 1, 1],
            &[2, 0, 1],
            &[2, 1, 0],
        ];
        assert_eq!(encoded(three), "v1_0:0:0,1:0-1,,1:0:0-1,1:1,,2:0:1,1:0,,");
        assert_eq!(encoded(&[]), "v1_");
    }

    #[test]
    fn what_is_encoded_reads_back_the_same() {
        for pattern in 0..512_usize {
            let all: Combinations = (0..9)
                .filter(|bit| pattern & (1 << bit) != 0)
                .map(|bit| vec![bit / 3, (bit / 2) % 2, 8 + bit])
                .collect();
            assert_eq!(decoded(&encode(&all)), all, "{}", encode(&all));
        }
    }
}
