//! The elements of a list, wherever it comes from.

use super::{Data, Value};

/// The elements of a list.
#[derive(Clone, Copy)]
pub(crate) enum Items<'a> {
    Data(&'a [Data]),
    List(&'a [Value<'a>]),
}

impl<'a> Items<'a> {
    /// The elements of a value that is a list.
    #[inline]
    pub(crate) fn of(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Array(items) => Some(Items::Data(items)),
            Value::List(items) => Some(Items::List(items)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn len(self) -> usize {
        match self {
            Items::Data(items) => items.len(),
            Items::List(items) => items.len(),
        }
    }

    #[inline]
    pub(crate) fn get(self, at: usize) -> Option<Value<'a>> {
        match self {
            Items::Data(items) => items.get(at).map(Value::of),
            Items::List(items) => items.get(at).copied(),
        }
    }

    /// The element at an index, which counts from the end when negative.
    pub(crate) fn at(self, index: i64) -> Option<Value<'a>> {
        let at = if index < 0 {
            index.checked_add(self.len() as i64)?
        } else {
            index
        };
        self.get(usize::try_from(at).ok()?)
    }

    /// The part from `from`, at most `len` long.
    pub(crate) fn part(self, from: usize, len: usize) -> Self {
        let from = from.min(self.len());
        let to = from.saturating_add(len).min(self.len());
        match self {
            Items::Data(items) => Items::Data(&items[from..to]),
            Items::List(items) => Items::List(&items[from..to]),
        }
    }

    /// The list as a value again.
    pub(crate) fn value(self) -> Value<'a> {
        match self {
            Items::Data(items) => Value::Array(items),
            Items::List(items) => Value::List(items),
        }
    }
}

impl<'a> IntoIterator for Items<'a> {
    type Item = Value<'a>;
    type IntoIter = ItemsIter<'a>;

    fn into_iter(self) -> ItemsIter<'a> {
        match self {
            Items::Data(items) => ItemsIter::Data(items.iter()),
            Items::List(items) => ItemsIter::List(items.iter()),
        }
    }
}

pub(crate) enum ItemsIter<'a> {
    Data(std::slice::Iter<'a, Data>),
    List(std::slice::Iter<'a, Value<'a>>),
}

impl<'a> Iterator for ItemsIter<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        match self {
            ItemsIter::Data(items) => items.next().map(Value::of),
            ItemsIter::List(items) => items.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            ItemsIter::Data(items) => items.size_hint(),
            ItemsIter::List(items) => items.size_hint(),
        }
    }
}
