//! How well products fit the words of a text.

use std::collections::HashMap;
use std::sync::Arc;

use store::{StoreError, Tx};
use units::words;

use super::columns::Source;
use super::terms::terms_beginning;

/// A text that products are ranked by: the weight of its words in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relevance {
    words: Vec<String>,
    last_is_open: bool,
}

/// Whether the last word of a text may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Every word is whole.
    Never,
    /// The last one may be a beginning.
    Last,
}

/// Products of a word that are ranked and counted, at most: those that it weighs most in.
pub const RANKED_MAX: usize = 25_000;
/// Words of a text that count.
const WORDS_MAX: usize = 8;
/// Products that are looked up one by one, at most, instead of reading all that have a word.
const LOOKED_UP_MAX: i64 = 1_000;
/// Words that the typed one may become, at most.
const ENDINGS_MAX: i64 = 16;

/// How many products have a word, counted up to `$2`.
const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM (\
     SELECT 1 AS one FROM search_terms s \
     WHERE s.shop_id = $shop AND s.owner_kind = 'Product' AND s.term = $1 LIMIT $2) AS counted";
/// The products that have a word, those it weighs most in first.
const HEAVIEST: &str = "SELECT s.owner_id, s.weight FROM search_terms s \
     WHERE s.shop_id = $shop AND s.owner_kind = 'Product' AND s.term = $1 \
     ORDER BY s.weight DESC, s.owner_id DESC LIMIT $2";
/// Those of some products that have a word.
const AMONG: &str = "SELECT s.owner_id, s.weight FROM search_terms s \
     WHERE s.shop_id = $shop AND s.owner_kind = 'Product' AND s.term = $1 AND s.owner_id = ANY($2)";
/// Products with the weight of a word in each.
type Weights = HashMap<i64, i64>;

impl Relevance {
    /// Reads the words of a text; `open` when the last of them may be the beginning of a longer
    /// one. `None` when it has none.
    #[must_use]
    pub fn of(text: &str, open: Open) -> Option<Self> {
        let words: Vec<String> = words(text).take(WORDS_MAX).collect();
        (!words.is_empty()).then_some(Self {
            words,
            last_is_open: open == Open::Last,
        })
    }

    /// The products that have all of the words, with what these weigh in each, by id. Of a word that more than `most`
    /// products have, those are looked at that it weighs most in.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn among(&self, tx: &mut Tx, most: usize) -> Result<Source, StoreError> {
        let last = self.words.len() - 1;
        let mut ordered: Vec<(i64, usize)> = Vec::with_capacity(self.words.len());
        for (place, word) in self.words.iter().enumerate() {
            // The rarest word comes first; the open one last, and a lone word needs no count.
            let count = match (self.last_is_open && place == last, last) {
                (true, _) => i64::MAX,
                (false, 0) => 0,
                (false, _) => tx.one(COUNT, (word.as_str(), LOOKED_UP_MAX + 1))?,
            };
            ordered.push((count, place));
        }
        ordered.sort_unstable();
        let mut found: Option<Weights> = None;
        for (_, place) in ordered {
            let word = self.words[place].as_str();
            let few = |all: &Weights| i64::try_from(all.len()).is_ok_and(|it| it <= LOOKED_UP_MAX);
            let is_open = self.last_is_open && place == last;
            let own: Weights = match &found {
                _ if is_open => endings(tx, word, most)?,
                Some(all) if few(all) => {
                    let ids: Vec<i64> = all.keys().copied().collect();
                    let rows: Vec<(i64, i64)> = tx.all(AMONG, (word, ids))?;
                    rows.into_iter().collect()
                }
                _ => heaviest(tx, word, most)?.into_iter().collect(),
            };
            found = Some(match found {
                None => own,
                Some(all) => both(all, &own),
            });
            if found.as_ref().is_some_and(Weights::is_empty) {
                break;
            }
        }
        let mut ranked: Vec<(i64, i64)> = found.unwrap_or_default().into_iter().collect();
        ranked.sort_unstable();
        Ok(Source::Ranked(Arc::new(ranked)))
    }
}

/// Those in both, with the sum of their weights.
fn both(mut all: Weights, own: &Weights) -> Weights {
    all.retain(|id, weight| {
        let more = own.get(id);
        *weight += more.copied().unwrap_or(0);
        more.is_some()
    });
    all
}

fn heaviest(tx: &mut Tx, word: &str, most: usize) -> Result<Vec<(i64, i64)>, StoreError> {
    tx.all(HEAVIEST, (word, i64::try_from(most).unwrap_or(i64::MAX)))
}

/// The products with a word that begins so; the words that it may become share what is looked at.
fn endings(tx: &mut Tx, word: &str, most: usize) -> Result<Weights, StoreError> {
    let terms = terms_beginning(tx, word, ENDINGS_MAX)?;
    let each = most / terms.len().max(1);
    let mut found = Weights::new();
    for term in terms {
        for (id, weight) in heaviest(tx, &term, each)? {
            let held = found.entry(id).or_insert(weight);
            *held = weight.max(*held);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_counts_by_its_words_and_without_any_is_none() {
        let text = Relevance::of("Clay, TEAPOT!", Open::Last).unwrap();
        assert_eq!(text.words, ["clay", "teapot"]);
        assert!(Relevance::of(" - ", Open::Never).is_none());
    }

    #[test]
    fn what_has_both_words_weighs_what_both_weigh() {
        let all = Weights::from([(1, 8), (2, 4)]);
        let own = Weights::from([(2, 1), (3, 8)]);
        assert_eq!(both(all, &own), Weights::from([(2, 5)]));
    }
}
