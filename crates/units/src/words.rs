//! Words: how a text is compared and searched, whatever its case and accents.

use crate::handle::plain;

/// Longer words are cut here, in characters: nobody searches for more.
const WORD_CHARS_MAX: usize = 64;

/// Lower case, and common Latin letters without their accents: `Größe` becomes `grosse`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// The text's words, folded: runs of letters and digits; an apostrophe does not part a word.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'))
        .map(|word| {
            let letters: String = word
                .chars()
                .filter(|c| c.is_alphanumeric())
                .take(WORD_CHARS_MAX)
                .collect();
            fold(&letters)
        })
        .filter(|word| !word.is_empty())
}

/// The text's words in one line: what titles and names are sorted and searched by.
#[must_use]
pub fn sort_key(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(fold("Crème BRÛLÉE, Größe"), "creme brulee, grosse");
    }

    #[test]
    fn words_are_parted_by_anything_but_letters_digits_and_apostrophes() {
        let found: Vec<String> = words("Men's T-Shirt (No. 7) — 東京").collect();
        assert_eq!(found, ["mens", "t", "shirt", "no", "7", "東京"]);
        assert_eq!(sort_key("  Oak & Ash! "), "oak ash");
        assert_eq!(sort_key("!!!"), "");
    }
}
