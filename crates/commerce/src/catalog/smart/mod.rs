//! Collections that fill themselves.
//!
//! A change of a product asks every rule of the shop about that product alone, in the same
//! transaction ([`sort_in`]). New rules of a collection are asked about all products in bounded
//! turns ([`sweep`]), the first of them at once; products that change meanwhile are asked anew,
//! so that every turn leaves what was looked at as the rules want it.

mod facts;
mod rule;
mod sort;
mod sql;
mod sweep;

pub use rule::{CollectionRule, RULES_MAX, RuleColumn, RuleError, RuleRelation, RulesMatch};
pub(super) use sort::{changed, sort_in};
pub use sort::{delete_metafields, set_metafields, sort_in_stocked};
pub use sql::rules_of;
pub(super) use sql::{delete_rules, insert_rules, write_rules};
pub use sweep::sweep;
pub(super) use sweep::{begin, checked};
