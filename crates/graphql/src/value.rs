//! Values between resolvers and the engine: objects, pages, and how a Rust value becomes cells of a column.

use crate::error::Error;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::rc::Rc;

/// An object of any registered type; its Rust type selects the GraphQL type of an interface or union.
pub type Obj = Rc<dyn Any>;

/// Wraps a value for a field of an interface or union type.
pub fn obj<T: 'static>(value: T) -> Obj {
    Rc::new(value)
}

/// One window of a connection.
#[derive(Debug, Clone)]
pub struct Page<U> {
    /// The nodes, in the order asked for.
    pub nodes: Vec<U>,
    /// One opaque cursor per node.
    pub cursors: Vec<String>,
    /// Whether more follow.
    pub has_next_page: bool,
    /// Whether some come before.
    pub has_previous_page: bool,
    /// How many there are in all, when the loader knows.
    pub total_count: Option<i64>,
    /// What further fields of the connection read.
    pub extra: Option<Obj>,
}

impl<U> Default for Page<U> {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            cursors: Vec::new(),
            has_next_page: false,
            has_previous_page: false,
            total_count: None,
            extra: None,
        }
    }
}

impl<U> Page<U> {
    /// A page of `nodes` whose cursors `cursor` makes.
    pub fn new(
        nodes: Vec<U>,
        has_previous_page: bool,
        has_next_page: bool,
        cursor: impl FnMut(&U) -> String,
    ) -> Self {
        let cursors = nodes.iter().map(cursor).collect();
        Self {
            nodes,
            cursors,
            has_next_page,
            has_previous_page,
            ..Self::default()
        }
    }
}

/// The object behind a connection type: a page whose nodes are wrapped.
#[derive(Debug)]
pub struct Connection {
    pub(crate) nodes: Vec<Obj>,
    pub(crate) cursors: Vec<String>,
    pub(crate) has_next_page: bool,
    pub(crate) has_previous_page: bool,
    /// How many there are in all, when the loader knew.
    pub total_count: Option<i64>,
    extra: Option<Obj>,
}

impl Connection {
    /// The page's extra value, when it is an `X`.
    pub fn extra<X: 'static>(&self) -> Option<&X> {
        self.extra.as_ref()?.downcast_ref()
    }

    /// The number of nodes in this window.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether this window has no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// The object behind an edge type.
#[derive(Debug)]
pub struct Edge {
    pub(crate) connection: Rc<Connection>,
    pub(crate) index: usize,
}

/// The object behind `PageInfo`.
#[derive(Debug)]
pub struct PageInfo(pub(crate) Rc<Connection>);

impl PageInfo {
    /// What there is to say of a page whose nodes are no objects, and which a type of its own stands for.
    pub fn of<U>(page: &Page<U>) -> Self {
        Self(Rc::new(Connection {
            nodes: Vec::new(),
            cursors: page.cursors.clone(),
            has_next_page: page.has_next_page,
            has_previous_page: page.has_previous_page,
            total_count: page.total_count,
            extra: None,
        }))
    }
}

/// One value of an object column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell {
    Null,
    /// An index into the column's errors.
    Error(u32),
    /// An index into the column's items.
    Item(u32),
    /// A run of the column's elements.
    List {
        start: u32,
        len: u32,
    },
}

/// What a field gave for all its parents.
#[derive(Default)]
pub(crate) struct Cells {
    pub(crate) cells: Vec<Cell>,
    pub(crate) elements: Vec<Cell>,
    pub(crate) items: Vec<Obj>,
    pub(crate) errors: Vec<Error>,
}

impl Cells {
    pub(crate) fn error(&mut self, error: Error) {
        self.cells.push(Cell::Error(index(self.errors.len())));
        self.errors.push(error);
    }

    /// Puts one error in place of everything, for each of `rows` parents.
    pub(crate) fn refuse_rows(&mut self, rows: usize, error: Error) {
        self.cells.clear();
        self.cells.resize(rows, Cell::Error(0));
        self.elements.clear();
        self.items.clear();
        self.errors = vec![error];
    }

    pub(crate) fn one(&mut self, item: Obj) {
        self.object(Some(item));
    }

    fn item(&mut self, item: Obj) -> Cell {
        let cell = Cell::Item(index(self.items.len()));
        self.items.push(item);
        cell
    }

    fn object(&mut self, item: Option<Obj>) {
        let cell = item.map_or(Cell::Null, |item| self.item(item));
        self.cells.push(cell);
    }

    fn begin_list(&self) -> usize {
        self.elements.len()
    }

    fn element(&mut self, item: Option<Obj>) {
        let cell = item.map_or(Cell::Null, |item| self.item(item));
        self.elements.push(cell);
    }

    /// Ends a list whose elements came last first. Their objects are turned round too, so that levels keep the
    /// list's order.
    fn end_list(&mut self, start: usize) {
        let elements = &mut self.elements[start..];
        elements.reverse();
        let objects = elements
            .iter()
            .filter(|cell| matches!(cell, Cell::Item(_)))
            .count();
        let first = self.items.len() - objects;
        self.items[first..].reverse();
        let mut next = index(first);
        for cell in elements.iter_mut() {
            if let Cell::Item(item) = cell {
                *item = next;
                next += 1;
            }
        }
        let (start, len) = (index(start), index(elements.len()));
        self.cells.push(Cell::List { start, len });
    }

    fn connection(&mut self, mut nodes: Vec<Obj>, window: Window) {
        nodes.reverse();
        self.object(Some(Rc::new(Connection {
            nodes,
            cursors: window.cursors,
            has_next_page: window.has_next_page,
            has_previous_page: window.has_previous_page,
            total_count: window.total_count,
            extra: window.extra,
        })));
    }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("a reply of four billion objects does not fit in memory")
}

/// Moves the value out of an `Option<K>` into the column.
pub(crate) type Give = fn(&mut dyn Any, &mut Cells);

/// How a Rust type `K` gives objects.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// The Rust type of one object; `None` for `Obj`.
    pub(crate) item: Option<TypeId>,
    pub(crate) nullable: bool,
    /// `Some(items may be null)` for a list.
    pub(crate) list: Option<bool>,
    /// A page: the item behind its connection type is `item`.
    pub(crate) page: bool,
    pub(crate) give: Give,
}

pub(crate) type Shapes = HashMap<TypeId, Shape>;

/// How one node becomes an object.
trait Wrap: 'static {
    type From: 'static;
    /// The Rust type of the object; `None` for any.
    fn item() -> Option<TypeId>;
    fn wrap(from: Self::From) -> Obj;
}

struct Owned<T>(PhantomData<T>);
struct Shared<T>(PhantomData<T>);
struct Ready;

impl<T: 'static> Wrap for Owned<T> {
    type From = T;

    fn item() -> Option<TypeId> {
        Some(TypeId::of::<T>())
    }

    fn wrap(from: T) -> Obj {
        Rc::new(from)
    }
}

impl<T: 'static> Wrap for Shared<T> {
    type From = Rc<T>;

    fn item() -> Option<TypeId> {
        Some(TypeId::of::<T>())
    }

    fn wrap(from: Rc<T>) -> Obj {
        from
    }
}

impl Wrap for Ready {
    type From = Obj;

    fn item() -> Option<TypeId> {
        None
    }

    fn wrap(from: Obj) -> Obj {
        from
    }
}

// These are compiled for every registered type, so they are kept small: nothing is moved but the nodes themselves,
// and lists are emptied from their end, which needs no iterator.

fn one<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    if let Some(Some(value)) = slot.downcast_mut::<Option<W::From>>().map(Option::take) {
        return out.object(Some(W::wrap(value)));
    }
    out.object(None);
}

fn maybe<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    if let Some(Some(value)) = slot.downcast_mut::<Option<Option<W::From>>>()
        && let Some(value) = value.take()
    {
        return out.object(Some(W::wrap(value)));
    }
    out.object(None);
}

fn list<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    match slot.downcast_mut::<Option<Vec<W::From>>>() {
        Some(Some(list)) => nodes::<W>(list, out),
        _ => out.object(None),
    }
}

fn maybe_list<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    match slot.downcast_mut::<Option<Option<Vec<W::From>>>>() {
        Some(Some(Some(list))) => nodes::<W>(list, out),
        _ => out.object(None),
    }
}

fn nodes<W: Wrap>(list: &mut Vec<W::From>, out: &mut Cells) {
    let start = out.begin_list();
    while let Some(node) = list.pop() {
        out.element(Some(W::wrap(node)));
    }
    out.end_list(start);
}

fn holed<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    match slot.downcast_mut::<Option<Vec<Option<W::From>>>>() {
        Some(Some(list)) => holed_nodes::<W>(list, out),
        _ => out.object(None),
    }
}

fn maybe_holed<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    match slot.downcast_mut::<Option<Option<Vec<Option<W::From>>>>>() {
        Some(Some(Some(list))) => holed_nodes::<W>(list, out),
        _ => out.object(None),
    }
}

fn holed_nodes<W: Wrap>(list: &mut Vec<Option<W::From>>, out: &mut Cells) {
    let start = out.begin_list();
    while let Some(node) = list.pop() {
        match node {
            Some(node) => out.element(Some(W::wrap(node))),
            None => out.element(None),
        }
    }
    out.end_list(start);
}

fn page<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    match slot.downcast_mut::<Option<Page<W::From>>>() {
        Some(Some(page)) => connection::<W>(page, out),
        _ => out.object(None),
    }
}

fn maybe_page<W: Wrap>(slot: &mut dyn Any, out: &mut Cells) {
    match slot.downcast_mut::<Option<Option<Page<W::From>>>>() {
        Some(Some(Some(page))) => connection::<W>(page, out),
        _ => out.object(None),
    }
}

fn connection<W: Wrap>(page: &mut Page<W::From>, out: &mut Cells) {
    let mut nodes = Vec::with_capacity(page.nodes.len());
    while let Some(node) = page.nodes.pop() {
        nodes.push(W::wrap(node));
    }
    let window = Window {
        cursors: std::mem::take(&mut page.cursors),
        has_next_page: page.has_next_page,
        has_previous_page: page.has_previous_page,
        total_count: page.total_count,
        extra: page.extra.take(),
    };
    out.connection(nodes, window);
}

/// What a page is beside its nodes.
struct Window {
    cursors: Vec<String>,
    has_next_page: bool,
    has_previous_page: bool,
    total_count: Option<i64>,
    extra: Option<Obj>,
}

fn put<W: Wrap, K: 'static>(
    shapes: &mut Shapes,
    nullable: bool,
    list: Option<bool>,
    page: bool,
    give: Give,
) {
    shapes.insert(
        TypeId::of::<K>(),
        Shape {
            item: W::item(),
            nullable,
            list,
            page,
            give,
        },
    );
}

fn enter<W: Wrap>(shapes: &mut Shapes) {
    put::<W, W::From>(shapes, false, None, false, one::<W>);
    put::<W, Option<W::From>>(shapes, true, None, false, maybe::<W>);
    put::<W, Vec<W::From>>(shapes, false, Some(false), false, list::<W>);
    put::<W, Option<Vec<W::From>>>(shapes, true, Some(false), false, maybe_list::<W>);
    put::<W, Page<W::From>>(shapes, false, None, true, page::<W>);
}

fn enter_more<W: Wrap>(shapes: &mut Shapes) {
    put::<W, Vec<Option<W::From>>>(shapes, false, Some(true), false, holed::<W>);
    put::<W, Option<Vec<Option<W::From>>>>(shapes, true, Some(true), false, maybe_holed::<W>);
    put::<W, Option<Page<W::From>>>(shapes, true, None, true, maybe_page::<W>);
}

/// Enters the ways in which a field may give `T`. The engine knows `T` here and `K` where the field is
/// registered, never both at once: they meet in this table, so no type of the domain implements a trait of ours.
pub(crate) fn enter_shapes<T: 'static>(shapes: &mut Shapes) {
    if !shapes.contains_key(&TypeId::of::<Vec<T>>()) {
        enter::<Owned<T>>(shapes);
        enter_more::<Owned<T>>(shapes);
        enter::<Shared<T>>(shapes);
    }
}

/// Enters the ways in which a field may give objects of any type.
pub(crate) fn enter_object_shapes(shapes: &mut Shapes) {
    enter::<Ready>(shapes);
    enter_more::<Ready>(shapes);
}
