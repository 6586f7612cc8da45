//! The GraphQL engine: schemas, plans and batched execution; knows no shop.
//!
//! A [`Registry`] ties Rust values and resolvers to the types of a published schema; building it prunes the
//! schema to what is registered and checks one against the other. A request's text becomes a [`Plan`] (kept by
//! text), a plan with variables a [`Bound`] operation, which [`Schema::execute`] runs level by level: each field
//! once, for all its parents.

mod bind;
mod cache;
mod check;
mod coerce;
mod cost;
mod directives;
mod error;
mod execute;
mod export;
mod input;
mod inputs;
mod introspect;
mod leaf;
mod lexer;
mod lines;
mod mock;
mod mutate;
mod page;
mod plan;
mod probe;
mod prune;
mod published;
mod registry;
mod resolver;
mod response;
mod schema;
mod survey;
mod syntax;
mod validate;
mod value;
mod wording;
mod wording_inputs;
mod wording_variables;
mod write;

pub use bind::Bound;
pub use directives::Directives;
pub use error::{Error, GraphqlError, Location, PathItem, refusal};
pub use export::{Export, ExportPage, ExportRefusal};
pub use input::{Maybe, NoArgs};
pub use leaf::{Leaf, LeafKind, write_text};
pub use mock::{Asked, Mocked};
pub use mutate::{Outcome, Part, Step, outcome};
pub use page::{PAGE_MAX, PageArgs, Window};
pub use plan::{Kind, Plan};
pub use prune::{BuildError, prune};
pub use registry::{ObjectBuilder, Registry};
pub use resolver::MutationCx;
pub use response::Response;
pub use schema::{Limits, Schema};
pub use value::{Connection, Edge, Obj, Page, PageInfo, obj};
