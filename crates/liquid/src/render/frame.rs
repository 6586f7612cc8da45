//! The variables of a template while it renders.

use crate::template::Template;
use crate::value::Value;

/// A variable, in the three places where it may stand: what a loop or an
/// `include` around has set, what was assigned, and what the host has.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variable<'a> {
    /// What a lookup sees: the first of the three that is set.
    pub(crate) seen: Option<Value<'a>>,
    shadowed: bool,
    local: Option<Value<'a>>,
    global: Option<Value<'a>>,
}

/// What a shadow has covered, to be put back.
#[derive(Clone, Copy)]
pub(crate) struct Covered<'a> {
    seen: Option<Value<'a>>,
    shadowed: bool,
}

impl<'a> Variable<'a> {
    /// Covers the variable until [`Variable::uncover`].
    #[inline]
    pub(crate) fn cover(&mut self, value: Value<'a>) -> Covered<'a> {
        let covered = Covered {
            seen: self.seen,
            shadowed: self.shadowed,
        };
        self.shadowed = true;
        self.seen = Some(value);
        covered
    }

    /// Changes the value of a variable that is covered.
    #[inline]
    pub(crate) fn cover_again(&mut self, value: Value<'a>) {
        self.seen = Some(value);
    }

    /// Takes a cover away; what was assigned meanwhile is seen again.
    #[inline]
    pub(crate) fn uncover(&mut self, covered: Covered<'a>) {
        self.shadowed = covered.shadowed;
        self.seen = if covered.shadowed {
            covered.seen
        } else {
            self.local.or(self.global)
        };
    }

    /// Assigns a value.
    #[inline]
    pub(crate) fn assign(&mut self, value: Value<'a>) {
        self.local = Some(value);
        if !self.shadowed {
            self.seen = Some(value);
        }
    }

    /// Sets the host's value, or a counter.
    pub(crate) fn set_global(&mut self, value: Value<'a>) {
        self.global = Some(value);
        if !self.shadowed && self.local.is_none() {
            self.seen = Some(value);
        }
    }
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
    /// Where its cycles, counters and ends of loops start among all.
    pub(crate) cycles_base: usize,
    pub(crate) counters_base: usize,
    pub(crate) offsets_base: usize,
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
