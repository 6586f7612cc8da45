//! Rows: how values leave the database.

use std::sync::Arc;

use crate::error::StoreError;

/// A value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'r> {
    /// `NULL`.
    Null,
    /// A `BIGINT`.
    Int(i64),
    /// A `TEXT`.
    Text(&'r str),
}

/// A type that one column holds.
pub trait FromColumn: Sized {
    /// What is read, for the message when the column holds something else.
    const WANTED: &'static str;

    /// Reads the value; `None` when it is of another kind.
    fn from_column(value: Value<'_>) -> Option<Self>;
}

/// A type that is read from one or more columns, in order.
pub trait FromRow: Sized {
    /// Takes this type's columns off the row.
    ///
    /// # Errors
    /// When a column is missing or of another kind.
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError>;
}

/// A struct declared by `record!`.
pub trait Record: FromRow {
    /// The fields' names as a list of columns: `id, title`.
    const COLUMNS: &'static str;
}

/// Where a row comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

/// A row whose columns are taken off from left to right.
pub struct Row<'r> {
    source: Source<'r>,
    next: usize,
    columns: usize,
    statement: &'r str,
}

impl<'r> Row<'r> {
    pub(crate) fn new(
        source: Source<'r>,
        first: usize,
        columns: usize,
        statement: &'r str,
    ) -> Self {
        Self {
            source,
            next: first,
            columns,
            statement,
        }
    }

    /// Takes the next column.
    ///
    /// # Errors
    /// When there is none left or it is of another kind.
    pub fn take<T: FromColumn>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        if index >= self.columns {
            return Err(self.mismatch(index, T::WANTED, "missing".to_owned()));
        }
        let value = match self.source {
            Source::Sqlite(row) => crate::sqlite::value(row, index),
            Source::Postgres(row) => crate::postgres::value(row, index),
        }
        .map_err(|found| self.mismatch(index, T::WANTED, found))?;
        T::from_column(value).ok_or_else(|| {
            let found = match value {
                Value::Null => "NULL".to_owned(),
                Value::Int(number) => format!("the number {number}"),
                Value::Text(text) => format!("the text '{}'", excerpt(text)),
            };
            self.mismatch(index, T::WANTED, found)
        })
    }

    /// How many columns are not taken yet.
    pub(crate) fn left(&self) -> usize {
        self.columns.saturating_sub(self.next)
    }

    /// Reads a whole row: every column must be taken.
    pub(crate) fn whole<T: FromRow>(&mut self) -> Result<T, StoreError> {
        let value = T::from_row(self)?;
        if self.next != self.columns {
            return Err(StoreError::Statement {
                reason: format!(
                    "the statement gives {} columns and the program reads {}",
                    self.columns, self.next
                ),
                statement: self.statement.to_owned(),
            });
        }
        Ok(value)
    }

    fn mismatch(&self, index: usize, wanted: &'static str, found: String) -> StoreError {
        StoreError::Column {
            index: index + 1,
            wanted,
            found,
            statement: self.statement.to_owned(),
        }
    }
}

/// The first 40 characters: a message must not carry a whole document.
fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

impl<T: FromColumn> FromRow for T {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        row.take()
    }
}

impl FromColumn for i64 {
    const WANTED: &'static str = "a whole number";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }
}

macro_rules! narrower {
    ($($number:ty),*) => {$(
        impl FromColumn for $number {
            const WANTED: &'static str = concat!("a number that fits ", stringify!($number));

            fn from_column(value: Value<'_>) -> Option<Self> {
                i64::from_column(value).and_then(|number| Self::try_from(number).ok())
            }
        }
    )*};
}
narrower!(i32, u32, i16, u16, u8);

impl FromColumn for bool {
    const WANTED: &'static str = "0 or 1";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl FromColumn for $text {
            const WANTED: &'static str = "a text";

            fn from_column(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Text(text) => Some(text.into()),
                    _ => None,
                }
            }
        }
    )*};
}
texts!(String, Box<str>, Arc<str>);

impl<T: FromColumn> FromColumn for Option<T> {
    const WANTED: &'static str = T::WANTED;

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}

macro_rules! tuples {
    ($first:ident $(, $rest:ident)*) => {
        impl<$first: FromRow, $($rest: FromRow),*> FromRow for ($first, $($rest,)*) {
            fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
                Ok(($first::from_row(row)?, $($rest::from_row(row)?,)*))
            }
        }
        tuples!($($rest),*);
    };
    () => {};
}
tuples!(
    A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X
);
