//! Redirects: where an address leads that has nothing of its own any more.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{FieldKind, Table, field};
use store::{Record, StoreError, Tx, record};
use units::{Timestamp, UrlRedirectId};

use crate::call::Call;

/// Paths and targets, in characters.
const CHARS_MAX: usize = 1024;
/// Paths that are the program's own: what is there is always there.
const RESERVED: [&str; 6] = [
    "/admin",
    "/api/",
    "/cart",
    "/cdn/",
    "/checkouts",
    "/orders/",
];

record! {
    /// A redirect.
    #[derive(Clone, PartialEq, Eq)]
    pub struct UrlRedirect {
        /// Id.
        pub id: UrlRedirectId,
        /// The path that leads elsewhere: `/old`.
        pub path: String,
        /// Where it leads: a path in the shop or a whole address.
        pub target: String,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

/// Why a redirect is refused.
#[derive(Debug, thiserror::Error)]
pub enum RedirectError {
    /// No such redirect.
    #[error("Redirect does not exist")]
    NotFound,
    /// A path is needed.
    #[error("Path can't be blank")]
    PathBlank,
    /// The path is too long.
    #[error("Path is too long (maximum is 1024 characters)")]
    PathTooLong,
    /// Another redirect has the path.
    #[error("Path has already been taken")]
    PathTaken,
    /// The path is one of the program's own.
    #[error("Path is reserved and can't be redirected")]
    PathReserved,
    /// The path would lead to itself.
    #[error("Path can't be the same as target")]
    Loop,
    /// A target is needed.
    #[error("Target can't be blank")]
    TargetBlank,
    /// The target is too long.
    #[error("Target is too long (maximum is 1024 characters)")]
    TargetTooLong,
    /// The target is no address.
    #[error("Target must be a path or an address that begins with http:// or https://")]
    TargetInvalid,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What redirects are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RedirectSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By path.
    Path,
}

const ID: (&str, SortKind) = ("r.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_PATH: Sort = Sort {
    columns: &[("r.path_key", SortKind::Text), ID],
};

/// What redirects can be searched by.
pub const REDIRECTS: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("r.created_at")),
        field("id", FieldKind::Id("r.id")),
        field("path", FieldKind::Text("r.path_key")),
        field("target", FieldKind::Exact("r.target")),
    ],
    default: &[FieldKind::TextPrefix("r.path_key")],
};

/// Makes a redirect.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_redirect(
    tx: &mut Tx,
    call: &Call,
    path: &str,
    target: &str,
) -> Result<UrlRedirectId, RedirectError> {
    let redirect = UrlRedirect {
        id: call.new_id(),
        path: checked_path(path)?,
        target: checked_target(target)?,
        created_at: call.now,
    };
    refuse_taken(tx, &redirect)?;
    tx.execute(
        "INSERT INTO url_redirects (shop_id, id, path, path_key, target, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5)",
        (
            redirect.id,
            &redirect.path,
            key(&redirect.path),
            &redirect.target,
            redirect.created_at,
        ),
    )?;
    Ok(redirect.id)
}

/// Changes a redirect's path, its target or both.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_redirect(
    tx: &mut Tx,
    id: UrlRedirectId,
    path: Option<&str>,
    target: Option<&str>,
) -> Result<UrlRedirectId, RedirectError> {
    let mut redirect = lock(tx, id)?;
    if let Some(path) = path {
        redirect.path = checked_path(path)?;
    }
    if let Some(target) = target {
        redirect.target = checked_target(target)?;
    }
    refuse_taken(tx, &redirect)?;
    tx.execute(
        "UPDATE url_redirects SET path = $2, path_key = $3, target = $4
          WHERE shop_id = $shop AND id = $1",
        (id, &redirect.path, key(&redirect.path), &redirect.target),
    )?;
    Ok(id)
}

/// Deletes a redirect.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_redirect(tx: &mut Tx, id: UrlRedirectId) -> Result<UrlRedirectId, RedirectError> {
    lock(tx, id)?;
    tx.execute(
        "DELETE FROM url_redirects WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(id)
}

/// Redirects that are deleted in one go.
const DELETED_MAX: i64 = 500;

/// Deletes redirects that a filter finds, some at a time; gives how many there were.
///
/// # Errors
/// `Store` faults only.
pub fn delete_redirects(tx: &mut Tx, filter: Filter) -> Result<usize, StoreError> {
    let window = Window {
        limit: usize::try_from(DELETED_MAX).unwrap_or(0),
        after: None,
        before: None,
        backwards: false,
        reverse: false,
    };
    let found = match redirects_page(tx, filter, RedirectSort::Id, &window) {
        Ok(found) => found.nodes,
        Err(PageError::Store(cause)) => return Err(cause),
        Err(PageError::BadCursor) => Vec::new(),
    };
    let ids: Vec<UrlRedirectId> = found.iter().map(|own| own.id).collect();
    if !ids.is_empty() {
        tx.execute(
            "DELETE FROM url_redirects WHERE shop_id = $shop AND id = ANY($1)",
            (ids,),
        )?;
    }
    Ok(found.len())
}

/// The redirect at a path.
pub(super) fn at(tx: &mut Tx, path: &str) -> Result<Option<UrlRedirectId>, StoreError> {
    let Ok(path) = checked_path(path) else {
        return Ok(None);
    };
    tx.optional(
        "SELECT id FROM url_redirects WHERE shop_id = $shop AND path_key = $1",
        (key(&path),),
    )
}

/// Where an address leads that has nothing of its own.
///
/// # Errors
/// `Store` faults only.
pub fn target(tx: &mut Tx, path: &str) -> Result<Option<String>, StoreError> {
    tx.optional(
        "SELECT target FROM url_redirects WHERE shop_id = $shop AND path_key = $1",
        (key(path),),
    )
}

/// The redirects with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn redirects(
    tx: &mut Tx,
    ids: &[UrlRedirectId],
) -> Result<Vec<Option<UrlRedirect>>, StoreError> {
    let text = format!(
        "SELECT {} FROM url_redirects WHERE shop_id = $shop AND id = ANY($1)",
        UrlRedirect::COLUMNS
    );
    let found: Vec<UrlRedirect> = tx.all(&text, (ids,))?;
    let one = |id: &UrlRedirectId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// A window of the redirects that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn redirects_page(
    tx: &mut Tx,
    filter: Filter,
    sort: RedirectSort,
    window: &Window<'_>,
) -> Result<Page<UrlRedirect>, PageError> {
    let select = select();
    store::page::page(tx, &listing(&select, filter, sort), window)
}

/// How many redirects a filter finds, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn redirects_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = select();
    store::page::count(tx, &listing(&select, filter, RedirectSort::Id), limit)
}

/// Leads an old address of the shop to its new one; what stood on either gives way.
pub(super) fn lead(tx: &mut Tx, call: &Call, from: &str, to: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM url_redirects WHERE shop_id = $shop AND path_key = $1",
        (key(to),),
    )?;
    tx.execute(
        "INSERT INTO url_redirects (shop_id, id, path, path_key, target, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5)
         ON CONFLICT (shop_id, path_key) DO UPDATE SET target = excluded.target",
        (
            call.new_id::<UrlRedirectId>(),
            from,
            key(from),
            to,
            call.now,
        ),
    )?;
    Ok(())
}

fn select() -> String {
    format!(
        "SELECT {} FROM url_redirects r WHERE r.shop_id = $shop",
        UrlRedirect::COLUMNS
    )
}

fn listing(select: &str, filter: Filter, sort: RedirectSort) -> Listing<'_> {
    Listing {
        select,
        filter,
        sort: match sort {
            RedirectSort::Id => &BY_ID,
            RedirectSort::Path => &BY_PATH,
        },
    }
}

fn lock(tx: &mut Tx, id: UrlRedirectId) -> Result<UrlRedirect, RedirectError> {
    let text = format!(
        "SELECT {} FROM url_redirects WHERE shop_id = $shop AND id = $1",
        UrlRedirect::COLUMNS
    );
    tx.optional_locked(&text, (id,))?
        .ok_or(RedirectError::NotFound)
}

fn refuse_taken(tx: &mut Tx, redirect: &UrlRedirect) -> Result<(), RedirectError> {
    if key(&redirect.path) == key(&redirect.target) {
        return Err(RedirectError::Loop);
    }
    let other: Option<UrlRedirectId> = tx.optional(
        "SELECT id FROM url_redirects WHERE shop_id = $shop AND path_key = $1 AND id <> $2",
        (key(&redirect.path), redirect.id),
    )?;
    match other {
        Some(_) => Err(RedirectError::PathTaken),
        None => Ok(()),
    }
}

/// How a path is compared: whatever its case, and without a slash at its end.
fn key(path: &str) -> String {
    let lower = path.to_lowercase();
    match lower.trim_end_matches('/') {
        "" => "/".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// The path alone, of an address that may have been given whole.
fn checked_path(given: &str) -> Result<String, RedirectError> {
    let given = given.trim().replace('\0', "");
    let rest = given
        .strip_prefix("https://")
        .or_else(|| given.strip_prefix("http://"));
    let path = match rest {
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => given.as_str(),
    };
    if path.is_empty() {
        return Err(RedirectError::PathBlank);
    }
    if path.chars().count() > CHARS_MAX {
        return Err(RedirectError::PathTooLong);
    }
    let path = match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("/{path}"),
    };
    let low = path.to_lowercase();
    if low == "/" || RESERVED.iter().any(|own| low.starts_with(own)) {
        return Err(RedirectError::PathReserved);
    }
    Ok(path)
}

fn checked_target(given: &str) -> Result<String, RedirectError> {
    let target = given.trim();
    if target.is_empty() {
        return Err(RedirectError::TargetBlank);
    }
    if target.chars().count() > CHARS_MAX {
        return Err(RedirectError::TargetTooLong);
    }
    let starts = ["/", "https://", "http://"];
    if !starts.iter().any(|start| target.starts_with(start))
        || target.chars().any(|c| c.is_control() || c == ' ')
    {
        return Err(RedirectError::TargetInvalid);
    }
    Ok(target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_without_its_host_and_compared_whatever_its_case() {
        let path = |text| checked_path(text).unwrap();
        assert_eq!(path("https://shop.example/Old/"), "/Old/");
        assert_eq!(path("old"), "/old");
        assert_eq!(key("/Old/"), key("/old"));
    }

    #[test]
    fn the_program_s_own_paths_and_bad_targets_are_refused() {
        for own in ["/", "/cart", "/admin/x", "/checkouts/cn/1"] {
            assert!(matches!(
                checked_path(own),
                Err(RedirectError::PathReserved)
            ));
        }
        assert!(matches!(
            checked_path("https://shop.example"),
            Err(RedirectError::PathBlank)
        ));
        for bad in ["javascript:x", "new", "/a b"] {
            assert!(checked_target(bad).is_err(), "{bad}");
        }
    }
}
