//! Registration: which Rust value and which resolver stands behind each `Type.field` of a schema.

use crate::error::Error;
use crate::leaf::{Leaf, write_text};
use crate::resolver::{
    Args, Arrive, FieldResolver, Gives, MutationCx, MutationResolver, Run, arrival, each_leaf,
    each_object, leaf_with, loaded_leaf, loaded_objects, mutation, root_leaf, root_object,
};
use crate::value::{Connection, Edge, Obj, PageInfo, Shapes, enter_object_shapes, enter_shapes};
use serde::de::DeserializeOwned;
use std::any::{TypeId, type_name};
use std::collections::BTreeMap;
use std::future::Future;
use std::marker::PhantomData;
use std::rc::Rc;

pub(crate) struct ObjectEntry<C> {
    pub(crate) rust: TypeId,
    pub(crate) rust_name: &'static str,
    pub(crate) fields: BTreeMap<String, FieldResolver<C>>,
    /// The Rust type of a connection's nodes, `None` for `Obj`.
    pub(crate) nodes: Option<Option<TypeId>>,
}

/// The resolvers of a schema.
///
/// `C` is what a query's resolvers work with (it owns a snapshot of the store and stays on one thread); `R` is
/// the request's handle, given to the asynchronous root fields of mutations.
pub struct Registry<C, R> {
    pub(crate) sdl: String,
    pub(crate) objects: BTreeMap<String, ObjectEntry<C>>,
    pub(crate) queries: BTreeMap<String, FieldResolver<C>>,
    pub(crate) mutations: BTreeMap<String, MutationResolver<R>>,
    pub(crate) enum_values: BTreeMap<String, Vec<String>>,
    pub(crate) list_limits: BTreeMap<String, usize>,
    pub(crate) directive_arguments: BTreeMap<String, Vec<String>>,
    pub(crate) arrivals: BTreeMap<String, Arrive<C>>,
    pub(crate) shapes: Shapes,
    pub(crate) problems: Vec<String>,
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Registry<C, R> {
    /// A registry for the schema in `sdl`, published or already pruned.
    pub fn new(sdl: impl Into<String>) -> Self {
        let mut shapes = Shapes::new();
        enter_object_shapes(&mut shapes);
        Self {
            sdl: sdl.into(),
            objects: BTreeMap::new(),
            queries: BTreeMap::new(),
            mutations: BTreeMap::new(),
            enum_values: BTreeMap::new(),
            list_limits: BTreeMap::new(),
            directive_arguments: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            shapes,
            problems: Vec::new(),
        }
    }

    /// Says that `T` stands behind the object type `name`, and registers its fields on what is returned.
    /// May be called again for the same pair, to add fields.
    pub fn object<T: 'static>(&mut self, name: &str) -> ObjectBuilder<'_, C, T> {
        enter_shapes::<T>(&mut self.shapes);
        let entry = self
            .objects
            .entry(name.to_owned())
            .or_insert_with(|| ObjectEntry {
                rust: TypeId::of::<T>(),
                rust_name: type_name::<T>(),
                fields: BTreeMap::new(),
                nodes: None,
            });
        if entry.rust != TypeId::of::<T>() {
            self.problems.push(format!(
                "{name} stands for both {} and {}",
                entry.rust_name,
                type_name::<T>()
            ));
        }
        ObjectBuilder {
            name: name.to_owned(),
            fields: &mut entry.fields,
            problems: &mut self.problems,
            of: PhantomData,
        }
    }

    /// Has objects of the type `name`, for which `T` stands, changed as they come into a reply, before any of
    /// their fields is read: all of a level at once. `change` gives them anew, in their order, or nothing when
    /// they stay as they are.
    pub fn arriving<T: 'static>(
        &mut self,
        name: &str,
        change: impl Fn(&[&T], &mut C) -> Option<Vec<T>> + Send + Sync + 'static,
    ) {
        if self
            .arrivals
            .insert(name.to_owned(), arrival(change))
            .is_some()
        {
            self.problems.push(format!("{name} arrives twice"));
        }
    }

    /// Registers a connection type and its edge type for pages of `U` (`Obj` when nodes are of an abstract
    /// type): `nodes`, `edges { node cursor }` and `pageInfo`. Further fields may be added on what is returned.
    pub fn connection<U: 'static>(
        &mut self,
        connection: &str,
        edge: &str,
    ) -> ObjectBuilder<'_, C, Connection> {
        let nodes = (TypeId::of::<U>() != TypeId::of::<Obj>()).then(TypeId::of::<U>);
        if self
            .objects
            .get(connection)
            .is_some_and(|entry| entry.nodes == Some(nodes))
        {
            return self.object::<Connection>(connection);
        }
        self.object::<PageInfo>("PageInfo");
        if self
            .objects
            .get("PageInfo")
            .is_some_and(|entry| entry.fields.is_empty())
        {
            self.object::<PageInfo>("PageInfo")
                .leaf("hasNextPage", |info| info.0.has_next_page)
                .leaf("hasPreviousPage", |info| info.0.has_previous_page)
                .text_opt("startCursor", |info| {
                    info.0.cursors.first().map(String::as_str)
                })
                .text_opt("endCursor", |info| {
                    info.0.cursors.last().map(String::as_str)
                });
        }
        self.object::<Edge>(edge)
            .child("node", |edge| -> Obj {
                edge.connection.nodes[edge.index].clone()
            })
            .text("cursor", |edge| {
                edge.connection
                    .cursors
                    .get(edge.index)
                    .map_or("", String::as_str)
            });
        if let Some(entry) = self.objects.get_mut(edge) {
            entry.nodes = Some(nodes);
        }
        let name = connection;
        let mut builder = self.object::<Connection>(name);
        builder.field(
            "nodes",
            Gives::object::<Vec<Obj>>(),
            None,
            connection_nodes(),
        );
        builder.field(
            "edges",
            Gives::object::<Vec<Edge>>(),
            None,
            connection_edges(),
        );
        builder.field(
            "pageInfo",
            Gives::object::<PageInfo>(),
            None,
            connection_page_info(),
        );
        drop(builder);
        if let Some(entry) = self.objects.get_mut(name) {
            entry.nodes = Some(nodes);
        }
        self.object::<Connection>(name)
    }

    /// A field of the query root that gives objects.
    pub fn query<A, K>(
        &mut self,
        field: &str,
        load: impl Fn(&A, &mut C) -> Result<K, Error> + Send + Sync + 'static,
    ) where
        A: DeserializeOwned + Send + Sync + 'static,
        K: 'static,
    {
        let resolver = FieldResolver {
            gives: Gives::object::<K>(),
            args: Some(Args::of::<A>()),
            run: root_object(load),
        };
        self.root(field, resolver);
    }

    /// A field of the query root that gives a leaf.
    pub fn query_leaf<A, L>(
        &mut self,
        field: &str,
        load: impl Fn(&A, &mut C) -> Result<L, Error> + Send + Sync + 'static,
    ) where
        A: DeserializeOwned + Send + Sync + 'static,
        L: Leaf,
    {
        let resolver = FieldResolver {
            gives: Gives::leaf::<L>(),
            args: Some(Args::of::<A>()),
            run: root_leaf(load),
        };
        self.root(field, resolver);
    }

    fn root(&mut self, field: &str, resolver: FieldResolver<C>) {
        if self.queries.insert(field.to_owned(), resolver).is_some() {
            self.problems
                .push(format!("the query root's {field} is registered twice"));
        }
    }

    /// A root field of the mutation type: it does its work first; then the selections on its payload `P` (an
    /// object registered with `object::<P>`) run on a fresh snapshot.
    pub fn mutation<A, P, F, Fut>(&mut self, field: &str, resolve: F)
    where
        A: DeserializeOwned + Send + Sync + 'static,
        P: Send + 'static,
        F: Fn(MutationCx<R>, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<P, Error>> + Send + 'static,
    {
        if self
            .mutations
            .insert(field.to_owned(), mutation(resolve))
            .is_some()
        {
            self.problems
                .push(format!("the mutation {field} is registered twice"));
        }
    }

    /// Restricts the values an enum is served with.
    pub fn enum_values(&mut self, name: &str, values: &[&str]) {
        self.enum_values.insert(
            name.to_owned(),
            values.iter().map(|value| (*value).to_owned()).collect(),
        );
    }

    /// Restricts the arguments a directive is served with.
    pub fn directive_arguments(&mut self, directive: &str, arguments: &[&str]) {
        let arguments = arguments
            .iter()
            .map(|argument| (*argument).to_owned())
            .collect();
        self.directive_arguments
            .insert(directive.to_owned(), arguments);
    }

    /// Sets how long a list input may be: `place` is `field.argument` of a root field, or `InputObject.field`.
    /// Without it, 250.
    pub fn list_limit(&mut self, place: &str, most: usize) {
        self.list_limits.insert(place.to_owned(), most);
    }
}

fn connection_nodes<C>() -> Run<C> {
    each_object(|connection: &Connection| connection.nodes.clone())
}

fn connection_edges<C>() -> Run<C> {
    each_shared(|connection: &Rc<Connection>| -> Vec<Edge> {
        (0..connection.nodes.len())
            .map(|index| Edge {
                connection: connection.clone(),
                index,
            })
            .collect()
    })
}

fn connection_page_info<C>() -> Run<C> {
    each_shared(|connection: &Rc<Connection>| PageInfo(connection.clone()))
}

/// Objects that keep hold of their connection.
fn each_shared<C, K: 'static>(
    make: impl Fn(&Rc<Connection>) -> K + Send + Sync + 'static,
) -> Run<C> {
    Run::Objects(Box::new(move |items, _, _, give, out| {
        for item in items {
            match item.clone().downcast::<Connection>() {
                Ok(connection) => give(&mut Some(make(&connection)), out),
                Err(_) => out.error(Error::new("Internal error.").code("INTERNAL_SERVER_ERROR")),
            }
        }
    }))
}

/// Registers the fields of one object type.
pub struct ObjectBuilder<'r, C, T> {
    name: String,
    fields: &'r mut BTreeMap<String, FieldResolver<C>>,
    problems: &'r mut Vec<String>,
    of: PhantomData<fn(&T)>,
}

impl<C: 'static, T: 'static> ObjectBuilder<'_, C, T> {
    fn field(&mut self, field: &str, gives: Gives, args: Option<Args>, run: Run<C>) -> &mut Self {
        if self
            .fields
            .insert(field.to_owned(), FieldResolver { gives, args, run })
            .is_some()
        {
            self.problems
                .push(format!("{}.{field} is registered twice", self.name));
        }
        self
    }

    /// A string, id, enum value or scalar that the parent holds.
    pub fn text(
        &mut self,
        field: &str,
        read: impl for<'a> Fn(&'a T) -> &'a str + Send + Sync + 'static,
    ) -> &mut Self {
        let run = each_leaf(move |parent: &T, out| write_text(out, read(parent)));
        self.field(field, Gives::leaf::<String>(), None, run)
    }

    /// As `text`, when it may be null.
    pub fn text_opt(
        &mut self,
        field: &str,
        read: impl for<'a> Fn(&'a T) -> Option<&'a str> + Send + Sync + 'static,
    ) -> &mut Self {
        let run = each_leaf(move |parent: &T, out| match read(parent) {
            Some(text) => write_text(out, text),
            None => out.extend_from_slice(b"null"),
        });
        self.field(field, Gives::leaf::<Option<String>>(), None, run)
    }

    /// A leaf made from the parent.
    pub fn leaf<L: Leaf>(
        &mut self,
        field: &str,
        make: impl Fn(&T) -> L + Send + Sync + 'static,
    ) -> &mut Self {
        let run = each_leaf(move |parent: &T, out| make(parent).write(out));
        self.field(field, Gives::leaf::<L>(), None, run)
    }

    /// A leaf made from the parent and the field's arguments.
    ///
    /// # Errors
    /// The resolver's error stands in the reply, at this field.
    pub fn with<A, L>(
        &mut self,
        field: &str,
        make: impl Fn(&T, &A) -> Result<L, Error> + Send + Sync + 'static,
    ) -> &mut Self
    where
        A: DeserializeOwned + Send + Sync + 'static,
        L: Leaf,
    {
        self.field(
            field,
            Gives::leaf::<L>(),
            Some(Args::of::<A>()),
            leaf_with(make),
        )
    }

    /// An object, a list or a page made from the parent.
    pub fn child<K: 'static>(
        &mut self,
        field: &str,
        make: impl Fn(&T) -> K + Send + Sync + 'static,
    ) -> &mut Self {
        self.field(field, Gives::object::<K>(), None, each_object(make))
    }

    /// An object, a list or a page loaded for all parents of a level at once: as many results as parents, in
    /// their order.
    pub fn load<A, K>(
        &mut self,
        field: &str,
        load: impl Fn(&[&T], &A, &mut C) -> Vec<Result<K, Error>> + Send + Sync + 'static,
    ) -> &mut Self
    where
        A: DeserializeOwned + Send + Sync + 'static,
        K: 'static,
    {
        self.field(
            field,
            Gives::object::<K>(),
            Some(Args::of::<A>()),
            loaded_objects(load),
        )
    }

    /// A leaf loaded for all parents of a level at once.
    pub fn load_leaf<A, L>(
        &mut self,
        field: &str,
        load: impl Fn(&[&T], &A, &mut C) -> Vec<Result<L, Error>> + Send + Sync + 'static,
    ) -> &mut Self
    where
        A: DeserializeOwned + Send + Sync + 'static,
        L: Leaf,
    {
        self.field(
            field,
            Gives::leaf::<L>(),
            Some(Args::of::<A>()),
            loaded_leaf(load),
        )
    }
}
