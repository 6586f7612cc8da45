//! Lines and columns of a request's text.

use crate::error::Location;

/// Where a text's lines start.
pub(crate) struct Lines {
    text: Box<str>,
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
            if ends {
                starts.push(index + 1);
            }
        }
        Self {
            text: text.into(),
            starts,
        }
    }

    /// The line and column of a byte, columns in UTF-16 units as JavaScript counts them.
    pub(crate) fn locate(&self, offset: usize) -> Location {
        let line = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let before = self.text.get(self.starts[line]..offset).unwrap_or("");
        let column = before.chars().map(char::len_utf16).sum::<usize>();
        Location {
            line: count(line + 1),
            column: count(column + 1),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_any_line_break_and_columns_count_as_javascript_does() {
        let lines = Lines::new("a\r\nb\rc\n\u{1F600}d");
        let at = |offset| {
            let place = lines.locate(offset);
            (place.line, place.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(5), (3, 1));
        assert_eq!(at(7), (4, 1));
        assert_eq!(at(11), (4, 3));
    }
}
