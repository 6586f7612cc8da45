//! Leaf values: how ids, moments and amounts are written on the wire.

use std::fmt::Write as _;

use graphql::{Leaf, LeafKind, write_text};
use units::{Money, Timestamp};

/// A global id, from any of the typed ids.
pub(crate) struct Id<T>(pub(crate) T);

/// A moment in RFC 3339.
pub(crate) struct DateTime(pub(crate) Timestamp);

/// An amount as the scalars `Money` and `Decimal` write it: `31.90`.
pub(crate) struct Amount(pub(crate) Money);

impl<T: std::fmt::Display> Leaf for Id<T> {
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
fn quoted(out: &mut Vec<u8>, value: &impl std::fmt::Display) {
    struct Bytes<'a>(&'a mut Vec<u8>);
    impl std::fmt::Write for Bytes<'_> {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
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
    fn leaves_are_written_as_the_wire_wants_them() {
        assert_eq!(written(&Id(ProductId(7))), "\"gid://shopify/Product/7\"");
        assert_eq!(written(&DateTime(Timestamp(0))), "\"1970-01-01T00:00:00Z\"");
        assert_eq!(
            written(&Amount(Money::new(3190, Currency::EUR))),
            "\"31.90\""
        );
    }
}
