//! The Admin and Storefront GraphQL interfaces: parse, permit, call, present.
