//! Values on their way to and from the server.

use std::error::Error as _;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::params::Param;
use crate::row::Value;
use crate::tx::ShopOrPlatform;

/// What is sent for the whole statement: the shop first, if there is one.
pub(super) fn args<'a>(shop: ShopOrPlatform, rest: impl Iterator<Item = Arg<'a>>) -> Vec<Arg<'a>> {
    shop.0
        .map(|shop| Arg::Shop(shop.get()))
        .into_iter()
        .chain(rest)
        .collect()
}

/// What is sent for one `$n`.
#[derive(Debug)]
pub(super) enum Arg<'a> {
    Shop(i64),
    One(&'a Param<'a>),
    Many(Vec<Pg<'a>>),
}

/// A parameter as the server's type wants it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pg<'a>(pub(super) &'a Param<'a>);

pub(super) type Refused = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Arg<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        match self {
            Self::Shop(shop) => shop.to_sql(kind, out),
            Self::One(param) => Pg(param).to_sql(kind, out),
            Self::Many(params) => params.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Pg<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        match self.0 {
            Param::Null => Ok(IsNull::Yes),
            Param::Int(number) => match *kind {
                Type::INT8 => number.to_sql(kind, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(kind, out),
                Type::BOOL => (*number != 0).to_sql(kind, out),
                _ => Err(format!(
                    "a number stands where {kind} is wanted: write CAST($n AS BIGINT)"
                )
                .into()),
            },
            Param::Text(text) => match *kind {
                Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                    text.as_ref().to_sql(&Type::TEXT, out)
                }
                _ => Err(format!("a text stands where {kind} is wanted").into()),
            },
            Param::List(list) => list.iter().map(Pg).collect::<Vec<_>>().to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A parameter in the server's own form, ready to be sent later.
#[derive(Debug)]
pub(super) struct Encoded(Option<BytesMut>);

/// Puts the parameters into the server's form.
pub(super) fn encode(args: &[Arg<'_>], types: &[Type]) -> Result<Vec<Encoded>, Refused> {
    args.iter()
        .zip(types)
        .map(|(arg, kind)| {
            let mut bytes = BytesMut::new();
            Ok(Encoded(match arg.to_sql(kind, &mut bytes)? {
                IsNull::Yes => None,
                IsNull::No => Some(bytes),
            }))
        })
        .collect()
}

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        Ok(match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value of a column, whatever whole-number or text type the server gives it.
struct Raw<'r>(Value<'r>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Refused> {
        Ok(Self(match *kind {
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(kind, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Value::Text(<&str>::from_sql(&Type::TEXT, raw)?)
            }
            _ => return Err(format!("{kind} (wrap it in CAST(… AS BIGINT) or AS TEXT)").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refused> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Reads a column; the error names what it holds.
pub(crate) fn value(row: &tokio_postgres::Row, index: usize) -> Result<Value<'_>, String> {
    row.try_get::<_, Raw<'_>>(index)
        .map(|raw| raw.0)
        .map_err(|error| {
            error
                .source()
                .map_or_else(|| error.to_string(), ToString::to_string)
        })
}
