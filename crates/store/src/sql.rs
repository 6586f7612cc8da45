//! The portable text and its two dialects.
//!
//! The canonical text is PostgreSQL-flavoured, with `$shop` and `$1`, `$2`, … It is cut into
//! tokens once; each form that a database needs is written from those.

use crate::error::StoreError;

/// Parameters of one statement, at most.
const PARAMETERS_MAX: usize = 64;

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The first for SQLite, the second for PostgreSQL.
    pub fn pick<T>(self, sqlite: T, postgres: T) -> T {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

/// Who runs a statement: a shop's transaction, or the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Shop,
    Platform,
}

impl Side {
    /// What is added to `$n`: the shop is the first parameter.
    const fn shift(self) -> usize {
        match self {
            Self::Shop => 1,
            Self::Platform => 0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Word,
    Quoted,
    Shop,
    Param(usize),
    Sign,
}

#[derive(Debug, Clone, Copy)]
struct Token<'t> {
    kind: Kind,
    text: &'t str,
    /// Open brackets before this token.
    depth: usize,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// A statement's text, cut into tokens and checked.
#[derive(Debug)]
pub(crate) struct Statement<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    side: Side,
    /// How many parameters the caller gives.
    pub(crate) params: usize,
    /// Whether it may change rows.
    pub(crate) writes: bool,
    /// Whether it is an `INSERT` of one row that happens or fails, and gives nothing back.
    pub(crate) sure: bool,
}

/// Cuts the text and refuses what the guard forbids.
pub(crate) fn parse(text: &str, side: Side) -> Result<Statement<'_>, StoreError> {
    let tokens = tokens(text, false)?;
    let names_shop = tokens.iter().any(|token| token.kind == Kind::Shop);
    match side {
        Side::Shop if !names_shop => {
            return Err(StoreError::ShopNotNamed {
                statement: text.to_owned(),
            });
        }
        Side::Platform if names_shop || tokens.iter().any(|token| token.is("shop_id")) => {
            return Err(StoreError::ShopNamed {
                statement: text.to_owned(),
            });
        }
        _ => {}
    }
    let params = count_params(text, &tokens)?;
    let first = tokens.iter().find(|token| token.kind == Kind::Word);
    let writes = match first {
        Some(word) if word.is("SELECT") || word.is("VALUES") => false,
        Some(word) if word.is("WITH") => tokens
            .iter()
            .any(|token| token.is("INSERT") || token.is("UPDATE") || token.is("DELETE")),
        _ => true,
    };
    let sure = is_sure(&tokens);
    Ok(Statement {
        text,
        tokens,
        side,
        params,
        writes,
        sure,
    })
}

/// `INSERT … VALUES (…)` to the end of the text.
fn is_sure(tokens: &[Token<'_>]) -> bool {
    let mut outer = tokens
        .iter()
        .filter(|token| token.depth == 0 && token.kind != Kind::Space);
    let begins = outer.next().is_some_and(|token| token.is("INSERT"));
    let mut rest = outer.skip_while(|token| !token.is("VALUES"));
    begins
        && rest.next().is_some()
        && rest.next().is_some_and(|token| token.is_sign("("))
        && rest.next().is_some_and(|token| token.is_sign(")"))
        && rest.next().is_none()
}

fn unusable(text: &str, reason: impl Into<String>) -> StoreError {
    StoreError::Statement {
        reason: reason.into(),
        statement: text.to_owned(),
    }
}

/// The highest `$n`; every number below it must appear too.
fn count_params(text: &str, tokens: &[Token<'_>]) -> Result<usize, StoreError> {
    let mut seen = [false; PARAMETERS_MAX + 1];
    let mut highest = 0;
    for token in tokens {
        if let Kind::Param(number) = token.kind {
            if number == 0 || number > PARAMETERS_MAX {
                return Err(unusable(
                    text,
                    format!("parameters go from $1 to ${PARAMETERS_MAX}"),
                ));
            }
            seen[number] = true;
            highest = highest.max(number);
        }
    }
    match (1..=highest).find(|number| !seen[*number]) {
        Some(gap) => Err(unusable(text, format!("the text does not use ${gap}"))),
        None => Ok(highest),
    }
}

fn tokens(text: &str, script: bool) -> Result<Vec<Token<'_>>, StoreError> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    let mut depth = 0_usize;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = end_of(bytes, at, |byte| byte != b'\n');
                Kind::Space
            }
            byte if byte.is_ascii_whitespace() => {
                at = end_of(bytes, at, |byte| byte.is_ascii_whitespace());
                Kind::Space
            }
            quote @ (b'\'' | b'"') => {
                at = end_of_quoted(bytes, at, quote)
                    .ok_or_else(|| unusable(text, "a quote is not closed"))?;
                Kind::Quoted
            }
            b'$' => {
                at = end_of(bytes, at + 1, is_word);
                dollar(text, &text[start + 1..at])?
            }
            byte if is_word(byte) => {
                at = end_of(bytes, at, is_word);
                Kind::Word
            }
            byte => {
                at += 1;
                match byte {
                    b'(' => depth += 1,
                    b')' => depth = depth.saturating_sub(1),
                    b';' if !script => {
                        return Err(unusable(text, "one statement at a time, without ';'"));
                    }
                    b'?' => return Err(unusable(text, "parameters are written $1, not ?")),
                    _ => {}
                }
                Kind::Sign
            }
        };
        let inside = depth - usize::from(&bytes[start..at] == b"(");
        tokens.push(Token {
            kind,
            text: &text[start..at],
            depth: inside,
        });
    }
    Ok(tokens)
}

/// A migration's common text as SQLite wants it: whole numbers are `INTEGER`, tables are
/// `STRICT, WITHOUT ROWID`.
pub(crate) fn sqlite_script(text: &str) -> Result<String, StoreError> {
    let mut out = String::with_capacity(text.len() + 256);
    for statement in split(&tokens(text, true)?) {
        let mut skip = false;
        for token in statement {
            let quoted_c = token.kind == Kind::Quoted && token.text == "\"C\"";
            if token.is("COLLATE") || (skip && (quoted_c || token.kind == Kind::Space)) {
                skip = !quoted_c;
                continue;
            }
            out.push_str(if token.is("BIGINT") {
                "INTEGER"
            } else {
                token.text
            });
        }
        if is_about_table(statement, "CREATE") {
            out.push_str(" STRICT, WITHOUT ROWID");
        }
        out.push_str(";\n");
    }
    Ok(out)
}

/// A migration's common text as PostgreSQL wants it: text columns compare bytewise, as SQLite's.
pub(crate) fn postgres_script(text: &str) -> Result<String, StoreError> {
    let mut out = String::with_capacity(text.len() + 256);
    for statement in split(&tokens(text, true)?) {
        let columns = is_about_table(statement, "CREATE") || is_about_table(statement, "ALTER");
        let words: Vec<&Token<'_>> = statement
            .iter()
            .filter(|token| token.kind != Kind::Space)
            .collect();
        let mut place = 0;
        for token in statement {
            out.push_str(token.text);
            if token.kind == Kind::Space {
                continue;
            }
            let cast = place > 0 && words[place - 1].is("AS");
            let collated = words.get(place + 1).is_some_and(|next| next.is("COLLATE"));
            if columns && token.is("TEXT") && !cast && !collated {
                out.push_str(" COLLATE \"C\"");
            }
            place += 1;
        }
        out.push_str(";\n");
    }
    Ok(out)
}

/// The statements of a script, without the empty ones.
fn split<'s, 't>(tokens: &'s [Token<'t>]) -> impl Iterator<Item = &'s [Token<'t>]> {
    tokens
        .split(|token| token.is_sign(";"))
        .filter(|statement| statement.iter().any(|token| token.kind != Kind::Space))
}

fn is_about_table(statement: &[Token<'_>], verb: &str) -> bool {
    let mut words = statement.iter().filter(|token| token.kind == Kind::Word);
    words.next().is_some_and(|word| word.is(verb))
        && words.next().is_some_and(|word| word.is("TABLE"))
}

fn dollar(text: &str, name: &str) -> Result<Kind, StoreError> {
    if name == "shop" {
        return Ok(Kind::Shop);
    }
    name.parse()
        .map(Kind::Param)
        .map_err(|_| unusable(text, format!("${name} is neither $shop nor a number")))
}

/// Letters, digits, `_` and everything beyond ASCII.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn end_of(bytes: &[u8], from: usize, goes_on: impl Fn(u8) -> bool) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| !goes_on(*byte))
        .map_or(bytes.len(), |length| from + length)
}

/// The index after the closing quote; a doubled quote stands for itself.
fn end_of_quoted(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) == Some(&quote) {
                at += 1;
            } else {
                return Some(at + 1);
            }
        }
        at += 1;
    }
    None
}

impl Statement<'_> {
    /// Checks how many parameters came.
    pub(crate) fn takes(&self, given: usize) -> Result<(), StoreError> {
        if given == self.params {
            return Ok(());
        }
        Err(StoreError::Parameters {
            wanted: self.params,
            given,
            statement: self.text.to_owned(),
        })
    }

    /// SQLite's text: `?n`, `IN rarray(?n)`, no `COLLATE "C"`, single spaces.
    pub(crate) fn sqlite(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let shift = self.side.shift();
        let mut at = 0;
        while at < self.tokens.len() {
            let token = self.tokens[at];
            if let Some((list, after)) = self.list(at) {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push_str(if token.is_sign("=") { "IN" } else { "NOT IN" });
                out.push_str(&format!(" rarray(?{})", list + shift));
                at = after;
                continue;
            }
            if token.is("COLLATE")
                && self
                    .word(at + 1)
                    .is_some_and(|(_, next)| next.text == "\"C\"")
            {
                at = self.word(at + 1).map_or(at, |(index, _)| index) + 1;
                continue;
            }
            match token.kind {
                Kind::Shop => out.push_str("?1"),
                Kind::Param(number) => out.push_str(&format!("?{}", number + shift)),
                Kind::Space => out.push(' '),
                _ => out.push_str(token.text),
            }
            at += 1;
        }
        out.trim().to_owned()
    }

    /// PostgreSQL's text: the shop is `$1`, the caller's `$n` is `$n+1`.
    pub(crate) fn postgres(&self) -> String {
        self.write(&self.tokens, &|number| {
            format!("${}", number + self.side.shift())
        })
        .trim()
        .to_owned()
    }

    /// PostgreSQL's text of [`Tx::each`](crate::Tx::each): one run per element of the first
    /// parameter, which is an array of `key_type`; the element's place comes first in a row.
    pub(crate) fn postgres_each(&self, key_type: &str) -> Result<String, StoreError> {
        if self.params == 0 {
            return Err(unusable(self.text, "$1 must be the key"));
        }
        let shift = self.side.shift();
        let inner = self.write(&self.tokens, &|number| {
            if number == 1 {
                "_given.key".to_owned()
            } else {
                format!("${}", number + shift)
            }
        });
        Ok(format!(
            "SELECT _given.place, _found.* \
             FROM unnest(${key}::{key_type}[]) WITH ORDINALITY AS _given(key, place) \
             CROSS JOIN LATERAL ({inner}) AS _found",
            key = 1 + shift,
            inner = inner.trim(),
        ))
    }

    /// PostgreSQL's text of a single-row `INSERT`, `UPDATE` or `DELETE` for many rows: the
    /// parameters become arrays of `types`.
    pub(crate) fn postgres_many(&self, types: &[String]) -> Result<String, StoreError> {
        let shift = self.side.shift();
        let arrays: Vec<String> = types
            .iter()
            .enumerate()
            .map(|(index, kind)| format!("${}::{kind}[]", index + 1 + shift))
            .collect();
        let names: Vec<String> = (1..=types.len())
            .map(|number| format!("_{number}"))
            .collect();
        let given = format!(
            "unnest({}) AS _given({})",
            arrays.join(", "),
            names.join(", ")
        );
        let place = self.many()?;
        let column = |number: usize| format!("_given._{number}");
        let part = |from: usize, to: usize| self.write(&self.tokens[from..to], &column);
        let all = self.tokens.len();
        Ok(match place {
            Many::Insert { values, close } => {
                let open = self.word(values + 1).map_or(values, |(index, _)| index);
                format!(
                    "{}SELECT {} FROM {given}{}",
                    part(0, values),
                    part(open + 1, close),
                    part(close + 1, all),
                )
            }
            Many::From(at) => {
                format!("{} {given},{}", part(0, at + 1), part(at + 1, all))
            }
            Many::Where { at, word } => {
                format!("{}{word} {given} {}", part(0, at), part(at, all))
            }
        }
        .trim()
        .to_owned())
    }

    /// Checks that the text has the single-row form, on either database.
    pub(crate) fn takes_many(&self) -> Result<(), StoreError> {
        if self.params == 0 {
            return Err(unusable(
                self.text,
                "a statement for many rows needs parameters",
            ));
        }
        self.many().map(|_| ())
    }

    fn many(&self) -> Result<Many, StoreError> {
        let top = |index: &usize| self.tokens[*index].depth == 0;
        let find = |word: &str, from: usize| {
            (from..self.tokens.len())
                .filter(top)
                .find(|index| self.tokens[*index].is(word))
        };
        if find("RETURNING", 0).is_some() {
            return Err(unusable(
                self.text,
                "a statement for many rows returns none",
            ));
        }
        match self.word(0) {
            Some((_, verb)) if verb.is("INSERT") => {
                let values = find("VALUES", 0)
                    .ok_or_else(|| unusable(self.text, "insert_many needs VALUES ($shop, …)"))?;
                let close = (values..self.tokens.len())
                    .filter(top)
                    .find(|index| self.tokens[*index].is_sign(")"))
                    .ok_or_else(|| unusable(self.text, "insert_many needs one row of VALUES"))?;
                if self.tokens[close..]
                    .iter()
                    .any(|token| matches!(token.kind, Kind::Param(_)))
                {
                    return Err(unusable(
                        self.text,
                        "insert_many takes no parameters after VALUES: use excluded.column",
                    ));
                }
                Ok(Many::Insert { values, close })
            }
            Some((_, verb)) if verb.is("UPDATE") => {
                let set = find("SET", 0).unwrap_or(0);
                if let Some(at) = find("FROM", set) {
                    return Ok(Many::From(at));
                }
                find("WHERE", set)
                    .map(|at| Many::Where { at, word: "FROM" })
                    .ok_or_else(|| unusable(self.text, "update_many needs WHERE"))
            }
            Some((_, verb)) if verb.is("DELETE") => find("WHERE", 0)
                .map(|at| Many::Where { at, word: "USING" })
                .ok_or_else(|| unusable(self.text, "update_many needs WHERE")),
            _ => Err(unusable(
                self.text,
                "a statement for many rows is an INSERT, UPDATE or DELETE",
            )),
        }
    }

    /// `= ANY($n)` or `<> ALL($n)` at this token: the parameter and the token after it.
    fn list(&self, at: usize) -> Option<(usize, usize)> {
        let mut index = at;
        let function = if self.tokens[at].is_sign("=") {
            "ANY"
        } else if self.tokens[at].is_sign("<") && self.tokens.get(at + 1)?.is_sign(">") {
            index += 1;
            "ALL"
        } else {
            return None;
        };
        let (index, name) = self.word(index + 1)?;
        let (index, open) = self.word(index + 1)?;
        let (index, list) = self.word(index + 1)?;
        let (index, close) = self.word(index + 1)?;
        match list.kind {
            Kind::Param(number) if name.is(function) && open.is_sign("(") && close.is_sign(")") => {
                Some((number, index + 1))
            }
            _ => None,
        }
    }

    /// The first token at or after `from` that is no space.
    fn word(&self, from: usize) -> Option<(usize, Token<'_>)> {
        (from..self.tokens.len())
            .map(|index| (index, self.tokens[index]))
            .find(|(_, token)| token.kind != Kind::Space)
    }

    fn write(&self, tokens: &[Token<'_>], param: &dyn Fn(usize) -> String) -> String {
        let mut out = String::with_capacity(self.text.len() + 16);
        for token in tokens {
            match token.kind {
                // The cast fixes the type where the context would not, as in a SELECT list.
                Kind::Shop => out.push_str("$1::bigint"),
                Kind::Param(number) => out.push_str(&param(number)),
                Kind::Space => out.push(' '),
                _ => out.push_str(token.text),
            }
        }
        out
    }
}

/// Where the rows of a statement for many come in.
enum Many {
    /// `VALUES` and its closing bracket become a `SELECT`.
    Insert { values: usize, close: usize },
    /// After this `FROM`.
    From(usize),
    /// Before this `WHERE`, with this word.
    Where { at: usize, word: &'static str },
}

#[cfg(test)]
mod tests;
