//! Maps that keep their order and are quick to look into.

use std::collections::HashMap;
use std::fmt;

use super::Data;

/// Up to this many entries a scan over the names' marks beats a hash table.
const SCANNED: usize = 24;

/// Names and values in the order in which they were put in.
#[derive(Clone, Default)]
pub struct Map {
    entries: Vec<Entry>,
    /// Where each name stands, once there are many. Its hasher is keyed at
    /// random, so that nobody can choose names that collide.
    index: Option<HashMap<Box<str>, u32>>,
}

/// A name and its value; all that a lookup touches is here, in 64 bytes.
#[derive(Clone)]
struct Entry {
    mark: Mark,
    value: Data,
    name: Box<str>,
}

/// A mark of a name: its first fifteen bytes and its length. Equal names have
/// equal marks, and for short names, as nearly all are, the reverse holds too.
pub(crate) type Mark = u128;

const MARKED: usize = 15;

/// The mark of a name.
pub(crate) fn mark(name: &str) -> Mark {
    let mut bytes = [0; MARKED + 1];
    let head = name.len().min(MARKED);
    bytes[..head].copy_from_slice(&name.as_bytes()[..head]);
    bytes[MARKED] = name.len().min(255) as u8;
    u128::from_le_bytes(bytes)
}

/// Whether two names with the same mark are the same.
#[inline]
fn same(left: &str, right: &str) -> bool {
    right.len() <= MARKED || left == right
}

impl Map {
    /// An empty map.
    pub fn new() -> Self {
        Map::default()
    }

    /// An empty map with room for `entries`.
    pub fn with_capacity(entries: usize) -> Self {
        Map {
            entries: Vec::with_capacity(entries),
            index: None,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts a value under a name; a value that was there is replaced, in its
    /// place.
    pub fn insert(&mut self, name: impl Into<Box<str>>, value: impl Into<Data>) {
        let (name, value) = (name.into(), value.into());
        let mark = mark(&name);
        if let Some(at) = self.position(&name, mark) {
            self.entries[at].value = value;
            return;
        }
        let at = self.entries.len() as u32;
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), at);
        }
        self.entries.push(Entry { mark, value, name });
        if self.index.is_none() && self.entries.len() > SCANNED {
            let places = self.entries.iter().zip(0..);
            self.index = Some(places.map(|(entry, at)| (entry.name.clone(), at)).collect());
        }
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Data> {
        self.position(name, mark(name))
            .map(|at| &self.entries[at].value)
    }

    /// A value, and where it stands; `hint` is where its name stood in the last
    /// map that was asked, which for the items of one list is nearly always
    /// right.
    #[inline]
    pub(crate) fn get_hinted(&self, name: &str, mark: Mark, hint: u32) -> Option<(&Data, u32)> {
        if let Some(entry) = self.entries.get(hint as usize)
            && entry.mark == mark
            && same(&entry.name, name)
        {
            return Some((&entry.value, hint));
        }
        let at = self.position(name, mark)?;
        Some((&self.entries[at].value, at as u32))
    }

    fn position(&self, name: &str, mark: Mark) -> Option<usize> {
        if let Some(index) = &self.index {
            return index.get(name).map(|at| *at as usize);
        }
        self.entries
            .iter()
            .position(|entry| entry.mark == mark && same(&entry.name, name))
    }

    /// The entry at a place, counted from zero.
    pub fn entry(&self, at: usize) -> Option<(&str, &Data)> {
        let entry = self.entries.get(at)?;
        Some((&entry.name, &entry.value))
    }

    /// All entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Data)> {
        self.entries
            .iter()
            .map(|entry| (&*entry.name, &entry.value))
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<Box<str>>, V: Into<Data>> FromIterator<(N, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Map::with_capacity(entries.size_hint().0);
        for (name, value) in entries {
            map.insert(name, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_its_order_and_finds_every_name() {
        for size in [0, 1, SCANNED, SCANNED + 1, 500] {
            let map: Map = (0..size).map(|n| (format!("name{n}"), n as i64)).collect();
            assert_eq!(map.len(), size);
            for n in 0..size {
                assert_eq!(map.get(&format!("name{n}")), Some(&Data::Int(n as i64)));
                assert_eq!(
                    map.entry(n).map(|(name, _)| name.to_owned()),
                    Some(format!("name{n}"))
                );
            }
            assert_eq!(map.get("nobody"), None);
        }
    }

    #[test]
    fn a_second_value_replaces_the_first_in_its_place() {
        let mut map = Map::new();
        map.insert("a", 1);
        map.insert("b", 2);
        map.insert("a", 3);
        assert_eq!(map.len(), 2);
        assert_eq!(map.entry(0), Some(("a", &Data::Int(3))));
    }

    #[test]
    fn a_wrong_hint_does_no_harm() {
        let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
        for hint in [0, 1, 7] {
            assert_eq!(
                map.get_hinted("b", mark("b"), hint),
                Some((&Data::Int(2), 1))
            );
        }
    }
}
