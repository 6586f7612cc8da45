//! Expressions and filters.

use super::Arguments;
use super::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::filters::{self, Call, Filtering, first_of, last_of, size_of_value};
use crate::template::{Expression, Field, FilterCall, Key, Output, Path, Root, Step, Word};
use crate::value::items::Items;
use crate::value::number::{leading_int, saturate, to_integer};
use crate::value::{Data, Value, text};

impl<'a> Context<'a, '_> {
    /// The host's data that an expression leads to, if it is nothing but names
    /// in maps, as most are. No value is made on the way.
    #[inline(always)]
    pub(crate) fn data_of(&self, expression: &'a Expression) -> Option<&'a Data> {
        match expression {
            Expression::Field(field) => self.field_data(field),
            Expression::Path(path) => self.path_data(path),
            _ => None,
        }
    }

    #[inline(always)]
    fn field_data(&self, field: &'a Field) -> Option<&'a Data> {
        match self.seen(field.slot) {
            Some(Value::Map(map)) => field.key.find(map),
            _ => None,
        }
    }

    #[inline(never)]
    fn path_data(&self, path: &'a Path) -> Option<&'a Data> {
        match self.walk(path)? {
            (found, []) => Some(found),
            _ => None,
        }
    }

    /// Follows names from map to map, as far as it goes: what was found, and the
    /// steps that are left.
    #[inline(always)]
    fn walk(&self, path: &'a Path) -> Option<(&'a Data, &'a [Step])> {
        let Root::Slot(slot) = &path.root else {
            return None;
        };
        let Some(Value::Map(map)) = self.seen(*slot) else {
            return None;
        };
        let (Step::Key(first), rest) = path.steps.split_first()? else {
            return None;
        };
        let mut found = first.find(map)?;
        let mut steps = rest.iter();
        while let Some(step) = steps.as_slice().first() {
            found = match (found, step) {
                (Data::Map(map), Step::Key(key)) => key.find(map)?,
                (Data::Array(items), Step::Index(Expression::Int(at))) => {
                    items.get(usize::try_from(*at).ok()?)?
                }
                _ => break,
            };
            steps.next();
        }
        Some((found, steps.as_slice()))
    }

    /// The value of an expression.
    pub(crate) fn value_of(&mut self, expression: &'a Expression) -> Result<Value<'a>> {
        match expression {
            Expression::Text(text) => Ok(Value::Str(text)),
            Expression::Int(number) => Ok(Value::Int(*number)),
            Expression::Slot(slot) => match self.seen(*slot) {
                Some(value) => Ok(value),
                None => self.load_global(*slot),
            },
            Expression::Field(field) => {
                if let Some(Value::Map(map)) = self.seen(field.slot)
                    && let Some(found) = field.key.find_again(map)
                {
                    return Ok(Value::of(found));
                }
                self.field(field)
            }
            Expression::Path(path) => self.path(path),
            _ => self.rare_value_of(expression),
        }
    }

    #[inline(never)]
    fn rare_value_of(&mut self, expression: &'a Expression) -> Result<Value<'a>> {
        Ok(match expression {
            Expression::Nil => Value::Nil,
            Expression::Bool(truth) => Value::Bool(*truth),
            Expression::Float(number) => Value::Float(*number),
            Expression::Big(number) => Value::Big(number),
            Expression::Blank => Value::Blank,
            Expression::Empty => Value::Empty,
            Expression::Range(ends) => {
                let first = range_end(self.value_of(&ends.0)?)?;
                let last = range_end(self.value_of(&ends.1)?)?;
                Value::Range(first, last)
            }
            common => return self.value_of(common),
        })
    }

    /// Where a slot of the current template stands among the variables.
    #[inline]
    pub(crate) fn place(&self, slot: u32) -> usize {
        let slot = match self.map {
            Some(map) => map[slot as usize],
            None => slot,
        };
        self.base + slot as usize
    }

    /// The value of a variable.
    #[inline(always)]
    pub(crate) fn variable(&mut self, slot: u32) -> Result<Value<'a>> {
        match self.seen(slot) {
            Some(value) => Ok(value),
            None => self.load_global(slot),
        }
    }

    /// Asks the host for a variable, once.
    #[cold]
    fn load_global(&mut self, slot: u32) -> Result<Value<'a>> {
        let at = self.place(slot);
        let name: &'a str = &self.template.names[slot as usize];
        let found = self.host_variable(name)?;
        if found.is_none() && self.render.strict_variables {
            return Err(undefined(name));
        }
        let value = found.unwrap_or(Value::Nil);
        self.variables[at].set_global(value);
        Ok(value)
    }

    fn host_variable(&mut self, name: &'a str) -> Result<Option<Value<'a>>> {
        let mut known = None;
        let data = self.render.data.filter(|_| self.frames.len() == 1);
        for source in [data, self.render.globals].into_iter().flatten() {
            match source.get(name, self.arena)? {
                Some(Value::Nil) => known = Some(Value::Nil),
                Some(value) => return Ok(Some(value)),
                None => {}
            }
        }
        if name == "self" && known.is_none() {
            return Ok(Some(Value::Scope(self.frames.len() as u32 - 1)));
        }
        Ok(known)
    }

    /// The value of a variable by its name.
    pub(crate) fn by_name(&mut self, name: &'a str) -> Result<Value<'a>> {
        self.in_frame(self.frames.len() - 1, name)
    }

    /// The value that a frame has for a name.
    fn in_frame(&mut self, frame: usize, name: &'a str) -> Result<Value<'a>> {
        if let Some(at) = self.find_in_frame(frame, name)
            && let Some(value) = self.variables[at].seen
        {
            return Ok(value);
        }
        let data = self.render.data.filter(|_| frame == 0);
        for source in [data, self.render.globals].into_iter().flatten() {
            match source.get(name, self.arena)? {
                Some(Value::Nil) | None => {}
                Some(value) => return Ok(value),
            }
        }
        Ok(match name {
            "self" => Value::Scope(frame as u32),
            _ => Value::Nil,
        })
    }

    fn find_in_frame(&self, frame: usize, name: &str) -> Option<usize> {
        let found = self.frames.get(frame)?;
        if let Some(slot) = found.template.slot_of(name) {
            return Some(found.base + slot as usize);
        }
        let end = self
            .frames
            .get(frame + 1)
            .map_or(self.names.len(), |next| next.names_base);
        let extra = self.names[found.names_base..end]
            .iter()
            .position(|n| *n == name)?;
        Some(found.base + found.template.names.len() + extra)
    }

    /// Where a variable of the current frame stands, by its name; it is made if
    /// the frame's template does not know it.
    pub(crate) fn frame_slot(&mut self, name: &'a str) -> usize {
        let frame = self.frames.len() - 1;
        if let Some(at) = self.find_in_frame(frame, name) {
            return at;
        }
        self.names.push(name);
        self.variables.push(Default::default());
        self.variables.len() - 1
    }

    /// `variable.name`
    #[inline(never)]
    fn field(&mut self, field: &'a Field) -> Result<Value<'a>> {
        let value = self.variable(field.slot)?;
        if let Value::ForLoop(state) = value
            && let Some(found) = state.property(field.key.word)
        {
            return Ok(found);
        }
        self.key(value, &field.key)
    }

    fn key(&mut self, value: Value<'a>, key: &'a Key) -> Result<Value<'a>> {
        let found = match value {
            Value::Map(map) => match key.find(map) {
                Some(found) => Some(Value::of(found)),
                None => self.command(value, key.word)?,
            },
            _ => self.property(value, key)?,
        };
        match found {
            Some(found) => Ok(found),
            None if self.render.strict_variables => Err(undefined(&key.name)),
            None => Ok(Value::Nil),
        }
    }

    /// A variable with lookups behind it.
    #[inline(never)]
    fn path(&mut self, path: &'a Path) -> Result<Value<'a>> {
        match self.walk(path) {
            Some((found, [])) => Ok(Value::of(found)),
            Some((found, rest)) => self.follow(Value::of(found), rest),
            None => self.path_from_start(path),
        }
    }

    #[inline(never)]
    fn path_from_start(&mut self, path: &'a Path) -> Result<Value<'a>> {
        let value = match &path.root {
            Root::Slot(slot) => self.variable(*slot)?,
            Root::Named(name) => match self.value_of(name)? {
                Value::Str(name) => self.by_name(name)?,
                other => {
                    let name = text::to_text(other, self.arena)?;
                    self.by_name(name)?
                }
            },
        };
        self.follow(value, &path.steps)
    }

    /// What lookups lead to from a value.
    fn follow(&mut self, mut value: Value<'a>, steps: &'a [Step]) -> Result<Value<'a>> {
        for step in steps {
            // What nearly all steps are.
            match (value, step) {
                (Value::Map(map), Step::Key(key)) => {
                    if let Some(found) = key.find(map) {
                        value = Value::of(found);
                        continue;
                    }
                }
                (Value::Array(items), Step::Key(key)) if key.word == Word::Size => {
                    value = Value::Int(items.len() as i64);
                    continue;
                }
                _ => {}
            }
            value = match self.step(value, step)? {
                Some(found) => found,
                None if self.render.strict_variables => return Err(undefined_step(step)),
                None => return Ok(Value::Nil),
            };
        }
        Ok(value)
    }

    #[inline(never)]
    fn step(&mut self, value: Value<'a>, step: &'a Step) -> Result<Option<Value<'a>>> {
        match step {
            Step::Key(key) => self.property(value, key),
            Step::Index(index) => {
                let index = self.value_of(index)?.plain();
                self.element(value, index)
            }
        }
    }

    /// `value.name`, of anything but a map that has it.
    fn property(&mut self, value: Value<'a>, key: &'a Key) -> Result<Option<Value<'a>>> {
        match value {
            Value::ForLoop(state) => Ok(state.property(key.word)),
            Value::Object(object) => match object.get(&key.name, self.arena)? {
                None => self.command(value, key.word),
                found => Ok(found),
            },
            Value::RowLoop(state) => Ok(state.property(key.word)),
            Value::Scope(frame) => self.in_frame(frame as usize, &key.name).map(Some),
            _ => self.command(value, key.word),
        }
    }

    /// `size`, `first` and `last`, where nothing of that name is there.
    fn command(&mut self, value: Value<'a>, word: Word) -> Result<Option<Value<'a>>> {
        match (word, value) {
            (Word::Size, _) => size_of_value(value),
            (Word::First | Word::Last, Value::Nil) => Ok(None),
            (Word::First, _) => first_of(value, self.arena).map(Some),
            (Word::Last, _) => last_of(value, self.arena).map(Some),
            _ => Ok(None),
        }
    }

    /// `value[index]`
    fn element(&mut self, value: Value<'a>, index: Value<'a>) -> Result<Option<Value<'a>>> {
        match (value, index) {
            (Value::Map(map), Value::Str(name)) => Ok(map.get(name).map(Value::of)),
            (Value::Object(object), Value::Str(name)) => object.get(name, self.arena),
            (Value::Object(object), Value::Int(at)) => object.at(at, self.arena),
            (Value::ForLoop(state), Value::Str(name)) => {
                Ok(state.property(crate::compile::word(name)))
            }
            (Value::RowLoop(state), Value::Str(name)) => {
                Ok(state.property(crate::compile::word(name)))
            }
            (Value::Scope(frame), Value::Str(name)) => {
                self.in_frame(frame as usize, name).map(Some)
            }
            (list, Value::Int(at)) => Ok(Items::of(list).and_then(|items| items.at(at))),
            _ => Ok(None),
        }
    }

    /// The value of an expression with filters.
    pub(crate) fn filtered(&mut self, output: &'a Output) -> Result<Value<'a>> {
        let mut value = self.value_of(&output.value)?;
        for call in &output.filters {
            value = self.apply(call, value)?;
        }
        Ok(value)
    }

    /// Prints an expression with filters; the last one may write right into the
    /// output.
    #[inline(never)]
    pub(crate) fn print_filtered(&mut self, output: &'a Output) -> Result<()> {
        let mut value = self.value_of(&output.value)?;
        let Some((last, before)) = output.filters.split_last() else {
            return text::print(&mut self.out, value, self.arena);
        };
        for call in before {
            value = self.apply(call, value)?;
        }
        let Filtering::Standard(filter) = &last.filter else {
            let value = self.apply(last, value)?;
            return text::print(&mut self.out, value, self.arena);
        };
        let start = self.out.len();
        let written = self.with_call(last, value, |call, this| {
            call.run_into(filter, &mut this.out)
        });
        match written {
            Ok(Some(value)) => text::print(&mut self.out, value, self.arena),
            Ok(None) => Ok(()),
            Err(error) => {
                self.out.truncate(start);
                Err(error)
            }
        }
    }

    /// Prints `{{ expression }}`.
    #[inline(never)]
    pub(crate) fn print_expression(&mut self, expression: &'a Expression) -> Result<()> {
        if let Some(text) = self.text_of(expression) {
            self.out.push_str(text);
            return Ok(());
        }
        self.print_any(expression)
    }

    /// The text that an expression is, where that takes no work.
    #[inline(always)]
    pub(crate) fn text_of(&self, expression: &'a Expression) -> Option<&'a str> {
        match expression {
            Expression::Field(field) => self.field_data(field)?.as_str(),
            Expression::Slot(slot) => self.seen(*slot)?.as_str(),
            Expression::Text(text) => Some(text),
            Expression::Path(path) => self.path_data(path)?.as_str(),
            _ => None,
        }
    }

    /// The whole number that an expression is, where that takes no work.
    #[inline(always)]
    pub(crate) fn number_of(&self, expression: &'a Expression) -> Option<i64> {
        match expression {
            Expression::Int(number) => Some(*number),
            Expression::Field(field) => match self.field_data(field)? {
                Data::Int(number) => Some(*number),
                _ => None,
            },
            Expression::Slot(slot) => match self.seen(*slot)? {
                Value::Int(number) => Some(number),
                _ => None,
            },
            Expression::Path(path) => match self.path_data(path)? {
                Data::Int(number) => Some(*number),
                _ => None,
            },
            _ => None,
        }
    }

    /// What stands in a slot, if it was asked for or set.
    #[inline(always)]
    fn seen(&self, slot: u32) -> Option<Value<'a>> {
        self.variables[self.place(slot)].seen
    }

    #[inline(never)]
    fn print_any(&mut self, expression: &'a Expression) -> Result<()> {
        if let Some(number) = self.number_of(expression) {
            text::write_int(&mut self.out, number);
            return Ok(());
        }
        let value = self.value_of(expression)?;
        text::print(&mut self.out, value, self.arena)
    }

    /// Prints `{{ expression | escape }}`.
    #[inline(never)]
    pub(crate) fn escape_expression(&mut self, expression: &'a Expression) -> Result<()> {
        match self.text_of(expression) {
            Some(text) => self.escape(text),
            None => self.escape_any(expression),
        }
    }

    #[inline(never)]
    fn escape_any(&mut self, expression: &'a Expression) -> Result<()> {
        match self.value_of(expression)? {
            Value::Nil => self.spend(1),
            other => {
                let text = text::to_text(other, self.arena)?;
                self.escape(text)
            }
        }
    }

    #[inline]
    fn escape(&mut self, text: &str) -> Result<()> {
        self.spend(1 + (text.len() as u64 >> COST_BITS))?;
        filters::write_escaped(&mut self.out, text);
        Ok(())
    }

    /// What a filter makes of a value.
    #[inline]
    fn apply(&mut self, call: &'a FilterCall, value: Value<'a>) -> Result<Value<'a>> {
        if let Filtering::Arithmetic(operation) = &call.filter {
            self.spend(1 + cost(value))?;
            let operand = match call.arguments.first() {
                Some(argument) => match self.number_of(argument) {
                    Some(number) => Value::Int(number),
                    None => self.value_of(argument)?,
                },
                None => Value::Nil,
            };
            return filters::combine(value, *operation, operand, self.arena);
        }
        self.apply_any(call, value)
    }

    #[inline(never)]
    fn apply_any(&mut self, call: &'a FilterCall, value: Value<'a>) -> Result<Value<'a>> {
        match &call.filter {
            Filtering::Standard(filter) => self.with_call(call, value, |call, this| {
                call.run(filter, &mut this.scratch)
            }),
            Filtering::Custom(filter) => self.with_call(call, value, |call, _| filter.apply(call)),
            Filtering::Misfit(why) => {
                self.with_call(call, value, |_, _| Err(Error::argument(&**why)))
            }
            Filtering::Unknown(name) if self.render.strict_filters => Err(filters::undefined(name)),
            Filtering::Unknown(_) => Ok(value),
            Filtering::Arithmetic(_) => self.apply(call, value),
        }
    }

    /// Works the arguments of a filter out and calls it.
    #[inline(always)]
    fn with_call<T>(
        &mut self,
        call: &'a FilterCall,
        input: Value<'a>,
        run: impl Fn(&Call<'a, '_>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        self.spend(1 + cost(input))?;
        let (arena, clock) = (self.arena, self.render.clock);
        let call_of = |arguments| Call {
            input,
            arguments,
            named: &[],
            arena,
            clock,
        };
        match &*call.arguments {
            [] if call.named.is_empty() => run(&call_of(&[]), self),
            [argument] if call.named.is_empty() => {
                let argument = self.value_of(argument)?;
                run(&call_of(&[argument]), self)
            }
            _ => {
                let arguments = self.arguments(call)?;
                let call = Call {
                    named: &arguments.1,
                    ..call_of(&arguments.0)
                };
                run(&call, self)
            }
        }
    }

    #[inline(never)]
    fn arguments(&mut self, call: &'a FilterCall) -> Result<(Vec<Value<'a>>, Arguments<'a>)> {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            values.push(self.value_of(argument)?);
        }
        let mut named = Vec::with_capacity(call.named.len());
        for (name, argument) in &call.named {
            named.push((&**name, self.value_of(argument)?));
        }
        Ok((values, named))
    }
}

/// Texts cost one more step for every so many bytes, as a power of two.
const COST_BITS: u32 = 7;

/// What it costs to run a filter over a value, beyond one step.
#[inline]
fn cost(value: Value<'_>) -> u64 {
    match value {
        Value::Str(text) => text.len() as u64 >> COST_BITS,
        Value::Array(items) => items.len() as u64 >> 2,
        Value::List(items) => items.len() as u64 >> 2,
        Value::Range(first, last) => last.saturating_sub(first).max(0) as u64 >> 2,
        _ => 0,
    }
}

/// The end of a range: whole numbers, what a text starts with, zero for nil.
fn range_end(value: Value<'_>) -> Result<i64> {
    match value.plain() {
        Value::Nil => Ok(0),
        Value::Str(text) => Ok(saturate(&leading_int(text))),
        other => to_integer(other),
    }
}

fn undefined(name: &str) -> Error {
    Error::new(
        ErrorKind::UndefinedVariable,
        format!("undefined variable {name}"),
    )
}

fn undefined_step(step: &Step) -> Error {
    match step {
        Step::Key(key) => undefined(&key.name),
        Step::Index(_) => undefined("[]"),
    }
}
