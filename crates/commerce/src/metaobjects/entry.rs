//! Making and changing metaobjects.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{MetaobjectId, handleize};

use super::define::app_of;
use super::error::{MetaobjectError, Refusal, Why};
use super::{Definition, FieldDefinition, Metaobject, Status, own_type, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::metafields::{self, ValueError};

/// Entries of one type, at most.
const ENTRIES_MAX: i64 = 1_000_000;
const HANDLE_CHARS_MAX: usize = 255;
const NAME_CHARS_MAX: usize = 255;
const TEMPLATE_CHARS_MAX: usize = 255;
const FIELDS: [&str; 2] = ["metaobject", "fields"];

/// A metaobject, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct EntryInput {
    /// Its part of addresses; made of its name when a new one leaves it out.
    pub handle: Option<String>,
    /// Values by the key of their field; an empty one takes the value away.
    pub fields: Vec<(String, String)>,
    /// Whether it is shown.
    pub status: Option<Status>,
    /// The theme's template.
    pub template_suffix: Option<Option<String>>,
}

/// An entry with its values, before or after a change.
struct Draft {
    entry: Metaobject,
    values: BTreeMap<String, String>,
}

/// Makes a metaobject of a type. A handle that is taken gets a number behind it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    kind: &str,
    input: &EntryInput,
) -> Result<MetaobjectId, MetaobjectError> {
    let definition = defined(tx, call, kind, &["metaobject", "type"])?;
    let mut draft = Draft {
        entry: Metaobject {
            id: call.new_id(),
            definition_id: definition.id,
            kind: definition.kind.clone(),
            handle: String::new(),
            display_name: String::new(),
            status: if definition.publishable {
                Status::Draft
            } else {
                Status::Active
            },
            template_suffix: None,
            app_id: app_of(call),
            created_at: call.now,
            updated_at: call.now,
        },
        values: BTreeMap::new(),
    };
    apply(tx, &definition, &mut draft, input)?;
    if sql::count_of(tx, definition.id, ENTRIES_MAX)? >= ENTRIES_MAX {
        return Err(MetaobjectError::at(["metaobject"], Why::TooManyEntries));
    }
    let wanted = input.handle.as_deref().map(str::trim).unwrap_or_default();
    let base = match wanted {
        "" => proposed(&definition, &draft),
        handle => checked_handle(handle)?,
    };
    draft.entry.handle = free_handle(tx, &definition.kind, &base)?;
    name(&definition, &mut draft);
    sql::insert(tx, &draft.entry)?;
    sql::put_values(tx, draft.entry.id, &draft.values)?;
    refer(tx, &definition, &draft)?;
    tell(tx, call, &[Topic::MetaobjectsCreate], &draft.entry)?;
    Ok(draft.entry.id)
}

/// Changes what the input gives of a metaobject.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: MetaobjectId,
    input: &EntryInput,
) -> Result<MetaobjectId, MetaobjectError> {
    let found = sql::lock(tx, id)?.filter(|own| own_type(call, &own.kind).is_some());
    let entry = found.ok_or_else(|| MetaobjectError::at(["id"], Why::NotFound))?;
    let definition = defined(tx, call, &entry.kind, &["id"])?;
    change(tx, call, &definition, entry, input)
}

/// Changes the metaobject of a type and handle, or makes it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn upsert(
    tx: &mut Tx,
    call: &Call,
    kind: &str,
    handle: &str,
    input: &EntryInput,
) -> Result<MetaobjectId, MetaobjectError> {
    let definition = defined(tx, call, kind, &["handle", "type"])?;
    let wanted = checked_handle(handle)?;
    match sql::lock_by_handle(tx, &definition.kind, &wanted)? {
        Some(entry) => change(tx, call, &definition, entry, input),
        None => {
            let named = EntryInput {
                handle: input.handle.clone().or(Some(wanted)),
                ..input.clone()
            };
            create(tx, call, &definition.kind, &named)
        }
    }
}

fn change(
    tx: &mut Tx,
    call: &Call,
    definition: &Definition,
    entry: Metaobject,
    input: &EntryInput,
) -> Result<MetaobjectId, MetaobjectError> {
    let id = entry.id;
    let before = sql::values(tx, &[id])?.pop().unwrap_or_default();
    let mut draft = Draft {
        entry,
        values: before.into_iter().collect(),
    };
    apply(tx, definition, &mut draft, input)?;
    if let Some(handle) = input.handle.as_deref().map(str::trim) {
        let handle = checked_handle(handle)?;
        let taken = handle != draft.entry.handle
            && sql::by_handle(tx, &definition.kind, &handle)?.is_some();
        if taken {
            return Err(MetaobjectError::at(
                ["metaobject", "handle"],
                Why::HandleTaken,
            ));
        }
        draft.entry.handle = handle;
    }
    name(definition, &mut draft);
    draft.entry.updated_at = call.now;
    sql::update(tx, &draft.entry)?;
    sql::replace_values(tx, id, &draft.values)?;
    refer(tx, definition, &draft)?;
    tell(tx, call, &[Topic::MetaobjectsUpdate], &draft.entry)?;
    Ok(id)
}

/// The definition of a type that the caller may use.
fn defined(
    tx: &mut Tx,
    call: &Call,
    kind: &str,
    at: &[&'static str],
) -> Result<Definition, MetaobjectError> {
    let missing = || {
        let why = Why::TypeMissing(kind.to_owned());
        MetaobjectError::at(at.iter().copied(), why)
    };
    let own = own_type(call, kind).ok_or_else(missing)?;
    sql::definition_by_type(tx, &own)?.ok_or_else(missing)
}

/// Puts what the input gives into a draft, values and capabilities checked.
fn apply(
    tx: &mut Tx,
    definition: &Definition,
    draft: &mut Draft,
    input: &EntryInput,
) -> Result<(), MetaobjectError> {
    let mut refusals = Vec::new();
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, (key, value)) in input.fields.iter().enumerate() {
        let refuse = |why: Why| Refusal::of_field(FIELDS, place, key, why);
        let Some(field) = definition.fields.get(key) else {
            refusals.push(refuse(Why::FieldMissing(key.clone())));
            continue;
        };
        if given.insert(key, place).is_some() {
            refusals.push(refuse(Why::Duplicate(key.clone())));
            continue;
        }
        match checked(field, value) {
            Ok(Some(value)) => drop(draft.values.insert(key.clone(), value)),
            Ok(None) => drop(draft.values.remove(key)),
            Err(why) => refusals.push(refuse(Why::Value(why))),
        }
    }
    refusals.extend(lost(tx, definition, draft, &given)?);
    for field in definition.fields.0.iter().filter(|field| field.required) {
        let wrong = refusals
            .iter()
            .any(|known| known.key.as_ref() == Some(&field.key));
        if draft.values.contains_key(&field.key) || wrong {
            continue;
        }
        let why = Why::Required(field.name.clone());
        refusals.push(match given.get(field.key.as_str()) {
            Some(place) => Refusal::of_field(FIELDS, *place, &field.key, why),
            None => Refusal {
                key: Some(field.key.clone()),
                ..Refusal::new(["metaobject"], why)
            },
        });
    }
    let off = |name: &'static str| Refusal::new(["capabilities", name], Why::Capability);
    if let Some(status) = input.status {
        draft.entry.status = status;
        refusals.extend((!definition.publishable).then(|| off("publishable")));
    }
    if let Some(suffix) = &input.template_suffix {
        let suffix = suffix
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        if suffix.is_some_and(|text| text.chars().count() > TEMPLATE_CHARS_MAX) {
            let at = ["capabilities", "onlineStore", "templateSuffix"];
            let why = Why::TooLong("Template suffix", TEMPLATE_CHARS_MAX);
            refusals.push(Refusal::new(at, why));
        }
        draft.entry.template_suffix = suffix.map(|text| text.replace('\0', ""));
        refusals.extend((!definition.online_store).then(|| off("onlineStore")));
    }
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(MetaobjectError::Refused(refusals))
    }
}

/// A value as it is kept, when it is of its field; none when it is empty.
fn checked(field: &FieldDefinition, value: &str) -> Result<Option<String>, ValueError> {
    if value.is_empty() {
        return Ok(None);
    }
    let kept = metafields::check(&field.kind, value)?;
    field.validations.hold(&field.kind, &kept)?;
    Ok(Some(kept))
}

/// The given references to what is not there, and to metaobjects of another definition.
fn lost(
    tx: &mut Tx,
    definition: &Definition,
    draft: &Draft,
    given: &BTreeMap<&str, usize>,
) -> Result<Vec<Refusal>, StoreError> {
    let fields: Vec<(&FieldDefinition, &String)> = definition
        .fields
        .0
        .iter()
        .filter(|field| given.contains_key(field.key.as_str()))
        .filter_map(|field| Some((field, draft.values.get(&field.key)?)))
        .collect();
    let values: Vec<(&str, &str)> = fields
        .iter()
        .map(|(field, value)| (&*field.kind, &***value))
        .collect();
    let mut missing = metafields::missing(tx, &values)?;
    let meant: Vec<Vec<MetaobjectId>> = fields
        .iter()
        .map(|(field, value)| metafields::metaobjects(&field.kind, value))
        .collect();
    let all: BTreeSet<MetaobjectId> = meant.iter().flatten().copied().collect();
    let all: Vec<MetaobjectId> = all.into_iter().collect();
    let known = match all.is_empty() {
        true => Vec::new(),
        false => sql::load(tx, &all)?,
    };
    for (place, (field, _)) in fields.iter().enumerate() {
        let wanted = field.validations.metaobject_definitions();
        let fits = |id: &MetaobjectId| {
            let entry = known.iter().find(|entry| entry.id == *id);
            entry.is_some_and(|entry| wanted.contains(&entry.definition_id))
        };
        if !meant[place].iter().all(fits) {
            missing[place] = Some("a metaobject");
        }
    }
    let refusal = |((field, _), lost): (&(&FieldDefinition, &String), Option<&'static str>)| {
        let place = given.get(field.key.as_str()).copied().unwrap_or_default();
        let why = Why::Value(ValueError::Lost(lost?));
        Some(Refusal::of_field(FIELDS, place, &field.key, why))
    };
    Ok(fields.iter().zip(missing).filter_map(refusal).collect())
}

fn checked_handle(given: &str) -> Result<String, MetaobjectError> {
    let at = ["metaobject", "handle"];
    if given.chars().count() > HANDLE_CHARS_MAX {
        let why = Why::TooLong("Handle", HANDLE_CHARS_MAX);
        return Err(MetaobjectError::at(at, why));
    }
    match handleize(given) {
        handle if handle.is_empty() => Err(MetaobjectError::at(at, Why::HandleEmpty)),
        handle => Ok(handle),
    }
}

/// A handle for an entry that was given none: its name's, or its type's with a number.
fn proposed(definition: &Definition, draft: &Draft) -> String {
    let key = definition.display_name_key.as_ref();
    let named = key.and_then(|key| draft.values.get(key));
    let named: String = named.map_or_else(String::new, |value| {
        value.chars().take(NAME_CHARS_MAX).collect()
    });
    match handleize(&named) {
        handle if handle.is_empty() => {
            handleize(&format!("{}-{}", definition.kind, draft.entry.id.get()))
        }
        handle => handle,
    }
}

fn free_handle(tx: &mut Tx, kind: &str, base: &str) -> Result<String, StoreError> {
    let taken = sql::handles_like(tx, kind, base)?;
    let is_free = |handle: &String| !taken.contains(handle);
    let numbered = (1..=taken.len() + 1).map(|number| format!("{base}-{number}"));
    let mut free = std::iter::once(base.to_owned())
        .chain(numbered)
        .filter(is_free);
    Ok(free
        .next()
        .expect("one number more than there are handles is free"))
}

fn name(definition: &Definition, draft: &mut Draft) {
    let key = definition.display_name_key.as_ref();
    let value = key.and_then(|key| draft.values.get(key));
    draft.entry.display_name = display_name(value.map(String::as_str), &draft.entry.handle);
}

/// What an entry is called: the value of the field that names it, or its handle in words.
pub(super) fn display_name(value: Option<&str>, handle: &str) -> String {
    match value.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.chars().take(NAME_CHARS_MAX).collect(),
        None => {
            let capital = |word: &str| {
                let mut letters = word.chars();
                letters.next().map_or_else(String::new, |first| {
                    first.to_uppercase().chain(letters).collect()
                })
            };
            let words: Vec<String> = handle.split('-').map(capital).collect();
            words.join(" ")
        }
    }
}

/// Keeps which metaobjects an entry refers to.
fn refer(tx: &mut Tx, definition: &Definition, draft: &Draft) -> Result<(), StoreError> {
    let fields = &definition.fields.0;
    if !fields
        .iter()
        .any(|field| metafields::may_refer_to_metaobjects(&field.kind))
    {
        return Ok(());
    }
    let meant: Vec<(MetaobjectId, &str)> = fields
        .iter()
        .filter_map(|field| Some((field, draft.values.get(&field.key)?)))
        .flat_map(|(field, value)| {
            let meant = metafields::metaobjects(&field.kind, value).into_iter();
            meant.map(|id| (id, field.key.as_str()))
        })
        .collect();
    sql::replace_references(tx, draft.entry.id, &meant)
}

fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    own: &Metaobject,
) -> Result<(), StoreError> {
    events::record(tx, call, event(topics, own))?;
    Ok(())
}

/// What happened to an entry, with what must be known of it when it is gone.
pub(super) fn event(topics: &'static [Topic], own: &Metaobject) -> NewEvent {
    NewEvent {
        facts: serde_json::json!({
            "id": own.id.to_string(),
            "type": own.kind,
            "handle": own.handle,
            "created_by_app_id": own.app_id.to_string(),
        })
        .to_string(),
        ..NewEvent::of(topics, Subject::Metaobject, own.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_name_is_called_by_its_handle() {
        assert_eq!(display_name(Some(" Oak "), "x"), "Oak");
        assert_eq!(display_name(None, "size-chart-2"), "Size Chart 2");
        assert_eq!(display_name(Some(""), "oak"), "Oak");
    }
}
