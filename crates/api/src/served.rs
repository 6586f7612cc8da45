//! The served schemas: the published ones, pruned to what has a resolver.

use crate::{Registry, Schema, admin, storefront};

/// The published Admin interface, names and types only.
const ADMIN_PUBLISHED: &str = include_str!("../../../schema/published/admin.graphql");
/// The published Storefront interface, names and types only.
const STOREFRONT_PUBLISHED: &str = include_str!("../../../schema/published/storefront.graphql");
/// What introspection of the Admin API shows; written by `cargo xtask schema`.
const ADMIN_SERVED: &str = include_str!("../../../schema/served/admin.graphql");
/// What introspection of the Storefront API shows; written by `cargo xtask schema`.
const STOREFRONT_SERVED: &str = include_str!("../../../schema/served/storefront.graphql");

/// Builds the Admin schema that the program serves.
pub(crate) fn admin() -> Result<Schema, String> {
    build(ADMIN_SERVED, admin::register)
}

/// Builds the Storefront schema that the program serves.
pub(crate) fn storefront() -> Result<Schema, String> {
    build(STOREFRONT_SERVED, storefront::register)
}

/// The Admin interface pruned anew from the published one.
///
/// # Errors
/// Every mismatch between a resolver and the published interface, one a line.
pub fn admin_sdl() -> Result<String, String> {
    Ok(build(ADMIN_PUBLISHED, admin::register)?.sdl())
}

/// The Storefront interface pruned anew from the published one.
///
/// # Errors
/// Every mismatch between a resolver and the published interface, one a line.
pub fn storefront_sdl() -> Result<String, String> {
    Ok(build(STOREFRONT_PUBLISHED, storefront::register)?.sdl())
}

fn build(sdl: &str, register: fn(&mut Registry)) -> Result<Schema, String> {
    let mut registry = Registry::new(sdl);
    register(&mut registry);
    registry.build().map_err(|mismatches| {
        format!(
            "The served schema does not fit this program's resolvers:\n{mismatches}\n\
             Run `cargo xtask schema` to write it anew, and build again."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_served_schemas_fit_their_resolvers_and_are_up_to_date() {
        admin().map(drop).unwrap();
        storefront().map(drop).unwrap();
        assert!(
            admin_sdl().unwrap() == ADMIN_SERVED,
            "run `cargo xtask schema`"
        );
        assert!(
            storefront_sdl().unwrap() == STOREFRONT_SERVED,
            "run `cargo xtask schema`"
        );
    }
}
