//! What a buyer meant who mistyped a word.
//!
//! A word that no product has is taken for one that differs by a letter: a wrong, a missing or a needless one, or two
//! that changed places. Its first four letters must be right, as the public manual of the online store's search
//! says; that also bounds the words that are looked at.

use store::{StoreError, Tx};
use units::words;

use super::Open;
use super::terms::{beyond, terms_beginning};

/// Letters at the beginning of a word that must be right.
const RIGHT: usize = 4;
/// Words of a text that count.
const WORDS_MAX: usize = 8;
/// Words that begin with the right letters and are compared, at most.
const COMPARED_MAX: i64 = 500;
/// Near words whose products are counted, at most.
const NEAR_MAX: usize = 8;

/// The text that was meant, when words of it are in no product, but words near them are; asked when nothing was found
/// for the text itself.
///
/// # Errors
/// `Store` faults only.
pub fn meant(tx: &mut Tx, text: &str, open: Open) -> Result<Option<String>, StoreError> {
    let mut all: Vec<String> = words(text).take(WORDS_MAX).collect();
    let last = all.len().saturating_sub(1);
    let mut changed = false;
    for (place, word) in all.iter_mut().enumerate() {
        let unfinished = open == Open::Last && place == last;
        if word.chars().count() <= RIGHT || is_known(tx, word, unfinished)? {
            continue;
        }
        if let Some(near) = nearest(tx, word, unfinished)? {
            *word = near;
            changed = true;
        }
    }
    Ok(changed.then(|| all.join(" ")))
}

/// What to look for titles by that [`means`] then tells apart: words whose first letters must be right,
/// in the search syntax.
#[must_use]
pub fn beginnings(text: &str) -> String {
    let all: Vec<String> = words(text).take(WORDS_MAX).collect();
    let last = all.len().saturating_sub(1);
    let open = |(place, word): (usize, &String)| match word.chars().count() > RIGHT {
        true => format!("{}*", word.chars().take(RIGHT).collect::<String>()),
        false if place == last => format!("{word}*"),
        false => word.clone(),
    };
    let all: Vec<String> = all.iter().enumerate().map(open).collect();
    all.join(" ")
}

/// Whether a title has every word of a text, or one near it; the last may be unfinished.
#[must_use]
pub fn means(text: &str, title: &str) -> bool {
    let all: Vec<String> = words(text).take(WORDS_MAX).collect();
    let last = all.len().saturating_sub(1);
    let title: Vec<String> = words(title).collect();
    all.iter().enumerate().all(|(place, word)| {
        let unfinished = place == last;
        let is_right = |own: &String| {
            let right = word.chars().take(RIGHT).collect::<String>();
            own == word
                || (unfinished && own.starts_with(word.as_str()))
                || (own.starts_with(&right)
                    && word.chars().count() > RIGHT
                    && is_near(word, own, unfinished))
        };
        title.iter().any(is_right)
    })
}

fn is_known(tx: &mut Tx, word: &str, unfinished: bool) -> Result<bool, StoreError> {
    let to = if unfinished {
        beyond(word)
    } else {
        // Nothing stands between a word and the same with the lowest letter behind it.
        format!("{word}\u{1}")
    };
    let found: Option<i64> = tx.optional(
        "SELECT owner_id FROM search_terms
          WHERE shop_id = $shop AND owner_kind = 'Product' AND term >= $1 AND term < $2
          LIMIT 1",
        (word, to),
    )?;
    Ok(found.is_some())
}

/// The near word that most products have, of those the first by the alphabet.
fn nearest(tx: &mut Tx, word: &str, unfinished: bool) -> Result<Option<String>, StoreError> {
    let right: String = word.chars().take(RIGHT).collect();
    let mut near = terms_beginning(tx, &right, COMPARED_MAX)?;
    near.retain(|term| is_near(word, term, unfinished));
    near.truncate(NEAR_MAX);
    let counts: Vec<Vec<i64>> = tx.each(
        "SELECT COUNT(*)
           FROM (SELECT 1 AS one FROM search_terms
                  WHERE shop_id = $shop AND owner_kind = 'Product' AND term = $1
                  LIMIT 100) AS counted",
        &near,
        (),
    )?;
    let counted = near.into_iter().zip(counts.concat());
    let best = counted.reduce(|best, other| if other.1 > best.1 { other } else { best });
    Ok(best.map(|(term, _)| term))
}

/// Whether a word is one edit from a term, or from its beginning when the word may go on.
fn is_near(word: &str, term: &str, unfinished: bool) -> bool {
    let word: Vec<char> = word.chars().collect();
    let term: Vec<char> = term.chars().collect();
    if !unfinished {
        return is_one_edit(&word, &term);
    }
    (word.len() - 1..=word.len() + 1)
        .filter_map(|length| term.get(..length))
        .any(|beginning| is_one_edit(&word, beginning))
}

/// Whether two words differ by one letter, or by the order of two that stand side by side.
fn is_one_edit(one: &[char], other: &[char]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    let ends = one.iter().rev().zip(other.iter().rev());
    let same = ends.take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - same], &other[..other.len() - same]) {
        ([_], [_] | []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_forgiven_and_no_more() {
        for near in ["chocollate", "chocolat", "chocolote", "chocoalte"] {
            assert!(is_near(near, "chocolate", false), "{near}");
        }
        for far in ["chocolate", "chocollatte", "chocola", "coffee", "chocaolte"] {
            assert!(!is_near(far, "chocolate", false), "{far}");
        }
    }

    #[test]
    fn a_title_has_what_was_meant() {
        assert_eq!(beginnings("Garden oak chiar"), "gard* oak chia*");
        assert!(means("gardne", "Our garden club"));
        assert!(means("our gardn", "Our garden club"));
        assert!(means("clu", "Our garden club"));
        assert!(!means("gradne", "Our garden club"));
        assert!(!means("garden party", "Our garden club"));
    }

    #[test]
    fn an_unfinished_word_is_near_a_beginning() {
        assert!(is_near("chocoll", "chocolate", true));
        assert!(is_near("snekae", "snekers", true));
        assert!(!is_near("chocoll", "chocolate", false));
        assert!(!is_near("chokkol", "chocolate", true));
    }
}
