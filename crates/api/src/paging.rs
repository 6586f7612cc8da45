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
        PageError::BadCursor => {
            Error::new("The cursor is not one of this list's.").code("INVALID_CURSOR")
        }
    }
}
