//! Values that are worked out on demand.

use crate::arena::Arena;
use crate::error::Result;
use crate::value::{Map, Value};

/// A value that resolves its properties when a template asks for them, so that
/// a page loads only what it prints.
///
/// What a property returns may borrow from the object itself or be kept in the
/// [`Arena`] of the render.
///
/// ```
/// use stockroom_liquid::{Arena, Object, Result, Value};
///
/// struct Product { title: String, cents: i64 }
///
/// impl Object for Product {
///     fn get<'a>(&'a self, name: &str, arena: &'a Arena) -> Result<Option<Value<'a>>> {
///         Ok(match name {
///             "title" => Some(Value::Str(&self.title)),
///             "price" => Some(arena.string(&format!("{}.{:02}", self.cents / 100, self.cents % 100))?),
///             _ => None,
///         })
///     }
/// }
/// ```
pub trait Object {
    /// A property, or none if there is no such property.
    ///
    /// # Errors
    /// The host's own, or a limit of the arena.
    fn get<'a>(&'a self, name: &str, arena: &'a Arena) -> Result<Option<Value<'a>>>;

    /// The element at an index, counted from zero.
    ///
    /// # Errors
    /// As [`Object::get`].
    fn at<'a>(&'a self, index: i64, arena: &'a Arena) -> Result<Option<Value<'a>>> {
        let found = self.window(index.max(0) as usize, 1, arena)?;
        Ok(match found {
            Some(Value::List(items)) if index >= 0 => items.first().copied(),
            Some(Value::Array(items)) if index >= 0 => items.first().map(Value::of),
            _ => None,
        })
    }

    /// The elements behind `offset`, at most `limit` of them, as a list value;
    /// none if the object is no list. A loop asks only for what it shows.
    ///
    /// # Errors
    /// As [`Object::get`].
    fn window<'a>(
        &'a self,
        offset: usize,
        limit: usize,
        arena: &'a Arena,
    ) -> Result<Option<Value<'a>>> {
        let _ = (offset, limit, arena);
        Ok(None)
    }

    /// How many elements it has, if it is a list.
    ///
    /// # Errors
    /// As [`Object::get`].
    fn size(&self) -> Result<Option<usize>> {
        Ok(None)
    }

    /// What `{{ object }}` prints.
    ///
    /// # Errors
    /// As [`Object::get`].
    fn text<'a>(&'a self, arena: &'a Arena) -> Result<&'a str> {
        let _ = arena;
        Ok("Object")
    }

    /// The plain value that the object stands for in comparisons.
    fn value(&self) -> Option<Value<'_>> {
        None
    }

    /// Whether a condition takes it for true.
    fn is_truthy(&self) -> bool {
        self.value().is_none_or(Value::is_truthy)
    }
}

impl Object for Map {
    fn get<'a>(&'a self, name: &str, _arena: &'a Arena) -> Result<Option<Value<'a>>> {
        Ok(Map::get(self, name).map(Value::of))
    }
}
