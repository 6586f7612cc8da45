//! What can go wrong, worded as the reference words it.

use std::fmt;
use std::sync::Arc;

/// What kind of mistake an [`Error`] reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The template is not well formed.
    Syntax,
    /// A filter or tag got an argument that it cannot use.
    Argument,
    /// A number was divided by zero.
    ZeroDivision,
    /// A number is not finite.
    FloatDomain,
    /// Partials or blocks are nested too deep.
    StackLevel,
    /// A partial cannot be found or its name is not allowed.
    FileSystem,
    /// The tag may not be used here.
    Disabled,
    /// A variable does not exist (only where variables are strict).
    UndefinedVariable,
    /// A filter does not exist (only where filters are strict).
    UndefinedFilter,
    /// One of the [`Limits`](crate::Limits) was reached. Rendering stops.
    Limit,
    /// The host's own code failed.
    Host,
}

/// A mistake in a template, with the place where it happened.
///
/// `Display` words it exactly as the reference implementation does, for
/// example `Liquid error (card line 3): divided by 0`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    message: String,
    line: Option<u32>,
    template: Option<Arc<str>>,
    markup: Option<String>,
}

impl Error {
    /// A mistake of some kind; the renderer adds the place.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            line: None,
            template: None,
            markup: None,
        }))
    }

    /// An argument that cannot be used.
    pub fn argument(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Argument, message)
    }

    /// A template that is not well formed.
    pub fn syntax(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Syntax, message)
    }

    /// A limit that was reached.
    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Limit, message)
    }

    pub(crate) fn too_deep() -> Self {
        Error::new(ErrorKind::StackLevel, "Nesting too deep")
    }

    /// What kind of mistake it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message alone, without prefix and place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The line, counted from one.
    pub fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// The partial in which it happened; none in the template itself.
    pub fn template(&self) -> Option<&str> {
        self.0.template.as_deref()
    }

    /// Adds the line, unless one is known already.
    pub(crate) fn at_line(mut self, line: u32) -> Self {
        self.0.line.get_or_insert(line);
        self
    }

    /// Adds the partial's name, unless one is known already.
    pub(crate) fn in_template(mut self, name: Option<&Arc<str>>) -> Self {
        if self.0.template.is_none() {
            self.0.template = name.cloned();
        }
        self
    }

    /// Adds the markup that could not be read.
    pub(crate) fn in_markup(mut self, markup: String) -> Self {
        self.0.markup = Some(markup);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.kind {
            ErrorKind::Syntax => "Liquid syntax error",
            _ => "Liquid error",
        })?;
        if let Some(line) = self.0.line {
            match &self.0.template {
                Some(name) => write!(f, " ({name} line {line})")?,
                None => write!(f, " (line {line})")?,
            }
        }
        write!(f, ": {}", self.0.message)?;
        match &self.0.markup {
            Some(markup) => write!(f, " {markup}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Error {}

/// The result of everything that reads or renders a template.
pub type Result<T, E = Error> = std::result::Result<T, E>;
