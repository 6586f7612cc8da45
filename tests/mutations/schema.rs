//! The served schemas, and what calls ask of a payload.

use std::path::Path;

use apollo_compiler::Schema as Types;
use apollo_compiler::ast::{FieldDefinition, OperationType};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, Name};

use crate::shop::Interface;

/// Objects within objects that a payload is asked for.
const DEPTH_MAX: usize = 3;

/// What hangs on things and is worth an id.
const WORTH: &[&str] = &[
    "addresses",
    "addressesV2",
    "blog",
    "codes",
    "defaultAddress",
    "fulfillmentOrders",
    "fulfillments",
    "inventoryItem",
    "inventoryLevels",
    "lineItems",
    "media",
    "merchandise",
    "optionValues",
    "options",
    "product",
    "products",
    "regions",
    "sellingPlans",
    "transactions",
    "variants",
];

/// Leaves that later calls have a use for.
const HANDED: &[&str] = &["accessToken", "id", "kind", "resourceUrl"];

/// What is asked of a cart: what can be changed on it.
const CART: &str = "{ id lines(first: 5) { nodes { id } } delivery { addresses { id } }
    deliveryGroups(first: 2) { nodes { id deliveryOptions { handle } } } appliedGiftCards { id } }";

pub(crate) struct Schemas {
    admin: Types,
    storefront: Types,
}

type Fields = IndexMap<Name, Component<FieldDefinition>>;

impl Schemas {
    pub(crate) fn read() -> Self {
        Self {
            admin: read("admin"),
            storefront: read("storefront"),
        }
    }

    pub(crate) fn types(&self, interface: Interface) -> &Types {
        match interface {
            Interface::Admin => &self.admin,
            Interface::Storefront => &self.storefront,
        }
    }

    pub(crate) fn mutations(&self, interface: Interface) -> &Fields {
        let types = self.types(interface);
        let root = types.root_operation(OperationType::Mutation);
        let root = root.expect("there are mutations");
        &types.get_object(root).expect("mutations").fields
    }

    /// What is asked of an object: its ids, those of what hangs on it, and what is handed out.
    pub(crate) fn told(&self, interface: Interface, name: &str, depth: usize) -> String {
        let types = self.types(interface);
        if name == "Cart" {
            return CART.to_owned();
        }
        let mut parts = vec!["__typename".to_owned()];
        for (field, definition) in fields(types, name).into_iter().flatten() {
            let bare = |argument: &str| definition.arguments.iter().any(|own| own.name == argument);
            if definition.arguments.iter().any(|own| own.is_required()) {
                continue;
            }
            let named = definition.ty.inner_named_type().as_str();
            let leaf = types.types[named].is_scalar() || types.types[named].is_enum();
            let worth = depth == 0 || WORTH.contains(&field.as_str());
            if leaf && (depth == 0 || is_error(name) || HANDED.contains(&field.as_str())) {
                parts.push(field.to_string());
            } else if !leaf && worth && depth < DEPTH_MAX {
                let page = if bare("first") { "(first: 3)" } else { "" };
                let nodes = fields(types, named).and_then(|fields| fields.get("nodes"));
                let inner = match nodes {
                    Some(nodes) => {
                        let named = nodes.ty.inner_named_type();
                        format!("{{ nodes {} }}", self.told(interface, named, depth + 1))
                    }
                    None => self.told(interface, named, depth + 1),
                };
                parts.push(format!("{field}{page} {inner}"));
            }
        }
        format!("{{ {} }}", parts.join(" "))
    }
}

fn is_error(name: &str) -> bool {
    name.ends_with("Error")
}

/// The fields of an object or an interface.
fn fields<'a>(types: &'a Types, name: &str) -> Option<&'a Fields> {
    let object = types.get_object(name).map(|object| &object.fields);
    object.or_else(|| types.get_interface(name).map(|own| &own.fields))
}

fn read(name: &str) -> Types {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let file = root.join(format!("schema/served/{name}.graphql"));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Types::parse(text, file).unwrap_or_else(|error| panic!("{error}"))
}
