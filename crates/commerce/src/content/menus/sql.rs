//! The menus' queries.

use store::{Record, StoreError, Tx, record};
use units::{MenuId, MenuItemId, sort_key};

use super::{ItemKind, Menu};

record! {
    /// An entry as it is kept: apart from those above and below it.
    #[derive(Clone)]
    pub(super) struct StoredItem {
        pub(super) id: MenuItemId,
        pub(super) menu_id: MenuId,
        pub(super) parent_id: Option<MenuItemId>,
        pub(super) position: i64,
        pub(super) title: String,
        pub(super) kind: ItemKind,
        pub(super) resource_id: Option<i64>,
        pub(super) url: Option<String>,
        pub(super) tags: String,
    }
}

pub(super) fn load(tx: &mut Tx, ids: &[MenuId]) -> Result<Vec<Menu>, StoreError> {
    let text = format!(
        "SELECT {} FROM menus WHERE shop_id = $shop AND id = ANY($1)",
        Menu::COLUMNS
    );
    tx.all(&text, (ids,))
}

pub(super) fn lock(tx: &mut Tx, id: MenuId) -> Result<Option<Menu>, StoreError> {
    let text = format!(
        "SELECT {} FROM menus WHERE shop_id = $shop AND id = $1",
        Menu::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

pub(super) fn by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Menu>, StoreError> {
    let text = format!(
        "SELECT {} FROM menus WHERE shop_id = $shop AND handle = $1",
        Menu::COLUMNS
    );
    tx.optional(&text, (handle,))
}

pub(super) fn items(tx: &mut Tx, menus: &[MenuId]) -> Result<Vec<Vec<StoredItem>>, StoreError> {
    let text = format!(
        "SELECT {} FROM menu_items
          WHERE shop_id = $shop AND menu_id = $1
          ORDER BY position, id
          LIMIT 500",
        StoredItem::COLUMNS
    );
    tx.each(&text, menus, ())
}

/// The part of the address that each row of a kind has.
pub(super) fn handles(
    tx: &mut Tx,
    kind: ItemKind,
    ids: &[i64],
) -> Result<Vec<(i64, String)>, StoreError> {
    let text = match kind {
        ItemKind::Article => {
            "SELECT a.id, b.handle || '/' || a.handle
               FROM articles a
               JOIN blogs b ON b.shop_id = a.shop_id AND b.id = a.blog_id
              WHERE a.shop_id = $shop AND a.id = ANY($1)"
        }
        ItemKind::Blog => "SELECT id, handle FROM blogs WHERE shop_id = $shop AND id = ANY($1)",
        ItemKind::Collection => {
            "SELECT id, handle FROM collections WHERE shop_id = $shop AND id = ANY($1)"
        }
        ItemKind::Metaobject => {
            "SELECT m.id, d.url_handle || '/' || m.handle
               FROM metaobjects m
               JOIN metaobject_definitions d ON d.shop_id = m.shop_id AND d.id = m.definition_id
              WHERE m.shop_id = $shop AND m.id = ANY($1) AND d.online_store = 1
                AND d.url_handle IS NOT NULL"
        }
        ItemKind::Page => "SELECT id, handle FROM pages WHERE shop_id = $shop AND id = ANY($1)",
        ItemKind::Product => {
            "SELECT id, handle FROM products WHERE shop_id = $shop AND id = ANY($1)"
        }
        ItemKind::ShopPolicy => {
            "SELECT id, LOWER(REPLACE(kind, '_', '-'))
               FROM shop_policies WHERE shop_id = $shop AND id = ANY($1)"
        }
        ItemKind::Catalog
        | ItemKind::Collections
        | ItemKind::Frontpage
        | ItemKind::Http
        | ItemKind::Search => return Ok(Vec::new()),
    };
    tx.all(text, (ids,))
}

pub(super) fn insert(tx: &mut Tx, menu: &Menu) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO menus (shop_id, id, handle, title, title_key, is_default, created_at,
             updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        (
            menu.id,
            &menu.handle,
            &menu.title,
            sort_key(&menu.title),
            menu.is_default,
            menu.created_at,
            menu.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, menu: &Menu) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE menus SET handle = $2, title = $3, title_key = $4, updated_at = $5
          WHERE shop_id = $shop AND id = $1",
        (
            menu.id,
            &menu.handle,
            &menu.title,
            sort_key(&menu.title),
            menu.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: MenuId) -> Result<(), StoreError> {
    delete_items(tx, id)?;
    tx.execute("DELETE FROM menus WHERE shop_id = $shop AND id = $1", (id,))?;
    Ok(())
}

pub(super) fn delete_items(tx: &mut Tx, menu: MenuId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM menu_items WHERE shop_id = $shop AND menu_id = $1",
        (menu,),
    )?;
    Ok(())
}

pub(super) fn insert_items(tx: &mut Tx, items: &[StoredItem]) -> Result<(), StoreError> {
    if items.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item.id,
                item.menu_id,
                item.parent_id,
                item.position,
                &item.title,
                item.kind,
                item.resource_id,
                &item.url,
                &item.tags,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO menu_items (shop_id, id, menu_id, parent_id, position, title, kind,
             resource_id, url, tags)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &rows,
    )?;
    Ok(())
}
