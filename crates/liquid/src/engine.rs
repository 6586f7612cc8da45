//! The engine: what templates are parsed with.

use std::collections::HashMap;
use std::sync::Arc;

use crate::compile;
use crate::error::Result;
use crate::host::{Filter, Tag};
use crate::template::Template;

/// How strictly templates are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Whatever can be understood is taken, the rest is passed over.
    Lax,
    /// As [`Mode::Lax`], but what it passes over is told by
    /// [`Template::warnings`].
    Warn,
    /// Mistakes in expressions are errors.
    Strict,
    /// Mistakes anywhere in a tag are errors.
    #[default]
    Strict2,
}

/// Parses templates, with the tags and filters that the host has added.
///
/// Cloning is cheap: all clones share what they hold.
#[derive(Clone, Default)]
pub struct Engine(Arc<Settings>);

#[derive(Clone, Default)]
struct Settings {
    mode: Mode,
    filters: HashMap<Box<str>, Arc<dyn Filter>>,
    tags: HashMap<Box<str>, Arc<dyn Tag>>,
}

impl Engine {
    /// An engine with the standard tags and filters, in [`Mode::Strict2`].
    pub fn new() -> Self {
        Engine::default()
    }

    fn settings(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }

    /// With another mode.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings().mode = mode;
        self
    }

    /// With a filter, which replaces any other of that name.
    #[must_use]
    pub fn filter(mut self, name: &str, filter: impl Filter + 'static) -> Self {
        self.settings()
            .filters
            .insert(name.into(), Arc::new(filter));
        self
    }

    /// With a tag or block, which replaces any other of that name.
    #[must_use]
    pub fn tag(mut self, name: &str, tag: impl Tag + 'static) -> Self {
        self.settings().tags.insert(name.into(), Arc::new(tag));
        self
    }

    /// Reads a template.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(&self, source: &str) -> Result<Template> {
        compile::compile(self, None, source)
    }

    /// Reads a template that has a name, as partials have.
    ///
    /// # Errors
    /// The first mistake in it, told with the template's name.
    pub fn parse_named(&self, name: &str, source: &str) -> Result<Template> {
        let name: Arc<str> = name.into();
        compile::compile(self, Some(Arc::clone(&name)), source)
            .map_err(|error| error.in_template(Some(&name)))
    }

    pub(crate) fn current_mode(&self) -> Mode {
        self.0.mode
    }

    pub(crate) fn custom_filter(&self, name: &str) -> Option<&Arc<dyn Filter>> {
        self.0.filters.get(name)
    }

    pub(crate) fn custom_tag(&self, name: &str) -> Option<&Arc<dyn Tag>> {
        self.0.tags.get(name)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("mode", &self.0.mode)
            .field("filters", &self.0.filters.keys())
            .field("tags", &self.0.tags.keys())
            .finish()
    }
}
