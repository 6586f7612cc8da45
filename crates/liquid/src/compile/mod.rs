//! From a template's text to its compiled form.

mod blocks;
mod body;
mod conditions;
mod expressions;
mod loops;
mod partials;
mod raw;
mod tags;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

pub(crate) use body::{Body, Stop};
pub(crate) use expressions::word;
pub(crate) use tags::TAGS;

use crate::engine::{Engine, Mode};
use crate::error::{Error, ErrorKind, Result};
use crate::syntax::tokens::Tokens;
use crate::template::{Block, Template};

/// Blocks inside blocks, and brackets inside brackets, are read this deep.
pub(crate) const DEPTH: usize = 100;

/// Reads one template.
pub(crate) struct Compiler {
    pub(crate) mode: Mode,
    pub(crate) template: Template,
    depth: usize,
    /// The line of the token that is being read.
    pub(crate) line: u32,
    /// Whether the last tag ended in `-%}` or `-}}`.
    trim: bool,
}

pub(crate) fn compile(engine: &Engine, name: Option<Arc<str>>, source: &str) -> Result<Template> {
    let mut compiler = Compiler {
        mode: engine.current_mode(),
        template: Template {
            engine: engine.clone(),
            number: next_number(),
            name,
            pieces: Vec::new(),
            lines: Vec::new(),
            root: Block::default(),
            names: Vec::new(),
            slots: HashMap::default(),
            last_len: AtomicUsize::new(0),
            outputs: Vec::new(),
            branches: Vec::new(),
            cases: Vec::new(),
            loops: Vec::new(),
            rows: Vec::new(),
            cycles: Vec::new(),
            partials: Vec::new(),
            elements: Vec::new(),
            assets: Default::default(),
            warnings: Vec::new(),
            continues: false,
        },
        depth: 0,
        line: 1,
        trim: false,
    };
    match compiler.document(source) {
        Ok(()) => Ok(compiler.template),
        Err(error) if error.kind() == ErrorKind::Syntax => Err(error.at_line(compiler.line)),
        Err(error) => Err(error),
    }
}

fn next_number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    NUMBERS.fetch_add(1, Relaxed)
}

impl Compiler {
    fn document(&mut self, source: &str) -> Result<()> {
        if u32::try_from(source.len()).is_err() {
            return Err(Error::limit("The template is too long"));
        }
        let mut tokens = Tokens::of_template(source);
        let mut body = Body::new();
        if let Some(stop) = self.read(&mut tokens, &mut body)? {
            return Err(Error::syntax(match stop.name {
                "else" | "end" => format!("Unexpected outer '{}' tag", stop.name),
                name => format!("Unknown tag '{name}'"),
            }));
        }
        self.template.root = self.finish(body);
        Ok(())
    }

    /// The slot of a variable.
    pub(crate) fn slot(&mut self, name: &str) -> u32 {
        if let Some(slot) = self.template.slots.get(name) {
            return *slot;
        }
        let slot = self.template.names.len() as u32;
        self.template.names.push(name.into());
        self.template.slots.insert(name.into(), slot);
        slot
    }

    /// Runs what reads something that may hold itself, one level deeper.
    pub(crate) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEPTH {
            return Err(Error::too_deep());
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads a tag's markup in the grammar of the mode. `strict2` and `strict`
    /// tell the markup with their mistakes.
    pub(crate) fn by_mode<T>(
        &mut self,
        markup: &str,
        strict2: impl Fn(&mut Self, &str) -> Result<T>,
        strict: impl Fn(&mut Self, &str) -> Result<T>,
        lax: impl Fn(&mut Self, &str) -> Result<T>,
    ) -> Result<T> {
        let context = format!("in \"{}\"", crate::syntax::trim(markup));
        match self.mode {
            Mode::Strict2 => self.told(context, |this| strict2(this, markup)),
            Mode::Strict => self.told(context, |this| strict(this, markup)),
            Mode::Lax => lax(self, markup),
            Mode::Warn => match self.told(context, |this| strict2(this, markup)) {
                Err(error) if error.kind() == ErrorKind::Syntax => {
                    self.template.warnings.push(error);
                    lax(self, markup)
                }
                result => result,
            },
        }
    }

    /// Tells the line and the markup with a mistake.
    pub(crate) fn told<T>(
        &mut self,
        context: String,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let line = self.line;
        read(self).map_err(|error| match error.kind() {
            ErrorKind::Syntax => error.at_line(line).in_markup(context),
            _ => error,
        })
    }
}
