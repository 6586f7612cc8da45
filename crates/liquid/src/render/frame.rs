//! The variables of a template while it renders.

use crate::template::Template;
use crate::value::Value;

/// A variable: what a loop or an `include` around has covered it with, or what
/// was assigned, or what the host has.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variable<'a> {
    /// What a lookup sees.
    pub(crate) seen: Option<Value<'a>>,
    /// What is seen again when no cover is left.
    below: Option<Value<'a>>,
    covered: bool,
    /// Whether a template has assigned it: the host's value counts no more.
    assigned: bool,
}

/// What a cover has taken the place of, to be put back.
#[derive(Clone, Copy)]
pub(crate) struct Covered<'a> {
    seen: Option<Value<'a>>,
    covered: bool,
}

impl<'a> Variable<'a> {
    /// Covers the variable until [`Variable::uncover`].
    #[inline]
    pub(crate) fn cover(&mut self, value: Value<'a>) -> Covered<'a> {
        let outer = Covered {
            seen: self.seen,
            covered: self.covered,
        };
        if !self.covered {
            self.below = self.seen;
            self.covered = true;
        }
        self.seen = Some(value);
        outer
    }

    /// Changes the value of a variable that is covered.
    #[inline]
    pub(crate) fn cover_again(&mut self, value: Value<'a>) {
        self.seen = Some(value);
    }

    /// Takes a cover away; what was assigned meanwhile is seen again.
    #[inline]
    pub(crate) fn uncover(&mut self, outer: Covered<'a>) {
        self.covered = outer.covered;
        self.seen = if outer.covered {
            outer.seen
        } else {
            self.below
        };
    }

    /// Assigns a value.
    #[inline]
    pub(crate) fn assign(&mut self, value: Value<'a>) {
        self.assigned = true;
        self.put(value);
    }

    /// Sets the host's value, or a counter.
    pub(crate) fn set_global(&mut self, value: Value<'a>) {
        if !self.assigned {
            self.put(value);
        }
    }

    #[inline]
    fn put(&mut self, value: Value<'a>) {
        if self.covered {
            self.below = Some(value);
        } else {
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
