//! Exports: a query whose connections are read to their end, page by page.
//!
//! A query without windows is taken apart into its connections. Each can be asked for a page on
//! its own, whatever it stands below, so that a reader that stops between two pages goes on where
//! it was: what is left to do is a short list of [`ExportPage`]s.

mod read;
mod take_apart;

use crate::error::GraphqlError;
use crate::plan::Kind;
use crate::schema::Schema;
use serde::{Deserialize, Serialize};

/// Connections of one query.
const CONNECTIONS_MAX: usize = 5;
/// Connections above a connection.
const NESTING_MAX: usize = 2;
/// Nodes of a page, by how many connections stand below each other under it: a reply holds a few
/// thousand objects.
const PAGE_SIZES: [usize; NESTING_MAX + 1] = [250, 50, 10];

/// A query, taken apart into its connections.
#[derive(Debug)]
pub struct Export {
    connections: Vec<ExportConnection>,
    page_sizes: [usize; NESTING_MAX + 1],
}

/// A connection of the query.
#[derive(Debug, Default)]
struct ExportConnection {
    /// The connection whose nodes it hangs on.
    parent: Option<usize>,
    /// The connections on its nodes, in the order of the text.
    children: Vec<usize>,
    /// Response keys from the parent's node, or from the root, to it.
    keys: Vec<String>,
    /// The fields and conditions on that way, as the text opens them.
    way: Vec<String>,
    /// Its own alias and name.
    head: String,
    /// Its arguments but those of the window.
    arguments: Vec<String>,
    directives: String,
    /// What is selected of its nodes, a page of each connection below included.
    body: String,
    /// How many connections stand below each other under it.
    height: usize,
}

/// A page of a connection that is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPage {
    connection: usize,
    /// From the root: the nodes above.
    above: Vec<Above>,
    after: Option<String>,
    first: usize,
}

/// A node above a page: the first one after a cursor, if it still is the one with this id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Above {
    after: Option<String>,
    id: String,
}

/// Why a query cannot be exported.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExportRefusal {
    /// It does not parse or validate.
    #[error("The query is not valid: {}", .0.message)]
    Invalid(Box<GraphqlError>),
    /// It is a mutation.
    #[error("Only a query can be exported, not a mutation.")]
    NotAQuery,
    /// It has variables, which nothing gives a value.
    #[error("A bulk query takes no variables: write the values into the query.")]
    Variables,
    /// It looks things up by their ids.
    #[error("A bulk query cannot begin with the field `{0}`: begin with a connection.")]
    Node(String),
    /// There is nothing to page through.
    #[error("A bulk query must select at least one connection.")]
    NoConnection,
    /// More than five connections.
    #[error("A bulk query selects at most {CONNECTIONS_MAX} connections.")]
    TooManyConnections,
    /// A connection below three others.
    #[error("The connections of a bulk query may be nested {NESTING_MAX} deep at most.")]
    NestedTooDeep,
    /// Nodes are not selected through edges.
    #[error("Select the nodes of `{0}` as `{0} {{ edges {{ node {{ … }} }} }}`, without aliases.")]
    NotByEdges(String),
    /// A connection's parent would not be told.
    #[error(
        "The nodes of `{0}` have connections of their own: select `id` on them, without an alias."
    )]
    NoParentId(String),
    /// A connection on the items of a list.
    #[error("The connection `{0}` stands within a list, which a bulk query cannot export.")]
    WithinList(String),
    /// The same connection in two places of the text.
    #[error("The connection `{0}` is selected twice: select it once.")]
    Twice(String),
    /// Fragments that grow without an end in sight.
    #[error("The query is too large.")]
    TooLarge,
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    /// Takes a query apart into its connections.
    ///
    /// # Errors
    /// Everything that keeps it from being exported.
    pub fn export(&self, text: &str) -> Result<Export, Vec<ExportRefusal>> {
        let invalid = |errors: Vec<GraphqlError>| -> Vec<ExportRefusal> {
            let refused = |error| ExportRefusal::Invalid(Box::new(error));
            errors.into_iter().map(refused).collect()
        };
        let plan = self.plan(text, None).map_err(invalid)?;
        if plan.kind() != Kind::Query {
            return Err(vec![ExportRefusal::NotAQuery]);
        }
        if !plan.operation.variables.is_empty() {
            return Err(vec![ExportRefusal::Variables]);
        }
        // Arguments that are no variables are read here, and refused if they do not fit.
        self.bind(&plan, &serde_json::Map::new()).map_err(invalid)?;
        let connections = take_apart::connections(self, &plan)?;
        Ok(Export {
            connections,
            page_sizes: PAGE_SIZES,
        })
    }
}
