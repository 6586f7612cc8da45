//! Rendering.

mod blocks;
mod conditions;
mod context;
mod expressions;
mod frame;
pub(crate) mod loops;
mod partials;

use std::any::Any;
use std::fmt;

pub use context::Context;

use crate::arena::Arena;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Loader, NoPartials};
use crate::limits::Limits;
use crate::object::Object;
use crate::template::Template;
use crate::time::Clock;
use crate::value::Value;

/// Output is handed on in pieces of about this many bytes.
const PIECE: usize = 16 << 10;

/// Names with values.
type Arguments<'a> = Vec<(&'a str, Value<'a>)>;

/// One render of a template: its data, its options, and where it goes.
///
/// ```
/// use stockroom_liquid::{Engine, Map, Render};
///
/// let template = Engine::new().parse("{{ 1 | divided_by: n }} / {{ name }}").unwrap();
/// let data: Map = [("name", "Ada")].into_iter().collect();
/// let mut errors = Vec::new();
/// let page = Render::new(&template).data(&data).errors(&mut errors).to_string().unwrap();
/// assert_eq!(page, "Liquid error (line 1): divided by 0 / Ada");
/// assert_eq!(errors.len(), 1);
/// ```
pub struct Render<'r> {
    pub(crate) template: &'r Template,
    pub(crate) data: Option<&'r dyn Object>,
    pub(crate) globals: Option<&'r dyn Object>,
    pub(crate) partials: &'r dyn Loader,
    pub(crate) clock: Option<&'r Clock>,
    pub(crate) limits: Limits,
    pub(crate) raising: bool,
    pub(crate) strict_variables: bool,
    pub(crate) strict_filters: bool,
    pub(crate) registers: Vec<Box<dyn Any>>,
    errors: Option<&'r mut Vec<Error>>,
}

impl<'r> Render<'r> {
    /// A render without data; mistakes are written where they happen.
    pub fn new(template: &'r Template) -> Self {
        Render {
            template,
            data: None,
            globals: None,
            partials: &NoPartials,
            clock: None,
            limits: Limits::default(),
            raising: false,
            strict_variables: false,
            strict_filters: false,
            registers: Vec::new(),
            errors: None,
        }
    }

    /// The variables of the template itself. Partials that are rendered with
    /// `render` do not see them.
    #[must_use]
    pub fn data(mut self, data: &'r dyn Object) -> Self {
        self.data = Some(data);
        self
    }

    /// Variables that partials see as well.
    #[must_use]
    pub fn globals(mut self, globals: &'r dyn Object) -> Self {
        self.globals = Some(globals);
        self
    }

    /// Where `include` and `render` find partials.
    #[must_use]
    pub fn partials(mut self, partials: &'r dyn Loader) -> Self {
        self.partials = partials;
        self
    }

    /// What time it is, for `'now' | date`.
    #[must_use]
    pub fn clock(mut self, clock: &'r Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// How much the template may do.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Ends the render at the first mistake, instead of writing it out.
    #[must_use]
    pub fn raising(mut self) -> Self {
        self.raising = true;
        self
    }

    /// Makes it a mistake to name a variable or property that does not exist.
    #[must_use]
    pub fn strict_variables(mut self) -> Self {
        self.strict_variables = true;
        self
    }

    /// Makes it a mistake to name a filter that does not exist.
    #[must_use]
    pub fn strict_filters(mut self) -> Self {
        self.strict_filters = true;
        self
    }

    /// Something that the host's tags find by its type, see
    /// [`Context::register`].
    #[must_use]
    pub fn register<T: Any>(mut self, register: T) -> Self {
        self.registers.push(Box::new(register));
        self
    }

    /// Collects the mistakes that are written out.
    #[must_use]
    pub fn errors(mut self, errors: &'r mut Vec<Error>) -> Self {
        self.errors = Some(errors);
        self
    }

    /// Renders into a new text.
    ///
    /// # Errors
    /// The first mistake if the render is [`raising`](Render::raising); a limit
    /// that was reached in any case.
    pub fn to_string(self) -> Result<String> {
        self.run(None).map(|out| out.unwrap_or_default())
    }

    /// Renders into a writer, piece by piece.
    ///
    /// # Errors
    /// As [`Render::to_string`], or the writer's. What had been written by then
    /// stays written.
    pub fn write_to(self, writer: &mut dyn fmt::Write) -> Result<()> {
        self.run(Some(writer)).map(drop)
    }

    /// Renders to the end of some bytes.
    ///
    /// # Errors
    /// As [`Render::write_to`].
    pub fn append_to(self, bytes: &mut Vec<u8>) -> Result<()> {
        self.write_to(&mut Bytes(bytes))
    }

    fn run(mut self, writer: Option<&mut dyn fmt::Write>) -> Result<Option<String>> {
        let arena = Arena::new(self.limits.memory_bytes);
        let errors = self.errors.take();
        let registers = std::mem::take(&mut self.registers);
        let mut context = Context::new(&self, &arena, registers, writer);
        let result = context.run();
        if let Some(errors) = errors {
            errors.append(&mut context.errors);
        }
        result
    }
}

impl fmt::Debug for Render<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Render")
            .field("template", self.template)
            .finish_non_exhaustive()
    }
}

struct Bytes<'b>(&'b mut Vec<u8>);

impl fmt::Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn writer_failed() -> Error {
    Error::new(ErrorKind::Host, "The output could not be written")
}
