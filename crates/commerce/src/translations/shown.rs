//! What is said in a language.

use std::collections::HashMap;

use store::{StoreError, Tx, record};
use units::Timestamp;

use super::content::Resource;

record! {
    /// A text in another language.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Translation {
        /// The resource.
        pub resource_id: i64,
        /// The language.
        pub locale: String,
        /// The only market that it is for; 0 for all.
        pub market_id: i64,
        /// Which text.
        pub key: String,
        /// What it says.
        pub value: String,
        /// The digest of the text that it translates.
        pub digest: String,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// The translated texts of resources of one kind.
#[derive(Debug, Clone, Default)]
pub struct Texts(HashMap<i64, Vec<(String, String)>>);

impl Texts {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a resource under a key.
    #[must_use]
    pub fn get(&self, id: i64, key: &str) -> Option<&str> {
        let own = self.0.get(&id)?.iter();
        own.rev()
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }

    /// Puts the text of a resource in the place of another, when there is one.
    pub fn put(&self, id: i64, key: &str, text: &mut String) {
        if let Some(value) = self.get(id, key) {
            value.clone_into(text);
        }
    }

    /// As [`Texts::put`], for a text that may be missing.
    pub fn put_some(&self, id: i64, key: &str, text: &mut Option<String>) {
        if let Some(value) = self.get(id, key) {
            *text = Some(value.to_owned());
        }
    }
}

/// The texts of resources in a language: what is said in a market (0 for none) before what is said
/// everywhere.
///
/// # Errors
/// `Store` faults only.
pub fn texts(
    tx: &mut Tx,
    kind: Resource,
    ids: &[i64],
    locale: &str,
    market: i64,
) -> Result<Texts, StoreError> {
    let mut texts: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    for own in translations(tx, kind, ids, locale, market)? {
        let of = texts.entry(own.resource_id).or_default();
        of.push((own.key, own.value));
    }
    Ok(Texts(texts))
}

/// The translations of resources in a language: those that hold everywhere, then those of a market
/// (0 for none).
///
/// # Errors
/// `Store` faults only.
pub fn translations(
    tx: &mut Tx,
    kind: Resource,
    ids: &[i64],
    locale: &str,
    market: i64,
) -> Result<Vec<Translation>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        "SELECT resource_id, locale, market_id, key, value, digest, updated_at
           FROM translations
          WHERE shop_id = $shop AND resource_kind = $1 AND resource_id = ANY($2) AND locale = $3
            AND (market_id = 0 OR market_id = $4)
          ORDER BY resource_id, market_id, key",
        (kind, ids, locale, market),
    )
}

/// The resource of a kind whose handle is this in a language.
///
/// # Errors
/// `Store` faults only.
pub fn by_handle(
    tx: &mut Tx,
    kind: Resource,
    locale: &str,
    handle: &str,
) -> Result<Option<i64>, StoreError> {
    tx.optional(
        "SELECT resource_id FROM translations
          WHERE shop_id = $shop AND resource_kind = $1 AND locale = $2 AND value = $3
            AND key = 'handle'
          ORDER BY resource_id
          LIMIT 1",
        (kind, locale, handle),
    )
}
