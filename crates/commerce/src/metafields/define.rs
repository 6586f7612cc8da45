//! Making, changing and deleting definitions of metafields.

use store::{StoreError, Tx};
use units::{MetafieldDefinitionId, sort_key};

use super::definition::{AdminAccess, CustomerAccountAccess, Definition, StorefrontAccess};
use super::definition::{definition_of, definitions};
use super::set::{KEY_CHARS, MetafieldError, NAMESPACE_CHARS, checked_name};
use super::validations::{OptionError, Validation, Validations};
use super::{Owner, definition_sql as sql, is_known, namespace};
use crate::call::{Actor, Call};
use crate::events::{self, NewEvent, Subject, Topic};

/// Definitions of one kind of resource that an app, or the merchant, may have.
const DEFINITIONS_MAX: i64 = 256;
/// Definitions of one kind of resource that may be pinned.
const PINNED_MAX: i64 = 20;
/// Definitions of one kind of resource that its lists can be searched by.
const FILTERABLE_MAX: i64 = 50;
/// Definitions of one kind of resource that rules of smart collections may look at.
const SMART_MAX: i64 = 128;
const NAME_CHARS_MAX: usize = 255;
const DESCRIPTION_CHARS_MAX: usize = 255;

/// A definition, or what is to change of one.
#[derive(Debug, Clone)]
pub struct DefinitionInput {
    /// The kind of resource.
    pub owner: Owner,
    /// The namespace; the calling app's own when left out.
    pub namespace: Option<String>,
    /// The key.
    pub key: String,
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// The type of its values; only a new definition has one to give.
    pub kind: Option<String>,
    /// What values must be beyond their type.
    pub validations: Option<Vec<Validation>>,
    /// Who may do what with the values.
    pub admin_access: Option<AdminAccess>,
    /// Whether storefronts may read the values.
    pub storefront_access: Option<StorefrontAccess>,
    /// What signed-in customers may do with the values.
    pub customer_account_access: Option<CustomerAccountAccess>,
    /// Whether it is pinned.
    pub pin: Option<bool>,
    /// Whether lists of the resource can be searched by it.
    pub admin_filterable: Option<bool>,
    /// Whether a value may stand on one resource only.
    pub unique_values: Option<bool>,
    /// Whether rules of smart collections may look at the values.
    pub smart_collection: Option<bool>,
}

/// Which definition is meant.
#[derive(Debug, Clone)]
pub enum Meant {
    /// By its id.
    Id(MetafieldDefinitionId),
    /// By what it is for.
    Key {
        /// The kind of resource.
        owner: Owner,
        /// The namespace; the calling app's own when left out.
        namespace: Option<String>,
        /// The key.
        key: String,
    },
}

/// Why a definition is refused.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// No such definition.
    #[error("Definition not found.")]
    NotFound,
    /// The namespace belongs to another app, or is reserved.
    #[error("The namespace belongs to another app or is reserved.")]
    NotAuthorized,
    /// The namespace or key is not well formed.
    #[error("{0}")]
    Name(MetafieldError),
    /// A required text is empty.
    #[error("{0} can't be blank")]
    Blank(&'static str),
    /// A text is too long.
    #[error("{0} is too long (maximum is {1} characters)")]
    TooLong(&'static str, usize),
    /// No such type.
    #[error("Type name {0} is not a valid type.")]
    TypeUnknown(String),
    /// An option is none of the type's.
    #[error(transparent)]
    Option(#[from] OptionError),
    /// The key has a definition already.
    #[error("Key is in use for {owner} metafields on the '{namespace}' namespace.")]
    Taken {
        /// The kind of resource, as its id names it.
        owner: &'static str,
        /// The namespace.
        namespace: String,
    },
    /// There are metafields that would not fit.
    #[error(
        "There are metafields in this namespace and key that do not have the type {0}. Change or delete them first."
    )]
    Unstructured(String),
    /// More definitions than a kind of resource may have.
    #[error("Stores can only have 256 definitions for each store resource.")]
    TooMany,
    /// More pinned definitions than a kind of resource may have.
    #[error("Limit of 20 pinned definitions.")]
    PinnedLimit,
    /// It is pinned.
    #[error("Definition already pinned.")]
    AlreadyPinned,
    /// It is not pinned.
    #[error("Definition isn't pinned.")]
    NotPinned,
    /// Everybody may read and write what is no app's own.
    #[error(
        "Setting this access control is not permitted. It must be one of [\"public_read_write\"]."
    )]
    AdminAccess,
    /// The type or resource does not have the capability.
    #[error("The capability {0} is not valid for this definition.")]
    Capability(&'static str),
    /// Values of the type id are always unique.
    #[error("The capability unique_values is required for the id type and can't be disabled.")]
    UniqueRequired,
    /// Metafields share a value, or the capability cannot be undone.
    #[error(
        "Two metafields have the same value. Values must differ before they can be kept unique."
    )]
    NotUnique,
    /// More searchable definitions than a kind of resource may have.
    #[error("Limit of 50 definitions that lists are filtered by.")]
    FilterableLimit,
    /// More definitions for rules than a kind of resource may have.
    #[error("Limit of 128 definitions that smart collections can use.")]
    SmartLimit,
    /// A rule of a smart collection looks at its values.
    #[error("The definition is used by a smart collection. Change its rules first.")]
    InUse,
    /// Values would be left without meaning.
    #[error(
        "Deleting {0} type metafield definition requires deletion of its associated metafields."
    )]
    ValuesMustGo(&'static str),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a definition.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn define(
    tx: &mut Tx,
    call: &Call,
    input: &DefinitionInput,
) -> Result<MetafieldDefinitionId, DefinitionError> {
    let own = namespace(call, input.namespace.as_deref()).filter(|name| !is_reserved(name));
    let own = own.ok_or(DefinitionError::NotAuthorized)?;
    checked_name("Namespace", &own, &NAMESPACE_CHARS).map_err(DefinitionError::Name)?;
    checked_name("Key", &input.key, &KEY_CHARS).map_err(DefinitionError::Name)?;
    let kind = input.kind.clone().unwrap_or_default();
    if !is_known(&kind) {
        return Err(DefinitionError::TypeUnknown(kind));
    }
    if definition_of(tx, input.owner, &own, &input.key)?.is_some() {
        return Err(DefinitionError::Taken {
            owner: input.owner.gid_kind(),
            namespace: own,
        });
    }
    let is_id = kind == "id";
    let mut new = Definition {
        id: call.new_id(),
        owner: input.owner,
        namespace: own,
        key: input.key.clone(),
        name: String::new(),
        description: None,
        kind,
        validations: Validations::default(),
        admin_access: AdminAccess::PublicReadWrite,
        storefront_access: StorefrontAccess::None,
        customer_account_access: CustomerAccountAccess::None,
        pinned_position: None,
        admin_filterable: false,
        unique_values: is_id,
        smart_collection: false,
        app_id: match call.actor {
            Actor::App(app) => Some(app),
            _ => None,
        },
        created_at: call.now,
        updated_at: call.now,
    };
    if new.namespace.starts_with("app--") {
        new.admin_access = AdminAccess::MerchantRead;
    }
    let before = new.clone();
    if input.name.is_none() {
        return Err(DefinitionError::Blank("Name"));
    }
    // Without options, those that the type requires are missed, too.
    let options = input.validations.clone().unwrap_or_default();
    new.validations = Validations::accept(&new.kind, options)?;
    apply(tx, &before, &mut new, input)?;
    if sql::other_kinds(tx, &new)? {
        return Err(DefinitionError::Unstructured(new.kind));
    }
    let prefix = new.namespace.starts_with("app--");
    if sql::definitions_count(tx, new.owner, prefix.then_some(&new.namespace))? >= DEFINITIONS_MAX {
        return Err(DefinitionError::TooMany);
    }
    sql::insert_definition(tx, &new, &sort_key(&new.name))?;
    tell(tx, call, &[Topic::MetafieldDefinitionsCreate], &new)?;
    Ok(new.id)
}

/// Changes what the input gives of a definition.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn redefine(
    tx: &mut Tx,
    call: &Call,
    input: &DefinitionInput,
) -> Result<MetafieldDefinitionId, DefinitionError> {
    let meant = Meant::Key {
        owner: input.owner,
        namespace: input.namespace.clone(),
        key: input.key.clone(),
    };
    let before = find(tx, call, &meant)?.ok_or(DefinitionError::NotFound)?;
    if is_reserved(&before.namespace) {
        return Err(DefinitionError::NotAuthorized);
    }
    let mut after = before.clone();
    if let Some(options) = &input.validations {
        after.validations = Validations::accept(&after.kind, options.clone())?;
    }
    apply(tx, &before, &mut after, input)?;
    after.updated_at = call.now;
    if before.pinned_position.is_some() && after.pinned_position.is_none() {
        sql::close_gap(tx, &before)?;
    }
    sql::update_definition(tx, &after, &sort_key(&after.name))?;
    tell(tx, call, &[Topic::MetafieldDefinitionsUpdate], &after)?;
    Ok(after.id)
}

/// Deletes a definition, and its metafields when that is wanted.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn undefine(
    tx: &mut Tx,
    call: &Call,
    meant: &Meant,
    values: Values,
) -> Result<Definition, DefinitionError> {
    let own = find(tx, call, meant)?.ok_or(DefinitionError::NotFound)?;
    if is_reserved(&own.namespace) {
        return Err(DefinitionError::NotAuthorized);
    }
    let must_go = match own.kind.as_str() {
        "id" => Some("an id"),
        kind if kind.ends_with("_reference") => Some("a reference"),
        _ => None,
    };
    if values == Values::Stay
        && let Some(kind) = must_go
    {
        return Err(DefinitionError::ValuesMustGo(kind));
    }
    if sql::is_condition(tx, own.id)? {
        return Err(DefinitionError::InUse);
    }
    if values == Values::Go {
        sql::delete_values(tx, &own)?;
    }
    sql::close_gap(tx, &own)?;
    sql::delete_definition(tx, own.id)?;
    tell(tx, call, &[Topic::MetafieldDefinitionsDelete], &own)?;
    Ok(own)
}

/// What becomes of a definition's metafields when it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// They stay, without a definition.
    Stay,
    /// They go, too.
    Go,
}

/// Shows a definition among the first, on the resource's page.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn pin(
    tx: &mut Tx,
    call: &Call,
    meant: &Meant,
) -> Result<MetafieldDefinitionId, DefinitionError> {
    let mut own = find(tx, call, meant)?.ok_or(DefinitionError::NotFound)?;
    if own.pinned_position.is_some() {
        return Err(DefinitionError::AlreadyPinned);
    }
    own.pinned_position = Some(next_pin(tx, own.owner)?);
    own.updated_at = call.now;
    sql::update_definition(tx, &own, &sort_key(&own.name))?;
    tell(tx, call, &[Topic::MetafieldDefinitionsUpdate], &own)?;
    Ok(own.id)
}

/// Shows a definition among the others again.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn unpin(
    tx: &mut Tx,
    call: &Call,
    meant: &Meant,
) -> Result<MetafieldDefinitionId, DefinitionError> {
    let mut own = find(tx, call, meant)?.ok_or(DefinitionError::NotFound)?;
    if own.pinned_position.is_none() {
        return Err(DefinitionError::NotPinned);
    }
    sql::close_gap(tx, &own)?;
    own.pinned_position = None;
    own.updated_at = call.now;
    sql::update_definition(tx, &own, &sort_key(&own.name))?;
    tell(tx, call, &[Topic::MetafieldDefinitionsUpdate], &own)?;
    Ok(own.id)
}

/// The definition that is meant, as far as the caller may know of it.
///
/// # Errors
/// `Store` faults only.
pub fn find(tx: &mut Tx, call: &Call, meant: &Meant) -> Result<Option<Definition>, StoreError> {
    let found = match meant {
        Meant::Id(id) => definitions(tx, &[*id])?.pop(),
        Meant::Key {
            owner,
            namespace: given,
            key,
        } => match namespace(call, given.as_deref()) {
            Some(own) => definition_of(tx, *owner, &own, key)?,
            None => None,
        },
    };
    Ok(found.filter(|own| namespace(call, Some(&own.namespace)).is_some()))
}

/// Puts what the input gives into a definition whose options are checked already.
fn apply(
    tx: &mut Tx,
    before: &Definition,
    own: &mut Definition,
    input: &DefinitionInput,
) -> Result<(), DefinitionError> {
    if let Some(name) = &input.name {
        own.name = filled("Name", name, NAME_CHARS_MAX)?;
    }
    if let Some(description) = &input.description {
        let text = description.as_deref().map(str::trim).unwrap_or_default();
        own.description = match text {
            "" => None,
            text => Some(filled("Description", text, DESCRIPTION_CHARS_MAX)?),
        };
    }
    if let Some(access) = input.admin_access {
        if !own.namespace.starts_with("app--") && access != AdminAccess::PublicReadWrite {
            return Err(DefinitionError::AdminAccess);
        }
        own.admin_access = access;
    }
    own.storefront_access = input.storefront_access.unwrap_or(own.storefront_access);
    own.customer_account_access = input
        .customer_account_access
        .unwrap_or(own.customer_account_access);
    if let Some(wanted) = input.admin_filterable {
        if wanted && !own.may_be_filterable() {
            return Err(DefinitionError::Capability("admin_filterable"));
        }
        if wanted
            && !before.admin_filterable
            && sql::filterable_count(tx, own.owner)? >= FILTERABLE_MAX
        {
            return Err(DefinitionError::FilterableLimit);
        }
        own.admin_filterable = wanted;
    }
    if let Some(wanted) = input.smart_collection {
        own.smart_collection = smart(tx, before, own, wanted)?;
    }
    if let Some(wanted) = input.unique_values {
        if wanted && !own.may_be_unique() {
            return Err(DefinitionError::Capability("unique_values"));
        }
        if !wanted && own.kind == "id" {
            return Err(DefinitionError::UniqueRequired);
        }
        own.unique_values = wanted;
    }
    if own.unique_values && sql::has_equal_values(tx, own)? {
        return Err(DefinitionError::NotUnique);
    }
    match (input.pin, own.pinned_position) {
        (Some(true), None) => own.pinned_position = Some(next_pin(tx, own.owner)?),
        (Some(false), Some(_)) => own.pinned_position = None,
        _ => {}
    }
    Ok(())
}

/// Whether rules of smart collections may look at the values, as it is wanted.
fn smart(
    tx: &mut Tx,
    before: &Definition,
    own: &Definition,
    wanted: bool,
) -> Result<bool, DefinitionError> {
    match (before.smart_collection, wanted) {
        (false, true) if !own.may_be_smart() => {
            return Err(DefinitionError::Capability("smart_collection_condition"));
        }
        (false, true) if sql::smart_count(tx, own.owner)? >= SMART_MAX => {
            return Err(DefinitionError::SmartLimit);
        }
        (true, false) if sql::is_condition(tx, own.id)? => return Err(DefinitionError::InUse),
        _ => {}
    }
    Ok(wanted)
}

fn filled(what: &'static str, text: &str, chars_max: usize) -> Result<String, DefinitionError> {
    let text = text.trim().replace('\0', "");
    if text.is_empty() {
        return Err(DefinitionError::Blank(what));
    }
    if text.chars().count() > chars_max {
        return Err(DefinitionError::TooLong(what, chars_max));
    }
    Ok(text)
}

/// The place behind the last pinned definition.
fn next_pin(tx: &mut Tx, owner: Owner) -> Result<i64, DefinitionError> {
    let (count, last) = sql::pins(tx, owner)?;
    if count >= PINNED_MAX {
        return Err(DefinitionError::PinnedLimit);
    }
    Ok(last + 1)
}

/// Namespaces that only the platform itself may define.
fn is_reserved(namespace: &str) -> bool {
    matches!(namespace, "shopify" | "protected" | "shopify_standard")
        || namespace.starts_with("shopify--")
}

fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    own: &Definition,
) -> Result<(), StoreError> {
    let event = NewEvent {
        facts: serde_json::json!({
            "id": own.id.to_string(),
            "type": own.kind,
            "created_by_app_id": own.app_id.map(|app| app.to_string()),
        })
        .to_string(),
        ..NewEvent::of(topics, Subject::MetafieldDefinition, own.id)
    };
    events::record(tx, call, event)?;
    Ok(())
}
