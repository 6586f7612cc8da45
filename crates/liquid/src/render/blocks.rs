//! Pieces, one after the other.

use super::context::{Context, Interrupt};
use super::frame::CycleKey;
use crate::error::{Error, Result};
use crate::template::{Block, Branches, Case, Cycle, Group, Node, Piece};
use crate::value::{Value, compare, text};

impl<'a> Context<'a, '_> {
    /// Renders a run of pieces, up to its end or an interrupt.
    pub(crate) fn block(&mut self, block: Block) -> Result<()> {
        self.spend(u64::from(block.len) + 1)?;
        if self.nesting >= self.render.limits.nesting {
            return Err(Error::too_deep());
        }
        self.nesting += 1;
        let template = self.template;
        let start = block.start as usize;
        let pieces = &template.pieces[start..start + block.len as usize];
        let mut pieces = pieces.iter();
        while let Some(piece) = pieces.next() {
            self.out.push_str(&piece.text);
            let done = match &piece.node {
                Node::Print(expression) => self.print_expression(expression),
                Node::Escape(expression) => self.escape_expression(expression),
                Node::Output(output) => self.print_filtered(&template.outputs[*output as usize]),
                Node::If(branches) => self.branches(&template.branches[*branches as usize]),
                Node::End => break,
                node => self.rare_node(node),
            };
            if let Err(error) = done {
                self.failed(error, start + block.len as usize - pieces.len() - 1)?;
            }
            if self.interrupt != Interrupt::None {
                break;
            }
        }
        if self.nesting == 1 {
            self.flush_piece()?;
        }
        self.nesting -= 1;
        if self.out.is_full() {
            return Err(self.too_much_output());
        }
        Ok(())
    }

    /// The nodes that are not on every line of a page.
    #[inline(never)]
    fn rare_node(&mut self, node: &'a Node) -> Result<()> {
        let template = self.template;
        match node {
            Node::Assign { slot, output } => {
                let value = self.filtered(&template.outputs[*output as usize])?;
                let at = self.place(*slot);
                self.variables[at].assign(value);
                Ok(())
            }
            Node::For(found) => self.for_loop(&template.loops[*found as usize]),
            Node::Render(partial) => self.render_tag(&template.partials[*partial as usize]),
            Node::Case(case) => self.case(&template.cases[*case as usize]),
            Node::Capture { slot, body } => {
                let captured = self.captured(|this| this.block(**body))?;
                let value = self.arena.string(captured.as_str())?;
                let at = self.place(*slot);
                self.variables[at].assign(value);
                Ok(())
            }
            Node::Cycle(cycle) => self.cycle(&template.cycles[*cycle as usize]),
            Node::Increment(slot) => self.count(*slot, 0, 1),
            Node::Decrement(slot) => self.count(*slot, -1, -1),
            Node::TableRow(rows) => self.table_row(&template.rows[*rows as usize]),
            Node::Include(partial) => self.include_tag(&template.partials[*partial as usize]),
            Node::IfChanged(body) => self.if_changed(**body),
            Node::Break => {
                self.interrupt = Interrupt::Break;
                Ok(())
            }
            Node::Continue => {
                self.interrupt = Interrupt::Continue;
                Ok(())
            }
            Node::Element(element) => template.elements[*element as usize].render(self),
            Node::End | Node::Print(_) | Node::Escape(_) | Node::Output(_) | Node::If(_) => Ok(()),
        }
    }

    /// Whether a node's mistakes are not written out: it never prints anything.
    pub(super) fn is_silent(&self, piece: usize) -> bool {
        let template = self.template;
        match &template.pieces[piece].node {
            Node::Assign { .. } | Node::Capture { .. } => true,
            Node::If(branches) => template.branches[*branches as usize].blank,
            Node::Case(case) => template.cases[*case as usize].blank,
            Node::For(found) => template.loops[*found as usize].blank,
            Node::TableRow(rows) => template.rows[*rows as usize].blank,
            Node::IfChanged(body) => body.blank,
            Node::Element(element) => template.elements[*element as usize].is_blank(),
            _ => false,
        }
    }

    #[inline(never)]
    fn branches(&mut self, branches: &'a Branches) -> Result<()> {
        for branch in &branches.branches {
            if self.holds(&branch.condition)? {
                return self.branch(branch.body);
            }
        }
        Ok(())
    }

    /// A body that is often one text, or nothing.
    #[inline]
    fn branch(&mut self, body: Block) -> Result<()> {
        match body.len {
            0 => Ok(()),
            1 => match &self.template.pieces[body.start as usize] {
                Piece {
                    text,
                    node: Node::End,
                } => {
                    self.out.push_str(text);
                    self.spend(1)
                }
                _ => self.block(body),
            },
            _ => self.block(body),
        }
    }

    /// Every arm whose value is equal is rendered, and each `else` that no such
    /// arm stands before.
    fn case(&mut self, case: &'a Case) -> Result<()> {
        let mut otherwise = true;
        for arm in &case.arms {
            let taken = match &arm.value {
                None => otherwise,
                Some(expression) => {
                    let value = self.value_of(&case.value)?;
                    let wanted = self.value_of(expression)?;
                    let equal = compare::equal(value.plain(), wanted.plain());
                    otherwise &= !equal;
                    equal
                }
            };
            if taken {
                self.block(arm.body)?;
            }
            if self.interrupt != Interrupt::None {
                break;
            }
        }
        Ok(())
    }

    /// Prints a counter, moved by `before` first, and keeps it moved by `after`
    /// from where it was.
    fn count(&mut self, slot: u32, before: i64, after: i64) -> Result<()> {
        let name: &'a str = &self.template.names[slot as usize];
        let at = self.place(slot);
        let base = self.frame().counters_base;
        let counters = &mut self.counters;
        let place = counters[base..]
            .iter()
            .position(|(found, _)| *found == name);
        let place = place.map_or_else(
            || {
                counters.push((name, 0));
                counters.len() - 1
            },
            |place| base + place,
        );
        let number = counters[place].1;
        counters[place].1 = number.saturating_add(after);
        text::write_int(&mut self.out, number.saturating_add(before));
        self.variables[at].set_global(Value::Int(number.saturating_add(after)));
        Ok(())
    }

    fn cycle(&mut self, cycle: &'a Cycle) -> Result<()> {
        let key = match &cycle.group {
            Group::Named(name) => CycleKey::Named(self.value_of(name)?),
            Group::Literals(values) => CycleKey::Literals(values),
            Group::Own => CycleKey::Own(std::ptr::from_ref(cycle).cast()),
        };
        let base = self.frame().cycles_base;
        let cycles = &mut self.cycles;
        let place = cycles[base..]
            .iter()
            .position(|(found, _)| found.is_same(&key));
        let place = place.map_or_else(
            || {
                cycles.push((key, 0));
                cycles.len() - 1
            },
            |place| base + place,
        );
        let turn = cycles[place].1;
        let next = if turn + 1 >= cycle.values.len() {
            0
        } else {
            turn + 1
        };
        cycles[place].1 = next;
        match cycle.values.get(turn) {
            Some(value) => {
                let value = self.value_of(value)?;
                text::print(&mut self.out, value, self.arena)
            }
            None => Ok(()),
        }
    }

    fn if_changed(&mut self, body: Block) -> Result<()> {
        let captured = self.captured(|this| this.block(body))?;
        let frame = self.frames.len() - 1;
        let last = &mut self.frames[frame].last_change;
        if last.as_deref() != Some(captured.as_str()) {
            self.out.push_str(captured.as_str());
            *last = Some(captured.into_string());
        }
        Ok(())
    }
}
