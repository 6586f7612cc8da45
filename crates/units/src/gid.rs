//! Global ids: `gid://shopify/{Kind}/{number}`, as the public APIs write them.

use std::fmt;
use std::str::FromStr;

/// A global id as it stands on the wire: a kind and a number.
///
/// A query behind the number (`?inventory_item_id=1`) is accepted and dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gid {
    /// The public API's noun: `Product`, `Order`, …
    pub kind: String,
    /// The number, unique among the shop's rows of that kind.
    pub number: i64,
}

/// Why a text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GidError {
    /// The text does not have the shape of a global id.
    #[error("Invalid global id '{0}'")]
    Malformed(String),
    /// The text is an id of another kind.
    #[error("Invalid id: {0}")]
    OtherKind(String),
}

impl Gid {
    /// Splits `gid://shopify/{kind}/{number}[?query]`.
    ///
    /// # Errors
    /// `Malformed` when the text has another shape.
    pub fn parse(text: &str) -> Result<Self, GidError> {
        let (kind, number) = split(text).ok_or_else(|| GidError::Malformed(text.to_owned()))?;
        Ok(Self {
            kind: kind.to_owned(),
            number,
        })
    }

    /// The number of an id that must be of `kind`; a bare number is taken as it is.
    ///
    /// # Errors
    /// `Malformed` for other shapes, `OtherKind` for an id of another kind.
    pub fn number_of(text: &str, kind: &str) -> Result<i64, GidError> {
        if let Some(number) = digits(text) {
            return Ok(number);
        }
        match split(text) {
            None => Err(GidError::Malformed(text.to_owned())),
            Some((found, number)) if found == kind => Ok(number),
            Some(_) => Err(GidError::OtherKind(text.to_owned())),
        }
    }
}

fn split(text: &str) -> Option<(&str, i64)> {
    let rest = text.strip_prefix("gid://shopify/")?;
    let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
    let (kind, number) = rest.split_once('/')?;
    if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    Some((kind, digits(number)?))
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 16 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

impl fmt::Display for Gid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gid://shopify/{}/{}", self.kind, self.number)
    }
}

impl FromStr for Gid {
    type Err = GidError;
    fn from_str(text: &str) -> Result<Self, GidError> {
        Self::parse(text)
    }
}

impl<'de> serde::Deserialize<'de> for Gid {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let gid = Gid::parse("gid://shopify/Product/123").unwrap();
        assert_eq!((gid.kind.as_str(), gid.number), ("Product", 123));
        assert_eq!(gid.to_string(), "gid://shopify/Product/123");
    }

    #[test]
    fn a_query_behind_the_number_is_dropped() {
        let gid = Gid::parse("gid://shopify/InventoryLevel/7?inventory_item_id=9").unwrap();
        assert_eq!(gid.number, 7);
    }

    #[test]
    fn other_shapes_and_other_kinds_are_told_apart() {
        for text in [
            "",
            "x",
            "gid://shopify/Product/",
            "gid://shopify/Product/1x",
            "gid://other/Product/1",
        ] {
            assert!(matches!(
                Gid::number_of(text, "Product"),
                Err(GidError::Malformed(_))
            ));
        }
        assert!(matches!(
            Gid::number_of("gid://shopify/Order/1", "Product"),
            Err(GidError::OtherKind(_))
        ));
        assert_eq!(Gid::number_of("12", "Product"), Ok(12));
    }
}
