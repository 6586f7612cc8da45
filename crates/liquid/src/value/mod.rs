//! Values: what a host hands in ([`Data`]) and what a template works with
//! ([`Value`]).

pub(crate) mod compare;
mod convert;
pub(crate) mod decimal;
pub(crate) mod items;
mod map;
pub(crate) mod number;
pub(crate) mod text;

use std::sync::Arc;

use num_bigint::BigInt;

pub use map::Map;
pub(crate) use map::{Hint, Mark, mark};

use crate::object::Object;
use crate::render::loops::{ForLoop, RowLoop};

/// Plain data that a host owns and may keep for as many renders as it likes.
///
/// It is a tree without behaviour; values that are worked out on demand are
/// [`Object`]s.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Data {
    /// Nothing.
    #[default]
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number that is larger than that.
    Big(Arc<BigInt>),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Str(Box<str>),
    /// A list.
    Array(Box<[Data]>),
    /// Names with values.
    Map(Box<Map>),
}

impl Data {
    /// The text, if it is one.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }
}

/// A value while a template renders: small, copied freely, borrowed from the
/// host's data, from the template, or from the arena of this render.
// The tag is a whole word, so that a value is copied as three words and never
// in bytes, which the processor would have to put together again.
#[derive(Clone, Copy)]
#[repr(u64)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Nothing.
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond 64 bits.
    Big(&'a BigInt),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Str(&'a str),
    /// From the first whole number up to and including the second.
    Range(i64, i64),
    /// A list of the host.
    Array(&'a [Data]),
    /// A list that was made while rendering.
    List(&'a [Value<'a>]),
    /// Names with values.
    Map(&'a Map),
    /// Something that resolves its properties on demand.
    Object(&'a dyn Object),
    /// The `forloop` of a loop.
    ForLoop(&'a ForLoop<'a>),
    /// The `tablerowloop` of a table.
    RowLoop(&'a RowLoop),
    /// `self`: the variables of a template, by the number of its frame.
    Scope(u32),
    /// The word `blank`.
    Blank,
    /// The word `empty`.
    Empty,
}

impl<'a> Value<'a> {
    /// A view of the host's data.
    #[inline]
    pub fn of(data: &'a Data) -> Self {
        // What pages hold most comes first, and the rest apart: three branches
        // that are foreseen beat one jump that is not.
        match data {
            Data::Str(text) => Value::Str(text),
            Data::Int(number) => Value::Int(*number),
            Data::Map(map) => Value::Map(map),
            rare => Value::of_rare(rare),
        }
    }

    #[inline(never)]
    fn of_rare(data: &'a Data) -> Self {
        match data {
            Data::Array(items) => Value::Array(items),
            Data::Bool(truth) => Value::Bool(*truth),
            Data::Float(number) => Value::Float(*number),
            Data::Big(number) => Value::Big(number),
            Data::Str(text) => Value::Str(text),
            Data::Int(number) => Value::Int(*number),
            Data::Map(map) => Value::Map(map),
            Data::Nil => Value::Nil,
        }
    }

    /// Whether a condition takes it for true: all but nil and false.
    #[inline]
    pub fn is_truthy(self) -> bool {
        match self {
            Value::Nil | Value::Bool(false) => false,
            Value::Object(object) => object.is_truthy(),
            _ => true,
        }
    }

    /// Whether it is nil.
    #[inline]
    pub fn is_nil(self) -> bool {
        matches!(self, Value::Nil)
    }

    /// The text, if it is one.
    #[inline]
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// What the value stands for: an object may stand for a plain value.
    #[inline]
    pub(crate) fn plain(self) -> Self {
        match self {
            Value::Object(object) => object.value().unwrap_or(self),
            _ => self,
        }
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = crate::out::Out::unlimited();
        text::inspect(&mut text, *self);
        f.write_str(text.as_str())
    }
}
