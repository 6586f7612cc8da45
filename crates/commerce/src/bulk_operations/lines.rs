//! The lines of a bulk mutation: which are done, and what came of them.
//!
//! What came of a line is stored in the transaction of its effect, with how far the upload is
//! done; from there it is brought into the file before the next lines are begun. So a line takes
//! effect once, and is told once, whenever the program dies.

use std::fmt;
use std::str::FromStr;

use store::{StoreError, Tx};
use units::BulkOperationId;

use super::progress::end;
use super::{BulkOperation, ErrorCode, Kind, State, sql};
use crate::call::Call;
use crate::queue;

/// A line of variables is no longer than this, in bytes.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// How far an upload is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Bytes that are done.
    pub offset: u64,
    /// The number of the next line, from 0; empty lines do not count.
    pub line: i64,
}

/// One line of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub number: i64,
    /// What it says; none if it is too long or no text.
    pub text: Option<String>,
    /// Where the upload goes on behind it.
    pub next: Place,
}

/// What came of some lines.
#[derive(Debug, Clone)]
pub struct Lines {
    /// A line of the result for each, with its end.
    pub text: String,
    /// How many.
    pub count: i64,
    /// Where the upload goes on.
    pub next: Place,
}

/// Why lines were not done.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// The operation cannot go on.
    #[error("the operation cannot go on: {0:?}")]
    Failed(ErrorCode),
    /// The store is at fault: they can be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.offset, self.line)
    }
}

impl FromStr for Place {
    type Err = ();

    /// As it was noted; the beginning when nothing was.
    fn from_str(noted: &str) -> Result<Self, ()> {
        if noted.is_empty() {
            return Ok(Self::default());
        }
        let (offset, line) = noted.split_once(' ').ok_or(())?;
        Ok(Self {
            offset: offset.parse().map_err(drop)?,
            line: line.parse().map_err(drop)?,
        })
    }
}

/// Finds the lines in an upload that comes piece by piece, and holds one line of it at most.
#[derive(Debug)]
pub struct LineBreaks {
    place: Place,
    /// Bytes behind `place`.
    held: Vec<u8>,
    /// The line goes on, and is too long already.
    too_long: bool,
}

impl LineBreaks {
    /// The lines from a place on.
    #[must_use]
    pub const fn from(place: Place) -> Self {
        Self {
            place,
            held: Vec::new(),
            too_long: false,
        }
    }

    /// Where the next piece is to begin.
    #[must_use]
    pub const fn wanted(&self) -> u64 {
        self.place.offset + self.held.len() as u64
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.held.extend_from_slice(piece);
    }

    /// The next line that is whole; the rest counts as one when no more `follows`.
    pub fn next(&mut self, more: bool) -> Option<Line> {
        loop {
            let end = self.held.iter().position(|byte| *byte == b'\n');
            let (length, width) = match end {
                Some(end) => (end, end + 1),
                None if more && self.held.len() > LINE_BYTES_MAX => {
                    self.place.offset += self.held.len() as u64;
                    self.held.clear();
                    self.too_long = true;
                    return None;
                }
                None if more || (self.held.is_empty() && !self.too_long) => return None,
                None => (self.held.len(), self.held.len()),
            };
            let bytes: Vec<u8> = self.held.drain(..width).take(length).collect();
            self.place.offset += width as u64;
            let too_long = std::mem::take(&mut self.too_long) || bytes.len() > LINE_BYTES_MAX;
            let text = String::from_utf8(bytes).ok().filter(|_| !too_long);
            if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
                continue;
            }
            let number = self.place.line;
            self.place.line += 1;
            return Some(Line {
                number,
                text,
                next: self.place,
            });
        }
    }
}

/// What came of lines that may not be in the file yet.
///
/// # Errors
/// `Store` faults only.
pub fn unwritten(tx: &mut Tx, id: BulkOperationId) -> Result<String, StoreError> {
    sql::unwritten(tx, id)
}

/// Whether an operation runs and stands where `before` stood; it stays so until the end of the
/// transaction.
///
/// # Errors
/// `Store` faults only.
pub fn holds(tx: &mut Tx, before: &BulkOperation) -> Result<bool, StoreError> {
    let found = sql::lock(tx, before.id)?;
    Ok(found.is_some_and(|now| now.state == State::Running && now.left_to_do == before.left_to_do))
}

/// Records what came of lines, in the transaction of their effect. All that came before is in
/// the file, which is so long, in bytes.
///
/// # Errors
/// `Store` faults only.
pub fn record(
    tx: &mut Tx,
    before: &BulkOperation,
    file_bytes: i64,
    lines: &Lines,
) -> Result<BulkOperation, StoreError> {
    let mut after = before.clone();
    after.object_count += lines.count;
    after.root_object_count += lines.count;
    after.file_bytes = file_bytes;
    after.left_to_do = lines.next.to_string();
    sql::update(tx, &after)?;
    sql::set_unwritten(tx, after.id, &lines.text)?;
    Ok(after)
}

/// Ends a bulk mutation that stands where `before` stood. Everything that came of it is in the
/// file, which is so long, in bytes.
///
/// # Errors
/// `Store` faults only.
pub fn finish(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    before: &BulkOperation,
    file_bytes: i64,
    error: Option<ErrorCode>,
) -> Result<(), StoreError> {
    let found = sql::lock(tx, before.id)?.filter(|now| now.state.is_open());
    let Some(mut operation) = found else {
        return queue::finish(tx, job);
    };
    debug_assert!(operation.kind == Kind::Mutation, "a query has no lines");
    if operation.left_to_do != before.left_to_do {
        return Ok(());
    }
    operation.file_bytes = file_bytes;
    operation.error_code = error;
    let state = match (operation.state, error) {
        (_, Some(_)) => State::Failed,
        (State::Canceling, None) => State::Canceled,
        (_, None) => State::Completed,
    };
    sql::set_unwritten(tx, operation.id, "")?;
    end(tx, call, &mut operation, state)?;
    queue::finish(tx, job)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<(i64, Option<&str>)> {
        lines
            .iter()
            .map(|line| (line.number, line.text.as_deref()))
            .collect()
    }

    /// All lines of an upload that comes in pieces of this size.
    fn all(upload: &[u8], piece: usize, from: Place) -> Vec<Line> {
        let mut breaks = LineBreaks::from(from);
        let mut lines = Vec::new();
        loop {
            let at = usize::try_from(breaks.wanted()).unwrap();
            let more = at < upload.len();
            while let Some(line) = breaks.next(more) {
                lines.push(line);
            }
            if !more {
                return lines;
            }
            let at = usize::try_from(breaks.wanted()).unwrap();
            breaks.push(&upload[at..upload.len().min(at + piece)]);
        }
    }

    #[test]
    fn lines_are_found_whatever_the_pieces_are_and_empty_ones_do_not_count() {
        let upload = b"{\"a\":1}\n\n  \r\n{\"b\":2}\r\n\xff\n{}";
        let found = all(upload, 3, Place::default());
        let expected = [
            (0, Some("{\"a\":1}")),
            (1, Some("{\"b\":2}\r")),
            (2, None),
            (3, Some("{}")),
        ];
        assert_eq!(texts(&found), expected);
        assert_eq!(all(upload, 1000, Place::default()), found);
        assert_eq!(all(upload, 5, found[1].next), found[2..]);
        assert_eq!(found[3].next.offset, upload.len() as u64);
    }

    #[test]
    fn a_line_that_is_too_long_is_told_as_one_and_not_held() {
        let mut upload = vec![b'x'; 3 * LINE_BYTES_MAX];
        upload.extend_from_slice(b"\n{}\n");
        let found = all(&upload, 100_000, Place::default());
        assert_eq!(texts(&found), [(0, None), (1, Some("{}"))]);
    }

    #[test]
    fn a_place_is_read_as_it_was_noted() {
        let place = Place {
            offset: 1024,
            line: 17,
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        assert_eq!("".parse(), Ok(Place::default()));
        assert_eq!("x".parse::<Place>(), Err(()));
    }
}
