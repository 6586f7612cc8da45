//! `for` and `tablerow`.

use std::cell::Cell;

use super::context::{Context, Interrupt};
use crate::error::{Error, Result};
use crate::template::{Loop, Offset, Rows, Word};
use crate::value::items::Items;
use crate::value::number::{to_integer, to_leading_integer};
use crate::value::{Map, Value, text};

/// The `forloop` of a loop.
#[derive(Debug)]
pub struct ForLoop<'a> {
    name: &'a str,
    length: usize,
    index: Cell<usize>,
    parent: Option<&'a ForLoop<'a>>,
}

impl<'a> ForLoop<'a> {
    pub(crate) fn new(name: &'a str, length: usize, parent: Option<&'a ForLoop<'a>>) -> Self {
        ForLoop {
            name,
            length,
            index: Cell::new(0),
            parent,
        }
    }

    pub(crate) fn advance(&self) {
        self.index.set(self.index.get() + 1);
    }

    pub(crate) fn property(&self, word: Word) -> Option<Value<'a>> {
        let index = self.index.get() as i64;
        let length = self.length as i64;
        Some(match word {
            Word::Index => Value::Int(index + 1),
            Word::Index0 => Value::Int(index),
            Word::Rindex => Value::Int(length - index),
            Word::Rindex0 => Value::Int(length - index - 1),
            Word::First => Value::Bool(index == 0),
            Word::Last => Value::Bool(index == length - 1),
            Word::Length => Value::Int(length),
            Word::Name => Value::Str(self.name),
            Word::ParentLoop => self.parent.map_or(Value::Nil, Value::ForLoop),
            _ => return None,
        })
    }
}

/// The `tablerowloop` of a table.
#[derive(Debug)]
pub struct RowLoop {
    length: usize,
    cols: i64,
    index: Cell<usize>,
    row: Cell<i64>,
    col: Cell<i64>,
}

impl RowLoop {
    fn advance(&self) {
        self.index.set(self.index.get() + 1);
        if self.col.get() == self.cols {
            self.col.set(1);
            self.row.set(self.row.get() + 1);
        } else {
            self.col.set(self.col.get() + 1);
        }
    }

    fn is_last(&self) -> bool {
        self.index.get() + 1 == self.length
    }

    pub(crate) fn property<'a>(&self, word: Word) -> Option<Value<'a>> {
        let index = self.index.get() as i64;
        let length = self.length as i64;
        let (row, col) = (self.row.get(), self.col.get());
        Some(match word {
            Word::Index => Value::Int(index + 1),
            Word::Index0 => Value::Int(index),
            Word::Rindex => Value::Int(length - index),
            Word::Rindex0 => Value::Int(length - index - 1),
            Word::First => Value::Bool(index == 0),
            Word::Last => Value::Bool(self.is_last()),
            Word::Length => Value::Int(length),
            Word::Row => Value::Int(row),
            Word::Col => Value::Int(col),
            Word::Col0 => Value::Int(col - 1),
            Word::ColFirst => Value::Bool(col == 1),
            Word::ColLast => Value::Bool(col == self.cols),
            _ => return None,
        })
    }
}

/// What a loop runs over.
#[derive(Clone, Copy)]
pub(crate) enum Elements<'a> {
    Items(Items<'a>),
    /// The first number and how many there are.
    Numbers(i64, usize),
    /// Names with values, from the first on.
    Pairs(&'a Map, usize, usize),
    One(Value<'a>),
}

impl<'a> Elements<'a> {
    const NONE: Elements<'static> = Elements::Numbers(0, 0);

    pub(crate) fn len(self) -> usize {
        match self {
            Elements::Items(items) => items.len(),
            Elements::Numbers(_, len) | Elements::Pairs(_, _, len) => len,
            Elements::One(_) => 1,
        }
    }

    fn part(self, from: usize, len: usize) -> Self {
        let from = from.min(self.len());
        let len = len.min(self.len() - from);
        match self {
            Elements::Items(items) => Elements::Items(items.part(from, len)),
            Elements::Numbers(first, _) => {
                Elements::Numbers(first.saturating_add(from as i64), len)
            }
            Elements::Pairs(map, start, _) => Elements::Pairs(map, start + from, len),
            Elements::One(value) => Elements::One(value),
        }
    }
}

impl<'a> Context<'a, '_> {
    /// What a loop over a value runs over, between two places.
    pub(crate) fn elements(
        &mut self,
        value: Value<'a>,
        from: i64,
        to: Option<i64>,
    ) -> Result<Elements<'a>> {
        let start = usize::try_from(from).unwrap_or(0);
        let len = match to {
            Some(to) => usize::try_from(to).unwrap_or(0).saturating_sub(start),
            None => usize::MAX,
        };
        let all = match value {
            Value::Str("") => Elements::NONE,
            Value::Str(_) => return Ok(Elements::One(value)),
            Value::Range(first, last) => {
                let len = last.checked_sub(first).and_then(|len| len.checked_add(1));
                Elements::Numbers(first, len.map_or(usize::MAX, |len| len.max(0) as usize))
            }
            Value::Map(map) => Elements::Pairs(map, 0, map.len()),
            Value::Object(object) => {
                let len = len.min(self.render.limits.loop_length.saturating_add(1));
                return Ok(match object.window(start, len, self.arena)? {
                    Some(list) => Items::of(list).map_or(Elements::NONE, Elements::Items),
                    None => Elements::NONE,
                });
            }
            _ => Items::of(value).map_or(Elements::NONE, Elements::Items),
        };
        Ok(all.part(start, len))
    }

    pub(crate) fn check_length(&self, elements: Elements<'a>) -> Result<()> {
        let limit = self.render.limits.loop_length;
        if elements.len() > limit {
            return Err(Error::limit(format!(
                "Loop limits exceeded: a loop may run over {limit} elements"
            )));
        }
        Ok(())
    }

    /// One element; a pair becomes a list of two.
    pub(crate) fn nth(&mut self, elements: Elements<'a>, at: usize) -> Result<Value<'a>> {
        Ok(match elements {
            Elements::Items(items) => items.get(at).unwrap_or(Value::Nil),
            Elements::Numbers(first, _) => Value::Int(first + at as i64),
            Elements::Pairs(map, start, _) => match map.entry(start + at) {
                Some((name, value)) => self.arena.list(&[Value::Str(name), Value::of(value)])?,
                None => Value::Nil,
            },
            Elements::One(value) => value,
        })
    }

    pub(crate) fn push_scope(&mut self) -> Result<()> {
        let depth = self.frame().depth;
        if depth + self.scopes + 1 > self.render.limits.depth {
            return Err(Error::too_deep());
        }
        self.scopes += 1;
        Ok(())
    }

    pub(crate) fn for_loop(&mut self, found: &'a Loop) -> Result<()> {
        let from = match &found.offset {
            Offset::Start => 0,
            Offset::Continue => self.loop_offset(&found.name),
            Offset::At(expression) => match self.value_of(expression)? {
                Value::Nil => 0,
                offset => to_integer(offset)?,
            },
        };
        let collection = self.value_of(&found.collection)?;
        let to = match self.value_of(&found.limit)? {
            Value::Nil => None,
            limit => Some(to_integer(limit)?.saturating_add(from)),
        };
        let elements = self.elements(collection, from, to)?;
        if self.frame().template.continues {
            self.set_loop_offset(&found.name, from.saturating_add(elements.len() as i64));
        }
        if elements.len() == 0 {
            return match found.otherwise {
                Some(body) => self.block(body),
                None => Ok(()),
            };
        }
        self.check_length(elements)?;
        self.push_scope()?;
        let result = self.turns(found, elements);
        self.scopes -= 1;
        result
    }

    fn turns(&mut self, found: &'a Loop, elements: Elements<'a>) -> Result<()> {
        let length = elements.len();
        let state = ForLoop::new(&found.name, length, self.innermost);
        let state = self.arena.keep_loop(state)?;
        let outer_loop = self.innermost.replace(state);
        let (loop_at, item_at) = (self.place(found.forloop_slot), self.place(found.slot));
        let outer_forloop = self.variables[loop_at].cover(Value::ForLoop(state));
        let outer_item = self.variables[item_at].cover(Value::Nil);
        for turn in 0..length {
            let at = if found.reversed {
                length - 1 - turn
            } else {
                turn
            };
            let item = match elements {
                Elements::Items(Items::Data(items)) => Value::of(&items[at]),
                _ => self.nth(elements, at)?,
            };
            self.variables[item_at].cover_again(item);
            self.block(found.body)?;
            state.advance();
            self.flush_piece()?;
            if self.interrupt != Interrupt::None {
                let interrupt = std::mem::replace(&mut self.interrupt, Interrupt::None);
                if interrupt == Interrupt::Break {
                    break;
                }
            }
        }
        self.variables[item_at].uncover(outer_item);
        self.variables[loop_at].uncover(outer_forloop);
        self.innermost = outer_loop;
        Ok(())
    }

    fn loop_offset(&self, name: &str) -> i64 {
        let mut offsets = self.offsets[self.frame().offsets_base..].iter();
        let found = offsets.find(|(found, _)| *found == name);
        found.map_or(0, |(_, offset)| *offset)
    }

    fn set_loop_offset(&mut self, name: &'a str, offset: i64) {
        let base = self.frame().offsets_base;
        let mut offsets = self.offsets[base..].iter_mut();
        match offsets.find(|(found, _)| *found == name) {
            Some((_, found)) => *found = offset,
            None => self.offsets.push((name, offset)),
        }
    }

    pub(crate) fn table_row(&mut self, rows: &'a Rows) -> Result<()> {
        let collection = self.value_of(&rows.collection)?;
        if !collection.is_truthy() {
            return Ok(());
        }
        let from = match &rows.offset {
            Some(offset) => to_leading_integer(self.value_of(offset)?)?,
            None => 0,
        };
        let to = match &rows.limit {
            Some(limit) => {
                let limit = to_leading_integer(self.value_of(limit)?)?;
                Some(limit.saturating_add(from))
            }
            None => None,
        };
        let elements = self.elements(collection, from, to)?;
        self.check_length(elements)?;
        let cols = match &rows.cols {
            Some(cols) => to_leading_integer(self.value_of(cols)?)?,
            None => elements.len() as i64,
        };
        self.out.push_str("<tr class=\"row1\">\n");
        self.push_scope()?;
        let result = self.cells(rows, elements, cols);
        self.scopes -= 1;
        result
    }

    fn cells(&mut self, rows: &'a Rows, elements: Elements<'a>, cols: i64) -> Result<()> {
        let state = self.arena.keep_loop(RowLoop {
            length: elements.len(),
            cols,
            index: Cell::new(0),
            row: Cell::new(1),
            col: Cell::new(1),
        })?;
        let (loop_at, item_at) = (self.place(rows.loop_slot), self.place(rows.slot));
        let outer_loop = self.variables[loop_at].cover(Value::RowLoop(state));
        let outer_item = self.variables[item_at].cover(Value::Nil);
        for at in 0..elements.len() {
            let item = self.nth(elements, at)?;
            self.variables[item_at].cover_again(item);
            self.out.push_str("<td class=\"col");
            text::write_int(&mut self.out, state.col.get());
            self.out.push_str("\">");
            self.block(rows.body)?;
            self.out.push_str("</td>");
            if std::mem::replace(&mut self.interrupt, Interrupt::None) == Interrupt::Break {
                break;
            }
            if state.col.get() == state.cols && !state.is_last() {
                self.out.push_str("</tr>\n<tr class=\"row");
                text::write_int(&mut self.out, state.row.get() + 1);
                self.out.push_str("\">");
            }
            state.advance();
        }
        self.variables[item_at].uncover(outer_item);
        self.variables[loop_at].uncover(outer_loop);
        self.out.push_str("</tr>\n");
        Ok(())
    }
}
