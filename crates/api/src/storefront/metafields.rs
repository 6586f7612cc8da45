//! Metafields, as buyers see them: those whose definition lets storefronts read them.
//!
//! The public documentation of the Storefront API says that it reads no metafield by default, and
//! that a definition's access `storefront: PUBLIC_READ` opens it; the default is `NONE`.

use commerce::catalog::{Collection, Product};
use commerce::content;
use commerce::customers::Customer;
use commerce::inventory::Location;
use commerce::metafields::{self, Definition, Metafield, Owner};
use commerce::orders::Order;
use commerce::shops::Shop;
use commerce::{Actor, Call};
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;

use super::node;
use super::selling_plans::Plan;
use super::variants::Variant;
use crate::errors::{fault, spread};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, references};

/// Identifiers of one field, at most.
const IDENTIFIERS_MAX: usize = 250;

#[derive(Debug, Clone, Deserialize)]
struct Identifier {
    key: String,
    namespace: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Identifiers {
    identifiers: Vec<Identifier>,
}

pub(super) fn register(r: &mut Registry) {
    on::<Product>(r, "Product", Owner::Product, |product| product.id.get());
    on::<Variant>(r, "ProductVariant", Owner::ProductVariant, |it| {
        it.variant.id.get()
    });
    on::<Collection>(r, "Collection", Owner::Collection, |collection| {
        collection.id.get()
    });
    on::<content::Page>(r, "Page", Owner::Page, |page| page.id.get());
    on::<content::Blog>(r, "Blog", Owner::Blog, |blog| blog.id.get());
    on::<content::Article>(r, "Article", Owner::Article, |article| article.id.get());
    on::<Customer>(r, "Customer", Owner::Customer, |it| it.id.get());
    on::<Order>(r, "Order", Owner::Order, |it| it.id.get());
    on::<Plan>(r, "SellingPlan", Owner::SellingPlan, Plan::number);
    on::<Location>(r, "Location", Owner::Location, |own| own.id.get());
    on::<Shop>(r, "Shop", Owner::Shop, |shop| shop.id.get());
    r.object::<Metafield>("Metafield")
        .leaf("id", |metafield| Id(metafield.id))
        .text("namespace", |metafield| &metafield.namespace)
        .text("key", |metafield| &metafield.key)
        .text("type", |metafield| &metafield.kind)
        .leaf("list", |metafield| metafield.kind.starts_with("list."))
        .text("value", |metafield| &metafield.value)
        .load_leaf(
            "description",
            |all: &[&Metafield], _: &NoArgs, cx: &mut Cx| {
                let found = metafields::definitions_for(&mut cx.tx, all).map_err(fault);
                let text = |own: Option<Definition>| own.and_then(|own| own.description);
                spread(
                    found.map(|found| found.into_iter().map(text).collect()),
                    all.len(),
                )
            },
        )
        .leaf("createdAt", |metafield| DateTime(metafield.created_at))
        .leaf("updatedAt", |metafield| DateTime(metafield.updated_at))
        .load("reference", reference)
        .load("references", references);
    references::register(r);
}

/// Gives a type its metafields.
fn on<T: 'static>(r: &mut Registry, name: &'static str, owner: Owner, id: fn(&T) -> i64) {
    r.object::<T>(name)
        .load(
            "metafield",
            move |all: &[&T], wanted: &Identifier, cx: &mut Cx| {
                let ids: Vec<i64> = all.iter().map(|it| id(it)).collect();
                let found = load(cx, owner, &ids, std::slice::from_ref(wanted));
                let single = |mut fields: Vec<Option<Metafield>>| fields.pop().flatten();
                spread(
                    found.map(|lists| lists.into_iter().map(single).collect()),
                    all.len(),
                )
            },
        )
        .load(
            "metafields",
            move |all: &[&T], args: &Identifiers, cx: &mut Cx| {
                let ids: Vec<i64> = all.iter().map(|it| id(it)).collect();
                spread(load(cx, owner, &ids, &args.identifiers), all.len())
            },
        );
}

/// For each owner, one entry for each identifier.
fn load(
    cx: &mut Cx,
    owner: Owner,
    ids: &[i64],
    wanted: &[Identifier],
) -> Result<Vec<Vec<Option<Metafield>>>, Error> {
    if wanted.len() > IDENTIFIERS_MAX {
        return Err(Error::new(format!(
            "At most {IDENTIFIERS_MAX} identifiers can be given."
        )));
    }
    let keys: Vec<&str> = wanted.iter().map(|it| it.key.as_str()).collect();
    let found = metafields::shown_by_keys(&mut cx.tx, owner, ids, &keys).map_err(fault)?;
    // Without a namespace it is the own one of the token's app.
    let call = cx.request.buyer().acting_as(Actor::App(cx.request.app()));
    let named: Vec<(Option<String>, &str)> = wanted
        .iter()
        .map(|it| {
            (
                shown_namespace(&call, it.namespace.as_deref()),
                it.key.as_str(),
            )
        })
        .collect();
    let one = |id: i64, (namespace, key): &(Option<String>, &str)| {
        let fits = |metafield: &&Metafield| {
            metafield.owner_id == id
                && metafield.key == *key
                && Some(&metafield.namespace) == namespace.as_ref()
        };
        found.iter().find(fits).cloned()
    };
    Ok(ids
        .iter()
        .map(|id| named.iter().map(|it| one(*id, it)).collect())
        .collect())
}

/// The namespace as it is kept. What an app lets storefronts read, any storefront may name.
fn shown_namespace(call: &Call, given: Option<&str>) -> Option<String> {
    match given {
        Some(given) if given.starts_with("app--") => Some(given.to_owned()),
        given => metafields::namespace(call, given),
    }
}

fn reference(all: &[&Metafield], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Obj>, Error>> {
    let values: Vec<_> = all
        .iter()
        .map(|own| (own.kind.as_str(), own.value.as_str()))
        .collect();
    references::one(cx, node::of_kind, &values)
}

fn references(
    all: &[&Metafield],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Page<Obj>>, Error>> {
    let values: Vec<_> = all
        .iter()
        .map(|own| (own.kind.as_str(), own.value.as_str()))
        .collect();
    references::many(cx, node::of_kind, &values, args)
}
