//! Connections of plain texts: tags, types, vendors.

use graphql::{Page, PageInfo};

use crate::Registry;

/// A page of texts.
pub(crate) struct Texts(pub(crate) Page<String>);

/// A text with its cursor.
struct Edge {
    cursor: String,
    node: String,
}

/// Registers the types of a page of texts, which both APIs have.
pub(crate) fn register(r: &mut Registry) {
    r.object::<Texts>("StringConnection")
        .leaf("nodes", |own| own.0.nodes.clone())
        .child("edges", |own| {
            let pairs = own.0.cursors.iter().zip(&own.0.nodes);
            pairs
                .map(|(cursor, node)| Edge {
                    cursor: cursor.clone(),
                    node: node.clone(),
                })
                .collect::<Vec<_>>()
        })
        .child("pageInfo", |own| PageInfo::of(&own.0));
    r.object::<Edge>("StringEdge")
        .text("cursor", |own| &own.cursor)
        .text("node", |own| &own.node);
}
