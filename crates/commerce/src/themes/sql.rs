//! The themes' queries.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::{Param, Record, StoreError, Tx};
use units::{OnlineStoreThemeId, Timestamp};

use super::{Role, Theme, ThemeFile};

/// The themes with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn by_ids(tx: &mut Tx, ids: &[OnlineStoreThemeId]) -> Result<Vec<Option<Theme>>, StoreError> {
    let text = format!(
        "SELECT {} FROM themes WHERE shop_id = $shop AND id = ANY($1)",
        Theme::COLUMNS
    );
    let found: Vec<Theme> = tx.all(&text, (ids,))?;
    let one = |id: &OnlineStoreThemeId| found.iter().find(|theme| theme.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// A window of the shop's themes: all, or those with one of the roles and one of the names, where
/// a star stands for anything.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn themes_page(
    tx: &mut Tx,
    roles: &[Role],
    names: &[String],
    window: &Window<'_>,
) -> Result<Page<Theme>, PageError> {
    const BY_ID: Sort = Sort {
        columns: &[("t.id", SortKind::Int)],
    };
    let select = format!(
        "SELECT {} FROM themes t WHERE t.shop_id = $shop",
        Theme::COLUMNS
    );
    let mut filter = Filter::none();
    if !roles.is_empty() {
        let roles: Vec<Param<'static>> = roles
            .iter()
            .map(|role| Param::Text(role.as_str().into()))
            .collect();
        filter = filter.and(any_of("t.role = ", "", roles));
    }
    if !names.is_empty() {
        filter = filter.and(like("t.name", names));
    }
    let listing = Listing {
        select: &select,
        filter,
        sort: &BY_ID,
    };
    store::page::page(tx, &listing, window)
}

/// A window of each theme's files: all, or those with one of the names, where a star stands for
/// anything.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn files_page(
    tx: &mut Tx,
    themes: &[OnlineStoreThemeId],
    names: &[String],
    window: &Window<'_>,
) -> Result<Vec<Page<ThemeFile>>, PageError> {
    const BY_NAME: Sort = Sort {
        columns: &[("f.filename", SortKind::Text)],
    };
    let select = format!(
        "SELECT {} FROM theme_files f WHERE f.shop_id = $shop AND f.theme_id = $1",
        ThemeFile::COLUMNS
    );
    let filter = match names.is_empty() {
        true => Filter::none(),
        false => like("f.filename", names),
    };
    let listing = Listing {
        select: &select,
        filter,
        sort: &BY_NAME,
    };
    store::page::page_each(tx, themes, &listing, window)
}

/// The files of a theme with those names, by name.
///
/// # Errors
/// `Store` faults only.
pub fn files_named(
    tx: &mut Tx,
    theme: OnlineStoreThemeId,
    names: &[&str],
) -> Result<Vec<ThemeFile>, StoreError> {
    let text = format!(
        "SELECT {} FROM theme_files
          WHERE shop_id = $shop AND theme_id = $1 AND filename = ANY($2)
          ORDER BY filename",
        ThemeFile::COLUMNS
    );
    tx.all(&text, (theme, names))
}

/// Any of some conditions that differ in one parameter.
fn any_of(before: &str, after: &str, values: Vec<Param<'static>>) -> Filter {
    let sql: Vec<String> = (1..=values.len())
        .map(|place| format!("{before}${place}{after}"))
        .collect();
    Filter::of(format!("({})", sql.join(" OR ")), values)
}

fn like(column: &str, names: &[String]) -> Filter {
    const NAMES_MAX: usize = 30;
    let pattern = |name: &String| {
        let escaped = name
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_")
            .replace('*', "%");
        Param::Text(escaped.into())
    };
    let patterns = names.iter().take(NAMES_MAX).map(pattern).collect();
    any_of(&format!("{column} LIKE "), " ESCAPE '\\'", patterns)
}

pub(super) fn lock(tx: &mut Tx, id: OnlineStoreThemeId) -> Result<Option<Theme>, StoreError> {
    let text = format!(
        "SELECT {} FROM themes WHERE shop_id = $shop AND id = $1",
        Theme::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

pub(super) fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM themes WHERE shop_id = $shop",
        (),
    )
}

pub(super) fn last_number(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM themes WHERE shop_id = $shop",
        (),
    )
}

pub(super) fn insert(tx: &mut Tx, theme: &Theme) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO themes (shop_id, id, name, role, number, created_at, updated_at, source, failed)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)",
        (
            theme.id,
            &theme.name,
            theme.role,
            theme.number,
            theme.created_at,
            theme.updated_at,
            &theme.source,
            theme.failed,
        ),
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, theme: &Theme) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE themes SET name = $2, role = $3, updated_at = $4, source = $5, failed = $6
          WHERE shop_id = $shop AND id = $1",
        (
            theme.id,
            &theme.name,
            theme.role,
            theme.updated_at,
            &theme.source,
            theme.failed,
        ),
    )?;
    Ok(())
}

pub(super) fn unpublish(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE themes SET role = 'UNPUBLISHED', updated_at = $1
          WHERE shop_id = $shop AND role = 'MAIN'",
        (now,),
    )?;
    Ok(())
}

pub(super) fn touch(tx: &mut Tx, id: OnlineStoreThemeId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE themes SET updated_at = $2 WHERE shop_id = $shop AND id = $1",
        (id, now),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: OnlineStoreThemeId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM theme_files WHERE shop_id = $shop AND theme_id = $1",
        (id,),
    )?;
    tx.execute(
        "DELETE FROM themes WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(())
}

pub(super) fn copy_files(
    tx: &mut Tx,
    from: OnlineStoreThemeId,
    to: OnlineStoreThemeId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO theme_files (shop_id, theme_id, filename, body, encoding, size_bytes,
             checksum_md5, created_at, updated_at)
         SELECT shop_id, $2, filename, body, encoding, size_bytes, checksum_md5, $3, $3
           FROM theme_files
          WHERE shop_id = $shop AND theme_id = $1",
        (from, to, now),
    )?;
    Ok(())
}

pub(super) fn files_count(tx: &mut Tx, theme: OnlineStoreThemeId) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM theme_files
          WHERE shop_id = $shop AND theme_id = $1",
        (theme,),
    )
}

pub(super) fn upsert_files(
    tx: &mut Tx,
    theme: OnlineStoreThemeId,
    files: &[ThemeFile],
) -> Result<(), StoreError> {
    if files.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = files
        .iter()
        .map(|f| {
            (
                theme,
                &f.filename,
                &f.body,
                f.encoding,
                f.size_bytes,
                &f.checksum_md5,
                f.created_at,
                f.updated_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO theme_files (shop_id, theme_id, filename, body, encoding, size_bytes,
             checksum_md5, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (shop_id, theme_id, filename) DO UPDATE
             SET body = excluded.body, encoding = excluded.encoding,
                 size_bytes = excluded.size_bytes, checksum_md5 = excluded.checksum_md5,
                 updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

pub(super) fn delete_files(
    tx: &mut Tx,
    theme: OnlineStoreThemeId,
    names: &[&str],
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM theme_files
          WHERE shop_id = $shop AND theme_id = $1 AND filename = ANY($2)",
        (theme, names),
    )?;
    Ok(())
}
