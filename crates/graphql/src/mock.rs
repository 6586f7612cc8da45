//! Mocked schemas: every field of a served schema's text, answered by one function. Tests compare the engine with
//! others on schemas whose real resolvers need a shop.

use crate::error::Error;
use crate::input::{Input, InputError, Variables};
use crate::probe::{Asked as Probed, Found};
use crate::prune::BuildError;
use crate::published::Published;
use crate::resolver::{
    Args, FieldResolver, Gives, MutationCx, loaded_leaf, loaded_objects, mutation, root_leaf,
    root_object,
};
use crate::schema::{Limits, ObjectId, Schema};
use crate::value::{Obj, Shapes, enter_object_shapes, obj};
use apollo_compiler::Name;
use apollo_compiler::ast::OperationType;
use serde_json::Value;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

/// An object of a mocked schema. One Rust type stands behind all its types, so the value itself says which it is.
pub(crate) struct Mock {
    object: ObjectId,
    number: u64,
}

impl Mock {
    /// The type that it is of.
    pub(crate) fn object(&self) -> ObjectId {
        self.object
    }
}

/// What is asked of a mock.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The object type that the field is on.
    pub parent: &'a str,
    /// The parent's number; 0 for the roots.
    pub number: u64,
    /// The field's name.
    pub field: &'a str,
    /// The coerced arguments, an object.
    pub args: &'a Value,
}

/// What a field of a mocked schema gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Mocked {
    /// Nothing.
    Null,
    /// The JSON of a leaf, or of a list of leaves.
    Leaf(Value),
    /// An object: the name of its type, and the number that its fields are asked with.
    Object(String, u64),
    /// Objects, with nulls between them.
    List(Vec<Mocked>),
}

type Answer<C> = Arc<dyn Fn(&Asked<'_>, &C) -> Result<Mocked, Error> + Send + Sync>;
type Ids = Arc<HashMap<Name, ObjectId>>;

/// A field of a mocked schema.
struct MockField<C> {
    parent: String,
    field: String,
    ids: Ids,
    answer: Answer<C>,
}

impl<C> MockField<C> {
    fn answer(&self, number: u64, args: &Value, cx: &C) -> Result<Mocked, Error> {
        let asked = Asked {
            parent: &self.parent,
            number,
            field: &self.field,
            args,
        };
        (self.answer)(&asked, cx)
    }

    fn leaf(&self, number: u64, args: &Value, cx: &C) -> Result<Value, Error> {
        match self.answer(number, args, cx)? {
            Mocked::Leaf(value) => Ok(value),
            Mocked::Null => Ok(Value::Null),
            other => Err(self.misfit(&other)),
        }
    }

    fn object(&self, number: u64, args: &Value, cx: &C) -> Result<Option<Obj>, Error> {
        let mocked = self.answer(number, args, cx)?;
        Ok(self.mock(&mocked)?.map(obj))
    }

    fn list(&self, number: u64, args: &Value, cx: &C) -> Result<Option<Vec<Option<Obj>>>, Error> {
        match self.answer(number, args, cx)? {
            Mocked::Null => Ok(None),
            Mocked::List(items) => {
                let items = items.iter().map(|item| Ok(self.mock(item)?.map(obj)));
                items.collect::<Result<Vec<_>, Error>>().map(Some)
            }
            other => Err(self.misfit(&other)),
        }
    }

    fn mock(&self, mocked: &Mocked) -> Result<Option<Mock>, Error> {
        match mocked {
            Mocked::Null => Ok(None),
            Mocked::Object(name, number) => {
                let object = self.ids.get(name.as_str());
                let object = *object.ok_or_else(|| self.misfit(mocked))?;
                let number = *number;
                Ok(Some(Mock { object, number }))
            }
            other => Err(self.misfit(other)),
        }
    }

    fn misfit(&self, mocked: &Mocked) -> Error {
        Error::new(format!(
            "{}.{} cannot give {mocked:?}.",
            self.parent, self.field
        ))
    }
}

/// Arguments as JSON, whatever they are.
fn json_args() -> Args {
    Args {
        name: "JSON",
        probe: |_| Found {
            asked: Probed::Any,
            optional: true,
        },
        first_missing: || None,
        read: |input: &Input, variables: &Variables| -> Result<_, InputError> {
            Ok(Box::new(input.json(variables).unwrap_or(Value::Null)))
        },
    }
}

impl<C: Clone + Send + Sync + 'static> Schema<C, C> {
    /// The schema in `sdl`, nothing pruned, with `answer` behind every field.
    ///
    /// # Errors
    /// The text is no valid schema.
    pub fn mocked(
        sdl: impl Into<String>,
        answer: impl Fn(&Asked<'_>, &C) -> Result<Mocked, Error> + Send + Sync + 'static,
    ) -> Result<Self, BuildError> {
        let rust = TypeId::of::<Mock>();
        let document = Published::parse(&sdl.into()).map_err(BuildError)?.document;
        let mut schema = Self::without_resolvers(document, Limits::default(), |_| Some(rust))?;
        let mut shapes = Shapes::new();
        enter_object_shapes(&mut shapes);
        let root = |kind| schema.types.root_operation(kind).cloned();
        let (query, mutation) = (root(OperationType::Query), root(OperationType::Mutation));
        let ids: Ids = Arc::new(schema.object_ids.clone());
        let answer: Answer<C> = Arc::new(answer);
        for (object, field, shape) in schema.mocked_fields() {
            let mock = MockField {
                parent: object.to_string(),
                field: field.to_string(),
                ids: ids.clone(),
                answer: answer.clone(),
            };
            if Some(&object) == mutation.as_ref() {
                let mut resolver = mutation_of(mock);
                resolver.args = json_args();
                schema.enter_mutation(&object, &field, resolver);
            } else {
                let resolver = resolver_of(mock, shape, Some(&object) == query.as_ref());
                schema.enter(&object, &field, resolver, &shapes);
            }
        }
        Ok(schema)
    }

    fn mocked_fields(&self) -> Vec<(Name, Name, MockShape)> {
        let objects = self.objects.iter().map(|object| &object.name);
        let objects = objects.filter_map(|name| self.types.get_object(name));
        let fields = objects.flat_map(|object| {
            let fields = object.fields.values();
            fields.map(|field| (object.name.clone(), field.name.clone(), &field.ty))
        });
        let shaped = fields.map(|(object, field, ty)| {
            let definition = self.types.types.get(ty.inner_named_type());
            let leaf = definition.is_some_and(|ty| ty.is_scalar() || ty.is_enum());
            let shape = match (leaf, ty.is_list()) {
                (true, _) => MockShape::Leaf,
                (false, true) => MockShape::List,
                (false, false) => MockShape::Object,
            };
            (object, field, shape)
        });
        shaped.collect()
    }
}

#[derive(Clone, Copy)]
enum MockShape {
    Leaf,
    Object,
    List,
}

fn resolver_of<C: 'static>(mock: MockField<C>, shape: MockShape, root: bool) -> FieldResolver<C> {
    let gives = match shape {
        MockShape::Leaf => Gives::leaf::<Value>(),
        MockShape::Object => Gives::object::<Option<Obj>>(),
        MockShape::List => Gives::object::<Option<Vec<Option<Obj>>>>(),
    };
    let run = match (shape, root) {
        (MockShape::Leaf, true) => {
            root_leaf(move |args: &Value, cx: &mut C| mock.leaf(0, args, cx))
        }
        (MockShape::Leaf, false) => {
            loaded_leaf(each(move |number, args, cx| mock.leaf(number, args, cx)))
        }
        (MockShape::Object, true) => {
            root_object(move |args: &Value, cx: &mut C| mock.object(0, args, cx))
        }
        (MockShape::Object, false) => {
            loaded_objects(each(move |number, args, cx| mock.object(number, args, cx)))
        }
        (MockShape::List, true) => {
            root_object(move |args: &Value, cx: &mut C| mock.list(0, args, cx))
        }
        (MockShape::List, false) => {
            loaded_objects(each(move |number, args, cx| mock.list(number, args, cx)))
        }
    };
    FieldResolver {
        gives,
        args: Some(json_args()),
        run,
    }
}

fn each<C, K>(
    one: impl Fn(u64, &Value, &C) -> Result<K, Error> + Send + Sync + 'static,
) -> impl Fn(&[&Mock], &Value, &mut C) -> Vec<Result<K, Error>> + Send + Sync + 'static {
    move |parents, args, cx| {
        let each = parents.iter().map(|parent| one(parent.number, args, cx));
        each.collect()
    }
}

fn mutation_of<C: Clone + Send + Sync + 'static>(
    mock: MockField<C>,
) -> crate::resolver::MutationResolver<C> {
    mutation(move |cx: MutationCx<C>, args: Value| {
        let payload = mock
            .answer(0, &args, &cx.request)
            .and_then(|mocked| mock.mock(&mocked)?.ok_or_else(|| mock.misfit(&mocked)));
        std::future::ready(payload)
    })
}
