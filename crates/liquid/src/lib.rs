//! A Liquid template engine: parse once, render many times, safe for templates
//! written by strangers.
//!
//! ```
//! use stockroom_liquid::{Engine, Map};
//!
//! let engine = Engine::new();
//! let template = engine.parse("Hello, {{ name | capitalize }}!").unwrap();
//!
//! let mut data = Map::new();
//! data.insert("name", "world");
//! assert_eq!(template.render(&data).unwrap(), "Hello, World!");
//! ```
//!
//! The language is that of the reference implementation in Ruby, version 5.13,
//! with its errors word for word; the public conformance suites run as tests.
//!
//! # How to use it
//!
//! - An [`Engine`] has a [`Mode`] and knows tags and filters; it parses.
//! - A [`Template`] is the compiled form. It is shared between threads and
//!   rendered any number of times.
//! - A [`Render`] is one run: data, global variables, partials, a [`Clock`],
//!   [`Limits`], and where the output goes.
//! - [`Data`] and [`Map`] are plain data; an [`Object`] is a value that works
//!   its properties out when a template asks for them.
//! - A [`Filter`] is a function; a [`Tag`] reads its markup once and leaves an
//!   [`Element`] that renders. [`Engine::theme`] adds the tags of an online
//!   store's themes.
//! - A [`Loader`] finds partials; [`Partials`] keeps them in memory.
//!
//! # Mistakes
//!
//! A template that is not well formed does not parse. A mistake while rendering
//! is written where it happened, as `Liquid error (card line 3): divided by 0`,
//! and the page goes on; [`Render::raising`] ends the page there instead. A
//! limit that is reached ends the render in any case, with an error that names
//! the limit.
//!
//! # How it is built
//!
//! ```text
//! text ── syntax::tokens ──> texts, {{ outputs }}, {% tags %}
//!              │
//!        syntax::lexer, syntax::lax      two grammars: strict, and forgiving
//!              │
//!           compile ──> Template         pieces in one list, blocks are ranges
//!                           │
//!         Render ────> render::Context ──> Out
//!                       │        │
//!                  variables   Arena     what is made lives until the end
//! ```
//!
//! **Compiled form.** All pieces of a template stand in one list, each a text
//! and what stands behind it; the body of a block is a range of it. Texts that
//! touch have grown together, and texts in blocks that print nothing are gone. A
//! variable is a slot. The name of a property carries a mark, for comparing
//! quickly, and a hint: where it stood in the map that was asked last, which for
//! the elements of a list is where it stands in the next one. Filters are
//! resolved to functions, and their arguments counted.
//!
//! **Shortcuts.** Most expressions are a name or two behind a variable that holds
//! the host's maps. Outputs, conditions and `escape` ask for that data first,
//! follow references to it, and make a value only where they find something
//! else.
//!
//! **Values.** A [`Value`] is three words and copied freely. It borrows: from
//! the host's data, from the template's literals, or from the [`Arena`] of the
//! render, where everything that filters and tags make is kept until the end
//! and counted against a limit. No reference counts, no clones.
//!
//! **Variables.** Each is in three places, of which the first that is set
//! counts: what a loop or `include` around shadows it with, what was assigned,
//! and what the host has, which is asked for once. `render` starts a frame of
//! its own on the same stack; `include` maps its slots into the caller's.
//!
//! **Filters write.** A filter for texts writes into an [`Out`]; where it is
//! the last one of an output, that is the page itself.
//!
//! **Numbers.** Fractions are computed in decimal, so that `0.1 | plus: 0.2` is
//! `0.3`; whole numbers have any size.
//!
//! **Limits.** Each step uses up fuel, and each filter as much as its input is
//! long; output and memory stop growing at their limits before the text that
//! would go beyond is copied; blocks, brackets and partials nest only so deep,
//! so that the stack of a thread of two megabytes holds them.
//!
//! # Tags and filters
//!
#![doc = include_str!("../REFERENCE.md")]
#![expect(
    clippy::float_arithmetic,
    reason = "templates compute with floats; the decimal places that count are computed with whole numbers"
)]

mod arena;
mod compile;
mod engine;
mod error;
mod filters;
mod host;
mod limits;
mod object;
mod out;
mod render;
mod syntax;
mod template;
mod theme;
mod time;
mod value;

pub use arena::Arena;
pub use engine::{Engine, Mode};
pub use error::{Error, ErrorKind, Result};
pub use host::{
    Argument, Arguments, Body, Call, Element, Filter, Loader, NoPartials, Parse, Partials, Tag,
};
pub use limits::Limits;
pub use object::Object;
pub use out::Out;
pub use render::{Context, Render};
pub use template::Template;
pub use theme::{Assets, Theme, ThemeCall, ThemeTag};
pub use time::Clock;
pub use value::{Data, Map, Value};

/// The names of the standard tags, each with one line on what it does.
pub fn standard_tags() -> impl Iterator<Item = (&'static str, &'static str)> {
    compile::TAGS.iter().copied()
}

/// The names of the standard filters, each with one line on what it gives.
pub fn standard_filters() -> impl Iterator<Item = (&'static str, &'static str)> {
    filters::FILTERS
        .iter()
        .map(|filter| (filter.name, filter.about))
}
