//! The compiled form of a template.
//!
//! All pieces of a template stand in one list, a block of them being a range of
//! it; what is rarely run stands in lists beside it, so that a piece is small. Variables are slots, property names carry a mark and a hint for the
//! lookup, filters are resolved to functions, and static text that touches has
//! grown together.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use num_bigint::BigInt;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::filters::Filtering;
use crate::host::Element;
use crate::theme::Assets;
use crate::value::{Data, Hint, Map, Mark};

/// A template, ready to be rendered any number of times, by any number of
/// threads.
pub struct Template {
    pub(crate) engine: Engine,
    /// No other template has this number.
    pub(crate) number: u64,
    /// The name of a partial, for its errors.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) pieces: Vec<Piece>,
    /// The line of each piece.
    pub(crate) lines: Vec<u32>,
    pub(crate) root: Block,
    /// The name of each variable, by its slot.
    pub(crate) names: Vec<Box<str>>,
    /// The slot of each variable, by its name.
    pub(crate) slots: HashMap<Box<str>, u32, foldhash::fast::RandomState>,
    /// How long the last page was, so that the next one has room from the start.
    pub(crate) last_len: AtomicUsize,
    pub(crate) outputs: Vec<Output>,
    pub(crate) branches: Vec<Branches>,
    pub(crate) cases: Vec<Case>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) rows: Vec<Rows>,
    pub(crate) cycles: Vec<Cycle>,
    pub(crate) partials: Vec<Partial>,
    pub(crate) elements: Vec<Box<dyn Element>>,
    pub(crate) assets: Assets,
    pub(crate) warnings: Vec<Error>,
    /// Whether anyone may ask where a loop has ended: `offset: continue`, here or
    /// in a partial that shares the frame.
    pub(crate) continues: bool,
}

impl Template {
    /// The engine that parsed it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The name that it was parsed under.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What [`Mode::Warn`](crate::Mode::Warn) let pass.
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }

    /// What the `schema`, `stylesheet` and `javascript` tags hold.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The slot of a variable. Few templates have more than a handful, which are
    /// found quicker one by one.
    pub(crate) fn slot_of(&self, name: &str) -> Option<u32> {
        if self.names.len() > 16 {
            return self.slots.get(name).copied();
        }
        let found = self.names.iter().position(|found| same(found, name))?;
        Some(found as u32)
    }

    /// Renders with some data, under the default options; the first mistake is
    /// raised.
    ///
    /// # Errors
    /// The first mistake, or a limit that was reached.
    pub fn render(&self, data: &Map) -> Result<String> {
        crate::render::Render::new(self)
            .data(data)
            .raising()
            .to_string()
    }
}

/// Whether two short texts are the same.
#[inline]
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().eq(right.bytes())
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template")
            .field("name", &self.name)
            .field("pieces", &self.pieces.len())
            .finish_non_exhaustive()
    }
}

/// A run of pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Block {
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// Holds nothing that could ever be seen.
    pub(crate) blank: bool,
}

/// One piece of a template: plain text, if there is any, and what stands behind
/// it.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) text: Box<str>,
    pub(crate) node: Node,
}

/// What stands between texts. Numbers point into the template's other lists.
#[derive(Debug)]
pub(crate) enum Node {
    /// The text is all.
    End,
    /// `{{ a.b.c }}`
    Print(Expression),
    /// `{{ a.b.c | escape }}`
    Escape(Expression),
    /// `{{ a | b: c }}`
    Output(u32),
    Assign {
        slot: u32,
        output: u32,
    },
    Capture {
        slot: u32,
        body: Box<Block>,
    },
    Increment(u32),
    Decrement(u32),
    If(u32),
    Case(u32),
    For(u32),
    TableRow(u32),
    Cycle(u32),
    Include(u32),
    Render(u32),
    IfChanged(Box<Block>),
    Break,
    Continue,
    Element(u32),
}

/// What stands for a value.
#[derive(Debug)]
pub(crate) enum Expression {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Big(Box<BigInt>),
    Text(Box<str>),
    Blank,
    Empty,
    /// A variable alone.
    Slot(u32),
    /// A variable and one name behind it, as nearly all lookups are.
    Field(Box<Field>),
    Path(Box<Path>),
    Range(Box<(Expression, Expression)>),
}

impl Expression {
    /// What lookups behind a root come to.
    pub(crate) fn lookup(root: Root, steps: Vec<Step>) -> Self {
        match (root, <[Step; 1]>::try_from(steps)) {
            (Root::Slot(slot), Ok([Step::Key(key)])) => {
                Expression::Field(Box::new(Field { slot, key }))
            }
            (root, Ok([step])) => Expression::path(root, vec![step]),
            (Root::Slot(slot), Err(steps)) if steps.is_empty() => Expression::Slot(slot),
            (root, Err(steps)) => Expression::path(root, steps),
        }
    }

    fn path(root: Root, steps: Vec<Step>) -> Self {
        let steps = steps.into();
        Expression::Path(Box::new(Path { root, steps }))
    }

    /// Whether it names a variable.
    pub(crate) fn is_variable(&self) -> bool {
        matches!(
            self,
            Expression::Slot(_) | Expression::Field(_) | Expression::Path(_)
        )
    }
}

/// `variable.name`
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) slot: u32,
    pub(crate) key: Key,
}

/// A variable with lookups behind it.
#[derive(Debug)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) steps: Box<[Step]>,
}

#[derive(Debug)]
pub(crate) enum Root {
    Slot(u32),
    /// `[name]`: a variable whose name is worked out.
    Named(Expression),
}

#[derive(Debug)]
pub(crate) enum Step {
    /// `.name`
    Key(Key),
    /// `[expression]`
    Index(Expression),
}

/// A property's name, prepared for the lookup.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: Box<str>,
    pub(crate) mark: Mark,
    /// Where the name stood in the map that was asked last.
    pub(crate) hint: AtomicU64,
    pub(crate) word: Word,
}

impl Key {
    /// What a map has under the name.
    #[inline(always)]
    pub(crate) fn find<'m>(&self, map: &'m Map) -> Option<&'m Data> {
        let hint = self.hint.load(Relaxed);
        match map.get_at(hint) {
            Some(found) => Some(found),
            None => self.search(map, hint),
        }
    }

    /// As [`Key::find`], where the map most likely is of the last one's kind; if
    /// not, nothing is found.
    #[inline(always)]
    pub(crate) fn find_again<'m>(&self, map: &'m Map) -> Option<&'m Data> {
        map.get_at(self.hint.load(Relaxed))
    }

    #[inline(never)]
    fn search<'m>(&self, map: &'m Map, last: Hint) -> Option<&'m Data> {
        let (found, hint) = map.get_hinted(&self.name, self.mark, last)?;
        self.hint.store(hint, Relaxed);
        Some(found)
    }
}

/// Names that mean something to lists and loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    None,
    Size,
    First,
    Last,
    Index,
    Index0,
    Rindex,
    Rindex0,
    Length,
    Name,
    ParentLoop,
    Row,
    Col,
    Col0,
    ColFirst,
    ColLast,
}

/// An expression with its filters.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) value: Expression,
    pub(crate) filters: Box<[FilterCall]>,
}

#[derive(Debug)]
pub(crate) struct FilterCall {
    pub(crate) filter: Filtering,
    pub(crate) arguments: Box<[Expression]>,
    pub(crate) named: Box<[(Box<str>, Expression)]>,
}

impl FilterCall {
    /// Whether it is `escape`, which has a node of its own.
    pub(crate) fn is_escape(&self) -> bool {
        matches!(&self.filter, Filtering::Standard(filter) if matches!(filter.name, "escape" | "h"))
    }
}

/// `if` and `unless`: the first branch whose condition holds.
#[derive(Debug)]
pub(crate) struct Branches {
    pub(crate) branches: Box<[Branch]>,
    pub(crate) blank: bool,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) condition: Condition,
    pub(crate) body: Block,
}

/// Comparisons joined by `and` and `or`, which bind to the right. None at all
/// are what `else` has.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) terms: Box<[Term]>,
    /// For `unless`.
    pub(crate) negated: bool,
}

#[derive(Debug)]
pub(crate) struct Term {
    pub(crate) left: Expression,
    pub(crate) operator: Operator,
    pub(crate) right: Expression,
    /// How the next term is joined.
    pub(crate) joint: Joint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    End,
    And,
    Or,
}

#[derive(Debug)]
pub(crate) enum Operator {
    /// The left side alone.
    Truthy,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    /// Only the forgiving grammar lets it pass.
    Unknown(Box<str>),
}

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) value: Expression,
    pub(crate) arms: Box<[Arm]>,
    pub(crate) blank: bool,
}

#[derive(Debug)]
pub(crate) struct Arm {
    /// None is `else`.
    pub(crate) value: Option<Expression>,
    pub(crate) body: Block,
}

#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) slot: u32,
    pub(crate) forloop_slot: u32,
    /// `item-collection`, which `forloop.name` prints and `offset: continue`
    /// goes by.
    pub(crate) name: Box<str>,
    pub(crate) collection: Expression,
    pub(crate) offset: Offset,
    pub(crate) limit: Expression,
    pub(crate) reversed: bool,
    pub(crate) body: Block,
    pub(crate) otherwise: Option<Block>,
    pub(crate) blank: bool,
}

#[derive(Debug)]
pub(crate) enum Offset {
    Start,
    Continue,
    At(Expression),
}

#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) slot: u32,
    pub(crate) loop_slot: u32,
    pub(crate) collection: Expression,
    pub(crate) offset: Option<Expression>,
    pub(crate) limit: Option<Expression>,
    pub(crate) cols: Option<Expression>,
    pub(crate) body: Block,
    pub(crate) blank: bool,
}

#[derive(Debug)]
pub(crate) struct Cycle {
    pub(crate) group: Group,
    pub(crate) values: Box<[Expression]>,
}

/// What counts the turns of a cycle.
#[derive(Debug)]
pub(crate) enum Group {
    /// `name:` in front.
    Named(Expression),
    /// All cycles over the same literals.
    Literals(Box<str>),
    /// This cycle alone, because it names variables.
    Own,
}

/// `include` and `render`.
#[derive(Debug)]
pub(crate) struct Partial {
    pub(crate) template: Expression,
    /// The name of the variable for `with` and `for`; the partial's own if none
    /// was given.
    pub(crate) alias: Option<Box<str>>,
    pub(crate) bound: Option<Expression>,
    pub(crate) each: bool,
    pub(crate) attributes: Box<[Attribute]>,
}

/// `name: value` behind a partial's name.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Box<str>,
    pub(crate) value: Expression,
    /// Which slot the name had in the partial that was rendered last.
    pub(crate) hint: AtomicU64,
}

impl Attribute {
    pub(crate) fn new(name: &str, value: Expression) -> Self {
        Attribute {
            name: name.into(),
            value,
            hint: AtomicU64::new(0),
        }
    }

    /// The slot of the name in a partial.
    #[inline]
    pub(crate) fn slot_in(&self, template: &Template) -> Option<u32> {
        const SLOT_BITS: u32 = 16;
        let hint = self.hint.load(Relaxed);
        if hint >> SLOT_BITS == template.number {
            return Some((hint & ((1 << SLOT_BITS) - 1)) as u32);
        }
        let slot = template.slot_of(&self.name)?;
        if slot < 1 << SLOT_BITS {
            let hint = template.number << SLOT_BITS | u64::from(slot);
            self.hint.store(hint, Relaxed);
        }
        Some(slot)
    }
}
