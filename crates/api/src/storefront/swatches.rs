//! Colours and pictures that stand for the values of options.

use commerce::catalog::{self, ProductOptionValue, Swatch};
use graphql::{Error, NoArgs, Obj};
use units::MediaImageId;

use super::media;
use crate::errors::{fault, spread};
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.object::<Swatch>("ProductOptionValueSwatch")
        .text_opt("color", |own| own.color.as_deref())
        .load("image", |all: &[&Swatch], _: &NoArgs, cx: &mut Cx| {
            spread(images(all, cx), all.len())
        });
}

/// What stands for each of some values.
pub(super) fn of(
    values: &[&ProductOptionValue],
    cx: &mut Cx,
) -> Result<Vec<Option<Swatch>>, Error> {
    catalog::swatches(&mut cx.tx, values).map_err(fault)
}

fn images(all: &[&Swatch], cx: &mut Cx) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<MediaImageId> = all.iter().filter_map(|own| own.image).collect();
    let mut found = media::of_ids(cx, &ids)?.into_iter();
    let one = |own: &&Swatch| own.image.and_then(|_| found.next().flatten());
    Ok(all.iter().map(one).collect())
}
