//! Texts that many products share, each by a small number.

use std::collections::HashMap;
use std::sync::Arc;

use units::{CollectionId, fold};

/// Numbers of texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbered {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

/// All texts of a shop's products.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) vendors: Numbered,
    pub(super) types: Numbered,
    pub(super) tags: Numbered,
    /// An option's name and the name of one of its values, with [`BETWEEN`] them.
    pub(super) values: Numbered,
    collections: Vec<CollectionId>,
    collection_numbers: HashMap<CollectionId, u32>,
}

/// What no text of the store holds.
const BETWEEN: char = '\0';

impl Numbered {
    /// The number of a text; a new text gets the next one.
    pub(super) fn put(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    pub(super) fn get(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    pub(super) fn text(&self, number: u32) -> &str {
        let text = self.texts.get(number as usize);
        text.map_or("", |text| text)
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Which numbers have a text that is so.
    pub(super) fn which(&self, is_so: impl Fn(&str) -> bool) -> Vec<bool> {
        self.texts.iter().map(|text| is_so(text)).collect()
    }

    /// Which numbers have this text, whatever its case and accents.
    pub(super) fn like(&self, text: &str) -> Vec<bool> {
        let wanted = fold(text);
        self.which(|own| fold(own) == wanted)
    }

    fn bytes(&self) -> usize {
        const EACH: usize = 72;
        self.texts.iter().map(|text| text.len() + EACH).sum()
    }
}

impl Names {
    /// The number of an option's value.
    pub(super) fn put_value(&mut self, option: &str, value: &str) -> u32 {
        self.values.put(&format!("{option}{BETWEEN}{value}"))
    }

    /// The option and the value of a number.
    pub(super) fn value(&self, number: u32) -> (&str, &str) {
        parted(self.values.text(number))
    }

    /// Which values are those of an option with that name, and have that name.
    pub(super) fn values_like(&self, option: &str, value: &str) -> Vec<bool> {
        let same = |own: &str, wanted: &str| {
            own == wanted || own.to_ascii_lowercase() == wanted.to_lowercase()
        };
        self.values.which(|text| {
            let (own_option, own_value) = parted(text);
            same(own_option, option) && same(own_value, value)
        })
    }

    /// The number of a collection; a new one gets the next.
    pub(super) fn put_collection(&mut self, id: CollectionId) -> u32 {
        if let Some(number) = self.collection(id) {
            return number;
        }
        let next = u32::try_from(self.collections.len()).unwrap_or(u32::MAX);
        self.collections.push(id);
        self.collection_numbers.insert(id, next);
        next
    }

    pub(super) fn collection(&self, id: CollectionId) -> Option<u32> {
        self.collection_numbers.get(&id).copied()
    }

    /// The collection of a number.
    pub(super) fn collection_id(&self, number: u32) -> CollectionId {
        let id = self.collections.get(number as usize);
        id.copied().unwrap_or(CollectionId(0))
    }

    pub(super) fn bytes(&self) -> usize {
        let all = [&self.vendors, &self.types, &self.tags, &self.values];
        all.iter().map(|own| own.bytes()).sum::<usize>() + self.collections.len() * 32
    }
}

fn parted(text: &str) -> (&str, &str) {
    text.split_once(BETWEEN).unwrap_or((text, ""))
}
