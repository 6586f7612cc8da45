//! Leaf values: how ids, moments and amounts are written on the wire.

use std::fmt::{self, Write as _};

use graphql::{Leaf, LeafKind, write_text};
use serde::{Deserialize, Deserializer, de};
use units::{Money, Timestamp};

/// A global id, from any of the typed ids.
pub(crate) struct Id<T>(pub(crate) T);

/// A moment in RFC 3339.
pub(crate) struct DateTime(pub(crate) Timestamp);

/// An amount as the scalars `Money` and `Decimal` write it: `31.90`.
pub(crate) struct Amount(pub(crate) Money);

/// A share in millionths, written exactly: of one (`0.19`), or of a hundred (`19.0`).
pub(crate) struct Rate {
    ppm: i64,
    per: i64,
}

/// A decimal as clients write it: in quotes, or bare.
#[derive(Debug, Clone)]
pub(crate) struct DecimalInput(pub(crate) String);

impl DecimalInput {
    /// A place in a list, as `UnsignedInt64` or `Int` say it; one that cannot be is the list's end.
    pub(crate) fn place(&self) -> usize {
        self.0.parse().unwrap_or(usize::MAX)
    }
}

impl<'de> Deserialize<'de> for DecimalInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = DecimalInput;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal such as 19.99")
            }
            fn visit_str<E>(self, text: &str) -> Result<DecimalInput, E> {
                Ok(DecimalInput(text.to_owned()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<DecimalInput, E> {
                Ok(DecimalInput(number.to_string()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<DecimalInput, E> {
                Ok(DecimalInput(number.to_string()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<DecimalInput, E> {
                Ok(DecimalInput(number.to_string()))
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl Rate {
    /// As a share of one.
    pub(crate) const fn share(ppm: i64) -> Self {
        Self {
            ppm,
            per: 1_000_000,
        }
    }

    /// In per cent.
    pub(crate) const fn per_cent(ppm: i64) -> Self {
        Self { ppm, per: 10_000 }
    }
}

impl Leaf for Rate {
    const KIND: LeafKind = LeafKind::Float;

    fn write(&self, out: &mut Vec<u8>) {
        let Self { ppm, per } = *self;
        let text = format!("{}.{:06}", ppm / per, (ppm % per) * (1_000_000 / per));
        let digits = text.trim_end_matches('0');
        out.extend_from_slice(digits.as_bytes());
        if digits.ends_with('.') {
            out.push(b'0');
        }
    }
}

impl<T: fmt::Display> Leaf for Id<T> {
    const KIND: LeafKind = LeafKind::Text;
    fn write(&self, out: &mut Vec<u8>) {
        quoted(out, &self.0);
    }
}

impl Leaf for DateTime {
    const KIND: LeafKind = LeafKind::Text;
    fn write(&self, out: &mut Vec<u8>) {
        quoted(out, &self.0);
    }
}

impl Leaf for Amount {
    const KIND: LeafKind = LeafKind::Text;
    fn write(&self, out: &mut Vec<u8>) {
        write_text(out, &self.0.decimal());
    }
}

/// Writes a text that needs no escaping straight into the reply.
fn quoted(out: &mut Vec<u8>, value: &impl fmt::Display) {
    struct Bytes<'a>(&'a mut Vec<u8>);
    impl fmt::Write for Bytes<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
    out.push(b'"');
    write!(Bytes(out), "{value}").expect("writing into memory cannot fail");
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use units::{Currency, ProductId};

    fn written(leaf: &impl Leaf) -> String {
        let mut out = Vec::new();
        leaf.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_rate_is_written_exactly() {
        assert_eq!(written(&Rate::share(190_000)), "0.19");
        assert_eq!(written(&Rate::per_cent(190_000)), "19.0");
        assert_eq!(written(&Rate::per_cent(88_750)), "8.875");
        assert_eq!(written(&Rate::per_cent(0)), "0.0");
    }

    #[test]
    fn leaves_are_written_as_the_wire_wants_them() {
        assert_eq!(written(&Id(ProductId(7))), "\"gid://shopify/Product/7\"");
        assert_eq!(written(&DateTime(Timestamp(0))), "\"1970-01-01T00:00:00Z\"");
        assert_eq!(
            written(&Amount(Money::new(3190, Currency::EUR))),
            "\"31.90\""
        );
    }
}
