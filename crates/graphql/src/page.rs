//! Windows of connections.

use crate::error::Error;
use serde::Deserialize;

/// The arguments that every connection takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct PageArgs {
    /// How many from the start.
    pub first: Option<i64>,
    /// How many from the end.
    pub last: Option<i64>,
    /// Only what comes after this cursor.
    pub after: Option<String>,
    /// Only what comes before this cursor.
    pub before: Option<String>,
    /// The other way round.
    pub reverse: Option<bool>,
}

/// A checked window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window<'a> {
    /// How many nodes at most.
    pub limit: usize,
    /// The cursor before the first node.
    pub after: Option<&'a str>,
    /// The cursor after the last node.
    pub before: Option<&'a str>,
    /// Whether the window is taken from the end (`last`); nodes still come in the connection's order.
    pub backwards: bool,
    /// Whether the connection's order is reversed.
    pub reverse: bool,
}

/// The largest window.
pub const PAGE_MAX: i64 = 250;

impl PageArgs {
    /// Checks the window.
    ///
    /// # Errors
    /// Neither or both of `first` and `last`, or a number out of range.
    pub fn window(&self) -> Result<Window<'_>, Error> {
        let (name, asked, backwards) = match (self.first, self.last) {
            (None, None) => return Err(refused("you must provide one of first or last")),
            (Some(_), Some(_)) => {
                return Err(refused("providing both first and last is not supported"));
            }
            (Some(first), None) => ("first", first, false),
            (None, Some(last)) => ("last", last, true),
        };
        if asked > PAGE_MAX {
            return Err(refused(&format!("{name} cannot exceed {PAGE_MAX}")));
        }
        let limit = usize::try_from(asked)
            .map_err(|_| refused(&format!("{name} must be a positive number")))?;
        Ok(Window {
            limit,
            after: self.after.as_deref(),
            before: self.before.as_deref(),
            backwards,
            reverse: self.reverse.unwrap_or(false),
        })
    }
}

fn refused(message: &str) -> Error {
    Error::new(message).code("BAD_REQUEST")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(first: Option<i64>, last: Option<i64>) -> Result<(usize, bool), String> {
        let args = PageArgs {
            first,
            last,
            ..PageArgs::default()
        };
        args.window()
            .map(|window| (window.limit, window.backwards))
            .map_err(|error| error.message)
    }

    #[test]
    fn a_window_has_one_size_within_the_limit() {
        assert_eq!(asked(Some(3), None), Ok((3, false)));
        assert_eq!(asked(None, Some(250)), Ok((250, true)));
        assert_eq!(asked(Some(0), None), Ok((0, false)));
        assert_eq!(
            asked(None, None).unwrap_err(),
            "you must provide one of first or last"
        );
        assert_eq!(
            asked(Some(1), Some(1)).unwrap_err(),
            "providing both first and last is not supported"
        );
        assert_eq!(
            asked(Some(251), None).unwrap_err(),
            "first cannot exceed 250"
        );
        assert_eq!(
            asked(None, Some(-1)).unwrap_err(),
            "last must be a positive number"
        );
    }
}
