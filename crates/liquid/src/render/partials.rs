//! `include` and `render`.

use super::Arguments;
use super::context::{Context, Interrupt};
use super::frame::{Covered, Frame, Variable};
use super::loops::{Elements, ForLoop};
use crate::error::{Error, ErrorKind, Result};
use crate::template::{Partial, Template};
use crate::value::Value;
use crate::value::items::Items;

/// So many partials of a render are found without hashing their names.
const FIRST: usize = 8;

/// A partial that is about to be rendered, and where its variables start.
#[derive(Clone, Copy)]
struct Entry<'a> {
    template: &'a Template,
    base: usize,
}

impl Partial {
    /// The name of the variable for `with` and `for`.
    fn variable<'a>(&'a self, name: &'a str) -> &'a str {
        match &self.alias {
            Some(alias) => alias,
            None => last_part(name),
        }
    }
}

impl<'a> Context<'a, '_> {
    /// A partial, asked for once in a render.
    pub(crate) fn load(&mut self, name: &'a str) -> Result<&'a Template> {
        // Most often it is the same tag that asks again, with the same text.
        let mut first = self.first_partials.iter();
        if let Some((_, template)) = first.find(|(found, _)| std::ptr::eq(*found, name)) {
            return Ok(template);
        }
        let template = match self.partials.get(name) {
            Some(template) => template,
            None => {
                let template = self.arena.template(self.render.partials.load(name)?);
                self.partials.insert(name, template);
                template
            }
        };
        if self.first_partials.len() < FIRST {
            self.first_partials.push((name, template));
        }
        Ok(template)
    }

    pub(crate) fn render_tag(&mut self, partial: &'a Partial) -> Result<()> {
        let Value::Str(name) = self.value_of(&partial.template)? else {
            return Err(Error::argument(
                "Argument error in tag 'render' - Illegal template name",
            ));
        };
        let template = self.load(name)?;
        let bound = match &partial.bound {
            Some(bound) => self.value_of(bound)?,
            None => Value::Nil,
        };
        if partial.each && is_list(bound) {
            let elements = self.elements(bound, 0, None)?;
            self.check_length(elements)?;
            return self.render_each(template, partial, elements, name);
        }
        let entry = self.entry(template);
        let passed = self.pass(partial, entry).map(|mut unknown| {
            if !bound.is_nil() {
                self.pass_one(entry, partial.variable(name), bound, &mut unknown);
            }
            unknown
        });
        self.enter(entry, passed)
    }

    fn render_each(
        &mut self,
        template: &'a Template,
        partial: &'a Partial,
        elements: Elements<'a>,
        name: &'a str,
    ) -> Result<()> {
        let state = self
            .arena
            .keep_loop(ForLoop::new(name, elements.len(), None))?;
        let variable = partial.variable(name);
        for at in 0..elements.len() {
            let item = self.nth(elements, at)?;
            let entry = self.entry(template);
            let passed = self.pass(partial, entry).map(|mut unknown| {
                self.pass_one(entry, "forloop", Value::ForLoop(state), &mut unknown);
                if !item.is_nil() {
                    self.pass_one(entry, variable, item, &mut unknown);
                }
                unknown
            });
            self.enter(entry, passed)?;
            state.advance();
            self.flush_piece()?;
        }
        Ok(())
    }

    /// Makes room for the variables of a partial.
    fn entry(&mut self, template: &'a Template) -> Entry<'a> {
        let base = self.variables.len();
        let end = base + template.names.len();
        self.variables.resize(end, Variable::default());
        Entry { template, base }
    }

    /// Gives a partial the attributes of its tag; those are returned whose names
    /// do not occur in it.
    fn pass(&mut self, partial: &'a Partial, entry: Entry<'a>) -> Result<Arguments<'a>> {
        let mut unknown = Vec::new();
        for attribute in &partial.attributes {
            let value = self.value_of(&attribute.value)?;
            match attribute.slot_in(entry.template) {
                Some(slot) => self.variables[entry.base + slot as usize].assign(value),
                None => unknown.push((&*attribute.name, value)),
            }
        }
        Ok(unknown)
    }

    fn pass_one(
        &mut self,
        entry: Entry<'a>,
        name: &'a str,
        value: Value<'a>,
        unknown: &mut Arguments<'a>,
    ) {
        match entry.template.slot_of(name) {
            Some(slot) => self.variables[entry.base + slot as usize].assign(value),
            None => unknown.push((name, value)),
        }
    }

    /// Renders a partial that sees nothing but global variables and its
    /// arguments.
    pub(crate) fn isolated(
        &mut self,
        template: &'a Template,
        arguments: &[(&'a str, Value<'a>)],
    ) -> Result<()> {
        let entry = self.entry(template);
        let mut unknown = Vec::new();
        for (name, value) in arguments {
            self.pass_one(entry, name, *value, &mut unknown);
        }
        self.enter(entry, Ok(unknown))
    }

    /// Renders a partial in a frame of its own, once its arguments are passed.
    fn enter(&mut self, entry: Entry<'a>, passed: Result<Arguments<'a>>) -> Result<()> {
        let Entry { template, base } = entry;
        let names_base = self.names.len();
        let result = passed.and_then(|unknown| {
            let depth = self.frame().depth;
            if depth + self.scopes > self.render.limits.depth {
                return Err(Error::too_deep());
            }
            self.frames.push(Frame {
                base,
                template,
                names_base,
                depth: depth + 1,
                cycles_base: self.cycles.len(),
                counters_base: self.counters.len(),
                offsets_base: self.offsets.len(),
                last_change: None,
            });
            for (name, value) in unknown {
                let at = self.frame_slot(name);
                self.variables[at].assign(value);
            }
            self.framed(entry)
        });
        self.variables.truncate(base);
        self.names.truncate(names_base);
        result
    }

    fn framed(&mut self, entry: Entry<'a>) -> Result<()> {
        let template = entry.template;
        let outer = (self.base, self.map, self.template, self.scopes);
        let outer_loop = self.innermost.take();
        let outer_disabled = std::mem::replace(&mut self.include_disabled, true);
        (self.base, self.map, self.template, self.scopes) = (entry.base, None, template, 1);
        let result = self.block(template.root);
        (self.base, self.map, self.template, self.scopes) = outer;
        self.innermost = outer_loop;
        self.include_disabled = outer_disabled;
        self.interrupt = Interrupt::None;
        if let Some(frame) = self.frames.pop() {
            self.cycles.truncate(frame.cycles_base);
            self.counters.truncate(frame.counters_base);
            self.offsets.truncate(frame.offsets_base);
        }
        result
    }

    pub(crate) fn include_tag(&mut self, partial: &'a Partial) -> Result<()> {
        if self.include_disabled {
            return Err(Error::new(
                ErrorKind::Disabled,
                "include usage is not allowed in this context",
            ));
        }
        let Value::Str(name) = self.value_of(&partial.template)? else {
            return Err(Error::argument(
                "Argument error in tag 'include' - Illegal template name",
            ));
        };
        let template = self.load(name)?;
        let variable = partial.variable(name);
        let bound = match &partial.bound {
            Some(bound) => self.value_of(bound)?,
            None => self.by_name(name)?,
        };
        self.push_scope()?;
        let mut outer = Vec::with_capacity(partial.attributes.len() + 1);
        for attribute in &partial.attributes {
            let value = self.value_of(&attribute.value)?;
            self.cover(&attribute.name, value, &mut outer);
        }
        let result = match Items::of(bound) {
            Some(items) => items.into_iter().try_for_each(|item| {
                self.cover(variable, item, &mut outer);
                self.shared(template)
            }),
            None => {
                self.cover(variable, bound, &mut outer);
                self.shared(template)
            }
        };
        for (at, covered) in outer.into_iter().rev() {
            self.variables[at].uncover(covered);
        }
        self.scopes -= 1;
        result
    }

    fn cover(&mut self, name: &'a str, value: Value<'a>, outer: &mut Vec<(usize, Covered<'a>)>) {
        let at = self.frame_slot(name);
        if outer.iter().any(|(found, _)| *found == at) {
            self.variables[at].cover_again(value);
        } else {
            outer.push((at, self.variables[at].cover(value)));
        }
    }

    /// Renders a partial that shares the variables of the current frame.
    fn shared(&mut self, template: &'a Template) -> Result<()> {
        let mut map = Vec::with_capacity(template.names.len());
        for name in &template.names {
            map.push((self.frame_slot(name) - self.base) as u32);
        }
        let map = self.arena.keep_slice(&map)?;
        let outer = (self.map, self.template);
        (self.map, self.template) = (Some(map), template);
        let result = self.block(template.root);
        (self.map, self.template) = outer;
        result
    }
}

fn is_list(value: Value<'_>) -> bool {
    match value {
        Value::Array(_) | Value::List(_) | Value::Map(_) | Value::Range(..) => true,
        Value::Object(object) => matches!(object.size(), Ok(Some(_))),
        _ => false,
    }
}

fn last_part(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    name.rsplit('/').next().unwrap_or(name)
}
