//! Rows by global id, and what values of metafields and metaobjects refer to.

use std::collections::BTreeMap;

use commerce::metafields;
use graphql::{Error, Obj, Page, PageArgs};
use units::Gid;

use crate::errors::spread;
use crate::paging::of_list;
use crate::{Cx, Registry};

/// Loads the rows of one kind, as far as the caller may see them; nothing for the others and for
/// kinds that an API does not know.
pub(crate) type OfKind = fn(&mut Cx, &str, &[i64]) -> Result<Vec<Option<Obj>>, Error>;

/// What ids stand for, in their order, with one load for each kind.
pub(crate) fn load(
    cx: &mut Cx,
    of_kind: OfKind,
    ids: &[Option<Gid>],
) -> Result<Vec<Option<Obj>>, Error> {
    let mut kinds: BTreeMap<&str, Vec<(usize, i64)>> = BTreeMap::new();
    for (place, id) in ids.iter().enumerate() {
        if let Some(id) = id {
            kinds.entry(&id.kind).or_default().push((place, id.number));
        }
    }
    let mut found: Vec<Option<Obj>> = ids.iter().map(|_| None).collect();
    for (kind, wanted) in kinds {
        let numbers: Vec<i64> = wanted.iter().map(|(_, number)| *number).collect();
        for ((place, _), value) in wanted.iter().zip(of_kind(cx, kind, &numbers)?) {
            found[*place] = value;
        }
    }
    Ok(found)
}

pub(crate) fn register(r: &mut Registry) {
    r.connection::<Obj>("MetafieldReferenceConnection", "MetafieldReferenceEdge");
}

/// The resource that each value (type, text) refers to; nothing for lists and other types.
pub(crate) fn one(
    cx: &mut Cx,
    of_kind: OfKind,
    values: &[(&str, &str)],
) -> Vec<Result<Option<Obj>, Error>> {
    let meant: Vec<Option<Gid>> = values
        .iter()
        .map(|(kind, value)| {
            let single = !kind.starts_with("list.");
            single.then(|| metafields::references(kind, value).pop())?
        })
        .collect();
    spread(load(cx, of_kind, &meant), values.len())
}

/// A window of the resources that each list refers to; nothing for single values.
pub(crate) fn many(
    cx: &mut Cx,
    of_kind: OfKind,
    values: &[(&str, &str)],
    args: &PageArgs,
) -> Vec<Result<Option<Page<Obj>>, Error>> {
    let windows: Vec<Result<Option<Page<Gid>>, Error>> = values
        .iter()
        .map(|(kind, value)| {
            if !kind.starts_with("list.") || !kind.ends_with("_reference") {
                return Ok(None);
            }
            of_list(&metafields::references(kind, value), args, Gid::to_string).map(Some)
        })
        .collect();
    let shown = |window: &Result<Option<Page<Gid>>, Error>| match window {
        Ok(Some(window)) => window.nodes.clone(),
        _ => Vec::new(),
    };
    let ids: Vec<Option<Gid>> = windows.iter().flat_map(shown).map(Some).collect();
    let mut found = match load(cx, of_kind, &ids) {
        Ok(found) => found.into_iter(),
        Err(error) => return spread(Err(error), values.len()),
    };
    windows
        .into_iter()
        .map(|window| {
            let Some(window) = window? else {
                return Ok(None);
            };
            let nodes: Vec<Option<Obj>> = found.by_ref().take(window.nodes.len()).collect();
            let kept = nodes.into_iter().zip(window.cursors);
            let (nodes, cursors) = kept
                .filter_map(|(node, cursor)| Some((node?, cursor)))
                .unzip();
            Ok(Some(Page {
                nodes,
                cursors,
                has_next_page: window.has_next_page,
                has_previous_page: window.has_previous_page,
                ..Page::default()
            }))
        })
        .collect()
}
