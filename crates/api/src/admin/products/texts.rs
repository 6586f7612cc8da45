//! The tags, types and vendors that a shop's products have, and the tags of its orders, drafts
//! and customers.

use commerce::apps::Scope;
use commerce::catalog::{self, SharedText};
use commerce::shops::Shop;
use commerce::tags::Owner;
use graphql::{Error, PageArgs};
use serde::Deserialize;

use crate::paging::{page, page_error, window};
use crate::texts::Texts;
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct FirstArgs {
    first: i64,
}

/// The lists of the query root: field, texts, and who may read them.
const LISTS: &[(&str, SharedText)] = &[
    ("productTags", SharedText::Tags(Owner::Product)),
    ("productTypes", SharedText::Types),
    ("productVendors", SharedText::Vendors),
];

/// The lists of the shop.
const OF_SHOP: &[(&str, SharedText, Scope)] = &[
    (
        "productTags",
        SharedText::Tags(Owner::Product),
        Scope::ReadProducts,
    ),
    ("productTypes", SharedText::Types, Scope::ReadProducts),
    ("productVendors", SharedText::Vendors, Scope::ReadProducts),
    (
        "customerTags",
        SharedText::Tags(Owner::Customer),
        Scope::ReadCustomers,
    ),
    (
        "draftOrderTags",
        SharedText::Tags(Owner::DraftOrder),
        Scope::ReadDraftOrders,
    ),
];

pub(super) fn register(r: &mut Registry) {
    crate::texts::register(r);
    for (field, what) in LISTS {
        r.query(field, move |args: &PageArgs, cx: &mut Cx| {
            list(cx, field, *what, Scope::ReadProducts, args).map(Some)
        });
    }
    for (field, what, scope) in OF_SHOP {
        r.object::<Shop>("Shop").load(
            field,
            move |all: &[&Shop], args: &FirstArgs, cx: &mut Cx| {
                let args = PageArgs {
                    first: Some(args.first),
                    ..PageArgs::default()
                };
                all.iter()
                    .map(|_| list(cx, field, *what, *scope, &args))
                    .collect()
            },
        );
    }
}

fn list(
    cx: &mut Cx,
    field: &str,
    what: SharedText,
    scope: Scope,
    args: &PageArgs,
) -> Result<Texts, Error> {
    cx.permit(field, scope)?;
    let found = catalog::shared_texts(&mut cx.tx, what, None, &window(args)?);
    found.map(|found| Texts(page(found))).map_err(page_error)
}
