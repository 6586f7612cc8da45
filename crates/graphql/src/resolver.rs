//! Resolvers with their Rust types erased: each runs over a whole column of parents.

use crate::directives::Directives;
use crate::error::Error;
use crate::input::{self, Input, InputError, Variables};
use crate::leaf::{Leaf, LeafKind};
use crate::probe::{self, Found, Path};
use crate::value::{Cells, Give, Obj};
use serde::de::DeserializeOwned;
use std::any::{Any, TypeId, type_name};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// Deserialized arguments.
pub(crate) type AnyArgs = dyn Any + Send + Sync;

/// The JSON of one leaf field for all parents of a level.
#[derive(Default)]
pub(crate) struct LeafColumn {
    pub(crate) bytes: Vec<u8>,
    /// Where each parent's value ends.
    pub(crate) ends: Vec<u32>,
    /// Errors by row, ascending.
    pub(crate) errors: Vec<(u32, Error)>,
}

impl LeafColumn {
    pub(crate) fn with_rows(rows: usize) -> Self {
        // Room for short values; longer ones grow it.
        Self {
            bytes: Vec::with_capacity(rows * 12),
            ends: Vec::with_capacity(rows),
            errors: Vec::new(),
        }
    }

    fn end(&mut self) {
        self.ends.push(
            u32::try_from(self.bytes.len())
                .expect("a column of four gigabytes does not fit in memory"),
        );
    }

    fn value<L: Leaf>(&mut self, value: &L) {
        value.write(&mut self.bytes);
        self.end();
    }

    pub(crate) fn result<L: Leaf>(&mut self, value: Result<L, Error>) {
        match value {
            Ok(value) => self.value(&value),
            Err(error) => {
                self.errors.push((self.ends.len() as u32, error));
                self.end();
            }
        }
    }

    /// Puts an error in place of a row's value.
    pub(crate) fn refuse(&mut self, row: usize, error: Error) {
        let place = self.errors.partition_point(|(at, _)| (*at as usize) < row);
        self.errors.insert(place, (row as u32, error));
    }

    pub(crate) fn get(&self, row: usize) -> &[u8] {
        let start = row
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        &self.bytes[start..self.ends[row] as usize]
    }

    pub(crate) fn error(&self, row: usize) -> Option<&Error> {
        if self.errors.is_empty() {
            return None;
        }
        let place = self
            .errors
            .binary_search_by_key(&(row as u32), |(at, _)| *at)
            .ok()?;
        Some(&self.errors[place].1)
    }
}

pub(crate) type RunLeaf<C> = Box<dyn Fn(&[Obj], &AnyArgs, &mut C, &mut LeafColumn) + Send + Sync>;
pub(crate) type RunObjects<C> =
    Box<dyn Fn(&[Obj], &AnyArgs, &mut C, Give, &mut Cells) + Send + Sync>;

pub(crate) enum Run<C> {
    Leaf(RunLeaf<C>),
    Objects(RunObjects<C>),
}

/// What a resolver gives.
#[derive(Clone, Copy)]
pub(crate) enum Gives {
    Leaf { kind: LeafKind, nullable: bool },
    Object { id: TypeId, name: &'static str },
}

impl Gives {
    pub(crate) fn leaf<L: Leaf>() -> Self {
        Self::Leaf {
            kind: L::KIND,
            nullable: L::NULLABLE,
        }
    }

    pub(crate) fn object<K: 'static>() -> Self {
        Self::Object {
            id: TypeId::of::<K>(),
            name: type_name::<K>(),
        }
    }
}

/// An argument struct: how to ask what it knows, and how to read it.
#[derive(Clone, Copy)]
pub(crate) struct Args {
    pub(crate) name: &'static str,
    pub(crate) probe: fn(Path<'_>) -> Found,
    pub(crate) first_missing: fn() -> Option<&'static str>,
    pub(crate) read: fn(&Input, &Variables) -> Result<Box<AnyArgs>, InputError>,
}

impl Args {
    pub(crate) fn of<A: DeserializeOwned + Send + Sync + 'static>() -> Self {
        Self {
            name: type_name::<A>(),
            probe: probe::probe::<A>,
            first_missing: probe::first_missing::<A>,
            read: |input, variables| Ok(Box::new(input::read::<A>(input, variables)?)),
        }
    }
}

/// One registered field.
pub(crate) struct FieldResolver<C> {
    pub(crate) gives: Gives,
    pub(crate) args: Option<Args>,
    pub(crate) run: Run<C>,
}

const SAME_TYPE: &str =
    "the engine puts objects of one Rust type into a level, and checked it at start";
const SAME_ARGS: &str = "the engine reads a field's arguments with the field's own argument type";

fn parent<T: 'static>(item: &Obj) -> &T {
    item.downcast_ref().expect(SAME_TYPE)
}

fn arguments<A: 'static>(args: &AnyArgs) -> &A {
    args.downcast_ref().expect(SAME_ARGS)
}

fn parents<T: 'static>(items: &[Obj]) -> Vec<&T> {
    items.iter().map(parent::<T>).collect()
}

fn wrong_length(wanted: usize, given: usize) -> Option<Error> {
    (wanted != given).then(|| Error::new("Internal error.").code("INTERNAL_SERVER_ERROR"))
}

/// A leaf made from each parent alone.
pub(crate) fn each_leaf<C, T: 'static>(
    write: impl Fn(&T, &mut Vec<u8>) + Send + Sync + 'static,
) -> Run<C> {
    Run::Leaf(Box::new(move |items, _, _, out| {
        for item in items {
            write(parent(item), &mut out.bytes);
            out.end();
        }
    }))
}

/// A leaf made from each parent and the arguments.
pub(crate) fn leaf_with<C, T: 'static, A: 'static, L: Leaf>(
    resolve: impl Fn(&T, &A) -> Result<L, Error> + Send + Sync + 'static,
) -> Run<C> {
    Run::Leaf(Box::new(move |items, args, _, out| {
        let args = arguments(args);
        for item in items {
            out.result(resolve(parent(item), args));
        }
    }))
}

/// A leaf loaded for all parents at once.
pub(crate) fn loaded_leaf<C, T: 'static, A: 'static, L: Leaf>(
    load: impl Fn(&[&T], &A, &mut C) -> Vec<Result<L, Error>> + Send + Sync + 'static,
) -> Run<C> {
    Run::Leaf(Box::new(move |items, args, cx, out| {
        let loaded = load(&parents(items), arguments(args), cx);
        if let Some(error) = wrong_length(items.len(), loaded.len()) {
            items
                .iter()
                .for_each(|_| out.result::<L>(Err(error.clone())));
            return;
        }
        loaded.into_iter().for_each(|value| out.result(value));
    }))
}

/// Changes the objects of one type at one place of a reply, or leaves them as they are.
pub(crate) type Arrive<C> = Box<dyn Fn(&[Obj], &mut C) -> Option<Vec<Obj>> + Send + Sync>;

/// Objects changed as they come into a reply.
pub(crate) fn arrival<C, T: 'static>(
    change: impl Fn(&[&T], &mut C) -> Option<Vec<T>> + Send + Sync + 'static,
) -> Arrive<C> {
    Box::new(move |items, cx| {
        let changed = change(&parents(items), cx)?;
        let wrapped = |own| -> Obj { Rc::new(own) };
        (changed.len() == items.len()).then(|| changed.into_iter().map(wrapped).collect())
    })
}

/// Objects made from each parent alone.
pub(crate) fn each_object<C, T: 'static, K: 'static>(
    make: impl Fn(&T) -> K + Send + Sync + 'static,
) -> Run<C> {
    Run::Objects(Box::new(move |items, _, _, give, out| {
        for item in items {
            give(&mut Some(make(parent(item))), out);
        }
    }))
}

/// Objects loaded for all parents at once.
pub(crate) fn loaded_objects<C, T: 'static, A: 'static, K: 'static>(
    load: impl Fn(&[&T], &A, &mut C) -> Vec<Result<K, Error>> + Send + Sync + 'static,
) -> Run<C> {
    Run::Objects(Box::new(move |items, args, cx, give, out| {
        let loaded = load(&parents(items), arguments(args), cx);
        if let Some(error) = wrong_length(items.len(), loaded.len()) {
            items.iter().for_each(|_| out.error(error.clone()));
            return;
        }
        for value in loaded {
            give_result(value, give, out);
        }
    }))
}

/// A field of the query root.
pub(crate) fn root_object<C, A: 'static, K: 'static>(
    load: impl Fn(&A, &mut C) -> Result<K, Error> + Send + Sync + 'static,
) -> Run<C> {
    Run::Objects(Box::new(move |_, args, cx, give, out| {
        give_result(load(arguments(args), cx), give, out)
    }))
}

/// A leaf field of the query root.
pub(crate) fn root_leaf<C, A: 'static, L: Leaf>(
    load: impl Fn(&A, &mut C) -> Result<L, Error> + Send + Sync + 'static,
) -> Run<C> {
    Run::Leaf(Box::new(move |_, args, cx, out| {
        out.result(load(arguments(args), cx))
    }))
}

fn give_result<K: 'static>(value: Result<K, Error>, give: Give, out: &mut Cells) {
    match value {
        Ok(value) => give(&mut Some(value), out),
        Err(error) => out.error(error),
    }
}

/// What an asynchronous root field of a mutation is given beside its arguments.
#[derive(Debug, Clone)]
pub struct MutationCx<R> {
    /// The request's handle.
    pub request: R,
    /// The directives on the field, such as `@idempotent(key:)`.
    pub directives: Directives,
    /// The directives on the operation, such as `@inContext(country:)`.
    pub operation_directives: Directives,
    /// The field's response key: its alias, or its name.
    pub field: String,
}

pub(crate) type Payload = Result<Box<dyn Any + Send>, Error>;
pub(crate) type Pending = Pin<Box<dyn Future<Output = Payload> + Send>>;
pub(crate) type Call<R> = Box<dyn Fn(MutationCx<R>, Box<AnyArgs>) -> Pending + Send + Sync>;

/// One registered root field of the mutation type.
pub(crate) struct MutationResolver<R> {
    pub(crate) gives: TypeId,
    pub(crate) gives_name: &'static str,
    pub(crate) args: Args,
    pub(crate) call: Call<R>,
    pub(crate) wrap: fn(Box<dyn Any + Send>) -> Obj,
}

/// Erases a mutation's types.
pub(crate) fn mutation<R, A, P, F, Fut>(resolve: F) -> MutationResolver<R>
where
    R: 'static,
    A: DeserializeOwned + Send + Sync + 'static,
    P: Send + 'static,
    F: Fn(MutationCx<R>, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<P, Error>> + Send + 'static,
{
    MutationResolver {
        gives: TypeId::of::<P>(),
        gives_name: type_name::<P>(),
        args: Args::of::<A>(),
        call: Box::new(move |cx, args| {
            let args: Box<dyn Any> = args;
            let pending = resolve(cx, *args.downcast::<A>().expect(SAME_ARGS));
            Box::pin(async move {
                pending
                    .await
                    .map(|payload| Box::new(payload) as Box<dyn Any + Send>)
            })
        }),
        wrap: |payload| {
            let payload: Box<dyn Any> = payload;
            Rc::new(
                *payload
                    .downcast::<P>()
                    .expect("a payload is wrapped by the mutation that made it"),
            )
        },
    }
}
