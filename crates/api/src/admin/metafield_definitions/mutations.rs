//! What may be done with definitions of metafields.

use commerce::Call;
use commerce::apps::Scope;
use commerce::metafields::{
    self, Definition, DefinitionError, DefinitionInput, Meant, MetafieldError, OptionError,
    Validation, Values,
};
use graphql::{Error, Maybe, MutationCx};
use serde::Deserialize;
use units::MetafieldDefinitionId;

use super::{
    AdminAccessInput, CustomerAccountAccessInput, IdentifierInput, OwnerType,
    StorefrontAccessInput, write_scope,
};
use crate::admin::jobs::Job;
use crate::admin::payload::{Payload, payloads};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct CreateArgs {
    definition: MetafieldDefinitionInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetafieldDefinitionInput {
    access: Option<AccessInput>,
    capabilities: Option<CapabilityInput>,
    description: Option<String>,
    key: String,
    name: String,
    namespace: Option<String>,
    owner_type: OwnerType,
    pin: bool,
    #[serde(rename = "type")]
    kind: String,
    validations: Option<Vec<ValidationInput>>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    definition: MetafieldDefinitionUpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetafieldDefinitionUpdateInput {
    access: Option<AccessInput>,
    capabilities: Option<CapabilityInput>,
    #[serde(default)]
    description: Maybe<String>,
    key: String,
    name: Option<String>,
    namespace: Option<String>,
    owner_type: OwnerType,
    pin: Option<bool>,
    validations: Option<Vec<ValidationInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessInput {
    admin: Option<AdminAccessInput>,
    customer_account: Option<CustomerAccountAccessInput>,
    storefront: Option<StorefrontAccessInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CapabilityInput {
    admin_filterable: Option<EnabledInput>,
    unique_values: Option<EnabledInput>,
    smart_collection_condition: Option<EnabledInput>,
}

#[derive(Deserialize)]
struct EnabledInput {
    enabled: bool,
}

/// An option of a definition.
#[derive(Deserialize)]
pub(in crate::admin) struct ValidationInput {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    id: Option<MetafieldDefinitionId>,
    identifier: Option<IdentifierInput>,
    delete_all_associated_metafields: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PinArgs {
    definition_id: Option<MetafieldDefinitionId>,
    identifier: Option<IdentifierInput>,
}

/// What a definition that is gone was for.
struct Deleted(Definition);

impl ValidationInput {
    /// The options of a list of inputs.
    pub(in crate::admin) fn options(given: Vec<Self>) -> Vec<Validation> {
        let option = |one: Self| Validation {
            name: one.name,
            value: one.value,
        };
        given.into_iter().map(option).collect()
    }
}

/// The input with what both of the API's inputs for definitions share.
fn with(
    mut input: DefinitionInput,
    access: Option<AccessInput>,
    capabilities: Option<CapabilityInput>,
) -> DefinitionInput {
    if let Some(access) = access {
        input.admin_access = access.admin.map(AdminAccessInput::access);
        input.customer_account_access = access.customer_account.map(|access| access.0);
        input.storefront_access = access.storefront.map(|access| access.0);
    }
    if let Some(capabilities) = capabilities {
        input.admin_filterable = capabilities.admin_filterable.map(|own| own.enabled);
        input.unique_values = capabilities.unique_values.map(|own| own.enabled);
        let condition = capabilities.smart_collection_condition;
        input.smart_collection = condition.map(|own| own.enabled);
    }
    input
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("metafieldDefinitionCreate", create);
    r.mutation("metafieldDefinitionUpdate", update);
    r.mutation("metafieldDefinitionDelete", delete);
    r.mutation("metafieldDefinitionPin", pin);
    r.mutation("metafieldDefinitionUnpin", unpin);
    for (payload, field) in [
        ("MetafieldDefinitionCreatePayload", "createdDefinition"),
        ("MetafieldDefinitionUpdatePayload", "updatedDefinition"),
        ("MetafieldDefinitionPinPayload", "pinnedDefinition"),
        ("MetafieldDefinitionUnpinPayload", "unpinnedDefinition"),
    ] {
        payloads(r, &[payload], field, by_id);
    }
    // Values are looked at when their status is asked for: no job waits.
    r.object::<Payload<MetafieldDefinitionId>>("MetafieldDefinitionUpdatePayload")
        .child("validationJob", |_| None::<Job>);
    r.object::<Payload<Definition>>("MetafieldDefinitionDeletePayload")
        .leaf("deletedDefinitionId", |own| {
            own.done.as_ref().map(|own| Id(own.id))
        })
        .child("deletedDefinition", |own| own.done.clone().map(Deleted))
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<Deleted>("MetafieldDefinitionIdentifier")
        .text("ownerType", |own| own.0.owner.as_str())
        .text("namespace", |own| &own.0.namespace)
        .text("key", |own| &own.0.key);
    for name in [
        "MetafieldDefinitionCreateUserError",
        "MetafieldDefinitionUpdateUserError",
        "MetafieldDefinitionDeleteUserError",
        "MetafieldDefinitionPinUserError",
        "MetafieldDefinitionUnpinUserError",
    ] {
        user_error_with_code(r, name);
    }
}

fn by_id(cx: &mut Cx, id: MetafieldDefinitionId) -> Result<Option<Definition>, Error> {
    let mut found = metafields::definitions(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.pop())
}

/// Makes a definition.
async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<MetafieldDefinitionId>, Error> {
    let given = args.definition;
    let owner = given.owner_type.0;
    let field = "metafieldDefinitionCreate";
    let call = cx.request.permit(field, write_scope(owner))?;
    let input = DefinitionInput {
        owner,
        namespace: given.namespace,
        key: given.key,
        name: Some(given.name),
        description: Some(given.description),
        kind: Some(given.kind),
        validations: given.validations.map(ValidationInput::options),
        admin_access: None,
        storefront_access: None,
        customer_account_access: None,
        pin: Some(given.pin),
        admin_filterable: None,
        unique_values: None,
        smart_collection: None,
    };
    let input = with(input, given.access, given.capabilities);
    let done = cx
        .request
        .write(move |tx| metafields::define(tx, &call, &input))
        .await;
    present(done, field, &["definition"])
}

/// Changes a definition.
async fn update(
    cx: MutationCx<Request>,
    args: UpdateArgs,
) -> Result<Payload<MetafieldDefinitionId>, Error> {
    let given = args.definition;
    let owner = given.owner_type.0;
    let field = "metafieldDefinitionUpdate";
    let call = cx.request.permit(field, write_scope(owner))?;
    let input = DefinitionInput {
        owner,
        namespace: given.namespace,
        key: given.key,
        name: given.name,
        description: given.description.given(),
        kind: None,
        validations: given.validations.map(ValidationInput::options),
        admin_access: None,
        storefront_access: None,
        customer_account_access: None,
        pin: given.pin,
        admin_filterable: None,
        unique_values: None,
        smart_collection: None,
    };
    let input = with(input, given.access, given.capabilities);
    let done = cx
        .request
        .write(move |tx| metafields::redefine(tx, &call, &input))
        .await;
    present(done, field, &["definition"])
}

/// Which definition is meant, and a call that may change it.
async fn meant(
    cx: &MutationCx<Request>,
    field: &str,
    id: Option<MetafieldDefinitionId>,
    identifier: Option<IdentifierInput>,
) -> Result<(Call, Option<Meant>), Error> {
    if let Some(identifier) = identifier {
        let call = cx
            .request
            .permit(field, write_scope(identifier.owner_type.0))?;
        return Ok((call, Some(identifier.meant())));
    }
    let Some(id) = id else {
        return Ok((cx.request.permit(field, Scope::WriteProducts)?, None));
    };
    let found = cx
        .request
        .read(move |tx| metafields::definitions(tx, &[id]))
        .await;
    let found = found.and_then(|found| found).map_err(fault)?.pop();
    let scope = found.map_or(Scope::WriteProducts, |own| write_scope(own.owner));
    Ok((cx.request.permit(field, scope)?, Some(Meant::Id(id))))
}

/// Deletes a definition, with its metafields when that is wanted.
async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<Payload<Definition>, Error> {
    let field = "metafieldDefinitionDelete";
    let (call, meant) = meant(&cx, field, args.id, args.identifier).await?;
    let values = if args.delete_all_associated_metafields {
        Values::Go
    } else {
        Values::Stay
    };
    let done = match meant {
        None => Err(DefinitionError::NotFound),
        Some(meant) => {
            let gone = move |tx: &mut store::Tx| metafields::undefine(tx, &call, &meant, values);
            cx.request.write(gone).await
        }
    };
    Payload::of(done, |error| user_error(error, field, &["id"]))
}

/// Shows a definition among the first.
async fn pin(
    cx: MutationCx<Request>,
    args: PinArgs,
) -> Result<Payload<MetafieldDefinitionId>, Error> {
    let field = "metafieldDefinitionPin";
    let (call, meant) = meant(&cx, field, args.definition_id, args.identifier).await?;
    let done = match meant {
        None => Err(DefinitionError::NotFound),
        Some(meant) => {
            let pinned = move |tx: &mut store::Tx| metafields::pin(tx, &call, &meant);
            cx.request.write(pinned).await
        }
    };
    present(done, field, &[])
}

/// Shows a definition among the others again.
async fn unpin(
    cx: MutationCx<Request>,
    args: PinArgs,
) -> Result<Payload<MetafieldDefinitionId>, Error> {
    let field = "metafieldDefinitionUnpin";
    let (call, meant) = meant(&cx, field, args.definition_id, args.identifier).await?;
    let done = match meant {
        None => Err(DefinitionError::NotFound),
        Some(meant) => {
            let unpinned = move |tx: &mut store::Tx| metafields::unpin(tx, &call, &meant);
            cx.request.write(unpinned).await
        }
    };
    present(done, field, &[])
}

fn present(
    done: Result<MetafieldDefinitionId, DefinitionError>,
    field: &str,
    whole: &[&str],
) -> Result<Payload<MetafieldDefinitionId>, Error> {
    Payload::of(done, |error| user_error(error, field, whole))
}

/// The refusal as `field` shows it; `whole` is its path where no part of the input is to blame.
fn user_error(error: DefinitionError, field: &str, whole: &[&str]) -> Result<UserError, Error> {
    let updating = field == "metafieldDefinitionUpdate";
    let invalid = if updating { "INVALID_INPUT" } else { "INVALID" };
    let (at, code): (&[&str], &'static str) = match &error {
        DefinitionError::Store(_) | DefinitionError::NotAuthorized => (&[], ""),
        DefinitionError::NotFound => (whole, "NOT_FOUND"),
        DefinitionError::Name(why) => named(why),
        DefinitionError::Blank(_) => (&["definition", "name"], "BLANK"),
        DefinitionError::TooLong("Name", _) => (&["definition", "name"], "TOO_LONG"),
        DefinitionError::TooLong(..) => (&["definition", "description"], "TOO_LONG"),
        DefinitionError::TypeUnknown(_) => (&["definition", "type"], "INCLUSION"),
        DefinitionError::Option(OptionError::Duplicate(_)) => {
            (&["definition", "validations"], "DUPLICATE_OPTION")
        }
        DefinitionError::Option(_) => (&["definition", "validations"], "INVALID_OPTION"),
        DefinitionError::Taken { .. } => (&["definition", "key"], "TAKEN"),
        DefinitionError::Unstructured(_) => (&["definition"], "UNSTRUCTURED_ALREADY_EXISTS"),
        DefinitionError::TooMany => (&["definition"], "RESOURCE_TYPE_LIMIT_EXCEEDED"),
        DefinitionError::PinnedLimit => (whole, "PINNED_LIMIT_REACHED"),
        DefinitionError::AlreadyPinned => (whole, "ALREADY_PINNED"),
        DefinitionError::NotPinned => (whole, "NOT_PINNED"),
        DefinitionError::AdminAccess => (&["definition"], invalid),
        DefinitionError::Capability(_) => (&["definition", "capabilities"], "INVALID_CAPABILITY"),
        DefinitionError::UniqueRequired => (
            &["definition", "capabilities", "uniqueValues"],
            "CAPABILITY_REQUIRED_BUT_DISABLED",
        ),
        DefinitionError::NotUnique => (
            &["definition", "capabilities", "uniqueValues"],
            "INVALID_CAPABILITY",
        ),
        DefinitionError::FilterableLimit => (
            &["definition"],
            "OWNER_TYPE_LIMIT_EXCEEDED_FOR_USE_AS_ADMIN_FILTERS",
        ),
        DefinitionError::SmartLimit => (
            &["definition"],
            "OWNER_TYPE_LIMIT_EXCEEDED_FOR_AUTOMATED_COLLECTIONS",
        ),
        DefinitionError::InUse if updating => (
            &["definition", "capabilities", "smartCollectionCondition"],
            "CAPABILITY_CANNOT_BE_DISABLED",
        ),
        DefinitionError::InUse => (whole, "METAFIELD_DEFINITION_IN_USE"),
        DefinitionError::ValuesMustGo("an id") => (whole, "ID_TYPE_DELETION_ERROR"),
        DefinitionError::ValuesMustGo(_) => (whole, "REFERENCE_TYPE_DELETION_ERROR"),
    };
    let shown = UserError::new(at, Some(code), &error);
    match error {
        DefinitionError::Store(cause) => Err(fault(cause)),
        DefinitionError::NotAuthorized => Err(closed(field)),
        _ => Ok(shown),
    }
}

/// The part of the input and the code of a name that is not well formed.
fn named(why: &MetafieldError) -> (&'static [&'static str], &'static str) {
    let at = |name: &str| -> &'static [&'static str] {
        if name == "Namespace" {
            &["definition", "namespace"]
        } else {
            &["definition", "key"]
        }
    };
    match why {
        MetafieldError::TooShort(name, _) => (at(name), "TOO_SHORT"),
        MetafieldError::TooLong(name, _) => (at(name), "TOO_LONG"),
        MetafieldError::Characters(name) => (at(name), "INVALID_CHARACTER"),
        _ => (&["definition"], "INVALID"),
    }
}

/// What a namespace of another app's, or of the platform's, is answered with.
fn closed(field: &str) -> Error {
    const NEEDED: &str = "API client to have access to the namespace and the resource type \
                          associated with the metafield definition.";
    Error::new(format!(
        "Access denied for {field} field. Required access: {NEEDED}"
    ))
    .code("ACCESS_DENIED")
    .extension("requiredAccess", NEEDED)
}
