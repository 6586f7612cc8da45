//! Metaobjects: their lists and their fields.

mod definitions;
mod inputs;
mod mutations;

use std::collections::BTreeMap;

use commerce::apps::{self, App, Scope};
use commerce::metafields;
use commerce::metaobjects::{
    self, Definition, FieldDefinition, Metaobject, MetaobjectSort, Reference, Source, own_type,
};
use commerce::{Actor, Call};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::StoreError;
use units::{AppId, Gid, MetafieldId, MetaobjectId};

use super::node;
use super::staff::Member;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, references};

pub(super) use definitions::nodes as definition_nodes;

/// A field of a metaobject, with its value where it has one.
#[derive(Clone)]
struct Field {
    definition: FieldDefinition,
    value: Option<String>,
}

/// What a metaobject is beyond its values, where its definition says so.
struct CapabilityData {
    status: Option<&'static str>,
    template: Option<Option<String>>,
}

/// Whether a metaobject is shown.
struct Publishable(&'static str);

/// How a metaobject's page looks.
struct OnlineStore(Option<String>);

/// A reference to a metaobject, with the resource that refers.
struct Relation {
    key: String,
    name: String,
    namespace: String,
    referencer: Obj,
}

#[derive(Deserialize)]
struct IdArgs {
    id: MetaobjectId,
}

#[derive(Deserialize)]
struct HandleArgs {
    handle: HandleInput,
}

/// A metaobject by its type and handle.
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
    query: Option<String>,
    sort_key: Option<String>,
}

#[derive(Deserialize)]
struct KeyArgs {
    key: String,
}

pub(super) fn register(r: &mut Registry) {
    r.query("metaobject", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("metaobject", Scope::ReadMetaobjects)?;
        Ok(load(cx, &[args.id])?.pop())
    });
    r.query("metaobjectByHandle", |args: &HandleArgs, cx: &mut Cx| {
        cx.permit("metaobjectByHandle", Scope::ReadMetaobjects)?;
        match own_type(&call(cx), &args.handle.kind) {
            Some(kind) => {
                metaobjects::by_handle(&mut cx.tx, &kind, &args.handle.handle).map_err(fault)
            }
            None => Ok(None),
        }
    });
    r.query("metaobjects", list);
    r.connection::<Metaobject>("MetaobjectConnection", "MetaobjectEdge");
    entry(r);
    entry_values(r);
    field(r);
    r.object::<CapabilityData>("MetaobjectCapabilityData")
        .child("publishable", |own| own.status.map(Publishable))
        .child("onlineStore", |own| own.template.clone().map(OnlineStore));
    r.object::<Publishable>("MetaobjectCapabilityDataPublishable")
        .text("status", |own| own.0);
    r.object::<OnlineStore>("MetaobjectCapabilityDataOnlineStore")
        .text_opt("templateSuffix", |own| own.0.as_deref());
    r.connection::<Relation>("MetafieldRelationConnection", "MetafieldRelationEdge");
    r.object::<Relation>("MetafieldRelation")
        .text("key", |own| &own.key)
        .text("name", |own| &own.name)
        .text("namespace", |own| &own.namespace)
        .child("referencer", |own| own.referencer.clone());
    definitions::register(r);
    mutations::register(r);
}

fn entry(r: &mut Registry) {
    r.object::<Metaobject>("Metaobject")
        .leaf("id", |own| Id(own.id))
        .text("handle", |own| &own.handle)
        .text("type", |own| &own.kind)
        .text("displayName", |own| &own.display_name)
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .load(
            "definition",
            |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
                with_definitions(all, cx, |_, definition| definition.clone())
            },
        )
        .load(
            "capabilities",
            |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
                with_definitions(all, cx, |own, definition| CapabilityData {
                    status: definition.publishable.then(|| own.status.as_str()),
                    template: definition.online_store.then(|| own.template_suffix.clone()),
                })
            },
        )
        // Tokens belong to apps here, never to a person who is signed in.
        .child("createdByStaff", |_| None::<Member>)
        .load(
            "createdByApp",
            |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
                makers(cx, all.iter().map(|own| own.app_id).collect())
            },
        )
        .load(
            "createdBy",
            |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
                makers(cx, all.iter().map(|own| own.app_id).collect())
            },
        )
        .load(
            "referencedBy",
            |all: &[&Metaobject], args: &PageArgs, cx: &mut Cx| {
                spread(relations(cx, all, args), all.len())
            },
        );
}

/// What an entry says of its values.
fn entry_values(r: &mut Registry) {
    r.object::<Metaobject>("Metaobject")
        .load("fields", |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
            spread(fields(cx, all), all.len())
        })
        .load(
            "field",
            |all: &[&Metaobject], args: &KeyArgs, cx: &mut Cx| {
                let one = |own: Vec<Field>| {
                    own.into_iter()
                        .find(|field| field.definition.key == args.key)
                };
                let found = fields(cx, all);
                spread(
                    found.map(|all| all.into_iter().map(one).collect()),
                    all.len(),
                )
            },
        )
        .load(
            "thumbnailField",
            |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
                let one = |own: Vec<Field>| {
                    own.into_iter()
                        .find(|field| is_thumbnail(&field.definition))
                };
                let found = fields(cx, all);
                spread(
                    found.map(|all| all.into_iter().map(one).collect()),
                    all.len(),
                )
            },
        )
        .load_leaf("values", |all: &[&Metaobject], _: &NoArgs, cx: &mut Cx| {
            let json = |own: Vec<Field>| {
                let one = |field: Field| {
                    let value = field.json().unwrap_or(Value::Null);
                    (field.definition.key, value)
                };
                Value::Object(own.into_iter().map(one).collect::<Map<_, _>>())
            };
            let found = fields(cx, all);
            spread(
                found.map(|all| all.into_iter().map(json).collect()),
                all.len(),
            )
        });
}

/// Whether a field may stand for its entry in pictures.
fn is_thumbnail(field: &FieldDefinition) -> bool {
    matches!(field.kind.as_str(), "file_reference" | "color")
}

fn field(r: &mut Registry) {
    r.object::<Field>("MetaobjectField")
        .text("key", |own| &own.definition.key)
        .text("type", |own| &own.definition.kind)
        .text_opt("value", |own| own.value.as_deref())
        .leaf("jsonValue", Field::json)
        .child("definition", |own| own.definition.clone())
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

fn values<'a>(all: &[&'a Field]) -> Vec<(&'a str, &'a str)> {
    all.iter()
        .map(|own| (own.definition.kind.as_str(), own.value.as_deref()))
        // A field without a value refers to nothing, not even as an empty list.
        .map(|(kind, value)| value.map_or(("", ""), |value| (kind, value)))
        .collect()
}

impl Field {
    fn json(&self) -> Option<Value> {
        let value = self.value.as_deref()?;
        Some(metafields::json_value(&self.definition.kind, value))
    }
}

/// A call in the name of the token's app.
fn call(cx: &Cx) -> Call {
    cx.request.buyer().acting_as(Actor::App(cx.request.app()))
}

/// Those of some metaobjects that the app may know of.
fn load(cx: &mut Cx, ids: &[MetaobjectId]) -> Result<Vec<Metaobject>, Error> {
    let call = call(cx);
    let mut found = metaobjects::load(&mut cx.tx, ids).map_err(fault)?;
    found.retain(|own| own_type(&call, &own.kind).is_some());
    Ok(found)
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Metaobject>, Error> {
    cx.permit("metaobjects", Scope::ReadMetaobjects)?;
    let window = window(args)?;
    let Some(kind) = own_type(&call(cx), &wanted.kind) else {
        return Ok(Page::default());
    };
    let definition = metaobjects::definition_by_type(&mut cx.tx, &kind).map_err(fault)?;
    let Some(definition) = definition else {
        return Ok(Page::default());
    };
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = metaobjects::parse_search(query, cx.request.now());
    let filter = compiled(cx, "metaobjects", query, found);
    let sort = MetaobjectSort::named(wanted.sort_key.as_deref().unwrap_or_default());
    let found = metaobjects::page(&mut cx.tx, definition.id, filter, sort, &window);
    found.map(page).map_err(page_error)
}

/// The definitions of some metaobjects, each once.
fn definitions_of(cx: &mut Cx, all: &[&Metaobject]) -> Result<Vec<Definition>, StoreError> {
    let mut ids: Vec<_> = all.iter().map(|own| own.definition_id).collect();
    ids.sort_unstable();
    ids.dedup();
    metaobjects::definitions(&mut cx.tx, &ids)
}

fn with_definitions<A>(
    all: &[&Metaobject],
    cx: &mut Cx,
    answer: impl Fn(&Metaobject, &Definition) -> A,
) -> Vec<Result<A, Error>> {
    let found = match definitions_of(cx, all) {
        Ok(found) => found,
        Err(cause) => return spread(Err(fault(cause)), all.len()),
    };
    all.iter()
        .map(|own| {
            let of = found.iter().find(|known| known.id == own.definition_id);
            let of = of.ok_or_else(|| Error::new("The metaobject's definition is gone."))?;
            Ok(answer(own, of))
        })
        .collect()
}

/// Every field of each metaobject, in its definition's order.
fn fields(cx: &mut Cx, all: &[&Metaobject]) -> Result<Vec<Vec<Field>>, Error> {
    let definitions = definitions_of(cx, all).map_err(fault)?;
    let ids: Vec<MetaobjectId> = all.iter().map(|own| own.id).collect();
    let found = metaobjects::values(&mut cx.tx, &ids).map_err(fault)?;
    let of = |(own, values): (&&Metaobject, Vec<(String, String)>)| {
        let mut values: BTreeMap<String, String> = values.into_iter().collect();
        let definition = definitions
            .iter()
            .find(|known| known.id == own.definition_id);
        let fields = definition.map_or(&[][..], |known| &known.fields.0);
        fields
            .iter()
            .map(|field| Field {
                definition: field.clone(),
                value: values.remove(&field.key),
            })
            .collect()
    };
    Ok(all.iter().zip(found).map(of).collect())
}

/// The apps that made something.
fn makers(cx: &mut Cx, ids: Vec<AppId>) -> Vec<Result<App, Error>> {
    let mut wanted = ids.clone();
    wanted.sort_unstable();
    wanted.dedup();
    let found = match apps::load_many(&mut cx.tx, &wanted) {
        Ok(found) => found,
        Err(cause) => return spread(Err(fault(cause)), ids.len()),
    };
    ids.iter()
        .map(|id| {
            let own = found.iter().find(|app| app.id == *id).cloned();
            own.ok_or_else(|| Error::new("The app is not installed any more.").code("NOT_FOUND"))
        })
        .collect()
}

/// What refers to each metaobject, with one load for each kind of referencer.
fn relations(
    cx: &mut Cx,
    all: &[&Metaobject],
    args: &PageArgs,
) -> Result<Vec<Page<Relation>>, Error> {
    let ids: Vec<MetaobjectId> = all.iter().map(|own| own.id).collect();
    let pages = metaobjects::referenced_by(&mut cx.tx, &ids, &window(args)?).map_err(page_error)?;
    let sources: Vec<Reference> = pages.iter().flat_map(|page| page.nodes.clone()).collect();
    let mut shown = named(cx, &sources)?.into_iter();
    Ok(pages
        .into_iter()
        .map(|found| {
            let own: Vec<Option<Relation>> = shown.by_ref().take(found.nodes.len()).collect();
            let kept = own.into_iter().zip(found.cursors);
            let (nodes, cursors) = kept
                .filter_map(|(relation, cursor)| Some((relation?, cursor)))
                .unzip();
            Page {
                nodes,
                cursors,
                has_next_page: found.has_next_page,
                has_previous_page: found.has_previous_page,
                ..Page::default()
            }
        })
        .collect())
}

/// Each reference with its names and its referencer; none where that is gone.
fn named(cx: &mut Cx, sources: &[Reference]) -> Result<Vec<Option<Relation>>, Error> {
    let of = |kind: Source| sources.iter().filter(move |own| own.source == kind);
    let ids: Vec<MetafieldId> = of(Source::Metafield)
        .map(|own| MetafieldId(own.source_id))
        .collect();
    let values = metafields::by_id(&mut cx.tx, &ids).map_err(fault)?;
    let values = metafields::readable(&mut cx.tx, cx.request.app(), values).map_err(fault)?;
    let all: Vec<&metafields::Metafield> = values.iter().collect();
    let definitions = metafields::definitions_for(&mut cx.tx, &all).map_err(fault)?;
    let ids: Vec<MetaobjectId> = of(Source::Metaobject)
        .map(|own| MetaobjectId(own.source_id))
        .collect();
    let entries = metaobjects::load(&mut cx.tx, &ids).map_err(fault)?;
    let kinds = definitions_of(cx, &entries.iter().collect::<Vec<_>>()).map_err(fault)?;
    let parts: Vec<Option<(String, String, Gid)>> = sources
        .iter()
        .map(|own| match own.source {
            Source::Metafield => {
                let place = values
                    .iter()
                    .position(|value| value.id.get() == own.source_id)?;
                let value = &values[place];
                let definition = definitions[place].as_ref();
                let name = definition.map_or(&own.key, |known| &known.name);
                let kind = value.owner.gid_kind().to_owned();
                let number = value.owner_id;
                Some((name.clone(), value.namespace.clone(), Gid { kind, number }))
            }
            Source::Metaobject => {
                let entry = entries
                    .iter()
                    .find(|entry| entry.id.get() == own.source_id)?;
                let kind = kinds.iter().find(|known| known.id == entry.definition_id);
                let field = kind.and_then(|known| known.fields.get(&own.key));
                let name = field.map_or(&own.key, |field| &field.name);
                let number = entry.id.get();
                let kind = MetaobjectId::KIND.to_owned();
                Some((name.clone(), entry.kind.clone(), Gid { kind, number }))
            }
        })
        .collect();
    let ids: Vec<Option<Gid>> = parts
        .iter()
        .map(|part| part.as_ref().map(|(.., id)| id.clone()))
        .collect();
    let found = references::load(cx, node::of_kind, &ids)?;
    let all = sources.iter().zip(parts).zip(found);
    Ok(all
        .map(|((own, part), referencer)| {
            let (name, namespace, _) = part?;
            Some(Relation {
                key: own.key.clone(),
                name,
                namespace,
                referencer: referencer?,
            })
        })
        .collect())
}

/// Metaobjects by id, for `node` and for references.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("metaobject", Scope::ReadMetaobjects)?;
    let wanted: Vec<MetaobjectId> = ids.iter().copied().map(MetaobjectId).collect();
    let found = load(cx, &wanted)?;
    let of = |id: &MetaobjectId| found.iter().find(|own| own.id == *id).cloned();
    Ok(wanted.iter().map(|id| of(id).map(obj)).collect())
}
