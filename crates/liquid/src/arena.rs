//! The memory of one render: everything that is made while rendering lives
//! until its end, so that values can be borrowed and copied freely.

use std::cell::Cell;
use std::sync::Arc;

use bumpalo::Bump;
use elsa::FrozenVec;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::object::Object;
use crate::template::Template;
use crate::value::Value;

/// Holds what is made while a template renders.
///
/// It counts what it holds and refuses to hold more than the limit of the
/// memory that a template may assign.
pub struct Arena {
    bump: Bump,
    used: Cell<usize>,
    limit: usize,
    templates: FrozenVec<Arc<Template>>,
    /// Objects are boxed apart, for the bump never drops what it holds.
    objects: FrozenVec<Box<dyn Object>>,
    numbers: FrozenVec<Box<BigInt>>,
}

impl Arena {
    pub(crate) fn new(limit: usize) -> Self {
        Arena {
            bump: Bump::new(),
            used: Cell::new(0),
            limit,
            templates: FrozenVec::new(),
            objects: FrozenVec::new(),
            numbers: FrozenVec::new(),
        }
    }

    /// How many bytes may still be made.
    pub(crate) fn left(&self) -> usize {
        self.limit - self.used.get()
    }

    fn charge(&self, bytes: usize) -> Result<()> {
        if bytes > self.left() {
            return Err(self.exhausted());
        }
        self.used.set(self.used.get() + bytes);
        Ok(())
    }

    /// The error of a template that makes more than it may.
    pub(crate) fn exhausted(&self) -> Error {
        Error::limit(format!(
            "Memory limits exceeded: a template may make {} bytes of texts and lists",
            self.limit
        ))
    }

    /// Keeps a copy of a text.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn text(&self, text: &str) -> Result<&str> {
        self.charge(text.len())?;
        Ok(self.bump.alloc_str(text))
    }

    /// Keeps a copy of a text as a value.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn string(&self, text: &str) -> Result<Value<'_>> {
        self.text(text).map(Value::Str)
    }

    /// Keeps a list.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn list<'a>(&'a self, items: &[Value<'a>]) -> Result<Value<'a>> {
        self.charge(size_of_val(items))?;
        Ok(Value::List(self.bump.alloc_slice_copy(items)))
    }

    /// Keeps an object.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn object(&self, object: Box<dyn Object>) -> Result<Value<'_>> {
        self.charge(size_of_val(&*object) + size_of::<Box<dyn Object>>())?;
        Ok(Value::Object(self.objects.push_get(object)))
    }

    /// Keeps an object that is small and plain, such as a number and a
    /// reference to what it belongs to.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn plain_object<'a, T: Object + Copy + 'a>(&'a self, object: T) -> Result<Value<'a>> {
        self.charge(size_of::<T>())?;
        Ok(Value::Object(self.bump.alloc(object)))
    }

    /// Keeps a whole number of any size.
    ///
    /// # Errors
    /// The limit of assigned memory was reached.
    pub fn number(&self, number: BigInt) -> Result<Value<'_>> {
        if let Ok(small) = i64::try_from(&number) {
            return Ok(Value::Int(small));
        }
        self.charge(number.bits() as usize / 8)?;
        Ok(Value::Big(self.numbers.push_get(Box::new(number))))
    }

    pub(crate) fn template(&self, template: Arc<Template>) -> &Template {
        self.templates.push_get(template)
    }

    /// Keeps the state of a loop.
    pub(crate) fn keep_loop<T>(&self, item: T) -> Result<&T> {
        const { assert!(!std::mem::needs_drop::<T>()) };
        self.charge(size_of::<T>())?;
        Ok(self.bump.alloc(item))
    }

    pub(crate) fn keep_slice<T: Copy>(&self, items: &[T]) -> Result<&[T]> {
        self.charge(size_of_val(items))?;
        Ok(self.bump.alloc_slice_copy(items))
    }
}

impl std::fmt::Debug for Arena {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Arena({} of {} bytes)", self.used.get(), self.limit)
    }
}
