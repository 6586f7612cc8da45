//! Maps that keep their order and are quick to look into.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Data;

/// Up to this many names a scan over their marks beats a hash table.
const SCANNED: usize = 24;

/// Names and values in the order in which they were put in.
///
/// Maps with the same names share them, so that a lookup can remember where a
/// name stood for all of them.
#[derive(Clone, Default)]
pub struct Map {
    shape: Arc<Shape>,
    values: Vec<Data>,
}

/// The names of a map.
#[derive(Clone, Default)]
struct Shape {
    /// No two lists of names have the same number, nor does any have zero but
    /// the empty one.
    number: u64,
    marks: Vec<Mark>,
    names: Vec<Box<str>>,
    /// Where each name stands, once there are many. Its hasher is keyed at
    /// random, so that nobody can choose names that collide.
    index: Option<HashMap<Box<str>, u32>>,
}

/// A place in a shape, for the next lookup: the shape's number and, in the last
/// sixteen bits, the place.
pub(crate) type Hint = u64;

const PLACE_BITS: u32 = 16;

fn hint(number: u64, at: usize) -> Hint {
    match u16::try_from(at) {
        Ok(at) => number << PLACE_BITS | u64::from(at),
        Err(_) => 0,
    }
}

/// Shapes that were made last, by thread: data of one kind is mostly made in
/// one go.
const REMEMBERED: usize = 32;

thread_local! {
    static SHAPES: RefCell<(usize, Vec<Arc<Shape>>)> = const { RefCell::new((0, Vec::new())) };
}

impl Shape {
    fn next_number() -> u64 {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        NUMBERS.fetch_add(1, Ordering::Relaxed)
    }

    fn push(&mut self, name: Box<str>, mark: Mark) {
        self.number = Shape::next_number();
        let at = self.names.len() as u32;
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), at);
        }
        self.marks.push(mark);
        self.names.push(name);
        if self.index.is_none() && self.names.len() > SCANNED {
            let places = self.names.iter().cloned().zip(0..);
            self.index = Some(places.collect());
        }
    }

    fn position(&self, name: &str, mark: Mark) -> Option<usize> {
        if let Some(index) = &self.index {
            return index.get(name).map(|at| *at as usize);
        }
        let mut marks = self.marks.iter().zip(&self.names);
        marks.position(|(found, key)| *found == mark && same(key, name))
    }

    /// The shape of that kind that other maps have, if one was made lately.
    fn shared(self: Arc<Self>) -> Arc<Self> {
        SHAPES.with_borrow_mut(|(next, shapes)| {
            let known = shapes
                .iter()
                .find(|shape| shape.marks == self.marks && shape.names == self.names);
            if let Some(known) = known {
                return Arc::clone(known);
            }
            if shapes.len() < REMEMBERED {
                shapes.push(Arc::clone(&self));
            } else {
                shapes[*next] = Arc::clone(&self);
                *next = (*next + 1) % REMEMBERED;
            }
            self
        })
    }
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
            shape: Arc::default(),
            values: Vec::with_capacity(entries),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Puts a value under a name; a value that was there is replaced, in its
    /// place.
    pub fn insert(&mut self, name: impl Into<Box<str>>, value: impl Into<Data>) {
        let (name, value) = (name.into(), value.into());
        let mark = mark(&name);
        match self.shape.position(&name, mark) {
            Some(at) => self.values[at] = value,
            None => {
                Arc::make_mut(&mut self.shape).push(name, mark);
                self.values.push(value);
            }
        }
    }

    /// Shares the names with maps that were made lately; lookups over many maps
    /// of one kind are quicker then.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.shape = self.shape.shared();
        self.values.shrink_to_fit();
        self
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Data> {
        self.values.get(self.shape.position(name, mark(name))?)
    }

    /// The value at the place of a hint, if the hint is for maps of this shape.
    #[inline(always)]
    pub(crate) fn get_at(&self, hint: Hint) -> Option<&Data> {
        if self.shape.number != hint >> PLACE_BITS {
            return None;
        }
        self.values.get((hint & ((1 << PLACE_BITS) - 1)) as usize)
    }

    /// A value, and a hint for the next lookup of the same name.
    pub(crate) fn get_hinted(&self, name: &str, mark: Mark, last: Hint) -> Option<(&Data, Hint)> {
        // Where the shape is another than last time, the place may be the same
        // all the same.
        let place = (last & ((1 << PLACE_BITS) - 1)) as usize;
        let is_there = self.shape.marks.get(place) == Some(&mark)
            && self
                .shape
                .names
                .get(place)
                .is_some_and(|key| same(key, name));
        let at = match is_there {
            true => place,
            false => self.shape.position(name, mark)?,
        };
        Some((self.values.get(at)?, hint(self.shape.number, at)))
    }

    /// The entry at a place, counted from zero.
    pub fn entry(&self, at: usize) -> Option<(&str, &Data)> {
        Some((self.shape.names.get(at)?, self.values.get(at)?))
    }

    /// All entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Data)> {
        let names = self.shape.names.iter().map(|name| &**name);
        names.zip(&self.values)
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
        map.shared()
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
        for last in [0, 1, 7, Hint::MAX, hint(map.shape.number, 1)] {
            let (found, next) = map.get_hinted("b", mark("b"), last).unwrap();
            assert_eq!((found, next), (&Data::Int(2), hint(map.shape.number, 1)));
            assert_eq!(
                map.get_hinted("c", mark("c"), last & !0xffff ^ 1 << 40),
                None
            );
        }
        assert_eq!(Map::new().get_hinted("a", mark("a"), 0), None);
    }

    #[test]
    fn maps_of_one_kind_share_their_names_until_one_gets_more() {
        let make = || [("a", 1), ("b", 2)].into_iter().collect::<Map>();
        let (first, mut second) = (make(), make());
        assert!(Arc::ptr_eq(&first.shape, &second.shape));
        second.insert("c", 3);
        assert_eq!((first.len(), second.len()), (2, 3));
        assert_eq!(first.get("c"), None);
        assert_ne!(first.shape.number, second.shape.number);
    }
}
