//! The values of the trade as parameters and columns, and macros for those of other crates.

use std::borrow::Cow;

use units::{Currency, Timestamp, WeightUnit};

use crate::params::{Param, ToParam};
use crate::row::{FromColumn, Value};

/// Makes a type around an `i64` a parameter and a column: `int_newtype!(Position)` for
/// `struct Position(pub i64)`, `int_newtype!(Position, get, new)` for private fields.
#[macro_export]
macro_rules! int_newtype {
    ($name:ty) => {
        impl $crate::ToParam for $name {
            fn to_param(&self) -> $crate::Param<'_> {
                $crate::Param::Int(self.0)
            }
        }

        impl $crate::FromColumn for $name {
            const WANTED: &'static str = "a whole number";

            fn from_column(value: $crate::Value<'_>) -> ::core::option::Option<Self> {
                <i64 as $crate::FromColumn>::from_column(value).map(Self)
            }
        }
    };
    ($name:ty, $get:ident, $new:ident) => {
        impl $crate::ToParam for $name {
            fn to_param(&self) -> $crate::Param<'_> {
                $crate::Param::Int(self.$get())
            }
        }

        impl $crate::FromColumn for $name {
            const WANTED: &'static str = "a whole number";

            fn from_column(value: $crate::Value<'_>) -> ::core::option::Option<Self> {
                <i64 as $crate::FromColumn>::from_column(value).map(<$name>::$new)
            }
        }
    };
}

/// Makes a type around a text a parameter and a column:
/// `text_newtype!(Handle, as_str, parse)` with `parse: fn(String) -> Option<Handle>`.
#[macro_export]
macro_rules! text_newtype {
    ($name:ty, $as_str:ident, $parse:ident) => {
        impl $crate::ToParam for $name {
            fn to_param(&self) -> $crate::Param<'_> {
                $crate::Param::Text(::std::borrow::Cow::Borrowed(self.$as_str()))
            }
        }

        impl $crate::FromColumn for $name {
            const WANTED: &'static str = stringify!($name);

            fn from_column(value: $crate::Value<'_>) -> ::core::option::Option<Self> {
                <::std::string::String as $crate::FromColumn>::from_column(value)
                    .and_then(<$name>::$parse)
            }
        }
    };
}

/// Declares an enum that the store keeps as text.
///
/// Gives `as_str`, `parse`, `ALL`, and makes it a parameter and a column.
#[macro_export]
macro_rules! text_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $( $(#[$variant_meta])* $variant, )*
        }

        impl $name {
            /// Every value, in order.
            $vis const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stored text, which is the public API's name.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads the stored text; `None` for any other.
            #[must_use]
            $vis fn parse(text: &str) -> ::core::option::Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }

        impl $crate::ToParam for $name {
            fn to_param(&self) -> $crate::Param<'_> {
                $crate::Param::Text(::std::borrow::Cow::Borrowed(self.as_str()))
            }
        }

        impl $crate::FromColumn for $name {
            const WANTED: &'static str = stringify!($name);

            fn from_column(value: $crate::Value<'_>) -> ::core::option::Option<Self> {
                match value {
                    $crate::Value::Text(text) => Self::parse(text),
                    _ => ::core::option::Option::None,
                }
            }
        }
    };
}

/// Declares a struct that is read from a row, column by column, in the order of its fields.
///
/// A field may itself be a `record!` or a tuple. `COLUMNS` lists the fields' names.
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        $vis struct $name {
            $( $(#[$field_meta])* $field_vis $field: $type, )*
        }

        impl $crate::Record for $name {
            const COLUMNS: &'static str = $crate::record!(@list $($field),*);
        }

        impl $crate::FromRow for $name {
            fn from_row(
                row: &mut $crate::Row<'_>,
            ) -> ::core::result::Result<Self, $crate::StoreError> {
                ::core::result::Result::Ok(Self {
                    $( $field: <$type as $crate::FromRow>::from_row(row)?, )*
                })
            }
        }
    };
    (@list $first:ident $(, $rest:ident)*) => {
        concat!(stringify!($first) $(, ", ", stringify!($rest))*)
    };
}

macro_rules! id {
    ($name:ty) => {
        impl ToParam for $name {
            fn to_param(&self) -> Param<'_> {
                Param::Int(self.get())
            }
        }

        impl FromColumn for $name {
            const WANTED: &'static str = "an id";

            fn from_column(value: Value<'_>) -> Option<Self> {
                i64::from_column(value).map(Self::from)
            }
        }
    };
}
units::each_id!(id);

impl ToParam for Timestamp {
    fn to_param(&self) -> Param<'_> {
        Param::Int(self.micros())
    }
}

impl FromColumn for Timestamp {
    const WANTED: &'static str = "microseconds";

    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value).map(Self)
    }
}

impl ToParam for Currency {
    fn to_param(&self) -> Param<'_> {
        Param::Text(Cow::Borrowed(self.as_str()))
    }
}

impl FromColumn for Currency {
    const WANTED: &'static str = "a currency code";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Self::parse(text).ok(),
            _ => None,
        }
    }
}

impl ToParam for WeightUnit {
    fn to_param(&self) -> Param<'_> {
        Param::Text(Cow::Borrowed(self.as_str()))
    }
}

impl FromColumn for WeightUnit {
    const WANTED: &'static str = "a unit of weight";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Self::parse(text).ok(),
            _ => None,
        }
    }
}
