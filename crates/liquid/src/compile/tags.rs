//! The standard tags: which there are, and how the simple ones are read.

use super::Compiler;
use super::body::{Made, Stop};
use crate::engine::Mode;
use crate::error::{Error, Result};
use crate::host::Parse;
use crate::syntax::cursor::Cursor;
use crate::syntax::lax;
use crate::syntax::lexer::Kind;
use crate::syntax::tokens::Tokens;
use crate::syntax::trim;
use crate::template::{Cycle, Expression, Group, Node};

/// Every standard tag with one line on what it does.
pub(crate) const TAGS: &[(&str, &str)] = &[
    ("#", "a comment"),
    ("assign", "gives a variable a value"),
    ("break", "ends a loop"),
    ("capture", "gives a variable what its body prints"),
    ("case", "renders the bodies whose value is equal"),
    ("comment", "renders nothing"),
    ("continue", "ends one turn of a loop"),
    ("cycle", "prints one value after the other"),
    ("decrement", "counts a counter down and prints it"),
    ("doc", "documentation; renders nothing"),
    ("echo", "prints an expression"),
    ("for", "renders its body for each element"),
    ("if", "renders the first body whose condition holds"),
    (
        "ifchanged",
        "renders its body where it differs from the last one",
    ),
    ("include", "renders a partial that shares all variables"),
    ("increment", "prints a counter and counts it up"),
    ("liquid", "several tags, one on each line"),
    ("raw", "prints its body as it stands"),
    ("render", "renders a partial with variables of its own"),
    ("tablerow", "renders its body in the cells of a table"),
    ("unless", "renders its body where a condition does not hold"),
];

/// What a tag compiled to, and for blocks whether they are blank.
type Read = Option<(Made, Option<bool>)>;

impl Compiler {
    /// Reads a tag; none if there is no tag of that name.
    pub(crate) fn tag<'s>(&mut self, tag: Stop<'s>, tokens: &mut Tokens<'s>) -> Result<Read> {
        if let Some(custom) = self.template.engine.custom_tag(tag.name).cloned() {
            return self.custom(&*custom, tag, tokens).map(Some);
        }
        let plain = |node| Ok(Some((Made::Node(node), None)));
        let block = |(node, blank)| Ok(Some((Made::Node(node), Some(blank))));
        match tag.name {
            "assign" => plain(self.assign(tag.markup)?),
            "capture" => {
                let node = self.capture(tag.markup, tokens)?;
                Ok(Some((Made::Silent(node), None)))
            }
            "if" => block(self.branches("if", tag.markup, tokens)?),
            "unless" => block(self.branches("unless", tag.markup, tokens)?),
            "case" => block(self.case(tag.markup, tokens)?),
            "for" => block(self.for_loop(tag.markup, tokens)?),
            "tablerow" => block(self.table_row(tag.markup, tokens)?),
            "ifchanged" => {
                let body = self.simple_block("ifchanged", tokens)?;
                let blank = body.blank;
                let body = self.finish(body);
                block((Node::IfChanged(Box::new(body)), blank))
            }
            "render" => plain(self.render_tag(tag.markup)?),
            "include" => plain(self.include_tag(tag.markup)?),
            "echo" => plain(self.echo(tag.markup)?),
            "cycle" => plain(self.cycle(tag.markup)?),
            "increment" => {
                let slot = self.counter(tag.markup)?;
                plain(Node::Increment(slot))
            }
            "decrement" => {
                let slot = self.counter(tag.markup)?;
                plain(Node::Decrement(slot))
            }
            "break" => plain(Node::Break),
            "continue" => plain(Node::Continue),
            "comment" => {
                self.comment(tokens)?;
                Ok(Some((Made::Nothing, None)))
            }
            "doc" => {
                let blank = self.doc(tag.markup, tokens)?;
                Ok(Some((Made::Nothing, Some(blank))))
            }
            "raw" => Ok(Some((Made::Raw(self.raw(tag.markup, tokens)?), None))),
            "#" => {
                inline_comment(tag.markup)?;
                Ok(Some((Made::Nothing, None)))
            }
            _ => Ok(None),
        }
    }

    fn assign(&mut self, markup: &str) -> Result<Node> {
        let mut from = 0;
        while let Some((start, end)) = lax::find_signature(&markup[from..]) {
            let (start, end) = (from + start, from + end);
            let equals = lax::skip_spaces(markup, end);
            if markup[equals..].starts_with('=') {
                let name = &markup[start..end];
                if self.mode == Mode::Strict2 {
                    self.told(format!("in \"{}\"", trim(markup)), |_| a_name(name))?;
                }
                let slot = self.slot(name);
                let value = lax::skip_spaces(markup, equals + 1);
                let output = self.output(&markup[value..])?;
                return Ok(Node::Assign { slot, output });
            }
            from = end;
        }
        Err(Error::syntax(
            "Syntax Error in 'assign' - Valid syntax: assign [var] = [source]",
        ))
    }

    fn capture(&mut self, markup: &str, tokens: &mut Tokens<'_>) -> Result<Node> {
        let slot = self.by_mode(
            markup,
            |this, markup| this.only_name(markup),
            |this, markup| this.signature(markup),
            |this, markup| this.signature(markup),
        )?;
        let body = self.simple_block("capture", tokens)?;
        let body = Box::new(self.finish(body));
        Ok(Node::Capture { slot, body })
    }

    fn only_name(&mut self, markup: &str) -> Result<u32> {
        let mut cursor = Cursor::new(markup)?;
        let name = cursor.consume(Kind::Id)?;
        cursor.end()?;
        Ok(self.slot(name))
    }

    fn signature(&mut self, markup: &str) -> Result<u32> {
        match lax::find_signature(markup) {
            Some((start, end)) => Ok(self.slot(&markup[start..end])),
            None => Err(Error::syntax(
                "Syntax Error in 'capture' - Valid syntax: capture [var]",
            )),
        }
    }

    fn counter(&mut self, markup: &str) -> Result<u32> {
        let whole = |this: &mut Self, markup: &str| Ok(this.slot(trim(markup)));
        self.by_mode(markup, |this, markup| this.only_name(markup), whole, whole)
    }

    fn cycle(&mut self, markup: &str) -> Result<Node> {
        let lax = |this: &mut Self, markup: &str| this.lax_cycle(markup);
        let cycle = self.by_mode(markup, |this, markup| this.strict_cycle(markup), lax, lax)?;
        self.template.cycles.push(cycle);
        Ok(Node::Cycle(self.template.cycles.len() as u32 - 1))
    }

    fn strict_cycle(&mut self, markup: &str) -> Result<Cycle> {
        let mut cursor = Cursor::new(markup)?;
        if cursor.look(Kind::End) {
            return Err(cycle_error());
        }
        let first = self.expression(&mut cursor)?;
        let (name, first) = if cursor.accept(Kind::Colon).is_some() {
            (Some(first), self.expression(&mut cursor)?)
        } else {
            (None, first)
        };
        let mut values = vec![first];
        while cursor.accept(Kind::Comma).is_some() && !cursor.look(Kind::End) {
            values.push(self.expression(&mut cursor)?);
        }
        cursor.end()?;
        Ok(cycle_of(name, values))
    }

    fn lax_cycle(&mut self, markup: &str) -> Result<Cycle> {
        let first_end = lax::fragment_at(markup, 0).ok_or_else(cycle_error)?;
        let (name, values) = match lax_group(markup, first_end) {
            Some((name, values)) => (Some(self.lax_value(name)?), values),
            None => (None, markup),
        };
        let mut found = Vec::new();
        for part in values.split(',') {
            if let Some((start, end)) = lax::find_fragment(part, 0) {
                found.push(self.lax_value(&part[start..end])?);
            }
        }
        Ok(cycle_of(name, found))
    }

    pub(crate) fn lax_value(&mut self, markup: &str) -> Result<Expression> {
        self.lax_expression(markup, super::expressions::Place::Value)
    }

    fn custom<'s>(
        &mut self,
        tag: &dyn crate::host::Tag,
        stop: Stop<'s>,
        tokens: &mut Tokens<'s>,
    ) -> Result<(Made, Option<bool>)> {
        let mut parse = Parse::new(self, stop, tokens);
        let element = tag.parse(&mut parse)?;
        let blank = element.is_blank();
        self.template.elements.push(element);
        let node = Node::Element(self.template.elements.len() as u32 - 1);
        Ok((Made::Node(node), Some(blank)))
    }
}

/// Demands that a text is a name and nothing else.
fn a_name(text: &str) -> Result<()> {
    let mut cursor = Cursor::new(text)?;
    cursor.consume(Kind::Id)?;
    cursor.end()
}

/// `name : values`; the name gives back a colon that it took in.
fn lax_group(markup: &str, first_end: usize) -> Option<(&str, &str)> {
    let at = lax::skip_spaces(markup, first_end);
    if markup[at..].starts_with(':') {
        return Some((&markup[..first_end], &markup[at + 1..]));
    }
    let quoted = markup.starts_with(['"', '\'']);
    let colon = markup[..first_end]
        .rfind(':')
        .filter(|colon| *colon > 0 && !quoted)?;
    Some((&markup[..colon], &markup[colon + 1..]))
}

fn cycle_error() -> Error {
    Error::syntax("Syntax Error in 'cycle' - Valid syntax: cycle [name :] var [, var2, var3 ...]")
}

fn cycle_of(name: Option<Expression>, values: Vec<Expression>) -> Cycle {
    let group = match name {
        Some(name) => Group::Named(name),
        None if values.iter().any(Expression::is_variable) => Group::Own,
        None => Group::Literals(format!("{values:?}").into()),
    };
    Cycle {
        group,
        values: values.into(),
    }
}

fn inline_comment(markup: &str) -> Result<()> {
    let mut lines = markup.split('\n');
    lines.next();
    for line in lines {
        let line = trim(line);
        if !line.is_empty() && !line.starts_with('#') {
            return Err(Error::syntax(
                "Syntax error in tag '#' - Each line of comments must be prefixed by the '#' character",
            ));
        }
    }
    Ok(())
}
