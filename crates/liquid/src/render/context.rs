//! The state of a render, as tags see it.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;

use super::frame::{CycleKey, Frame, Variable};
use super::loops::ForLoop;
use super::{PIECE, Render, writer_failed};
use crate::arena::Arena;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Argument, Body};
use crate::out::Out;
use crate::template::{Block, Template};
use crate::time::Clock;
use crate::value::{Value, text};

/// What `break` and `continue` have asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    None,
    Break,
    Continue,
}

/// A render under way: what the host's tags work with.
pub struct Context<'a, 'w> {
    pub(crate) render: &'a Render<'a>,
    pub(crate) arena: &'a Arena,
    /// The template whose pieces are being rendered.
    pub(crate) template: &'a Template,
    pub(crate) out: Out,
    pub(crate) scratch: Out,
    /// The variables of all frames, the current frame's at the end.
    pub(crate) variables: Vec<Variable<'a>>,
    /// Names of variables that are not in their frame's template.
    pub(crate) names: Vec<&'a str>,
    pub(crate) frames: Vec<Frame<'a>>,
    /// How far each cycle has come.
    pub(crate) cycles: Vec<(CycleKey<'a>, usize)>,
    /// What `increment` and `decrement` count.
    pub(crate) counters: Vec<(&'a str, i64)>,
    /// Where each loop has ended, for `offset: continue`.
    pub(crate) offsets: Vec<(&'a str, i64)>,
    /// Where the current frame's variables start.
    pub(crate) base: usize,
    /// Where a partial's slots stand in a frame that it shares.
    pub(crate) map: Option<&'a [u32]>,
    /// The partials that were asked for.
    pub(crate) partials: HashMap<&'a str, &'a Template, foldhash::fast::RandomState>,
    /// The first of them, to be found by where their names stand.
    pub(crate) first_partials: Vec<(&'a str, &'a Template)>,
    pub(crate) innermost: Option<&'a ForLoop<'a>>,
    pub(crate) interrupt: Interrupt,
    pub(crate) fuel: u64,
    /// Scopes in the current frame.
    pub(crate) scopes: usize,
    pub(crate) nesting: usize,
    /// How many captures are under way.
    pub(crate) captures: usize,
    pub(crate) include_disabled: bool,
    pub(crate) errors: Vec<Error>,
    registers: Vec<Box<dyn Any>>,
    writer: Option<&'w mut dyn fmt::Write>,
}

impl<'a, 'w> Context<'a, 'w> {
    pub(crate) fn new(
        render: &'a Render<'a>,
        arena: &'a Arena,
        registers: Vec<Box<dyn Any>>,
        writer: Option<&'w mut dyn fmt::Write>,
    ) -> Self {
        let template = render.template;
        Context {
            render,
            arena,
            template,
            out: Out::new(render.limits.output_bytes),
            scratch: Out::new(0),
            variables: vec![Variable::default(); template.names.len()],
            names: Vec::new(),
            frames: vec![Frame {
                base: 0,
                template,
                names_base: 0,
                depth: 0,
                cycles_base: 0,
                counters_base: 0,
                offsets_base: 0,
                last_change: None,
            }],
            cycles: Vec::new(),
            counters: Vec::new(),
            offsets: Vec::new(),
            base: 0,
            map: None,
            partials: HashMap::default(),
            first_partials: Vec::new(),
            innermost: None,
            interrupt: Interrupt::None,
            fuel: render.limits.fuel,
            scopes: 1,
            nesting: 0,
            captures: 0,
            include_disabled: false,
            errors: Vec::new(),
            registers,
            writer,
        }
    }

    pub(super) fn run(&mut self) -> Result<Option<String>> {
        let template = self.template;
        if self.writer.is_none() {
            // A little more than last time, within reason.
            let last = template.last_len.load(Relaxed);
            self.out.reserve((last + last / 16).min(1 << 20));
        }
        self.block(template.root)?;
        template.last_len.store(self.out.len(), Relaxed);
        if self.out.is_full() {
            return Err(self.too_much_output());
        }
        if self.writer.is_none() {
            let out = std::mem::replace(&mut self.out, Out::new(0));
            return Ok(Some(out.into_string()));
        }
        self.flush()?;
        Ok(None)
    }

    /// The current frame.
    #[inline]
    pub(crate) fn frame(&self) -> &Frame<'a> {
        &self.frames[self.frames.len() - 1]
    }

    /// Hands on what has been written, if it is enough and final.
    #[inline]
    pub(crate) fn flush_piece(&mut self) -> Result<()> {
        if self.out.len() >= PIECE && self.captures == 0 {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if let Some(writer) = &mut self.writer {
            writer
                .write_str(self.out.as_str())
                .map_err(|_| writer_failed())?;
            self.out.drain();
        }
        Ok(())
    }

    #[cold]
    pub(crate) fn too_much_output(&self) -> Error {
        Error::limit(match self.captures {
            0 => format!(
                "Memory limits exceeded: a template may print {} bytes",
                self.render.limits.output_bytes
            ),
            _ => self.arena.exhausted().message().to_owned(),
        })
    }

    /// Uses up fuel.
    #[inline]
    pub(crate) fn spend(&mut self, steps: u64) -> Result<()> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => Err(self.out_of_fuel()),
        }
    }

    #[cold]
    fn out_of_fuel(&mut self) -> Error {
        self.fuel = 0;
        Error::limit(format!(
            "Render limits exceeded: a template may take {} steps",
            self.render.limits.fuel
        ))
    }

    /// Adds the place to a mistake, and writes it out unless mistakes are
    /// raised.
    #[cold]
    pub(crate) fn failed(&mut self, error: Error, piece: usize) -> Result<()> {
        let line = self.template.lines.get(piece).copied().unwrap_or(0);
        let error = error.at_line(line).in_template(self.template.name.as_ref());
        let undefined = matches!(
            error.kind(),
            ErrorKind::UndefinedVariable | ErrorKind::UndefinedFilter
        );
        if self.render.raising || error.kind() == ErrorKind::Limit {
            return Err(error);
        }
        if !undefined && !self.is_silent(piece) {
            self.out.push_str(&error.to_string());
        }
        // Whoever fails in a loop fails often: a limit holds for these as well.
        if self.errors.len() < self.render.limits.loop_length.min(10_000) {
            self.errors.push(error);
        }
        Ok(())
    }

    /// Renders into a text of its own.
    pub(crate) fn captured(&mut self, render: impl FnOnce(&mut Self) -> Result<()>) -> Result<Out> {
        let outer = std::mem::replace(&mut self.out, Out::new(self.arena.left()));
        self.captures += 1;
        let result = render(self);
        let full = self.out.is_full();
        let error = full.then(|| self.too_much_output());
        self.captures -= 1;
        let captured = std::mem::replace(&mut self.out, outer);
        match (result, error) {
            (Err(error), _) | (_, Some(error)) => Err(error),
            _ => Ok(captured),
        }
    }
}

/// For the host's tags.
impl<'a> Context<'a, '_> {
    /// Works an expression out.
    ///
    /// # Errors
    /// What goes wrong on the way.
    pub fn evaluate(&mut self, argument: &'a Argument) -> Result<Value<'a>> {
        self.value_of(&argument.0)
    }

    /// Renders the body of a block.
    ///
    /// # Errors
    /// What goes wrong inside, unless it was written out.
    pub fn body(&mut self, body: Body) -> Result<()> {
        self.block(body.0)
    }

    /// Renders the body of a block into a text of its own.
    ///
    /// # Errors
    /// As [`Context::body`].
    pub fn capture(&mut self, body: Body) -> Result<&'a str> {
        let block: Block = body.0;
        let captured = self.captured(|this| this.block(block))?;
        self.arena.text(captured.as_str())
    }

    /// Renders a partial as `render` does: it sees the global variables and
    /// these.
    ///
    /// # Errors
    /// The partial does not exist or is not well formed.
    pub fn render_partial(&mut self, name: &str, variables: &[(&str, Value<'a>)]) -> Result<()> {
        let name = self.arena.text(name)?;
        let mut arguments = Vec::with_capacity(variables.len());
        for (name, value) in variables {
            arguments.push((self.arena.text(name)?, *value));
        }
        let template = self.load(name)?;
        self.isolated(template, &arguments)
    }

    /// Writes a text.
    pub fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes a text so that it stands for itself in HTML.
    pub fn write_escaped(&mut self, text: &str) {
        crate::filters::write_escaped(&mut self.out, text);
    }

    /// Writes a value as `{{ }}` does.
    ///
    /// # Errors
    /// An object's text could not be made.
    pub fn print(&mut self, value: Value<'a>) -> Result<()> {
        text::print(&mut self.out, value, self.arena)
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// An object could not be loaded.
    pub fn get(&mut self, name: &str) -> Result<Value<'a>> {
        let name = self.arena.text(name)?;
        self.by_name(name)
    }

    /// Gives a variable a value, as `assign` does.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn set(&mut self, name: &str, value: Value<'a>) -> Result<()> {
        let name = self.arena.text(name)?;
        let at = self.frame_slot(name);
        self.variables[at].assign(value);
        Ok(())
    }

    /// Runs something with a variable that only it sees.
    ///
    /// # Errors
    /// What `run` reports.
    pub fn with<T>(
        &mut self,
        name: &str,
        value: Value<'a>,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let name = self.arena.text(name)?;
        let at = self.frame_slot(name);
        let covered = self.variables[at].cover(value);
        let result = run(self);
        self.variables[at].uncover(covered);
        result
    }

    /// Where to keep what a tag makes.
    pub fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// The time and zone that the host has given.
    pub fn clock(&self) -> Option<&'a Clock> {
        self.render.clock
    }

    /// What was given to [`Render::register`].
    pub fn register<T: Any>(&self) -> Option<&T> {
        self.registers
            .iter()
            .find_map(|register| register.downcast_ref())
    }

    /// What was given to [`Render::register`], to be changed.
    pub fn register_mut<T: Any>(&mut self) -> Option<&mut T> {
        self.registers
            .iter_mut()
            .find_map(|register| register.downcast_mut())
    }
}

impl fmt::Debug for Context<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("template", self.template)
            .field("written", &self.out.len())
            .finish_non_exhaustive()
    }
}
