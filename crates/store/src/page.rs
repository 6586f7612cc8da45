//! Pages of lists: windows over an ordered query, by keyset, never by offset.
//!
//! A cursor holds the values that its row is sorted by, the id last, so that a page goes on where
//! the last one ended, whatever was added or removed in between.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::StoreError;
use crate::params::{Param, ToParam};
use crate::row::{FromColumn, FromRow, Row, Value};
use crate::tx::Tx;

/// Longer cursors are none of ours.
const CURSOR_BYTES_MAX: usize = 4096;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window<'a> {
    /// How many rows, at most.
    pub limit: usize,
    /// Only what follows this cursor.
    pub after: Option<&'a str>,
    /// Only what precedes this cursor.
    pub before: Option<&'a str>,
    /// The last rows of the list instead of the first.
    pub backwards: bool,
    /// The list itself in the opposite order.
    pub reverse: bool,
}

impl Window<'_> {
    /// The first `limit` rows.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            before: None,
            backwards: false,
            reverse: false,
        }
    }
}

/// What a sorted column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKind {
    /// `BIGINT`.
    Int,
    /// `TEXT`.
    Text,
}

/// The order of a list: SQL expressions that are never null, the id last.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// The expressions, all ascending.
    pub columns: &'static [(&'static str, SortKind)],
}

/// A condition and its parameters, numbered `$1…` on their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Boolean SQL; empty for everything.
    pub sql: String,
    /// Its parameters.
    pub params: Vec<Param<'static>>,
}

impl Filter {
    /// No condition.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            sql: String::new(),
            params: Vec::new(),
        }
    }

    /// A condition with parameters `$1…`.
    #[must_use]
    pub fn of(sql: impl Into<String>, params: Vec<Param<'static>>) -> Self {
        Self {
            sql: sql.into(),
            params,
        }
    }

    /// Both conditions.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.sql.is_empty() {
            return other;
        }
        if other.sql.is_empty() {
            return self;
        }
        let mut params = self.params;
        let sql = format!("({}) AND ({})", self.sql, shifted(&other.sql, params.len()));
        params.extend(other.params);
        Self { sql, params }
    }
}

/// A list to page through.
#[derive(Debug, Clone)]
pub struct Listing<'a> {
    /// `SELECT … FROM … WHERE x.shop_id = $shop [AND …]`, without parameters of its own except
    /// `$1`, the parent's key, in [`page_each`]. Nothing may follow its conditions.
    pub select: &'a str,
    /// More conditions.
    pub filter: Filter,
    /// The order.
    pub sort: &'a Sort,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub nodes: Vec<T>,
    /// The cursor of each row.
    pub cursors: Vec<String>,
    /// Whether rows follow.
    pub has_next_page: bool,
    /// Whether rows precede.
    pub has_previous_page: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            cursors: Vec::new(),
            has_next_page: false,
            has_previous_page: false,
        }
    }
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The cursor is not one that this list gave.
    #[error("Invalid cursor for current pagination sort.")]
    BadCursor,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads one page of a list.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page<T: FromRow>(
    tx: &mut Tx,
    listing: &Listing<'_>,
    window: &Window<'_>,
) -> Result<Page<T>, PageError> {
    page_with(tx, Vec::new(), listing, window)
}

/// Reads one page of a list whose text has parameters of its own, `$1…`.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page_with<T: FromRow>(
    tx: &mut Tx,
    mut own: Vec<Param<'static>>,
    listing: &Listing<'_>,
    window: &Window<'_>,
) -> Result<Page<T>, PageError> {
    let (text, params) = compose(listing, window, own.len())?;
    own.extend(params);
    let rows = tx.all::<(T, Keys)>(&text, own)?;
    Ok(cut(rows, window))
}

/// Reads one page of each parent's list, all with the same window: `$1` in the listing's text is
/// the parent's key.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page_each<K: ToParam, T: FromRow>(
    tx: &mut Tx,
    keys: &[K],
    listing: &Listing<'_>,
    window: &Window<'_>,
) -> Result<Vec<Page<T>>, PageError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (text, params) = compose(listing, window, 1)?;
    let lists = tx.each::<K, (T, Keys)>(&text, keys, params)?;
    Ok(lists.into_iter().map(|rows| cut(rows, window)).collect())
}

/// `SELECT` of the rows that a window over a list begins with, `most` of them, with parameters from `$1` on: a list
/// that is looked through piece by piece. `select` reads the ids alone.
///
/// # Errors
/// `BadCursor`.
pub fn ahead(
    select: &str,
    sort: &Sort,
    window: &Window<'_>,
    most: i64,
) -> Result<Filter, PageError> {
    let listing = Listing {
        select,
        filter: Filter::none(),
        sort,
    };
    let (text, mut params) = compose(&listing, window, 0)?;
    params.pop();
    params.push(Param::Int(most));
    // Only the ids are wanted, not what they are sorted by.
    let (_, tail) = split(&text)?;
    let (head, _) = split(select)?;
    Ok(Filter::of(format!("{head} {tail}"), params))
}

/// How many rows a list has, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn count(tx: &mut Tx, listing: &Listing<'_>, limit: i64) -> Result<i64, StoreError> {
    count_with(tx, Vec::new(), listing, limit)
}

/// How many rows a list has whose text has parameters of its own, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn count_with(
    tx: &mut Tx,
    mut own: Vec<Param<'static>>,
    listing: &Listing<'_>,
    limit: i64,
) -> Result<i64, StoreError> {
    let (_, tail) = split(listing.select)?;
    let mut text = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one {tail}");
    if !listing.filter.sql.is_empty() {
        text.push_str(&format!(
            " AND ({})",
            shifted(&listing.filter.sql, own.len())
        ));
    }
    own.extend(listing.filter.params.iter().cloned());
    text.push_str(&format!(" LIMIT ${}) AS counted", own.len() + 1));
    own.push(Param::Int(limit));
    tx.one(&text, own)
}

/// The values that a row is sorted by: whatever columns are left at its end.
struct Keys(Vec<Key>);

/// A value that a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `BIGINT`.
    Int(i64),
    /// `TEXT`.
    Text(String),
}

/// Where a window begins and ends: the keys of its cursors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edges {
    /// Only what stands behind these, in the order in which the list is read.
    pub after: Option<Vec<Key>>,
    /// Only what stands before these.
    pub before: Option<Vec<Key>>,
}

/// The edges of a window over a list that is not read by a statement.
///
/// # Errors
/// `BadCursor`.
pub fn edges(window: &Window<'_>, sort: &Sort) -> Result<Edges, PageError> {
    let read = |cursor: Option<&str>| {
        let keys = cursor.map(|cursor| decode(cursor, sort).ok_or(PageError::BadCursor));
        keys.transpose()
    };
    Ok(Edges {
        after: read(window.after)?,
        before: read(window.before)?,
    })
}

/// A page of rows that were put in order without a statement: at most one more than the window's limit, and in the
/// opposite order when it goes backwards.
#[must_use]
pub fn page_of<T>(rows: Vec<(T, Vec<Key>)>, window: &Window<'_>) -> Page<T> {
    let rows = rows.into_iter().map(|(row, keys)| (row, Keys(keys)));
    cut(rows.collect(), window)
}

impl FromRow for Keys {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let mut keys = Vec::with_capacity(row.left());
        while row.left() > 0 {
            keys.push(row.take()?);
        }
        Ok(Self(keys))
    }
}

impl FromColumn for Key {
    const WANTED: &'static str = "a value to sort by";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self::Int(number)),
            Value::Text(text) => Some(Self::Text(text.to_owned())),
            Value::Null => None,
        }
    }
}

fn compose(
    listing: &Listing<'_>,
    window: &Window<'_>,
    taken: usize,
) -> Result<(String, Vec<Param<'static>>), PageError> {
    let (head, tail) = split(listing.select)?;
    let names: Vec<&str> = listing.sort.columns.iter().map(|(sql, _)| *sql).collect();
    let mut text = format!("{head}, {} {tail}", names.join(", "));
    let mut params = listing.filter.params.clone();
    if !listing.filter.sql.is_empty() {
        text.push_str(&format!(" AND ({})", shifted(&listing.filter.sql, taken)));
    }
    let edges = [
        (window.after, !window.reverse),
        (window.before, window.reverse),
    ];
    for (cursor, rising) in edges {
        let Some(cursor) = cursor else { continue };
        let keys = decode(cursor, listing.sort).ok_or(PageError::BadCursor)?;
        let places: Vec<String> = (0..keys.len())
            .map(|place| format!("${}", taken + params.len() + place + 1))
            .collect();
        let sign = if rising { '>' } else { '<' };
        text.push_str(&format!(
            " AND ({}) {sign} ({})",
            names.join(", "),
            places.join(", ")
        ));
        params.extend(keys.into_iter().map(|key| match key {
            Key::Int(number) => Param::Int(number),
            Key::Text(text) => Param::Text(text.into()),
        }));
    }
    let falling = window.reverse != window.backwards;
    let direction = if falling { " DESC" } else { "" };
    let order: Vec<String> = names
        .iter()
        .map(|sql| format!("{sql}{direction}"))
        .collect();
    text.push_str(&format!(
        " ORDER BY {} LIMIT ${}",
        order.join(", "),
        taken + params.len() + 1
    ));
    // One more than asked for tells whether the list goes on.
    let limit = i64::try_from(window.limit).unwrap_or(i64::MAX - 1) + 1;
    params.push(Param::Int(limit));
    Ok((text, params))
}

fn cut<T>(mut rows: Vec<(T, Keys)>, window: &Window<'_>) -> Page<T> {
    let more = rows.len() > window.limit;
    rows.truncate(window.limit);
    if window.backwards {
        rows.reverse();
    }
    let (nodes, keys): (Vec<T>, Vec<Keys>) = rows.into_iter().unzip();
    let (has_next_page, has_previous_page) = if window.backwards {
        (window.before.is_some(), more)
    } else {
        (more, window.after.is_some())
    };
    Page {
        nodes,
        cursors: keys.iter().map(|keys| encode(&keys.0)).collect(),
        has_next_page,
        has_previous_page,
    }
}

/// Parts a `SELECT` before its own `FROM`.
fn split(select: &str) -> Result<(&str, &str), StoreError> {
    let bytes = select.as_bytes();
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'F' if depth == 0 && bytes[at..].starts_with(b"FROM") => {
                let apart = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
                if at > 0 && apart(bytes.get(at - 1)) && apart(bytes.get(at + 4)) {
                    return Ok((select[..at].trim_end(), &select[at..]));
                }
            }
            _ => {}
        }
    }
    Err(StoreError::Statement {
        reason: "a list needs SELECT … FROM".to_owned(),
        statement: select.to_owned(),
    })
}

/// The text with every `$n` raised by `by`.
pub(crate) fn shifted(sql: &str, by: usize) -> String {
    if by == 0 {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len() + 8);
    let mut rest = sql;
    while let Some(at) = rest.find(['$', '\'']) {
        out.push_str(&rest[..=at]);
        let sign = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        if sign == b'\'' {
            let end = rest.find('\'').map_or(rest.len(), |end| end + 1);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        match rest[..digits].parse::<usize>() {
            Ok(number) => out.push_str(&(number + by).to_string()),
            Err(_) => out.push_str(&rest[..digits]),
        }
        rest = &rest[digits..];
    }
    out.push_str(rest);
    out
}

/// `i5;` for a number, `t3:abc;` for a text, in base64url.
fn encode(keys: &[Key]) -> String {
    let mut plain = String::with_capacity(32);
    for key in keys {
        match key {
            Key::Int(number) => plain.push_str(&format!("i{number};")),
            Key::Text(text) => plain.push_str(&format!("t{}:{text};", text.len())),
        }
    }
    URL_SAFE_NO_PAD.encode(plain)
}

/// The keys of a cursor that fits the order; `None` for anything else.
fn decode(cursor: &str, sort: &Sort) -> Option<Vec<Key>> {
    if cursor.len() > CURSOR_BYTES_MAX {
        return None;
    }
    let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut rest = plain.as_str();
    let mut keys = Vec::with_capacity(sort.columns.len());
    for (_, kind) in sort.columns {
        match kind {
            SortKind::Int => {
                let (number, left) = rest.strip_prefix('i')?.split_once(';')?;
                keys.push(Key::Int(number.parse().ok()?));
                rest = left;
            }
            SortKind::Text => {
                let (length, left) = rest.strip_prefix('t')?.split_once(':')?;
                let length: usize = length.parse().ok()?;
                let text = left.get(..length)?;
                // PostgreSQL's texts hold no NUL.
                if text.contains('\0') {
                    return None;
                }
                keys.push(Key::Text(text.to_owned()));
                rest = left.get(length..)?.strip_prefix(';')?;
            }
        }
    }
    rest.is_empty().then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_TITLE: Sort = Sort {
        columns: &[("p.title_key", SortKind::Text), ("p.id", SortKind::Int)],
    };
    const PRODUCTS: &str = "SELECT p.id, (SELECT 1 FROM x) FROM products p WHERE p.shop_id = $shop";

    fn listing(filter: Filter) -> Listing<'static> {
        Listing {
            select: PRODUCTS,
            filter,
            sort: &BY_TITLE,
        }
    }

    #[test]
    fn a_cursor_reads_back_as_it_was_written() {
        let keys = vec![Key::Text("größe; a:b".to_owned()), Key::Int(-7)];
        assert_eq!(decode(&encode(&keys), &BY_TITLE), Some(keys));
    }

    #[test]
    fn a_cursor_of_another_order_or_none_at_all_is_refused() {
        let other = encode(&[Key::Int(7)]);
        let longer = encode(&[Key::Text(String::new()), Key::Int(1), Key::Int(2)]);
        let torn = URL_SAFE_NO_PAD.encode("t9:abc;i1;");
        let split_letter = URL_SAFE_NO_PAD.encode("t1:ö;i1;");
        let nul = URL_SAFE_NO_PAD.encode("t1:\0;i1;");
        for cursor in [
            "",
            "x",
            "%%%",
            &other,
            &longer,
            &torn,
            &split_letter,
            &nul,
            &"A".repeat(5000),
        ] {
            assert_eq!(decode(cursor, &BY_TITLE), None, "{cursor}");
        }
    }

    #[test]
    fn a_page_is_one_statement_with_the_sort_keys_behind_its_columns() {
        let filter = Filter::of("p.vendor = $1", vec![Param::Text("Oak".into())]);
        let cursor = encode(&[Key::Text("a".to_owned()), Key::Int(3)]);
        let window = Window {
            after: Some(&cursor),
            ..Window::first(10)
        };
        let (text, params) = compose(&listing(filter), &window, 1).unwrap();
        assert_eq!(
            text,
            "SELECT p.id, (SELECT 1 FROM x), p.title_key, p.id \
             FROM products p WHERE p.shop_id = $shop AND (p.vendor = $2) \
             AND (p.title_key, p.id) > ($3, $4) ORDER BY p.title_key, p.id LIMIT $5"
        );
        assert_eq!(params.len(), 4);
        assert_eq!(params[3], Param::Int(11));
    }

    #[test]
    fn the_four_directions_order_and_compare_as_they_must() {
        let cursor = encode(&[Key::Text("a".to_owned()), Key::Int(3)]);
        let text = |after, before, backwards, reverse| {
            let window = Window {
                limit: 1,
                after,
                before,
                backwards,
                reverse,
            };
            compose(&listing(Filter::none()), &window, 0).unwrap().0
        };
        let some = Some(cursor.as_str());
        assert!(text(some, None, false, false).contains("> ($1, $2) ORDER BY p.title_key, p.id "));
        assert!(text(some, None, false, true).contains("< ($1, $2) ORDER BY p.title_key DESC"));
        assert!(text(None, some, true, false).contains("< ($1, $2) ORDER BY p.title_key DESC"));
        assert!(text(None, some, true, true).contains("> ($1, $2) ORDER BY p.title_key, p.id "));
    }

    #[test]
    fn a_page_knows_whether_the_list_goes_on() {
        let rows = |numbers: &[i64]| -> Vec<(i64, Keys)> {
            numbers
                .iter()
                .map(|n| (*n, Keys(vec![Key::Int(*n)])))
                .collect()
        };
        let forward = cut(rows(&[1, 2, 3]), &Window::first(2));
        assert_eq!(forward.nodes, [1, 2]);
        assert!(forward.has_next_page && !forward.has_previous_page);
        let last = Window {
            backwards: true,
            ..Window::first(2)
        };
        let backward = cut(rows(&[3, 2, 1]), &last);
        assert_eq!(backward.nodes, [2, 3]);
        assert!(!backward.has_next_page && backward.has_previous_page);
        assert_eq!(backward.cursors.len(), 2);
    }

    #[test]
    fn conditions_are_joined_with_their_parameters_in_step() {
        let one = Filter::of("a = $1 AND b = '$1'", vec![Param::Int(1)]);
        let two = Filter::of("c = $2 OR d = $1", vec![Param::Int(2), Param::Int(3)]);
        let both = one.and(Filter::none()).and(two);
        assert_eq!(both.sql, "(a = $1 AND b = '$1') AND (c = $3 OR d = $2)");
        assert_eq!(both.params, [Param::Int(1), Param::Int(2), Param::Int(3)]);
        assert_eq!(
            shifted("x = $12 AND y = '$12' AND z = $shop", 1),
            "x = $13 AND y = '$12' AND z = $shop"
        );
    }
}
