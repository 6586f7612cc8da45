//! Metaobjects, as buyers see them: those that are published, of types that storefronts may read.

use std::collections::BTreeMap;
use std::rc::Rc;

use commerce::apps::Scope;
use commerce::metafields::StorefrontAccess;
use commerce::metaobjects::{
    self, Definition, FieldDefinition, Metaobject, MetaobjectSort, Status, own_type,
};
use commerce::{Actor, Call};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::Filter;
use units::MetaobjectId;

use super::node;
use super::translated;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, references};

/// A metaobject with the definition that says what of it is shown.
#[derive(Clone)]
pub(super) struct Entry {
    row: Metaobject,
    definition: Rc<Definition>,
}

/// A field of a metaobject, with its value where it has one.
#[derive(Clone)]
struct Field {
    definition: FieldDefinition,
    value: Option<String>,
}

/// What search engines are told of a metaobject.
struct Seo {
    title: Option<Field>,
    description: Option<Field>,
}

#[derive(Deserialize)]
struct OneArgs {
    id: Option<MetaobjectId>,
    handle: Option<HandleInput>,
}

#[derive(Deserialize)]
struct HandleInput {
    #[serde(rename = "type")]
    kind: String,
    handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    #[serde(rename = "type")]
    kind: String,
    sort_key: Option<String>,
}

#[derive(Deserialize)]
struct KeyArgs {
    key: String,
}

pub(super) fn register(r: &mut Registry) {
    r.query("metaobject", one);
    r.query("metaobjects", list);
    r.connection::<Entry>("MetaobjectConnection", "MetaobjectEdge");
    r.object::<Entry>("Metaobject")
        .leaf("id", |own| Id(own.row.id))
        .text("handle", |own| &own.row.handle)
        .text("type", |own| &own.row.kind)
        .leaf("updatedAt", |own| DateTime(own.row.updated_at))
        .load("fields", |all: &[&Entry], _: &NoArgs, cx: &mut Cx| {
            spread(fields(cx, all), all.len())
        })
        .load("field", |all: &[&Entry], args: &KeyArgs, cx: &mut Cx| {
            let own = |own: Vec<Field>| {
                own.into_iter()
                    .find(|field| field.definition.key == args.key)
            };
            let found = fields(cx, all);
            spread(
                found.map(|all| all.into_iter().map(own).collect()),
                all.len(),
            )
        })
        .load("seo", seo)
        .load_leaf(
            "onlineStoreUrl",
            |all: &[&Entry], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                all.iter().map(|own| Ok(own.address(origin))).collect()
            },
        );
    r.object::<Seo>("MetaobjectSEO")
        .child("title", |own| own.title.clone())
        .child("description", |own| own.description.clone());
    r.object::<Field>("MetaobjectField")
        .text("key", |own| &own.definition.key)
        .text("type", |own| &own.definition.kind)
        .text_opt("value", |own| own.value.as_deref())
        .load("reference", |all: &[&Field], _: &NoArgs, cx: &mut Cx| {
            references::one(cx, node::of_kind, &values(all))
        })
        .load(
            "references",
            |all: &[&Field], args: &PageArgs, cx: &mut Cx| {
                references::many(cx, node::of_kind, &values(all), args)
            },
        );
}

impl Entry {
    /// Where its page is, when its type has pages.
    fn address(&self, origin: &str) -> Option<String> {
        let handle = self.definition.url_handle.as_deref()?;
        let has_page = self.definition.online_store;
        has_page.then(|| format!("{origin}/pages/{handle}/{}", self.row.handle))
    }
}

fn values<'a>(all: &[&'a Field]) -> Vec<(&'a str, &'a str)> {
    all.iter()
        .map(|own| (own.definition.kind.as_str(), own.value.as_deref()))
        // A field without a value refers to nothing, not even as an empty list.
        .map(|(kind, value)| value.map_or(("", ""), |value| (kind, value)))
        .collect()
}

fn call(cx: &Cx) -> Call {
    cx.request.buyer().acting_as(Actor::App(cx.request.app()))
}

/// A type as it is kept. What an app lets storefronts read, any storefront may name.
fn shown_type(cx: &Cx, given: &str) -> Option<String> {
    match given {
        given if given.starts_with("app--") => Some(given.to_ascii_lowercase()),
        given => own_type(&call(cx), given),
    }
}

fn one(args: &OneArgs, cx: &mut Cx) -> Result<Option<Entry>, Error> {
    cx.permit("metaobject", Scope::UnauthenticatedReadMetaobjects)?;
    let row = match (args.id, &args.handle) {
        (Some(id), _) => metaobjects::load(&mut cx.tx, &[id]).map_err(fault)?.pop(),
        (None, Some(named)) => match shown_type(cx, &named.kind) {
            Some(kind) => {
                metaobjects::by_handle(&mut cx.tx, &kind, &named.handle).map_err(fault)?
            }
            None => None,
        },
        (None, None) => {
            return Err(
                Error::new("Either id or handle must be given.").code("missingRequiredArguments")
            );
        }
    };
    Ok(visible(cx, row.into_iter().collect())?.pop())
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Entry>, Error> {
    cx.permit("metaobjects", Scope::UnauthenticatedReadMetaobjects)?;
    let window = window(args)?;
    let Some(kind) = shown_type(cx, &wanted.kind) else {
        return Ok(Page::default());
    };
    let definition = metaobjects::definition_by_type(&mut cx.tx, &kind).map_err(fault)?;
    let Some(definition) = definition.filter(is_open) else {
        return Ok(Page::default());
    };
    let filter = if definition.publishable {
        metaobjects::published()
    } else {
        Filter::none()
    };
    let sort = MetaobjectSort::named(wanted.sort_key.as_deref().unwrap_or_default());
    let found = metaobjects::page(&mut cx.tx, definition.id, filter, sort, &window);
    let found = found.map(page).map_err(page_error)?;
    let definition = Rc::new(definition);
    let entry = |row| Entry {
        row,
        definition: Rc::clone(&definition),
    };
    Ok(Page {
        nodes: found.nodes.into_iter().map(entry).collect(),
        cursors: found.cursors,
        has_next_page: found.has_next_page,
        has_previous_page: found.has_previous_page,
        ..Page::default()
    })
}

fn is_open(definition: &Definition) -> bool {
    definition.storefront_access == StorefrontAccess::PublicRead
}

/// Those of some metaobjects that buyers may see.
fn visible(cx: &mut Cx, rows: Vec<Metaobject>) -> Result<Vec<Entry>, Error> {
    let mut ids: Vec<_> = rows.iter().map(|own| own.definition_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = metaobjects::definitions(&mut cx.tx, &ids).map_err(fault)?;
    let open: Vec<Rc<Definition>> = found.into_iter().filter(is_open).map(Rc::new).collect();
    let entry = |row: Metaobject| {
        let definition = open.iter().find(|own| own.id == row.definition_id)?;
        let shown = !definition.publishable || row.status == Status::Active;
        shown.then(|| Entry {
            definition: Rc::clone(definition),
            row,
        })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// Every field of each metaobject, in its definition's order.
fn fields(cx: &mut Cx, all: &[&Entry]) -> Result<Vec<Vec<Field>>, Error> {
    let ids: Vec<MetaobjectId> = all.iter().map(|own| own.row.id).collect();
    let mut found = metaobjects::values(&mut cx.tx, &ids).map_err(fault)?;
    translated::values(cx, &ids, &mut found);
    let of = |(own, values): (&&Entry, Vec<(String, String)>)| {
        let mut values: BTreeMap<String, String> = values.into_iter().collect();
        let fields = own.definition.fields.0.iter();
        fields
            .map(|field| Field {
                definition: field.clone(),
                value: values.remove(&field.key),
            })
            .collect()
    };
    Ok(all.iter().zip(found).map(of).collect())
}

fn seo(all: &[&Entry], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Seo>, Error>> {
    let found = match fields(cx, all) {
        Ok(found) => found,
        Err(error) => return spread(Err(error), all.len()),
    };
    let one = |(own, fields): (&&Entry, Vec<Field>)| {
        let field = |key: Option<&String>| {
            let key = key?;
            fields
                .iter()
                .find(|field| field.definition.key == *key)
                .cloned()
        };
        let definition = &own.definition;
        Ok(definition.renderable.then(|| Seo {
            title: field(definition.meta_title_key.as_ref()),
            description: field(definition.meta_description_key.as_ref()),
        }))
    };
    all.iter().zip(found).map(one).collect()
}

/// Metaobjects by id, for `node` and for references.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let wanted: Vec<MetaobjectId> = ids.iter().copied().map(MetaobjectId).collect();
    let rows = metaobjects::load(&mut cx.tx, &wanted).map_err(fault)?;
    let shown = visible(cx, rows)?;
    let of = |id: &MetaobjectId| shown.iter().find(|own| own.row.id == *id).cloned();
    Ok(wanted.iter().map(|id| of(id).map(obj)).collect())
}
