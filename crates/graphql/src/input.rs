//! Coerced input values and the deserializer that turns them into the argument structs of resolvers.

use serde::de::{
    self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::{Deserialize, Deserializer};

/// The arguments of a field that takes none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoArgs;

impl<'de> Deserialize<'de> for NoArgs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nothing;
        impl<'de> Visitor<'de> for Nothing {
            type Value = NoArgs;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("no arguments")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NoArgs, A::Error> {
                while map
                    .next_entry::<de::IgnoredAny, de::IgnoredAny>()?
                    .is_some()
                {}
                Ok(NoArgs)
            }
        }
        deserializer.deserialize_struct("NoArgs", &[], Nothing)
    }
}

/// An input that tells absent from null. Mark the field `#[serde(default)]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Maybe<T> {
    /// Not given.
    #[default]
    Undefined,
    /// Given as null.
    Null,
    /// Given.
    Value(T),
}

impl<T> Maybe<T> {
    /// The value, when given and not null.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Undefined | Self::Null => None,
        }
    }

    /// Borrows the value.
    pub fn as_ref(&self) -> Maybe<&T> {
        match self {
            Self::Undefined => Maybe::Undefined,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(value),
        }
    }

    /// Changes the value, when there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Maybe<U> {
        match self {
            Self::Undefined => Maybe::Undefined,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(change(value)),
        }
    }

    /// `None` when not given; otherwise what was given, `Some(None)` for null.
    pub fn given(self) -> Option<Option<T>> {
        match self {
            Self::Undefined => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }

    /// Whether it was not given.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// A coerced input value: defaults filled in, single values wrapped where a list is expected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    Null,
    /// An explicit null where the schema has a default: null to a Rust type that takes it, else the default.
    NullOr(Box<Input>),
    Boolean(bool),
    Int(i64),
    Float(f64),
    /// A string, an id or an enum's value.
    Text(String),
    List(Vec<Input>),
    Object(Vec<(String, Input)>),
    /// A variable, and what stands for it when it is absent.
    Variable(String, Option<Box<Input>>),
    /// A scalar whose JSON is passed on as it is.
    Json(serde_json::Value),
}

impl Input {
    /// Whether a variable occurs in it.
    pub(crate) fn varies(&self) -> bool {
        match self {
            Self::Variable(..) => true,
            Self::List(items) => items.iter().any(Self::varies),
            Self::Object(fields) => fields.iter().any(|(_, field)| field.varies()),
            _ => false,
        }
    }

    /// The value as JSON, variables replaced; `None` when it is an absent variable.
    pub(crate) fn json(&self, variables: &Variables) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self {
            Self::Null | Self::NullOr(_) => Value::Null,
            Self::Boolean(value) => Value::from(*value),
            Self::Int(value) => Value::from(*value),
            Self::Float(value) => Value::from(*value),
            Self::Text(value) => Value::from(value.as_str()),
            Self::Json(value) => value.clone(),
            Self::List(items) => items
                .iter()
                .map(|item| item.json(variables).unwrap_or(Value::Null))
                .collect::<Vec<_>>()
                .into(),
            Self::Object(fields) => Value::Object(
                fields
                    .iter()
                    .filter_map(|(name, field)| Some((name.clone(), field.json(variables)?)))
                    .collect(),
            ),
            Self::Variable(name, default) => match variables.get(name) {
                Some(value) => value.json(variables)?,
                None => default.as_ref()?.json(variables)?,
            },
        })
    }
}

/// The request's coerced variables: those that were given or have a default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(pub(crate) Vec<(String, Input)>);

impl Variables {
    pub(crate) fn get(&self, name: &str) -> Option<&Input> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// Why an input does not fit the Rust type that takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct InputError {
    pub(crate) message: String,
    /// From the arguments (or the variable, when one is named) down to the value.
    pub(crate) path: Vec<String>,
    /// The variable that held the value.
    pub(crate) variable: Option<String>,
}

impl InputError {
    fn below(mut self, step: impl ToString) -> Self {
        if self.variable.is_none() {
            self.path.insert(0, step.to_string());
        }
        self
    }
}

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InputError {}

impl de::Error for InputError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            ..Self::default()
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!(
            "Expected \"{variant}\" to be one of: {}",
            expected.join(", ")
        ))
    }
}

/// Deserializes `A` from coerced arguments.
pub(crate) fn read<A: de::DeserializeOwned>(
    input: &Input,
    variables: &Variables,
) -> Result<A, InputError> {
    A::deserialize(Reader { input, variables })
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    input: &'a Input,
    variables: &'a Variables,
}

static NULL: Input = Input::Null;

impl<'a> Reader<'a> {
    fn of(self, input: &'a Input) -> Self {
        Self { input, ..self }
    }

    /// The value a variable stands for; `None` when it is absent.
    fn resolve(self) -> Option<(Self, Option<&'a str>)> {
        match self.input {
            Input::Variable(name, default) => match (self.variables.get(name), default) {
                (Some(value), _) => Some((self.of(value), Some(name))),
                (None, Some(default)) => Some((self.of(default), None)),
                (None, None) => None,
            },
            _ => Some((self, None)),
        }
    }

    /// The value for a Rust type that takes no null.
    fn settle(self) -> Self {
        match self.input {
            Input::NullOr(default) => self.of(default),
            Input::Variable(name, Some(default))
                if self.variables.get(name) == Some(&Input::Null) =>
            {
                self.of(default)
            }
            _ => self,
        }
    }

    /// Runs `step` on the value, and names the variable it came from in the error.
    fn within<T>(self, step: impl FnOnce(Self) -> Result<T, InputError>) -> Result<T, InputError> {
        let (value, variable) = self.resolve().unwrap_or((self.of(&NULL), None));
        step(value).map_err(|mut error| {
            if error.variable.is_none() {
                error.variable = variable.map(str::to_owned);
            }
            error
        })
    }

    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        self.settle().within(|value| match value.input {
            Input::Null | Input::NullOr(_) => visitor.visit_unit(),
            Input::Boolean(flag) => visitor.visit_bool(*flag),
            Input::Int(number) => match u64::try_from(*number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(*number),
            },
            Input::Float(number) => visitor.visit_f64(*number),
            Input::Text(text) => visitor.visit_str(text),
            Input::List(items) => visitor.visit_seq(Items {
                reader: value,
                items: items.iter(),
                index: 0,
            }),
            Input::Object(fields) => visitor.visit_map(Fields {
                reader: value,
                fields: fields.iter(),
                current: None,
            }),
            Input::Json(json) => json
                .clone()
                .deserialize_any(visitor)
                .map_err(de::Error::custom),
            Input::Variable(..) => visitor.visit_unit(),
        })
    }
}

macro_rules! as_any {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            self.any(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = InputError;

    as_any! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_unit deserialize_seq deserialize_map deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        self.within(|value| match value.input {
            Input::Null | Input::NullOr(_) | Input::Json(serde_json::Value::Null) => {
                visitor.visit_none()
            }
            _ => visitor.visit_some(value),
        })
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    /// Each part of a tuple reads the whole object, which is how argument structs are combined.
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.within(|value| match value.input {
            Input::Object(_) => visitor.visit_seq(Parts {
                reader: value,
                left: len,
            }),
            _ => value.any(visitor),
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.settle().within(|value| match value.input {
            Input::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            Input::Object(fields) => {
                let chosen = fields
                    .iter()
                    .find(|(_, field)| value.of(field).resolve().is_some());
                match chosen {
                    Some((name, field)) => visitor.visit_enum(OneOf {
                        name,
                        reader: value.of(field),
                    }),
                    None => Err(de::Error::custom("Expected exactly one field")),
                }
            }
            _ => value.any(visitor),
        })
    }
}

struct Items<'a> {
    reader: Reader<'a>,
    items: std::slice::Iter<'a, Input>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        seed.deserialize(self.reader.of(item))
            .map(Some)
            .map_err(|error| error.below(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Parts<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(self.reader).map(Some)
    }
}

struct Fields<'a> {
    reader: Reader<'a>,
    fields: std::slice::Iter<'a, (String, Input)>,
    current: Option<&'a (String, Input)>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = InputError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        for field in self.fields.by_ref() {
            if self.reader.of(&field.1).resolve().is_some() {
                self.current = Some(field);
                return seed
                    .deserialize(field.0.as_str().into_deserializer())
                    .map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, InputError> {
        let (name, field) = self.current.expect("serde asks for a value after a key");
        seed.deserialize(self.reader.of(field))
            .map_err(|error| error.below(name))
    }
}

struct OneOf<'a> {
    name: &'a str,
    reader: Reader<'a>,
}

impl<'de> EnumAccess<'de> for OneOf<'_> {
    type Error = InputError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), InputError> {
        Ok((seed.deserialize(self.name.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for OneOf<'_> {
    type Error = InputError;

    fn unit_variant(self) -> Result<(), InputError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, InputError> {
        seed.deserialize(self.reader)
            .map_err(|error| error.below(self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.reader
            .deserialize_tuple(len, visitor)
            .map_err(|error| error.below(self.name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.reader
            .any(visitor)
            .map_err(|error| error.below(self.name))
    }
}
