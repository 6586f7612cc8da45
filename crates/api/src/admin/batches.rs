//! Loads for many parents: pairing rows with them, failing them together, paging small lists.

use graphql::{Error, Obj, Page, PageArgs, obj};
use store::StoreError;

use crate::errors::fault;

/// Presents what was found for each parent, or the same fault for all.
pub(crate) fn each<P, F, K>(
    parents: &[&P],
    found: Result<Vec<F>, StoreError>,
    present: impl Fn(&P, F) -> Result<K, Error>,
) -> Vec<Result<K, Error>> {
    match found {
        Ok(found) => parents
            .iter()
            .zip(found)
            .map(|(parent, found)| present(parent, found))
            .collect(),
        Err(cause) => fail_all(parents.len(), cause),
    }
}

/// The same fault for each of `count` parents.
pub(crate) fn fail_all<K>(count: usize, cause: StoreError) -> Vec<Result<K, Error>> {
    let error = fault(cause);
    (0..count).map(|_| Err(error.clone())).collect()
}

/// A page of a list that is at hand in full, sorted by id.
pub(crate) fn page_in_memory<T>(
    rows: Vec<T>,
    args: &PageArgs,
    id: impl Fn(&T) -> i64,
) -> Result<Page<T>, Error> {
    let window = args.window()?;
    let mut rows = rows;
    if window.reverse {
        rows.reverse();
    }
    let place = |cursor: &str, rows: &[T]| {
        let wanted = cursor.parse::<i64>().ok();
        let found = wanted.and_then(|wanted| rows.iter().position(|row| id(row) == wanted));
        found.ok_or_else(|| {
            Error::new("The cursor is not one of this list's.").code("INVALID_CURSOR")
        })
    };
    let from = match window.after {
        Some(cursor) => place(cursor, &rows)? + 1,
        None => 0,
    };
    let to = match window.before {
        Some(cursor) => place(cursor, &rows)?,
        None => rows.len(),
    };
    let to = to.max(from);
    let (start, end) = if window.backwards {
        (to.saturating_sub(window.limit).max(from), to)
    } else {
        (from, from.saturating_add(window.limit).min(to))
    };
    let total = rows.len();
    rows.truncate(end);
    let nodes = rows.split_off(start);
    Ok(Page::new(nodes, start > 0, end < total, |row| {
        id(row).to_string()
    }))
}

/// The same page with other nodes.
pub(crate) fn map_page<T, U>(page: Page<T>, change: impl FnMut(T) -> U) -> Page<U> {
    Page {
        nodes: page.nodes.into_iter().map(change).collect(),
        cursors: page.cursors,
        has_next_page: page.has_next_page,
        has_previous_page: page.has_previous_page,
        total_count: page.total_count,
        extra: page.extra,
    }
}

/// Rows as nodes, one place for each id.
pub(crate) fn as_nodes<T: 'static>(
    found: Result<Vec<Option<T>>, StoreError>,
) -> Result<Vec<Option<Obj>>, Error> {
    let found = found.map_err(fault)?;
    Ok(found.into_iter().map(|row| row.map(obj)).collect())
}
