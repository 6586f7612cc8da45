//! The search syntax of lists: `status:active AND (tag:x OR -vendor:'Oak & Ash') pre*`.
//!
//! A query is parsed once and compiled to a [`Filter`](crate::page::Filter) against a list's table of known fields.
//! Unknown fields and unreadable values are warnings, never errors; broken syntax is forgiven.

mod compile;
mod moment;
mod parse;

pub use compile::{
    Builder, Compiled, Field, FieldKind, Reading, Table, Warning, compile, compile_apart, field,
};
pub use parse::{Comparison, Expression, Term, Wanted, parse};
