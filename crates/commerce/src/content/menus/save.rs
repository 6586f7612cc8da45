//! Making, changing and deleting menus.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{HANDLE_CHARS_MAX, MenuId, MenuItemId, handleize};

use super::sql::{self, StoredItem};
use super::{ItemInput, ItemKind, Menu, MenuError, Place};
use crate::call::Call;

/// Entries of one menu, on all its levels.
const ITEMS_MAX: usize = 500;
/// Levels of one menu.
const LEVELS_MAX: usize = 3;
/// Titles, in characters.
const TITLE_CHARS_MAX: usize = 255;
/// Addresses, in bytes.
const URL_BYTES_MAX: usize = 2048;

/// Makes the menus that every shop begins with: one for the head of its pages, one for the foot.
///
/// # Errors
/// `Store` faults only.
pub fn open(tx: &mut Tx, call: &Call) -> Result<(), MenuError> {
    let main = [
        plain("Home", ItemKind::Frontpage),
        plain("Catalog", ItemKind::Catalog),
    ];
    let footer = [plain("Search", ItemKind::Search)];
    make(tx, call, ("main-menu", "Main menu"), &main, true)?;
    make(tx, call, ("footer", "Footer menu"), &footer, true)?;
    Ok(())
}

/// Makes a menu.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_menu(
    tx: &mut Tx,
    call: &Call,
    handle: &str,
    title: &str,
    items: &[ItemInput],
) -> Result<MenuId, MenuError> {
    make(tx, call, (handle, title), items, false)
}

/// Changes a menu; its entries become those given.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_menu(
    tx: &mut Tx,
    call: &Call,
    id: MenuId,
    (handle, title): (Option<&str>, &str),
    items: &[ItemInput],
) -> Result<MenuId, MenuError> {
    let mut menu = sql::lock(tx, id)?.ok_or(MenuError::NotFound)?;
    menu.title = checked_title(title)?;
    if let Some(wanted) = handle {
        let wanted = checked_handle(wanted)?;
        if wanted != menu.handle && menu.is_default {
            return Err(MenuError::DefaultHandle);
        }
        if sql::by_handle(tx, &wanted)?.is_some_and(|other| other.id != id) {
            return Err(MenuError::HandleTaken);
        }
        menu.handle = wanted;
    }
    let held = sql::items(tx, &[id])?.pop().unwrap_or_default();
    let held: BTreeSet<MenuItemId> = held.iter().map(|item| item.id).collect();
    let rows = planned(tx, call, id, &held, items)?;
    menu.updated_at = call.now;
    sql::update(tx, &menu)?;
    sql::delete_items(tx, id)?;
    sql::insert_items(tx, &rows)?;
    Ok(id)
}

/// Deletes a menu that did not come with the shop.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_menu(tx: &mut Tx, id: MenuId) -> Result<MenuId, MenuError> {
    let menu = sql::lock(tx, id)?.ok_or(MenuError::NotFound)?;
    if menu.is_default {
        return Err(MenuError::Default);
    }
    sql::delete(tx, id)?;
    Ok(id)
}

fn make(
    tx: &mut Tx,
    call: &Call,
    (handle, title): (&str, &str),
    items: &[ItemInput],
    is_default: bool,
) -> Result<MenuId, MenuError> {
    let menu = Menu {
        id: call.new_id(),
        handle: checked_handle(handle)?,
        title: checked_title(title)?,
        is_default,
        created_at: call.now,
        updated_at: call.now,
    };
    if sql::by_handle(tx, &menu.handle)?.is_some() {
        return Err(MenuError::HandleTaken);
    }
    let rows = planned(tx, call, menu.id, &BTreeSet::new(), items)?;
    sql::insert(tx, &menu)?;
    sql::insert_items(tx, &rows)?;
    Ok(menu.id)
}

fn plain(title: &str, kind: ItemKind) -> ItemInput {
    ItemInput {
        id: None,
        title: title.to_owned(),
        kind,
        resource: None,
        url: None,
        tags: Vec::new(),
        items: Vec::new(),
    }
}

fn checked_title(title: &str) -> Result<String, MenuError> {
    let title = title.trim();
    if title.is_empty() {
        return Err(MenuError::TitleBlank);
    }
    if title.chars().count() > TITLE_CHARS_MAX {
        return Err(MenuError::TitleTooLong);
    }
    Ok(title.replace('\0', ""))
}

fn checked_handle(handle: &str) -> Result<String, MenuError> {
    let cut: String = handle.chars().take(HANDLE_CHARS_MAX).collect();
    match handleize(&cut) {
        tidy if tidy.is_empty() => Err(MenuError::HandleBlank),
        tidy => Ok(tidy),
    }
}

/// The rows that the given entries become, all of them checked.
fn planned(
    tx: &mut Tx,
    call: &Call,
    menu: MenuId,
    held: &BTreeSet<MenuItemId>,
    items: &[ItemInput],
) -> Result<Vec<StoredItem>, MenuError> {
    let mut plan = Plan {
        call,
        menu,
        held,
        used: BTreeSet::new(),
        rows: Vec::new(),
        places: Vec::new(),
    };
    plan.level(items, None, &mut Vec::new())?;
    let Plan { rows, places, .. } = plan;
    refuse_missing(tx, &rows, &places)?;
    Ok(rows)
}

struct Plan<'a> {
    call: &'a Call,
    menu: MenuId,
    held: &'a BTreeSet<MenuItemId>,
    used: BTreeSet<MenuItemId>,
    rows: Vec<StoredItem>,
    places: Vec<Place>,
}

impl Plan<'_> {
    fn level(
        &mut self,
        items: &[ItemInput],
        parent: Option<MenuItemId>,
        above: &mut Place,
    ) -> Result<(), MenuError> {
        if !items.is_empty() && above.len() >= LEVELS_MAX {
            return Err(MenuError::TooDeep(above.clone()));
        }
        for (index, item) in items.iter().enumerate() {
            if self.rows.len() >= ITEMS_MAX {
                return Err(MenuError::TooManyItems);
            }
            above.push(index);
            let id = self.item(item, parent, above)?;
            self.level(&item.items, Some(id), above)?;
            above.pop();
        }
        Ok(())
    }

    fn item(
        &mut self,
        item: &ItemInput,
        parent: Option<MenuItemId>,
        place: &Place,
    ) -> Result<MenuItemId, MenuError> {
        let id = match item.id {
            None => self.call.new_id(),
            // An entry keeps its id; given twice, it is two.
            Some(id) if self.held.contains(&id) && self.used.insert(id) => id,
            Some(_) => return Err(MenuError::ItemMissing(place.clone())),
        };
        let title = checked_title(&item.title).map_err(|error| match error {
            MenuError::TitleBlank => MenuError::ItemTitleBlank(place.clone()),
            other => other,
        })?;
        let (resource_id, url) = destination(item, place)?;
        let tags = crate::tags::normalized(&item.tags);
        self.rows.push(StoredItem {
            id,
            menu_id: self.menu,
            parent_id: parent,
            position: i64::try_from(self.rows.len()).unwrap_or(i64::MAX),
            title,
            kind: item.kind,
            resource_id,
            url,
            tags: serde_json::to_string(&tags).expect("a list of texts is JSON"),
        });
        self.places.push(place.clone());
        Ok(id)
    }
}

/// Where an entry leads: the number of a row, or an address.
fn destination(
    item: &ItemInput,
    place: &Place,
) -> Result<(Option<i64>, Option<String>), MenuError> {
    match (item.kind.resource_kind(), &item.resource) {
        (Some(_), None) => Err(MenuError::ResourceNeeded(place.clone())),
        (Some(kind), Some((given, number))) if kind == given => Ok((Some(*number), None)),
        (Some(_), Some(_)) => Err(MenuError::ResourceMissing(place.clone())),
        (None, _) if item.kind == ItemKind::Http => {
            let url = item.url.as_deref().map(str::trim).unwrap_or_default();
            if !is_address(url) {
                return Err(MenuError::UrlInvalid(place.clone()));
            }
            Ok((None, Some(url.to_owned())))
        }
        (None, _) => Ok((None, None)),
    }
}

/// An address on the web, a path in the shop, a place in the page, or somebody's mailbox or
/// telephone: nothing that a browser would run.
fn is_address(url: &str) -> bool {
    let starts = ["https://", "http://", "/", "#", "mailto:", "tel:"];
    url.len() <= URL_BYTES_MAX
        && starts.iter().any(|start| url.starts_with(start))
        && !url
            .chars()
            .any(|c| c.is_control() || matches!(c, ' ' | '"' | '<' | '>'))
}

fn refuse_missing(tx: &mut Tx, rows: &[StoredItem], places: &[Place]) -> Result<(), MenuError> {
    for kind in ItemKind::ALL {
        let of_kind = || rows.iter().filter(|row| row.kind == *kind);
        let ids: Vec<i64> = of_kind().filter_map(|row| row.resource_id).collect();
        if ids.is_empty() {
            continue;
        }
        let found: Result<_, StoreError> = sql::handles(tx, *kind, &ids);
        let found: BTreeSet<i64> = found?.into_iter().map(|(id, _)| id).collect();
        let missing = rows.iter().position(|row| {
            row.kind == *kind && row.resource_id.is_some_and(|id| !found.contains(&id))
        });
        if let Some(place) = missing.and_then(|missing| places.get(missing)) {
            return Err(MenuError::ResourceMissing(place.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_nothing_that_a_browser_runs() {
        for good in [
            "https://example.com",
            "/pages/about",
            "#top",
            "mailto:a@b.co",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "/a b",
            "about",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
