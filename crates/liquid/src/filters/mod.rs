//! The filters: how they are found and called.

mod dates;
mod encode;
mod html;
mod lists;
mod math;
mod select;
mod table;
mod text;

use std::sync::Arc;

pub(crate) use html::write_escaped;
pub(crate) use lists::{first_of, last_of, size_of_value};
pub(crate) use math::combine;
pub(crate) use table::FILTERS;

use crate::arena::Arena;
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::host::Filter;
use crate::out::Out;
use crate::time::Clock;
use crate::value::items::Items;
use crate::value::number::Operation;
use crate::value::{Value, text as printed};

/// A standard filter.
pub(crate) struct Standard {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// How many arguments it takes behind its input.
    pub(crate) least: u8,
    pub(crate) most: u8,
    pub(crate) run: Run,
}

/// How a standard filter gives its result.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// As a value.
    Value(for<'a> fn(&Call<'a, '_>) -> Result<Value<'a>>),
    /// It writes a text, if need be right into the output.
    Text(for<'a> fn(&Call<'a, '_>, &mut Out) -> Result<()>),
    /// As [`Run::Text`], but nil stays nil.
    TextUnlessNil(for<'a> fn(&Call<'a, '_>, &mut Out) -> Result<()>),
}

/// A filter as a template names it.
pub(crate) enum Filtering {
    /// `plus`, `minus`, `times`, `divided_by` or `modulo`.
    Arithmetic(Operation),
    Standard(&'static Standard),
    Custom(Arc<dyn Filter>),
    Unknown(Box<str>),
    /// It cannot take so many arguments; why.
    Misfit(Box<str>),
}

impl Filtering {
    /// The filter of a name, for so many arguments.
    pub(crate) fn find(engine: &Engine, name: &str, given: usize) -> Self {
        if let Some(filter) = engine.custom_filter(name) {
            return Filtering::Custom(Arc::clone(filter));
        }
        let found = FILTERS.binary_search_by(|filter| filter.name.cmp(name));
        let Ok(at) = found else {
            return Filtering::Unknown(name.into());
        };
        let filter = &FILTERS[at];
        if let Some(misfit) = filter.misfit(given) {
            return Filtering::Misfit(misfit.into());
        }
        match Operation::named(name) {
            Some(operation) => Filtering::Arithmetic(operation),
            None => Filtering::Standard(filter),
        }
    }
}

impl Standard {
    /// What is wrong with so many arguments.
    fn misfit(&self, given: usize) -> Option<String> {
        let (least, most) = (usize::from(self.least), usize::from(self.most));
        if given >= least && given <= most {
            return None;
        }
        let expected = if least == most {
            format!("{}", least + 1)
        } else {
            format!("{}..{}", least + 1, most + 1)
        };
        Some(format!(
            "wrong number of arguments (given {}, expected {expected})",
            given + 1
        ))
    }
}

impl std::fmt::Debug for Filtering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Filtering::Arithmetic(_) => "arithmetic",
            Filtering::Standard(filter) => filter.name,
            Filtering::Misfit(why) => why,
            Filtering::Custom(_) => "custom",
            Filtering::Unknown(name) => name,
        })
    }
}

/// A filter's input and arguments.
pub struct Call<'a, 'c> {
    pub(crate) input: Value<'a>,
    pub(crate) arguments: &'c [Value<'a>],
    pub(crate) named: &'c [(&'a str, Value<'a>)],
    pub(crate) arena: &'a Arena,
    pub(crate) clock: Option<&'a Clock>,
}

impl<'a> Call<'a, '_> {
    /// What stands in front of the filter.
    pub fn input(&self) -> Value<'a> {
        self.input
    }

    /// The input as a text.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn text(&self) -> Result<&'a str> {
        printed::to_text(self.input, self.arena)
    }

    /// The argument at a place, counted from zero; nil if it was left out.
    pub fn argument(&self, at: usize) -> Value<'a> {
        self.arguments.get(at).copied().unwrap_or(Value::Nil)
    }

    /// The argument at a place as a text.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn argument_text(&self, at: usize) -> Result<&'a str> {
        printed::to_text(self.argument(at), self.arena)
    }

    /// The argument of that name.
    pub fn named(&self, name: &str) -> Option<Value<'a>> {
        self.named_arguments()
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value)
            .last()
    }

    /// All arguments that have names.
    pub fn named_arguments(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.named.iter().copied()
    }

    /// Where to keep what the filter makes.
    pub fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// The time and zone that the host has given.
    pub fn clock(&self) -> Option<&'a Clock> {
        self.clock
    }

    /// The elements that filters for lists see: nested lists laid flat, a single
    /// value as a list of one, nil as an empty list.
    pub(crate) fn items(&self) -> Result<Items<'a>> {
        lists::flat(self.input, self.arena)
    }

    pub(crate) fn has_argument(&self, at: usize) -> bool {
        at < self.arguments.len()
    }

    /// Calls a standard filter, which writes to `out` if it is one for texts;
    /// otherwise its value is returned.
    pub(crate) fn run_into(&self, filter: &Standard, out: &mut Out) -> Result<Option<Value<'a>>> {
        match filter.run {
            Run::Value(run) => run(self).map(Some),
            Run::TextUnlessNil(_) if self.input.is_nil() => Ok(None),
            Run::Text(run) | Run::TextUnlessNil(run) => run(self, out).map(|()| None),
        }
    }

    /// Calls a standard filter for its value.
    pub(crate) fn run(&self, filter: &Standard, scratch: &mut Out) -> Result<Value<'a>> {
        match filter.run {
            Run::Value(run) => run(self),
            Run::TextUnlessNil(_) if self.input.is_nil() => Ok(Value::Nil),
            Run::Text(run) | Run::TextUnlessNil(run) => {
                scratch.reset(self.arena.left());
                run(self, scratch)?;
                if scratch.is_full() {
                    return Err(self.arena.exhausted());
                }
                self.arena.string(scratch.as_str())
            }
        }
    }
}

/// The error of a filter that does not exist, where filters are strict.
pub(crate) fn undefined(name: &str) -> Error {
    Error::new(
        ErrorKind::UndefinedFilter,
        format!("undefined filter {name}"),
    )
}
