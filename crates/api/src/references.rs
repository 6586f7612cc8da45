//! What values of metafields and metaobjects refer to.

use commerce::metafields;
use graphql::{Error, Obj, Page, PageArgs};
use units::Gid;

use super::node::referred_many;
use crate::errors::spread;
use crate::paging::of_list;
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.connection::<Obj>("MetafieldReferenceConnection", "MetafieldReferenceEdge");
}

/// The resource that each value (type, text) refers to; nothing for lists and other types.
pub(super) fn one(cx: &mut Cx, values: &[(&str, &str)]) -> Vec<Result<Option<Obj>, Error>> {
    let meant: Vec<Option<Gid>> = values
        .iter()
        .map(|(kind, value)| {
            let single = !kind.starts_with("list.");
            single.then(|| metafields::references(kind, value).pop())?
        })
        .collect();
    let ids: Vec<Option<&Gid>> = meant.iter().map(Option::as_ref).collect();
    spread(referred_many(cx, &ids), values.len())
}

/// A window of the resources that each list refers to; nothing for single values.
pub(super) fn many(
    cx: &mut Cx,
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
    let all: Vec<Gid> = windows.iter().flat_map(shown).collect();
    let ids: Vec<Option<&Gid>> = all.iter().map(Some).collect();
    let mut found = match referred_many(cx, &ids) {
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
