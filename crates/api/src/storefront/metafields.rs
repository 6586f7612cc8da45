//! Metafields, as buyers see them: all but the namespaces that apps keep for themselves.

use commerce::catalog::{Collection, Product};
use commerce::content;
use commerce::metafields::{self, Metafield, Owner};
use commerce::shops::Shop;
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use units::Gid;

use super::node;
use super::variants::Variant;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// The namespace of a metafield that does not name one.
const NAMESPACE: &str = "custom";
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
    on::<Shop>(r, "Shop", Owner::Shop, |shop| shop.id.get());
    r.object::<Metafield>("Metafield")
        .leaf("id", |metafield| Id(metafield.id))
        .text("namespace", |metafield| &metafield.namespace)
        .text("key", |metafield| &metafield.key)
        .text("type", |metafield| &metafield.kind)
        .leaf("list", |metafield| metafield.kind.starts_with("list."))
        .text("value", |metafield| &metafield.value)
        // A description stands in a definition, which metafields do not have yet.
        .text_opt("description", |_| None)
        .leaf("createdAt", |metafield| DateTime(metafield.created_at))
        .leaf("updatedAt", |metafield| DateTime(metafield.updated_at))
        .load("reference", reference)
        .load("references", references);
    r.connection::<Obj>("MetafieldReferenceConnection", "MetafieldReferenceEdge");
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
    let found = metafields::by_keys(&mut cx.tx, owner, ids, &keys).map_err(fault)?;
    let visible: Vec<&Metafield> = found
        .iter()
        .filter(|metafield| !metafield.namespace.starts_with("app--"))
        .collect();
    let one = |id: i64, it: &Identifier| {
        let namespace = it.namespace.as_deref().unwrap_or(NAMESPACE);
        let fits = |metafield: &&&Metafield| {
            metafield.owner_id == id && metafield.key == it.key && metafield.namespace == namespace
        };
        visible
            .iter()
            .find(fits)
            .map(|metafield| (*metafield).clone())
    };
    Ok(ids
        .iter()
        .map(|id| wanted.iter().map(|it| one(*id, it)).collect())
        .collect())
}

fn reference(all: &[&Metafield], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Obj>, Error>> {
    let meant = |metafield: &&Metafield| {
        let is_reference = metafield.kind.ends_with("_reference");
        let single = is_reference && !metafield.kind.starts_with("list.");
        single.then(|| Gid::parse(&metafield.value).ok()).flatten()
    };
    let gids: Vec<Option<Gid>> = all.iter().map(meant).collect();
    spread(node::load(cx, &gids), all.len())
}

fn references(
    all: &[&Metafield],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Page<Obj>>, Error>> {
    let one = |metafield: &&Metafield| {
        if !metafield.kind.starts_with("list.") || !metafield.kind.ends_with("_reference") {
            return Ok(None);
        }
        let texts: Vec<String> = serde_json::from_str(&metafield.value).unwrap_or_default();
        let page = of_list(&texts, args, Clone::clone)?;
        let gids: Vec<Option<Gid>> = page
            .nodes
            .iter()
            .map(|text| Gid::parse(text).ok())
            .collect();
        let found = node::load(cx, &gids)?;
        let kept = found.into_iter().zip(page.cursors);
        let kept = kept.filter_map(|(node, cursor)| Some((node?, cursor)));
        let (nodes, cursors) = kept.unzip();
        Ok(Some(Page {
            nodes,
            cursors,
            has_next_page: page.has_next_page,
            has_previous_page: page.has_previous_page,
            ..Page::default()
        }))
    };
    all.iter().map(one).collect()
}
