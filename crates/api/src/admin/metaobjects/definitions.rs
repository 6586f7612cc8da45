//! The definitions of metaobjects' types.

use commerce::apps::Scope;
use commerce::metaobjects::{self, Definition, FieldDefinition, Metaobject, own_type};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::MetaobjectDefinitionId;

use super::{call, is_thumbnail, makers};
use crate::admin::metafield_definitions::{Kind, OwnValidation};
use crate::admin::staff::Member;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// A definition, for who may do what with its entries.
struct Access(Definition);

/// A definition, for what its entries can be beyond rows of values.
struct Capabilities(Definition);

/// What a definition would be made of.
#[derive(Clone, Copy)]
enum Template {}

/// Whether a capability is on, with the definition that says the rest of it.
struct Capability {
    enabled: bool,
    definition: Definition,
}

/// What search engines are told.
struct RenderableData(Definition);

/// Where pages are.
struct OnlineStoreData(String);

/// Whether lists are meant to be searched by a field.
struct FieldCapabilities(bool);

/// As above.
struct AdminFilterable(bool);

#[derive(Deserialize)]
struct IdArgs {
    id: MetaobjectDefinitionId,
}

#[derive(Deserialize)]
struct TypeArgs {
    #[serde(rename = "type")]
    kind: String,
}

pub(super) fn register(r: &mut Registry) {
    r.query("metaobjectDefinition", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("metaobjectDefinition", Scope::ReadMetaobjectDefinitions)?;
        Ok(load(cx, &[args.id])?.pop())
    });
    r.query(
        "metaobjectDefinitionByType",
        |args: &TypeArgs, cx: &mut Cx| {
            cx.permit(
                "metaobjectDefinitionByType",
                Scope::ReadMetaobjectDefinitions,
            )?;
            match own_type(&call(cx), &args.kind) {
                Some(kind) => metaobjects::definition_by_type(&mut cx.tx, &kind).map_err(fault),
                None => Ok(None),
            }
        },
    );
    r.query("metaobjectDefinitions", |args: &PageArgs, cx: &mut Cx| {
        cx.permit("metaobjectDefinitions", Scope::ReadMetaobjectDefinitions)?;
        let found = metaobjects::definitions_page(&mut cx.tx, cx.request.app(), &window(args)?);
        found.map(page).map_err(page_error)
    });
    r.connection::<Definition>("MetaobjectDefinitionConnection", "MetaobjectDefinitionEdge");
    definition(r);
    capabilities(r);
    field(r);
}

fn definition(r: &mut Registry) {
    r.object::<Definition>("MetaobjectDefinition")
        .leaf("id", |own| Id(own.id))
        .text("type", |own| &own.kind)
        .text("name", |own| &own.name)
        .text_opt("description", |own| own.description.as_deref())
        .text_opt("displayNameKey", |own| own.display_name_key.as_deref())
        .leaf("hasThumbnailField", |own| {
            own.fields.0.iter().any(is_thumbnail)
        })
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .child("fieldDefinitions", |own| own.fields.0.clone())
        .child("access", |own| Access(own.clone()))
        .child("capabilities", |own| Capabilities(own.clone()))
        .child("createdByStaff", |_| None::<Member>)
        .child("standardTemplate", |_| None::<Template>)
        .load(
            "createdByApp",
            |all: &[&Definition], _: &NoArgs, cx: &mut Cx| {
                makers(cx, all.iter().map(|own| own.app_id).collect())
            },
        )
        .load_leaf(
            "metaobjectsCount",
            |all: &[&Definition], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<_> = all.iter().map(|own| own.id).collect();
                spread(
                    metaobjects::counts(&mut cx.tx, &ids).map_err(fault),
                    all.len(),
                )
            },
        )
        .load(
            "metaobjects",
            |all: &[&Definition], args: &PageArgs, cx: &mut Cx| {
                let ids: Vec<_> = all.iter().map(|own| own.id).collect();
                let found = window(args).and_then(|window| {
                    let found = metaobjects::page_each(&mut cx.tx, &ids, &window);
                    found.map_err(page_error)
                });
                let pages = found.map(|all| all.into_iter().map(page).collect());
                spread::<Page<Metaobject>>(pages, all.len())
            },
        );
    r.object::<Template>("StandardMetaobjectDefinitionTemplate")
        .leaf("type", |own| -> String { match *own {} })
        .leaf("name", |own| -> String { match *own {} });
    r.object::<Access>("MetaobjectAccess")
        .text("admin", |own| own.0.admin_access.as_str())
        .text("storefront", |own| own.0.storefront_access.as_str())
        .text("customerAccount", |own| {
            own.0.customer_account_access.as_str()
        });
}

fn capabilities(r: &mut Registry) {
    let of = |own: &Capabilities, enabled: bool| Capability {
        enabled,
        definition: own.0.clone(),
    };
    r.object::<Capabilities>("MetaobjectCapabilities")
        .child("publishable", move |own| of(own, own.0.publishable))
        .child("translatable", move |own| of(own, own.0.translatable))
        .child("renderable", move |own| Some(of(own, own.0.renderable)))
        .child("onlineStore", move |own| Some(of(own, own.0.online_store)));
    for name in [
        "MetaobjectCapabilitiesPublishable",
        "MetaobjectCapabilitiesTranslatable",
        "MetaobjectCapabilitiesRenderable",
        "MetaobjectCapabilitiesOnlineStore",
    ] {
        r.object::<Capability>(name)
            .leaf("enabled", |own| own.enabled);
    }
    r.object::<Capability>("MetaobjectCapabilitiesRenderable")
        .child("data", |own| {
            own.enabled.then(|| RenderableData(own.definition.clone()))
        });
    r.object::<RenderableData>("MetaobjectCapabilityDefinitionDataRenderable")
        .text_opt("metaTitleKey", |own| own.0.meta_title_key.as_deref())
        .text_opt("metaDescriptionKey", |own| {
            own.0.meta_description_key.as_deref()
        });
    r.object::<Capability>("MetaobjectCapabilitiesOnlineStore")
        .child("data", |own| {
            let handle = own.definition.url_handle.clone().unwrap_or_default();
            own.enabled.then_some(OnlineStoreData(handle))
        });
    r.object::<OnlineStoreData>("MetaobjectCapabilityDefinitionDataOnlineStore")
        .text("urlHandle", |own| &own.0);
}

fn field(r: &mut Registry) {
    r.object::<FieldDefinition>("MetaobjectFieldDefinition")
        .text("key", |own| &own.key)
        .text("name", |own| &own.name)
        .text_opt("description", |own| own.description.as_deref())
        .leaf("required", |own| own.required)
        .child("type", |own| Kind(own.kind.clone()))
        .child("validations", |own| {
            OwnValidation::all(&own.kind, &own.validations.0)
        })
        .child("capabilities", |own| {
            FieldCapabilities(own.admin_filterable)
        });
    r.object::<FieldCapabilities>("MetaobjectFieldDefinitionCapabilities")
        .child("adminFilterable", |own| AdminFilterable(own.0));
    r.object::<AdminFilterable>("MetaobjectFieldCapabilityAdminFilterable")
        // Lists of metaobjects can be searched by every field.
        .leaf("eligible", |_| true)
        .leaf("enabled", |own| own.0);
}

/// Those of some definitions that the app may know of.
fn load(cx: &mut Cx, ids: &[MetaobjectDefinitionId]) -> Result<Vec<Definition>, Error> {
    let call = call(cx);
    let mut found = metaobjects::definitions(&mut cx.tx, ids).map_err(fault)?;
    found.retain(|own| own_type(&call, &own.kind).is_some());
    Ok(found)
}

/// Definitions by id, for `node` and `nodes`.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("metaobjectDefinition", Scope::ReadMetaobjectDefinitions)?;
    let wanted: Vec<MetaobjectDefinitionId> =
        ids.iter().copied().map(MetaobjectDefinitionId).collect();
    let found = load(cx, &wanted)?;
    let of = |id: &MetaobjectDefinitionId| found.iter().find(|own| own.id == *id).cloned();
    Ok(wanted.iter().map(|id| of(id).map(obj)).collect())
}
