//! The variables of a template while it renders.

use crate::template::Template;
use crate::value::Value;

/// A variable, in the three places where it may stand. The first that is set
/// counts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variable<'a> {
    /// Set by a loop or an `include` around.
    pub(crate) shadow: Option<Value<'a>>,
    /// Set by `assign`, `capture`, or an argument of `render`.
    pub(crate) local: Option<Value<'a>>,
    /// The host's, once it has been asked for; or a counter.
    pub(crate) global: Option<Value<'a>>,
}

/// The template itself, or a partial that `render` has started: variables of
/// its own, and what its tags remember.
pub(crate) struct Frame<'a> {
    /// Where its variables start.
    pub(crate) base: usize,
    /// The template whose slots they are.
    pub(crate) template: &'a Template,
    /// Where the names start that are not its template's.
    pub(crate) names_base: usize,
    /// How deep it stands among other partials.
    pub(crate) depth: usize,
    pub(crate) cycles: Vec<(CycleKey<'a>, usize)>,
    /// What `increment` and `decrement` count.
    pub(crate) counters: Vec<(&'a str, i64)>,
    /// Where each loop has ended, for `offset: continue`.
    pub(crate) offsets: Vec<(&'a str, i64)>,
    pub(crate) last_change: Option<String>,
}

/// What counts the turns of a cycle.
#[derive(Clone, Copy)]
pub(crate) enum CycleKey<'a> {
    Named(Value<'a>),
    Literals(&'a str),
    /// The address of the tag.
    Own(*const ()),
}

impl CycleKey<'_> {
    pub(crate) fn is_same(&self, other: &CycleKey<'_>) -> bool {
        match (self, other) {
            (CycleKey::Named(left), CycleKey::Named(right)) => {
                crate::value::compare::equal_plain(*left, *right)
            }
            (CycleKey::Literals(left), CycleKey::Literals(right)) => left == right,
            (CycleKey::Own(left), CycleKey::Own(right)) => left == right,
            _ => false,
        }
    }
}

impl<'a> Frame<'a> {
    pub(crate) fn new(
        template: &'a Template,
        base: usize,
        names_base: usize,
        depth: usize,
    ) -> Self {
        Frame {
            base,
            template,
            names_base,
            depth,
            cycles: Vec::new(),
            counters: Vec::new(),
            offsets: Vec::new(),
            last_change: None,
        }
    }
}
