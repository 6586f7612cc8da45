//! The colour or the picture that stands for an option's value: its metaobject has it.

use store::{StoreError, Tx};
use units::{Gid, MediaImageId, MetaobjectId};

use super::super::ProductOptionValue;
use crate::metaobjects;

/// The field of a metaobject that holds a colour.
const COLOR: &str = "color";
/// The field of a metaobject that names a picture.
const IMAGE: &str = "image";

/// What stands for a value: one of both at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swatch {
    /// A colour, `#rrggbb`.
    pub color: Option<String>,
    /// A picture.
    pub image: Option<MediaImageId>,
}

/// What stands for each of some values: nothing for those that are no metaobjects, or whose
/// metaobject has neither a colour nor a picture.
///
/// # Errors
/// `Store` faults only.
pub fn swatches(
    tx: &mut Tx,
    values: &[&ProductOptionValue],
) -> Result<Vec<Option<Swatch>>, StoreError> {
    let linked: Vec<Option<MetaobjectId>> = values
        .iter()
        .map(|value| number(value.linked_value.as_deref()?, MetaobjectId::KIND).map(MetaobjectId))
        .collect();
    let mut ids: Vec<MetaobjectId> = linked.iter().copied().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let fields = metaobjects::values(tx, &ids)?;
    let of = |id: &MetaobjectId| {
        let place = ids.binary_search(id).ok()?;
        swatch(&fields[place])
    };
    Ok(linked.iter().map(|id| id.as_ref().and_then(of)).collect())
}

fn swatch(fields: &[(String, String)]) -> Option<Swatch> {
    let held = |key: &str| {
        let found = fields.iter().find(|(own, _)| own == key);
        found.map(|(_, value)| value.as_str())
    };
    let color = held(COLOR).filter(|value| value.starts_with('#'));
    let image = held(IMAGE).and_then(|value| number(value, MediaImageId::KIND));
    (color.is_some() || image.is_some()).then(|| Swatch {
        color: color.map(str::to_owned),
        image: image.map(MediaImageId),
    })
}

fn number(gid: &str, kind: &str) -> Option<i64> {
    let gid: Gid = gid.parse().ok()?;
    (gid.kind == kind).then_some(gid.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swatch_is_a_colour_or_a_picture() {
        let field = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let red = [field("color", "#ff0000"), field("label", "Red")];
        let found = swatch(&red).unwrap();
        assert_eq!(
            (found.color.as_deref(), found.image),
            (Some("#ff0000"), None)
        );
        let oak = [field("image", "gid://shopify/MediaImage/7")];
        assert_eq!(swatch(&oak).unwrap().image, Some(MediaImageId(7)));
        assert_eq!(
            swatch(&[field("color", "[\"red\"]"), field("image", "x")]),
            None
        );
    }
}
