//! Making, naming, publishing and deleting themes.

use store::Tx;
use units::OnlineStoreThemeId;

use super::error::ThemeError;
use super::{Role, Theme, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Names, in characters.
pub const NAME_CHARS_MAX: usize = 50;
/// Themes of a shop.
pub(super) const THEMES_MAX: i64 = 100;
/// What a shop's first theme is called.
const FIRST: &str = "Stockroom";

/// Makes the theme that a shop begins with.
///
/// # Errors
/// `Store` faults only.
pub fn open(tx: &mut Tx, call: &Call) -> Result<OnlineStoreThemeId, ThemeError> {
    let theme = new(tx, call, FIRST, Role::Main)?;
    sql::insert(tx, &theme)?;
    Ok(theme.id)
}

/// Makes a theme with the files of another.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn duplicate(
    tx: &mut Tx,
    call: &Call,
    id: OnlineStoreThemeId,
    name: Option<&str>,
) -> Result<OnlineStoreThemeId, ThemeError> {
    let source = sql::lock(tx, id)?.ok_or(ThemeError::NotFound)?;
    if sql::count(tx)? >= THEMES_MAX {
        return Err(ThemeError::TooMany);
    }
    let copied = || {
        let copy = format!("Copy of {}", source.name);
        copy.chars().take(NAME_CHARS_MAX).collect::<String>()
    };
    let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => checked(name)?,
        None => copied(),
    };
    let theme = new(tx, call, &name, Role::Unpublished)?;
    sql::insert(tx, &theme)?;
    sql::copy_files(tx, id, theme.id, call.now)?;
    tell(tx, call, &[Topic::ThemesCreate], theme.id)?;
    Ok(theme.id)
}

/// Calls a theme something else.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn rename(
    tx: &mut Tx,
    call: &Call,
    id: OnlineStoreThemeId,
    name: Option<&str>,
) -> Result<OnlineStoreThemeId, ThemeError> {
    let mut theme = sql::lock(tx, id)?.ok_or(ThemeError::NotFound)?;
    if let Some(name) = name {
        theme.name = checked(name)?;
    }
    theme.updated_at = call.now;
    sql::update(tx, &theme)?;
    tell(tx, call, &[Topic::ThemesUpdate], id)?;
    Ok(id)
}

/// Makes a theme the one that buyers see; the one that they saw waits.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn publish(
    tx: &mut Tx,
    call: &Call,
    id: OnlineStoreThemeId,
) -> Result<OnlineStoreThemeId, ThemeError> {
    let mut theme = sql::lock(tx, id)?.ok_or(ThemeError::NotFound)?;
    if theme.role == Role::Main {
        return Ok(id);
    }
    sql::unpublish(tx, call.now)?;
    theme.role = Role::Main;
    theme.updated_at = call.now;
    sql::update(tx, &theme)?;
    tell(tx, call, &[Topic::ThemesPublish, Topic::ThemesUpdate], id)?;
    Ok(id)
}

/// Deletes a theme that buyers do not see, with its files.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(
    tx: &mut Tx,
    call: &Call,
    id: OnlineStoreThemeId,
) -> Result<OnlineStoreThemeId, ThemeError> {
    let theme = sql::lock(tx, id)?.ok_or(ThemeError::NotFound)?;
    if theme.role == Role::Main {
        return Err(ThemeError::Published);
    }
    sql::delete(tx, id)?;
    tell(tx, call, &[Topic::ThemesDelete], id)?;
    Ok(id)
}

pub(super) fn new(tx: &mut Tx, call: &Call, name: &str, role: Role) -> Result<Theme, ThemeError> {
    Ok(Theme {
        id: call.new_id(),
        name: name.to_owned(),
        role,
        source: String::new(),
        failed: false,
        number: sql::last_number(tx)? + 1,
        created_at: call.now,
        updated_at: call.now,
    })
}

pub(super) fn checked(name: &str) -> Result<String, ThemeError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(ThemeError::NameBlank);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(ThemeError::NameTooLong);
    }
    Ok(name.replace('\0', ""))
}

pub(super) fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    id: OnlineStoreThemeId,
) -> Result<(), ThemeError> {
    events::record(
        tx,
        call,
        NewEvent::of(topics, Subject::OnlineStoreTheme, id),
    )?;
    Ok(())
}
