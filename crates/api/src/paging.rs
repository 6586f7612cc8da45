//! Windows and pages: between the engine's arguments and the store's listings.

use graphql::{Error, PageArgs};
use store::page::{Page, PageError, Window};

use crate::errors::fault;

/// The store's window for a connection's arguments.
pub(crate) fn window(args: &PageArgs) -> Result<Window<'_>, Error> {
    let asked = args.window()?;
    Ok(Window {
        limit: asked.limit,
        after: asked.after,
        before: asked.before,
        backwards: asked.backwards,
        reverse: asked.reverse,
    })
}

/// The engine's page of a listing's page.
pub(crate) fn page<T>(found: Page<T>) -> graphql::Page<T> {
    graphql::Page {
        nodes: found.nodes,
        cursors: found.cursors,
        has_next_page: found.has_next_page,
        has_previous_page: found.has_previous_page,
        ..graphql::Page::default()
    }
}

/// What a listing's refusal looks like to a client.
pub(crate) fn page_error(error: PageError) -> Error {
    match error {
        PageError::Store(cause) => fault(cause),
        PageError::BadCursor => bad_cursor(),
    }
}

/// A window of a list that is wholly at hand; `key` names an entry, and is its cursor.
pub(crate) fn of_list<T: Clone>(
    all: &[T],
    args: &PageArgs,
    key: impl Fn(&T) -> String,
) -> Result<graphql::Page<T>, Error> {
    let asked = args.window()?;
    let mut entries: Vec<&T> = all.iter().collect();
    if asked.reverse {
        entries.reverse();
    }
    let place = |cursor: &str| entries.iter().position(|entry| key(entry) == cursor);
    let mut from = 0;
    let mut to = entries.len();
    if let Some(after) = asked.after {
        from = place(after).ok_or_else(bad_cursor)? + 1;
    }
    if let Some(before) = asked.before {
        to = place(before).ok_or_else(bad_cursor)?.max(from);
    }
    if asked.backwards {
        from = from.max(to.saturating_sub(asked.limit));
    } else {
        to = to.min(from.saturating_add(asked.limit));
    }
    let window: Vec<T> = entries
        .drain(..)
        .skip(from)
        .take(to - from)
        .cloned()
        .collect();
    Ok(graphql::Page::new(window, from > 0, to < all.len(), key))
}

fn bad_cursor() -> Error {
    Error::new("The cursor is not one of this list's.").code("INVALID_CURSOR")
}
