//! How well products fit the words of a text.

use store::{Param, StoreError, Tx};
use units::words;

use super::terms::{beyond, terms_beginning};

/// A text that products are ranked by: the weight of its words in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relevance {
    words: Vec<String>,
    last_is_open: bool,
}

impl Relevance {
    /// Reads the words of a text; `open` when the last of them may be the beginning of a longer
    /// one. `None` when it has none.
    #[must_use]
    pub fn of(text: &str, open: Open) -> Option<Self> {
        const WORDS_MAX: usize = 8;
        let words: Vec<String> = words(text).take(WORDS_MAX).collect();
        (!words.is_empty()).then_some(Self {
            words,
            last_is_open: open == Open::Last,
        })
    }

    /// `SELECT` of the products (`p`) that have all of the words, with their rank (`m.rank`, the
    /// best first), and its parameters.
    pub(super) fn select(&self, columns: &str) -> (String, Vec<Param<'static>>) {
        let (each, params) = self.weights();
        (self.ranked(columns, &each), params)
    }

    /// As [`select`](Self::select), for a list with the best first: of what a single word finds, only
    /// the best are looked at.
    pub(super) fn select_best(
        &self,
        tx: &mut Tx,
        columns: &str,
    ) -> Result<(String, Vec<Param<'static>>), StoreError> {
        let [word] = self.words.as_slice() else {
            return Ok(self.select(columns));
        };
        let (terms, most) = if self.last_is_open {
            let terms = terms_beginning(tx, word, NEXT_MAX)?;
            (terms, BEST_PER_TERM)
        } else {
            (vec![word.clone()], BEST_MAX)
        };
        if terms.is_empty() {
            return Ok(self.select(columns));
        }
        let best: Vec<String> = (1..=terms.len())
            .map(|place| {
                format!(
                    "SELECT * FROM (SELECT s.owner_id, s.weight FROM search_terms s \
                     WHERE s.shop_id = $shop AND s.owner_kind = 'Product' AND s.term = ${place} \
                     ORDER BY s.weight DESC, s.owner_id DESC LIMIT {most}) AS b{place}"
                )
            })
            .collect();
        let best = format!(
            "SELECT b.owner_id, MAX(b.weight) AS weight FROM ({}) AS b GROUP BY b.owner_id",
            best.join(" UNION ALL ")
        );
        let params = terms.into_iter().map(|term| Param::Text(term.into()));
        Ok((self.ranked(columns, &best), params.collect()))
    }

    fn ranked(&self, columns: &str, each: &str) -> String {
        format!(
            "SELECT {columns} FROM products p JOIN (SELECT w.owner_id, \
             CAST(-SUM(w.weight) AS BIGINT) AS rank FROM ({each}) AS w GROUP BY w.owner_id \
             HAVING COUNT(*) = {}) AS m ON m.owner_id = p.id WHERE p.shop_id = $shop",
            self.words.len(),
        )
    }

    /// `SELECT` of the ids of the products that have all of the words, and its parameters.
    pub(super) fn owners(&self) -> (String, Vec<Param<'static>>) {
        let (each, params) = self.weights();
        let select = format!(
            "SELECT w.owner_id FROM ({each}) AS w GROUP BY w.owner_id HAVING COUNT(*) = {}",
            self.words.len(),
        );
        (select, params)
    }

    /// The weight of each word in each product that has it.
    fn weights(&self) -> (String, Vec<Param<'static>>) {
        const OF_WORD: &str =
            "FROM search_terms s WHERE s.shop_id = $shop AND s.owner_kind = 'Product'";
        let mut params = Vec::new();
        let mut put = |text: String| {
            params.push(Param::Text(text.into()));
            format!("${}", params.len())
        };
        let last = self.words.len() - 1;
        // A product has all words when it has a weight for each; it has a whole word once.
        let each: Vec<String> = self
            .words
            .iter()
            .enumerate()
            .map(|(place, word)| {
                if place == last && self.last_is_open {
                    let (from, to) = (put(word.clone()), put(beyond(word)));
                    format!(
                        "SELECT s.owner_id, MAX(s.weight) AS weight {OF_WORD} \
                         AND s.term >= {from} AND s.term < {to} GROUP BY s.owner_id"
                    )
                } else {
                    let term = put(word.clone());
                    format!("SELECT s.owner_id, s.weight {OF_WORD} AND s.term = {term}")
                }
            })
            .collect();
        (each.join(" UNION ALL "), params)
    }
}

/// Products of one word that are ranked, at most.
const BEST_MAX: usize = 2_000;
/// Products of each word that the typed one may become, at most.
const BEST_PER_TERM: usize = 250;
/// Words that the typed one may become, at most.
const NEXT_MAX: i64 = 16;

/// Whether the last word of a text may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Every word is whole.
    Never,
    /// The last one may be a beginning.
    Last,
}
