//! The body of a block: texts, outputs and tags up to the tag that ends it.

use super::Compiler;
use crate::error::{Error, Result};
use crate::syntax::tokens::{TagToken, Tokens, parse_line, parse_tag};
use crate::syntax::{is_blank, trim_end, trim_start};
use crate::template::{Block, Expression, Node, Piece};

/// The body of a block while it is read.
pub(crate) struct Body {
    parts: Vec<(Part, u32)>,
    pub(crate) blank: bool,
}

enum Part {
    Text(String),
    /// Text that whitespace control leaves alone.
    Raw(String),
    /// A comment: nothing to render, but it stands between its neighbours.
    Nothing,
    Node(Node),
}

/// The tag at which a body ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop<'s> {
    pub(crate) name: &'s str,
    pub(crate) markup: &'s str,
}

/// What a tag compiles to.
pub(crate) enum Made {
    Node(Node),
    /// A node that leaves no trace in the output.
    Silent(Node),
    Raw(String),
    Nothing,
}

impl Body {
    pub(crate) fn new() -> Self {
        Body {
            parts: Vec::new(),
            blank: true,
        }
    }

    /// Takes the spaces away that would be all that a blank body prints.
    pub(crate) fn without_texts(mut self) -> Self {
        self.parts
            .retain(|(part, _)| !matches!(part, Part::Text(_)));
        self
    }

    fn push(&mut self, made: Made, line: u32) {
        let (part, blank) = match made {
            Made::Node(node) => {
                let blank = node_is_blank(&node);
                (Part::Node(node), blank)
            }
            Made::Silent(node) => (Part::Node(node), true),
            Made::Raw(text) => {
                let blank = text.is_empty();
                (Part::Raw(text), blank)
            }
            Made::Nothing => (Part::Nothing, true),
        };
        self.blank &= blank;
        self.parts.push((part, line));
    }
}

fn node_is_blank(node: &Node) -> bool {
    matches!(node, Node::Assign { .. } | Node::Capture { .. })
}

impl Compiler {
    /// Reads up to a tag that is not known here, which ends the body.
    pub(crate) fn read<'s>(
        &mut self,
        tokens: &mut Tokens<'s>,
        body: &mut Body,
    ) -> Result<Option<Stop<'s>>> {
        self.line = tokens.line();
        if tokens.by_line() {
            return self.read_lines(tokens, body);
        }
        while let Some(token) = tokens.next() {
            if token.starts_with("{%") {
                self.control_whitespace(token, body);
                let Some(tag) = parse_tag(token) else {
                    return Err(unterminated("Tag", token, "%\\}"));
                };
                self.line += tag.breaks;
                if self.is_liquid(tag.name) {
                    // What follows at once is told with the line that was counted
                    // in here, as by the reference.
                    self.liquid(tag.markup, self.line, body)?;
                    continue;
                }
                if let Some(stop) = self.read_tag(tag, tokens, body)? {
                    return Ok(Some(stop));
                }
            } else if token.starts_with("{{") {
                self.control_whitespace(token, body);
                let markup = output_markup(token)?;
                let made = self.output_node(markup)?;
                body.push(Made::Node(made), self.line);
            } else {
                let text = if self.trim { trim_start(token) } else { token };
                self.trim = false;
                body.blank &= is_blank(text);
                body.parts.push((Part::Text(text.to_owned()), self.line));
            }
            self.line = tokens.line();
        }
        Ok(None)
    }

    fn read_lines<'s>(
        &mut self,
        tokens: &mut Tokens<'s>,
        body: &mut Body,
    ) -> Result<Option<Stop<'s>>> {
        while let Some(line) = tokens.next() {
            if !is_blank(line) {
                let Some(tag) = parse_line(line) else {
                    return Ok(Some(Stop {
                        name: line,
                        markup: line,
                    }));
                };
                if self.is_liquid(tag.name) {
                    self.liquid(tag.markup, self.line.saturating_sub(1), body)?;
                    continue;
                }
                if let Some(stop) = self.read_tag(tag, tokens, body)? {
                    return Ok(Some(stop));
                }
            }
            self.line = tokens.line();
        }
        Ok(None)
    }

    fn is_liquid(&self, name: &str) -> bool {
        name == "liquid" && self.template.engine.custom_tag(name).is_none()
    }

    /// The lines of a `liquid` tag.
    fn liquid(&mut self, markup: &str, line: u32, body: &mut Body) -> Result<()> {
        self.line = line;
        let mut lines = Tokens::of_liquid_tag(markup.trim_end_matches('\n'), line);
        match self.deeper(|this| this.read_lines(&mut lines, body))? {
            Some(stop) => Err(not_expected(stop.name, "liquid", "%}")),
            None => Ok(()),
        }
    }

    fn read_tag<'s>(
        &mut self,
        tag: TagToken<'s>,
        tokens: &mut Tokens<'s>,
        body: &mut Body,
    ) -> Result<Option<Stop<'s>>> {
        let stop = Stop {
            name: tag.name,
            markup: tag.markup,
        };
        let line = self.line;
        match self.tag(stop, tokens)? {
            Some((made, blank)) => {
                let blank_before = body.blank;
                body.push(made, line);
                if let Some(blank) = blank {
                    body.blank = blank_before && blank;
                }
                Ok(None)
            }
            None => Ok(Some(stop)),
        }
    }

    /// Reads the body of a block, one level deeper, up to a tag that is not
    /// known inside of it.
    ///
    /// # Errors
    /// The template ends before the block does.
    pub(crate) fn block<'s>(
        &mut self,
        name: &str,
        tokens: &mut Tokens<'s>,
    ) -> Result<(Body, Stop<'s>)> {
        let mut body = Body::new();
        let stop = self.deeper(|this| this.read(tokens, &mut body))?;
        let stop = stop.ok_or_else(|| never_closed(name))?;
        Ok((body, stop))
    }

    /// Reads a block without branches.
    pub(crate) fn simple_block(&mut self, name: &str, tokens: &mut Tokens<'_>) -> Result<Body> {
        let (body, stop) = self.block(name, tokens)?;
        if stop.name.strip_prefix("end") == Some(name) {
            return Ok(body);
        }
        Err(not_expected(stop.name, name, &format!("end{name}")))
    }

    /// Puts a body's pieces into the template's list; texts that touch become
    /// one.
    pub(crate) fn finish(&mut self, body: Body) -> Block {
        let start = self.template.pieces.len() as u32;
        let blank = body.blank;
        let mut text = String::new();
        let mut last_line = 0;
        for (part, line) in body.parts {
            last_line = line;
            match part {
                Part::Text(more) | Part::Raw(more) if text.is_empty() => text = more,
                Part::Text(more) | Part::Raw(more) => text.push_str(&more),
                Part::Nothing => {}
                Part::Node(node) => self.piece(std::mem::take(&mut text), node, line),
            }
        }
        if !text.is_empty() {
            self.piece(text, Node::End, last_line);
        }
        let len = self.template.pieces.len() as u32 - start;
        Block { start, len, blank }
    }

    fn piece(&mut self, text: String, node: Node, line: u32) {
        let text = text.into();
        self.template.pieces.push(Piece { text, node });
        self.template.lines.push(line);
    }

    fn control_whitespace(&mut self, token: &str, body: &mut Body) {
        let bytes = token.as_bytes();
        if bytes.get(2) == Some(&b'-')
            && let Some((Part::Text(text), _)) = body.parts.last_mut()
        {
            text.truncate(trim_end(text).len());
        }
        self.trim = bytes.len() >= 3 && bytes[bytes.len() - 3] == b'-';
    }

    pub(crate) fn set_trim(&mut self, token: &str) {
        let bytes = token.as_bytes();
        self.trim = bytes.len() >= 3 && bytes[bytes.len() - 3] == b'-';
    }

    fn output_node(&mut self, markup: &str) -> Result<Node> {
        let output = self.variable(markup)?;
        if output.filters.is_empty() {
            return Ok(Node::Print(output.value));
        }
        if let [call] = &*output.filters
            && call.is_escape()
        {
            return Ok(Node::Escape(output.value));
        }
        self.template.outputs.push(output);
        Ok(Node::Output(self.template.outputs.len() as u32 - 1))
    }

    /// What `echo` compiles to: the same as an output.
    pub(crate) fn echo(&mut self, markup: &str) -> Result<Node> {
        self.output_node(markup)
    }

    /// A number of an output with filters, as tags keep it.
    pub(crate) fn output(&mut self, markup: &str) -> Result<u32> {
        let output = self.variable(markup)?;
        self.template.outputs.push(output);
        Ok(self.template.outputs.len() as u32 - 1)
    }

    /// A placeholder for expressions that were left out.
    pub(crate) fn nothing() -> Expression {
        Expression::Nil
    }
}

fn output_markup(token: &str) -> Result<&str> {
    let Some(inside) = token.strip_suffix("}}").filter(|inside| inside.len() >= 2) else {
        return Err(unterminated("Variable", token, "\\}\\}"));
    };
    let inside = &inside[2..];
    let inside = inside.strip_prefix('-').unwrap_or(inside);
    Ok(inside.strip_suffix('-').unwrap_or(inside))
}

fn unterminated(what: &str, token: &str, end: &str) -> Error {
    Error::syntax(format!(
        "{what} '{token}' was not properly terminated with regexp: /{end}/"
    ))
}

pub(crate) fn never_closed(name: &str) -> Error {
    Error::syntax(format!("'{name}' tag was never closed"))
}

/// The error of a tag that does not belong into a block.
pub(crate) fn not_expected(tag: &str, block: &str, delimiter: &str) -> Error {
    Error::syntax(if tag == "else" {
        format!("{block} tag does not expect 'else' tag")
    } else if tag.starts_with("end") {
        format!("'{tag}' is not a valid delimiter for {block} tags. use {delimiter}")
    } else {
        format!("Unknown tag '{tag}'")
    })
}
