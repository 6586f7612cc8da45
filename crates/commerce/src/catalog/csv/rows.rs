//! The rows of a file, each with the line that it begins on and how its quotes fared.

/// A row.
pub(super) struct RawRow {
    /// The line it begins on, from 1.
    pub(super) line: u64,
    pub(super) record: csv::StringRecord,
    pub(super) quotes: Quotes,
}

/// How a row's quotes fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Each that was opened was closed at a cell's end.
    Sound,
    /// The one opened on this line is never closed.
    Open(u64),
    /// The one opened on the first line is closed inside a cell of another one, the second.
    Broken(u64, u64),
}

/// The rows of a file. Rows that are not text are errors: their line.
pub(super) struct Rows<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    reader: csv::Reader<&'a [u8]>,
    record: csv::ByteRecord,
    /// How far lines were counted.
    counted: usize,
    line: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn of(bytes: &'a [u8], delimiter: u8) -> Self {
        Self {
            bytes,
            delimiter,
            reader: csv::ReaderBuilder::new()
                .flexible(true)
                .has_headers(false)
                .delimiter(delimiter)
                .from_reader(bytes),
            record: csv::ByteRecord::new(),
            counted: 0,
            line: 1,
        }
    }

    /// Where the reader stands in the file.
    fn at(&self) -> usize {
        let at = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        at.min(self.bytes.len())
    }

    /// Counts the lines up to `end`. The reader's own count is one short where lines end in
    /// `\r\n`: it stands between the two.
    fn count_to(&mut self, end: usize) {
        self.line += line_ends(self.bytes, self.counted, end);
        self.counted = end;
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<RawRow, u64>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.at();
        // Bytes in memory and rows of any length: neither reading nor shape can fail.
        if !self
            .reader
            .read_byte_record(&mut self.record)
            .unwrap_or(false)
        {
            return None;
        }
        let skipped = self.bytes[from..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let begin = from + skipped;
        self.count_to(begin);
        let line = self.line;
        let end = self.at().max(begin);
        let quotes = quotes(&self.bytes[begin..end], self.delimiter, line);
        let record = csv::StringRecord::from_byte_record(self.record.clone());
        Some(match record {
            Ok(record) => Ok(RawRow {
                line,
                record,
                quotes,
            }),
            Err(_) => Err(line),
        })
    }
}

/// Lines that end in `bytes[from..to]`; `\r\n` is one end, where its `\n` stands.
fn line_ends(bytes: &[u8], from: usize, to: usize) -> u64 {
    let ends = (from..to).filter(|at| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}

/// Follows the quotes of a row as the reader does.
fn quotes(row: &[u8], delimiter: u8, line: u64) -> Quotes {
    let is_end = |byte: Option<&u8>| {
        byte.is_none_or(|byte| *byte == delimiter || matches!(byte, b'\r' | b'\n'))
    };
    let mut broken = Quotes::Sound;
    let mut opened = None;
    let mut cell_begins = true;
    let mut at = 0;
    while let Some(byte) = row.get(at) {
        match opened {
            None => {
                if *byte == b'"' && cell_begins {
                    opened = Some(at);
                }
                cell_begins = *byte == delimiter;
            }
            Some(_) if *byte == b'"' && row.get(at + 1) == Some(&b'"') => at += 1,
            Some(from) if *byte == b'"' => {
                let (from, to) = (line_at(row, from, line), line_at(row, at, line));
                // On one line, a stray quote harms its own cell only.
                if !is_end(row.get(at + 1)) && from != to && broken == Quotes::Sound {
                    broken = Quotes::Broken(from, to);
                }
                opened = None;
            }
            Some(_) => {}
        }
        at += 1;
    }
    match opened {
        Some(from) => Quotes::Open(line_at(row, from, line)),
        None => broken,
    }
}

fn line_at(row: &[u8], at: usize, line: u64) -> u64 {
    line + line_ends(row, 0, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let rows = Rows::of(text.as_bytes(), b',');
        rows.map(|row| row.map_or_else(|line| line, |row| row.line))
            .collect()
    }

    fn fared(text: &str) -> Vec<Quotes> {
        let rows = Rows::of(text.as_bytes(), b',');
        rows.map(|row| row.unwrap().quotes).collect()
    }

    #[test]
    fn a_row_has_the_line_it_begins_on_whatever_ends_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "c,d", "", "\"e", "f\",g", "h,i", ""].join(end);
            assert_eq!(lines(&text), [1, 2, 4, 6], "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_found() {
        use Quotes::{Broken, Open, Sound};
        assert_eq!(fared("a,b\r\nx,\"un,3\r\ny,ok,4\r\n"), [Sound, Open(2)]);
        assert_eq!(fared("x,\"un,3\ny,\"ok\",4\n"), [Broken(1, 2)]);
        assert_eq!(fared("5\" pipe,3\n6\" pipe,4"), [Sound, Sound]);
        assert_eq!(
            fared("\"5\"\" pipe\",3\n\"two\nlines\",4\n"),
            [Sound, Sound]
        );
        assert_eq!(
            fared("\"5\" pipe\",3\n"),
            [Sound],
            "on one line it harms nobody else"
        );
    }
}
