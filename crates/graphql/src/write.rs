//! Writing: depth-first over the levels, with nulls propagated by truncating what was written.

use crate::error::{Error, GraphqlError, PathItem};
use crate::execute::{Column, Errors, Level, Objects, Places};
use crate::plan::{PlanField, What};
use crate::schema::Schema;
use crate::value::Cell;

/// A null that its place does not allow: the caller takes back what it wrote.
pub(crate) struct Refused;

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a PlanField),
    Index(usize),
}

pub(crate) struct Writer<'a, C, R> {
    schema: &'a Schema<C, R>,
    levels: &'a [Level],
    out: Vec<u8>,
    path: Vec<Step<'a>>,
    errors: Errors,
}

impl<'a, C: 'static, R: Clone + Send + Sync + 'static> Writer<'a, C, R> {
    pub(crate) fn new(schema: &'a Schema<C, R>, levels: &'a [Level]) -> Self {
        let guess = levels
            .iter()
            .map(|level| level.rows * level.set.fields.len() * 24)
            .sum::<usize>()
            + 64;
        Self {
            schema,
            levels,
            out: Vec::with_capacity(guess),
            path: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub(crate) fn done(self) -> (Vec<u8>, Errors) {
        (self.out, self.errors)
    }

    pub(crate) fn object(&mut self, level: usize, row: usize) -> Result<(), Refused> {
        let levels = self.levels;
        let level = &levels[level];
        self.out.push(b'{');
        for (index, (field, column)) in level.set.fields.iter().zip(&level.columns).enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(&field.key);
            self.field(level, field, column, row)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Writes a field's value, or null where the field allows it.
    pub(crate) fn field(
        &mut self,
        level: &'a Level,
        field: &'a PlanField,
        column: &'a Column,
        row: usize,
    ) -> Result<(), Refused> {
        let written = match column {
            Column::Leaf(column) => {
                let value = column.get(row);
                let refused = match column.error(row) {
                    Some(error) => Some(error.clone()),
                    None if field.non_null && value == b"null" => {
                        Some(self.null_error(level, field))
                    }
                    None => None,
                };
                match refused {
                    None => {
                        self.out.extend_from_slice(value);
                        return Ok(());
                    }
                    Some(error) => {
                        self.path.push(Step::Key(field));
                        self.error(&error, field);
                        self.path.pop();
                        Err(Refused)
                    }
                }
            }
            Column::Constant => {
                if let What::TypeName(name) = &field.what {
                    self.out.extend_from_slice(name);
                }
                return Ok(());
            }
            Column::Json(json) => {
                self.out.extend_from_slice(json);
                return Ok(());
            }
            Column::Objects(objects) => {
                let start = self.out.len();
                self.path.push(Step::Key(field));
                let written = self.cell(level, field, objects, objects.cells[row]);
                self.path.pop();
                if written.is_err() {
                    self.out.truncate(start);
                }
                written
            }
        };
        self.or_null(written, field.non_null)
    }

    fn or_null(&mut self, written: Result<(), Refused>, non_null: bool) -> Result<(), Refused> {
        if written.is_err() {
            if non_null {
                return Err(Refused);
            }
            self.out.extend_from_slice(b"null");
        }
        Ok(())
    }

    /// Writes an object or a list. `Err` leaves what was written for the caller to truncate.
    fn cell(
        &mut self,
        level: &'a Level,
        field: &'a PlanField,
        objects: &'a Objects,
        cell: Cell,
    ) -> Result<(), Refused> {
        match cell {
            Cell::Null if field.non_null => {
                let error = self.null_error(level, field);
                self.error(&error, field);
                Err(Refused)
            }
            Cell::Null => {
                self.out.extend_from_slice(b"null");
                Ok(())
            }
            Cell::Error(error) => {
                self.error(&objects.errors[error as usize], field);
                Err(Refused)
            }
            Cell::Item(item) => self.item(field, objects, item),
            Cell::List { start, len } => {
                self.out.push(b'[');
                let non_null = field.item_non_null.unwrap_or(false);
                for index in 0..len {
                    if index > 0 {
                        self.out.push(b',');
                    }
                    let place = self.out.len();
                    self.path.push(Step::Index(index as usize));
                    let written = match objects.elements[(start + index) as usize] {
                        Cell::Item(item) => self.item(field, objects, item),
                        Cell::Null if non_null => {
                            let error = self.null_error(level, field);
                            self.error(&error, field);
                            Err(Refused)
                        }
                        _ => {
                            self.out.extend_from_slice(b"null");
                            Ok(())
                        }
                    };
                    self.path.pop();
                    if written.is_err() {
                        self.out.truncate(place);
                    }
                    self.or_null(written, non_null)?;
                }
                self.out.push(b']');
                Ok(())
            }
        }
    }

    fn item(
        &mut self,
        field: &'a PlanField,
        objects: &'a Objects,
        item: u32,
    ) -> Result<(), Refused> {
        match &objects.places {
            Places::One(level) => self.object(*level, item as usize),
            Places::Many(places) => match places[item as usize] {
                Ok((level, row)) => self.object(level as usize, row as usize),
                Err(error) => {
                    self.error(&objects.errors[error as usize], field);
                    Err(Refused)
                }
            },
        }
    }

    fn null_error(&self, level: &Level, field: &PlanField) -> Error {
        let parent = &self.schema.objects[level.set.object].name;
        Error::new(format!(
            "Cannot return null for non-nullable field {parent}.{}.",
            field.name
        ))
    }

    fn error(&mut self, error: &Error, field: &PlanField) {
        let path = self
            .path
            .iter()
            .map(|step| match step {
                Step::Key(field) => PathItem::Key(field.response_key.to_string()),
                Step::Index(index) => PathItem::Index(*index),
            })
            .collect();
        self.errors
            .push(GraphqlError::of(error, field.locations.to_vec(), path));
    }
}
