//! Finds out which inputs a Rust struct knows, by asking its `Deserialize` implementation.
//!
//! One run follows one path (field after field) and stops at the first thing the type asks for there. A run
//! never has to produce a value, so types that parse what they read need no valid sample.

use serde::Deserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

/// What a Rust type reads at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Struct(Vec<&'static str>),
    Enum(&'static [&'static str]),
    List,
    /// A tuple of so many argument structs, which all read the same arguments.
    Parts(usize),
    Int,
    Float,
    Boolean,
    Text,
    /// Anything, so nothing is known about it.
    Any,
    /// An open map, such as a struct with `#[serde(flatten)]`.
    Map,
    /// The type could not be followed to this place.
    Lost,
}

/// What a Rust type reads at one place, and whether it takes null there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) asked: Asked,
    pub(crate) optional: bool,
}

/// A step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of a struct or a variant of an enum.
    Field(&'static str),
    /// A list's item.
    Item,
    /// A part of a tuple of argument structs.
    Part(usize),
}

pub(crate) type Path<'p> = &'p [Step];

/// Follows `path` into `A`. A function pointer to this is what the registry keeps of an argument struct.
pub(crate) fn probe<A: DeserializeOwned>(path: Path<'_>) -> Found {
    match A::deserialize(Probe {
        path,
        optional: false,
    }) {
        Err(Stop(Some(found))) => found,
        _ => Found {
            asked: Asked::Lost,
            optional: false,
        },
    }
}

/// The fields that must be present for `A` to be read from nothing, as far as one try tells.
pub(crate) fn first_missing<A: DeserializeOwned>() -> Option<&'static str> {
    match A::deserialize(Empty) {
        Err(Missing(name)) => name,
        Ok(_) => None,
    }
}

#[derive(Clone, Copy)]
struct Probe<'p> {
    path: Path<'p>,
    optional: bool,
}

#[derive(Debug)]
struct Stop(Option<Found>);

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("probe")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

impl<'p> Probe<'p> {
    fn stop<T>(self, asked: Asked) -> Result<T, Stop> {
        Err(Stop(Some(Found {
            asked,
            optional: self.optional,
        })))
    }

    fn step(self) -> Option<(Step, Self)> {
        let (first, rest) = self.path.split_first()?;
        Some((
            *first,
            Probe {
                path: rest,
                optional: false,
            },
        ))
    }

    /// Stops here, or gives the visitor the one field the path names.
    fn field<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        known: Vec<&'static str>,
    ) -> Result<V::Value, Stop> {
        match self.step() {
            None => self.stop(Asked::Struct(known)),
            Some((Step::Field(name), next)) if known.contains(&name) => {
                visitor.visit_map(OneField {
                    name: Some(name),
                    next,
                })
            }
            Some(_) => self.stop(Asked::Lost),
        }
    }
}

macro_rules! ends {
    ($($method:ident => $asked:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
            self.stop(if self.path.is_empty() { Asked::$asked } else { Asked::Lost })
        }
    )*};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    ends! {
        deserialize_any => Any, deserialize_bool => Boolean, deserialize_i8 => Int, deserialize_i16 => Int,
        deserialize_i32 => Int, deserialize_i64 => Int, deserialize_u8 => Int, deserialize_u16 => Int,
        deserialize_u32 => Int, deserialize_u64 => Int, deserialize_f32 => Float, deserialize_f64 => Float,
        deserialize_char => Text, deserialize_str => Text, deserialize_string => Text, deserialize_bytes => Text,
        deserialize_byte_buf => Text, deserialize_unit => Any, deserialize_map => Map,
        deserialize_identifier => Text, deserialize_ignored_any => Any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_some(Probe {
            optional: true,
            ..self
        })
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: V,
    ) -> Result<V::Value, Stop> {
        self.stop(Asked::Any)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.step() {
            None => self.stop(Asked::List),
            Some((Step::Item, next)) => visitor.visit_seq(OneItem(Some(next))),
            Some(_) => self.stop(Asked::Lost),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        match self.step() {
            None => self.stop(Asked::Parts(len)),
            Some((Step::Part(part), next)) => visitor.visit_seq(Parts { next, before: part }),
            Some(_) => self.stop(Asked::Lost),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.field(visitor, fields.to_vec())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        match self.step() {
            None => self.stop(Asked::Enum(variants)),
            Some((Step::Field(name), next)) if variants.contains(&name) => {
                visitor.visit_enum(OneVariant { name, next })
            }
            Some(_) => self.stop(Asked::Lost),
        }
    }
}

struct OneField<'p> {
    name: Option<&'static str>,
    next: Probe<'p>,
}

impl<'de> MapAccess<'de> for OneField<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        self.name
            .take()
            .map(|name| seed.deserialize(name.into_deserializer()))
            .transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        seed.deserialize(self.next)
    }
}

struct OneItem<'p>(Option<Probe<'p>>);

impl<'de> SeqAccess<'de> for OneItem<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        self.0.take().map(|next| seed.deserialize(next)).transpose()
    }
}

/// The parts before the wanted one are read from nothing, so they must be able to.
struct Parts<'p> {
    next: Probe<'p>,
    before: usize,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        match self.before.checked_sub(1) {
            Some(left) => {
                self.before = left;
                seed.deserialize(Empty).map(Some).map_err(|_| Stop(None))
            }
            None => seed.deserialize(self.next).map(Some),
        }
    }
}

struct OneVariant<'p> {
    name: &'static str,
    next: Probe<'p>,
}

impl<'de, 'p> EnumAccess<'de> for OneVariant<'p> {
    type Error = Stop;
    type Variant = Probe<'p>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Probe<'p>), Stop> {
        Ok((seed.deserialize(self.name.into_deserializer())?, self.next))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.stop(Asked::Lost)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Stop> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Stop> {
        self.stop(Asked::Lost)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.field(visitor, fields.to_vec())
    }
}

/// An object without fields: what is read from it tells whether anything is demanded.
#[derive(Clone, Copy)]
struct Empty;

#[derive(Debug)]
struct Missing(Option<&'static str>);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("missing")
    }
}

impl std::error::Error for Missing {}

impl de::Error for Missing {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(None)
    }

    fn missing_field(field: &'static str) -> Self {
        Self(Some(field))
    }
}

impl<'de> Deserializer<'de> for Empty {
    type Error = Missing;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Missing> {
        visitor.visit_map(Nothing)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Missing> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Missing> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Missing> {
        visitor.visit_seq(EmptyParts(len))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Missing> {
        visitor.visit_seq(EmptyParts(len))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq map
        struct enum identifier ignored_any
    }
}

struct Nothing;

impl<'de> MapAccess<'de> for Nothing {
    type Error = Missing;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        _: S,
    ) -> Result<Option<S::Value>, Missing> {
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, _: S) -> Result<S::Value, Missing> {
        Err(Missing(None))
    }
}

struct EmptyParts(usize);

impl<'de> SeqAccess<'de> for EmptyParts {
    type Error = Missing;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Missing> {
        let Some(left) = self.0.checked_sub(1) else {
            return Ok(None);
        };
        self.0 = left;
        seed.deserialize(Empty).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Maybe, NoArgs};
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only its shape is read")]
    struct Args {
        first: Option<i32>,
        sort_key: Option<Sort>,
        input: Vec<Nested>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape is read")]
    struct Nested {
        amount: f64,
        #[serde(default)]
        note: Maybe<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    enum Sort {
        UpdatedAt,
        Title,
    }

    fn found(asked: Asked, optional: bool) -> Found {
        Found { asked, optional }
    }

    #[test]
    fn a_struct_tells_its_fields_at_every_depth() {
        use Step::{Field, Item};
        assert_eq!(
            probe::<Args>(&[]),
            found(Asked::Struct(vec!["first", "sortKey", "input"]), false)
        );
        assert_eq!(probe::<Args>(&[Field("first")]), found(Asked::Int, true));
        assert_eq!(
            probe::<Args>(&[Field("sortKey")]),
            found(Asked::Enum(&["UPDATED_AT", "TITLE"]), true)
        );
        assert_eq!(probe::<Args>(&[Field("input")]), found(Asked::List, false));
        assert_eq!(
            probe::<Args>(&[Field("input"), Item, Field("note")]),
            found(Asked::Text, true)
        );
        assert_eq!(probe::<NoArgs>(&[]), found(Asked::Struct(vec![]), false));
    }

    #[test]
    fn a_tuple_is_asked_part_by_part() {
        type Both = (NoArgs, Args);
        assert_eq!(probe::<Both>(&[]).asked, Asked::Parts(2));
        assert_eq!(
            probe::<Both>(&[Step::Part(1)]).asked,
            Asked::Struct(vec!["first", "sortKey", "input"])
        );
        assert_eq!(
            probe::<Both>(&[Step::Part(1), Step::Field("first")]),
            found(Asked::Int, true)
        );
    }

    #[test]
    fn the_first_field_that_must_be_given_is_named() {
        assert_eq!(first_missing::<Args>(), Some("input"));
        assert_eq!(first_missing::<NoArgs>(), None);
    }
}
