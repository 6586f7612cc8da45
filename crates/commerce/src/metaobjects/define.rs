//! Making, changing and deleting definitions of metaobjects.

use store::{StoreError, Tx};
use units::{AppId, MetaobjectDefinitionId, MetaobjectId};

use super::entry::display_name;
use super::error::{MetaobjectError, Refusal, Why};
use super::fields::{FieldDefinition, FieldDefinitions};
use super::{Definition, own_type, sql};
use crate::call::{Actor, Call};
use crate::metafields::{
    self, AdminAccess, CustomerAccountAccess, StorefrontAccess, Validation, Validations,
};

/// Definitions of one app, or of the merchant, at most.
const DEFINITIONS_MAX: i64 = 128;
/// Fields of one definition, at most.
const FIELDS_MAX: usize = 40;
const TEXT_CHARS_MAX: usize = 255;
const TYPE_CHARS: std::ops::RangeInclusive<usize> = 3..=255;
const KEY_CHARS: std::ops::RangeInclusive<usize> = 2..=64;
/// Keys that already mean something of every entry.
const RESERVED_KEYS: &[&str] = &["handle", "id"];
const FIELDS: [&str; 2] = ["definition", "fieldDefinitions"];

/// A definition, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct DefinitionInput {
    /// The type; only a new definition has one to give.
    pub kind: String,
    /// What it is called; made of the type when a new definition leaves it out.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// The field whose value names an entry.
    pub display_name_key: Option<Option<String>>,
    /// Who may do what with the entries.
    pub admin_access: Option<AdminAccess>,
    /// Whether storefronts may read the entries.
    pub storefront_access: Option<StorefrontAccess>,
    /// What signed-in customers may do with the entries.
    pub customer_account_access: Option<CustomerAccountAccess>,
    /// What entries can be beyond rows of values.
    pub capabilities: Capabilities,
    /// Fields to make, change and delete, in this order.
    pub fields: Vec<FieldChange>,
    /// Whether the fields that are named come first, in the order they are named in.
    pub reset_field_order: Option<bool>,
}

/// What entries can be beyond rows of values; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Capabilities {
    /// Drafts until they are published.
    pub publishable: Option<bool>,
    /// Translated.
    pub translatable: Option<bool>,
    /// Found by search engines.
    pub renderable: Option<Renderable>,
    /// Shown on pages of their own.
    pub online_store: Option<OnlineStore>,
}

/// What search engines are told of entries.
#[derive(Debug, Clone)]
pub struct Renderable {
    /// Whether they are told.
    pub enabled: bool,
    /// The field with the title.
    pub meta_title_key: Option<String>,
    /// The field with the description.
    pub meta_description_key: Option<String>,
}

/// Pages of entries in the online store.
#[derive(Debug, Clone)]
pub struct OnlineStore {
    /// Whether there are any.
    pub enabled: bool,
    /// Their part of the address.
    pub url_handle: Option<String>,
}

/// One change of a definition's fields.
#[derive(Debug, Clone)]
pub enum FieldChange {
    /// A new field.
    Create(FieldInput),
    /// What is to change of one.
    Update(FieldInput),
    /// A field to delete, with its values.
    Delete(String),
}

/// A field, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct FieldInput {
    /// Its key.
    pub key: String,
    /// The type of its values; only a new field has one to give.
    pub kind: String,
    /// What it is called; made of the key when a new field leaves it out.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// Whether entries need a value.
    pub required: Option<bool>,
    /// What values must be beyond their type.
    pub validations: Option<Vec<Validation>>,
    /// Whether lists of entries are meant to be searched by it.
    pub admin_filterable: Option<bool>,
}

/// Makes a definition.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_definition(
    tx: &mut Tx,
    call: &Call,
    input: &DefinitionInput,
) -> Result<MetaobjectDefinitionId, MetaobjectError> {
    let kind = checked_type(call, &input.kind)?;
    if sql::definition_by_type(tx, &kind)?.is_some() {
        return Err(MetaobjectError::at(["definition", "type"], Why::TypeTaken));
    }
    let own_app = kind.starts_with("app--");
    let mut new = Definition {
        id: call.new_id(),
        name: titled(&kind),
        kind,
        description: None,
        display_name_key: None,
        admin_access: if own_app {
            AdminAccess::MerchantRead
        } else {
            AdminAccess::PublicReadWrite
        },
        storefront_access: StorefrontAccess::None,
        customer_account_access: CustomerAccountAccess::None,
        publishable: false,
        translatable: false,
        renderable: false,
        meta_title_key: None,
        meta_description_key: None,
        online_store: false,
        url_handle: None,
        fields: FieldDefinitions::default(),
        app_id: app_of(call),
        created_at: call.now,
        updated_at: call.now,
    };
    apply(&mut new, input)?;
    check_rows(tx, &new)?;
    if sql::definitions_count(tx, own_app.then_some(new.app_id))? >= DEFINITIONS_MAX {
        let why = Why::TooManyDefinitions;
        return Err(MetaobjectError::at(["definition"], why));
    }
    sql::insert_definition(tx, &new)?;
    Ok(new.id)
}

/// Changes what the input gives of a definition. When another field names its entries then,
/// they are named anew by [`rename_entries`].
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_definition(
    tx: &mut Tx,
    call: &Call,
    id: MetaobjectDefinitionId,
    input: &DefinitionInput,
) -> Result<bool, MetaobjectError> {
    let before = known(tx, call, id)?;
    let mut after = before.clone();
    apply(&mut after, input)?;
    check_rows(tx, &after)?;
    if before.publishable && !after.publishable && sql::has_drafts(tx, id)? {
        let at = ["definition", "capabilities", "publishable"];
        return Err(MetaobjectError::at(at, Why::Drafts));
    }
    after.updated_at = call.now;
    let gone: Vec<&str> = before
        .fields
        .0
        .iter()
        .map(|field| field.key.as_str())
        .filter(|key| after.fields.get(key).is_none())
        .collect();
    if !gone.is_empty() {
        sql::delete_values(tx, id, &gone)?;
    }
    sql::update_definition(tx, &after)?;
    Ok(before.display_name_key != after.display_name_key)
}

/// Names some of a definition's entries anew, those behind an id; gives the last that was done,
/// as long as there may be more.
///
/// # Errors
/// `Store` faults only.
pub fn rename_entries(
    tx: &mut Tx,
    id: MetaobjectDefinitionId,
    after: MetaobjectId,
) -> Result<Option<MetaobjectId>, StoreError> {
    const CHUNK: usize = 500;
    let Some(definition) = sql::definitions(tx, &[id])?.pop() else {
        return Ok(None);
    };
    let mut entries = sql::entries_after(tx, id, after, CHUNK)?;
    let ids: Vec<MetaobjectId> = entries.iter().map(|entry| entry.id).collect();
    let values = sql::values(tx, &ids)?;
    for (entry, values) in entries.iter_mut().zip(&values) {
        let key = definition.display_name_key.as_deref();
        let value = values.iter().find(|(own, _)| Some(own.as_str()) == key);
        entry.display_name = display_name(value.map(|(_, value)| value.as_str()), &entry.handle);
    }
    sql::rename(tx, &entries)?;
    let last = ids.last().copied();
    Ok(last.filter(|_| ids.len() == CHUNK))
}

/// Deletes a definition whose entries are gone; `false` as long as there are any.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_definition(
    tx: &mut Tx,
    call: &Call,
    id: MetaobjectDefinitionId,
) -> Result<bool, MetaobjectError> {
    known(tx, call, id)?;
    if !sql::entries_after(tx, id, MetaobjectId(0), 1)?.is_empty() {
        return Ok(false);
    }
    sql::delete_definition(tx, id)?;
    Ok(true)
}

/// A definition that the caller may change.
fn known(
    tx: &mut Tx,
    call: &Call,
    id: MetaobjectDefinitionId,
) -> Result<Definition, MetaobjectError> {
    let found = sql::definitions(tx, &[id])?.pop();
    let own = found.filter(|own| own_type(call, &own.kind).is_some());
    own.ok_or_else(|| MetaobjectError::at(["id"], Why::NotFound))
}

pub(super) fn app_of(call: &Call) -> AppId {
    match call.actor {
        Actor::App(app) => app,
        _ => AppId(0),
    }
}

fn checked_type(call: &Call, given: &str) -> Result<String, MetaobjectError> {
    let at = ["definition", "type"];
    let own = own_type(call, given.trim()).filter(|kind| !kind.starts_with("shopify--"));
    let kind = own.ok_or_else(|| MetaobjectError::at(["definition"], Why::NotAuthorized))?;
    match kind.chars().count() {
        0 => Err(MetaobjectError::at(at, Why::Blank("Type"))),
        count if count < *TYPE_CHARS.start() => {
            let why = Why::TooShort("Type", *TYPE_CHARS.start());
            Err(MetaobjectError::at(at, why))
        }
        count if count > *TYPE_CHARS.end() => {
            let why = Why::TooLong("Type", *TYPE_CHARS.end());
            Err(MetaobjectError::at(at, why))
        }
        _ if !kind.bytes().all(is_name_byte) => {
            Err(MetaobjectError::at(at, Why::Characters("Type")))
        }
        _ => Ok(kind),
    }
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A name in words: `lookbook_entry` is "Lookbook entry".
fn titled(name: &str) -> String {
    let words = name
        .rsplit("--")
        .next()
        .unwrap_or(name)
        .replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The pure half: puts what the input gives into a definition.
fn apply(own: &mut Definition, input: &DefinitionInput) -> Result<(), MetaobjectError> {
    if let Some(name) = &input.name {
        own.name = text("name", "Name", name)?
            .ok_or_else(|| MetaobjectError::at(["definition", "name"], Why::Blank("Name")))?;
    }
    if let Some(description) = &input.description {
        let given = description.as_deref().unwrap_or_default();
        own.description = text("description", "Description", given)?;
    }
    if let Some(access) = input.admin_access {
        if !own.kind.starts_with("app--") {
            let at = ["definition", "access", "admin"];
            return Err(MetaobjectError::at(at, Why::AdminAccess));
        }
        own.admin_access = access;
    }
    own.storefront_access = input.storefront_access.unwrap_or(own.storefront_access);
    if let Some(access) = input.customer_account_access {
        if access == CustomerAccountAccess::ReadWrite {
            let at = ["definition", "access", "customerAccount"];
            return Err(MetaobjectError::at(at, Why::CustomerAccess));
        }
        own.customer_account_access = access;
    }
    let refusals = change_fields(own, input);
    if !refusals.is_empty() {
        return Err(MetaobjectError::Refused(refusals));
    }
    if own.fields.0.len() > FIELDS_MAX {
        return Err(MetaobjectError::at(FIELDS, Why::TooManyFields));
    }
    if let Some(key) = &input.display_name_key {
        own.display_name_key.clone_from(key);
    }
    if let Some(key) = own
        .display_name_key
        .as_deref()
        .filter(|key| own.fields.get(key).is_none())
    {
        let at = ["definition", "displayNameKey"];
        return Err(MetaobjectError::at(at, Why::FieldMissing(key.to_owned())));
    }
    capabilities(own, &input.capabilities)
}

/// A text of the definition; none when it is blank.
fn text(
    field: &'static str,
    name: &'static str,
    given: &str,
) -> Result<Option<String>, MetaobjectError> {
    let given = given.trim().replace('\0', "");
    if given.chars().count() > TEXT_CHARS_MAX {
        let why = Why::TooLong(name, TEXT_CHARS_MAX);
        return Err(MetaobjectError::at(["definition", field], why));
    }
    Ok(Some(given).filter(|text| !text.is_empty()))
}

fn change_fields(own: &mut Definition, input: &DefinitionInput) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for (place, change) in input.fields.iter().enumerate() {
        let key = match change {
            FieldChange::Create(field) | FieldChange::Update(field) => &field.key,
            FieldChange::Delete(key) => key,
        };
        let done = if named.contains(&key.as_str()) {
            Err(Why::Duplicate(key.clone()))
        } else {
            change_field(&mut own.fields, change)
        };
        named.push(key);
        refusals.extend(
            done.err()
                .map(|why| Refusal::of_field(FIELDS, place, key, why)),
        );
    }
    if input.reset_field_order == Some(true) {
        let rank = |field: &FieldDefinition| {
            let place = named.iter().position(|key| *key == field.key);
            place.unwrap_or(usize::MAX)
        };
        own.fields.0.sort_by_key(rank);
    }
    refusals
}

fn change_field(fields: &mut FieldDefinitions, change: &FieldChange) -> Result<(), Why> {
    match change {
        FieldChange::Create(input) => {
            if fields.get(&input.key).is_some() {
                return Err(Why::FieldTaken(input.key.clone()));
            }
            let new = new_field(input)?;
            fields.0.push(new);
        }
        FieldChange::Update(input) => {
            let found = fields.0.iter_mut().find(|field| field.key == input.key);
            let field = found.ok_or_else(|| Why::FieldMissing(input.key.clone()))?;
            let mut changed = field.clone();
            put(&mut changed, input)?;
            *field = changed;
        }
        FieldChange::Delete(key) => {
            let place = fields.0.iter().position(|field| field.key == *key);
            let place = place.ok_or_else(|| Why::FieldMissing(key.clone()))?;
            fields.0.remove(place);
        }
    }
    Ok(())
}

fn new_field(input: &FieldInput) -> Result<FieldDefinition, Why> {
    let key = &input.key;
    let length = key.chars().count();
    if length < *KEY_CHARS.start() {
        return Err(Why::TooShort("Key", *KEY_CHARS.start()));
    }
    if length > *KEY_CHARS.end() {
        return Err(Why::TooLong("Key", *KEY_CHARS.end()));
    }
    let fits = |byte: u8| is_name_byte(byte) && !byte.is_ascii_uppercase();
    if !key.bytes().all(fits) {
        return Err(Why::Characters("Key"));
    }
    if RESERVED_KEYS.contains(&key.as_str()) {
        return Err(Why::Reserved(key.clone()));
    }
    if !metafields::is_known(&input.kind) {
        return Err(Why::FieldType(input.kind.clone()));
    }
    let mut field = FieldDefinition {
        key: key.clone(),
        name: titled(key),
        description: None,
        required: false,
        kind: input.kind.clone(),
        validations: Validations::default(),
        admin_filterable: false,
    };
    // Without options, those that the type requires are missed, too.
    let options = input.validations.clone().unwrap_or_default();
    field.validations = Validations::accept(&field.kind, options).map_err(Why::Option)?;
    put(&mut field, input)?;
    Ok(field)
}

fn put(field: &mut FieldDefinition, input: &FieldInput) -> Result<(), Why> {
    if let Some(name) = &input.name {
        let name = name.trim().replace('\0', "");
        if name.is_empty() {
            return Err(Why::Blank("Name"));
        }
        if name.chars().count() > TEXT_CHARS_MAX {
            return Err(Why::TooLong("Name", TEXT_CHARS_MAX));
        }
        field.name = name;
    }
    if let Some(description) = &input.description {
        let given = description.as_deref().unwrap_or_default().trim();
        if given.chars().count() > TEXT_CHARS_MAX {
            return Err(Why::TooLong("Description", TEXT_CHARS_MAX));
        }
        field.description = Some(given.replace('\0', "")).filter(|text| !text.is_empty());
    }
    field.required = input.required.unwrap_or(field.required);
    field.admin_filterable = input.admin_filterable.unwrap_or(field.admin_filterable);
    if let Some(options) = &input.validations {
        let accepted = Validations::accept(&field.kind, options.clone());
        field.validations = accepted.map_err(Why::Option)?;
    }
    Ok(())
}

fn capabilities(own: &mut Definition, input: &Capabilities) -> Result<(), MetaobjectError> {
    own.publishable = input.publishable.unwrap_or(own.publishable);
    own.translatable = input.translatable.unwrap_or(own.translatable);
    if let Some(renderable) = &input.renderable {
        own.renderable = renderable.enabled;
        own.meta_title_key.clone_from(&renderable.meta_title_key);
        own.meta_description_key
            .clone_from(&renderable.meta_description_key);
    }
    let at = ["definition", "capabilities", "renderable"];
    for key in [&own.meta_title_key, &own.meta_description_key]
        .into_iter()
        .flatten()
    {
        let field = own.fields.get(key);
        let missing = || MetaobjectError::at(at, Why::FieldMissing(key.clone()));
        let field = field.ok_or_else(missing)?;
        let texts = [
            "single_line_text_field",
            "multi_line_text_field",
            "rich_text_field",
        ];
        if !texts.contains(&field.kind.as_str()) {
            return Err(MetaobjectError::at(at, Why::NotText(key.clone())));
        }
    }
    if let Some(online_store) = &input.online_store {
        own.online_store = online_store.enabled;
        if let Some(handle) = &online_store.url_handle {
            own.url_handle = Some(handle.trim().to_ascii_lowercase());
        }
    }
    if own.online_store {
        let handle = own.url_handle.as_deref().unwrap_or_default();
        let at = [
            "definition",
            "capabilities",
            "onlineStore",
            "data",
            "urlHandle",
        ];
        if handle.is_empty() {
            return Err(MetaobjectError::at(at, Why::UrlHandleBlank));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if handle.len() > TEXT_CHARS_MAX || !handle.bytes().all(fits) {
            return Err(MetaobjectError::at(at, Why::UrlHandle));
        }
    }
    Ok(())
}

/// What only the other rows can tell.
fn check_rows(tx: &mut Tx, own: &Definition) -> Result<(), MetaobjectError> {
    if own.online_store
        && let Some(handle) = &own.url_handle
        && sql::url_handle_taken(tx, own.id, handle)?
    {
        let at = [
            "definition",
            "capabilities",
            "onlineStore",
            "data",
            "urlHandle",
        ];
        return Err(MetaobjectError::at(at, Why::UrlHandleTaken));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_words_is_made_of_a_type() {
        assert_eq!(titled("lookbook_entry"), "Lookbook entry");
        assert_eq!(titled("app--7--size-chart"), "Size chart");
    }

    #[test]
    fn fields_are_made_changed_and_deleted_by_their_keys() {
        let field = |key: &str| FieldInput {
            key: key.to_owned(),
            kind: "single_line_text_field".to_owned(),
            ..FieldInput::default()
        };
        let mut fields = FieldDefinitions::default();
        let mut change = |change: FieldChange| change_field(&mut fields, &change);
        assert_eq!(change(FieldChange::Create(field("title"))), Ok(()));
        assert_eq!(
            change(FieldChange::Create(field("title"))),
            Err(Why::FieldTaken("title".to_owned()))
        );
        let required = FieldInput {
            required: Some(true),
            ..field("title")
        };
        assert_eq!(change(FieldChange::Update(required)), Ok(()));
        assert_eq!(
            change(FieldChange::Create(field("handle"))),
            Err(Why::Reserved("handle".to_owned()))
        );
        assert_eq!(change(FieldChange::Delete("title".to_owned())), Ok(()));
        assert!(fields.0.is_empty());
    }
}
