//! Definitions of metafields.

mod mutations;

use commerce::Actor;
use commerce::apps::Scope;
use commerce::metafields::{
    self, AdminAccess, CustomerAccountAccess, Definition, DefinitionSort, Meant, Metafield, Owner,
    StorefrontAccess, Validation, Wanted,
};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::MetafieldDefinitionId;

use super::enums::input_enum;
use super::metafields::{own_namespace, read_scope as metafields_read_scope, scope};
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::Id;
use crate::searches::compiled;
use crate::{Cx, Registry};

pub(super) use mutations::ValidationInput;

input_enum! {
    /// What a metafield can hang on.
    OwnerType(Owner)
}
input_enum! {
    /// Whether a storefront may read.
    StorefrontAccessInput(StorefrontAccess)
}
input_enum! {
    /// What signed-in customers may do.
    CustomerAccountAccessInput(CustomerAccountAccess)
}

/// Who may do what with custom data, as an app may ask for it.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum AdminAccessInput {
    MerchantRead,
    MerchantReadWrite,
}

/// A type of values, by its name.
#[derive(Clone)]
pub(super) struct Kind(pub(super) String);

/// An option that definitions of a type may have.
struct SupportedValidation(&'static str, &'static str);

/// An option of a definition, with the type of its value.
#[derive(Clone)]
pub(super) struct OwnValidation {
    option: Validation,
    kind: &'static str,
}

/// What a definition's values can do: whether they may, and whether they do.
struct Capability {
    eligible: bool,
    enabled: bool,
}

#[derive(Deserialize)]
struct DefinitionArgs {
    id: Option<MetafieldDefinitionId>,
    identifier: Option<IdentifierInput>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct IdentifierInput {
    key: String,
    namespace: Option<String>,
    owner_type: OwnerType,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionsArgs {
    owner_type: OwnerType,
    namespace: Option<String>,
    key: Option<String>,
    pinned_status: PinnedStatus,
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PinnedStatus {
    Any,
    Pinned,
    Unpinned,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Name,
    PinnedPosition,
    Relevance,
}

impl AdminAccessInput {
    pub(super) const fn access(self) -> AdminAccess {
        match self {
            Self::MerchantRead => AdminAccess::MerchantRead,
            Self::MerchantReadWrite => AdminAccess::MerchantReadWrite,
        }
    }
}

impl OwnValidation {
    /// A definition's options, as they are shown.
    pub(super) fn all(kind: &str, options: &[Validation]) -> Vec<Self> {
        let known = metafields::supported(kind);
        let one = |option: &Validation| {
            let found = known.iter().find(|(name, _)| *name == option.name);
            Self {
                option: option.clone(),
                kind: found.map_or("single_line_text_field", |(_, kind)| *kind),
            }
        };
        options.iter().map(one).collect()
    }
}

impl IdentifierInput {
    fn meant(self) -> Meant {
        Meant::Key {
            owner: self.owner_type.0,
            namespace: self.namespace,
            key: self.key,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("metafieldDefinition", definition);
    r.query("metafieldDefinitions", definitions);
    r.query("metafieldDefinitionTypes", |_: &NoArgs, _: &mut Cx| {
        Ok(metafields::types().map(Kind).collect::<Vec<_>>())
    });
    r.connection::<Definition>("MetafieldDefinitionConnection", "MetafieldDefinitionEdge");
    fields(r);
    capabilities(r);
    r.object::<Kind>("MetafieldDefinitionType")
        .text("name", |own| &own.0)
        .leaf("category", |own| metafields::category(&own.0))
        .child("supportedValidations", |own| {
            let all = metafields::supported(&own.0).into_iter();
            all.map(|(name, kind)| SupportedValidation(name, kind))
                .collect::<Vec<_>>()
        });
    r.object::<SupportedValidation>("MetafieldDefinitionSupportedValidation")
        .text("name", |own| own.0)
        .text("type", |own| own.1);
    r.object::<OwnValidation>("MetafieldDefinitionValidation")
        .text("name", |own| &own.option.name)
        .text("type", |own| own.kind)
        .text_opt("value", |own| Some(&own.option.value));
    mutations::register(r);
}

fn fields(r: &mut Registry) {
    r.object::<Definition>("MetafieldDefinition")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .text("namespace", |own| &own.namespace)
        .text("key", |own| &own.key)
        .text_opt("description", |own| own.description.as_deref())
        .text("ownerType", |own| own.owner.as_str())
        .child("type", |own| Kind(own.kind.clone()))
        .child("validations", |own| {
            OwnValidation::all(&own.kind, &own.validations.0)
        })
        .leaf("pinnedPosition", |own| own.pinned_position)
        .leaf("useAsCollectionCondition", |own| own.smart_collection)
        // No definition depends on another field, or was made of a template.
        .child("constraints", |_| None::<Constraints>)
        .child("standardTemplate", |_| None::<Template>)
        .child("access", |own| Access(own.clone()))
        .child("capabilities", |own| Capabilities(own.clone()))
        .load_leaf(
            "metafieldsCount",
            |all: &[&Definition], _: &NoArgs, cx: &mut Cx| {
                spread(
                    metafields::counts(&mut cx.tx, all).map_err(fault),
                    all.len(),
                )
            },
        )
        .load_leaf(
            "validationStatus",
            |all: &[&Definition], _: &NoArgs, cx: &mut Cx| {
                let status = |own: &&Definition| {
                    let valid = metafields::all_valid(&mut cx.tx, own).map_err(fault)?;
                    Ok(if valid { "ALL_VALID" } else { "SOME_INVALID" })
                };
                all.iter().map(status).collect()
            },
        )
        .load(
            "metafields",
            |all: &[&Definition], args: &PageArgs, cx: &mut Cx| {
                let values = |own: &&Definition| {
                    let found = metafields::metafields_of(&mut cx.tx, own, &window(args)?);
                    found.map(page).map_err(page_error)
                };
                all.iter()
                    .map(values)
                    .collect::<Vec<Result<Page<Metafield>, Error>>>()
            },
        );
    r.object::<Constraints>("MetafieldDefinitionConstraints")
        .leaf("key", |own| -> Option<String> { match *own {} });
    r.object::<Template>("StandardMetafieldDefinitionTemplate")
        .leaf("id", |own| -> String { match *own {} })
        .leaf("name", |own| -> String { match *own {} })
        .leaf("namespace", |own| -> String { match *own {} })
        .leaf("key", |own| -> String { match *own {} });
    r.object::<Access>("MetafieldAccess")
        .text_opt("admin", |own| Some(own.0.admin_access.as_str()))
        .text_opt("storefront", |own| Some(own.0.storefront_access.as_str()))
        .text("customerAccount", |own| {
            own.0.customer_account_access.as_str()
        });
}

/// What other field a definition would depend on.
#[derive(Clone, Copy)]
enum Constraints {}

/// What a definition would be made of.
#[derive(Clone, Copy)]
enum Template {}

/// A definition, for who may do what with its values.
struct Access(Definition);

/// A definition, for what its values can do.
struct Capabilities(Definition);

fn capabilities(r: &mut Registry) {
    let never = || Capability {
        eligible: false,
        enabled: false,
    };
    r.object::<Capabilities>("MetafieldCapabilities")
        .child("adminFilterable", |own| Capability {
            eligible: own.0.may_be_filterable(),
            enabled: own.0.admin_filterable,
        })
        .child("uniqueValues", |own| Capability {
            eligible: own.0.may_be_unique(),
            enabled: own.0.unique_values,
        })
        .child("smartCollectionCondition", |own| Capability {
            eligible: own.0.may_be_smart(),
            enabled: own.0.smart_collection,
        })
        // Nothing else here is made of a metafield's values by itself.
        .child("analyticsQueryable", move |_| never())
        .child("cartToOrderCopyable", move |_| never());
    for name in [
        "MetafieldCapabilityAdminFilterable",
        "MetafieldCapabilityUniqueValues",
        "MetafieldCapabilitySmartCollectionCondition",
        "MetafieldCapabilityAnalyticsQueryable",
        "MetafieldCapabilityCartToOrderCopyable",
    ] {
        r.object::<Capability>(name)
            .leaf("eligible", |own| own.eligible)
            .leaf("enabled", |own| own.enabled);
    }
    r.object::<Capability>("MetafieldCapabilityAdminFilterable")
        .leaf("status", |own| {
            if own.enabled {
                "FILTERABLE"
            } else {
                "NOT_FILTERABLE"
            }
        });
}

/// The scope that changing the definitions for a kind of resource needs.
const fn write_scope(owner: Owner) -> Scope {
    match scope(owner) {
        Some(scope) => scope,
        None => Scope::WriteProducts,
    }
}

/// The scope that reading the definitions for a kind of resource needs.
fn read_scope(owner: Owner) -> Scope {
    metafields_read_scope(owner).unwrap_or(Scope::ReadProducts)
}

fn definition(args: &DefinitionArgs, cx: &mut Cx) -> Result<Option<Definition>, Error> {
    let meant = match (args.id, args.identifier.clone()) {
        (Some(id), _) => Meant::Id(id),
        (None, Some(identifier)) => identifier.meant(),
        (None, None) => {
            return Err(Error::new("Either id or identifier must be given.")
                .code("missingRequiredArguments"));
        }
    };
    let call = cx.request.buyer().acting_as(Actor::App(cx.request.app()));
    let found = metafields::find(&mut cx.tx, &call, &meant).map_err(fault)?;
    if let Some(own) = &found {
        cx.permit("metafieldDefinition", read_scope(own.owner))?;
    }
    Ok(found)
}

fn definitions(
    (args, wanted): &(PageArgs, DefinitionsArgs),
    cx: &mut Cx,
) -> Result<Page<Definition>, Error> {
    let owner = wanted.owner_type.0;
    cx.permit("metafieldDefinitions", read_scope(owner))?;
    let given = wanted.namespace.as_deref();
    let namespace = given.map(|given| own_namespace(cx, Some(given)));
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = metafields::parse_search(query, cx.request.now());
    let filter = compiled(cx, "metafieldDefinitions", query, found);
    let shown = Wanted {
        namespace: namespace.as_deref(),
        key: wanted.key.as_deref(),
        pinned: match wanted.pinned_status {
            PinnedStatus::Any => None,
            PinnedStatus::Pinned => Some(true),
            PinnedStatus::Unpinned => Some(false),
        },
        filter: filter.and(metafields::open_definitions(cx.request.app())),
    };
    let sort = match wanted.sort_key {
        SortKey::Id | SortKey::Relevance => DefinitionSort::Id,
        SortKey::Name => DefinitionSort::Name,
        SortKey::PinnedPosition => DefinitionSort::PinnedPosition,
    };
    let found = metafields::definitions_page(&mut cx.tx, owner, shown, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

/// Definitions by id, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let wanted: Vec<MetafieldDefinitionId> =
        ids.iter().copied().map(MetafieldDefinitionId).collect();
    let mut found = metafields::definitions(&mut cx.tx, &wanted).map_err(fault)?;
    found.retain(|own| own.is_open_to(cx.request.app()));
    for own in &found {
        cx.permit("metafieldDefinition", read_scope(own.owner))?;
    }
    let of = |id: &MetafieldDefinitionId| found.iter().find(|own| own.id == *id).cloned();
    Ok(wanted.iter().map(|id| of(id).map(obj)).collect())
}
