//! The tags and types of the products that buyers see.

use commerce::catalog::{self, SharedText};
use commerce::tags::Owner;
use graphql::{Error, PageArgs};
use serde::Deserialize;

use crate::paging::{page, page_error, window};
use crate::texts::{self, Texts};
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct FirstArgs {
    first: i64,
}

pub(super) fn register(r: &mut Registry) {
    texts::register(r);
    r.query("productTags", |args: &FirstArgs, cx: &mut Cx| {
        shown(cx, SharedText::Tags(Owner::Product), args)
    });
    r.query("productTypes", |args: &FirstArgs, cx: &mut Cx| {
        shown(cx, SharedText::Types, args)
    });
}

fn shown(cx: &mut Cx, what: SharedText, args: &FirstArgs) -> Result<Texts, Error> {
    let args = PageArgs {
        first: Some(args.first),
        ..PageArgs::default()
    };
    let now = cx.request.now();
    let found = catalog::shared_texts(&mut cx.tx, what, Some(now), &window(&args)?);
    found.map(|found| Texts(page(found))).map_err(page_error)
}
