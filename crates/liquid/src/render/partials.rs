//! `include` and `render`.

use super::context::{Context, Interrupt};
use super::frame::{Covered, Frame, Variable};
use super::loops::{Elements, ForLoop};
use crate::error::{Error, ErrorKind, Result};
use crate::template::{Partial, Template};
use crate::value::Value;
use crate::value::items::Items;

/// Partials with fewer arguments need no memory for them.
const FEW: usize = 8;

impl<'a> Context<'a, '_> {
    /// A partial, asked for once in a render.
    pub(crate) fn load(&mut self, name: &'a str) -> Result<&'a Template> {
        if let Some(template) = self.partials.get(name) {
            return Ok(template);
        }
        let template = self.arena.template(self.render.partials.load(name)?);
        self.partials.insert(name, template);
        Ok(template)
    }

    pub(crate) fn render_tag(&mut self, partial: &'a Partial) -> Result<()> {
        let Value::Str(name) = self.value_of(&partial.template)? else {
            return Err(Error::argument(
                "Argument error in tag 'render' - Illegal template name",
            ));
        };
        let template = self.load(name)?;
        let variable = match &partial.alias {
            Some(alias) => alias,
            None => last_part(name),
        };
        let bound = match &partial.bound {
            Some(bound) => self.value_of(bound)?,
            None => Value::Nil,
        };
        if partial.each && is_list(bound) {
            let elements = self.elements(bound, 0, None)?;
            self.check_length(elements)?;
            return self.render_each(template, partial, variable, elements, name);
        }
        let mut few = [("", Value::Nil); FEW];
        let count = partial.attributes.len();
        if count < FEW {
            for (place, (name, value)) in few.iter_mut().zip(&partial.attributes) {
                *place = (&**name, self.value_of(value)?);
            }
            few[count] = (variable, bound);
            return self.isolated(template, &few[..count + usize::from(!bound.is_nil())]);
        }
        let mut many = Vec::with_capacity(count + 1);
        for (name, value) in &partial.attributes {
            many.push((&**name, self.value_of(value)?));
        }
        if !bound.is_nil() {
            many.push((variable, bound));
        }
        self.isolated(template, &many)
    }

    fn render_each(
        &mut self,
        template: &'a Template,
        partial: &'a Partial,
        variable: &'a str,
        elements: Elements<'a>,
        name: &'a str,
    ) -> Result<()> {
        let state = self
            .arena
            .keep_loop(ForLoop::new(name, elements.len(), None))?;
        let mut arguments = vec![("forloop", Value::ForLoop(state))];
        for (name, value) in &partial.attributes {
            arguments.push((&**name, self.value_of(value)?));
        }
        let fixed = arguments.len();
        for at in 0..elements.len() {
            let item = self.nth(elements, at)?;
            arguments.truncate(fixed);
            if !item.is_nil() {
                arguments.push((variable, item));
            }
            self.isolated(template, &arguments)?;
            state.advance();
            self.flush_piece()?;
        }
        Ok(())
    }

    /// Renders a partial that sees nothing but global variables and its
    /// arguments.
    pub(crate) fn isolated(
        &mut self,
        template: &'a Template,
        arguments: &[(&'a str, Value<'a>)],
    ) -> Result<()> {
        let depth = self.frame().depth;
        if depth + self.scopes > self.render.limits.depth {
            return Err(Error::too_deep());
        }
        let base = self.variables.len();
        let names_base = self.names.len();
        self.variables
            .resize(base + template.names.len(), Variable::default());
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
        for (name, value) in arguments {
            let at = match template.slot_of(name) {
                Some(slot) => base + slot as usize,
                None => self.frame_slot(name),
            };
            self.variables[at].assign(*value);
        }
        let outer = (self.base, self.map, self.template, self.scopes);
        let outer_loop = self.innermost.take();
        let outer_disabled = std::mem::replace(&mut self.include_disabled, true);
        (self.base, self.map, self.template, self.scopes) = (base, None, template, 1);
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
        self.variables.truncate(base);
        self.names.truncate(names_base);
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
        let variable = match &partial.alias {
            Some(alias) => alias,
            None => last_part(name),
        };
        let bound = match &partial.bound {
            Some(bound) => self.value_of(bound)?,
            None => self.by_name(name)?,
        };
        self.push_scope()?;
        let mut outer = Vec::with_capacity(partial.attributes.len() + 1);
        for (name, value) in &partial.attributes {
            let value = self.value_of(value)?;
            self.cover(name, value, &mut outer);
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
