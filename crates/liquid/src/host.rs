//! What a host adds: filters, tags, and where partials come from.

use std::sync::Arc;

use crate::compile::{Compiler, Stop};
use crate::error::{Error, ErrorKind, Result};
pub use crate::filters::Call;
use crate::render::Context;
use crate::syntax::cursor::Cursor;
use crate::syntax::lexer::Kind;
use crate::syntax::tokens::Tokens;
use crate::template::{Block, Expression, Template};
use crate::value::Value;

/// A filter of the host. Functions are filters:
///
/// ```
/// use stockroom_liquid::{Call, Engine, Map, Result, Value};
///
/// fn shout<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
///     call.arena().string(&format!("{}!", call.text()?.to_uppercase()))
/// }
///
/// let engine = Engine::new().filter("shout", shout);
/// let template = engine.parse("{{ 'hello' | shout }}").unwrap();
/// assert_eq!(template.render(&Map::new()).unwrap(), "HELLO!");
/// ```
pub trait Filter: Send + Sync {
    /// What the filter makes of its input.
    ///
    /// # Errors
    /// Arguments that it cannot use.
    fn apply<'a>(&self, call: &Call<'a, '_>) -> Result<Value<'a>>;
}

impl<F> Filter for F
where
    F: for<'a> Fn(&Call<'a, '_>) -> Result<Value<'a>> + Send + Sync,
{
    fn apply<'a>(&self, call: &Call<'a, '_>) -> Result<Value<'a>> {
        self(call)
    }
}

/// A tag or block of the host: reads its markup once, and leaves an [`Element`]
/// in the template.
pub trait Tag: Send + Sync {
    /// Reads the tag.
    ///
    /// # Errors
    /// Markup that is not well formed.
    fn parse(&self, parse: &mut Parse<'_, '_, '_>) -> Result<Box<dyn Element>>;
}

/// A tag of the host in a template, which renders itself.
pub trait Element: Send + Sync {
    /// Renders the tag.
    ///
    /// # Errors
    /// Whatever goes wrong; it is told with the line of the tag.
    fn render<'a>(&'a self, context: &mut Context<'a, '_>) -> Result<()>;

    /// Whether the tag leaves no trace in the output, as `assign`.
    fn is_blank(&self) -> bool {
        false
    }
}

/// An expression in the markup of a tag, to be worked out with
/// [`Context::evaluate`].
#[derive(Debug)]
pub struct Argument(pub(crate) Expression);

impl Argument {
    /// The text, if it is a quoted one.
    pub fn literal(&self) -> Option<&str> {
        match &self.0 {
            Expression::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The body of a block, to be rendered with [`Context::body`].
#[derive(Clone, Copy, Debug)]
pub struct Body(pub(crate) Block);

/// A tag of the host while it is read.
pub struct Parse<'c, 's, 't> {
    compiler: &'c mut Compiler,
    tag: Stop<'s>,
    tokens: &'t mut Tokens<'s>,
}

impl<'c, 's, 't> Parse<'c, 's, 't> {
    pub(crate) fn new(
        compiler: &'c mut Compiler,
        tag: Stop<'s>,
        tokens: &'t mut Tokens<'s>,
    ) -> Self {
        Parse {
            compiler,
            tag,
            tokens,
        }
    }

    /// The name that the tag was called by.
    pub fn name(&self) -> &'s str {
        self.tag.name
    }

    /// What stands behind the name.
    pub fn markup(&self) -> &'s str {
        self.tag.markup
    }

    /// Reads the markup from the left to the right; all of it must be read.
    ///
    /// # Errors
    /// What `read` reports, or markup that it leaves over.
    pub fn arguments<T>(
        &mut self,
        read: impl FnOnce(&mut Arguments<'_, 's>) -> Result<T>,
    ) -> Result<T> {
        let markup = self.tag.markup;
        let context = format!("in \"{}\"", markup.trim());
        self.compiler.told(context, |compiler| {
            let mut arguments = Arguments {
                cursor: Cursor::new(markup)?,
                compiler,
            };
            let read = read(&mut arguments)?;
            arguments.cursor.end()?;
            Ok(read)
        })
    }

    /// Reads the body up to `end` and the tag's name.
    ///
    /// # Errors
    /// Mistakes in the body, or no end.
    pub fn body(&mut self) -> Result<Body> {
        let body = self.compiler.simple_block(self.tag.name, self.tokens)?;
        Ok(Body(self.compiler.finish(body)))
    }

    /// Reads the body as it stands, without looking for tags and outputs.
    ///
    /// # Errors
    /// There is no end.
    pub fn raw_body(&mut self) -> Result<String> {
        self.compiler.raw_body(self.tag.name, self.tokens)
    }

    /// What the template keeps apart, see [`Template::assets`].
    pub(crate) fn assets(&mut self) -> &mut crate::theme::Assets {
        &mut self.compiler.template.assets
    }

    /// A mistake in this tag, with its line and markup.
    pub fn mistake(&self, message: impl Into<String>) -> Error {
        Error::syntax(message).at_line(self.compiler.line)
    }
}

/// The markup of a tag while it is read.
pub struct Arguments<'c, 's> {
    cursor: Cursor<'s>,
    compiler: &'c mut Compiler,
}

impl<'s> Arguments<'_, 's> {
    /// Whether everything has been read.
    pub fn is_at_end(&self) -> bool {
        self.cursor.look(Kind::End)
    }

    /// Reads an expression.
    ///
    /// # Errors
    /// None stands here.
    pub fn expression(&mut self) -> Result<Argument> {
        self.compiler.expression(&mut self.cursor).map(Argument)
    }

    /// Reads a quoted text.
    ///
    /// # Errors
    /// None stands here.
    pub fn text(&mut self) -> Result<&'s str> {
        let text = self.cursor.consume(Kind::Text)?;
        Ok(&text[1..text.len() - 1])
    }

    /// Reads any word.
    ///
    /// # Errors
    /// None stands here.
    pub fn word(&mut self) -> Result<&'s str> {
        self.cursor.consume(Kind::Id)
    }

    /// Reads that word if it comes next.
    pub fn accept_word(&mut self, word: &str) -> bool {
        self.cursor.accept_word(word)
    }

    /// Reads a comma if one comes next.
    pub fn accept_comma(&mut self) -> bool {
        self.cursor.accept(Kind::Comma).is_some()
    }

    /// Whether a `name: value` pair comes next.
    pub fn at_attribute(&self) -> bool {
        self.cursor.look(Kind::Id) && self.cursor.look_ahead(Kind::Colon, 1)
    }

    /// Reads `name: value` pairs up to the end, with commas between them.
    ///
    /// # Errors
    /// Something else stands here.
    pub fn attributes(&mut self) -> Result<Vec<(String, Argument)>> {
        let mut attributes = Vec::new();
        self.accept_comma();
        while let Some(name) = self.cursor.accept(Kind::Id) {
            self.cursor.consume(Kind::Colon)?;
            attributes.push((name.to_owned(), self.expression()?));
            self.accept_comma();
        }
        Ok(attributes)
    }
}

/// Where partials come from.
pub trait Loader {
    /// The partial of that name, parsed.
    ///
    /// A loader that keeps what it has parsed saves that work for later
    /// renders; within one render each name is asked for once.
    ///
    /// # Errors
    /// [`not_found`](Loader::not_found), or the mistake in the partial.
    fn load(&self, name: &str) -> Result<Arc<Template>>;

    /// The error of a partial that does not exist.
    fn not_found(&self, name: &str) -> Error {
        Error::new(
            ErrorKind::FileSystem,
            format!("Could not find asset {name}"),
        )
    }
}

/// No partials at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPartials;

impl Loader for NoPartials {
    fn load(&self, _name: &str) -> Result<Arc<Template>> {
        Err(Error::new(
            ErrorKind::FileSystem,
            "This liquid context does not allow includes.",
        ))
    }
}

/// Partials in memory, all parsed beforehand.
#[derive(Debug, Default)]
pub struct Partials(std::collections::HashMap<String, Result<Arc<Template>>>);

impl Partials {
    /// No partials yet.
    pub fn new() -> Self {
        Partials::default()
    }

    /// Adds a partial. A mistake in it is reported by whoever renders it.
    pub fn add(&mut self, engine: &crate::Engine, name: &str, source: &str) {
        let parsed = engine.parse_named(name, source).map(Arc::new);
        self.0.insert(name.to_owned(), parsed);
    }
}

impl Loader for Partials {
    fn load(&self, name: &str) -> Result<Arc<Template>> {
        match self.0.get(name) {
            Some(parsed) => parsed.clone(),
            None => Err(self.not_found(name)),
        }
    }
}
