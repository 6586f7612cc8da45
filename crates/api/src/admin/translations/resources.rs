//! What can be translated.

use std::collections::BTreeMap;

use commerce::apps::Scope;
use commerce::translations::{self, Content, Resource, digest};
use commerce::{metafields, metaobjects};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{Gid, MarketId, MetafieldId, MetaobjectId};

use super::Said;
use crate::admin::batches::map_page;
use crate::admin::enums::input_enum;
use crate::errors::{fault, spread};
use crate::paging::{of_list, page, page_error, window};
use crate::{Cx, Registry};

const READ: Scope = Scope::ReadTranslations;
/// Resources of one call by id.
pub(super) const IDS_MAX: usize = 250;

/// A resource whose texts can be translated.
#[derive(Clone)]
pub(super) struct Translatable {
    pub(super) kind: Resource,
    pub(super) id: i64,
}

/// A text, and the language that it is in.
#[derive(Clone)]
struct Text {
    content: Content,
    locale: String,
}

input_enum! {
    /// A kind of resource.
    Kind(Resource)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdArgs {
    pub(super) resource_id: Gid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    resource_type: Kind,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NestedArgs {
    resource_type: Option<Kind>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdsArgs {
    pub(super) resource_ids: Vec<Gid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaidArgs {
    locale: String,
    market_id: Option<MarketId>,
    outdated: Option<bool>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("translatableResource", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("translatableResource", READ)?;
        Ok(known(cx, std::slice::from_ref(&args.resource_id))?.pop())
    });
    r.query("translatableResources", list);
    r.query("translatableResourcesByIds", by_ids);
    r.connection::<Translatable>("TranslatableResourceConnection", "TranslatableResourceEdge");
    r.object::<Translatable>("TranslatableResource")
        .leaf("resourceId", Translatable::gid)
        .load(
            "translatableContent",
            |all: &[&Translatable], _: &NoArgs, cx: &mut Cx| spread(texts(all, cx), all.len()),
        )
        .load("nestedTranslatableResources", nested)
        .load(
            "translations",
            |all: &[&Translatable], args: &SaidArgs, cx: &mut Cx| {
                let wanted: Vec<_> = all.iter().map(|own| (own.kind, own.id)).collect();
                let market = args.market_id.map_or(0, MarketId::get);
                let found = said(cx, &wanted, &args.locale, market).map(|mut found| {
                    for own in &mut found {
                        own.retain(|said| {
                            args.outdated.is_none_or(|wanted| said.outdated == wanted)
                        });
                    }
                    found
                });
                spread(found, all.len())
            },
        );
    r.object::<Text>("TranslatableContent")
        .text("key", |own| &own.content.key)
        .text_opt("value", |own| Some(own.content.value.as_str()))
        .leaf("digest", |own| Some(own.content.digest()))
        .text("locale", |own| &own.locale)
        .text("type", |own| own.content.kind.as_str());
}

impl Translatable {
    pub(super) fn gid(&self) -> String {
        format!("gid://shopify/{}/{}", self.kind.gid_kind(), self.id)
    }
}

/// Those of the ids that there are, each once.
pub(super) fn known(cx: &mut Cx, ids: &[Gid]) -> Result<Vec<Translatable>, Error> {
    let mut all: Vec<Translatable> = Vec::new();
    for (kind, id) in ids.iter().filter_map(Resource::of_gid) {
        if !all.iter().any(|own| own.kind == kind && own.id == id) {
            all.push(Translatable { kind, id });
        }
    }
    hide_foreign(cx, &mut all)?;
    let refs: Vec<&Translatable> = all.iter().collect();
    let found = contents(&refs, cx)?;
    let there = all
        .into_iter()
        .zip(found)
        .filter(|(_, found)| found.is_some());
    Ok(there.map(|(own, _)| own).collect())
}

/// Takes out metafields and metaobjects that are closed to the app.
fn hide_foreign(cx: &mut Cx, all: &mut Vec<Translatable>) -> Result<(), Error> {
    let app = cx.request.app();
    let of = |kind: Resource| all.iter().filter(move |own| own.kind == kind);
    let metafield_ids: Vec<MetafieldId> = of(Resource::Metafield)
        .map(|own| MetafieldId(own.id))
        .collect();
    let metaobject_ids: Vec<MetaobjectId> = of(Resource::Metaobject)
        .map(|own| MetaobjectId(own.id))
        .collect();
    let fields = metafields::by_id(&mut cx.tx, &metafield_ids).map_err(fault)?;
    let fields = metafields::readable(&mut cx.tx, app, fields).map_err(fault)?;
    let mut entries = metaobjects::load(&mut cx.tx, &metaobject_ids).map_err(fault)?;
    entries.retain(|own| !metafields::is_foreign(app, &own.kind));
    all.retain(|own| match own.kind {
        Resource::Metafield => fields.iter().any(|field| field.id.get() == own.id),
        Resource::Metaobject => entries.iter().any(|entry| entry.id.get() == own.id),
        _ => true,
    });
    Ok(())
}

/// What hangs on each resource and can be translated by itself.
fn nested(
    all: &[&Translatable],
    (args, wanted): &(PageArgs, NestedArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Translatable>, Error>> {
    let app = cx.request.app();
    let wanted = wanted.resource_type.as_ref().map(|kind| kind.0);
    let one = |own: &&Translatable| {
        let found = translations::nested(&mut cx.tx, app, (own.kind, own.id), wanted);
        let found = found.map_err(fault)?.into_iter();
        let found: Vec<Translatable> = found.map(|(kind, id)| Translatable { kind, id }).collect();
        of_list(&found, args, Translatable::gid)
    };
    all.iter().map(one).collect()
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Translatable>, Error> {
    cx.permit("translatableResources", READ)?;
    let kind = wanted.resource_type.0;
    let found = translations::resources_page(&mut cx.tx, cx.request.app(), kind, &window(args)?);
    let found = found.map(page).map_err(page_error)?;
    Ok(map_page(found, |id| Translatable { kind, id }))
}

fn by_ids((args, wanted): &(PageArgs, IdsArgs), cx: &mut Cx) -> Result<Page<Translatable>, Error> {
    cx.permit("translatableResourcesByIds", READ)?;
    if wanted.resource_ids.len() > IDS_MAX {
        let why = format!("At most {IDS_MAX} ids can be given at once.");
        return Err(Error::new(why).code("MAX_INPUT_SIZE_EXCEEDED"));
    }
    let found = known(cx, &wanted.resource_ids)?;
    of_list(&found, args, Translatable::gid)
}

/// The texts of resources of several kinds: one load for each kind.
pub(super) fn contents(
    all: &[&Translatable],
    cx: &mut Cx,
) -> Result<Vec<Option<Vec<Content>>>, Error> {
    let wanted: Vec<_> = all.iter().map(|own| (own.kind, own.id)).collect();
    by_kind(&wanted, |kind, ids| {
        translations::contents(&mut cx.tx, kind, ids).map_err(fault)
    })
}

/// One load for each kind, its answers in the places of the resources.
fn by_kind<T>(
    all: &[(Resource, i64)],
    mut load: impl FnMut(Resource, &[i64]) -> Result<Vec<T>, Error>,
) -> Result<Vec<T>, Error> {
    let mut kinds: BTreeMap<Resource, Vec<(usize, i64)>> = BTreeMap::new();
    for (place, (kind, id)) in all.iter().enumerate() {
        kinds.entry(*kind).or_default().push((place, *id));
    }
    let mut found: Vec<(usize, T)> = Vec::with_capacity(all.len());
    for (kind, wanted) in kinds {
        let ids: Vec<i64> = wanted.iter().map(|(_, id)| *id).collect();
        let loaded = load(kind, &ids)?;
        let places = wanted.iter().map(|(place, _)| *place);
        found.extend(places.zip(loaded));
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, own)| own).collect())
}

fn texts(all: &[&Translatable], cx: &mut Cx) -> Result<Vec<Vec<Text>>, Error> {
    let locale = cx.shop()?.language.clone();
    let text = |content| Text {
        content,
        locale: locale.clone(),
    };
    let found = contents(all, cx)?;
    let own = |own: Option<Vec<Content>>| own.unwrap_or_default().into_iter().map(text).collect();
    Ok(found.into_iter().map(own).collect())
}

/// What is said of resources in a language: in a market, or everywhere when it is 0.
pub(super) fn said(
    cx: &mut Cx,
    all: &[(Resource, i64)],
    locale: &str,
    market: i64,
) -> Result<Vec<Vec<Said>>, Error> {
    let Some(locale) = commerce::markets::locale_of(locale) else {
        return Ok(all.iter().map(|_| Vec::new()).collect());
    };
    by_kind(all, |kind, ids| {
        let rows = translations::translations(&mut cx.tx, kind, ids, &locale, market);
        let mut rows = rows.map_err(fault)?;
        rows.retain(|row| row.market_id == market);
        let mut with: Vec<i64> = rows.iter().map(|row| row.resource_id).collect();
        with.dedup();
        let found = translations::contents(&mut cx.tx, kind, &with).map_err(fault)?;
        let now: BTreeMap<(i64, String), String> = with
            .iter()
            .zip(found)
            .flat_map(|(id, own)| own.unwrap_or_default().into_iter().map(|own| (*id, own)))
            .map(|(id, own)| ((id, own.key), digest(&own.value)))
            .collect();
        let mut lists: BTreeMap<i64, Vec<Said>> = BTreeMap::new();
        for row in rows {
            let outdated = now.get(&(row.resource_id, row.key.clone())) != Some(&row.digest);
            let own = lists.entry(row.resource_id).or_default();
            own.push(Said { row, outdated });
        }
        Ok(ids
            .iter()
            .map(|id| lists.remove(id).unwrap_or_default())
            .collect())
    })
}
